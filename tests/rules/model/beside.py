"""What is done beside the ladder, judged as naively as `naive.py` judges the ladder: reactions to what happens.

Written from the same pages. It looks at the whole world each time, and keeps in mind only what it has done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from rules import facts as f
from rules.moments import Duration
from rules.money import Money
from rules.policy import Action, AllOf, Charge, Condition, Email, Handoff, Letter, Reaction, Sms, Step, Task, Test

if TYPE_CHECKING:
    from tests.rules.model.naive import Case, Naive

DAY = timedelta(days=1)
CONTACTS = (Email, Sms, Letter)
CONFIRMED = "payment-received promise-made dispute-opened dispute-resolved".split()  # no contact, and never held


@dataclass(frozen=True)
class Event:
    """Something that happened to a receivable, and what came of which fact it is known by."""

    name: str
    case: Case = field(compare=False)
    source: str
    said: Mapping[str, str] = field(compare=False, default_factory=dict)  # facts of its own
    short: int = field(compare=False, default=0)  # of what was owed, given up or not


class Beside:
    """Answers each event once with each reaction to it."""

    def __init__(self, world: Naive):
        self.world = world
        self.discounts: Mapping[str, f.Discount] = {}  # of contracts
        self.full: frozenset[date] = frozenset()  # the days on which the business may contact nobody more
        rule = world.policy.after_last_step
        follows = (Reaction(f.AFTER_LAST_STEP, rule.do),) if rule else ()
        self.reactions = (*world.policy.reactions, *follows)
        self.events: dict[tuple[str, str, str], Event] = {}
        self.enrolled: set[str] = set()  # at any time
        self.done: set[tuple[str, str, str, int]] = set()
        self.warned: set[tuple[str, str]] = set()  # of which receivable, of which internal deadline
        self.charged: set[tuple[str, str]] = set()
        self.paid: dict[str, f.Paid] = {}
        self.spoke: dict[str, date] = {}  # by customer, the day of the last reaction that was a contact

    def hear(self, fact: f.Fact) -> None:
        """What a fact says has happened."""
        for event in self._said(fact):
            self._note(event)

    def look(self, part: str) -> None:
        """Answers what may be answered now."""
        self.enrolled |= {case.name for case in self.world.cases.values() if case.enrolled}
        for event in self._seen():
            self._note(event)
        for case in self.world._by_age():
            self._look_ahead(case)
            if part != "dusk":
                self._look_back(case)
        by_age = [case.name for case in self.world._by_age()]
        last = f.AFTER_LAST_STEP  # it follows when what happened to the same invoice is answered
        order = sorted(self.events.items(), key=lambda each: (by_age.index(each[1].case.name), each[1].name == last))
        for key, event in order:
            if not self._stands(event):
                continue
            for n, reaction in enumerate(self.reactions):
                if reaction.event == event.name and (*key, n) not in self.done and self._answers(reaction, event, part):
                    self.done.add((*key, n))

    def _note(self, event: Event) -> None:
        self.events.setdefault((event.name, event.case.name, event.source), event)

    def _stands(self, event: Event) -> bool:
        """Whether a policy answers it, and what happened is so: nothing is short of what was given up, nor told of a
        deadline once the ladder is over.
        """
        case = event.case
        forgiven = event.name == "short-paid" and case.given_up >= event.short
        return case.name in self.enrolled and not forgiven and not (event.name == "deadline-passed" and case.over)

    def beyond(self, do: tuple[Action, ...]) -> bool:
        """Whether a contact would be one too many for the business today: then it is on hold for the day."""
        world = self.world
        if world.today not in self.full or not any(isinstance(action, CONTACTS) for action in do):
            return False
        if f"limit/{world.today}" in world.holds:
            return True
        hold = f.Hold(f"limit/{world.today}", "manual", "business", "business", world.today, until=world.today)
        world._hear(f.HoldPlaced(datetime.combine(world.today, time()), hold))
        world.lines.append((world.today, "business", "", "limit"))
        world.changed = True
        return True

    def paid_early(self, case: Case) -> bool:
        """Whether the sum less the discount of its contract came in within its days, by the payments' own dates."""
        net = self.discounts.get(case.fact.contract)
        if net is None:
            return False
        last, came = case.fact.issued + net.days * DAY, [p for p in self.paid.values() if p.payment in self.world.money]
        shares = [share for paid in came if paid.on <= last for share in paid.shares]
        least = (case.fact.amount.minor - case.credited) * (100 - net.percent) / 100
        return sum(share.minor for share in shares if share.receivable == case.name) >= least > 0

    def charge(self, case: Case, step: Step) -> None:
        """What a delay costs is charged once, with the first message that asks for it and speaks for its own step: in
        France 40 euros, of what is late (Code de commerce, D441-5).
        """
        if self.world.today <= case.due:
            return
        owed = Money(4000, "EUR") if case.currency == "EUR" else Money(0, case.currency)
        for action in step.do:
            if isinstance(action, Charge) and (case.name, action.terms) not in self.charged:
                self.charged.add((case.name, action.terms))
                self.world.lines.append((self.world.today, case.name, step.id, f"charged: {owed} by {action.terms}"))

    # --- what happened -------------------------------------------------------------------------------------------

    def _said(self, fact: f.Fact) -> Iterator[Event]:
        cases = self.world.cases
        match fact:
            case f.Paid():
                self.paid[fact.payment] = fact
                for share in fact.shares:
                    yield Event("payment-received", cases[share.receivable], fact.payment)
                    if self._short(case := cases[share.receivable]):
                        yield Event("short-paid", case, fact.payment, short=case.balance + case.given_up)
            case f.Reversed():
                past = "short-paid", fact.payment
                self.events = {key: each for key, each in self.events.items() if key[::2] != past}
                for share in self.paid[fact.payment].shares:
                    own = {"payment.reason": fact.reason}
                    yield Event("payment-reversed", cases[share.receivable], fact.payment, own)
            case f.PaymentFailed():
                yield Event("payment-failed", cases[fact.receivable], fact.payment, {"payment.reason": fact.reason})
            case f.HoldPlaced(hold=hold) if hold.kind in ("promise", "dispute"):
                name = {"promise": "promise-made", "dispute": "dispute-opened"}[hold.kind]
                yield Event(name, cases[hold.subject], hold.id)

    def _short(self, case: Case) -> bool:
        """Whether more is left than is given up."""
        if self.paid_early(case):
            return False
        limits = [t.minor for t in self.world.policy.money.tolerance if t.currency == case.currency]
        return case.balance > (limits[0] if limits else 0)

    def _seen(self) -> Iterator[Event]:
        """What no fact from outside says: it is seen by whoever looks."""
        world = self.world
        for name, held in world.holds.items():
            if held.hold.kind == "promise" and held.outcome == "broken":
                yield Event("promise-broken", world.cases[held.hold.subject], name)
            if held.hold.kind == "dispute" and held.end is not None:
                yield Event("dispute-resolved", world.cases[held.hold.subject], name)
        for case in world.cases.values():
            for rung in case.sent:
                source = f"{rung.step.id} of {rung.day}"
                if any(isinstance(action, Handoff) for action in rung.step.do):
                    yield Event("handed-off", case, source)
                named = world._plus(rung.day, rung.step.deadline.of) if rung.step.deadline else None
                if named is not None and world.today > named and not case.over:
                    yield Event("deadline-passed", case, source)

    # --- dates ---------------------------------------------------------------------------------------------------

    def _look_ahead(self, case: Case) -> None:
        """Internal deadlines, which nothing delays: once, `warn` before them, brought back to a working day."""
        world = self.world
        concerned = case.sent or case.enrolled or world._holds_true(world.policy.applies_to, case) is not False
        if case.balance == 0 or not concerned:
            return
        for rule in world.policy.deadlines:
            day = world._plus({"due": case.due, "issued": case.fact.issued}[rule.at.anchor], rule.at.offset)
            day = world._plus(day, Duration(-rule.warn.n, rule.warn.unit))
            while not world._works(day):
                day -= DAY
            if world.today >= day and (case.name, rule.id) not in self.warned:
                self.warned.add((case.name, rule.id))
                applies = world._holds_true(rule.when, case)
                world.lines.append((world.today, case.name, rule.id, "warned" if applies else "passed"))

    def _look_back(self, case: Case) -> None:
        """What follows the last step: once, when every one is over and its moment has come."""
        world, rule = self.world, self.world.policy.after_last_step
        if rule is None or not case.enrolled or case.over or case.followed:
            return
        if world.choosing.steps(case) is None or world._next(case) is not None:  # which steps it has is not known
            return
        day = world._written(case, rule.at)
        if (
            day is None
            or world.today < day
            or not world._works(world.today)
            or world._is_quiet(world.today, "courtesy")
        ):
            return
        case.followed = True
        world.lines.append((world.today, case.name, f.AFTER_LAST_STEP, "concluded"))
        if any(isinstance(action, Email) for action in rule.do):
            self._note(Event(f.AFTER_LAST_STEP, case, f"{world.today}"))

    # --- the answers ---------------------------------------------------------------------------------------------

    def _answers(self, reaction: Reaction, event: Event, part: str) -> bool:
        """Whether that is over: answered, or found not to apply."""
        world, case = self.world, event.case
        if self._true(reaction.when, event) is False:
            return self._say(reaction, event, "passed")
        settled = event.name not in CONFIRMED and case.balance == 0  # nobody is written to any more
        if settled or all(isinstance(action, Task) for action in reaction.do):
            asked = any(isinstance(action, Task) for action in reaction.do)
            return self._say(reaction, event, "answered" if asked else "passed")
        if part != "work" or not world._works(world.today) or world._is_quiet(world.today, "courtesy"):
            return False
        if event.name in CONFIRMED:
            return self._say(reaction, event, "answered")
        to = world._hears(case)
        if world._is_held(case) or world._open()[case.name] == 0:
            return False
        if world.left.get(to) == world.today or self.spoke.get(to) == world.today:
            return False
        if self.beyond(reaction.do):
            return False
        self.spoke[to] = world.contact[to] = world.today
        return self._say(reaction, event, "answered")

    def _say(self, reaction: Reaction, event: Event, outcome: str) -> bool:
        number = self.reactions.index(reaction)
        self.world.lines.append((self.world.today, event.case.name, event.name, f"{outcome} {number}"))
        return True

    def _true(self, condition: Condition, event: Event) -> bool | None:
        match condition:
            case Test(fact, "in", values) if fact.startswith("payment."):
                return event.said[fact] in values if fact in event.said else None
            case AllOf(parts):
                found = [self._true(part, event) for part in parts]
                return False if False in found else None if None in found else True
        return self.world._holds_true(condition, event.case)
