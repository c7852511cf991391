"""Small things by themselves: facts recorded, a policy validated."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

from rules import facts as f
from rules import library
from rules.compile import compile_workspace
from rules.money import Money
from rules.policy import Rulebook
from tests.crash.stage import ASSIGNMENT, BUSINESS
from worker.holidays import public_holidays
from worker.ledger.ledger import Ledger
from worker.ledger.migrations import migrate
from worker.ledger.people import Card

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LINES = 500


def micro() -> dict[str, float]:
    """Medians of several runs, by what they measure."""
    found: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        found |= _recording("SQLite", f"sqlite:///{folder}/relance.db")
    if postgres := os.getenv("RELANCE_TEST_POSTGRES"):
        found |= _recording("PostgreSQL", postgres)
    return found | {f"milliseconds to validate a policy of {LINES} lines": 1000 * _validating()}


def _median(doing: Callable[[], object], runs: int) -> float:
    """Seconds that it takes."""
    spent = []
    for _ in range(runs):
        began = time.perf_counter()
        doing()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


def _recording(database: str, url: str) -> dict[str, float]:
    """Facts a second: one in each transaction, and a hundred."""
    migrate(url)
    ledger = Ledger(url, business=f"bench-{os.getpid()}", compile_=_no_rulebook, wall=lambda: NOW)
    with ledger.begin() as tx:
        tx.record_customer(f.CustomerRecorded(NOW, f.Customer("C")), Card("Client"))
        tx.record("C", [f.ContractRecorded(NOW, f.Contract("A", "C", "open-account"), "digest")])
    numbers = iter(range(10**6))

    def pay(n: int) -> None:
        with ledger.begin() as tx:
            tx.record("C", [f.Paid(NOW, f"P-{next(numbers)}", "C", Money(1, "EUR"), NOW.date()) for _ in range(n)])

    found = {f"facts a second, {n} at a time, {database}": n / _median(lambda: pay(n), 20) for n in (1, 100)}  # noqa: B023
    ledger.close()
    return found


def _no_rulebook(files: Mapping[str, bytes]) -> Rulebook:
    raise AssertionError(f"nobody asks for a rulebook of {len(files)} files")


def _validating() -> float:
    """A policy of so many lines, with every step written out, against the shipped calendars."""
    head = [
        *("format: relance/v1", "kind: policy", "id: long", "title: Long", "owner: anne@martin.example"),
        *("effective_from: 2026-01-01", "calendar: fr-paris", "language: fr", "steps:"),
    ]
    step = [
        "  - id: reminder-{n}",
        "    level: reminder",
        "    at: due+{n}d",
        "    when: {{invoice.balance: {{gte: 15.00 EUR}}}}",
        "    do: [email: {{template: reminder-1, to: billing, attach: [invoice]}}]",
    ]
    steps = [line.format(n=n) for n in range(1, (LINES - len(head)) // len(step) + 1) for line in step]
    files = {
        "business.yaml": BUSINESS.replace("ZONE", "UTC").encode(),
        "assignments/default.yaml": ASSIGNMENT.replace("policy: once", "policy: long").encode(),
        "policies/long.yaml": "\n".join([*head, *steps, ""]).encode(),
    }
    shipped = library.files()
    compiled = compile_workspace(files, shipped, public_holidays)
    assert not any(each.severity == "error" for each in compiled.diagnostics), compiled.diagnostics
    return _median(lambda: compile_workspace(files, shipped, public_holidays), 9)
