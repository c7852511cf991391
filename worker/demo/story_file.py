"""Reads a story: one YAML file through the strict reader, every mistake located, all at once.

    story: A year at Martin's                  its title
    from: 2026-01-01                           first and last day
    until: 2026-12-31
    calendar: fr-paris                         whose working days and time zone count
    office:                                    our own people, and the post
      by: anne@martin.example                  does the tasks and the calls
      bank: 07:30                              the bank's data of the day before are confirmed, each working morning
      approvals: {after: 1bd, at: 10:15}       what is asked of a role is answered so much later, at that hour
      tasks: {after: 2bd, at: 16:00}
      calls: {after: 0d, at: 15:10}
      post: {after: 3bd, at: 11:00}            a letter is presented
    habits:                                    per customer: when each of its invoices is paid
      C-101: {pays: due-3d}
      C-107: {pays: due+2d, until: 2026-04-30, answers: false}     pays nothing after; never picks up the telephone
    rates:                                     published rates that somebody states, at the hour of the bank's data
      - {on: 2026-07-01, table: ecb-refi, half_year: 2026-H2, rate: 2.40%, source: the bank's web site}
    events:                                    what happens once; see EVENTS for the keys of each
      - {invoice: M-2003/2026-03-01, what: payment, on: due+12d, amount: 500.00 EUR}

An invoice is named by its contract and the first day of its period. `on` is a date, or a moment counted from the
invoice (issued, due), from a step of its ladder or from the step's deadline; a moment that falls on no working day is
the next one. `at` is the local time, 10:30 where it is not written, 08:00 for money.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Literal, cast

from rules import facts as f
from rules.billing import all_periods
from rules.compiling.page import Known, Page, given, listed, text, wanted
from rules.diagnostics import Diagnostic, did_you_mean, quoted
from rules.facts import Contract
from rules.moments import Duration
from rules.policy import Rulebook
from rules.rates import half_year, shipped
from rules.source import Node, read
from worker.demo.story import MONEY, PAYMENTS, Delay, Event, Habit, Office, Refusal, Story, When

NOON = time(10, 30)
OFFICE = ("approvals", "tasks", "calls", "post")
LONGEST = 60  # days or working days that somebody takes or is given
_TIME = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: what it is about, and the keys it must and may have."""

    about: Literal["invoice", "contract", "customer"]
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


EVENTS = {
    "payment": Kind("invoice", ("on",), ("at", "amount")),  # in the place of the habit; all that is left, or a part
    "unpaid": Kind("invoice"),  # in the place of the habit
    "failed-debit": Kind("invoice", ("on", "reason"), ("at", "amount")),
    "credit": Kind("invoice", ("on", "amount"), ("at",)),
    "dispute": Kind("invoice", ("on", "reason"), ("at", "amount", "by")),  # `amount` where only a part is disputed
    "resolved": Kind("invoice", ("on", "founded"), ("at",)),
    "promise": Kind("invoice", ("on", "within"), ("at",)),
    "refusal": Kind("invoice", ("step", "says", "reason"), ("for",)),  # in the place of an approval
    "insolvency": Kind("customer", ("on", "published"), ("at",)),
    "end": Kind("contract", ("on", "reason"), ("at",)),
}


def read_story(
    data: bytes, name: str, rulebook: Rulebook, contracts: Iterable[Contract]
) -> tuple[Story | None, list[Diagnostic]]:
    """The story of a file, for these contracts, and what is wrong with it, sorted; None when anything is."""
    root, found = read(data, name)
    if root is None or found:
        return None, found
    reading = _Reading(Page(name, root, Known({})), rulebook, {each.id: each for each in contracts})
    story = reading.story()
    problems = sorted(reading.page.diagnostics)
    return (None if problems else story), problems


@dataclass(slots=True)
class _Reading:
    """One pass over a story's file."""

    page: Page
    rulebook: Rulebook
    contracts: dict[str, Contract]
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def story(self) -> Story | None:
        page, root = self.page, self.page.root
        if not self._map(root, ("story", "from", "until", "calendar", "office", "habits"), ("events", "rates")):
            return None
        calendar = self.rulebook.calendars.get(text(root, "calendar"))
        if calendar is None:
            node = wanted(root, "calendar")
            page.error(
                node,
                206,
                f"there is no calendar {quoted(node.text)}",
                did_you_mean(node.text, self.rulebook.calendars),
            )
        start, until = page.day(wanted(root, "from")), page.day(wanted(root, "until"))
        if until == date.min:  # no real date, which has been told: a year will do for the rest
            until = start + timedelta(days=365)
        elif until < start:
            page.error(wanted(root, "until"), 104, f"{until} is before the first day, {start}")
        if calendar is not None and calendar.complete_until < until + timedelta(days=365):
            message = f"the calendar ends on {calendar.complete_until}, and a story needs a year more than its own"
            page.error(wanted(root, "calendar"), 215, message)
        office, habits = self._office(wanted(root, "office")), self._habits(wanted(root, "habits"))
        events, refusals = self._events(root.get("events"), until)
        rates = tuple(self._rates(root.get("rates"), text(wanted(root, "office"), "by")))
        if calendar is None or office is None:
            return None
        invoices: dict[str, tuple[Event, ...]] = {}
        for event in (event for event in events if EVENTS[event.what].about == "invoice"):
            invoices[event.subject] = (*invoices.get(event.subject, ()), event)
        return Story(
            text(root, "story"),
            start,
            until,
            calendar,
            office,
            habits,
            invoices,
            tuple(event for event in events if EVENTS[event.what].about != "invoice"),
            refusals,
            {each.id: each.customer for each in self.contracts.values()},
            {role: people[0] for role, people in self.rulebook.business.roles.items() if people},
            rates,
        )

    # --- the parts -----------------------------------------------------------------------------------------------

    def _office(self, node: Node) -> Office | None:
        if not self._map(node, ("by", "bank", *OFFICE)):
            return None
        delays = [self._delay(wanted(node, key)) for key in OFFICE]
        return Office(text(node, "by"), self._time(wanted(node, "bank")), *delays)

    def _delay(self, node: Node) -> Delay:
        if not self._map(node, ("after", "at")):
            return Delay(Duration(0, "d"), NOON)
        return Delay(self._while(wanted(node, "after")), self._time(wanted(node, "at")))

    def _habits(self, node: Node) -> dict[str, Habit]:
        self._map(node, (), None)
        found: dict[str, Habit] = {}
        for customer, entry in node.items():
            self._customer(entry.key)
            if not self._map(entry.value, (), ("pays", "until", "answers")) or not self._values(entry.value):
                continue
            pays = entry.value.get("pays")
            if pays is not None and self.page.moment(pays).anchor not in ("due", "issued"):
                self.page.error(pays, 203, "a habit counts from due or issued", "write due+3d, say")
            found[customer] = Habit(
                self.page.moment(pays) if pays is not None else None,
                given(entry.value, "until", self.page.day, None),
                given(entry.value, "answers", self._flag, True),
            )
        return found

    def _events(self, node: Node | None, until: date) -> tuple[list[Event], dict[tuple[str, str], Refusal]]:
        events: list[Event] = []
        refusals: dict[tuple[str, str], Refusal] = {}
        for each in listed(node):
            kind = self._kind(each)
            if kind is None:
                continue
            subject = wanted(each, kind.about)
            customer = self._subject(kind, subject, until)
            what = text(each, "what")
            if what == "refusal":
                refusals[subject.text, self._step(wanted(each, "step"))] = self._refusal(each)
            else:
                events.append(self._event(each, what, subject.text, customer))
        return events, refusals

    def _rates(self, node: Node | None, by: str) -> Iterator[tuple[date, f.RateStated]]:
        for each in listed(node):
            if not self._map(each, ("on", "table", "half_year", "rate", "source")) or not self._values(each):
                continue
            name, on = wanted(each, "table"), self.page.day(wanted(each, "on"))
            if name.text not in shipped():
                advice = did_you_mean(name.text, shipped())
                self.page.error(name, 206, f"there is no table of rates {quoted(name.text)}", advice)
            try:
                half = half_year(text(each, "half_year"))
            except ValueError as error:
                self.page.error(wanted(each, "half_year"), 104, str(error))
                continue
            percent = self.page.percent(wanted(each, "rate"))
            at = datetime.combine(on, NOON, UTC)
            yield on, f.RateStated(at, name.text, half, percent, text(each, "source"), by)

    def _kind(self, node: Node) -> Kind | None:
        """Which kind of event it is, once its keys are right."""
        what = node.get("what")
        if not isinstance(node.value, dict):
            self.page.error(node, 107, "a map of keys is needed here", "write {invoice: ..., what: ..., on: ...}")
            return None
        if what is None:
            self.page.error(node, 102, "'what' is missing", f"there are: {', '.join(EVENTS)}")
            return None
        kind = EVENTS.get(what.text)
        if kind is None:
            advice = did_you_mean(what.text, EVENTS) or f"there are: {', '.join(EVENTS)}"
            self.page.error(what, 103, f"{quoted(what.text)} is not something that happens in a story", advice)
            return None
        return kind if self._map(node, ("what", kind.about, *kind.must), kind.may) and self._values(node) else None

    def _event(self, node: Node, what: str, subject: str, customer: str) -> Event:
        page, number = self.page, self.numbers.get((what, subject), 0) + 1
        self.numbers[what, subject] = number
        if number > 1 and what not in ("payment", "credit", "promise"):
            page.error(node, 205, f"there is already a {what} for {subject}", "a story tells it once")
        when = self._when(node, what, outright=EVENTS[what].about != "invoice")
        amount = given(node, "amount", page.money, None)
        if amount is None and when.step is not None and what in ("payment", "failed-debit"):
            page.error(wanted(node, "on"), 102, "'amount' is missing", "what follows a step says how much it is")
        return Event(
            what,
            subject,
            customer,
            when,
            number,
            amount,
            text(node, "reason"),
            text(node, "by") or ("customer" if what in ("dispute", "promise") else ""),
            given(node, "founded", self._flag, False),
            given(node, "within", self._while, None),
            given(node, "published", page.day, None),
        )

    def _refusal(self, node: Node) -> Refusal:
        says = wanted(node, "says")
        if says.text not in ("skip", "postpone", "stop"):
            self.page.error(says, 103, f"{quoted(says.text)} is not allowed here, expected skip, postpone or stop")
        outcome = cast(Literal["skip", "postpone", "stop"], says.text)
        return Refusal(outcome, text(node, "reason"), given(node, "for", self._while, None))

    # --- values --------------------------------------------------------------------------------------------------

    def _when(self, node: Node, what: str, *, outright: bool) -> When:
        at = given(node, "at", self._time, PAYMENTS if what in MONEY or what == "failed-debit" else NOON)
        on = node.get("on")
        if on is None:
            return When(at)
        if on.text[:1].isdigit():
            return When(at, day=self.page.day(on))
        moment = self.page.moment(on)
        if outright:
            self.page.error(on, 104, f"{quoted(on.text)} is not a date such as 2026-09-01", "no invoice to count from")
        elif moment.step is not None:
            self._step(on, moment.step)
            if moment.anchor.endswith(".presented"):
                self.page.error(on, 203, "a story counts from a step or its deadline, not from its presentation")
        elif moment.anchor not in ("due", "issued"):
            self.page.error(on, 203, f"a story does not count from {moment.anchor}", "count from due, issued or a step")
        return When(at, moment=moment)

    def _time(self, node: Node) -> time:
        if not _TIME.fullmatch(node.text):
            self.page.error(node, 104, f"{quoted(node.text)} is not a time of day such as 08:30")
            return NOON
        return time.fromisoformat(node.text)

    def _while(self, node: Node) -> Duration:
        """How long somebody takes or is given."""
        found = self.page.duration(node)
        if found.unit not in ("d", "bd") or found.n > LONGEST:
            self.page.error(node, 104, f"{quoted(node.text)} is more than {LONGEST}d or {LONGEST}bd")
        return found

    def _flag(self, node: Node) -> bool:
        if not isinstance(node.value, bool):
            self.page.error(node, 103, f"{quoted(node.text)} is not allowed here, expected true or false")
        return node.value is True

    def _step(self, node: Node, name: str = "") -> str:
        """A step of any policy of the workspace."""
        name = name or node.text
        branches = ((p.steps, *(v.steps for v in p.variants)) for p in self.rulebook.policies.values())
        names = {step.id for branch in branches for steps in branch for step in steps}
        if name not in names:
            self.page.error(node, 204, f"no policy has a step {quoted(name)}", did_you_mean(name, names))
        return name

    def _subject(self, kind: Kind, node: Node, until: date) -> str:
        """The customer concerned; an invoice must be one that its contract bills."""
        if kind.about == "customer":
            return self._customer(node)
        name, _, first = node.text.partition("/")
        contract = self.contracts.get(name)
        if contract is None:
            self.page.error(node, 206, f"there is no contract {quoted(name)}", did_you_mean(name, self.contracts))
            return ""
        if kind.about == "invoice" and contract.schedule is not None:
            periods = takewhile(lambda period: period[0] <= until, all_periods(contract.schedule))
            starts = [str(period[0]) for period in periods]
            if first not in starts:
                advice = did_you_mean(first, starts) or f"there are: {', '.join(starts)}"
                self.page.error(node, 206, f"{name} has no period that starts on {quoted(first)}", advice)
        return contract.customer

    def _customer(self, node: Node) -> str:
        names = {each.customer for each in self.contracts.values()}
        if node.text not in names:
            self.page.error(
                node, 206, f"no contract is of the customer {quoted(node.text)}", did_you_mean(node.text, names)
            )
        return node.text

    def _map(self, node: Node, must: tuple[str, ...], may: tuple[str, ...] | None = ()) -> bool:
        """Whether it is a map with these keys and no others; `may` None: any others."""
        if not isinstance(node.value, dict):
            self.page.error(node, 107, "a map of keys is needed here")
            return False
        before = len(self.page.diagnostics)
        known = (*must, *(may or ()))
        unknown = [] if may is None else [entry.key for key, entry in node.items() if key not in known]
        for key in unknown:
            self.page.error(key, 101, f"unknown key {quoted(key.text)}", did_you_mean(key.text, known))
        for name in must:
            if node.get(name) is None:
                self.page.error(node, 102, f"{quoted(name)} is missing")
        return len(self.page.diagnostics) == before

    def _values(self, node: Node) -> bool:
        """Whether every key has one value, no list and no map."""
        wrong = [entry.value for _, entry in node.items() if isinstance(entry.value.value, tuple | dict)]
        for each in wrong:
            self.page.error(each, 107, "one value is needed here")
        return not wrong
