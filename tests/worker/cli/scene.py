"""A business on a test clock without Temporal: judged and performed here, step by step, as the worker does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from rules import facts as f
from rules.decide import decide
from rules.decision import Bill
from rules.money import Money
from worker.ledger.ledger import Transaction
from worker.ledger.people import Card, Contact
from worker.ledger.views import facts_of, last_fact
from worker.office import Office, opened
from worker.record import Answer, Request, record
from worker.settings import read

START = datetime(2026, 12, 5, 9, 0, tzinfo=UTC)  # a Saturday
POSTAL = ("Boulangerie Petit", "3 place du Marché", "38000 Grenoble", "FR")
CARD = Card("Boulangerie Petit SARL", contacts=(Contact("billing", "Jean Petit", "jean@client.example"),))
REACHED = {"billing": ("email",), "registered-office": ("letter",)}


def eur(units: int) -> Money:
    return Money(units * 100, "EUR")


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    with opened(read(folder, {})) as found:
        yield found


def populate(folder: Path, through: date = date(2027, 12, 31)) -> None:
    """C-1 with an open account K-1: F-1 of 1200 EUR due on Monday 4 January 2027, F-2 of 300 EUR due on the 20th.

    C-2 has K-2 and F-9 of 50 EUR. The bank's data are known `through` that day.
    """
    with office(folder) as found:
        digest = found.adopt()
        with found.ledger.begin() as tx:
            tx.set_clock(START)
            for customer, contract in (("C-1", "K-1"), ("C-2", "K-2")):
                person = f.Customer(customer, "FR", language="fr", kind="business", reachable=REACHED)
                tx.record_customer(f.CustomerRecorded(START, person), CARD)
                tx.record(customer, [f.ContractRecorded(START, f.Contract(contract, customer, "open-account"), digest)])
            tx.record("C-1", [_issued("F-1", 1200, date(2027, 1, 4)), _issued("F-2", 300, date(2027, 1, 20))])
            tx.record("C-2", [_issued("F-9", 50, date(2027, 1, 4), "K-2")])
            tx.record_shared([f.BankConfirmed(START, through)])


def _issued(number: str, units: int, due: date, contract: str = "K-1") -> f.Issued:
    issued = date(2026, 12, 5)
    return f.Issued(START, f"R-{number}", contract, number, issued, due, eur(units), delivered=issued)


def live(folder: Path, until: datetime, *, outcome: str = "sent") -> None:
    """Lives both customers to an instant; every message ends with `outcome`."""
    with office(folder) as found, found.ledger.begin() as tx:
        while True:
            wakes = [_settled(tx, customer, outcome) for customer in ("C-1", "C-2")]
            following = min((at for at in wakes if at is not None), default=None)
            if following is None or following > until:
                break
            tx.set_clock(following)
        tx.set_clock(until)


def _settled(tx: Transaction, customer: str, outcome: str) -> datetime | None:
    now = tx.now()
    while True:
        decision = decide(tx.rulebooks_of(tx.account(customer)), tx.snapshot(customer, now), now)
        tx.record(customer, decision.facts)
        if not decision.acts:
            break
        act = decision.acts[0]
        assert not isinstance(act.what, Bill)
        tx.claim(customer, act, now, "test")
        tx.end_claim(customer, act, now, outcome)  # type: ignore[arg-type]
    for contract in tx.account(customer).contracts:
        tx.told(contract, decision.wake[contract], tx.position(customer), ended=contract in decision.ended)
    return min((at for at in decision.wake.values() if at is not None), default=None)


def say(folder: Path, what: str, /, *, key: str = "k1", by: str = "anne", **values: str) -> Answer:
    """Records one thing."""
    with office(folder) as found, found.ledger.begin() as tx:
        return record(tx, Request(what, values, key, by))


def last(folder: Path, customer: str = "C-1") -> f.Fact:
    """The last fact of a customer."""
    with office(folder) as found, found.ledger.read() as tx:
        return facts_of(tx, customer=customer)[-1].fact


def count(folder: Path) -> int:
    """How many facts the ledger has."""
    with office(folder) as found, found.ledger.read() as tx:
        return last_fact(tx)
