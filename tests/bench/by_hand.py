"""The rules of one policy written down as plain Python: what a good programmer would write who needs no other policy.

It answers what `decide` answers for that policy, to the last reason: facts, the message with the fact that claims it,
when to look again, whose case is over, why, and what comes next. It is for a customer of one contract who is reached by
e-mail and has any number of invoices in one currency, all delivered, and pays what he names. It knows no holds,
credit notes, other messages or other policies, because its policy and its ledger have none: what can never vary is
written as a constant. Only the calendar and the records of the answer are shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zlib import crc32

from rules import facts as f
from rules.calendars import Calendar
from rules.decision import Act, Claimed, Decision, NextStep, Reason, Send
from rules.moments import Duration
from rules.money import Money
from rules.simulate import Scripted

MINIMUM, EFFECTIVE = Money(1500, "EUR"), date(2026, 1, 1)
STEPS = (  # name, level, days after the due date, template
    ("first", "reminder", 3, "reminder-1"),
    ("second", "firm", 10, "reminder-2"),
    ("third", "firm", None, "reminder-2"),
)
WEIGHT = {"reminder": 2, "firm": 3}
GAP, BETWEEN, DAY = Duration(3, "bd"), Duration(10, "bd"), timedelta(days=1)
OPENS, CLOSES = 9 * 60, time(17)
ROUTE = Reason("route", "yes", ("otherwise", "plain"))
BASE = Reason("variants", "yes", (None,))
REFUSED = Reason("not-enrolled", "no", ("applies_to",))
TOO_OLD = Reason("not-enrolled", "no", ("effective-from",))
WHEN = {name: Reason("when", "yes", (name,), (Reason("all", "yes"),)) for name, *_ in STEPS}
LARGE = ("gte", (MINIMUM,))


@dataclass(slots=True)
class Invoice:
    """What is known of one invoice; `sent` are the days of its steps, `due_anew` what a late one counts from."""

    id: str
    issued: date
    due: date
    minor: int
    paid: int = 0
    round: int = 0
    enrolled: bool = False
    refused: str | None = None
    stopped: bool = False
    late: bool = False
    due_anew: date | None = None
    sent: list[date] = field(default_factory=list)


Event = tuple[datetime, Invoice, int]  # when, and what is paid of it; 0: it is issued


@dataclass(slots=True)
class Customer:
    """Its invoices by age, and the day of its last contact; `rulebook` is the digest that its facts name."""

    id: str
    contract: str
    rulebook: str
    language: str = "fr"
    invoices: list[Invoice] = field(default_factory=list)
    last: date | None = None


def judge(customer: Customer, calendar: Calendar, now: datetime) -> Decision:
    """The judgement of a customer; what it finds is noted on the invoices, but for a message, which hands send."""
    today = calendar.local_day(now)
    facts: list[f.Fact] = []
    reasons: dict[str, list[Reason]] = {}
    for invoice in customer.invoices:
        if not invoice.stopped and invoice.paid >= invoice.minor:
            invoice.stopped = True
            facts.append(f.Stopped(now, invoice.id, invoice.round, "paid", today))
    for invoice in customer.invoices:
        if not invoice.stopped:
            _enrol(customer, invoice, calendar, now, today, facts, reasons)
    minute = OPENS + crc32(customer.id.encode()) % 240
    gap = calendar.add(customer.last, GAP) if customer.last is not None else None
    ready: list[tuple[int, date, str, Invoice, datetime]] = []
    waiting: list[tuple[int, datetime, str]] = []
    wakes: list[datetime] = []
    upcoming: dict[str, NextStep] = {}
    for invoice in customer.invoices:
        if invoice.stopped or not invoice.enrolled:
            continue
        said = reasons.setdefault(invoice.id, [])
        said.append(BASE)
        if len(invoice.sent) == len(STEPS):
            continue
        name, level, days, _ = STEPS[len(invoice.sent)]
        if days is None:
            planned = calendar.add(invoice.sent[-1], BETWEEN)
        else:
            planned = (invoice.due_anew or invoice.due) + timedelta(days=days)
        day, why = planned, "planned"
        if gap is not None and gap > day:
            day, why = gap, "gap"
        day, opens, closes = _slot(calendar, max(day, today), minute)
        if closes <= now:
            day, opens, closes = _slot(calendar, day + DAY, minute)
        upcoming[invoice.id] = NextStep(name, level, opens, why)
        if now < opens:
            waiting.append((WEIGHT[level], opens, invoice.id))
            wakes.append(opens)
            said.append(Reason("waits", "waits", (why, opens, name, planned, day)))
        else:
            said.append(WHEN[name])
            ready.append((-WEIGHT[level], invoice.due, invoice.id, invoice, closes))
    act = _first(customer, sorted(ready), waiting, calendar, now, today, reasons, wakes)
    if act is not None:
        wakes.append(_slot(calendar, today + DAY, minute)[1])
    over = all(invoice.paid >= invoice.minor for invoice in customer.invoices)
    return Decision(
        now,
        tuple(facts),
        (act,) if act is not None else (),
        {customer.contract: min(wakes, default=None)},
        frozenset({customer.contract}) if over else frozenset(),
        {name: tuple(said) for name, said in reasons.items()},
        upcoming,
    )


def _enrol(
    customer: Customer,
    invoice: Invoice,
    calendar: Calendar,
    now: datetime,
    today: date,
    facts: list[f.Fact],
    reasons: dict[str, list[Reason]],
) -> None:
    """Too old, below the minimum, or enrolled; once begun, only a fall below the minimum counts."""
    rest = Money(invoice.minor - invoice.paid, "EUR")
    enough = rest.minor >= MINIMUM.minor
    if invoice.sent:
        if not enough:
            invoice.stopped = True
            facts.append(f.Stopped(now, invoice.id, invoice.round, "below-minimum", today))
        return
    said = reasons[invoice.id] = [ROUTE]
    if invoice.issued < EFFECTIVE:
        said += (Reason("effective-from", "no", (invoice.issued, EFFECTIVE)), TOO_OLD)
        _refuse(invoice, "effective-from", now, facts)
        return
    verdict = "yes" if enough else "no"
    tested = Reason("test", verdict, ("invoice.balance", rest, *LARGE))  # type: ignore[arg-type]
    said.append(Reason("applies-to", verdict, ("plain",), (tested,)))  # type: ignore[arg-type]
    if not enough:
        said.append(REFUSED)
        _refuse(invoice, "applies_to", now, facts)
    elif not invoice.enrolled:
        invoice.enrolled = True
        invoice.round += 1
        invoice.late = calendar.working_on_or_after(invoice.due + timedelta(days=3)) < today
        facts.append(f.Enrolled(now, invoice.id, invoice.round, customer.rulebook, "plain", invoice.late, today))


def _refuse(invoice: Invoice, why: str, now: datetime, facts: list[f.Fact]) -> None:
    if invoice.enrolled or invoice.refused != why:
        facts.append(f.NotEnrolled(now, invoice.id, why))
    invoice.enrolled, invoice.refused = False, why


def _slot(calendar: Calendar, day: date, minute: int) -> tuple[date, datetime, datetime]:
    day = calendar.working_on_or_after(day)
    return day, calendar.at(day, time(*divmod(minute, 60))), calendar.at(day, CLOSES)


def _first(
    customer: Customer,
    ready: list[tuple[int, date, str, Invoice, datetime]],
    waiting: list[tuple[int, datetime, str]],
    calendar: Calendar,
    now: datetime,
    today: date,
    reasons: dict[str, list[Reason]],
    wakes: list[datetime],
) -> Act | None:
    """The heaviest, then the oldest; a lighter one waits where its day or its gap would take a heavier one's."""
    free = max(today + DAY, calendar.add(today, GAP)) if ready else today
    for rank, _, _, invoice, closes in ready:
        heavier = next(
            (each for each in waiting if each[0] > -rank and calendar.local_day(each[1]) < free),
            None,
        )
        if heavier is None:
            return _message(customer, invoice, closes, now, today)
        _, opens, other = heavier
        wakes.append(opens)
        reasons[invoice.id].append(Reason("waits", "waits", ("heavier-first", opens, other)))
    return None


def _message(customer: Customer, invoice: Invoice, closes: datetime, now: datetime, today: date) -> Act:
    """The e-mail about one invoice, with the fact that is recorded when it is claimed."""
    name, level, _, template = STEPS[len(invoice.sent)]
    key, rest = f"{invoice.id}/{invoice.round}/{name}/1", Money(invoice.minor - invoice.paid, "EUR")
    anew = today - timedelta(days=3) if invoice.late and not invoice.sent else None
    left = f.Left(
        now, invoice.id, invoice.round, name, 1, level, today, key, name, None, ("email",), (0,), False, None, anew
    )
    said = Send(
        "email",
        template,
        customer.language,
        "billing",
        (invoice.id,),
        (Claimed(invoice.id, invoice.round, name, 1, rest),),
        total=rest,
    )
    contract = customer.contract
    return Act(f"{key}/0", contract, (contract,), name, level, today, closes, said, (left,))


def live(customer: Customer, events: Sequence[Event], calendar: Calendar, end: datetime) -> list[Scripted]:
    """A life, from one thing that happens to the next: the facts that follow, with their instants."""
    told: list[Scripted] = []
    now, place = events[0][0], 0
    while now <= end:
        while place < len(events) and events[place][0] <= now:
            _, invoice, paid = events[place]
            place += 1
            if paid:
                invoice.paid += paid
            else:
                customer.invoices.append(invoice)
                customer.invoices.sort(key=lambda each: (each.due, each.id))
        while True:
            answer = judge(customer, calendar, now)
            told += [(now, fact) for fact in answer.facts]
            if not answer.acts:
                break
            send(customer, answer.acts[0], now, told)
        upcoming = [at for at in (*answer.wake.values(), events[place][0] if place < len(events) else None) if at]
        if not upcoming:
            break
        now = max(min(upcoming), now)
    return told


def send(customer: Customer, act: Act, now: datetime, told: list[Scripted]) -> None:
    for left in act.facts:
        assert isinstance(left, f.Left)
        invoice = next(each for each in customer.invoices if each.id == left.receivable)
        invoice.due_anew = left.due or invoice.due_anew
        invoice.sent.append(left.on)
        customer.last = left.on
        told.append((now, left))
