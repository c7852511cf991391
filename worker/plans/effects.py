"""What other rules would do to a customer: judged by both at one instant, and where each receivable would stand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.account import Account, Receivable, Snapshot
from rules.comparing import renamed
from rules.decide import decide
from rules.decision import Decision, Reason, Send
from rules.explain import waiting
from rules.money import Money
from rules.policy import Rulebook, Step
from worker.ledger.ledger import Transaction
from worker.plans.ahead import AHEAD, Shift, lived, shifts

LEAVES = "leaves"
_DATED = frozenset({"planned", "gap", "one-a-day", LEAVES})  # what comes on a day without anybody doing anything


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a receivable stands: its next step and the local day on which it leaves.

    `on` None: it waits for what has no date; `why` is a sentence, "" where the day is all there is to say.
    """

    policy: str | None
    variant: str | None
    step: str | None
    on: date | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """One open receivable under the old and the new rules. `now` is the last step that went out."""

    customer: str
    contract: str
    receivable: str
    number: str
    balance: Money
    now: str | None
    old: Stand
    new: Stand
    skipped: tuple[str, ...] = ()  # steps that the new rules pass over at once
    ahead: tuple[Shift, ...] = ()  # every remaining step that leaves on another day, as far as AHEAD

    def kind(self, day: date) -> str:
        """unchanged, later-steps, today, not-today, earlier, later, ends, begins, other-step or otherwise."""
        old, new = self.old, self.new
        if old == new and not self.skipped:
            return "later-steps" if self.ahead else "unchanged"
        if (old.on == day) is not (new.on == day):
            return "today" if new.on == day else "not-today"
        if old.step == new.step:
            if old.on is None or new.on is None or old.on == new.on:
                return "otherwise"
            return "earlier" if new.on < old.on else "later"
        if old.step is None or new.step is None:
            return "begins" if new.step else "ends"
        return "other-step"


@dataclass(frozen=True, slots=True)
class Move:
    """How a contract's case would move: its renamed steps (old: new), or why it stays where it is."""

    contract: str
    renamed: Mapping[str, str]
    stays: str = ""


def move_of(account: Account, contract: str, rulebooks: Mapping[str, Rulebook], target: Rulebook) -> Move:
    """Steps that went out keep their place under their new names; a climb goes on only where its policy does."""
    names: dict[str, str] = {}
    used: set[str] = set()
    for item in account.receivables.values():
        ladder = item.ladder
        if item.contract != contract or ladder is None or ladder.stopped is not None or not item.open:
            continue
        before = rulebooks[ladder.rulebook].policies.get(ladder.policy)
        after = target.policies.get(ladder.policy)
        if after is None or before is None:
            if ladder.begun:
                return Move(
                    contract, {}, f"policy {ladder.policy} is not in the new rules, and {item.number} climbs it"
                )
            continue
        fresh = renamed(before, after)
        used |= {climb.step for climb in ladder.climbs} - fresh.keys()
        if any(names.get(old, new) != new for old, new in fresh.items()):
            return Move(contract, {}, "two of its policies give a step different names")
        names |= fresh
    if names.keys() & used:
        return Move(contract, {}, "a step that one of its policies renames is another's as well")
    return Move(contract, names)


def effects_of(tx: Transaction, customer: str, target: Rulebook, moves: Collection[Move], at: datetime) -> list[Effect]:
    """Every open receivable of a customer; those of contracts that do not move are judged with the others.

    `moves` are those of everybody who is judged with the customer.
    """
    snapshot = tx.snapshot(customer, at)
    rulebooks = tx.rulebooks_of(snapshot.account)
    old = decide(rulebooks, snapshot, at)
    moved = snapshot.account.copy()
    moved.record_all(f.CaseBound(at, m.contract, target.digest, dict(m.renamed)) for m in moves if not m.stays)
    planned = {**rulebooks, target.digest: target}
    new = decide(planned, Snapshot(moved, snapshot.business), at)
    zone = ZoneInfo(target.business.time_zone)
    moving = [move for move in moves if not move.stays]
    ahead = _ahead((rulebooks, planned), snapshot, moved, moving, at) if moving else {}
    return [
        _effect(item, moved.receivables[item.id], customer, (old, new), zone, ahead.get(item.id, ()))
        for item in tx.account(customer).receivables.values()
        if item.open
    ]


def _ahead(
    books: tuple[Mapping[str, Rulebook], Mapping[str, Rulebook]],
    snapshot: Snapshot,
    moved: Account,
    moving: Collection[Move],
    at: datetime,
) -> dict[str, tuple[Shift, ...]]:
    """The remaining steps that differ between the customer's two lives, by receivable."""
    names = {move.contract: move.renamed for move in moving}
    renamed = {item.id: names.get(item.contract, {}) for item in moved.receivables.values()}
    old, new = (
        lived(rulebooks, account, snapshot.business, at, at + AHEAD)
        for rulebooks, account in zip(books, (snapshot.account, moved), strict=True)
    )
    return shifts(old, new, renamed)


def _effect(
    item: Receivable,
    moved: Receivable,
    customer: str,
    decisions: tuple[Decision, Decision],
    zone: tzinfo,
    ahead: tuple[Shift, ...],
) -> Effect:
    old, new = decisions
    sent = [climb.step for climb in item.ladder.climbs if climb.went_out] if item.ladder else []
    passed = _skipped(new, item.id)
    return Effect(
        customer,
        item.contract,
        item.id,
        item.number,
        item.balance,
        sent[-1] if sent else None,
        stand_of(old, item, zone),
        stand_of(new, moved, zone),
        tuple(step for step in passed if step not in _skipped(old, item.id)),
        ahead,
    )


def _skipped(decision: Decision, receivable: str) -> list[str]:
    return [fact.step for fact in decision.facts if isinstance(fact, f.Skipped) and fact.receivable == receivable]


def stand_of(decision: Decision, item: Receivable, zone: tzinfo) -> Stand:
    """Where a judgement leaves a receivable, which is as it was before the judgement."""
    policy, reasons = _policy(decision, item), decision.reasons.get(item.id, ())
    chosen = [reason.values[0] for reason in reasons if reason.code in ("variants", "variant-kept")]
    variant = str(chosen[-1]) if chosen and chosen[-1] else None
    for act in decision.acts:
        if isinstance(act.what, Send):
            for claimed in act.what.claimed:
                if claimed.receivable == item.id:
                    return Stand(policy, variant, claimed.step, act.on)
    stopped = [fact.why for fact in decision.facts if isinstance(fact, f.Stopped) and fact.receivable == item.id]
    if stopped:
        return Stand(policy, variant, None, None, f"stopped: {stopped[0]}")
    return _next(decision, item, policy, variant, reasons, zone)


def _next(
    decision: Decision,
    item: Receivable,
    policy: str | None,
    variant: str | None,
    reasons: tuple[Reason, ...],
    zone: tzinfo,
) -> Stand:
    found = decision.next_steps.get(item.id)
    step = found.step if found is not None else None
    for reason in reversed(reasons):
        if reason.code == "waits" and (found is None or reason.values[0] not in _DATED):
            return Stand(policy, variant, step, None, waiting(str(reason.values[0]), reason.values[2:]))
        if reason.code == "not-enrolled":
            return Stand(None, None, None, None, waiting("not-enrolled", reason.values))
    if found is None or found.at is None:
        return Stand(policy, variant, step, None, "every step is done" if policy else "")
    return Stand(policy, variant, step, max(found.at, decision.at).astimezone(zone).date())


def _policy(decision: Decision, item: Receivable) -> str | None:
    for fact in reversed(decision.facts):
        if isinstance(fact, f.Enrolled | f.NotEnrolled) and fact.receivable == item.id:
            return fact.policy if isinstance(fact, f.Enrolled) else None
    return item.ladder.policy if item.ladder else None


def step_of(rulebook: Rulebook, stand: Stand) -> Step | None:
    """The step that comes next, as the rulebook has it."""
    policy = rulebook.policies.get(stand.policy or "")
    steps = policy.variant(stand.variant) if policy is not None else ()
    return next((step for step in steps if step.id == stand.step), None)
