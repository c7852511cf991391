"""What waits for people, what holds the cases up, and what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select, true

from rules.money import Money
from worker.ledger import tables as t
from worker.ledger.ledger import Transaction
from worker.ledger.views.rows import day_of, equal, rows_of


@dataclass(frozen=True, slots=True)
class TaskRow:
    """Something for a person to do."""

    task: str
    customer: str | None
    queue: str
    title: str
    scope: str
    subject: str
    receivable: str | None
    step: str | None
    opened: date
    due: date | None
    done: bool


def tasks(tx: Transaction, *, queue: str | None = None, open_only: bool = True) -> list[TaskRow]:
    """Tasks in the order of their opening."""
    c = t.task.c
    undone = c.done.is_(False) if open_only else true()
    found = rows_of(tx, t.task, [c.opened, c.id], equal(c.queue, queue), undone)
    return [
        TaskRow(
            row.id,
            row.customer,
            row.queue,
            row.title,
            row.scope,
            row.subject,
            row.receivable,
            row.step,
            date.fromisoformat(row.opened),
            day_of(row.due),
            bool(row.done),
        )
        for row in found
    ]


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A question to a person; `answer` is proceed, skip or stop, None while nobody has answered."""

    review: str
    customer: str | None
    scope: str
    subject: str
    why: str
    asked: date
    step: str | None
    answer: str | None


def reviews(tx: Transaction, *, open_only: bool = True) -> list[ReviewRow]:
    """Reviews in the order of their asking."""
    c = t.review.c
    unanswered = c.answer.is_(None) if open_only else true()
    return [
        ReviewRow(
            row.id,
            row.customer,
            row.scope,
            row.subject,
            row.why,
            date.fromisoformat(row.asked),
            row.step,
            row.answer,
        )
        for row in rows_of(tx, t.review, [c.asked, c.id], unanswered)
    ]


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A step that waits for somebody's agreement; `amount` is what they are shown, `state` asked or escalated."""

    receivable: str
    number: str
    customer: str
    contract: str
    step: str
    who: str
    amount: Money
    asked: date
    state: str


def approvals(tx: Transaction) -> list[ApprovalRow]:
    """Requests that nobody has answered, in the order of their asking."""
    c, item = t.approval.c, t.receivable.c
    rows = tx.connection.execute(
        select(t.approval, item.number, item.contract)
        .join(t.receivable, and_(item.business == c.business, item.id == c.receivable))
        .where(c.business == tx.business, c.state.in_(("asked", "escalated")))
        .order_by(c.asked, c.receivable)
    )
    return [
        ApprovalRow(
            row.receivable,
            row.number,
            row.customer,
            row.contract,
            row.step,
            row.who,
            Money(row.amount, row.currency),
            date.fromisoformat(row.asked),
            row.state,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A reason to send nothing; `until` is its last day or the one promised, `ended` that on which things went on."""

    hold: str
    customer: str | None
    kind: str
    scope: str
    subject: str
    start: date
    until: date | None
    ended: date | None
    outcome: str | None
    reason: str


def holds(tx: Transaction, *, active: bool = True) -> list[HoldRow]:
    """Holds in the order of their start; those that have ended too where `active` is False."""
    c = t.hold.c
    going_on = c.ended.is_(None) if active else true()
    return [
        HoldRow(
            row.id,
            row.customer,
            row.kind,
            row.scope,
            row.subject,
            date.fromisoformat(row.start),
            day_of(row.until) or _promised(tx, row.customer, row.id),
            day_of(row.ended),
            row.outcome,
            row.reason,
        )
        for row in rows_of(tx, t.hold, [c.start, c.id], going_on)
    ]


def _promised(tx: Transaction, customer: str | None, hold: str) -> date | None:
    """The day on which money is to come, of a promise or a debit: the table of holds does not have it."""
    state = tx.account(customer).holds.get(hold) if customer else None
    return state.hold.promised if state else None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message to a customer, by its claim; `state` as in claims.py, `day` the local day it belongs to."""

    key: str
    customer: str
    contract: str
    receivable: str
    step: str
    channel: str
    template: str
    state: str
    day: date
    changed_at: datetime
    reference: str
    reason: str


def messages(
    tx: Transaction, *, state: str | None = None, customer: str | None = None, day: date | None = None
) -> list[MessageRow]:
    """Messages in the order of their days."""
    c = t.claim.c
    on = equal(c.day, day.isoformat() if day else None)
    found = rows_of(tx, t.claim, [c.day, c.key], equal(c.state, state), equal(c.customer, customer), on)
    return [
        MessageRow(
            row.key,
            row.customer,
            row.contract,
            row.receivable,
            row.step,
            row.channel,
            row.template,
            row.state,
            date.fromisoformat(row.day),
            datetime.fromisoformat(row.changed_at),
            row.reference,
            row.reason,
        )
        for row in found
    ]
