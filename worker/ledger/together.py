"""Customers who have one payer: one lock for all of them, and each fact told to everybody whom it concerns.

Who was brought together once stays so, whoever pays now: what became of a message reaches all that it spoke for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update

from rules import together
from rules.facts import Fact
from worker.ledger import tables as t
from worker.ledger.database import row_of

if TYPE_CHECKING:
    from worker.ledger.ledger import Transaction

_C = t.customer.c
_COLUMNS = select(_C.id, _C.account, _C.last_fact, _C.decision).where(_C.business == bindparam("of"))
_LEADS = (
    select(_C.account).where(_C.business == bindparam("of"), _C.id == bindparam("customer")).correlate(None)
).scalar_subquery()
_LEAD = _COLUMNS.where(_C.id == func.coalesce(_LEADS, bindparam("customer"))).with_for_update()
_ALL = _COLUMNS.where(_C.account == bindparam("account")).order_by(_C.id)


def lock(tx: Transaction, customer: str) -> Sequence[Any]:
    """Locks one row for everybody who is judged with a customer; returns the rows of all of them, itself alone mostly.

    It is the same row for each of them, so that nobody holds one and waits for another.
    """
    while True:
        lead = tx.connection.execute(_LEAD, {"of": tx.business, "customer": customer}).first()
        if lead is None or lead.account is None:
            return [lead] if lead is not None else []
        if lead.account == lead.id:
            return _members(tx, lead.id)  # else they were brought together with others while we waited


def fellows(tx: Transaction, customer: str) -> tuple[str, ...]:
    """Everybody who is judged with a customer, the one whom their account is named after first."""
    row = row_of(tx.connection, t.customer, ("account",), tx.business, customer)
    return (customer,) if row is None or row.account is None else named(_members(tx, row.account))


def named(rows: Iterable[Any]) -> tuple[str, ...]:
    """The customers of these rows, the one whom their account is named after first."""
    return tuple(sorted((row.id for row in rows), key=lambda name: (name != next(r.account for r in rows), name)))


def _members(tx: Transaction, account: str) -> Sequence[Any]:
    return tx.connection.execute(_ALL, {"of": tx.business, "account": account}).all()


def bring(tx: Transaction, customer: str, payer: str) -> bool:
    """Has a customer judged with its payer from now on; False where it is already, or the payer is not known."""
    if payer == customer or row_of(tx.connection, t.customer, ("id",), tx.business, payer) is None:
        return False
    for name in sorted((customer, payer)):
        tx.lock(name)
    if customer in tx.fellows(payer):
        return False
    everybody = {*tx.fellows(customer), *tx.fellows(payer)}
    here = update(t.customer).where(_C.business == tx.business, _C.id.in_(everybody))
    tx.connection.execute(here.values(account=tx.fellows(payer)[0]))
    return True


def parted(
    tx: Transaction, customer: str, facts: Iterable[Fact]
) -> tuple[dict[str, list[Fact]], dict[str, list[Fact]]]:
    """Facts by the customer whose they are; and those of others that mean something to a customer as well."""
    own: dict[str, list[Fact]] = {}
    told: dict[str, list[Fact]] = {}
    accounts = {name: tx.account(name) for name in tx.fellows(customer)}
    for fact in facts:
        whose, *others = together.concerned(accounts, fact, customer)
        own.setdefault(whose, []).append(fact)
        for name in others:
            told.setdefault(name, []).append(fact)
    return own, told
