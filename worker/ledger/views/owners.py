"""Whose contract, payment, invoice or bank account it is."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, select

from worker.ledger import tables as t
from worker.ledger.ledger import Transaction
from worker.ledger.views.rows import rows_of

_AT_ONCE = 1000  # names in one statement


def customer_of_contract(tx: Transaction, contract: str) -> str | None:
    """Whose contract it is; None where it is not known."""
    rows = rows_of(tx, t.contract, [], t.contract.c.id == contract)
    return rows[0].customer if rows else None


def owners(tx: Transaction, contracts: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """(customer, country) by contract, of those that are known."""
    case, customer = t.contract.c, t.customer.c
    theirs = and_(customer.business == case.business, customer.id == case.customer)
    asked = (
        select(case.id, case.customer, customer.country).join(t.customer, theirs).where(case.business == tx.business)
    )
    parts = (contracts[n : n + _AT_ONCE] for n in range(0, len(contracts), _AT_ONCE))
    rows = (row for part in parts for row in tx.connection.execute(asked.where(case.id.in_(part))))
    return {row.id: (row.customer, row.country) for row in rows}


def customer_of_payment(tx: Transaction, payment: str) -> str | None:
    """Who paid, or was credited, under that reference."""
    rows = rows_of(tx, t.allocation, [], t.allocation.c.payment == payment)
    return rows[0].customer if rows else None


def customer_of_number(tx: Transaction, number: str) -> tuple[str, str] | None:
    """(customer, receivable) of an invoice's number; of one that is payable in parts, the first part."""
    c = t.receivable.c
    for name in (number, f"{number}/1"):
        row = tx.connection.execute(select(c.customer, c.id).where(c.business == tx.business, c.number == name)).first()
        if row and (name == number or tx.account(row.customer).receivables[row.id].part_of == number):
            return row.customer, row.id
    return None


def customers_of_iban(tx: Transaction, iban: str) -> tuple[str, ...]:
    """Whose bank account it is: nobody's, one customer's or several's."""
    c = t.customer.c
    return tuple(row.id for row in rows_of(tx, t.customer, [c.id], c.iban == iban))
