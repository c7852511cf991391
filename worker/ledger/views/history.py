"""The facts as they were recorded, and the decisions that were kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from rules.facts import KINDS, Fact
from worker.ledger import tables as t
from worker.ledger.codec import decode
from worker.ledger.keys import TOLD
from worker.ledger.ledger import Transaction
from worker.ledger.views.rows import equal, rows_of


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact and where it stands: its number in the ledger, and its position (from 1) in its stream."""

    seq: int
    stream: str
    position: int
    kind: str
    customer: str | None  # None: the business's own
    effective_at: datetime
    recorded_at: datetime
    fact: Fact


def last_fact(tx: Transaction) -> int:
    """The number of the last fact recorded; 0 where there is none."""
    last = select(func.coalesce(func.max(t.fact.c.seq), 0)).where(t.fact.c.business == tx.business)
    number: int = tx.connection.execute(last).scalar_one()
    return number


def facts_of(
    tx: Transaction, *, customer: str | None = None, contract: str | None = None, receivable: str | None = None
) -> list[Recorded]:
    """Facts of one customer, contract or receivable, in the order of their recording; raises Unknown.

    Those of a receivable are the ones that name it: money is of its customer.
    """
    c = t.fact.c
    if contract is not None or receivable is not None:
        customer = tx.customer_of(contract=contract, receivable=receivable)
    where = (equal(c.customer, customer), equal(c.contract, contract), equal(c.receivable, receivable))
    return list(_facts(tx, *where))


def facts_like(tx: Transaction, *kinds: type[Fact]) -> list[Recorded]:
    """Every fact of these kinds, in the order of their recording."""
    return list(_facts(tx, t.fact.c.kind.in_([name for name, kind in KINDS.items() if kind in kinds])))


def facts_between(tx: Transaction, after_seq: int, *, told: bool = False) -> list[Recorded]:
    """Every fact recorded after that number; `told`: with those that are recorded for a customer and are another's."""
    every = () if told else (t.fact.c.key.not_like(f"%/{TOLD}/%"),)
    return list(_facts(tx, t.fact.c.seq > after_seq, *every))


def _facts(tx: Transaction, *where: ColumnElement[bool]) -> Iterator[Recorded]:
    for row in rows_of(tx, t.fact, [t.fact.c.seq], *where):
        effective, recorded = datetime.fromisoformat(row.effective_at), datetime.fromisoformat(row.recorded_at)
        fact = decode(row.body, KINDS[row.kind])
        yield Recorded(row.seq, row.stream, row.position, row.kind, row.customer, effective, recorded, fact)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision that was kept because it differed from the one before; `body` is its reasons as JSON."""

    at: datetime
    digest: str
    engine: str
    seen_fact: int
    body: str


def decisions(tx: Transaction, customer: str) -> list[DecisionRow]:
    """The customer's kept decisions, oldest first."""
    c = t.decision.c
    return [
        DecisionRow(datetime.fromisoformat(row.at), row.digest, row.engine, row.seen_fact, row.body)
        for row in rows_of(tx, t.decision, [c.at, c.seen_fact], c.customer == customer)
    ]
