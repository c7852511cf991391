"""A ledger of the tests' own: what was recorded, kept in memory and folded by the rules' reducer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rules import facts as f
from rules.account import Account
from rules.policy import Business
from worker.imports.book import Book
from worker.imports.checking import KINDS, Checked, check
from worker.ledger.people import Card

NOW = datetime(2027, 1, 15, 9, 0, tzinfo=UTC)
BUSINESS = Business(
    "martin", "Infogérance Martin", "FR", "fr", "EUR", custom={"customer.sector": "text", "invoice.site": "number"}
)


@dataclass
class Shelf:
    """Implements `worker.imports.book.Known`, and records what a book would have recorded."""

    accounts: dict[str, Account] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)

    def account(self, customer: str) -> Account | None:
        return self.accounts.get(customer)

    def card(self, customer: str) -> Card | None:
        return self.cards.get(customer)

    def customer_of_contract(self, contract: str) -> str | None:
        return next((c for c, account in self.accounts.items() if contract in account.contracts), None)

    def receivable(self, number: str) -> tuple[str, str] | None:
        return next(
            ((c, i.id) for c, a in self.accounts.items() for i in a.receivables.values() if i.number == number), None
        )

    def customer_of_payment(self, reference: str) -> str | None:
        return next((c for c, account in self.accounts.items() if reference in account.payments), None)

    def customers_of_iban(self, iban: str) -> tuple[str, ...]:
        return tuple(c for c, card in self.cards.items() if card.iban == iban)

    def debit(self, end_to_end: str) -> tuple[str, str] | None:
        return None  # nothing is collected on a shelf

    def record(self, book: Book) -> None:
        for fact, card in book.people:
            self.accounts.setdefault(fact.customer.id, Account(fact.customer)).record(fact)
            self.cards[fact.customer.id] = card
        for fact_ in book.facts:
            self.account_of(fact_).record(fact_)

    def account_of(self, fact: f.Fact) -> Account:
        match fact:
            case f.ContractRecorded():
                return self.accounts[fact.contract.customer]
            case f.Issued():
                return self.accounts[str(self.customer_of_contract(fact.contract))]
            case f.Paid() | f.Credited():
                return self.accounts[fact.customer]
            case f.Allocated():
                return self.accounts[str(self.customer_of_payment(fact.payment))]
            case f.ReceivableChanged():
                return next(a for a in self.accounts.values() if fact.receivable in a.receivables)
        raise AssertionError(fact)

    def take(self, kind: str, path: Path, *, now: datetime = NOW, day_first: bool = False) -> tuple[Checked, Book]:
        """Checks a file and records it when nothing is wrong."""
        book = Book(self, BUSINESS, "digest", now)
        checked = check(KINDS[kind], path, book, day_first=day_first)
        if not checked.problems:
            self.record(book)
        return checked, book
