"""Invoice numbers have no gaps and no doubles, whatever fails and whoever asks at once."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from rules.decision import Bill
from tests.worker.ledger.books import NOW, TODAY, billed, book, eur, invoiced, opened
from worker.ledger.ledger import Ledger


def months(count: int) -> list[date]:
    return [date(2026 + n // 12, n % 12 + 1, 1) for n in range(count)]


def numbers(ledger: Ledger) -> list[str]:
    with ledger.read() as tx:
        return sorted(item.number for item in tx.account("durand").receivables.values())


def test_an_invoice_bears_the_next_number_of_its_year(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx)
        issued = tx.issue("durand", billed(), NOW)
        assert (issued.number, issued.receivable, issued.amount) == ("F-2027-0001", "C1/2027-01-01", eur(12000))
        assert (issued.issued, issued.due, issued.period) == (TODAY, date(2027, 2, 4), billed().period)
        assert tx.issue("durand", billed(first=date(2027, 2, 1)), NOW).number == "F-2027-0002"
        assert tx.next_number(2028) == 1
        assert tx.bill("C1/2027-01-01") == billed()
        assert tx.bill("R1") is None


def test_a_period_is_issued_once(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx)
        first = tx.issue("durand", billed(), NOW)
    with ledger.begin() as tx:
        assert tx.issue("durand", billed(), NOW + timedelta(days=1)) == first
        assert tx.next_number(2027) == 2


def test_a_number_that_an_imported_invoice_bears_is_passed_over(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx)
        tx.record("durand", [replace(invoiced("R9"), number="F-2027-0001")])
        assert tx.issue("durand", billed(), NOW).number == "F-2027-0002"


def _issue_and_fail(ledger: Ledger, customer: str, bill: Bill) -> None:
    with ledger.begin() as tx:
        tx.issue(customer, bill, NOW)
        raise ZeroDivisionError


def test_a_number_is_given_back_when_the_transaction_fails(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx)
    with pytest.raises(ZeroDivisionError):
        _issue_and_fail(ledger, "durand", billed())
    with ledger.begin() as tx:
        assert tx.issue("durand", billed(first=date(2027, 3, 1)), NOW).number == "F-2027-0001"
    assert numbers(ledger) == ["F-2027-0001"]


def _issue(url: str, customer: str, firsts: list[date]) -> None:
    """Issues each, failing in every third transaction before it is committed."""
    with opened(url) as ledger:
        for n, first in enumerate(firsts):
            bill = billed(f"C-{customer}", first)
            if n % 3 == 0:
                with pytest.raises(ZeroDivisionError):
                    _issue_and_fail(ledger, customer, bill)
            with ledger.begin() as tx:
                tx.issue(customer, bill, NOW)


def _issued(ledger: Ledger, customers: list[str]) -> list[str]:
    with ledger.read() as tx:
        assert list(tx.verify()) == []
        return sorted(item.number for name in customers for item in tx.account(name).receivables.values())


def test_threads_that_issue_at_once_leave_no_gap(ledger: Ledger, url: str) -> None:
    customers = ["a", "b", "c"]
    with ledger.begin() as tx:
        for name in customers:
            book(tx, customer=name, contract=f"C-{name}")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(_issue, [url] * 3, customers, [months(7)] * 3))
    assert _issued(ledger, customers) == [f"F-2027-{n:04d}" for n in range(1, 22)]


def test_processes_that_issue_at_once_wait_for_each_other(ledger: Ledger, url: str) -> None:
    customers = ["a", "b"]
    with ledger.begin() as tx:
        for name in customers:
            book(tx, customer=name, contract=f"C-{name}")
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_issue, [url] * 2, customers, [months(10)] * 2))
    assert _issued(ledger, customers) == [f"F-2027-{n:04d}" for n in range(1, 21)]
