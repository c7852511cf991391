"""Writes down what an account has become: the current tables are the account, for those who ask in SQL.

Values are immutable, so what is the same object has not changed and is not written again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from sqlalchemy import Connection, Table, delete

from rules import facts as f
from rules.account import Account, BusinessState, HoldState, Payment, Receivable, Request, Review
from worker.ledger import tables as t
from worker.ledger.database import upsert

Implied = tuple[Table, dict[str, Any]]


def implied_by_account(business: str, account: Account) -> Iterator[Implied]:
    """The rows of receivables, allocations and holds that an account implies, each with its table."""
    customer = account.customer.id
    for item in account.receivables.values():
        yield t.receivable, _receivable(business, customer, item)
    for payment in account.payments.values():
        for row in _allocations(business, customer, payment):
            yield t.allocation, row
    for state in account.holds.values():
        yield t.hold, _hold(business, customer, state)


def implied_by_business(business: str, state: BusinessState) -> Iterator[Implied]:
    """The rows of holds that the business's own facts imply."""
    for each in state.holds.values():
        yield t.hold, _hold(business, None, each)


def write_account(connection: Connection, business: str, before: Account | None, after: Account) -> None:
    """Contracts, receivables, allocations, holds, tasks and reviews that changed between two states of an account."""
    customer = after.customer.id
    was = before or Account(after.customer)
    if before is None or was.customer is not after.customer:
        person = after.customer
        row = {"business": business, "id": customer, "country": person.country, "segment": person.segment}
        upsert(connection, t.customer, [row])
    contracts = [
        {"business": business, "id": name, "customer": customer, "kind": each.kind, "rulebook": after.rulebooks[name]}
        for name, each in after.contracts.items()
        if was.contracts.get(name) is not each or was.rulebooks.get(name) != after.rulebooks[name]
    ]
    upsert(connection, t.contract, contracts)
    receivables = [_receivable(business, customer, item) for item in _changed(was.receivables, after.receivables)]
    upsert(connection, t.receivable, receivables)
    _write_approvals(connection, business, was, after)
    for payment in _changed(was.payments, after.payments):
        upsert(connection, t.allocation, _allocations(business, customer, payment))
    upsert(connection, t.hold, [_hold(business, customer, state) for state in _changed(was.holds, after.holds)])
    upsert(connection, t.review, [_review(business, customer, each) for each in _changed(was.reviews, after.reviews)])
    tasks = [
        _task(business, customer, task, done=name in after.done_tasks)
        for name, task in after.tasks.items()
        if name not in was.tasks or (name in after.done_tasks) is not (name in was.done_tasks)
    ]
    upsert(connection, t.task, tasks)


def write_business(connection: Connection, business: str, before: BusinessState, after: BusinessState) -> None:
    """The holds, tasks and reviews of the business itself."""
    upsert(connection, t.hold, [_hold(business, None, state) for state in _changed(before.holds, after.holds)])
    upsert(connection, t.review, [_review(business, None, each) for each in _changed(before.reviews, after.reviews)])
    opened = [_task(business, None, task, done=False) for task in _changed(before.tasks, after.tasks)]
    done = [_task(business, None, task, done=True) for name, task in before.tasks.items() if name not in after.tasks]
    upsert(connection, t.task, opened + done)


def write_contacts(connection: Connection, business: str, customer: str, recorded: Iterable[f.Fact]) -> None:
    """On which days facts just recorded have messages about something overdue leave for the customer, or its payer."""
    contacts = {(fact.on, fact.to or customer) for fact in recorded if _contacts(fact)}
    rows = [{"business": business, "day": day.isoformat(), "customer": to} for day, to in sorted(contacts)]
    upsert(connection, t.contact, rows)


def _contacts(fact: f.Fact) -> TypeGuard[f.Left | f.Reacted]:
    match fact:
        case f.Left():
            return not {"email", "sms", "letter"}.isdisjoint(fact.channels)
        case f.Reacted():
            return fact.contact
    return False


def _write_approvals(connection: Connection, business: str, was: Account, after: Account) -> None:
    rows = []
    for item in _changed(was.receivables, after.receivables):
        request, before = _request(item), _request(was.receivables.get(item.id))
        if request is not None and request is not before:
            rows.append(_approval(business, after.customer.id, item.id, request))
        elif request is None and before is not None:
            approval = t.approval.c
            connection.execute(delete(t.approval).where(approval.business == business, approval.receivable == item.id))
    upsert(connection, t.approval, rows)


def _request(item: Receivable | None) -> Request | None:
    return item.ladder.request if item is not None and item.ladder is not None else None


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Any]:
    return [each for name, each in after.items() if before.get(name) is not each]


def _receivable(business: str, customer: str, item: Receivable) -> dict[str, Any]:
    ladder = item.ladder
    sent = [climb for climb in ladder.climbs if climb.went_out] if ladder else []
    return {
        "business": business,
        "id": item.id,
        "customer": customer,
        "contract": item.contract,
        "number": item.number,
        "issued": item.issued.isoformat(),
        "due": item.due.isoformat() if item.due else None,
        "amount": item.amount.minor,
        "balance": 0 if item.is_charge else item.balance.minor,  # part of no balance, see rules/account.py
        "currency": item.amount.currency,
        "policy": ladder.policy if ladder else None,
        "step": sent[-1].step if sent else None,
        "level": sent[-1].level if sent else None,
        "stopped": ladder.stopped if ladder else None,
    }


def _approval(business: str, customer: str, receivable: str, request: Request) -> dict[str, Any]:
    return {
        "business": business,
        "receivable": receivable,
        "customer": customer,
        "step": request.step,
        "who": request.who,
        "amount": request.amount.minor,
        "currency": request.amount.currency,
        "asked": request.asked.isoformat(),
        "state": request.state,
    }


def _allocations(business: str, customer: str, payment: Payment) -> list[dict[str, Any]]:
    parts: list[tuple[str | None, int]] = [(share.receivable, share.minor) for share in payment.shares]
    parts.append((None, payment.free.minor))
    return [
        {
            "business": business,
            "payment": payment.id,
            "part": number,
            "customer": customer,
            "receivable": receivable,
            "minor": minor,
            "currency": payment.amount.currency,
            "dated": payment.on.isoformat(),
            "credit": payment.credit,
            "reversed": payment.reversed,
        }
        for number, (receivable, minor) in enumerate(parts)
    ]


def _hold(business: str, customer: str | None, state: HoldState) -> dict[str, Any]:
    hold = state.hold
    return {
        "business": business,
        "id": hold.id,
        "customer": customer,
        "kind": hold.kind,
        "scope": hold.scope,
        "subject": hold.subject,
        "start": hold.start.isoformat(),
        "until": hold.until.isoformat() if hold.until else None,
        "ended": state.end.isoformat() if state.end else None,
        "outcome": state.outcome,
        "reason": hold.reason,
    }


def _task(business: str, customer: str | None, task: f.TaskOpened, *, done: bool) -> dict[str, Any]:
    return {
        "business": business,
        "id": task.task,
        "customer": customer,
        "queue": task.queue,
        "title": task.title,
        "scope": task.scope,
        "subject": task.subject,
        "receivable": task.receivable,
        "step": task.step,
        "opened": task.on.isoformat(),
        "due": task.due.isoformat() if task.due else None,
        "done": done,
    }


def _review(business: str, customer: str | None, review: Review) -> dict[str, Any]:
    asked = review.asked
    return {
        "business": business,
        "id": asked.review,
        "customer": customer,
        "scope": asked.scope,
        "subject": asked.subject,
        "why": asked.why,
        "asked": asked.on.isoformat(),
        "step": asked.step,
        "answer": review.answer.outcome if review.answer else "withdrawn" if review.withdrawn else None,
    }
