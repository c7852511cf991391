"""One thing that a person wants recorded, read value by value against the ledger. It refuses in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Row, Table, select

from rules.account import Account, Receivable
from rules.diagnostics import did_you_mean, quoted
from rules.facts import Fact
from rules.money import Money, MoneyError
from rules.policy import Business
from worker.ledger import tables as t
from worker.ledger.invoices import number_of
from worker.ledger.ledger import Transaction
from worker.ledger.views import customer_of_contract, customer_of_number, customer_of_payment, late_cases

SUGGESTED = 1000  # of the names among which the nearest is looked for
AHEAD = timedelta(days=3660)  # how far a day may lie in the future


class Refused(Exception):
    """What cannot be recorded, in a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Request:
    """`key` makes it count once; `by` is who says it. `values` are texts as people write them, empty ones left out."""

    kind: str
    values: Mapping[str, str]
    key: str
    by: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was recorded, in one sentence, and the contracts whose cases are to be woken after the commit."""

    text: str
    contracts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A value that a kind takes, what it means, and what it may be where that is a choice."""

    name: str
    help: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that is recorded: what it means, its values, and how it is taken."""

    help: str
    fields: tuple[Field, ...]
    take: Callable[[Asked], Answer]


@dataclass
class Asked:
    """A request in its transaction, at the business's own instant `now`."""

    tx: Transaction
    request: Request
    now: datetime
    business: Business

    @cached_property
    def today(self) -> date:
        """The local date of the business."""
        return self.local_day(self.now)

    def local_day(self, at: datetime) -> date:
        """The business's local date at an instant."""
        return at.astimezone(ZoneInfo(self.business.time_zone)).date()

    # --- values --------------------------------------------------------------------------------------------------

    def text(self, name: str) -> str:
        """The value as written, empty where there is none."""
        return self.request.values.get(name, "").strip()

    def money(self, name: str = "amount") -> Money | None:
        """An amount above zero, None where none was given."""
        if not self.text(name):
            return None
        try:
            amount = Money.parse(self.text(name))
        except MoneyError as error:
            raise Refused(f"{name}: {error}.") from None
        if amount.minor <= 0:
            raise Refused(f"{name}: {amount} is not above zero.")
        return amount

    def day(self, name: str = "on") -> date | None:
        """A date, None where none was given."""
        written = self.text(name)
        if not written:
            return None
        try:
            day = date.fromisoformat(written) if re.fullmatch(r"\d{4}-\d\d-\d\d", written) else None
        except ValueError:
            raise Refused(f"{name}: {written} is not a real date.") from None
        if day is None:
            raise Refused(f"{name}: {quoted(written)} is not a date such as {self.today}.")
        if day > self.today + AHEAD:
            raise Refused(f"{name}: {day} is too far ahead.")
        return day

    def past_day(self, name: str = "on") -> date:
        """A date that has come, today where none was given."""
        day = self.day(name) or self.today
        if day > self.today:
            raise Refused(f"{name}: {day} is after today, {self.today}: record it when that day has come.")
        return day

    def coming_day(self, name: str, after: date | None = None) -> date | None:
        """A date from today on (or later than `after`), None where none was given."""
        day = self.day(name)
        if day is not None and (day < self.today or (after is not None and day <= after)):
            raise Refused(f"{name}: {day} is over, today is {self.today}.")
        return day

    # --- subjects ------------------------------------------------------------------------------------------------

    @property
    def contract(self) -> str:
        """The contract that is named and known, empty where none is."""
        name = self.text("contract")
        if name and customer_of_contract(self.tx, name) is None:
            self.unknown("contract", name, t.contract.c.id)
        return name

    def item(self, name: str = "invoice") -> tuple[str, Receivable]:
        """The one invoice that is named, or one part of it, and its customer."""
        customer, items = self.items(name)
        if customer is not None and len({item.paper for item in items}) == 1 < len(items):
            raise Refused(f"{name}: {items[0].paper} is payable in parts: name one of them, {numbers(items)}.")
        if customer is None or len(items) != 1:
            raise Refused(f"{name}: name one invoice, by its number.")
        return customer, items[0]

    def invoice(self, name: str = "invoice") -> tuple[str, list[Receivable]]:
        """The one invoice that is named, whole: all its parts, whichever of them was named; and its customer."""
        customer, items = self.items(name)
        if customer is None or len({item.paper for item in items}) != 1:
            raise Refused(f"{name}: name one invoice, by its number.")
        return customer, self.account(customer).parts(items[0])

    def items(self, name: str = "invoices") -> tuple[str | None, list[Receivable]]:
        """The invoices named, by number or identifier, parted by commas; all of one customer."""
        numbers = [each.strip() for each in self.text(name).split(",") if each.strip()]
        found = [each for number in dict.fromkeys(numbers) for each in self._find(number)]
        customers = sorted({customer for customer, _ in found})
        if len(customers) > 1:
            raise Refused(f"{name}: these are invoices of {' and '.join(customers)}: record them one by one.")
        if found and self.text("contract") and customers != [customer_of_contract(self.tx, self.contract)]:
            raise Refused(f"{numbers[0]} is not an invoice of the customer of {self.contract}.")
        if found and self.text("customer") not in ("", customers[0]):
            raise Refused(f"{numbers[0]} is {customers[0]}'s, not {self.text('customer')}'s.")
        return (customers[0], [item for _, item in found]) if found else (None, [])

    def customer(self) -> str:
        """The customer that is named, or whose contract is."""
        name = self.text("customer")
        if name and self.row(t.customer, name) is None:
            self.unknown("customer", name, t.customer.c.id)
        if name:
            return name
        if not self.contract:
            raise Refused("nobody is named: name the invoice, the contract or the customer.")
        return self.tx.customer_of(contract=self.contract)

    def payer(self, payment: str) -> str | None:
        """Who paid, or was credited, under a reference; None where it is not known."""
        return customer_of_payment(self.tx, payment)

    def account(self, customer: str) -> Account:
        """The customer's account, which nobody else changes until the end of the transaction."""
        self.tx.lock(customer)
        return self.tx.account(customer)

    def row(self, table: Table, name: str) -> Row[Any] | None:
        """The business's row of that identifier."""
        return self.tx.connection.execute(
            select(table).where(table.c.business == self.tx.business, list(table.primary_key)[-1] == name)
        ).first()

    def unknown(self, what: str, name: str, names: Column[Any]) -> NoReturn:
        """Refuses a name that is not known, with the nearest that is."""
        near = did_you_mean(name, self._names(name, names))
        raise Refused(f"no {what} {quoted(name)} is known" + (f": {near}" if near else "."))

    def _find(self, number: str) -> list[tuple[str, Receivable]]:
        number = number_of(number)
        found = customer_of_number(self.tx, number)
        if found is None and (row := self.row(t.receivable, number)) is not None:
            found = (row.customer, row.id)
        if found is None:
            self.unknown("invoice", number, t.receivable.c.number)
        customer, account = found[0], self.account(found[0])
        item = account.receivables[found[1]]
        return [(customer, each) for each in (account.parts(item) if number == item.part_of else [item])]

    def _names(self, name: str, names: Column[Any]) -> Iterable[str]:
        """Known names, those that begin alike first."""
        table = names.table
        every = select(names).where(table.c.business == self.tx.business).limit(SUGGESTED)
        alike = every.where(names.startswith(name[:3], autoescape=True))
        return {*self.tx.connection.execute(alike).scalars(), *self.tx.connection.execute(every).scalars()}

    # --- answering -----------------------------------------------------------------------------------------------

    def record(self, customer: str | None, *facts: Fact) -> bool:
        """Records facts of a customer, or of the business; whether any of them is new."""
        new = self.tx.record_shared(facts) if customer is None else self.tx.record(customer, facts)
        return bool(new)

    def everybody(self) -> tuple[str, ...]:
        """The cases that have not seen what was recorded of the business itself."""
        return tuple(late_cases(self.tx, self.now))

    def contracts_of(self, customer: str) -> tuple[str, ...]:
        """The contracts of a customer."""
        return tuple(sorted(self.tx.account(customer).contracts))


def contracts(items: Iterable[Receivable]) -> tuple[str, ...]:
    """The contracts of these receivables."""
    return tuple(sorted({item.contract for item in items}))


def numbers(items: Iterable[Receivable]) -> str:
    """`F-1`, `F-1 and F-2`, `F-1, F-2 and 3 more`."""
    names = [item.number for item in items]
    if len(names) > 3:
        return f"{names[0]}, {names[1]} and {len(names) - 2} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
