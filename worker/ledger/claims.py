"""Claims: an act is attempted by one pair of hands, and what became of it is recorded once.

claimed (to be tried again) → attempting → sent, failed, released or unknown; an unknown one ends when somebody knows.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Row, select

from rules import facts as f
from rules.decision import Act, Bill
from worker.ledger import tables as t
from worker.ledger.database import change, instant, row_of, upsert
from worker.ledger.errors import Conflict, LedgerError, Unknown

if TYPE_CHECKING:
    from worker.ledger.ledger import Transaction

Outcome = Literal["sent", "failed", "released", "unknown"]


def state_of(tx: Transaction, key: str) -> str | None:
    """claimed, attempting, sent, failed, released or unknown; None when nobody has claimed it."""
    row = row_of(tx.connection, t.claim, ("state",), tx.business, key)
    return row.state if row else None


def claim(tx: Transaction, customer: str, act: Act, now: datetime, worker: str) -> None:
    """Records the act's facts and marks it attempted; raises Conflict where it was claimed before."""
    assert not isinstance(act.what, Bill)
    tx.lock(customer)
    if (state := state_of(tx, act.key)) not in (None, "claimed"):
        raise Conflict(act.key, str(state), "attempting")
    tx.record(customer, act.facts)
    row = {
        "business": tx.business,
        "key": act.key,
        "customer": customer,
        "contract": act.case,
        "receivable": _leader(act),
        "step": act.step,
        "channel": act.what.channel,
        "template": act.what.template,
        "state": "attempting",
        "day": act.on.isoformat(),
        "changed_at": instant(now),
        "worker": worker,
        "reference": "",
        "reason": "",
    }
    upsert(tx.connection, t.claim, [row])


def end(tx: Transaction, customer: str, act: Act, now: datetime, outcome: Outcome, reason: str, reference: str) -> None:
    """Records what became of an act; one never claimed is claimed first. Raises Conflict where it ended otherwise."""
    tx.lock(customer)
    state = state_of(tx, act.key)
    if state is None:
        claim(tx, customer, act, now, "")
    elif state == outcome:
        return
    elif state in ("sent", "failed", "released"):
        raise Conflict(act.key, state, outcome)
    ended = f.ActionEnded(now, act.message, act.index, _leader(act), act.queue, outcome, act.on, reason, reference)
    tx.record(customer, [ended])
    _mark(tx, act.key, now, outcome, reason, reference)
    if state == "unknown":
        _found_out(tx, customer, act.key, _leader(act), now, act.queue)


def try_again(tx: Transaction, key: str, now: datetime, reason: str) -> None:
    """Gives an attempted claim back; raises Conflict where it has ended."""
    if (state := state_of(tx, key)) not in ("attempting", "claimed"):
        raise Conflict(key, str(state), "claimed")
    _mark(tx, key, now, "claimed", reason, "")


def resolve(tx: Transaction, customer: str, key: str, now: datetime, *, sent: bool, by: str) -> None:
    """Ends an unknown claim by somebody's word; saying the same again changes nothing. Raises LedgerError, Unknown."""
    tx.lock(customer)
    columns = t.claim.c
    row = tx.connection.execute(
        select(t.claim).where(columns.business == tx.business, columns.key == key, columns.customer == customer)
    ).first()
    if row is None:
        raise Unknown(f"no message {key} of customer {customer} is recorded")
    outcome: Outcome = "sent" if sent else "released"
    if row.state == outcome:
        return
    if row.state != "unknown":
        raise LedgerError(f"the outcome of {key} is not unknown: it is {row.state}")
    _end_recorded(tx, row, now, outcome, f"resolved by {by}")
    _found_out(tx, customer, row.key, row.receivable, now, by)


def abandon(tx: Transaction, key: str, now: datetime, reason: str) -> None:
    """Ends an attempted claim as unknown, with a task to find out. Raises Unknown, Conflict where it has ended."""
    columns = t.claim.c
    row = tx.connection.execute(select(t.claim).where(columns.business == tx.business, columns.key == key)).first()
    if row is None:
        raise Unknown(f"no message {key} is recorded")
    tx.lock(row.customer)
    state = state_of(tx, key)
    if state == "unknown":
        return
    if state != "attempting":
        raise Conflict(key, str(state), "unknown")
    title = f"Find out whether {key} was sent, then: relance message resolve {key} --sent or --not-sent"
    day, item = date.fromisoformat(row.day), row.receivable
    task = f.TaskOpened(now, _question(key), "receivable", item, "credit-control", title, day, None, item, row.step)
    tx.record(row.customer, [task])
    _end_recorded(tx, row, now, "unknown", reason)


def _found_out(tx: Transaction, customer: str, key: str, receivable: str, now: datetime, by: str) -> None:
    """The task to find out what became of it is done."""
    account, task = tx.account(customer), _question(key)
    if task in account.tasks and task not in account.done_tasks:
        tx.record(customer, [f.TaskDone(now, task, "receivable", receivable, by)])


def _question(key: str) -> str:
    return f"unknown/{key}"


def _end_recorded(tx: Transaction, row: Row[Any], now: datetime, outcome: Outcome, reason: str) -> None:
    message, _, index = row.key.rpartition("/")
    day = date.fromisoformat(row.day)
    ended = f.ActionEnded(now, message, int(index), row.receivable, row.channel, outcome, day, reason)
    tx.record(row.customer, [ended])
    _mark(tx, row.key, now, outcome, reason, row.reference)


def _mark(tx: Transaction, key: str, now: datetime, state: str, reason: str, reference: str) -> None:
    values = {"state": state, "changed_at": instant(now), "reason": reason, "reference": reference}
    change(tx.connection, t.claim, tx.business, key, **values)


def _leader(act: Act) -> str:
    assert not isinstance(act.what, Bill)
    return act.what.claimed[0].receivable if act.what.claimed else act.what.lines[0]
