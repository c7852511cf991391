"""The workspaces in which the manuals are followed: on test clocks, without Temporal, nothing sent to anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from click.testing import CliRunner

from rules import facts as f
from rules.decide import decide
from rules.decision import Bill
from rules.moments import Duration
from rules.money import Money
from tests.worker.cli.scene import POSTAL, eur, office
from worker.cli.app import relance
from worker.documents.issuing import issue
from worker.judging import judge
from worker.ledger.ledger import Transaction
from worker.ledger.people import Card, Contact

START = datetime(2026, 12, 5, 9, 0, tzinfo=UTC)  # a Saturday
MORNING = datetime(2027, 2, 3, 8, 30, tzinfo=UTC)  # half past nine on a Wednesday in Paris
CALL = """\
  - id: by-phone
    level: firm
    at: due+15d
    when: {invoice.balance: {gte: 2000.00 EUR}}
    do:
      - call: {queue: credit-control, script: reminder-2, attempts: 3, until: reached}

  - id: formal-notice
"""
OWING = (  # customer, name, invoice, euros, due
    ("C-1", "Boulangerie Petit SARL", "F-1", 1200, date(2027, 1, 4)),
    ("C-2", "Durand et Fils SARL", "F-9", 350, date(2027, 1, 4)),
    ("C-3", "Garage Moulin SAS", "F-12", 480, date(2027, 1, 29)),
    ("C-4", "Hôtel des Alpes SA", "F-14", 640, date(2027, 1, 31)),
    ("C-5", "Imprimerie Roche SA", "F-20", 2500, date(2027, 1, 18)),
)


def workspace(folder: Path) -> Path:
    """A new workspace named acme in that folder."""
    made = folder / "acme"
    assert CliRunner().invoke(relance, ["new", "workspace", str(made)]).exit_code == 0
    return made


def a_morning(folder: Path) -> None:
    """Wednesday 3 February 2027 at acme: two notices wait, a reminder leaves, a call is due, an outcome is unknown."""
    made = workspace(folder)
    policy = made / "policies" / "reminders.yaml"
    policy.write_text(policy.read_text("utf-8").replace("  - id: formal-notice\n", CALL), "utf-8")
    with office(made) as found:
        digest = found.adopt()
        with found.ledger.begin() as tx:
            tx.set_clock(START)
            for customer, name, number, units, due in OWING:
                _open_account(tx, customer, name, digest)
                tx.record(customer, [_issued(number, units, due, customer.replace("C", "K"))])
            tx.record_shared([f.BankConfirmed(START, date(2027, 2, 1))])
            _live(tx, MORNING)


def a_book(folder: Path) -> None:
    """The same day at acme: C-104 has an invoice of its own billing and one of another system, C-7 owes nothing.

    C-201 has an invoice that falls due by its receipt, F-2027-0002, and one paid with its discount, F-2027-0003.
    """
    made = workspace(folder)
    with office(made) as found:
        digest = found.adopt()
        with found.ledger.begin() as tx:
            tx.set_clock(MORNING)
            _open_account(tx, "C-7", "Ancien client SARL", digest)
            _open_account(tx, "C-104", "Boulangerie Petit SARL", digest)
            issued = f.Issued(
                MORNING,
                "R-18",
                "K-104",
                "F-2026-018",
                date(2026, 12, 5),
                date(2027, 1, 4),
                eur(1200),
                delivered=MORNING.date(),
            )
            tx.record("C-104", [issued])
            tx.record_shared([f.BankConfirmed(MORNING, date(2027, 2, 2))])
            _open_account(tx, "C-201", "Atelier Lenoir SARL", digest)
            offer = f.Net(discount=f.Discount(Decimal(2), 10))
            _billed(tx, f.Contract("M-104", "C-104", "recurring", "FR"), f.Net(), digest, ("Support", "260.00 EUR"))
            _billed(tx, f.Contract("R-201", "C-201", "recurring", "DE"), f.Net(runs_from="receipt"), digest)
            _billed(tx, f.Contract("D-201", "C-201", "recurring", "FR"), offer, digest)
            whole = f.Share("D-201/2027-02-01", 117600)  # 1,200.00 EUR less 2%
            tx.record("C-201", [f.Paid(MORNING, "bank-1", "C-201", Money(117600, "EUR"), MORNING.date(), (whole,))])
            tx.record("C-201", judge(tx, "D-201", MORNING).decision.facts)


def _billed(tx: Transaction, contract: f.Contract, net: f.Net, digest: str, *more: tuple[str, str]) -> None:
    """A contract of 1,000.00 EUR a month, and `more`, whose first invoice is issued."""
    parts = (("Maintenance", "1000.00 EUR"), *more)
    lines = tuple(f.Line(text, Money.parse(price), Decimal(20)) for text, price in parts)
    schedule = f.Schedule(Duration(1, "m"), date(2027, 2, 1), net=net, lines=lines)
    tx.record(contract.customer, [f.ContractRecorded(MORNING, replace(contract, schedule=schedule), digest)])
    act = judge(tx, contract.id, MORNING).act
    assert act is not None
    assert isinstance(act.what, Bill)
    assert issue(tx, contract.customer, act.what, MORNING, MORNING.date()) is not None


def _open_account(tx: Transaction, customer: str, name: str, digest: str) -> None:
    reached = {"billing": ("email", "call"), "registered-office": ("letter",), "management": ("email",)}
    known = f.Customer(customer, "FR", language="fr", kind="business", reachable=reached)
    billing = Contact("billing", "Jean Petit", "jean@client.example", "+33639980001", POSTAL)
    head = Contact("management", "Zoé Petit", "zoe@client.example")
    tx.record_customer(f.CustomerRecorded(tx.now(), known), Card(name, contacts=(billing, head)))
    account = f.Contract(customer.replace("C", "K"), customer, "open-account", law="FR")
    tx.record(customer, [f.ContractRecorded(tx.now(), account, digest)])


def _issued(number: str, units: int, due: date, contract: str) -> f.Issued:
    return f.Issued(START, f"R-{number}", contract, number, START.date(), due, eur(units), delivered=START.date())


def _live(tx: Transaction, until: datetime) -> None:
    """Lives every customer to an instant; nobody knows what became of the reminder about F-12."""
    customers = [each[0] for each in OWING]
    while True:
        wakes = [_settled(tx, customer) for customer in customers]
        following = min((at for at in wakes if at is not None), default=None)
        if following is None or following > until:
            break
        tx.set_clock(following)
    tx.set_clock(until)


def _settled(tx: Transaction, customer: str) -> datetime | None:
    now = tx.now()
    while True:
        decision = decide(tx.rulebooks_of(tx.account(customer)), tx.snapshot(customer, now), now)
        tx.record(customer, decision.facts)
        if not decision.acts:
            break
        act = decision.acts[0]
        assert not isinstance(act.what, Bill)
        tx.claim(customer, act, now, "test")
        unsure = customer == "C-3" and act.step == "reminder-1"
        tx.end_claim(customer, act, now, "unknown" if unsure else "sent")
    for contract in tx.account(customer).contracts:
        tx.told(contract, decision.wake[contract], tx.position(customer), ended=contract in decision.ended)
    return min((at for at in decision.wake.values() if at is not None), default=None)


def imports(folder: Path) -> None:
    """A new workspace on 1 December 2026, into which files are imported."""
    with office(workspace(folder)) as found:
        found.adopt()
        with found.ledger.begin() as tx:
            tx.set_clock(datetime(2026, 12, 1, 8, 30, tzinfo=UTC))
