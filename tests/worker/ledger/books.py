"""A small book for tests of the ledger: one customer, its contract, an invoice, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from rules import facts as f
from rules.decision import Act, Bill, BilledLine, Claimed, Send
from rules.money import Money
from rules.policy import Rulebook
from worker.ledger.ledger import Ledger, Transaction
from worker.ledger.people import Card, Contact

NOW = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)
TODAY = date(2027, 1, 5)
CARD = Card("Boulangerie Durand", "FR7630006000011234567890189", {"siren": "552100554"}, (Contact("billing", "A. D."),))
ON_POSTGRES = pytest.mark.parametrize(
    "backend", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)  # SQLite has one writer at a time


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def no_rulebook(files: Mapping[str, bytes]) -> Rulebook:
    raise AssertionError(f"nobody asked for a rulebook of {sorted(files)}")


@contextmanager
def opened(url: str) -> Iterator[Ledger]:
    """A ledger whose wall clock stands at NOW."""
    ledger = Ledger(url, business="martin", compile_=no_rulebook, wall=lambda: NOW)
    try:
        yield ledger
    finally:
        ledger.close()


def known(customer: str = "durand", at: datetime = NOW, **attributes: object) -> f.CustomerRecorded:
    return f.CustomerRecorded(at, f.Customer(customer, **attributes))  # type: ignore[arg-type]


def contracted(contract: str = "C1", customer: str = "durand", at: datetime = NOW) -> f.ContractRecorded:
    return f.ContractRecorded(at, f.Contract(contract, customer, "open-account"), "digest-1")


def invoiced(receivable: str = "R1", minor: int = 120000, due: date = TODAY, **rest: object) -> f.Issued:
    contract = str(rest.pop("contract", "C1"))
    number = f"N-{receivable}"
    return f.Issued(NOW, receivable, contract, number, date(2026, 12, 1), due, eur(minor), **rest)  # type: ignore[arg-type]


def paid(minor: int, *shares: tuple[str, int], payment: str = "P1", at: datetime = NOW) -> f.Paid:
    parts = tuple(f.Share(receivable, part) for receivable, part in shares)
    return f.Paid(at, payment, "durand", eur(minor), TODAY, parts)


def enrolled(receivable: str = "R1") -> f.Enrolled:
    return f.Enrolled(NOW, receivable, 1, "digest-1", "fr-b2b-standard", late=False, on=TODAY)


def left(receivable: str = "R1", step: str = "reminder-1", pending: tuple[int, ...] = (0,), **rest: object) -> f.Left:
    values = {"channels": ("email",) * max(len(pending), 1), "level": "reminder", "message": f"m/{step}", **rest}
    return f.Left(
        NOW,
        receivable,
        1,
        step,
        1,
        on=TODAY,
        own=step,
        variant=None,
        pending=pending,
        **values,  # type: ignore[arg-type]
    )


def act(index: int = 0, facts: tuple[f.Fact, ...] = (), step: str = "reminder-1") -> Act:
    """The act of an e-mail reminder for R1; `facts` are those that its claim records."""
    what = Send("email", step, "fr", "billing", ("R1",), (Claimed("R1", 1, step, 1, eur(120000)),))
    key = f"m/{step}/{index}"
    return Act(key, "C1", ("C1",), step, "reminder", TODAY, NOW + timedelta(hours=8), what, facts)


def billed(contract: str = "C1", first: date = date(2027, 1, 1)) -> Bill:
    """One month at 100.00 EUR net, 20% VAT."""
    lines = (BilledLine("Hosting", eur(10000), eur(2000)),)
    last = first.replace(day=28)
    return Bill(contract, (first, last), TODAY, date(2027, 2, 4), lines, eur(10000), eur(2000), eur(12000))


def book(tx: Transaction, *facts: f.Fact, customer: str = "durand", contract: str = "C1") -> None:
    """A customer with one contract, and then these facts."""
    tx.record_customer(known(customer), CARD)
    tx.record(customer, [contracted(contract, customer), *facts])
