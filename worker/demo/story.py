"""What people do in a demo: who pays when, who disputes, who answers. It decides nothing and sends nothing.

One Story answers for every customer and keeps no state, so that the simulator and the real server are driven by the
same code, and a driver that starts again loses nothing: what was answered before is answered the same. It is read from
one file by story_file.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from rules import facts as f
from rules.calendars import ONE_DAY, Calendar, CalendarEnds
from rules.moments import Duration, Moment
from rules.money import Money
from rules.simulate import Scripted

CALL = "call:"  # how the title of a task says that it is a call
PAYMENTS = time(8, 0)  # when the bank's feed brings what came in, before the day's first message
MONEY = frozenset({"payment", "unpaid"})  # the events that take the place of a habit


@dataclass(frozen=True, slots=True)
class Delay:
    """How long somebody takes: so much later, then at this local time of a working day."""

    after: Duration
    at: time


@dataclass(frozen=True, slots=True)
class Office:
    """The creditor's own people. `bank` is when they confirm, each working morning, the bank's data of the day before.

    `by` does the tasks and the calls; approvals are given by the first holder of the role that is asked.
    """

    by: str
    bank: time
    approvals: Delay
    tasks: Delay
    calls: Delay
    post: Delay  # until the post has presented a letter


@dataclass(frozen=True, slots=True)
class Habit:
    """How a customer pays every invoice of which the story says nothing: `pays` None is never.

    What would be paid after `until` is not. `answers` says whether somebody picks up the telephone.
    """

    pays: Moment | None = None
    until: date | None = None
    answers: bool = True


@dataclass(frozen=True, slots=True)
class When:
    """A written date, or a moment counted from the invoice or from a step of its ladder; then the local time."""

    at: time
    day: date | None = None
    moment: Moment | None = None

    @property
    def step(self) -> str | None:
        """The step whose leaving it waits for."""
        return self.moment.step if self.moment else None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens to `subject`: an invoice (CONTRACT/FIRST-DAY), a contract or a customer.

    `amount` None: all of it. `number` counts, from 1, the events of a kind about the same subject.
    """

    what: str
    subject: str
    customer: str
    when: When
    number: int = 1
    amount: Money | None = None
    reason: str = ""
    by: str = ""
    founded: bool = False
    within: Duration | None = None  # a promise: to pay in so long
    published: date | None = None  # an insolvency

    @property
    def key(self) -> str:
        """Its identifier as a payment, a credit or a hold."""
        return f"{self.what}/{self.subject}" + (f"/{self.number}" if self.number > 1 else "")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is said to a step of an invoice in the place of a yes."""

    outcome: Literal["skip", "postpone", "stop"]
    reason: str
    postponed: Duration | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """From the first day to the last, both included; dates are those of `calendar`, the creditor's own.

    `invoices` are the events of each invoice, `others` those of customers and contracts, dated outright; `customers`
    says whose a contract is and `holders` who is first in a role.
    """

    title: str
    start: date
    until: date
    calendar: Calendar
    office: Office
    habits: Mapping[str, Habit]
    invoices: Mapping[str, tuple[Event, ...]]
    others: tuple[Event, ...]
    refusals: Mapping[tuple[str, str], Refusal]
    customers: Mapping[str, str]
    holders: Mapping[str, str] = field(default_factory=dict)
    rates: tuple[tuple[date, f.RateStated], ...] = ()

    @property
    def begins(self) -> datetime:
        """The first instant."""
        return self.calendar.at(self.start)

    @property
    def ends(self) -> datetime:
        """The last instant."""
        return self.calendar.at(self.until + ONE_DAY) - timedelta(microseconds=1)

    # --- what is dated outright ----------------------------------------------------------------------------------

    @property
    def opening(self) -> list[Scripted]:
        """Every fact dated outright, with its instant, in order: the business's and each customer's."""
        found = [*self.mornings(), *(each for event in self.others for each in self._dated(event))]
        return sorted(found, key=lambda each: each[0])

    def opening_of(self, customer: str) -> list[Scripted]:
        """Those that a customer's account records, in order."""
        return sorted(
            (each for event in self.others if event.customer == customer for each in self._dated(event)),
            key=lambda each: each[0],
        )

    def mornings(self) -> Iterator[Scripted]:
        """The business's own: the bank's data confirmed through the day before, each working morning; rates read."""
        days = (self.start + timedelta(days=n) for n in range((self.until - self.start).days + 1))
        for day in filter(self.calendar.is_working, days):
            at = self.calendar.at(day, self.office.bank)
            yield at, f.BankConfirmed(at, day - ONE_DAY)
        for day, rate in self.rates:
            at = self.calendar.at(day, self.office.bank)
            yield at, replace(rate, at=at)

    def _dated(self, event: Event) -> Iterator[Scripted]:
        assert event.when.day is not None
        yield from self._happens(event, event.when.day, None)

    # --- what follows a fact -------------------------------------------------------------------------------------

    def answers(self, fact: f.Fact, now: datetime) -> Iterable[Scripted]:
        """What people do after a fact recorded at `now`: (instant, fact), never before `now`."""
        return ((max(at, now), each) for at, each in self._answers(fact, now))

    def _answers(self, fact: f.Fact, now: datetime) -> Iterable[Scripted]:
        match fact:
            case f.Issued():
                return self._issued(fact)
            case f.Left():
                return self._left(fact, now)
            case f.ApprovalAsked():
                return [self._approval(fact, now)]
            case f.ReviewAsked() if (fact.receivable, fact.step) in self.refusals:
                return [self._what_follows(fact, now)]
            case f.TaskOpened():
                return self._task(fact, now)
        return ()

    def _issued(self, fact: f.Issued) -> Iterator[Scripted]:
        events = self.invoices.get(fact.receivable, ())
        for event in (event for event in events if event.when.step is None and event.what != "unpaid"):
            yield from self._happens(
                event, self._day(event.when, fact.issued, fact.due), self._sum(event, fact, events)
            )
        customer = self.customers[fact.contract]
        habit = self.habits.get(customer, Habit())
        if habit.pays is None or any(event.what in MONEY for event in events):
            return
        event = Event("payment", fact.receivable, customer, When(PAYMENTS, moment=habit.pays))
        day = self._day(event.when, fact.issued, fact.due)
        if habit.until is None or day <= habit.until:
            yield from self._happens(event, day, self._sum(event, fact, events))

    def _sum(self, event: Event, fact: f.Issued, events: Iterable[Event]) -> Money:
        """What an event is about: its own amount, else what the other payments and credits leave of the invoice."""
        if event.amount is not None:
            return event.amount
        others = (each.amount.minor for each in events if each.amount and each.what in ("payment", "credit"))
        return Money(fact.amount.minor - sum(others), fact.amount.currency)

    def _left(self, fact: f.Left, now: datetime) -> Iterator[Scripted]:
        if "letter" in fact.channels:
            at, on = self._later(self.office.post, now)
            yield at, f.Presented(at, fact.receivable, fact.step, "delivered", on)
        for event in self.invoices.get(fact.receivable, ()):
            if event.when.step == fact.step and fact.occurrence == 1:
                assert event.when.moment is not None
                anchor = fact.deadline if event.when.moment.anchor.endswith(".deadline") else fact.on
                if anchor is not None:
                    yield from self._happens(event, self._after(anchor, event.when.moment), event.amount)

    def _approval(self, fact: f.ApprovalAsked, now: datetime) -> Scripted:
        at, on = self._later(self.office.approvals, now)
        by = self.holders.get(fact.who, self.office.by)
        no = self.refusals.get((fact.receivable, fact.step))
        if no is None:
            return at, f.Approved(at, fact.receivable, fact.step, by, on)
        until = self.calendar.add(on, no.postponed) if no.postponed else None
        return at, f.Refused(at, fact.receivable, fact.step, by, no.outcome, no.reason, until)

    def _what_follows(self, fact: f.ReviewAsked, now: datetime) -> Scripted:
        """After a heavy step was refused: the ladder goes on without it."""
        at, _ = self._later(self.office.tasks, now)
        return at, f.Answered(at, fact.review, fact.scope, fact.subject, self.office.by, "skip")

    def _task(self, fact: f.TaskOpened, now: datetime) -> Iterator[Scripted]:
        if fact.title.startswith(CALL) and fact.receivable and fact.step:
            at, on = self._later(self.office.calls, now)
            habit = self.habits.get(self.customers[fact.receivable.partition("/")[0]], Habit())
            outcome = "reached" if habit.answers else "no-answer"
            yield at, f.CallRecorded(at, fact.receivable, fact.step, outcome, on)
        else:
            at, _ = self._later(self.office.tasks, now)
        yield at, f.TaskDone(at, fact.task, fact.scope, fact.subject, self.office.by)

    # --- dates ---------------------------------------------------------------------------------------------------

    def _day(self, when: When, issued: date, due: date | None) -> date:
        if when.day is not None or when.moment is None:
            return when.day or issued
        return self._after((due if when.moment.anchor == "due" else issued) or issued, when.moment)

    def _after(self, anchor: date, moment: Moment) -> date:
        """The day of a moment: banks and people work on working days. What the calendar does not know never comes."""
        try:
            return self.calendar.working_on_or_after(self.calendar.add(anchor, moment.offset))
        except CalendarEnds:
            return date.max

    def _later(self, delay: Delay, now: datetime) -> tuple[datetime, date]:
        """The first working day `delay` after `now` on which its hour is still to come."""
        day = self.calendar.working_on_or_after(self.calendar.add(self.calendar.local_day(now), delay.after))
        while self.calendar.at(day, delay.at) <= now:
            day = self.calendar.add(day, Duration(1, "bd"))
        return self.calendar.at(day, delay.at), day

    # --- facts ---------------------------------------------------------------------------------------------------

    def _happens(self, event: Event, day: date, amount: Money | None) -> Iterator[Scripted]:
        if day <= self.until:
            at = self.calendar.at(day, event.when.at)
            yield at, self._fact(event, at, day, amount)

    def _fact(self, event: Event, at: datetime, day: date, amount: Money | None) -> f.Fact:
        if event.what == "end":
            return f.ContractEnded(at, event.subject, day, event.reason)
        if event.what == "resolved":
            outcome = "founded" if event.founded else "unfounded"
            return f.HoldEnded(at, f"dispute/{event.subject}", outcome, day, "receivable", event.subject)
        scope: f.Scope = "customer" if event.what == "insolvency" else "receivable"
        hold = f.Hold(event.key, event.what, scope, event.subject, day, reason=event.reason, by=event.by)
        match event.what:
            case "dispute":
                return f.HoldPlaced(at, replace(hold, part=event.amount))
            case "promise":
                promised = self.calendar.add(day, event.within) if event.within else day
                return f.HoldPlaced(at, replace(hold, promised=promised))
            case "insolvency":
                return f.HoldPlaced(at, replace(hold, opened=day, published=event.published))
        assert amount is not None
        shares = (f.Share(event.subject, amount.minor),)
        match event.what:
            case "failed-debit":
                return f.PaymentFailed(at, event.key, event.subject, amount, event.reason)
            case "credit":
                return f.Credited(at, event.key, event.customer, amount, day, shares)
            case _:
                return f.Paid(at, event.key, event.customer, amount, day, shares)
