"""What is known while a file is being checked: the ledger's accounts, and what the lines above have added to them.

Nothing is written here: `people` and `entries` are what the ledger is to record once the whole file is found right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.account import Account, Receivable
from rules.calendars import Calendar
from rules.policy import Business, Terms
from rules.rates import Table, shipped
from worker.ledger.people import Card


class Known(Protocol):
    """What an import asks of the ledger."""

    def account(self, customer: str) -> Account | None:
        """The customer's account as recorded."""

    def card(self, customer: str) -> Card | None:
        """The customer's name and contacts."""

    def customer_of_contract(self, contract: str) -> str | None:
        """Whose contract it is."""

    def receivable(self, number: str) -> tuple[str, str] | None:
        """The customer and the receivable that carry that number."""

    def customer_of_payment(self, reference: str) -> str | None:
        """Who paid, or was credited, under that reference."""

    def customers_of_iban(self, iban: str) -> tuple[str, ...]:
        """Whose account it is."""

    def debit(self, end_to_end: str) -> tuple[str, str] | None:
        """The customer, and the hold of the debit that is so called."""


@dataclass(slots=True)
class Book:
    """The ledger as it will be once the lines read so far are recorded."""

    known: Known
    business: Business
    rulebook: str
    now: datetime
    people: list[tuple[f.CustomerRecorded, Card]] = field(default_factory=list)
    entries: dict[str, list[f.Fact]] = field(default_factory=dict)  # by customer
    notes: dict[tuple[str, str], int] = field(default_factory=dict)  # (of one, of several)
    rates: Mapping[str, Table] = field(default_factory=shipped)  # published, with what people stated
    terms: Sequence[Terms] = ()  # what a delay costs, by the rulebook in force
    calendar: Calendar | None = None  # by whose holidays due dates move
    latest: date | None = None  # the last day on which somebody paid
    lines: dict[str, int] = field(default_factory=dict)  # what was read, and on which line
    _accounts: dict[str, Account] = field(default_factory=dict)
    _cards: dict[str, Card] = field(default_factory=dict)
    _contracts: dict[str, str] = field(default_factory=dict)
    _numbers: dict[str, tuple[str, str]] = field(default_factory=dict)
    _payments: dict[str, str] = field(default_factory=dict)
    _ibans: dict[str, list[str]] = field(default_factory=dict)

    @property
    def facts(self) -> list[f.Fact]:
        """Every entry, customer by customer."""
        return [fact for facts in self.entries.values() for fact in facts]

    @property
    def touched(self) -> list[str]:
        """The customers of whom something is to be recorded."""
        return list(dict.fromkeys([*(fact.customer.id for fact, _ in self.people), *self.entries]))

    @property
    def today(self) -> date:
        """The local date of the business."""
        return self.now.astimezone(ZoneInfo(self.business.time_zone)).date()

    def midnight(self, day: date) -> datetime:
        """When a fact dated that day begins to be true."""
        return datetime.combine(day, time(0), ZoneInfo(self.business.time_zone)).astimezone(UTC)

    def note(self, one: str, many: str, n: int = 1) -> None:
        """Counts something worth saying at the end: how it is said of one, and of several (`{}`: of how many)."""
        self.notes[one, many] = self.notes.get((one, many), 0) + n

    def said(self) -> tuple[str, ...]:
        """The notes in words."""
        return tuple(one if n == 1 else many.format(n) for (one, many), n in self.notes.items())

    def first_line(self, subject: str, line: int) -> int | None:
        """The line above that spoke of the same subject, None where this one is the first."""
        first = self.lines.setdefault(subject, line)
        return None if first == line else first

    def account(self, customer: str) -> Account | None:
        """The customer's account, with the lines above."""
        if customer not in self._accounts:
            recorded = self.known.account(customer)
            if recorded is None:
                return None
            self._accounts[customer] = recorded.copy()
        return self._accounts[customer]

    def card(self, customer: str) -> Card | None:
        """The customer's name and contacts, with the lines above."""
        return self._cards.get(customer) or self.known.card(customer)

    def customer_of_contract(self, contract: str) -> str | None:
        """Whose contract it is."""
        return self._contracts.get(contract) or self.known.customer_of_contract(contract)

    def receivable(self, number: str) -> tuple[str, str] | None:
        """The customer and the receivable that carry that number."""
        return self._numbers.get(number) or self.known.receivable(number)

    def named(self, number: str) -> tuple[str, list[Receivable]] | None:
        """The customer and the receivables of an invoice: one, or the parts in which it is payable, by their places."""
        found = self.receivable(number) or self.receivable(f"{number}/1")
        account = self.account(found[0]) if found else None
        if found is None or account is None:
            return None
        item = account.receivables[found[1]]
        if item.number == number:
            return found[0], [item]
        return (found[0], account.parts(item)) if item.part_of == number else None

    def customer_of_payment(self, reference: str) -> str | None:
        """Who paid, or was credited, under that reference."""
        return self._payments.get(reference) or self.known.customer_of_payment(reference)

    def customers_of_iban(self, iban: str) -> tuple[str, ...]:
        """Whose account it is."""
        recorded = (c for c in self.known.customers_of_iban(iban) if c not in self._cards)
        return tuple(dict.fromkeys((*self._ibans.get(iban, ()), *recorded)))

    def add_person(self, fact: f.CustomerRecorded, card: Card) -> None:
        """A customer, known anew."""
        customer = fact.customer.id
        self.people.append((fact, card))
        account = self.account(customer)
        if account is None:
            self._accounts[customer] = Account(fact.customer)
        else:
            account.record(fact)
        self._cards[customer] = card
        if card.iban:
            self._ibans.setdefault(card.iban, []).append(customer)

    def add(self, customer: str, facts: Iterable[f.Fact]) -> None:
        """Facts of one customer's account."""
        account = self.account(customer)
        assert account is not None
        for fact in facts:
            account.record(fact)
            self.entries.setdefault(customer, []).append(fact)
            match fact:
                case f.ContractRecorded():
                    self._contracts[fact.contract.id] = customer
                case f.Issued():
                    self._numbers[fact.number] = (customer, fact.receivable)
                case f.Paid():
                    self._payments[fact.payment] = customer
                case f.Credited():
                    self._payments[fact.credit] = customer
