"""A small business for tests of the whole: two customers' worth of words, one policy, a ledger, and the outside world.

Everything is real: files on disk, SQLite, SMTP, Twilio's API on loopback. Only the names are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from secrets import token_hex
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.moments import Duration
from rules.money import Money
from rules.simulate import Entry, entries
from worker.ledger.people import Card, Contact
from worker.ledger.views import MessageRow, TaskRow, facts_between, messages, tasks
from worker.office import Office, opened
from worker.sandbox.smtp import SmtpSink
from worker.sandbox.twilio import TwilioSandbox
from worker.settings import read

PARIS = ZoneInfo("Europe/Paris")
PERSON, STREET, PHONE, IBAN = "Anne Durand", "7 rue des Martyrs", "+33639980001", "FR7630006000011234567890189"
SIREN = "999999204"
TOKEN = "sandbox"
CHANNELS = ("email", "sms", "letter")

BUSINESS = """\
format: relance/v1
kind: business
id: {business}
name: Martin SAS
identity: {{siren: "732829320", vat: FR40303265045, address: [12 rue des Lilas, 69003 Lyon, FR], court: RCS Lyon,
           mentions: [SAS au capital de 10 000 €]}}
bank: {{iban: FR7630006000011234567890189}}
law: FR
language: fr
currency: EUR
time_zone: Europe/Paris
bank_data: none
senders: {senders}
roles: {{credit-controller: [anne@martin.example], credit-director: [paul@martin.example]}}
agencies: {{recouvra: {{kind: agency, email: dossiers@recouvra.example}}}}
gateways: {{crm: {{url: "{hook}"}}}}
"""
SENDERS = '{email: compta@martin.example, name: Martin SAS, sms: "+33639981000"}'
ASSIGNMENT = """\
format: relance/v1
kind: assignment
id: default
owner: credit@martin.example
pins: []
routes: []
otherwise: {policy: standard}
"""
HEAD = """\
format: relance/v1
kind: policy
id: standard
title: Standard
owner: credit@martin.example
effective_from: 2020-01-01
calendar: paris
language: {by: customer.language, fr: fr, otherwise: en}
"""
CALENDAR = """\
format: relance/v1
kind: calendar
id: paris
time_zone: Europe/Paris
working_days: [mon, tue, wed, thu, fri]
send_between: {email: {from: 08:30, to: 18:30}, sms: {from: 08:30, to: 18:30}, call: {from: 09:30, to: 17:30}}
holidays: {country: FR}
complete_until: 2049-12-31
"""
STEPS = """\
consolidate: {by: customer, window: 3bd}
steps:
  - {id: courtesy, level: courtesy, at: due-5d, do: [email: {template: courtesy, to: billing}]}
  - {id: reminder, level: reminder, at: due+3d, do: [email: {template: reminder-1, to: billing}]}
  - id: notice
    level: notice
    at: due+20d
    requires: [reminder]
    approval: credit-controller
    deadline: {of: 8d, from: sent}
    do: [letter: {template: formal-notice, to: billing, registered: paper}]
  - id: agency
    level: handoff
    at: notice.deadline+5bd
    requires: [notice]
    do: [handoff: {to: recouvra, kind: agency}]
"""


def day(text: str) -> date:
    """A date as the tests write it."""
    return date.fromisoformat(text)


def instant(on: str, at: str = "06:00") -> datetime:
    """The instant, in UTC, at which the clocks of Paris show `at` on that day."""
    return datetime.combine(day(on), time.fromisoformat(at), PARIS).astimezone(UTC)


def euros(amount: int | str) -> Money:
    """An amount in euros."""
    return Money.parse(f"{amount} EUR")


@dataclass(slots=True)
class World:
    """One business. `now` dates what is recorded; on a test clock (`stepped`) the ledger's clock goes before it."""

    office: Office
    sink: SmtpSink
    texts: TwilioSandbox
    now: datetime
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 1_000_000)))

    @property
    def business(self) -> str:
        """The business's identifier, its own in every test."""
        return self.office.business

    def case(self, contract: str) -> str:
        """The workflow id of a contract's case."""
        return f"case/{self.business}/{contract}"

    def step_to(self, at: datetime) -> None:
        """Puts the business on a test clock."""
        self.now = at
        with self.office.ledger.begin() as tx:
            tx.set_clock(at)

    # --- who owes what -------------------------------------------------------------------------------------------

    def customer(
        self,
        name: str,
        *,
        email: str = "",
        language: str = "fr",
        channels: tuple[str, ...] = CHANNELS,
        payer: str | None = None,
    ) -> None:
        """A customer in France with one contact, for billing."""
        reachable = {"billing": channels}
        known = f.Customer(name, "FR", kind="business", language=language, reachable=reachable, payer=payer)
        address = email or f"{name.lower()}@client.example"
        contact = Contact("billing", PERSON, address, PHONE, ("Client SARL", STREET, "75009 Paris", "FR"))
        with self.office.ledger.begin() as tx:
            tx.record_customer(
                f.CustomerRecorded(self.now, known), Card(f"{PERSON} SARL", IBAN, {"siren": SIREN}, (contact,))
            )

    def open_account(self, contract: str, customer: str) -> None:
        """A contract whose invoices come from another billing system."""
        self._contract(f.Contract(contract, customer, "open-account", law="FR"))

    def retainer(
        self, contract: str, customer: str, *, start: str, bills_on: int | None = None, end: str | None = None
    ) -> None:
        """A contract of 100.00 EUR a month, without VAT, net 30 days."""
        schedule = f.Schedule(
            Duration(1, "m"),
            day(start),
            bills_on,
            end=day(end) if end else None,
            lines=(f.Line("Maintenance", euros(100), category="exempt", reason="VATEX-FR-FRANCHISE"),),
        )
        self._contract(f.Contract(contract, customer, "recurring", law="FR", schedule=schedule))

    def _contract(self, contract: f.Contract) -> None:
        with self.office.ledger.begin() as tx:
            tx.record(contract.customer, [f.ContractRecorded(self.now, contract, str(tx.active_rulebook()))])

    def invoice(self, number: str, contract: str, amount: int | str, *, issued: str, due: str) -> None:
        """An invoice of another billing system, which has reached the customer on its date."""
        on = day(issued)
        self.record(
            self._customer(contract),
            f.Issued(self.now, number, contract, number, on, day(due), euros(amount), delivered=on),
        )

    def paid(self, number: str, amount: int | str, *, on: str) -> str:
        """Money for one invoice; returns the payment's name."""
        payment = f"bank-{next(self._numbers)}"
        with self.office.ledger.read() as tx:
            customer = tx.customer_of(receivable=number)
        share = f.Share(number, euros(amount).minor)
        self.record(customer, f.Paid(self.now, payment, customer, euros(amount), day(on), (share,)))
        return payment

    def reversed(self, payment: str, customer: str, *, on: str) -> None:
        """A payment comes back."""
        self.record(customer, f.Reversed(self.now, payment, day(on)))

    def record(self, customer: str, *facts: f.Fact) -> None:
        """Any facts of a customer."""
        with self.office.ledger.begin() as tx:
            tx.record(customer, facts)

    def _customer(self, contract: str) -> str:
        with self.office.ledger.read() as tx:
            return tx.customer_of(contract=contract)

    # --- what became of it ---------------------------------------------------------------------------------------

    def facts(self) -> list[f.Fact]:
        """Everything recorded, in order."""
        with self.office.ledger.read() as tx:
            return [each.fact for each in facts_between(tx, 0)]

    def entries(self) -> list[Entry]:
        """What became of every step, sorted."""
        return entries(self.facts(), PARIS)

    def steps(self, number: str) -> list[tuple[str, str, str]]:
        """(day, step, outcome) of everything said of one receivable, in order."""
        return [(str(e.day), e.step, e.outcome) for e in self.entries() if e.receivable == number]

    def tasks(self) -> list[TaskRow]:
        """The open tasks."""
        with self.office.ledger.read() as tx:
            return tasks(tx)

    def messages(self) -> list[MessageRow]:
        """Every message that was claimed."""
        with self.office.ledger.read() as tx:
            return messages(tx)

    def mail(self) -> list[str]:
        """The subjects of every e-mail that arrived, in order."""
        return [str(each["subject"]) for each in self.sink.messages()]

    def letters(self) -> list[Path]:
        """The letters in the folder of the post."""
        return sorted((self.office.settings.out / "letters").rglob("*.pdf"))


@contextmanager
def world(
    folder: Path,
    at: datetime,
    *,
    steps: str = STEPS,
    senders: str = SENDERS,
    business: str = "",
    smtp_port: int | None = None,
    database: str | None = None,
    hook: str = "https://crm.example/hook",
) -> Iterator[World]:
    """A world in which nothing is recorded yet; `smtp_port` is where mail is sent, the sink's where not given."""
    name = business or f"martin-{token_hex(4)}"
    workspace = _workspace(folder / "workspace", BUSINESS.format(business=name, senders=senders, hook=hook), steps)
    with SmtpSink(folder / "mail") as sink, TwilioSandbox(folder / "sms", token=TOKEN) as texts:
        settings = read(
            workspace,
            {
                "RELANCE_DATABASE": database or f"sqlite:///{folder / 'relance.db'}",
                "RELANCE_OUT": str(folder / "out"),
                "RELANCE_SMTP_HOST": "127.0.0.1",
                "RELANCE_SMTP_PORT": str(smtp_port or sink.port),
                "RELANCE_SMTP_TLS": "none",
                "RELANCE_WEBHOOK_SECRET": "secret",
                "RELANCE_TWILIO_ACCOUNT": texts.account,
                "RELANCE_TWILIO_TOKEN": TOKEN,
                "RELANCE_TWILIO_API_URL": texts.url,
            },
        )
        made: list[World] = []
        with opened(settings, clock=lambda: made[0].now if made else at) as office:
            made.append(World(office, sink, texts, at))
            office.adopt()
            yield made[0]


def _workspace(folder: Path, business: str, steps: str) -> Path:
    files = {
        "business.yaml": business,
        "assignments/default.yaml": ASSIGNMENT,
        "calendars/paris.yaml": CALENDAR,
        "policies/standard.yaml": HEAD + steps,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


DAY = timedelta(days=1)
