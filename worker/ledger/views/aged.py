"""The aged balance: who owes what, in which currency, since when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from worker.ledger import tables as t
from worker.ledger.ledger import Transaction
from worker.ledger.views.rows import day_of

_CREDIT = 5  # after the five buckets


@dataclass(frozen=True, slots=True)
class AgedRow:
    """What one customer owes in one currency, in minor units, by days overdue; `total` is net of unallocated credit."""

    customer: str
    currency: str
    not_due: int
    to_30: int
    to_60: int
    to_90: int
    over_90: int
    credit: int

    @property
    def total(self) -> int:
        """The buckets' sum less the credit."""
        return self.not_due + self.to_30 + self.to_60 + self.to_90 + self.over_90 - self.credit


def aged(tx: Transaction, day: date) -> list[AgedRow]:
    """The balances of now, aged as of `day`, of every customer with something open or unallocated.

    A receivable due on `day` itself, or without a due date, is not due.
    """
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * (_CREDIT + 1))
    item, part = t.receivable.c, t.allocation.c
    balances = (
        select(item.customer, item.currency, item.due, func.sum(item.balance))
        .where(item.business == tx.business, item.balance > 0)
        .group_by(item.customer, item.currency, item.due)
    )
    for customer, currency, due, minor in tx.connection.execute(balances):
        sums[customer, currency][_bucket(day_of(due), day)] += int(minor)
    free = (
        select(part.customer, part.currency, func.sum(part.minor))
        .where(part.business == tx.business, part.receivable.is_(None), part.minor != 0)
        .group_by(part.customer, part.currency)
    )
    for customer, currency, minor in tx.connection.execute(free):
        sums[customer, currency][_CREDIT] += int(minor)
    return [AgedRow(customer, currency, *found) for (customer, currency), found in sorted(sums.items())]


def totals(rows: Iterable[AgedRow]) -> list[AgedRow]:
    """The sums of an aged balance, one row per currency, the customer left empty."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * (_CREDIT + 1))
    for row in rows:
        parts = (row.not_due, row.to_30, row.to_60, row.to_90, row.over_90, row.credit)
        sums[row.currency] = [a + b for a, b in zip(sums[row.currency], parts, strict=True)]
    return [AgedRow("", currency, *found) for currency, found in sorted(sums.items())]


def _bucket(due: date | None, day: date) -> int:
    overdue = (day - due).days if due is not None else 0
    return 0 if overdue <= 0 else min((overdue - 1) // 30 + 1, 4)
