"""Several processes and threads at one ledger: they wait for each other, and nothing is lost."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from rules import facts as f
from rules.decision import Act
from tests.rules.shelf import BUSINESS, compiled
from tests.worker.ledger.books import (
    CARD,
    NOW,
    ON_POSTGRES,
    TODAY,
    act,
    book,
    enrolled,
    invoiced,
    known,
    left,
    opened,
    paid,
)
from worker.ledger.ledger import Ledger
from worker.ledger.migrations import migrate
from worker.ledger.views import late_cases
from worker.workspace import recompile


def together(job: Callable[[str, int], None], url: str, count: int) -> None:
    """The job in so many processes, each with its number."""
    with ProcessPoolExecutor(count, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(job, [url] * count, range(count)))


def _open_and_pay(url: str, worker: int) -> None:
    migrate(url)
    with opened(url) as ledger:
        with ledger.begin() as tx:
            tx.record_customer(known(), CARD)
        for n in range(10):
            with ledger.begin() as tx:
                tx.record("durand", [paid(1, payment=f"P{worker}-{n}")])
                tx.record_shared([f.BankConfirmed(NOW, TODAY + timedelta(days=n))])


def test_processes_that_open_a_new_ledger_at_once_share_it(empty: str) -> None:
    together(_open_and_pay, empty, 3)
    with opened(empty) as ledger, ledger.read() as tx:
        assert len(tx.account("durand").payments) == 30
        assert tx.state().bank_through == TODAY + timedelta(days=9)
        assert list(tx.verify()) == []


def test_a_customer_that_two_record_at_once_is_one(ledger: Ledger, url: str) -> None:
    def record(worker: int) -> bool:
        with opened(url) as own, own.begin() as tx:
            return tx.record_customer(known(at=NOW + timedelta(hours=worker)), CARD)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(record, range(4))) == [False, False, False, True]


@contextmanager
def limited(url: str, limits: str) -> Iterator[Ledger]:
    """A ledger with the customers a, b and c, one open invoice each, under a business with these limits."""
    workspace = compiled(business=f"{BUSINESS}limits: {limits}\n")
    assert workspace.rulebook is not None, workspace.diagnostics
    digest = workspace.rulebook.digest
    ledger = Ledger(url, business="martin", compile_=recompile, wall=lambda: NOW)
    with ledger.begin() as tx:
        tx.put_rulebook(digest, workspace.files)
        tx.put_rulebook(digest, workspace.files)
        for name in ("a", "b", "c"):
            contract = f.ContractRecorded(NOW, f.Contract(f"C-{name}", name, "open-account"), digest)
            tx.record_customer(known(name), CARD)
            tx.record(name, [contract, invoiced(f"R-{name}", contract=f"C-{name}")])
            tx.record(name, [replace(enrolled(f"R-{name}"), rulebook=digest)])
    try:
        yield ledger
    finally:
        ledger.close()


def reminded(name: str, **rest: object) -> Act:
    return act(facts=(left(f"R-{name}", message=f"m-{name}", **rest),), step=f"reminder-{name}")


def test_customers_contacted_in_a_day_are_counted_across_connections(url: str) -> None:
    with limited(url, "{contacts_per_day: 2}") as one, limited(url, "{contacts_per_day: 2}") as other:
        with one.begin() as tx:
            tx.claim("a", reminded("a"), NOW, "w1")
            tx.record("b", [left("R-b", "phone", (), channels=("call",))])
        with other.read() as tx:
            business = tx.snapshot("c", NOW).business
            assert business.contacts == {TODAY: 1}
            assert business.customers_open == 3
        with other.begin() as tx:
            tx.claim("b", reminded("b"), NOW, "w2")
            tx.record("a", [left("R-a", "text-nudge", (), channels=("sms",))])
            assert tx.snapshot("c", NOW).business.contacts == {TODAY: 2}


@pytest.mark.parametrize(("limits", "bounded"), [("{contacts_per_day: 2}", True), ("{}", False)])
def test_nobody_is_counted_where_nothing_is_limited(url: str, limits: str, bounded: bool) -> None:
    with limited(url, limits) as ledger, ledger.begin() as tx:
        tx.claim("a", reminded("a"), NOW, "w1")
        assert tx.bounded("a") is bounded
        assert (tx.snapshot("a", NOW).business.contacts != {}) is bounded


def test_a_rulebook_is_read_back_as_it_was_compiled(url: str) -> None:
    with limited(url, "{contacts_per_day: 7}") as ledger, ledger.read() as tx:
        (rulebook,) = tx.rulebooks_of(tx.account("a")).values()
        assert rulebook.business.limits.contacts_per_day == 7
        assert [rulebook.digest] == list(tx.rulebooks_of(tx.account("a")))


@ON_POSTGRES
def test_a_fact_of_the_business_committed_after_a_later_one_of_a_customer_wakes_its_case(
    ledger: Ledger, url: str
) -> None:
    with ledger.begin() as tx:
        book(tx)
    with opened(url) as another:
        with another.begin() as slower:
            slower.record_shared([f.BankConfirmed(NOW, TODAY)])
            with ledger.begin() as tx:
                tx.record("durand", [invoiced()])
                tx.told("C1", None, tx.position("durand"), ended=False)
        with ledger.begin() as tx:
            assert late_cases(tx, NOW) == ["C1"]
            tx.told("C1", None, tx.position("durand"), ended=False)
            assert late_cases(tx, NOW) == []
