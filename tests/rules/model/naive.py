"""A second judgement, written from section 5 of the language's specification and from nothing of `rules/`.

It lives every single day three times, at dawn, in the hours of work and at dusk, and looks at everything each time:
no wakes, no copies, no reasons. Of `rules/` it shares only the values that a policy and the facts are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from rules import facts as f
from rules.calendars import Calendar
from rules.moments import Duration, Moment
from rules.money import Money
from rules.policy import (
    Action,
    AllOf,
    AnyOf,
    Assignment,
    Call,
    Condition,
    Debit,
    Debits,
    Email,
    Handoff,
    Letter,
    Not,
    Policy,
    Sms,
    Step,
    Task,
    Test,
)
from tests.rules.model.beside import Beside
from tests.rules.model.choosing import Choosing, Value, compare

Happening = tuple[date, bool, f.Fact]  # the day, whether at dusk rather than at dawn, and what
Line = tuple[date, str, str, str]  # day, receivable, step, outcome
Instant = tuple[date, int]  # a day, and its part: dawn, work or dusk
LEVELS = ["courtesy", "reminder", "firm", "notice", "handoff"]
DAY = timedelta(days=1)
LATER = timedelta(days=12)  # for so long a step is postponed
PARTS = ("dawn", "work", "dusk")
# When the euro does not settle, besides Saturdays and Sundays: the European Central Bank's list of 2026.
NO_EURO = {date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 12, 25)}
DEAD = "AC01 AC04 AC06 AC13 AG01 DNOR MD01 MD07 SL01".split()  # the account or the mandate is no good any more
REFUSED = "MD06 MS02".split()  # the debtor does not want this one


@dataclass
class Rung:
    """A step of a ladder that is over: `out` if the customer got it."""

    step: Step
    occurrence: int
    day: date
    out: bool
    spoken: Step  # the step whose actions the message performed


@dataclass
class Asked:
    """A request for approval: `state` is asked, approved, escalated, skip, stop or postpone."""

    step: str
    occurrence: int
    amount: int
    day: date
    asking: Step  # as it was written then
    state: str = "asked"
    since: date | None = None


@dataclass
class Case:
    """One receivable and its ladder, if it has one."""

    fact: f.Issued
    paid: int = 0
    credited: int = 0
    given_up: int = 0
    residue: bool = False
    enrolled: date | None = None
    late: bool = False
    rungs: list[Rung] = field(default_factory=list)
    base: date | None = None  # what a late ladder counts from instead of its own dates
    asked: Asked | None = None
    go_on: str | None = None
    over: bool = False
    why: str = ""  # it is over
    closed: date = date.min
    refused: str | None = None
    followed: bool = False  # by what follows the last step

    @property
    def name(self) -> str:
        return self.fact.receivable

    @property
    def due(self) -> date:
        assert self.fact.due is not None
        return self.fact.due

    @property
    def currency(self) -> str:
        return self.fact.amount.currency

    @property
    def balance(self) -> int:
        return max(self.fact.amount.minor - self.paid - self.credited - self.given_up, 0)

    @property
    def sent(self) -> list[Rung]:
        return [rung for rung in self.rungs if rung.out]


@dataclass
class Held:
    """A hold: `end` is the day on which things go on."""

    hold: f.Hold
    end: date | None = None
    outcome: str = ""
    placed: Instant = (date.min, 0)
    collects: int = 0  # by our own debit, of that mandate
    mandate: str = ""


@dataclass(frozen=True)
class People:
    """Whose each contract is, who pays for a customer, how customers pay, and the mandates of contracts."""

    owners: Mapping[str, str]
    payers: Mapping[str, str]
    methods: Mapping[str, str]
    mandates: Mapping[str, str]
    customers: Mapping[str, f.Customer]  # as they are known at first


class Asking(NamedTuple):
    """What makes a question the same: at which step of which policy it comes up, or whether it is about variants."""

    policy: str
    step: str
    customer: str
    fact: str


@dataclass
class Question:
    """What is asked about a fact: open until somebody answers, or it is known."""

    answer: str = ""


@dataclass
class Standing:
    """How a ladder stands: its next step, the first day it may leave if that is ahead, and whether it may now."""

    case: Case
    step: Step
    occurrence: int
    ahead: date | None = None
    ready: bool = False

    @property
    def rank(self) -> tuple[int, date, str]:
        return (-LEVELS.index(self.step.level), self.case.due, self.case.name)


class Naive:
    """`answer` is how many days after a request for approval, at dawn, somebody says which word; `reply` after a
    question.
    """

    def __init__(
        self,
        policies: Mapping[str, Policy],
        assignment: Assignment,
        calendar: Calendar,
        happenings: Iterable[Happening],
        answer: tuple[int, str],
        reply: tuple[int, str],
        people: People,
        debits: Debits,
    ):
        self.reply, self.choosing = reply, Choosing(self, policies, assignment, people.customers)
        self.questions: dict[Asking, Question] = {}
        self.replies: list[tuple[date, Question]] = []
        self.calendar, self.answer, self.people, self.debits = calendar, answer, people, debits
        self.policy = policies["mine"]  # the one that does something beside its ladders
        self.happenings = list(happenings)
        self.cases: dict[str, Case] = {}
        self.holds: dict[str, Held] = {}
        self.money: dict[str, tuple[str, Money, tuple[f.Share, ...]]] = {}
        self.payments: dict[str, tuple[Instant, tuple[f.Share, ...]]] = {}
        self.came_back: list[tuple[date, str]] = []  # when, of which receivable
        self.sent_back: list[tuple[Instant, str, str]] = []  # after it was booked
        self.failures: list[tuple[Instant, str, str]] = []  # of which receivable, and why
        self.answers: list[tuple[date, str, str]] = []
        self.lines: list[Line] = []
        self.contact: dict[str, date] = {}  # by customer
        self.left: dict[str, date] = {}  # by customer, the day on which the last step left to them
        self.today, self.part = date.min, 0
        self.changed = False
        self.beside = Beside(self)

    def live(self, first: date, last: date) -> list[Line]:
        """Every line of the days from `first` to `last`, sorted."""
        self.today = first
        while self.today <= last:
            for self.part, part in enumerate(PARTS):
                self._happen(part)
                self.changed = True
                while self.changed:
                    self.changed = False
                    self._keep_books()
                    if not self.changed:
                        self._climb(working=part == "work" and self._works(self.today), over=part == "dusk")
                self.beside.look(part)
            self.today += DAY
        return sorted(self.lines)

    def _say(self, case: Case, step: str, outcome: str) -> None:
        self.lines.append((self.today, case.name, step, outcome))
        self.changed = True

    def _owes(self, case: Case) -> str:
        return self.people.owners[case.fact.contract]

    def _policy(self, case: Case) -> Policy:
        return self.choosing.policy(case)

    def _hears(self, case: Case) -> str:
        """Who is written to."""
        owes = self._owes(case)
        return self.people.payers.get(owes, owes) if self._policy(case).consolidate.by == "payer" else owes

    def _by_age(self) -> list[Case]:
        return sorted(self.cases.values(), key=lambda case: (case.due, case.name))

    # --- what happens --------------------------------------------------------------------------------------------

    def _happen(self, part: str) -> None:
        if part == "dawn":
            for on, name, step in [each for each in self.answers if each[0] == self.today]:
                asked = self.cases[name].asked
                if asked is not None and asked.step == step:
                    asked.state, asked.since = ("approved" if self.answer[1] == "yes" else self.answer[1]), on
            for on, question in self.replies:
                if on == self.today:
                    question.answer = self.reply[1]
        for on, dusk, fact in self.happenings:
            if on == self.today and part == ("dusk" if dusk else "dawn"):
                self._hear(fact)
                self.choosing.hear(fact)
                self.beside.hear(fact)

    def _hear(self, fact: f.Fact) -> None:
        match fact:
            case f.Issued():
                self.cases[fact.receivable] = Case(fact)
            case f.Paid():
                self.money[fact.payment] = fact.customer, fact.amount, fact.shares
                self.payments[fact.payment] = (self.today, self.part), fact.shares
                for share in fact.shares:
                    self.cases[share.receivable].paid += share.minor
            case f.Credited():
                self.money[fact.credit] = fact.customer, fact.amount, fact.shares
                for share in fact.shares:
                    self.cases[share.receivable].credited += share.minor
            case f.Reversed():
                del self.money[fact.payment]
                _, shares = self.payments.pop(fact.payment)
                for share in shares:
                    self.cases[share.receivable].paid -= share.minor
                    self.came_back.append((fact.on, share.receivable))
                    self.sent_back.append(((self.today, self.part), share.receivable, fact.reason))
            case f.PaymentFailed():
                self.failures.append(((self.today, self.part), fact.receivable, fact.reason))
            case f.WrittenOff():
                self.cases[fact.receivable].given_up += self.cases[fact.receivable].balance
            case f.HoldPlaced():
                self.holds[fact.hold.id] = Held(fact.hold, placed=(self.today, self.part))
            case f.HoldEnded() if self.holds[fact.hold].end is None:
                self.holds[fact.hold].end, self.holds[fact.hold].outcome = fact.on, fact.outcome

    # --- days ----------------------------------------------------------------------------------------------------

    def _works(self, day: date) -> bool:
        return day.weekday() in self.calendar.working_days and day not in self.calendar.holidays

    def _slot(self, day: date, step: Step | None = None) -> date:
        """The first working day from `day` on, on which nothing keeps steps of that level quiet."""
        while not self._works(day) or (step is not None and self._is_quiet(day, step.level)):
            day += DAY
        return day

    def _is_quiet(self, day: date, level: str) -> bool:
        """Every year, both days included, over the new year as well."""
        at = day.month, day.day
        return any(
            (level in quiet.levels or not quiet.levels)
            and (quiet.start <= at <= quiet.end or (quiet.end < quiet.start and not quiet.end < at < quiet.start))
            for quiet in self.calendar.quiet
        )

    def _plus(self, day: date, offset: Duration) -> date:
        match offset.unit:
            case "d" | "w":
                return day + offset.n * (7 if offset.unit == "w" else 1) * DAY
            case "m":
                month = day.month - 1 + offset.n
                year, month = day.year + month // 12, month % 12 + 1
                last = (date(year + month // 12, month % 12 + 1, 1) - DAY).day
                return date(year, month, min(day.day, last))
            case _:
                direction = DAY if offset.n > 0 else -DAY
                for _ in range(abs(offset.n)):
                    day += direction
                    while not self._works(day):
                        day += direction
                return day

    def _anchor(self, case: Case, moment: Moment) -> tuple[date, date] | None:
        """The anchor's day, and the day from which holds count; None where the step it names has not come."""
        since = case.sent[0].day if case.base and case.sent else case.fact.issued
        match moment.anchor:
            case "due":
                return case.base or case.due, since
            case "issued":
                return case.base or case.fact.issued, since
            case "previous":
                return (case.sent[-1].day, case.sent[-1].day) if case.sent else (case.base or case.due, since)
        name, _, deadline = moment.anchor.partition(".")
        rungs = [rung for rung in case.rungs if rung.step.id == name]
        if not rungs:
            return None
        rung = rungs[-1]
        if deadline and rung.out and rung.step.deadline is not None:
            return self._plus(rung.day, rung.step.deadline.of), rung.day
        return rung.day, rung.day

    def _written(self, case: Case, moment: Moment) -> date | None:
        anchor = self._anchor(case, moment)
        return None if anchor is None else self._plus(anchor[0], moment.offset)

    def _planned(self, case: Case, step: Step, occurrence: int) -> date | None:
        """The written day, its clock stopped on every day of a hold that shifts."""
        if occurrence > 1 and step.repeat is not None:
            since = [rung.day for rung in case.rungs if rung.step.id == step.id][-1]
            day = self._plus(since, step.repeat.every)
        else:
            anchor = self._anchor(case, step.at)
            if anchor is None:
                return None
            day, since = self._plus(anchor[0], step.at.offset), anchor[1]
        if day < since:
            return day
        left, clock = (day - since).days, since
        while left > 0 or self._stood_still(case, clock):
            left -= not self._stood_still(case, clock)
            clock += DAY
        return clock

    def _stood_still(self, case: Case, day: date) -> bool:
        return any(
            held.end is not None
            and held.hold.start <= day < held.end
            and self._concerns(held, case)
            and self._resume(held, case) == "shift"
            and (held.hold.part is None or held.hold.part.minor >= case.fact.amount.minor)
            for held in self.holds.values()
        )

    # --- money ---------------------------------------------------------------------------------------------------

    def _open(self, *, gross: bool = False) -> dict[str, int]:
        """What may be claimed of each: less what is disputed, and less free money, oldest due first."""
        free: dict[tuple[str, str], int] = {}
        for customer, amount, shares in self.money.values():
            rest = amount.minor - sum(share.minor for share in shares)
            free[customer, amount.currency] = free.get((customer, amount.currency), 0) + max(rest, 0)
        found = {}
        for case in self._by_age():
            owed = case.balance
            if not gross:
                owed -= self._disputed(case)
                whose = self._owes(case), case.currency
                used = min(owed, free.get(whose, 0))
                free[whose] = free.get(whose, 0) - used
                owed -= used
            found[case.name] = owed
        return found

    def _disputed(self, case: Case) -> int:
        disputes = self._active(case, "dispute")
        return min(sum(h.hold.part.minor if h.hold.part else case.balance for h in disputes), case.balance)

    def _fact(self, case: Case, name: str, *, gross: bool) -> Value:
        if name.startswith("customer."):
            return self.choosing.of(case, name)
        if name == "invoice.days_overdue":
            return (self.today - case.due).days
        owed = self._open(gross=gross)
        if name == "invoice.balance":
            return Money(owed[case.name], case.currency)
        assert name == "account.overdue_balance"
        theirs = [o for o in self.cases.values() if self._owes(o) == self._owes(case)]
        late = [o for o in theirs if o.currency == case.currency and o.due < self.today]
        return Money(sum(owed[other.name] for other in late), case.currency)

    def _holds_true(self, condition: Condition, case: Case, *, gross: bool = False) -> bool | None:
        """Kleene's three values; None is: not known."""
        match condition:
            case Test(fact):
                value = self._fact(case, fact, gross=gross)
                passed = None if value is None else compare(value, condition)
                return condition.if_unknown if passed is None else passed
            case Not(part):
                inner = self._holds_true(part, case, gross=gross)
                return None if inner is None else not inner
            case AllOf(parts) | AnyOf(parts):
                found = [self._holds_true(part, case, gross=gross) for part in parts]
                decisive = isinstance(condition, AnyOf)
                return decisive if decisive in found else None if None in found else not decisive

    # --- settling, holds, enrolment ------------------------------------------------------------------------------

    def _keep_books(self) -> None:
        for case in self._by_age():
            self._settle(case)
        for held in self.holds.values():
            self._end(held)
        for case in self._by_age():
            if case.enrolled and not case.over and not self.choosing.moved(case):
                self._end_for_good(case)
            if not case.over:
                self._enrol(case)
        for asking, question in list(self.questions.items()):
            _, step, customer, fact = asking
            if not question.answer and self.choosing.about(customer, fact) is not None:
                del self.questions[asking]
                self.lines.append((self.today, customer, step, "known"))
                self.changed = True

    def _settle(self, case: Case) -> None:
        if case.over and case.balance and case.residue:  # what it was a residue of came back
            case.given_up, case.residue = 0, False
        without = self.choosing.refusal(case) or self.choosing.unrouted(case)
        tolerance = () if without else self._policy(case).money.tolerance
        limits = [t.minor for t in tolerance if t.currency == case.currency]
        touched = (case.paid or case.credited) and not self._settled(case)
        if touched and case.balance and self.beside.paid_early(case):
            case.given_up, case.residue = case.given_up + case.balance, True
            self._say(case, "", "discounted")
        if limits and touched and 0 < case.balance <= limits[0]:
            case.given_up, case.residue = case.given_up + case.balance, True
        if case.over:
            if case.balance and self._opens_again(case):
                self._reopen(case)
            return
        if case.balance == 0:
            given_up = case.given_up and not case.residue
            self._stop(case, "written-off" if given_up else "paid" if case.paid else "credited")
        elif any(isinstance(action, Handoff) for rung in case.sent for action in rung.step.do):
            self._stop(case, "handed-off")

    @staticmethod
    def _settled(case: Case) -> bool:
        return case.over and case.why in ("paid", "credited", "written-off")

    def _opens_again(self, case: Case) -> bool:
        """Money came back to what was settled, or lifts what had fallen below its thresholds over them."""
        if self._settled(case):
            return True
        back = any(name == case.name and on >= case.closed for on, name in self.came_back)
        risen = self._holds_true(self._policy(case).applies_to, case, gross=True) is not False
        return case.why == "below-minimum" and back and risen

    def _reopen(self, case: Case) -> None:
        how = self.choosing.climbed(case).money.reopen if case.enrolled else "resume"
        case.over, case.asked, case.refused = False, None, None
        case.followed = case.followed and how == "resume"
        if how == "restart":
            case.rungs, case.enrolled, case.base, case.go_on = [], None, None, None
        elif how == "one-lower" and case.sent:
            del case.rungs[case.rungs.index(case.sent[-1]) :]
        self._say(case, "", f"reopened: {how}")

    def _stop(self, case: Case, why: str) -> None:
        case.over, case.why, case.closed = True, why, self.today
        self._say(case, "", f"stopped: {why}")

    def _concerns(self, held: Held, case: Case) -> bool:
        spared = held.hold.kind in ("vulnerable", "never-dun") and held.hold.subject == self._hears(case)
        return spared or held.hold.subject in (case.name, case.fact.contract, self._owes(case), "business")

    def _active(self, case: Case, *kinds: str) -> list[Held]:
        """Those that are on now, of these kinds or of any."""
        started = [h for h in self.holds.values() if h.end is None and h.hold.start <= self.today]
        return [h for h in started if (not kinds or h.hold.kind in kinds) and self._concerns(h, case)]

    def _is_held(self, case: Case, *, by_limits: bool = True) -> bool:
        active = [held for held in self._active(case) if by_limits or held.hold.scope != "business"]
        return any(held.hold.part is None or held.hold.part.minor >= case.balance for held in active)

    def _end_for_good(self, case: Case) -> None:
        """A hold of all of it has ended since it has a ladder, and the policy says that nothing goes on after that."""
        for held in self.holds.values():
            whole = held.hold.part is None or held.hold.part.minor >= case.fact.amount.minor
            since = case.enrolled and held.end and held.end >= case.enrolled
            if since and whole and self._concerns(held, case) and self._resume(held, case) == "never":
                self._stop(case, held.hold.kind)
                return

    def _resume(self, held: Held, case: Case) -> str:
        rule = self._policy(case).holds.get(held.hold.kind) if held.hold.scope != "business" else None
        if held.hold.kind == "dispute" and held.outcome in ("founded", "unfounded"):
            default = "shift" if held.outcome == "founded" else "keep"
            return getattr(rule, held.outcome) if rule else default
        return rule.resume if rule else "keep"

    def _end(self, held: Held) -> None:
        """An end date that has passed; a promise that was kept or broken; money on its way that came, or did not."""
        hold, cases = held.hold, [case for case in self._by_age() if self._concerns(held, case)]
        if held.end is not None or hold.start > self.today or not any(case.enrolled for case in cases):
            return
        if hold.until is not None and self.today > hold.until:
            held.end, held.outcome, self.changed = hold.until + DAY, "expired", True
        if hold.kind == "payment-pending" and held.end is None:
            how = self._arrived(held, cases)
            if how:
                held.end, held.outcome, self.changed = self.today, how, True
        if hold.kind != "promise":
            return
        rule = self._policy(cases[0]).holds["promise"]
        assert hold.promised is not None
        if not any(case.balance for case in cases):
            held.end, held.outcome, self.changed = self.today, "kept", True
        elif self.today > self._plus(hold.promised, rule.tolerance):
            owed = self._open()
            came = all(
                owed[case.name] == 0 == self._disputed(case) for case in cases
            )  # on no invoice, and reckoned here
            held.end, held.outcome, self.changed = self.today, "kept" if came else "broken", True
            for case in cases:
                if case.enrolled and not case.over and case.balance and not came:
                    case.go_on, case.asked = rule.broken, None

    def _arrived(self, held: Held, cases: list[Case]) -> str:
        """What became of money that was under way; nothing yet."""
        names = [case.name for case in cases]
        if any(name in names and at >= held.placed for at, name, _ in self.failures):
            return "failed"
        came = [share for at, shares in self.payments.values() if at > held.placed for share in shares]
        paid = sum(share.minor for share in came if share.receivable in names)
        return "settled" if not any(c.balance for c in cases) or (held.collects and paid >= held.collects) else ""

    def _enrol(self, case: Case) -> None:
        """Until the first step went out everything is tested anew; after that only a fall below the thresholds."""
        if case.sent:
            if self._holds_true(self._policy(case).applies_to, case, gross=True) is False:
                self._stop(case, "below-minimum")
            return
        refused = self.choosing.refusal(case)
        if refused is not None:
            self._refuse(case, refused)
            return
        if not self._routed(case):
            return
        applies = self._holds_true(self._policy(case).applies_to, case)
        if applies is False:
            self._refuse(case, "applies_to")
        elif applies is None and case.enrolled:
            self._refuse(case, "unknown")
        elif applies and (case.enrolled is None or self.choosing.moved(case)):
            case.enrolled, case.refused, self.changed = self.today, None, True
            case.rungs, case.asked, case.go_on, case.followed = [], None, None, False
            self.choosing.enrol(case)
            case.late = self._is_late(case)

    def _refuse(self, case: Case, why: str) -> None:
        if case.enrolled or case.refused != why:
            case.refused, case.enrolled, case.rungs, case.followed = why, None, [], False
            case.asked = case.go_on = None
            self._say(case, "", f"refused: {why}")

    def _is_late(self, case: Case) -> bool:
        """Whether the moment of its first step at or after the due date has passed."""
        for step in self.choosing.steps(case) or ():
            day = self._written(case, step.at)
            if day is None:
                return False
            if day >= case.due:
                return self._slot(day, step) < self.today
        return False

    # --- climbing ------------------------------------------------------------------------------------------------

    def _climb(self, *, working: bool, over: bool) -> None:
        """Looks at every ladder; when one is skipped or asks, we look at all of them again from the oldest on."""
        standings = []
        for case in self._by_age():
            if case.enrolled is not None and not case.over:
                standing = self._stand(case, working=working, over=over)
                if self.changed:
                    return
                if standing is not None:
                    standings.append(standing)
        for standing in sorted((s for s in standings if s.ready), key=lambda s: s.rank):
            spoken = self._done(standing.case, standing.step)
            if not self._delays(standing, standings) and not self.beside.beyond(spoken.do):
                self._leave(standing, standings)
                return  # beyond the limit, what is no contact and was ready in that minute leaves all the same

    def _skip(self, standing: Standing, why: str) -> None:
        case = standing.case
        case.rungs.append(Rung(standing.step, standing.occurrence, self.today, out=False, spoken=standing.step))
        case.asked = None
        self._say(case, standing.step.id, f"skipped: {why}")

    def _next(self, case: Case) -> Standing | None:
        for step in self.choosing.steps(case) or ():
            rungs = [rung for rung in case.rungs if rung.step.id == step.id]
            if not rungs:
                return Standing(case, step, 1)
            again = step.repeat and rungs[-1].out and rungs[-1].occurrence < step.repeat.times
            if again and not self._passed(case, step):
                return Standing(case, step, rungs[-1].occurrence + 1)
        return None

    def _called(self, case: Case) -> date:
        """The first day after the attempts of the call that the last message made; nobody records any of them."""
        last = case.rungs[-1] if case.rungs else None
        calls = [a for a in last.spoken.do if isinstance(a, Call)] if last and last.out else []
        if last is None or not calls:
            return date.min
        day = self._slot(last.day)
        return self._plus(day, Duration(calls[0].attempts - 1, "bd")) + DAY

    def _stand(self, case: Case, *, working: bool, over: bool) -> Standing | None:
        if self.today < self._called(case) or self.choosing.unrouted(case) or not self._chosen(case):
            return None
        standing = self._next(case)
        if standing is None:
            return None
        step = standing.step
        passed = self._passed_by(case, step)
        if passed is not None:
            self._skip(standing, passed)
            return None
        asked = case.asked
        if (
            asked is not None
            and asked.state in ("skip", "stop")
            and (asked.step, asked.occurrence) == (step.id, standing.occurrence)
        ):
            if asked.state == "stop":
                self._stop(case, "stopped")
            elif step.level not in ("notice", "handoff"):  # after a heavy one a person is asked, who says nothing here
                self._skip(standing, "refused")
            return None
        day = self._planned(case, step, standing.occurrence)
        if day is None:
            return None
        if self.today > case.due and self._was_early(case, step):
            self._skip(standing, "too-late")
            return None
        quiet = all(isinstance(action, Task) for action in step.do)
        if not quiet and (self._is_held(case) or self._open()[case.name] == 0):
            return None
        if self._paused(case, step) or self._hushed(case, step):
            return None
        to = self._hears(case)
        if to in self.contact:
            day = max(day, self._plus(self.contact[to], self._policy(case).pacing.min_gap))
        if to in self.left and self.left[to] >= max(day, self.today):
            day = self.left[to] + DAY
        day = self._slot(max(day, self.today + DAY if over else self.today), step)
        if day > self.today or not working:
            standing.ahead = day
            return standing
        standing.ready = all(
            test(standing) for test in (self._meant, self._collectable, self._prepared, self._approved)
        )
        return standing

    def _passed_by(self, case: Case, step: Step) -> str | None:
        """Why a step's turn is over before it came."""
        steps = self.choosing.steps(case) or ()
        names = [each.id for each in steps]
        if self._passed(case, step):
            return "passed-over"
        if case.go_on and names.index(step.id) < names.index(case.go_on):
            return "broken"
        if case.late and not case.sent and self._policy(case).pacing.late_start == "nearest-step":
            nearest = self._nearest(case)
            if nearest and names.index(step.id) < names.index(nearest):
                return "too-late"
        if any(LEVELS.index(rung.step.level) > LEVELS.index(step.level) for rung in case.sent):
            return "tone"
        return None

    def _nearest(self, case: Case) -> str | None:
        """The light step at which it would be, had each gone out on the day that is written for it."""
        nearest = None
        for step, day in self._as_written(case):
            if step.level in ("notice", "handoff"):
                continue
            if case.enrolled and day > case.enrolled:
                break
            nearest = step.id
        return nearest

    def _as_written(self, case: Case) -> list[tuple[Step, date]]:
        """The days of the steps where nothing is late, held or passed over."""
        climbed = Case(case.fact)
        for step in self.choosing.steps(case) or ():
            day = self._written(climbed, step.at)
            if day is not None:
                climbed.rungs.append(Rung(step, 1, day, out=True, spoken=step))
        return [(rung.step, rung.day) for rung in climbed.rungs]

    def _passed(self, case: Case, step: Step) -> bool:
        """Whether the ladder has gone by a later step, which happens when it changes its variant."""
        names = [each.id for each in self.choosing.steps(case) or ()]
        return any(rung.step.id in names[names.index(step.id) + 1 :] for rung in case.rungs)

    def _was_early(self, case: Case, step: Step) -> bool:
        """Whether the policy writes the step before the due date."""
        return any(written is step and day < case.due for written, day in self._as_written(case))

    def _paused(self, case: Case, step: Step) -> bool:
        """While an agency has another file of the customer, nothing firm or heavier leaves."""
        if step.level in ("courtesy", "reminder"):
            return False
        others = (other for other in self._beside(case) if other.balance)
        return any(isinstance(a, Handoff) for other in others for rung in other.sent for a in rung.step.do)

    def _beside(self, case: Case) -> list[Case]:
        """Every other one about which the same customer is written to."""
        return [o for o in self.cases.values() if o is not case and self._hears(o) == self._hears(case)]

    def _hushed(self, case: Case, step: Step) -> bool:
        """From the request of a heavy step until its deadline no lighter one leaves to the customer."""
        for other in self._beside(case):
            if other.enrolled is None or other.over:
                continue
            asked = None if self._is_held(other, by_limits=False) else other.asked
            if asked is not None:
                heavy = asked.asking
                assert heavy.approval is not None
                last = {
                    "asked": self._plus(asked.day, heavy.approval.within),
                    "approved": self._plus(asked.since or asked.day, Duration(10, "bd")),
                }.get(asked.state, date.min)
                if _outweighs(heavy, step) and self.today <= last:
                    return True
            warned = [rung for rung in other.sent if _outweighs(rung.step, step)]
            if warned:
                deadline = warned[-1].step.deadline
                last = self._plus(warned[-1].day, deadline.of) if deadline else warned[-1].day
                if self.today <= last:
                    return True
        return False

    # --- the tests of a step whose moment has come ---------------------------------------------------------------

    def _meant(self, standing: Standing) -> bool:
        """Its condition; of a score that is not known a person is asked, once for the customer's step."""
        case, step = standing.case, standing.step
        found = self._holds_true(step.when, case)
        if found is False:
            self._skip(standing, "condition")
        if found is not None or not _scored(step):
            return found is True
        answer = self._told(Asking(self._policy(case).id, step.id, self._owes(case), "customer.score"))
        if answer == "skip":
            self._skip(standing, "review")
        elif answer == "stop":
            self._stop(case, "stopped")
        return answer == "proceed"

    def _told(self, asking: Asking) -> str:
        """What somebody answers to that question, which is asked if it has not been."""
        if asking not in self.questions:
            question = self.questions[asking] = Question()
            self.lines.append((self.today, asking.customer, asking.step, "asked"))
            self.changed = True
            if self.reply[1] != "nothing":
                self.replies.append((self.today + self.reply[0] * DAY, question))
        return self.questions[asking].answer

    def _routed(self, case: Case) -> bool:
        """Whether it is known which policy it climbs by."""
        missing = self.choosing.unrouted(case)
        if missing is None:
            return True
        if self._ended(Asking("", "", self._owes(case), missing)):
            self._refuse(case, "stopped")
        elif case.enrolled:
            self._refuse(case, "unknown")
        return False

    def _chosen(self, case: Case) -> bool:
        """Whether it is known which steps of its policy it climbs."""
        if self.choosing.steps(case) is not None:
            return True
        if self._ended(Asking("any", "", self._owes(case), self.choosing.missing(case))):
            self._stop(case, "stopped")
        return False

    def _ended(self, asking: Asking) -> bool:
        """Whether somebody who is asked says that it is over; to go on is to be asked again."""
        answer = self._told(asking)
        if answer == "proceed":
            del self.questions[asking]
            self.changed = True
        return answer in ("skip", "stop")

    def _collectable(self, standing: Standing) -> bool:
        """Who pays by debit is debited, by a mandate that works, and no sooner than a bank takes it."""
        case, step = standing.case, standing.step
        if not _collects(step):
            return True
        method = self.people.methods.get(self._owes(case))
        if method is None:  # a person is asked
            return False
        if method != "debit":
            self._skip(standing, "not-by-debit")
            return False
        fallback = any(isinstance(action, Debit) and action.fallback for action in step.do)
        if self._mandate(case) is None:
            if not fallback and self._dead(case, self.people.mandates.get(case.fact.contract, "")):
                self._skip(standing, "mandate-failed")
            return fallback  # without one a person is asked
        first = self._collected_on(case) - 14 * DAY
        standing.ahead = self._slot(first, step) if self.today < first else None
        return self.today >= first

    def _mandate(self, case: Case) -> str | None:
        """By which it can be collected."""
        mandate = self.people.mandates.get(case.fact.contract)
        return None if mandate is None or case.currency != "EUR" or self._dead(case, mandate) else mandate

    def _dead(self, case: Case, mandate: str) -> bool:
        """Whether a collection by it came back for good."""
        tried = [h for h in self.holds.values() if h.collects and h.mandate == mandate and h.end is not None]
        back = [
            (name, why)
            for at, name, why in self.failures + self.sent_back
            if any(held.hold.subject == name and at >= held.placed for held in tried)
        ]
        return any(why in DEAD or (why in REFUSED and name == case.name) for name, why in back)

    def _collected_on(self, case: Case) -> date:
        """Not before the due date, nor before the customer was told long enough; on a day of the euro."""
        day = max(case.due, case.fact.issued + self.debits.notice * DAY)
        while not _settles(day):
            day += DAY
        return day

    def _done(self, case: Case, step: Step) -> Step:
        """The step as it is really done: where nothing can be collected, the fallback."""
        do: list[Action] = []
        for action in step.do:
            fallback = isinstance(action, Debit) and self._mandate(case) is None
            do.append(action.fallback if isinstance(action, Debit) and fallback and action.fallback else action)
        return replace(step, do=tuple(do))

    def _collect(self, case: Case, owed: int) -> None:
        """A debit is under way: nothing leaves until it is known what became of it."""
        soonest, left = self.today, self.debits.lead
        while left:
            soonest += DAY
            left -= _settles(soonest)
        on, mandate = max(self._collected_on(case), soonest), self._mandate(case) or ""
        name = f"debit-{len(self.holds)}"
        hold = f.Hold(name, "payment-pending", "receivable", case.name, self.today)
        self.holds[name] = Held(hold, placed=(self.today, self.part), collects=owed, mandate=mandate)
        self._say(case, "", f"collected: {Money(owed, case.currency)} on {on} by {mandate}")

    def _prepared(self, standing: Standing) -> bool:
        """What it requires went out, and before a heavy step a reminder did long enough ago; else a person is asked."""
        step, sent = standing.step, standing.case.sent
        if set(step.requires or ()) - {rung.step.id for rung in sent}:
            return False
        if step.level == "handoff" and step.requires is None and not any(r.step.level == "notice" for r in sent):
            return False
        if step.level not in ("notice", "handoff"):
            return True
        reminded = [r.day for r in sent if r.step.level in ("reminder", "firm") and _speaks(r.spoken)]
        if not reminded:
            return False
        earliest = self._plus(min(reminded), self._policy(standing.case).pacing.before_heavy)
        standing.ahead = self._slot(earliest, step) if self.today < earliest else None
        return self.today >= earliest

    def _approved(self, standing: Standing) -> bool:
        rule, case = standing.step.approval, standing.case
        if rule is None:
            return True
        asked, owed = case.asked, self._open()[case.name]
        if asked is not None and (asked.step, asked.occurrence) == (standing.step.id, standing.occurrence):
            if asked.state == "escalated":
                return False
            if asked.state == "postpone" and asked.since is not None and self.today < asked.since + LATER:
                standing.ahead = self._slot(asked.since + LATER, standing.step)
                return False
            if asked.state == "postpone":
                self._ask(standing, owed)
                return False
            if asked.state == "approved" and asked.since is not None:
                if self.today <= self._plus(asked.since, Duration(10, "bd")) and owed <= asked.amount:
                    return True
            elif self.today < self._plus(asked.day, rule.within):
                return False
            elif rule.otherwise == "skip":
                self._skip(standing, "no-approval")
                return False
            elif rule.otherwise == "send" and standing.step.level not in ("notice", "handoff"):
                asked.state, asked.since, self.changed = "approved", self.today, True
                return True
            else:
                asked.state, self.changed = "escalated", True
                return False
        self._ask(standing, owed)
        return False

    def _ask(self, standing: Standing, owed: int) -> None:
        case = standing.case
        case.asked = Asked(standing.step.id, standing.occurrence, owed, self.today, standing.step)
        self._say(case, standing.step.id, "waiting: approval")
        days, word = self.answer
        if word != "nothing":
            self.answers.append((self.today + days * DAY, case.name, standing.step.id))

    # --- leaving -------------------------------------------------------------------------------------------------

    def _delays(self, light: Standing, standings: list[Standing]) -> bool:
        """Whether a heavier step of another ladder would have to wait because this one left: a task makes no gap."""
        speaks = _speaks(self._done(light.case, light.step), calls=True)
        for other in standings:
            if other.case is light.case or self._hears(other.case) != self._hears(light.case):
                continue
            gap = self._policy(other.case).pacing.min_gap  # its own
            free = max(self.today + DAY, self._plus(self.today, gap)) if speaks else self.today + DAY
            if other.ahead is not None and other.rank[0] < light.rank[0] and self.today < other.ahead < free:
                return True
        return False

    def _leave(self, leader: Standing, standings: list[Standing]) -> None:
        carried = [leader, *(s for s in standings if s is not leader and self._rides_along(s, leader))]
        own = min(carried, key=lambda standing: standing.rank)
        spoken, owed = self._done(own.case, own.step), self._open()
        for standing in carried:
            case, step = standing.case, standing.step
            if case.late and not case.sent:
                case.base = self._plus(self.today, Duration(-step.at.offset.n, step.at.offset.unit))
            self.choosing.begin(case)
            case.rungs.append(Rung(step, standing.occurrence, self.today, out=True, spoken=spoken))
            case.asked = None
            case.go_on = None if case.go_on == step.id else case.go_on
            self._say(case, step.id, "sent" if standing is own else "covered")
            if step.id == spoken.id:
                self.beside.charge(case, step)
            if _collects(spoken):
                self._collect(case, owed[case.name])
        to = self._hears(leader.case)
        self.left[to] = self.today
        if _speaks(spoken):
            self.contact[to] = self.today

    def _rides_along(self, other: Standing, leader: Standing) -> bool:
        mine, theirs = leader.case, other.case
        policy = self._policy(mine)
        by, window = policy.consolidate.by, policy.consolidate.window
        if (
            by == "invoice"
            or mine.currency != theirs.currency
            or policy.id != self._policy(theirs).id
            or not (_speaks(leader.step, calls=True) or _collects(leader.step))
        ):
            return False
        if by == "contract" and mine.fact.contract != theirs.fact.contract:
            return False
        if self._hears(mine) != self._hears(theirs):
            return False
        step = other.step
        if _collects(leader.step):
            alike = (self._mandate(mine) is None) == (self._mandate(theirs) is None)
            return other.ready and step.id == leader.step.id and self._owes(mine) == self._owes(theirs) and alike
        if leader.step.level in ("notice", "handoff"):
            return other.ready and step.id == leader.step.id
        if step.level in ("notice", "handoff") or step.approval or _collects(step) or not _speaks(step, calls=True):
            return False
        if other.ready:
            return True
        day = self._planned(theirs, step, other.occurrence)
        if day is None or self.today <= theirs.due < day or self._slot(day) > self._plus(self.today, window):
            return False
        if LEVELS.index(step.level) > LEVELS.index(leader.step.level) and self._is_quiet(self.today, step.level):
            return False  # the message would speak at its level
        tests: list[Callable[[], bool]] = [
            lambda: not self._is_held(theirs) and not self._paused(theirs, step),
            lambda: self._open()[theirs.name] > 0,
            lambda: not set(step.requires or ()) - {rung.step.id for rung in theirs.sent},
            lambda: self._holds_true(step.when, theirs) is True,
        ]
        return all(test() for test in tests)


def _outweighs(heavy: Step, step: Step) -> bool:
    return heavy.level in ("notice", "handoff") and LEVELS.index(heavy.level) > LEVELS.index(step.level)


def _scored(step: Step) -> bool:
    return isinstance(step.when, Test) and step.when.fact == "customer.score"


def _collects(step: Step) -> bool:
    return any(isinstance(action, Debit) for action in step.do)


def _settles(day: date) -> bool:
    return day.weekday() < 5 and day not in NO_EURO


def _speaks(step: Step, *, calls: bool = False) -> bool:
    """Whether the customer hears of the step: by a message, or (with `calls`) by a call that may reach nobody."""
    kinds = (Email, Sms, Letter, Call) if calls else (Email, Sms, Letter)
    return any(isinstance(action, kinds) for action in step.do)
