"""One customer's life on a virtual clock: the same `decide`, with hands that always succeed. No clock but its own."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from itertools import count

from rules import facts as f
from rules.account import Account, BusinessState, Snapshot
from rules.decide import decide
from rules.decision import Act, Bill, Decision, shares
from rules.policy import Rulebook

Scripted = tuple[datetime, f.Fact]
Answering = Callable[[f.Fact, datetime], Iterable[Scripted]]  # what people do after a fact: approve two days later, ...


def nobody(_fact: f.Fact, _now: datetime) -> Iterable[Scripted]:
    """Nobody answers anything."""
    return ()


@dataclass(slots=True)
class Simulation:
    """`account` and `business` are lived through and changed; `told` collects (instant, fact) in order."""

    rulebooks: Mapping[str, Rulebook]
    account: Account
    business: BusinessState
    answering: Answering = nobody
    told: list[Scripted] = field(default_factory=list)
    decisions: int = 0
    last: Decision | None = None
    _script: list[tuple[datetime, int, f.Fact]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def script(self, events: Iterable[Scripted]) -> None:
        """Adds facts that happen at their instants; those of one instant in the order given."""
        for at, fact in events:
            heapq.heappush(self._script, (at, next(self._order), fact))

    def run(self, start: datetime, until: datetime) -> None:
        """Lives from `start` to `until`, both included, waking only when a decision asks or a scripted fact comes."""
        now: datetime = start
        wake: datetime | None = start
        while now <= until:
            if self._happens(now) or (wake is not None and wake <= now):
                wake = self._settle(now)
            upcoming = [at for at in (wake, self._script[0][0] if self._script else None) if at is not None]
            if not upcoming:
                return
            now = max(min(upcoming), now)

    def _happens(self, now: datetime) -> bool:
        """Records what is scripted until `now`; whether it calls for a decision, which what the bank confirms every
        morning only does for a customer who waits for it."""
        news = False
        while self._script and self._script[0][0] <= now:
            fact = heapq.heappop(self._script)[2]
            self._record(fact, now)
            news = news or not isinstance(fact, f.BankConfirmed)
        return news or (self.last is not None and any(map(shares, self.last.reasons.values())))

    def _settle(self, now: datetime) -> datetime | None:
        """Decides and performs until nothing is due at `now`; the next instant that time alone asks for."""
        while True:
            decision = self.last = decide(self.rulebooks, Snapshot(self.account, self.business), now)
            self.decisions += 1
            for fact in decision.facts:
                self._record(fact, now)
            if decision.acts:
                for fact in performed(decision.acts[0], now):
                    self._record(fact, now)
                continue
            if self._script and self._script[0][0] <= now:
                return now
            return min((at for at in decision.wake.values() if at is not None), default=None)

    def _record(self, fact: f.Fact, now: datetime) -> None:
        if is_shared(fact):
            self.business.record(fact)
        else:
            self.account.record(fact)
        self.told.append((now, fact))
        self.script(self.answering(fact, now))


def is_shared(fact: f.Fact) -> bool:
    """Whether a fact belongs to the business rather than to one customer."""
    match fact:
        case f.BankConfirmed() | f.RateStated() | f.PlanBegun() | f.PlanEnded():
            return True
        case f.HoldPlaced():
            return fact.hold.scope == "business"
        case f.HoldEnded() | f.ReviewAsked() | f.ReviewWithdrawn() | f.Answered() | f.TaskOpened() | f.TaskDone():
            return fact.scope == "business"
    return False


def performed(act: Act, now: datetime) -> list[f.Fact]:
    """The facts of an act that succeeded at once; a bill becomes an invoice numbered after its period."""
    if isinstance(act.what, Bill):
        return list(issued(act.what, now))
    outcome = "released" if act.void else "sent"
    leader = act.what.lines[0] if not act.what.claimed else act.what.claimed[0].receivable
    ended = f.ActionEnded(now, act.message, act.index, leader, act.queue, outcome, act.on, act.void)  # type: ignore[arg-type]
    return [*act.facts, ended]


def issued(bill: Bill, now: datetime, number: str = "") -> tuple[f.Issued, ...]:
    """The facts that a bill becomes: one, or one for each part in which it is payable, in their order.

    The receivable's identifier is the contract and the period's first day; that of what a delay costs is the receivable
    that was late and the day of issue. Without a `number` that is the identifier.
    """
    if bill.of is not None:
        name = f"{bill.of}/{f.CHARGES}/{bill.issued}"
        about = (number or name, bill.issued, bill.due, bill.payable, f.CHARGES, bill.order_number)
        return (f.Issued(now, name, bill.contract, *about, of=bill.of),)
    name = f"{bill.contract}/{bill.period[0]}"
    whole = f.Issued(
        now,
        name,
        bill.contract,
        number or name,
        bill.issued,
        bill.due,
        bill.payable,
        order_number=bill.order_number,
        period=bill.period,
        deposits=tuple(f.Share(each.receivable, each.amount.minor) for each in bill.deposits),
    )
    return tuple(_parts(whole, bill)) if bill.parts else (whole,)


def _parts(whole: f.Issued, bill: Bill) -> Iterator[f.Issued]:
    """The first part keeps the identifier, and what the invoice deducts."""
    for n, part in enumerate(bill.parts, start=1):
        name = whole.receivable if n == 1 else f"{whole.receivable}/{n}"
        deposits = whole.deposits if n == 1 else ()
        about = replace(whole, receivable=name, number=f"{whole.number}/{n}", deposits=deposits)
        yield replace(about, due=part.due, amount=part.amount, part_of=whole.number)


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One line of what happened to a receivable: (day, receivable, step, outcome)."""

    day: date
    receivable: str
    step: str
    outcome: str


def entries(facts: Iterable[f.Fact], zone: tzinfo = UTC) -> list[Entry]:
    """What became of every step, sorted; the same for the simulator and for the ledger of a real run.

    `zone` is the business's: a fact that bears no local day of its own gets that of its instant there.
    """
    lines = []
    for fact in facts:
        match fact:
            case f.Left():
                lines.append(Entry(fact.on, fact.receivable, fact.step, "covered" if fact.covered else "sent"))
            case f.Skipped():
                lines.append(Entry(fact.on, fact.receivable, fact.step, f"skipped: {fact.why}"))
            case f.Stopped():
                lines.append(Entry(fact.on, fact.receivable, "", f"stopped: {fact.why}"))
            case f.ApprovalAsked():
                lines.append(Entry(fact.on, fact.receivable, fact.step, "waiting: approval"))
            case f.Reopened():
                lines.append(Entry(fact.on, fact.receivable, "", f"reopened: {fact.how}"))
            case f.NotEnrolled():
                lines.append(Entry(fact.at.astimezone(zone).date(), fact.receivable, "", f"refused: {fact.why}"))
            case _:
                pass
    return sorted(lines)
