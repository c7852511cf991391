"""The working table of one judgement: a copy of the account, the facts that follow, and the reasons found so far.

`emit` records a fact at once in the copy, so that what comes after is judged by it. Nothing outside is touched.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.account import Account, BusinessState, HoldState, Ladder, Receivable, Review
from rules.altering import quick
from rules.assigning import KIND as ASSIGNED
from rules.calendars import Calendar, Slot, instant, local_day, slot_on_or_after
from rules.conditions import NotKnown, Value, ages, resolve
from rules.decision import NextStep, Reason
from rules.happened import Happened
from rules.moments import Duration
from rules.plans import plan_of, replaced
from rules.policy import HEAVY, ByFact, Condition, Policy, Rulebook
from rules.standing import Facts, Standing, by_age, by_start, covered

_NEXT = Duration(1, "d")
PAYMENT_RUN = "customer.payment_run"
_OF_PEOPLE = ("vulnerable", "never-dun")  # holds that say of somebody that nobody writes to them
_NO_MONEY = (
    f.Enrolled,
    f.NotEnrolled,
    f.Skipped,
    f.ApprovalAsked,
    f.Notified,
    f.ReviewAsked,
    f.ReviewWithdrawn,
    f.TaskOpened,
)


@quick
@dataclass(frozen=True, slots=True)
class Wait:
    """Why a receivable's next step does not leave now; `until` is the earliest instant to look again, if any."""

    why: str
    until: datetime | None = None
    values: tuple[object, ...] = ()


def waits(wait: Wait) -> Reason:
    """A wait as it is told."""
    return Reason("waits", "waits", (wait.why, wait.until, *wait.values))


@dataclass(slots=True)
class Under:
    """What judges a ladder: its policy, that policy's calendar for the customer, and the local day there."""

    policy: Policy
    calendar: Calendar
    today: date


@dataclass(slots=True)
class Judgement:
    """See the module. `now` is an aware instant; `waits` and `next_steps` are per receivable."""

    rulebooks: Mapping[str, Rulebook]
    account: Account
    business: BusinessState
    now: datetime
    facts: list[f.Fact] = field(default_factory=list)
    reasons: dict[str, list[Reason]] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    next_steps: dict[str, NextStep] = field(default_factory=dict)
    wakes: dict[str, list[datetime]] = field(default_factory=dict)  # per contract, besides the receivables' waits
    asked: set[str] = field(default_factory=set)  # the questions that this judgement puts
    owing: set[str] = field(default_factory=set)  # contracts that still owe the customer an answer to an event
    upcoming: dict[str, tuple[int, datetime]] = field(default_factory=dict)  # level of the next step, its slot
    _standings: dict[tuple[date, bool], Standing] = field(default_factory=dict)
    _covered: dict[str, frozenset[str]] = field(default_factory=dict)  # by hold
    _order: list[str] | None = None  # of the receivables, as `items` gives them
    _items: list[Receivable] | None = None  # until `emit`, as the next three
    _living: list[Receivable] | None = None
    _rules: dict[tuple[str, str], Under] = field(default_factory=dict)  # by rulebook and policy
    _pressing: list[Receivable] | None = None
    _with_agency: list[Receivable] | None = None
    happened: list[Happened] | None = None  # as happened.py found it, until `emit`
    _running: list[HoldState] | None = None
    _dues: list[date] | None = None  # of what is open
    # By identity: a rulebook keeps its conditions and calendars for longer than a judgement lasts.
    _ageing: dict[tuple[int, date], date | None] = field(default_factory=dict)
    _slots: dict[tuple[str, int, date, str, frozenset[str]], Slot] = field(default_factory=dict)

    def emit(self, fact: f.Fact) -> None:
        """Records a fact that follows, here and in the answer."""
        self.facts.append(fact)
        if (
            getattr(fact, "scope", None) == "business"
            or isinstance(fact, f.BankConfirmed)
            or (isinstance(fact, f.HoldPlaced) and fact.hold.scope == "business")
        ):
            self.business.record(fact)
        else:
            self.account.record(fact)
        self._items = self._living = self._pressing = self._with_agency = self.happened = None
        if not isinstance(fact, _NO_MONEY):  # these change neither what is owed nor what holds it, nor when it is due
            self._standings.clear()
            self._covered.clear()
            self._ageing.clear()
            self._order = self._dues = self._running = None

    def forget(self) -> None:
        """Forgets what was said so far, to say it anew."""
        self.reasons, self.waits, self.wakes = {}, {}, {}

    def note(self, receivable: str, *reasons: Reason) -> None:
        """Adds to what is said of a receivable."""
        self.reasons.setdefault(receivable, []).extend(reasons)

    def wake(self, contract: str, at: datetime) -> None:
        """Asks to be called again for `contract` at that instant."""
        if at > self.now:
            self.wakes.setdefault(contract, []).append(at)

    def wake_on(self, item: Receivable, day: date) -> None:
        """Asks to be called again when `day` begins where the receivable is judged."""
        under = self.under(item)
        zone = under.calendar.zone if under is not None else ZoneInfo(self.rulebook(item).business.time_zone)
        self.wake(item.contract, instant(zone, day))

    def wake_as_it_ages(self, item: Receivable, condition: Condition, today: date) -> None:
        """Asks to be called again on the next day on which age alone may change what `condition` says of `item`."""
        known = (id(condition), today)
        if known not in self._ageing:
            self._ageing[known] = self._changes(condition, today)
        upcoming = self._ageing[known]
        if upcoming is not None:
            self.wake_on(item, upcoming)

    def _changes(self, condition: Condition, today: date) -> date | None:
        numbers = ages(condition)
        if numbers is None:
            return None
        if self._dues is None:
            self._dues = sorted({i.due for i in self.account.receivables.values() if i.due is not None and i.open})
        later = (timedelta(days=n) for n in {1, *numbers, *(n + 1 for n in numbers)})
        oldest = ((n, bisect_right(self._dues, today - n)) for n in later)  # whose day is yet to come
        return min((self._dues[place] + n for n, place in oldest if place < len(self._dues)), default=None)

    def items(self) -> Sequence[Receivable]:
        """The one order in which a customer's receivables are judged: oldest due first, then the smaller identifier."""
        if self._items is None:
            receivables = self.account.receivables
            if self._order is None:
                self._order = [item.id for item in sorted(receivables.values(), key=by_age)]
            self._items = [receivables[name] for name in self._order]
        return self._items

    def living(self) -> Sequence[Receivable]:
        """Those, in that order, that are not over: most of a customer's past is settled and nothing follows from it."""
        if self._living is None:
            self._living = [item for item in self.items() if not item.over]
        return self._living

    def pressing(self) -> Sequence[Receivable]:
        """Those, in that order, about a step of which a person is asked, or of which a heavy one went out."""
        if self._pressing is None:
            self._pressing = [item for item in self.living() if item.ladder is not None and _presses(item.ladder)]
        return self._pressing

    def with_agency(self) -> Sequence[Receivable]:
        """Those, in that order, that are open and whose file was handed over."""
        if self._with_agency is None:
            self._with_agency = [item for item in self.living() if item.handed_off is not None and item.open]
        return self._with_agency

    # --- looking things up ---------------------------------------------------------------------------------------

    def standing(self, today: date, *, gross: bool = False) -> Standing:
        """What is owed on that local day; `gross`: disputed parts and free credit included."""
        found = self._standings.get((today, gross))
        if found is None:
            found = self._standings[today, gross] = Standing(self.account, today, gross)
        return found

    def lookup(self, item: Receivable, today: date, event: dict[str, Value] | None = None) -> Facts:
        """The facts that a condition may test for this receivable."""
        return Facts(self.standing(today), item, event or {})

    def addressee(self, item: Receivable, policy: Policy | None) -> f.Customer:
        """Who is written to about a receivable: its customer, or who pays for it where the policy says `by: payer`."""
        debtor = self.account.debtor(item)
        if policy is None or policy.consolidate.by != "payer" or debtor.payer is None:
            return debtor
        return self.account.person(debtor.payer) or debtor

    def rulebook(self, item: Receivable) -> Rulebook:
        """What the receivable's ladder, or else its case, is bound to."""
        ladder = item.ladder
        return self.rulebooks[ladder.rulebook if ladder is not None else self.account.rulebooks[item.contract]]

    def payment_run(self, customer: f.Customer) -> int | None:
        """The day of the month on which a customer pays; None where that is not known."""
        stated = self.account.given.get("customer.payment_run")
        return int(stated) if isinstance(stated, Decimal) else customer.payment_run

    def business_day(self, rulebook: Rulebook) -> date:
        """The local date of the business itself, for what no policy's calendar governs yet."""
        return local_day(ZoneInfo(rulebook.business.time_zone), self.now)

    def policy(self, item: Receivable) -> Policy | None:
        """The policy of a receivable that has a ladder."""
        ladder = item.ladder
        return self.rulebooks[ladder.rulebook].policies.get(ladder.policy) if ladder is not None else None

    def under(self, item: Receivable) -> Under | None:
        """What judges a receivable that has a ladder; raises NotKnown as `calendar` does."""
        ladder = item.ladder
        if ladder is None:
            return None
        known = self._rules.get((ladder.rulebook, ladder.policy))
        if known is None:
            policy = self.policy(item)
            if policy is None:
                return None
            calendar = self.calendar(item, policy)
            known = Under(policy, calendar, calendar.local_day(self.now))
            if isinstance(policy.calendar, str):  # the same for every receivable
                self._rules[ladder.rulebook, ladder.policy] = known
        return known

    def today(self, item: Receivable) -> date:
        """The local date by the calendar of its ladder's policy; without one, by the business's time zone."""
        under = self.under(item)
        return under.today if under is not None else self.business_day(self.rulebook(item))

    def calendar(self, item: Receivable, policy: Policy) -> Calendar:
        """The policy's calendar for whoever is written to; raises NotKnown where a missing fact looks it up."""
        name = self.resolved(policy.calendar, item, self.now.date(), self.addressee(item, policy))
        calendar = self.rulebook(item).calendars.get(name or "")
        if calendar is None:
            raise NotKnown("calendar")
        return calendar

    def language(self, item: Receivable, policy: Policy, today: date) -> str:
        """The language of messages about this receivable; raises NotKnown."""
        name = self.resolved(policy.language, item, today, self.addressee(item, policy))
        if name is None:
            raise NotKnown("language")
        return name

    def resolved(
        self, value: str | ByFact[str], item: Receivable, today: date, customer: f.Customer | None = None
    ) -> str | None:
        """A value as written, or as its table says for this receivable, or for that customer; raises NotKnown."""
        return value if isinstance(value, str) else self._looked_up(value, item, today, customer)

    def _looked_up(
        self, value: str | ByFact[str], item: Receivable, today: date, customer: f.Customer | None
    ) -> str | None:
        try:
            return resolve(value, Facts(self.standing(today), item, customer=customer))
        except NotKnown as missing:
            raise NotKnown(missing.fact, customer.id if customer is not None else None) from missing

    def open_slot(
        self, to: f.Customer, calendar: Calendar, day: date, step_level: str, channels: frozenset[str]
    ) -> Slot:
        """The slot on `day` or later, for whoever is written to, that is not over yet."""
        known = (to.id, id(calendar), day, step_level, channels)
        if known not in self._slots:
            customer, first = to.id, max(day, calendar.local_day(self.now))
            slot = slot_on_or_after(calendar, first, channels, step_level, customer)
            if slot.closes <= self.now:
                slot = slot_on_or_after(calendar, calendar.add(slot.day, _NEXT), channels, step_level, customer)
            self._slots[known] = slot
        return self._slots[known]

    # --- holds ---------------------------------------------------------------------------------------------------

    def running(self) -> list[HoldState]:
        """The holds that have not ended, of the business and of the customer, the first to begin first."""
        if self._running is None:
            holds = (*self.business.holds.values(), *self.account.holds.values())
            self._running = sorted((state for state in holds if state.active), key=by_start)
        return self._running

    def concerns(self, state: HoldState, item: Receivable) -> bool:
        """Whether a hold concerns a receivable; a hold on the business concerns all."""
        return state.hold.scope == "business" or item.id in self._under(state)

    def holds_on(self, item: Receivable, today: date, *, ended: bool = False) -> list[HoldState]:
        """The holds that stop a receivable: whole ones, begun, and still on (or, with `ended`, over).

        One that is over further east lasts until its last day is over here.
        """
        if not self.business.holds and not self.account.holds:
            return []
        found = [state for state in self.business.holds.values() if self._whole(state, item)]
        found += [state for state in self.account.holds.values() if self._stops(state, item)]
        found = [s for s in found if s.over(today) is ended and s.hold.start <= today and s.hold.kind != ASSIGNED]
        return sorted(found, key=by_start)  # messages about what is assigned go on

    def _stops(self, state: HoldState, item: Receivable) -> bool:
        """Whether a hold of a customer stops all of a receivable; an instalment, if it stops what that stands for.

        What of that is disputed is taken off the instalments (standing.py), which are not held for the rest. Who is
        not to be written to is not written to about what others owe either.
        """
        if item.id in self._under(state) and self._whole(state, item):
            return True
        if state.hold.kind in _OF_PEOPLE and state.hold.scope == "customer":
            return self.addressee(item, self.policy(item)).id == state.hold.subject
        plan = self.account.holds.get(plan_of(item) or "")
        if plan is None or state.hold.kind in ("payment-plan", "dispute"):
            return False
        behind = (each for each in replaced(self.account.receivables, plan.hold) if each.id in self._under(state))
        return any(self._whole(state, each) for each in behind)

    def _under(self, state: HoldState) -> frozenset[str]:
        """What a hold of the customer concerns."""
        found = self._covered.get(state.hold.id)
        if found is None:
            found = self._covered[state.hold.id] = frozenset(item.id for item in covered(self.account, state))
        return found

    def _whole(self, state: HoldState, item: Receivable) -> bool:
        """Whether a hold stops all of a receivable: a dispute about a part does not, nor an older insolvency."""
        hold = state.hold
        if hold.kind == "insolvency":
            return item.supplied < (hold.opened or hold.start)
        if hold.kind != "dispute" or hold.part is None or hold.part.currency != item.amount.currency:
            return True
        return hold.part.minor >= (item.balance if state.active else item.amount).minor

    # --- asking people -------------------------------------------------------------------------------------------

    def ask(
        self,
        key: str,
        why: str,
        today: date,
        *,
        scope: f.Scope,
        subject: str,
        item: Receivable | None = None,
        step: str | None = None,
    ) -> Review:
        """The review of that key, asked now if it was not yet; a question is put once, never again at each wake.

        One that was taken back and comes up again is asked anew, under the key's next round.
        """
        reviews = self.business.reviews if scope == "business" else self.account.reviews
        name = _round(reviews, key)
        if name not in reviews:
            self.emit(f.ReviewAsked(self.now, name, scope, subject, why, today, item.id if item else None, step))
        self.asked.add(name)
        return reviews[name]

    def take_back(self, key: str, today: date, *, scope: f.Scope) -> None:
        """What the question of that key asks for is known: it is open no longer, in whichever round."""
        reviews = self.business.reviews if scope == "business" else self.account.reviews
        review = reviews.get(_round(reviews, key))
        if review is not None and review.open:
            self.withdraw(review, today)

    def withdraw(self, review: Review, today: date) -> None:
        """Takes an open question back."""
        asked, why = review.asked, f"it is known now: {review.asked.why}"
        about = (asked.review, asked.scope, asked.subject, why, today, asked.receivable, asked.step)
        self.emit(f.ReviewWithdrawn(self.now, *about))

    def ask_fact(
        self,
        fact: str,
        why: str,
        today: date,
        item: Receivable,
        *,
        where: str = "",
        step: str | None = None,
        of: str | None = None,
    ) -> Review:
        """The review of a fact that is not known: once for the customer, contract or invoice that it is about.

        `of`: the customer whose it is, where that is not who owes.

        Customers of one group have one review of what is not known of them; the answer is for all of them.
        """
        scope, subject = self._about(fact, item, of)
        person = self.account.person(subject) if scope == "customer" else None
        group = person.group if person is not None else None
        about = f"group/{group}" if group else subject
        key = "/".join(part for part in ("unknown", where, about, fact) if part)
        if not group:
            return self.ask(key, why, today, scope=scope, subject=subject, item=item, step=step)
        return self.ask(key, f"{why} (group {group})", today, scope="business", subject="business", step=step)

    def _about(self, fact: str, item: Receivable, of: str | None) -> tuple[f.Scope, str]:
        match fact.removeprefix("custom.").partition(".")[0]:
            case "customer":
                if fact == PAYMENT_RUN:  # a moment counts from the days of whoever is written to
                    of = self.addressee(item, self.policy(item)).id
                return "customer", of or self.account.debtor(item).id
            case "contract":
                return "contract", item.contract
            case _:
                return "receivable", item.id

    def open_task(
        self,
        key: str,
        queue: str,
        title: str,
        today: date,
        *,
        item: Receivable,
        step: str | None = None,
        due: date | None = None,
    ) -> None:
        """Opens a task about a receivable, once per key."""
        self.emit(f.TaskOpened(self.now, key, "receivable", item.id, queue, title, today, due, item.id, step))


def _round(reviews: Mapping[str, Review], key: str) -> str:
    """The key under which a question stands, or would be asked: each time it was taken back begins another round."""
    name, n = key, 1
    while name in reviews and reviews[name].withdrawn:
        n += 1
        name = f"{key}/{n}"
    return name


def _presses(ladder: Ladder) -> bool:
    if ladder.request is not None:
        return True
    return bool(ladder.climbs) and any(climb.went_out and climb.level in HEAVY for climb in ladder.climbs)
