"""What the ledger has recorded, as an import asks it: looked up for the whole file at once, never line by line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Column, Row, and_, select

from rules.account import Account
from rules.collecting import KIND
from worker.documents.pain008 import end_to_end as named_debit
from worker.imports.table import Table
from worker.ledger import tables as t
from worker.ledger import views
from worker.ledger.errors import Unknown
from worker.ledger.invoices import number_of
from worker.ledger.ledger import Transaction
from worker.ledger.people import Card

_AT_ONCE = 10_000  # names in one query: a few large ones, which PostgreSQL plans for their values each time
_NAMING = frozenset({"id", "customer", "payer", "contract", "number", "invoice", "reference", "iban", "end_to_end"})


class Archive:
    """Implements `worker.imports.book.Known` within a transaction.

    With `locking`, a customer is locked before it is read: nothing changes between the check and the record.
    """

    def __init__(self, tx: Transaction, *, locking: bool) -> None:
        self._tx, self._locking = tx, locking
        self._customers: dict[str, str | None] = {}  # the customer whose row is locked for it
        self._contracts: dict[str, str | None] = {}
        self._numbers: dict[str, tuple[str, str] | None] = {}
        self._payments: dict[str, str | None] = {}
        self._debits: dict[str, tuple[str, str]] | None = None
        self._ibans: dict[str, tuple[str, ...]] = {}

    def expect(self, table: Table) -> None:
        """Looks up what the file's lines name, and locks those customers in one order, the same for every import."""
        named = _named(table)
        self._look_up(named)
        if self._locking:
            for customer in sorted({account for account in self._customers.values() if account is not None}):
                self._tx.lock(customer)
            self._look_up(named)  # again: somebody may have recorded something while we waited

    def account(self, customer: str) -> Account | None:
        """The customer's account as recorded."""
        if not self._is_customer(customer):
            return None
        if self._locking:
            self._tx.lock(customer)
        try:
            return self._tx.account(customer)
        except Unknown:
            return None

    def card(self, customer: str) -> Card | None:
        """The customer's name and contacts."""
        return self._tx.card(customer) if self._is_customer(customer) else None

    def customer_of_contract(self, contract: str) -> str | None:
        """Whose contract it is."""
        if contract not in self._contracts:
            self._contracts[contract] = views.customer_of_contract(self._tx, contract)
        return self._contracts[contract]

    def receivable(self, number: str) -> tuple[str, str] | None:
        """The customer and the receivable that carry that number."""
        if number not in self._numbers:
            self._numbers[number] = views.customer_of_number(self._tx, number)
        return self._numbers[number]

    def customer_of_payment(self, reference: str) -> str | None:
        """Who paid, or was credited, under that reference."""
        if reference not in self._payments:
            self._payments[reference] = views.customer_of_payment(self._tx, reference)
        return self._payments[reference]

    def customers_of_iban(self, iban: str) -> tuple[str, ...]:
        """Whose account it is."""
        if iban not in self._ibans:
            self._ibans[iban] = views.customers_of_iban(self._tx, iban)
        return self._ibans[iban]

    def debit(self, end_to_end: str) -> tuple[str, str] | None:
        """The customer, and the hold of the debit that is so called; all are looked up at the first."""
        if self._debits is None:
            self._debits = debits(self._tx)
        return self._debits.get(end_to_end)

    # --- many at a time ------------------------------------------------------------------------------------------

    def _look_up(self, named: Mapping[str, set[str]]) -> None:
        customers = named["id"] | named["customer"] | named["payer"]
        self._expect_contracts(named["contract"] | named["customer"])
        self._expect_numbers(named["number"] | named["invoice"])
        self._expect_payments(named["reference"] | named["number"])
        self._expect_ibans({re.sub(r"\s", "", iban).upper() for iban in named["iban"]})
        customers |= {customer for customer in self._contracts.values() if customer}
        customers |= {found[0] for found in self._numbers.values() if found}
        customers |= {customer for customer in self._payments.values() if customer}
        owners = (self.debit(name) for name in named["end_to_end"])
        customers |= {found[0] for found in owners if found}
        customers |= {customer for found in self._ibans.values() for customer in found}
        self._expect_customers(customers)

    def _is_customer(self, customer: str) -> bool:
        if customer not in self._customers:
            self._expect_customers({customer})
        return self._customers[customer] is not None

    def _expect_customers(self, names: Iterable[str]) -> None:
        self._customers |= dict.fromkeys(names)
        rows = self._rows(names, t.customer.c.id, t.customer.c.account)
        self._customers |= {row.id: row.account or row.id for row in rows}

    def _expect_contracts(self, names: Iterable[str]) -> None:
        c = t.contract.c
        self._contracts |= dict.fromkeys(names) | {row.id: row.customer for row in self._rows(names, c.id, c.customer)}

    def _expect_numbers(self, names: Iterable[str]) -> None:
        c = t.receivable.c
        rows = self._rows(names, c.number, c.customer, c.id)
        self._numbers |= dict.fromkeys(names) | {row.number: (row.customer, row.id) for row in rows}

    def _expect_payments(self, names: Iterable[str]) -> None:
        c = t.allocation.c
        rows = self._rows(names, c.payment, c.customer)
        self._payments |= dict.fromkeys(names) | {row.payment: row.customer for row in rows}

    def _expect_ibans(self, names: Iterable[str]) -> None:
        c = t.customer.c
        found: dict[str, list[str]] = {name: [] for name in names}
        for row in self._rows(names, c.iban, c.id):
            found[row.iban].append(row.id)
        self._ibans |= {iban: tuple(sorted(customers)) for iban, customers in found.items()}

    def _rows(self, names: Iterable[str], by: Column[Any], *columns: Column[Any]) -> Iterator[Row[Any]]:
        """The business's rows in which `by` is one of the names."""
        business = by.table.c.business == self._tx.business
        rest = iter(sorted(names))
        while some := list(islice(rest, _AT_ONCE)):
            yield from self._tx.connection.execute(select(by, *columns).where(business, by.in_(some)))


def _named(table: Table) -> Mapping[str, set[str]]:
    """What stands in the columns that name something, by the column's first word."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    for row in table.rows:
        for column, cell in row.cells.items():
            word = column.partition(".")[0]
            if word in _NAMING:
                named[word].update(number_of(part.strip()) for part in cell.split("|"))
    return named


def debits(tx: Transaction) -> dict[str, tuple[str, str]]:
    """By what they are called at the bank, the customer and the hold of every debit that was presented."""
    hold, item, claim = t.hold.c, t.receivable.c, t.claim.c
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for row in tx.connection.execute(select(claim.key).where(claim.business == tx.business, claim.channel == "debit")):
        keys[row.key.rpartition("/")[0]].append(row.key)
    asked = (
        select(hold.id, hold.subject, item.customer, item.number)
        .join(t.receivable, and_(item.business == hold.business, item.id == hold.subject))
        .where(hold.business == tx.business, hold.kind == KIND)
    )
    return {
        named_debit(row.number, f"{key}/{row.subject}"): (row.customer, row.id)
        for row in tx.connection.execute(asked)
        for message, every in ((row.id.removeprefix("debit/").removesuffix(f"/{row.subject}"), keys),)
        for key in every.get(message, ())
    }
