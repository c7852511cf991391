"""Decisions a second beside two judgements written by hand, in turns: `python -m tests.bench.judging`.

One, `by_hand`, is written for a single policy and knows no other rule; it judges a customer all of whose invoices are
overdue and enrolled: the first step of one leaves, the others have to wait a day. Both give the same decision, to the
last reason. The other, the naive model, evaluates the same rules as the engine, for any policy of the random books that
it judges; both give the same lines, and the engine its reasons besides.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from rules import facts as f
from rules.account import Account, BusinessState, Snapshot
from rules.decide import decide
from rules.money import Money
from rules.policy import Rulebook
from tests.bench import by_hand
from tests.bench.backtest import plain
from tests.rules.model.books import book

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DUE = NOW.date() - timedelta(days=5)
ISSUED = DUE - timedelta(days=30)
SIZES, LAPS = (1, 20, 100), 7
SHARE = "decisions a second, of the hand-written one's, {} overdue"
BOOKS, LIVES = 40, "lives of random books a second, of the naive model's"
GOALS = {SHARE.format(n): (">=", 0.5) for n in SIZES} | {LIVES: (">=", 0.5)}


def judging() -> dict[str, float]:
    """The shares, and microseconds of CPU for a decision."""
    with plain() as workspace:
        rulebook = workspace.rulebook
    found: dict[str, float] = {}
    for n in SIZES:
        ours, hand = _pair(rulebook, n)
        found |= {SHARE.format(n): hand / ours, f"microseconds to judge a customer of {n} overdue": 1e6 * ours}
    return found | {LIVES: _lives()}


def _lives() -> float:
    """CPU seconds of the naive model for one of the engine, over the same random books in turns."""
    ours = naive = 0.0
    for made in map(book, range(BOOKS)):
        ours += _spent(made.simulated, 1)
        naive += _spent(made.naively, 1)
    return naive / ours


def _pair(rulebook: Rulebook, invoices: int) -> tuple[float, float]:
    """CPU seconds of a decision, ours and by hand: the least of several laps, taken in turns."""
    books, snapshot = {rulebook.digest: rulebook}, Snapshot(_account(rulebook, invoices), BusinessState())
    calendar, customer = rulebook.calendars["plain"], by_hand.Customer("C", "A", rulebook.digest)
    for n in range(invoices):
        customer.invoices.append(by_hand.Invoice(f"R-{n:03}", ISSUED, DUE, 12000, round=1, enrolled=True))
    ours = hand = float("inf")
    for _ in range(LAPS):
        ours = min(ours, _spent(lambda: decide(books, snapshot, NOW), 200 // invoices))
        hand = min(hand, _spent(lambda: by_hand.judge(customer, calendar, NOW), 2000 // invoices))
    assert decide(books, snapshot, NOW) == by_hand.judge(customer, calendar, NOW)
    return ours, hand


def _account(rulebook: Rulebook, invoices: int) -> Account:
    """A customer with so many invoices that fell due on one day, as it stood before anything left."""
    account = Account(f.Customer("C", "FR", language="fr", kind="business", reachable={"billing": ("email",)}))
    account.record(f.ContractRecorded(NOW, f.Contract("A", "C", "open-account", law="FR"), rulebook.digest))
    amount, names = Money(12000, "EUR"), [f"R-{n:03}" for n in range(invoices)]
    account.record_all(f.Issued(NOW, name, "A", name, ISSUED, DUE, amount, delivered=ISSUED) for name in names)
    account.record_all(f.Enrolled(NOW, name, 1, rulebook.digest, "plain", late=False, on=ISSUED) for name in names)
    return account


def _spent(doing: Callable[[], object], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        doing()
    return (time.process_time() - began) / times


if __name__ == "__main__":
    for name, value in judging().items():
        print(f"{value:12.3f}  {name}")
