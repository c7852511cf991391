"""What the gallery shows: every message and letter of the house, about a customer that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from rules.money import Money, total
from tests.worker.documents.papers import BOOK, VIALET, debited, factored, long
from worker.documents.paper import told
from worker.words.message import Accruing, Brand, Creditor, Split, Subject
from worker.words.render import Words
from worker.words.sample import sample

DAY = date(2027, 1, 4)
LANGUAGES = ("fr", "en")
CREDITOR = Creditor(
    "Infogérance Martin SAS",
    ("12 rue des Lilas", "69003 Lyon", "FR"),
    "732829320",
    "FR40303265045",
    "RCS Lyon",
    "FR7630006000011234567890189",
    "AGRIFRPP",
    "compta@martin.example",
    "relances@martin.example",
    "+33 4 65 71 00 00",
    ("SAS au capital de 50 000 €",),
    Brand(None, "#1a5fb4", ("Anne Martin", "Recouvrement")),
)
SIGNED = {"fr": "Responsable du recouvrement", "en": "Head of credit control"}
ORDER = (
    "invoice courtesy instalment-due reminder-1 nudge reminder-2 second-reminder promise-received promise-broken "
    "plan-proposed plan-agreed payment-failed payment-received dispute-received dispute-resolved statement last-email "
    "formal-notice formal-notice-fr formal-notice-de letter-before-action handoff-notice handoff history"
).split()
COUNTS = (1, 8, 40)
LINES = (1, 12, 60)  # of invoices
PAID = {"debited": debited, "factored": factored}  # invoices that are paid otherwise than to their seller by transfer


def messages() -> list[tuple[str, str]]:
    """Every (template, channel) of the house, in the order in which a customer would meet them."""
    return sorted(Words().all(), key=lambda each: (ORDER.index(each[0]), each[1]))


def subject(template: str, channel: str, language: str, count: int | None = None) -> Subject:
    """A message about `count` receivables, or the sample's."""
    brand = replace(CREDITOR.brand, signature=("Anne Martin", SIGNED[language]))
    given = sample(replace(CREDITOR, brand=brand), template, channel, language, DAY)
    if template in ("promise-received", "dispute-received", "dispute-resolved", "invoice"):
        count = count or 1
    if template == "formal-notice-de":
        postal = ("Buchhaltung", "Hauptstraße 1", "10115 Berlin")
        given = replace(given, law="DE", customer=replace(given.customer, postal=postal, country="DE"))
    if count is not None:
        given = _about(given, count)
    if template in ("formal-notice", "formal-notice-fr", "formal-notice-de", "handoff", "history"):
        given = _charged(given, "12.4", Money(4000, "EUR"), "DE" if template.endswith("de") else "FR", language)
    if template == "letter-before-action":
        given = _charged(_in_london(given), "11.75", Money(7000, "GBP"), "GB", language)
    match template:
        case "dispute-received":
            items = (replace(given.items[0], disputed=Money(50000, "EUR")),)
            return replace(given, items=items, total=Money(70000, "EUR"), dispute=_part(given))
        case "dispute-resolved":
            return replace(given, dispute=replace(_part(given), outcome="unfounded"))
        case "invoice":
            due = DAY + timedelta(days=30)
            items = (replace(given.items[0], issued=DAY, due=due, order_number=None, days_overdue=0),)
            return replace(given, items=items, not_due=(), charges=())
        case "promise-received":
            return replace(given, not_due=(), charges=())
    return given


def _charged(given: Subject, percent: str, fixed: Money, law: str, language: str) -> Subject:
    """With the fixed sum of each receivable, and simple interest at one rate for each day of its delay."""
    source, rate = Words().labels(language)[f"late_{law}"], Decimal(percent)
    found = [Money.rounded(item.open.amount * rate * item.days_overdue / 36500, fixed.currency) for item in given.items]
    base = total((item.open for item in given.items), fixed.currency)
    parts = tuple(
        Split(item.number, item.open, interest, fixed) for item, interest in zip(given.items, found, strict=True)
    )
    return replace(
        given,
        law=law,
        charges=tuple((fixed, law, source) for _ in given.items),
        interest=tuple((each, DAY, source) for each in found),
        accruing=(Accruing(rate, Money.rounded(base.amount * rate / 36500, fixed.currency)),),
        split=parts,
    )


def _in_london(given: Subject) -> Subject:
    postal, pounds = ("2 Drawing Board Yard", "London EC1V 0ZZ"), lambda amount: Money(amount.minor, "GBP")
    items = tuple(replace(item, amount=pounds(item.amount), open=pounds(item.open)) for item in given.items)
    customer = replace(given.customer, name="Harbour and Finch Architects Ltd", postal=postal, country="GB")
    return replace(given, items=items, not_due=(), total=total((i.open for i in items), "GBP"), customer=customer)


def _part(given: Subject):
    assert given.dispute is not None
    return replace(given.dispute, amount=Money(50000, "EUR"), whole=False)


def _about(given: Subject, count: int) -> Subject:
    first = given.items[0]
    dues = [DAY - timedelta(days=90 - n) for n in range(count)]
    items = tuple(
        replace(
            first,
            number=f"F-2026-{101 + n:04}",
            issued=due - timedelta(days=30),
            due=due,
            days_overdue=(DAY - due).days,
        )
        for n, due in enumerate(dues)
    )
    owed = Money(sum(item.open.minor for item in items), "EUR")
    promise = replace(given.promise, amount=owed) if given.promise else None
    return replace(given, items=items, total=owed, promise=promise)


def letters() -> Iterator[tuple[str, Subject]]:
    """Every letter and document, and formal notices of one, eight and forty lines, each under a name."""
    for language in LANGUAGES:
        for template, channel in messages():
            if channel in ("letter", "document"):
                yield f"{template}.{channel}.{language}", subject(template, channel, language)
        for count in COUNTS:
            yield f"formal-notice.{count}-lines.{language}", subject("formal-notice", "letter", language, count)


def invoices() -> Iterator[tuple[str, Subject]]:
    """Invoices of one, twelve and sixty lines, one that is debited and one that is assigned, each under a name."""
    for language in LANGUAGES:
        customer = replace(VIALET, language=language)
        bills = {f"{count}-lines": long(count, customer=customer) for count in LINES}
        bills |= {name: made(customer=customer) for name, made in PAID.items()}
        for name, bill in bills.items():
            yield f"invoice.{name}.{language}", told(bill, BOOK.business)
