"""A customer that does not exist, with three invoices that nobody owes: what previews are about."""

from __future__ import annotations

from datetime import date, timedelta

from rules.money import Money
from worker.words.message import (
    BillLine,
    BillText,
    Creditor,
    Dispute,
    Instalment,
    Item,
    Party,
    Payment,
    Plan,
    Promise,
    Split,
    Subject,
)

_CUSTOMER = Party(
    "Boulangerie Petit SARL",
    "jean@client.example",
    "+33639981234",
    ("3 place du Marché", "38000 Grenoble"),
    "FR",
)


def sample(creditor: Creditor, template: str, channel: str, language: str, day: date) -> Subject:
    """A message of `day` with everything in it that a message may hold; two invoices are late, one is not due."""
    shown = (("F-101/1", -30),) if template == "instalment-due" else (("F-101", 31), ("F-102", 12))
    items = tuple(_item(number, day, late) for number, late in shown)
    claimed = Money(sum(item.open.minor for item in items), "EUR")
    parts = tuple(Instalment(day + timedelta(days=30 * n), items[0].open) for n in (1, 2))
    charges = ((Money(4000, "EUR"), "FR", "C. com., art. L441-10 et D441-5"),)
    return Subject(
        "sample/0",
        template,
        language,
        channel,
        day,
        creditor,
        _CUSTOMER,
        "C-1",
        items,
        (_item("F-103", day, -20),),
        claimed,
        None,
        charges,
        day + timedelta(days=8),
        "paper" if channel == "letter" else None,
        _bill(day) if template == "invoice" else None,
        ("invoice", "statement"),
        "AC04",
        ((day - timedelta(days=28), "reminder-1"),),
        law="FR",
        promise=Promise(day + timedelta(days=9), claimed),
        plan=Plan(parts, day + timedelta(days=5), 1 if template == "instalment-due" else None),
        dispute=Dispute(items[0].open, whole=False),
        payment=Payment(items[0].open, day - timedelta(days=1)),
        agency="Recouvra SARL",
        handoff="agency",
        split=tuple(
            Split(item.number, item.open, Money(0, "EUR"), Money(4000 * (n == 0), "EUR"))
            for n, item in enumerate(items)
        ),
    )


def _item(number: str, day: date, late: int) -> Item:
    due, amount = day - timedelta(days=late), Money(120000, "EUR")
    return Item(number, due - timedelta(days=30), due, amount, amount, "PO-77", max(late, 0))


def _bill(day: date) -> BillText:
    net, vat = Money(100000, "EUR"), Money(20000, "EUR")
    return BillText((BillLine("Maintenance", net, vat),), net, vat, net + vat, (day - timedelta(days=30), day))
