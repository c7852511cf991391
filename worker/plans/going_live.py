"""Going live with a book of old receivables: nothing leaves before a plan was shown and applied, then a few a day.

An import of overdue invoices into a ledger from which nothing has gone out yet holds the whole business. The plan says
who begins on which day and what would leave; applying it holds each customer until its day, then lets the business go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from rules import facts as f
from rules.account import Account
from rules.calendars import Calendar
from rules.money import Money
from rules.policy import HEAVY, Rulebook
from worker.ledger import tables as t
from worker.ledger.ledger import Ledger, Transaction
from worker.plans.ahead import AHEAD, GUARD, lived
from worker.plans.applying import AT_ONCE, Applied, Stale, begun, ended
from worker.plans.notes import calendar_of
from worker.plans.plan import Progress, positions, shared_position

SHOWN = timedelta(days=14)  # how far the volume goes after the last customer has begun, and after the first heavy step
FIRST = 10  # messages shown
_DAY = timedelta(days=1)


class NothingToStart(Exception):
    """No import holds the business; the message says so."""


@dataclass(frozen=True, slots=True)
class Start:
    """When a customer begins, and the number of its last fact when that was planned."""

    customer: str
    position: int
    on: date
    contracts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaves:
    """One message that would leave."""

    on: date
    customer: str
    number: str
    step: str
    level: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asks:
    """One approval that would be asked; its message leaves the day after at the earliest."""

    on: date
    customer: str
    number: str
    step: str
    who: str


@dataclass(frozen=True, slots=True)
class Oldest:
    """The open receivable that has been due the longest."""

    number: str
    customer: str
    due: date
    days: int
    balance: Money


@dataclass(frozen=True, slots=True)
class GoLive:
    """Applied on its `day` only; `leaves` is what would leave if nobody paid and the bank's data were kept up.

    `until` ends the volume: a fortnight after the last customer has begun and after the first notice.
    """

    business: str
    made: datetime
    day: date
    days: int
    rulebook: str
    shared: int
    starts: tuple[Start, ...]
    oldest: Oldest | None
    until: date
    leaves: tuple[Leaves, ...]
    asks: tuple[Asks, ...]

    def volume(self) -> list[tuple[date, str, int, int]]:
        """(day, step, messages, approvals asked), in order."""
        count = Counter((each.on, each.step) for each in self.leaves if each.on <= self.until)
        asked = Counter((each.on, each.step) for each in self.asks if each.on <= self.until)
        return [(*key, count[key], asked[key]) for key in sorted({*count, *asked})]

    def first(self, *, letters: bool = False) -> list[Leaves]:
        """The first messages, or the first letters."""
        return [each for each in self.leaves if not letters or "letter" in each.channels][:FIRST]


def guard(tx: Transaction, issued: Iterable[f.Fact], today: date) -> bool:
    """Holds the business where overdue invoices came into a ledger from which nothing went out; whether it is so."""
    held = tx.state().holds.get(GUARD)
    if held is not None:
        return held.active
    old = any(isinstance(fact, f.Issued) and fact.due is not None and fact.due < today for fact in issued)
    if not old or _has_sent(tx):
        return False
    reason = "old receivables were imported: see relance plan --go-live"
    hold = f.Hold(GUARD, "manual", "business", "business", today, reason=reason, by="relance")
    tx.record_shared([f.HoldPlaced(tx.now(), hold)])
    return True


def _has_sent(tx: Transaction) -> bool:
    return (
        tx.connection.execute(select(t.claim.c.key).where(t.claim.c.business == tx.business).limit(1)).first()
        is not None
    )


def make(tx: Transaction, *, days: int = 1, progress: Progress | None = None) -> GoLive:
    """The plan to begin on so many working days, the customers with the oldest debts first. Raises NothingToStart."""
    state = tx.state()
    if GUARD not in state.holds or not state.holds[GUARD].active:
        raise NothingToStart("no import holds this business: there is nothing to start.")
    digest = tx.active_rulebook() or ""
    rulebook, now = tx.rulebook(digest), tx.now()
    zone = ZoneInfo(rulebook.business.time_zone)
    day = now.astimezone(zone).date()
    known = positions(tx)
    ages = {name: _oldest_due(tx.account(name)) for name in known}
    waiting = sorted((age, name) for name, age in ages.items() if age is not None and age < day)
    opens = _begins(calendar_of(rulebook), day, days)
    begin = dict.fromkeys(known, day) | dict(_staggered([name for _, name in waiting], opens))
    starts: list[Start] = []
    leaves: list[Leaves] = []
    asks: list[Asks] = []
    for n, name in enumerate(sorted(known)):
        if progress is not None:
            progress(n, len(known))
        starts.append(Start(name, known[name], begin[name], tuple(sorted(tx.account(name).contracts))))
        for each in _ahead(tx, name, rulebook, now, begin):
            leaves.append(each) if isinstance(each, Leaves) else asks.append(each)
    leaves.sort(key=lambda each: (each.on, each.customer, each.number))
    asks.sort(key=lambda each: (each.on, each.customer, each.number))
    heavy = next((each.on for each in leaves if each.level in HEAVY), day)
    until = max(opens[-1], heavy) + SHOWN
    oldest = _oldest(tx, waiting[0][1], day) if waiting else None
    shared = shared_position(tx)
    return GoLive(tx.business, now, day, days, digest, shared, tuple(starts), oldest, until, tuple(leaves), tuple(asks))


def _oldest_due(account: Account) -> date | None:
    return min((item.due for item in account.receivables.values() if item.open and item.due is not None), default=None)


def _oldest(tx: Transaction, customer: str, day: date) -> Oldest:
    items = [item for item in tx.account(customer).receivables.values() if item.open and item.due is not None]
    item = min(items, key=lambda each: (each.due or day, each.id))
    due = item.due or day
    return Oldest(item.number, customer, due, (day - due).days, item.balance)


def _begins(calendar: Calendar, day: date, days: int) -> list[date]:
    """So many working days, from that one or the next that is."""
    dates = [calendar.working_on_or_after(day)]
    while len(dates) < days:
        dates.append(calendar.working_on_or_after(dates[-1] + _DAY))
    return dates


def _staggered(names: list[str], dates: list[date]) -> Iterator[tuple[str, date]]:
    """Equal shares of customers on those days."""
    for n, name in enumerate(names):
        yield name, dates[n * len(dates) // len(names)]


def _ahead(
    tx: Transaction, customer: str, rulebook: Rulebook, now: datetime, begin: Mapping[str, date]
) -> Iterator[Leaves | Asks]:
    """What would leave for a customer who begins on its day, as those do who are judged with it."""
    account, start = tx.joint(customer).copy(), begin[customer]
    end = datetime.combine(start + AHEAD, time(23, 59), ZoneInfo(rulebook.business.time_zone))
    for name in tx.fellows(customer):
        if name in begin and (hold := _wait(name, now, begin[name], begin[name])) is not None:
            account.record(hold)
    told = lived(tx.rulebooks_of(account), account, tx.state(), now, end)
    numbers = {name: item.number for name, item in tx.account(customer).receivables.items()}
    for _, fact in told:
        if isinstance(fact, f.Left) and not fact.covered and fact.receivable in numbers:
            yield Leaves(fact.on, customer, numbers[fact.receivable], fact.own, fact.level, fact.channels)
        elif isinstance(fact, f.ApprovalAsked) and fact.receivable in numbers:
            yield Asks(fact.on, customer, numbers[fact.receivable], fact.step, fact.who)


def _wait(customer: str, now: datetime, start: date, day: date) -> f.HoldPlaced | None:
    """The hold of a customer until its day."""
    today = min(now.date(), day)
    if start <= today:
        return None
    reason = f"goes live on {start}"
    hold = f.Hold(
        f"{GUARD}/{customer}", "manual", "customer", customer, today, start - _DAY, reason=reason, by="relance"
    )
    return f.HoldPlaced(now, hold)


def apply(ledger: Ledger, plan: GoLive, name: str, by: str, progress: Progress | None = None) -> Applied:
    """Holds each customer until its day, then lets the business go: nothing leaves before all of that is recorded.

    Raises Stale, before anything is changed. An interrupted run is finished by the next one.
    """
    with ledger.begin() as tx:
        last = begun(tx)
        if last is None or last.plan != name:
            _refuse_stale(tx, plan)
            last = f.PlanBegun(tx.now(), name, "go-live", plan.rulebook, plan.rulebook, by, "", len(plan.starts))
            tx.record_shared([last])
    placed = 0
    for n in range(0, len(plan.starts), AT_ONCE):
        if progress is not None:
            progress(n, len(plan.starts))
        with ledger.begin() as tx:
            for each in plan.starts[n : n + AT_ONCE]:
                hold = _wait(each.customer, last.at, each.on, plan.day)
                placed += len(tx.record(each.customer, [hold])) if hold is not None else 0
    with ledger.begin() as tx:
        if not ended(tx, name):
            over = f.HoldEnded(tx.now(), GUARD, "released", plan.day, "business", "business")
            tx.record_shared([over, f.PlanEnded(tx.now(), name)])
    contracts = tuple(contract for each in plan.starts for contract in each.contracts)
    return Applied(placed, 0, 0, contracts)


def _refuse_stale(tx: Transaction, plan: GoLive) -> None:
    day = tx.now().astimezone(ZoneInfo(tx.rulebook(plan.rulebook).business.time_zone)).date()
    if day != plan.day:
        raise Stale(f"it is for {plan.day}, and today is {day}")
    if tx.active_rulebook() != plan.rulebook:
        raise Stale("other rules are active")
    known = positions(tx)
    if shared_position(tx) != plan.shared or known != {each.customer: each.position for each in plan.starts}:
        raise Stale("something was recorded since")
