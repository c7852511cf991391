"""The rules of one policy written down as plain Python: what a good programmer would write who needs no other policy.

It answers what `decide` answers for that policy: the facts that follow, the message that leaves now with its slot, when
to look again, and why; for a customer with any number of invoices, who pays in full or not at all. It knows no holds,
consolidation, approvals or look-ups, because that policy and its ledger have none. Only the calendar is shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zlib import crc32

from rules.calendars import Calendar
from rules.moments import Duration

MINIMUM = 1500
STEPS = (("first", 1, 3), ("second", 2, 10), ("third", 2, None))  # name, level, days after the due date
GAP, BETWEEN, NEXT = Duration(3, "bd"), Duration(10, "bd"), Duration(1, "d")
OPENS, CLOSES = 9 * 60, 17 * 60
Told = tuple[datetime, str, str]  # when, invoice, what


@dataclass(slots=True)
class Invoice:
    """What is known of one invoice; `sent` are the days of its steps, in order."""

    id: str
    due: date
    minor: int
    paid: bool = False
    enrolled: bool = False
    refused: bool = False
    stopped: bool = False
    late: bool = False
    anchor: date | None = None
    sent: list[date] = field(default_factory=list)


Event = tuple[datetime, Invoice, bool]  # when, and whether it is paid, or else issued


@dataclass(slots=True)
class Customer:
    """Its invoices by age, and the day of its last contact."""

    id: str
    invoices: list[Invoice] = field(default_factory=list)
    last: date | None = None


@dataclass(slots=True)
class Answer:
    """What follows at an instant: facts, at most one message with the end of its slot, the next instant, reasons."""

    facts: list[tuple[str, str]]
    message: tuple[Invoice, str, int, datetime] | None
    wake: datetime | None
    reasons: dict[str, list[tuple[object, ...]]]


def judge(customer: Customer, calendar: Calendar, now: datetime) -> Answer:
    """The judgement of a customer; what it finds is noted on the invoices, but for a message, which hands send."""
    today = calendar.local_day(now)
    facts: list[tuple[str, str]] = []
    reasons: dict[str, list[tuple[object, ...]]] = {}
    for invoice in customer.invoices:
        if not invoice.stopped:
            _standing(invoice, calendar, today, facts, reasons.setdefault(invoice.id, []))
    minute = OPENS + crc32(customer.id.encode()) % ((CLOSES - OPENS) // 2)
    ready: list[tuple[int, date, str, Invoice, datetime]] = []
    waiting: list[tuple[int, datetime]] = []
    for invoice in customer.invoices:
        if invoice.stopped or not invoice.enrolled or len(invoice.sent) == len(STEPS):
            continue
        name, level, _ = STEPS[len(invoice.sent)]
        day, why = _planned(invoice, calendar), "planned"
        if customer.last is not None:
            gap = calendar.add(customer.last, GAP)
            if gap > day:
                day, why = gap, "gap"
            if customer.last >= max(day, today):
                day, why = calendar.add(customer.last, NEXT), "one-a-day"
        opens, closes = _slot(calendar, max(day, today), minute)
        if closes <= now:
            opens, closes = _slot(calendar, calendar.local_day(opens) + timedelta(days=1), minute)
        if now < opens:
            waiting.append((level, opens))
            reasons[invoice.id].append(("waits", why, name, day, opens))
        else:
            ready.append((-level, invoice.due, invoice.id, invoice, closes))
    message = _first(sorted(ready), waiting, calendar, today)
    wakes = [opens for _, opens in waiting]
    if message is not None:
        tomorrow, _ = _slot(calendar, today + timedelta(days=1), minute)
        wakes.append(tomorrow)
        for _, _, other, invoice, _ in ready:
            if invoice is not message[0]:
                reasons[other].append(("waits", "one-a-day", tomorrow))
    return Answer(facts, message, min(wakes, default=None), reasons)


def _standing(
    invoice: Invoice, calendar: Calendar, today: date, facts: list[tuple[str, str]], reasons: list[tuple[object, ...]]
) -> None:
    """Settled, below the minimum, or enrolled."""
    if invoice.paid:
        invoice.stopped = True
        facts.append((invoice.id, "stopped: paid"))
        return
    enough = invoice.minor >= MINIMUM
    reasons.append(("invoice.balance", invoice.minor, ">=", MINIMUM, enough))
    if not enough:
        if not invoice.refused:
            invoice.refused = True
            facts.append((invoice.id, "refused: applies_to"))
    elif not invoice.enrolled:
        invoice.enrolled = True
        invoice.late = calendar.working_on_or_after(invoice.due + timedelta(days=3)) < today
        facts.append((invoice.id, "enrolled"))


def _planned(invoice: Invoice, calendar: Calendar) -> date:
    days = STEPS[len(invoice.sent)][2]
    if days is None:
        return calendar.add(invoice.sent[-1], BETWEEN)
    return (invoice.anchor or invoice.due) + timedelta(days=days)


def _slot(calendar: Calendar, day: date, minute: int) -> tuple[datetime, datetime]:
    day = calendar.working_on_or_after(day)
    return calendar.at(day, time(*divmod(minute, 60))), calendar.at(day, time(CLOSES // 60))


def _first(
    ready: list[tuple[int, date, str, Invoice, datetime]],
    waiting: list[tuple[int, datetime]],
    calendar: Calendar,
    today: date,
) -> tuple[Invoice, str, int, datetime] | None:
    """The heaviest, then the oldest; a lighter one waits where its day or its gap would take a heavier one's."""
    for rank, _, _, invoice, closes in ready:
        free = max(today + timedelta(days=1), calendar.add(today, GAP))
        if not any(level > -rank and calendar.local_day(opens) < free for level, opens in waiting):
            return invoice, STEPS[len(invoice.sent)][0], -rank, closes
    return None


def live(customer: str, events: Sequence[Event], calendar: Calendar, end: datetime) -> list[Told]:
    """A life, from one thing that happens to the next."""
    known, told = Customer(customer), []
    now, place = events[0][0], 0
    while now <= end:
        while place < len(events) and events[place][0] <= now:
            _, invoice, paid = events[place]
            place += 1
            if paid:
                invoice.paid = True
            else:
                known.invoices.append(invoice)
                known.invoices.sort(key=lambda each: (each.due, each.id))
        while True:
            answer = judge(known, calendar, now)
            told += [(now, *fact) for fact in answer.facts]
            if answer.message is None:
                break
            invoice, step, _, _ = answer.message
            today = calendar.local_day(now)
            if invoice.late and not invoice.sent:
                invoice.anchor = today - timedelta(days=3)
            invoice.sent.append(today)
            known.last = today
            told.append((now, invoice.id, f"sent: {step}"))
        upcoming = [at for at in (answer.wake, events[place][0] if place < len(events) else None) if at is not None]
        if not upcoming:
            break
        now = max(min(upcoming), now)
    return told
