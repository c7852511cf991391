"""The cases of the business: which are to be woken, and how each stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select

from rules.money import Money
from rules.policy import LEVELS
from worker.ledger import tables as t
from worker.ledger.database import instant, read_instant
from worker.ledger.ledger import Transaction
from worker.ledger.views.queues import approvals, holds, reviews
from worker.ledger.views.rows import equal, rows_of


def late_cases(tx: Transaction, now: datetime) -> list[str]:
    """Contracts whose workflow is to be woken: its time has come, or something was recorded that it has not seen."""
    case, customer = t.contract.c, t.customer.c
    shared = select(t.business.c.last_fact).where(t.business.c.id == tx.business).scalar_subquery()
    told = customer.last_fact > case.seen_fact
    running = and_(case.ended.is_(False), or_(case.next_wake <= instant(now), shared > case.seen_shared))
    rows = tx.connection.execute(
        select(case.id)
        .join(t.customer, and_(customer.business == case.business, customer.id == case.customer))
        .where(case.business == tx.business, or_(running, told))
    )
    return sorted(rows.scalars())


def next_wake(tx: Transaction) -> datetime | None:
    """The earliest instant at which a case that is not over looks again; None where none does."""
    case = t.contract.c
    earliest = select(func.min(case.next_wake)).where(case.business == tx.business, case.ended.is_(False))
    return read_instant(tx.connection.execute(earliest).scalar())


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One contract's case. `step` is the heaviest that went out for what is open, under `policy`.

    `waiting` is what it waits for: the kind of a hold (dispute, promise, ...), approval, review, or None.
    """

    contract: str
    customer: str
    policy: str | None
    step: str | None
    open: tuple[Money, ...]  # one per currency
    overdue: tuple[Money, ...]
    next_wake: datetime | None
    waiting: str | None
    ended: bool
    started: bool = True  # its workflow has looked at it

    @property
    def state(self) -> str:
        """ended, held, waiting (for a person), not-started (no worker has looked at it yet) or running."""
        if self.ended:
            return "ended"
        if self.waiting is None:
            return "running" if self.started else "not-started"
        return "waiting" if self.waiting in ("approval", "review") else "held"


def cases(tx: Transaction, day: date, *, customer: str | None = None, state: str | None = None) -> list[CaseRow]:
    """The cases with what is open and, as of `day`, overdue; of one customer or in one CaseRow.state only."""
    case = t.contract.c
    found = rows_of(tx, t.contract, [case.id], equal(case.customer, customer))
    items: dict[str, list[Row[Any]]] = defaultdict(list)
    item = t.receivable.c
    for row in rows_of(tx, t.receivable, [item.id], item.balance > 0, equal(item.customer, customer)):
        items[row.contract].append(row)
    waits = _Waits(tx, day)
    rows = (_case(row, items[row.id], day, waits) for row in found)
    return [row for row in rows if state is None or row.state == state]


def _case(row: Row[Any], items: Sequence[Row[Any]], day: date, waits: _Waits) -> CaseRow:
    climbed = [item for item in items if item.step is not None]
    heaviest = max(climbed, key=lambda item: LEVELS.index(item.level), default=None)
    governed = heaviest or next((item for item in items if item.policy is not None), None)
    overdue = [item for item in items if item.due is not None and item.due < day.isoformat()]
    return CaseRow(
        row.id,
        row.customer,
        governed.policy if governed else None,
        heaviest.step if heaviest else None,
        _sums((item.balance, item.currency) for item in items),
        _sums((item.balance, item.currency) for item in overdue),
        read_instant(row.next_wake),
        waits.of(row, items),
        bool(row.ended),
        row.next_wake is not None or row.seen_fact > 0,
    )


def _sums(amounts: Iterable[tuple[int, str]]) -> tuple[Money, ...]:
    sums: dict[str, int] = defaultdict(int)
    for minor, currency in amounts:
        sums[currency] += minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))


class _Waits:
    """What holds subjects up on a day: (scope, subject) to a hold's kind, and who waits for a person's word."""

    def __init__(self, tx: Transaction, day: date) -> None:
        self.held: dict[tuple[str, str], str] = {}
        for hold in holds(tx):
            if hold.start <= day:
                self.held.setdefault((hold.scope, hold.subject), hold.kind)
        self.asked = {row.receivable for row in approvals(tx)}
        self.reviewed = {(row.scope, row.subject) for row in reviews(tx)}

    def of(self, case: Row[Any], items: Sequence[Row[Any]]) -> str | None:
        of_items = [("receivable", item.id) for item in items]
        subjects = [("contract", case.id), ("customer", case.customer), *of_items]
        held = [self.held[each] for each in subjects if each in self.held]
        held += [kind for (scope, _), kind in self.held.items() if scope == "business"]
        if held:
            return held[0]
        if any(item.id in self.asked for item in items):
            return "approval"
        return "review" if not self.reviewed.isdisjoint(subjects) else None
