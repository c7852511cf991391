"""Policy tests: each lives one invoice through the simulator and compares what went out with what was expected.

The clock is the test's own; nothing is sent and no route is asked. The file's shape is checked before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from rules import facts as f
from rules.account import Account, BusinessState
from rules.calendars import CalendarEnds
from rules.compiling.page import Known, Page, items, listed, text, wanted
from rules.diagnostics import Diagnostic, did_you_mean, quoted
from rules.moments import Moment
from rules.policy import ALWAYS, Assignment, Policy, Route, Rulebook
from rules.simulate import Scripted, Simulation
from rules.source import Node
from rules.trial import reach, told
from rules.trial.events import ANSWERS, Happening
from rules.trial.given import Given, History, account, apart, calendar_of, opening, state, values
from rules.trial.reach import Part
from rules.trial.told import Line

_FRESH = timedelta(days=3660)  # how far ahead of a test's end bank data go
_INSTANT = timedelta(microseconds=1)
FIRST, LAST = date(1970, 1, 1), date(2199, 12, 31)  # of the days that a test may name


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one test: all that was `expected` and told (`actual`), and what is left over on either side.

    `absent` are indexes of `expected`; `surplus` is what of `actual` nothing expected, what no test must list included.
    `there` is what the test's policy has, `reached` what of it the test saw.
    """

    name: str
    file: str
    line: int
    there: frozenset[Part] = frozenset()
    reached: frozenset[Part] = frozenset()
    expected: tuple[Line, ...] = ()
    actual: tuple[Line, ...] = ()
    absent: tuple[int, ...] = ()
    surplus: tuple[Line, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    anchors: Mapping[str, date] = field(default_factory=dict)  # the dates that moments are counted from
    until: date | None = None  # the day on which it ended

    @property
    def passed(self) -> bool:
        """Whether all that was expected happened, and nothing else went out."""
        return self.differences == 0 and not self.problems

    @property
    def differences(self) -> int:
        """How many entries are too many or too few; the same thing on another day is one."""
        return len(self.absent) + sum(line.always for line in self.surplus) - len(self.moved)

    @property
    def moved(self) -> dict[int, Line]:
        """What happened on another day than expected: by the index of what was expected."""
        free, found = list(self.surplus), dict[int, Line]()
        for n in self.absent:
            said = self.expected[n]
            same = next((line for line in free if replace(line, at=said.at).meets(said)), None)
            if same is not None:
                found[n] = same
                free.remove(same)
        return found

    @property
    def missing(self) -> Line | None:
        """The first that was expected and did not happen."""
        return min((self.expected[n] for n in self.absent), key=lambda line: line.at, default=None)

    @property
    def extra(self) -> Line | None:
        """What came in the place of what is missing: the same on another day, else the first that nothing expected."""
        first = min(self.absent, key=lambda n: self.expected[n].at, default=None)
        if first in self.moved:
            return self.moved[first]
        return next((line for line in self.surplus if line.always), None)

    @property
    def before(self) -> Line | None:
        """The last thing that was as expected before the first difference."""
        days = [line.at for line in (self.missing, self.extra) if line is not None]
        agreed = (line for line in self.actual if line.always and line not in self.surplus)
        return max((line for line in agreed if days and line.at < min(days)), key=lambda line: line.at, default=None)


def run(file: Node, name: str, rulebook: Rulebook) -> list[Outcome]:
    """Runs every test of a file of kind policy-test, in order; `name` is the file's, for what is reported."""
    page, policy = _opened(file, name, rulebook)
    if policy is None:
        problems = tuple(page.diagnostics)
        return [Outcome(text(t, "name"), name, t.line, problems=problems) for t in listed(file.get("tests"))]
    return [_Trial(page, file, test, rulebook, policy).outcome() for test in listed(file.get("tests"))]


def misread(file: Node, name: str, rulebook: Rulebook) -> list[Diagnostic]:
    """What is wrong in a file of tests before any is lived: its policy, facts, dates, names of steps and tests."""
    page, policy = _opened(file, name, rulebook)
    tests = listed(file.get("tests"))
    page.once([wanted(test, "name") for test in tests], "test")
    trials = [_Trial(page, file, test, rulebook, policy) for test in tests] if policy is not None else []
    return [*page.diagnostics, *(problem for trial in trials for problem in trial.misread())]


def _opened(file: Node, name: str, rulebook: Rulebook) -> tuple[Page, Policy | None]:
    """The file's page, and the policy that it tests."""
    page, named = Page(name, file, Known({}, custom=rulebook.business.custom)), wanted(file, "policy")
    policy = rulebook.policies.get(named.text)
    if policy is None:
        page.error(named, 206, f"there is no policy {quoted(named.text)}", did_you_mean(named.text, rulebook.policies))
    return page, policy


class _Trial:
    """One test, lived through."""

    def __init__(self, page: Page, file: Node, test: Node, rulebook: Rulebook, policy: Policy) -> None:
        self.page = Page(page.name, page.root, page.known)
        self.test, self.policy = test, policy
        routed = test.get("routed") or file.get("routed")
        self.routed = routed is not None and routed.value is True
        self.rulebook = rulebook if self.routed else _bypassed(rulebook, policy)
        without = {fact.text for block in (file, test) for fact in listed(block.get("without"))}
        facts: Given = {"contract.law": rulebook.business.law}  # as most contracts are made
        facts |= values(self.page, [*items(file, "given"), *items(test, "given")])
        self.given: Given = {name: value for name, value in facts.items() if name not in without}
        self.calendar = calendar_of(rulebook, policy, self.given)
        self.start_node = test.get("start") or file.get("start")
        self.account: Account = account()
        self.lines: list[tuple[datetime, int, Line]] = []

    def outcome(self) -> Outcome:
        """What became of it; a test that cannot be understood is not lived through."""
        understood = self._understood()
        if understood is None:
            return self._said(())
        expected, events, until = understood
        return self._said(expected, self._live(events, until), until)

    def misread(self) -> list[Diagnostic]:
        """Why it cannot be understood."""
        self._understood()
        return self.page.diagnostics

    def _understood(self) -> tuple[list[Line], list[Happening], date] | None:
        """What is expected, what happens, and until when; None where that cannot be understood."""
        self._check_steps()
        for name in ("invoice.issued", "invoice.balance"):
            if name not in self.given:
                self.page.error(wanted(self.test, "name"), 221, f"{name} is not given, and a test needs it")
        for name, value in self.given.items():
            if isinstance(value, date) and not FIRST <= value <= LAST:
                self.page.error(wanted(self.test, "name"), 221, f"{name} is {value}, and nobody will see that day")
        if self.page.diagnostics:
            return None
        expected = [self._expected(node) for node in listed(self.test.get("expect"))]
        events, until = self._events(), self._until(expected)
        self._check_history()
        self._check_days(until)
        return None if self.page.diagnostics else (expected, events, until)

    def _check_steps(self) -> None:
        """Steps that it names and its policy has not; where routes choose, any policy may be meant."""
        branches = (self.policy.steps, *(variant.steps for variant in self.policy.variants))
        steps = {step.id for branch in branches for step in branch}
        named = [event.get(key) for event in listed(self.test.get("events")) for key in ANSWERS]
        named += [expected.get("step") for expected in listed(self.test.get("expect"))]
        named.append(self.test.get("last_step"))
        for node in named if not self.routed else []:
            if node is not None and node.text not in steps:
                message = f"policy '{self.policy.id}' has no step {quoted(node.text)}"
                self.page.error(node, 204, message, did_you_mean(node.text, steps))

    # --- dates ---------------------------------------------------------------------------------------------------

    def _day(self, node: Node) -> date:
        """A date, or a moment counted from the invoice's own dates."""
        if node.text[:1].isdigit():
            written = self.page.day(node)
            return written if written == date.min else self._near(node, written)
        moment = Moment.parse(node.text)
        name = {"received": "issued"}.get(moment.anchor, moment.anchor)
        day = self.given.get(f"invoice.{name}") if name in ("due", "issued") else None
        if not isinstance(day, date):
            self.page.error(
                node, 221, f"{quoted(node.text)} has no date here", "count from `due` or `issued`, or write the date"
            )
            return date.min
        try:
            return self._near(node, self.calendar.add(day, moment.offset))
        except CalendarEnds as error:
            self.page.error(node, 221, str(error))
        except OverflowError:
            self.page.error(node, 221, f"{quoted(node.text)} is a day that nobody will see")
        return date.min

    def _near(self, node: Node, day: date) -> date:
        """The day, where a calendar can count to it."""
        if FIRST <= day <= LAST:
            return day
        self.page.error(node, 221, f"{quoted(node.text)} is a day that nobody will see")
        return date.min

    def _start(self) -> date:
        if self.start_node is not None:
            return self._day(self.start_node)
        issued = self.given["invoice.issued"]
        assert isinstance(issued, date)
        return issued

    def _history(self) -> History:
        step, on = self.test.get("last_step"), self.test.get("last_step_at")
        return (None if step is None else step.text), (None if on is None else self._day(on))

    def _check_history(self) -> None:
        """As an import has it: the step and its day together, and the day has been."""
        step, on = self.test.get("last_step"), self.test.get("last_step_at")
        if (step is None) != (on is None):
            self.page.error(wanted(self.test, "name"), 221, "`last_step` and `last_step_at` are said together")
        elif on is not None and self._day(on) > self._start():
            self.page.error(on, 221, f"{quoted(on.text)} is after the test begins")

    def _check_days(self, until: date) -> None:
        """Nothing happens after the test ends; what is expected then is a difference, which `--record` takes out."""
        for node in listed(self.test.get("events")):
            at = wanted(node, "at")
            if self._day(at) > until:
                self.page.error(
                    at, 221, f"{quoted(at.text)} is after the test ends, which is on {until}", "see `until`"
                )

    def _until(self, expected: Sequence[Line]) -> date:
        until = self.test.get("until")
        return self._day(until) if until is not None else max((line.at for line in expected), default=self._start())

    # --- living --------------------------------------------------------------------------------------------------

    def _events(self) -> list[Happening]:
        made = [
            Happening(self.page, node, n, self._day, self.calendar)
            for n, node in enumerate(listed(self.test.get("events")))
        ]
        return sorted(made, key=lambda each: each.at)

    def _live(self, events: Sequence[Happening], until: date) -> frozenset[Part]:
        """From the start of the first day to the end of the last; what was reached."""
        digest, start = self.rulebook.digest, self.calendar.at(self._start())
        end = self.calendar.at(until + date.resolution) - _INSTANT
        life = Simulation({digest: self.rulebook}, self.account, BusinessState())
        life.answering = lambda fact, now: self._hear(life, fact, now)
        for fact in opening(self.given, digest, start, self._history()):
            life.account.record(fact)
        for name, value in apart(self.given).items():
            stated = state(life.account, name, value, digest=digest, now=start)
            if stated is not None:
                life.account.record(stated)
        if not any(event.node.get("bank-data") for event in events):
            life.business.record(f.BankConfirmed(start, until + _FRESH))
        now = start
        for event in (event for event in events if event.at <= end):
            if now < event.at:
                life.run(now, event.at - _INSTANT)
                now = event.at
            life.script((now, fact) for fact in event.facts(life.account, life.business, digest))
        life.run(now, end)
        routes = reach.route(self.rulebook.assignment, self.given.get) if self.routed else frozenset()
        return reach.reached(self.policy, (fact for _, fact in life.told)) | routes

    def _hear(self, life: Simulation, fact: f.Fact, now: datetime) -> Iterable[Scripted]:
        """Writes down what is told; nobody answers anything that the test does not say."""
        acts = life.last.acts if life.last is not None else ()
        line = told.line(fact, life.account, life.business, self.calendar, acts[0] if acts else None)
        if line is not None:
            self.lines.append((now, told.rank(fact, self.policy), line))
        return ()

    # --- comparing -----------------------------------------------------------------------------------------------

    def _expected(self, node: Node) -> Line:
        words = {key: entry.value.text for key, entry in node.items() if key not in ("at", "due")}
        due = node.get("due")
        if due is not None and "task" not in words:
            self.page.error(due, 221, "`due` is said of a task")
        return Line(self._day(wanted(node, "at")), words, None if due is None else self._day(due))

    def _said(
        self, expected: Sequence[Line], reached: frozenset[Part] = frozenset(), until: date | None = None
    ) -> Outcome:
        """Pairs what was expected with what was told, in order; what is left over on either side is a difference."""
        actual = [line for _, _, line in sorted(self.lines, key=lambda each: (each[2].at, each[0], each[1]))]
        free, absent = list(actual), []
        for n, wanted_ in enumerate(expected):
            met = next((line for line in free if line.meets(wanted_)), None)
            if met is None:
                absent.append(n)
            else:
                free.remove(met)
        first = min(absent, key=lambda n: expected[n].at, default=None)
        node = self.test if first is None else listed(self.test.get("expect"))[first]
        return Outcome(
            text(self.test, "name"),
            self.page.name,
            node.line,
            reach.routes(self.rulebook.assignment) if self.routed else reach.there(self.policy),
            reached,
            tuple(expected),
            tuple(actual),
            tuple(absent),
            tuple(free),
            tuple(self.page.diagnostics),
            self._anchors(),
            until,
        )

    def _anchors(self) -> dict[str, date]:
        dates = {name: self.given.get(f"invoice.{name}") for name in ("due", "issued")}
        dates["received"] = dates["issued"]
        return {name: day for name, day in dates.items() if isinstance(day, date)}


def _bypassed(rulebook: Rulebook, policy: Policy) -> Rulebook:
    """The same rulebook, in which everybody is routed to the policy."""
    route = Route("otherwise", ALWAYS, policy.id)
    return replace(rulebook, assignment=Assignment("test", policy.owner, (), (), route))
