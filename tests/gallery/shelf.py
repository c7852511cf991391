"""What the gallery shows: every message and letter of the house, about a customer that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from rules.money import Money
from tests.worker.documents.papers import BOOK, VIALET, long
from worker.documents.paper import told
from worker.words.message import Brand, Creditor, Subject
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
ORDER = (
    "invoice courtesy instalment-due reminder-1 nudge reminder-2 second-reminder promise-received promise-broken "
    "plan-proposed plan-agreed payment-failed payment-received dispute-received dispute-resolved statement last-email "
    "formal-notice formal-notice-fr formal-notice-de letter-before-action handoff-notice handoff history"
).split()
COUNTS = (1, 8, 40)
LINES = (1, 12, 60)  # of invoices


def messages() -> list[tuple[str, str]]:
    """Every (template, channel) of the house, in the order in which a customer would meet them."""
    return sorted(Words().all(), key=lambda each: (ORDER.index(each[0]), each[1]))


def subject(template: str, channel: str, language: str, count: int | None = None) -> Subject:
    """A message about `count` receivables, or the sample's."""
    given = sample(CREDITOR, template, channel, language, DAY)
    if template in ("promise-received", "dispute-received", "dispute-resolved", "invoice"):
        count = count or 1
    if template == "formal-notice-de":
        postal = ("Buchhaltung", "Hauptstraße 1", "10115 Berlin")
        given = replace(given, law="DE", customer=replace(given.customer, postal=postal, country="DE"), charges=())
    if count is not None:
        given = _about(given, count)
    match template:
        case "dispute-received":
            return replace(given, total=Money(70000, "EUR"), dispute=_part(given))
        case "dispute-resolved":
            return replace(given, dispute=replace(_part(given), outcome="unfounded"))
        case "promise-received" | "invoice":
            return replace(given, not_due=(), charges=())
    return given


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
    total = Money(sum(item.open.minor for item in items), "EUR")
    promise = replace(given.promise, amount=total) if given.promise else None
    return replace(given, items=items, total=total, promise=promise)


def letters() -> Iterator[tuple[str, Subject]]:
    """Every letter and document, and formal notices of one, eight and forty lines, each under a name."""
    for language in LANGUAGES:
        for template, channel in messages():
            if channel in ("letter", "document"):
                yield f"{template}.{channel}.{language}", subject(template, channel, language)
        for count in COUNTS:
            yield f"formal-notice.{count}-lines.{language}", subject("formal-notice", "letter", language, count)


def invoices() -> Iterator[tuple[str, Subject]]:
    """Invoices of one, twelve and sixty lines in both languages, each under a name."""
    for language in LANGUAGES:
        for count in LINES:
            bill = long(count, customer=replace(VIALET, language=language))
            yield f"invoice.{count}-lines.{language}", told(bill, BOOK.business)
