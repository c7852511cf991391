"""Forgets people: erases names and contacts from the ledger, where the law lets them go. The chain still holds.

What proves the accounts (invoices, letters) stays for the years that the law of the business asks, and is told. After
them invoices lose their names too; letters, debits and hand-offs are files, which nothing deletes here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from rules import facts as f
from rules.account import Account
from rules.law.retention import ACCOUNTING, ends, kept_until
from rules.moments import Duration
from rules.policy import Retention
from worker.documents.store import find, redact
from worker.erasing import FOLDERS, bears, erase
from worker.ledger import tables as t
from worker.ledger.ledger import Ledger, Transaction
from worker.ledger.views import messages
from worker.record import Refused

MESSAGES = "messages"  # in place of a role, where the files of messages were emptied


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What was erased, with the invoices that lost their names, and what still bears the name: (file, kept until)."""

    customer: str
    role: str
    files: tuple[tuple[str, date | None], ...]
    invoices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """A customer who owes nothing: until when its accounts are kept; None: it has none, or nobody knows."""

    customer: str
    last_invoice: date | None
    kept_until: date | None


@dataclass(frozen=True, slots=True)
class Apart:
    """What the business keeps no longer, though accounts of the customer may stay: a contact, or a file."""

    customer: str
    what: str  # the role of the contact, or the file's reference
    channel: str  # letter, debit or handoff; empty for a contact
    kept_until: date


def apart(tx: Transaction, retention: Retention, out: Path) -> list[Apart]:
    """Contacts and files whose period, as the business states it, is over, of customers who owe nothing."""
    today, found = tx.now().date(), []
    ours = select(t.customer.c.id).where(t.customer.c.business == tx.business).order_by(t.customer.c.id)
    for name in tx.connection.execute(ours).scalars().all():
        account, card = tx.account(name), tx.card(name)
        if any(item.open for item in account.receivables.values()):
            continue
        if retention.contacts is not None and card is not None and (last := _last(account)) is not None:
            until = ends(last, retention.contacts)
            found += [Apart(name, contact.role, "", until) for contact in card.contacts if until < today]
        if retention.messages is not None:
            found += _files(tx, name, retention.messages, out)
    return found


def forget_messages(
    tx: Transaction, customer: str, retention: Retention, out: Path, *, reason: str, by: str
) -> Forgetting:
    """Empties the letters, debits and hand-offs of a customer whose period is over; Refused where there are none."""
    tx.lock(customer)
    _nothing_open(tx.account(customer))
    if retention.messages is None:
        raise Refused("how long messages are kept is not decided: write retention.messages in business.yaml.")
    over = _files(tx, customer, retention.messages, out)
    if not over:
        raise Refused(f"no letter, debit or hand-off of {customer} is past its period, {retention.messages}.")
    for each in over:
        erase(out, each.channel, each.what)
    tx.record(customer, [f.Forgotten(tx.now(), customer, MESSAGES, reason, by)])
    return Forgetting(customer, MESSAGES, tuple((each.what, each.kept_until) for each in over))


def _files(tx: Transaction, customer: str, period: Duration, out: Path) -> list[Apart]:
    today = tx.now().date()
    rows = (row for row in messages(tx, customer=customer) if row.channel in FOLDERS and row.reference)
    return [
        Apart(customer, row.reference, row.channel, until)
        for row in rows
        if (until := ends(row.day, period)) < today and bears(out, row.channel, row.reference)
    ]


def _last(account: Account) -> date | None:
    """The last day on which something happened between the business and a customer."""
    items, payments = account.receivables.values(), account.payments.values()
    known = (account.last_contact, *(item.closed_on or item.issued for item in items), *(each.on for each in payments))
    return max((day for day in known if day is not None), default=None)


def due(tx: Transaction, law: str) -> tuple[list[Due], list[Due]]:
    """Who is past the years that the law keeps accounts, and of whom nobody knows; who was never billed is of those."""
    past: list[Due] = []
    unknown: list[Due] = []
    ours = select(t.customer.c.id).where(t.customer.c.business == tx.business).order_by(t.customer.c.id)
    for name in tx.connection.execute(ours).scalars().all():
        account = tx.account(name)
        if tx.card(name) is None or any(item.open for item in account.receivables.values()):
            continue
        last = max((item.issued for item in account.receivables.values()), default=None)
        until = kept_until(law, last) if last is not None else None
        if until is None:
            unknown.append(Due(name, last, None))
        elif until < tx.now().date():
            past.append(Due(name, last, until))
    return past, unknown


def forget_customer(tx: Transaction, customer: str, *, law: str, reason: str, by: str, despite: bool) -> Forgetting:
    """Erases everything personal of a customer; Refused while something is open or must be kept.

    `despite`: the reason is one that goes before the law's period, such as a court's order.
    """
    tx.lock(customer)
    account, now = tx.account(customer), tx.now()
    if tx.card(customer) is None and not any(until and now.date() > until for _, until in _invoices(tx, customer, law)):
        raise Refused(f"{customer} is forgotten already.")
    _nothing_open(account)
    last = max((item.issued for item in account.receivables.values()), default=None)
    until = kept_until(law, last) if last is not None else None
    if last is not None and until is None and not despite:
        raise Refused(f"how long {law} keeps accounts is not known: find out, and say it with --despite.")
    if until is not None and now.date() <= until and not despite:
        keep = ACCOUNTING[law]
        raise Refused(
            f"the invoice of {last} is kept until {until} with the name of its customer ({keep.source}): "
            f"forget a contact with --contact, or say with --despite what goes before that."
        )
    tx.forget(customer)
    tx.record(customer, [f.Forgotten(now, customer, "", reason, by)])
    return _forgotten(tx, customer, "", law)


def forget_contact(tx: Transaction, customer: str, role: str, *, law: str, reason: str, by: str) -> Forgetting:
    """Erases one contact, now and in all that was recorded before; Refused where nobody else could be reached."""
    tx.lock(customer)
    account, card, now = tx.account(customer), tx.card(customer), tx.now()
    if card is None or card.contact(role) is None:
        known = ", ".join(contact.role for contact in card.contacts) if card else ""
        raise Refused(f"{customer} has no contact {role}" + (f"; there are: {known}." if known else "."))
    rest = tuple(contact for contact in card.contacts if contact.role != role)
    if not any(contact.channels for contact in rest):
        try:
            _nothing_open(account)
        except Refused as refused:
            raise Refused(f"nobody else of {customer} can be reached: import another contact first.") from refused
    reachable = {name: channels for name, channels in account.customer.reachable.items() if name != role}
    tx.forget(customer)
    fresh = f.CustomerRecorded(now, replace(account.customer, reachable=reachable))
    tx.record_customer(fresh, replace(card, contacts=rest))
    tx.record(customer, [f.Forgotten(now, customer, role, reason, by)])
    return _forgotten(tx, customer, role, law)


def scrub(ledger: Ledger) -> bool:
    """Clears what was erased out of the corners of an SQLite file; False while somebody else holds it open."""
    if ledger.engine.dialect.name != "sqlite":
        return True
    try:
        with ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    except OperationalError:
        return False
    return True


def _nothing_open(account: Account) -> None:
    opened = [item for item in account.receivables.values() if item.open]
    if opened:
        owed = ", ".join(f"{item.balance} of {item.number}" for item in opened[:3])
        more = f" and {len(opened) - 3} more" if len(opened) > 3 else ""
        raise Refused(f"{owed}{more} is still open: nobody is forgotten who owes something.")


def _forgotten(tx: Transaction, customer: str, role: str, law: str) -> Forgetting:
    """Takes the names off the invoices whose years are over; what still bears them is told."""
    today, papers = tx.now().date(), _invoices(tx, customer, law)
    over = tuple(number for number, until in papers if until is not None and today > until)
    for number in over:
        redact(tx, number, today)
    kept = tuple(each for each in papers if each[0] not in over)
    return Forgetting(customer, role, (*kept, *_letters(tx, customer, law)), over)


def _invoices(tx: Transaction, customer: str, law: str) -> tuple[tuple[str, date | None], ...]:
    """The invoices and credit notes that bear the name, and until when they are kept."""
    found = reversed(find(tx, customer=customer))
    return tuple((row.number, kept_until(law, row.issued)) for row in found if row.forgotten is None)


def _letters(tx: Transaction, customer: str, law: str) -> tuple[tuple[str, date | None], ...]:
    """The letters, debits and hand-offs that bear the name, and until when they prove the accounts."""
    rows = [row for row in messages(tx, customer=customer) if row.channel in FOLDERS]
    return tuple((row.reference, kept_until(law, row.day)) for row in rows if row.reference)
