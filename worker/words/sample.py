"""A customer that does not exist, with three invoices that nobody owes: what previews are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from rules.money import Money
from worker.words.message import (
    Accruing,
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
_AGENCY = Party("Recouvra SARL", "dossiers@recouvra.example", postal=("1 rue du Registre", "69002 Lyon"), country="FR")
_SHOWN = {
    "invoice": (("F-101", -30),),
    "instalment-due": (("F-101/1", -30),),
    "courtesy": (("F-101", -5), ("F-102", -8)),
}  # days late, below 0: early
_FOR_AGENCIES = ("handoff", "history")
_SETTLING = ("dispute-resolved", "payment-received", "statement")


def sample(creditor: Creditor, template: str, channel: str, language: str, day: date) -> Subject:
    """A message of `day` with everything in it that a message may hold; two invoices are late, one is not due."""
    shown = _SHOWN.get(template, (("F-101", 31), ("F-102", 12)))
    items = tuple(_item(number, day, late) for number, late in shown)
    claimed = Money(sum(item.open.minor for item in items), "EUR")
    part = Money(50000, "EUR") if template == "dispute-received" else None
    if part is not None:
        items, claimed = (replace(items[0], disputed=part), *items[1:]), claimed - part
    parts = tuple(Instalment(day + timedelta(days=30 * n), items[0].open) for n in (1, 2))
    dispute = Dispute(part or items[0].open, whole=False)
    if template == "dispute-resolved":
        dispute = replace(dispute, outcome="unfounded")
    charges = tuple((Money(4000, "EUR"), "FR", "C. com., art. L441-10 et D441-5") for _ in items)
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
        ("invoice", "statement", "history") if template == "handoff" else ("invoice", "statement"),
        "AC04",
        ((day - timedelta(days=28), "Relance (e-mail)" if language == "fr" else "Reminder (email)"),),
        law="FR",
        promise=Promise(day + timedelta(days=-2 if template == "promise-broken" else 9), claimed),
        plan=Plan(parts, day + timedelta(days=5), 1 if template == "instalment-due" else None),
        dispute=dispute,
        payment=Payment(claimed if template == "payment-failed" else items[0].open, day - timedelta(days=1)),
        agency="Recouvra SARL",
        handoff="agency" if template in _FOR_AGENCIES else None,
        split=tuple(Split(item.number, item.open, Money(0, "EUR"), Money(4000, "EUR")) for item in items),
        addressee=_AGENCY if template in _FOR_AGENCIES else None,
    )


def filled(told: Subject, shown: Subject) -> Subject:
    """What is `told` of a customer, with what has not happened as in the sample `shown`, for the customer's sums: a
    promise, a plan, a dispute, a payment."""
    assert shown.promise is not None
    assert shown.plan is not None
    assert shown.dispute is not None
    assert shown.payment is not None
    owed = told.total or shown.promise.amount
    disputed = next((item.disputed for item in told.items if item.disputed), owed)
    first = Money(owed.minor // 2, owed.currency)
    parts = zip(shown.plan.instalments, (first, owed - first), strict=True)
    return replace(
        told,
        promise=told.promise or replace(shown.promise, amount=owed),
        plan=told.plan or replace(shown.plan, instalments=tuple(replace(part, amount=sum_) for part, sum_ in parts)),
        dispute=told.dispute or replace(shown.dispute, amount=disputed),
        payment=told.payment or replace(shown.payment, amount=owed),
    )


def samples(creditor: Creditor, template: str, channel: str, language: str, day: date) -> Iterator[Subject]:
    """The message as it may turn out: about one invoice, paid or disputed in part, with and without credit, charges, an
    account, a deadline, in another currency, settled."""
    whole = sample(creditor, template, channel, language, day)
    first, nothing, hundred = whole.items[0], Money(0, "EUR"), Money(10000, "EUR")
    yield whole
    yield replace(
        whole, items=(first,), total=first.open - (first.disputed or nothing), not_due=(), split=whole.split[:1]
    )
    yield _with_first(whole, replace(first, open=first.open - hundred), hundred)
    yield _with_first(whole, replace(first, disputed=hundred, document=False), hundred)
    yield replace(whole, credit=hundred, total=_less(whole, hundred), link="https://pay.example/C-1")
    law = whole.charges[0][2]
    yield replace(whole, interest=((hundred, day, law),), accruing=(Accruing(Decimal("12.4"), Money(82, "EUR")),))
    yield replace(
        whole, charges=(), attach=(), law=whole.law if whole.bill else "GB", reason=None, payment=None, registered=None
    )
    yield replace(whole, creditor=replace(creditor, iban=None, bic=None, phone="", email="", reply_to=None))
    yield replace(whole, deadline=None, charges=())
    pounds = tuple(replace(item, amount=_pounds(item.amount), open=_pounds(item.open)) for item in whole.items)
    yield replace(whole, items=pounds, not_due=(), total=_pounds(whole.total or nothing), charges=())
    if template in _SETTLING:
        founded = Dispute(first.open, outcome="founded")
        yield replace(whole, total=nothing, dispute=founded, items=(replace(first, open=nothing),))
        yield replace(whole, dispute=replace(founded, outcome=None))


def _with_first(whole: Subject, first: Item, less: Money) -> Subject:
    return replace(whole, items=(first, *whole.items[1:]), total=_less(whole, less))


def _less(whole: Subject, amount: Money) -> Money:
    return (whole.total or amount) - amount


def _pounds(amount: Money) -> Money:
    return Money(amount.minor, "GBP")


def _item(number: str, day: date, late: int) -> Item:
    due, amount = day - timedelta(days=late), Money(120000, "EUR")
    return Item(number, due - timedelta(days=30), due, amount, amount, "PO-77", max(late, 0))


def _bill(day: date) -> BillText:
    net, vat = Money(100000, "EUR"), Money(20000, "EUR")
    period = (day, day + timedelta(days=30))
    return BillText((BillLine("Maintenance", net, vat),), net, vat, net + vat, period, reference="RF28F20260101")
