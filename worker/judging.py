"""Asks the judgement about a customer inside a transaction, keeps its answer, and says what a case is to do next."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.account import Account
from rules.decide import decide
from rules.decision import Act, Decision, shares
from worker import details, overview
from worker.ledger.codec import encode
from worker.ledger.ledger import Transaction
from worker.subjects import title
from workflows.messages import Order, Verdict

ENGINE = version("relance")


@dataclass(frozen=True, slots=True)
class Judged:
    """A customer judged at `now` on behalf of one case: `act` is what that case is to do, None when it rests.

    `others` are the customer's cases that have to look again by themselves: they are to be woken after the commit.
    """

    customer: str
    contract: str
    now: datetime
    position: int
    decision: Decision
    act: Act | None
    stepped: bool
    others: tuple[str, ...]
    verdict: Verdict


def judge(tx: Transaction, contract: str, at: datetime) -> Judged:
    """Judges the customer of `contract` at `at`, or at the test clock's instant, and records what follows."""
    customer = tx.customer_of(contract=contract)
    tx.lock(customer)
    clock = tx.clock()
    now = clock or at
    decision = decide(tx.rulebooks_of(tx.joint(customer)), tx.snapshot(customer, now), now)
    tx.record(customer, decision.facts)
    keep(tx, customer, decision)
    acts = decision.acts[:1] if clock else decision.acts  # on a test clock, in the one order of the simulator
    act = next((each for each in acts if each.case == contract), None)
    others = _tell(tx, customer, contract, decision, acts)
    verdict = _verdict(tx, customer, contract, decision, act, now, stepped=clock is not None)
    return Judged(
        customer, contract, now, tx.position(customer), decision, act, clock is not None, tuple(others), verdict
    )


def keep(tx: Transaction, customer: str, decision: Decision) -> None:
    """Keeps the decision's reasons where they changed, with each customer whom they are about."""
    for name in tx.fellows(customer):
        ours = tx.account(name).receivables
        reasons, upcoming = (
            {each: said for each, said in told.items() if each in ours}
            for told in (decision.reasons, decision.next_steps)
        )
        body = encode({"reasons": reasons, "next": upcoming})
        tx.keep_decision(name, decision, hashlib.sha256(body.encode()).hexdigest(), ENGINE, body)


def restarted(tx: Transaction, contract: str, run: str, at: datetime) -> None:
    """Notes which run began a case's present life. One that was terminated before its end goes on, but on hold."""
    if tx.begin_run(contract, run) not in (None, run):
        _on_hold(tx, contract, f"terminated/{run}", at, "its workflow was terminated in Temporal")


def cancelled(tx: Transaction, contract: str, run: str, reason: str, at: datetime) -> None:
    """Puts on hold a case whose workflow somebody cancelled; what is owed does not go away with that."""
    said = f"its workflow was cancelled in Temporal: {reason}".removesuffix(": ")
    _on_hold(tx, contract, f"cancelled/{run}", at, said)


def _on_hold(tx: Transaction, contract: str, key: str, at: datetime, reason: str) -> None:
    now, customer = tx.clock() or at, tx.customer_of(contract=contract)
    today = _today(tx, tx.account(customer), contract, now)
    hold = f.Hold(key, "manual", "contract", contract, today, reason=reason, by="relance")
    asks = f"Case {contract} is on hold, {reason}. Release its hold, or end the contract"
    task = f.TaskOpened(now, key, "contract", contract, "credit-control", asks, today)
    tx.record(customer, [f.HoldPlaced(now, hold), task])


def _today(tx: Transaction, account: Account, contract: str, now: datetime) -> date:
    """The local date of the business."""
    return _local(tx, account, contract, now).date()


def _local(tx: Transaction, account: Account, contract: str, now: datetime) -> datetime:
    """The instant in the business's time zone."""
    return now.astimezone(ZoneInfo(tx.rulebook(account.rulebooks[contract]).business.time_zone))


def _tell(tx: Transaction, customer: str, contract: str, decision: Decision, acts: tuple[Act, ...]) -> list[str]:
    """Writes down when each case looks again; returns the other cases for which that changed to sooner."""
    seen, others, account = tx.position(customer), [], tx.joint(customer)
    leads = {act.case for act in acts}
    for name, (told, last, over) in tx.next_wakes(customer).items():
        wake, ended = decision.wake.get(name), name in decision.ended
        if name == contract:
            if name not in leads:
                tx.told(name, wake, seen, ended=ended, shared=_shares(account, name, decision))
        elif name in leads or ended is not over or (wake is not None and (told is None or wake < told)):
            tx.told(name, decision.at, last, ended=over)  # until it has looked, what is over is over
            others.append(name)
        elif last < seen:
            tx.told(name, wake, seen, ended=ended, shared=_shares(account, name, decision))
    return others


def _shares(account: Account, contract: str, decision: Decision) -> bool:
    """Whether a case waits for something that the business's own facts may change."""
    told = decision.reasons.items()
    return any(shares(reasons) for name, reasons in told if account.receivables[name].contract == contract)


def _verdict(
    tx: Transaction, customer: str, contract: str, decision: Decision, act: Act | None, now: datetime, *, stepped: bool
) -> Verdict:
    if act is not None:
        order = Order(act.key, act.queue, seconds_left(act, now), title(act, tx.joint(customer)))
        return Verdict(now if stepped else None, order, stepped=stepped)
    account = tx.account(customer)
    local = _local(tx, account, contract, now)
    return Verdict(
        now if stepped else None,
        None,
        decision.wake.get(contract),
        stepped,
        contract in decision.ended,
        details.line(contract, account, decision),
        overview.markdown(contract, account, decision, local),
        details.attributes(contract, account, decision, local.date()),
    )


def seconds_left(act: Act, now: datetime) -> int:
    """How long the act's slot is still open, in whole seconds."""
    return max(int((act.until - now) / timedelta(seconds=1)), 0)
