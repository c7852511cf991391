"""A business with much to send at once, at any time of day: cases whose step is due now, on the machine's clock."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from rules import facts as f
from rules.moments import Duration
from rules.money import Money
from tests.crash.victim import Victim, start
from tests.crash.wire import Listener, Wire
from worker.gateways.email import message_id
from worker.ledger import tables as t
from worker.ledger.ledger import Transaction
from worker.ledger.people import Card, Contact
from worker.ledger.views import ReviewRow, late_cases, messages, reviews
from worker.main import register
from worker.office import Office, opened, wall
from worker.sandbox.smtp import SmtpSink
from worker.server import Server, serving
from worker.settings import read
from worker.waking import Waker

SENDER = "compta@martin.example"
BUSINESS = f"""\
format: relance/v1
kind: business
id: martin
name: Infogérance Martin SAS
identity: {{siren: "732829320", vat: FR40303265045, address: [12 rue des Lilas, 69003 Lyon, FR], court: RCS Lyon,
           mentions: [SAS au capital de 10 000 €]}}
bank: {{iban: FR7630006000011234567890189}}
law: FR
language: fr
currency: EUR
time_zone: ZONE
bank_data: none
senders: {{email: {SENDER}, name: Comptabilité Martin}}
roles: {{credit-controller: [anne@martin.example]}}
agencies: {{recouvra: {{kind: agency, email: dossiers@recouvra.example}}}}
"""
CALENDAR = """\
format: relance/v1
kind: calendar
id: always
time_zone: ZONE
working_days: [mon, tue, wed, thu, fri, sat, sun]
send_between:
  email: {from: "00:00", to: "23:59"}
complete_until: 2035-12-31
"""
POLICY = """\
format: relance/v1
kind: policy
id: once
title: One step, due now
owner: anne@martin.example
effective_from: 2026-01-01
calendar: always
language: fr
applies_to: {invoice.balance: {gte: 1.00 EUR}}
pacing: {late_start: from-history}   # without a history: politely, from the first step
consolidate: {by: WHOM}
steps:
STEPS
"""
REMINDER = """\
  - {id: reminder-1, level: reminder, at: due+3d, do: [email: {template: reminder-1, to: billing}]}
  - {id: reminder-2, level: firm, at: due+30d, do: [email: {template: reminder-2, to: billing}]}
"""
ON_PAPER = """\
  - {id: reminder-1, level: reminder, at: due+3d, do: [letter: {template: reminder-1, to: billing}]}
  - id: agency
    level: handoff
    at: due+5d
    requires: []
    reason: small sums
    do: [handoff: {to: recouvra, kind: agency, scope: receivable}]
"""
ASSIGNMENT = """\
format: relance/v1
kind: assignment
id: default
owner: anne@martin.example
routes: []
otherwise: {policy: once}
"""


def workspace(folder: Path, steps: str = REMINDER, by: str = "invoice") -> Path:
    """A workspace in which it is early afternoon whenever the test runs, so that every slot of the day is open."""
    hours = 13 - datetime.now(UTC).hour
    zone = f"Etc/GMT{-hours:+d}" if hours else "UTC"
    files = {
        "business.yaml": BUSINESS,
        "calendars/always.yaml": CALENDAR,
        "policies/once.yaml": POLICY.replace("STEPS", steps).replace("WHOM", by),
        "assignments/default.yaml": ASSIGNMENT,
    }
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("ZONE", zone), "utf-8")
    return folder


@dataclass
class Stage:
    """A ledger, a mail sink behind a wire and a Temporal server, all outside of the workers that are killed."""

    office: Office
    sink: SmtpSink
    server: Server
    waker: Waker
    environ: dict[str, str]
    rulebook: str
    cases: list[str] = field(default_factory=list)
    killed: dict[str, frozenset[str]] = field(default_factory=dict)  # worker: what it was attempting

    def overdue(self, n: int, *, last_step: str | None = None, payer: str | None = None) -> list[str]:
        """Records so many customers with one invoice ten days overdue each; returns their contracts.

        `last_step` went out a month ago, from another system; `payer` pays for all of them.
        """
        now = wall()
        issued, due = (now - timedelta(days=40)).date(), (now - timedelta(days=10)).date()
        stepped = (now - timedelta(days=30)).date() if last_step else None
        made = []
        with self.office.ledger.begin() as tx:
            if payer is not None:
                self._customer(tx, now, payer)
            for number in range(len(self.cases) + 1, len(self.cases) + n + 1):
                customer, contract = f"C-{number}", f"A-{number}"
                self._customer(tx, now, customer, payer)
                item = f.Issued(
                    *(now, f"R-{number}", contract, f"F-{number}", issued, due, Money.parse("120.00 EUR")),
                    delivered=issued,
                    last_step=last_step,
                    last_step_on=stepped,
                )
                account = f.Contract(contract, customer, "open-account", law="FR")
                tx.record(customer, [f.ContractRecorded(now, account, self.rulebook), item])
                made.append(contract)
        self.cases += made
        return made

    def billed(self, n: int) -> list[str]:
        """Records so many customers with a monthly contract that bills its first period now."""
        now = wall()
        made = []
        lines = (f.Line("Infogérance", Money.parse("100.00 EUR"), Decimal(20)),)
        with self.office.ledger.begin() as tx:
            for number in range(len(self.cases) + 1, len(self.cases) + n + 1):
                customer, contract = f"C-{number}", f"M-{number}"
                self._customer(tx, now, customer)
                schedule = f.Schedule(Duration(1, "m"), now.date(), now.day, lines=lines)
                monthly = f.Contract(contract, customer, "recurring", law="FR", schedule=schedule)
                tx.record(customer, [f.ContractRecorded(now, monthly, self.rulebook)])
                made.append(contract)
        self.cases += made
        return made

    def _customer(self, tx: Transaction, at: datetime, customer: str, payer: str | None = None) -> None:
        place = ("1 rue Basse", "69001 Lyon", "FR")
        reachable = {"billing": ("email", "letter")}
        known = f.Customer(customer, "FR", language="fr", kind="business", reachable=reachable, payer=payer)
        contact = Contact("billing", "Anne Durand", f"{customer.lower()}@client.example", postal=place)
        tx.record_customer(f.CustomerRecorded(at, known), Card(f"Client {customer} SARL", contacts=(contact,)))

    # --- workers -------------------------------------------------------------------------------------------------

    def worker(self, name: str) -> Victim:
        """Starts a worker of that name."""
        return start(name, self.office.settings.workspace, self.environ, self.server.address)

    def kill(self, worker: Victim) -> frozenset[str]:
        """Kills it; returns the keys of what it was attempting just then."""
        worker.kill()
        mine = ((key, state) for key, (state, by) in self.claims().items() if by == worker.name)
        self.killed[worker.name] = frozenset(key for key, state in mine if state == "attempting")
        return self.killed[worker.name]

    async def settled(self, patience: float = 150.0) -> None:
        """Waits until no case has anything to do and nothing is on its way."""
        began = time.monotonic()
        while pending := self.pending():
            if time.monotonic() - began > patience:
                raise AssertionError(f"not settled after {patience:.0f} s: {pending[:5]} and {len(pending)} in all")
            await asyncio.sleep(0.1)

    # --- what is known -------------------------------------------------------------------------------------------

    def pending(self) -> list[str]:
        """The cases that have something to do, or something on its way."""
        with self.office.ledger.read() as tx:
            moving = [row.contract for row in messages(tx) if row.state in ("claimed", "attempting")]
            return sorted({*late_cases(tx, wall()), *moving})

    def claims(self) -> dict[str, tuple[str, str]]:
        """The state of every claim and the worker who claimed it, by key."""
        columns = t.claim.c
        with self.office.ledger.read() as tx:
            rows = tx.connection.execute(select(columns.key, columns.state, columns.worker))
            return {row.key: (row.state, row.worker) for row in rows}

    def asked(self) -> dict[str, ReviewRow]:
        """The questions that nobody has answered, by the contract that waits for the answer."""
        with self.office.ledger.read() as tx:
            return {row.subject.replace("R-", "A-"): row for row in reviews(tx)}

    async def proceed(self, contract: str) -> None:
        """A person answers a case's question: go on."""
        asked = self.asked()[contract]
        with self.office.ledger.begin() as tx:
            answer = f.Answered(wall(), asked.review, "receivable", asked.subject, "anne", "proceed")
            tx.record(tx.customer_of(contract=contract), [answer])
        await self.waker.wake([contract])

    def in_state(self, state: str) -> set[str]:
        """The keys of the claims in a state."""
        return {key for key, (found, _) in self.claims().items() if found == state}

    def arrived(self) -> Counter[str]:
        """How often the mail server accepted each message, by Message-ID."""
        return Counter(each["message_id"] for each in self.sink.messages())


def ids(keys: Iterable[str]) -> set[str]:
    """The Message-IDs of those keys."""
    return {message_id(key, SENDER) for key in keys}


@asynccontextmanager
async def staged(
    folder: Path, *, steps: str = REMINDER, by: str = "invoice", heard: Listener | None = None
) -> AsyncIterator[Stage]:
    """The stage without a worker; `heard` listens on the wire to the mail server, None: there is no wire.

    A message is for what `by` says: invoice, customer or payer.
    """
    with ExitStack() as stack:
        sink = stack.enter_context(SmtpSink(folder / "mail"))
        port = stack.enter_context(Wire(sink.port, heard)).port if heard else sink.port
        environ = {
            "RELANCE_DATABASE": f"sqlite:///{folder / 'relance.db'}",
            "RELANCE_OUT": str(folder / "out"),
            "RELANCE_SMTP_HOST": "127.0.0.1",
            "RELANCE_SMTP_PORT": str(port),
            "RELANCE_SMTP_TLS": "none",
        }
        office = stack.enter_context(opened(read(workspace(folder / "workspace", steps, by), environ)))
        rulebook = office.adopt()
        async with serving() as server:
            await register(server.client, office)
            waker = Waker(server.client, office)
            yield Stage(office, sink, server, waker, environ, rulebook)
