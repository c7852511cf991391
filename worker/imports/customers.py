"""The columns of a customers file, and what one line of it says."""

from __future__ import annotations

from dataclasses import replace

from rules import facts as f
from rules.diagnostics import quoted
from worker.imports import cells
from worker.imports.book import Book
from worker.imports.custom import custom_values
from worker.imports.entry import Column, Entry
from worker.imports.problems import CONFLICT, MISSING, UNKNOWN, VALUE
from worker.ledger.people import Card, Contact

COLUMNS = (
    Column("id", "the customer's identifier, such as C-104", required=True),
    Column("name", "the name as it stands on letters", required=True),
    Column("country", "two letters, such as FR", required=True),
    Column("kind", "business, sole-trader, non-professional, public or consumer", required=True),
    Column("language", "two letters, such as fr"),
    Column("region", "the part of the country, where holidays depend on it"),
    Column("segment", "your own, such as strategic or mid-market"),
    Column("risk", "your own, such as low or high"),
    Column("score", "a number"),
    Column("tags", "names parted by |"),
    Column("tags.#", "one tag"),
    Column("payment_method", "transfer, debit, card, cheque or lcr"),
    Column("sms_refused", "true or false"),
    Column("insured", "true or false"),
    Column(
        "payer", "the customer who pays for this one, and is written to where a policy says `consolidate: {by: payer}`"
    ),
    Column("group", "the group of companies it belongs to"),
    Column("payment_run", "the day of the month on which it pays, 1 to 31"),
    Column("credit_limit", "an amount, such as 5000.00 EUR"),
    Column("since", "a customer since this date"),
    Column("iban", "the account it pays from"),
    Column("identifiers.*", "siren, siret, vat, lei or another register's number"),
    Column("invoices_by", "email or letter: how it wants its invoices; e-mail where empty, post where there is none"),
    Column("invoice_formats", "what it wants beside the PDF, parted by |: csv, xlsx, ubl"),
    Column("invoice_formats.#", "one of them"),
    Column("contacts.#.role", "billing, finance-director, registered-office, ..."),
    Column("contacts.#.name", "the contact's name"),
    Column("contacts.#.email", "an e-mail address"),
    Column("contacts.#.phone", "a telephone number"),
    Column("contacts.#.postal", "the lines of the address, parted by |"),
    Column("contacts.#.postal.#", "one line of the address"),
    Column("contacts.*.name", "the name of the contact with that role, such as contacts.billing.name"),
    Column("contacts.*.email", "its e-mail address"),
    Column("contacts.*.phone", "its telephone number"),
    Column("contacts.*.postal", "the lines of its address, parted by |"),
    Column("custom.*", "a fact that business.yaml declares as customer.NAME"),
)
KINDS = ("business", "sole-trader", "non-professional", "public", "consumer")
FORMATS = ("csv", "xlsx", "ubl")
METHODS = ("transfer", "debit", "card", "cheque", "lcr")


def take(entry: Entry, book: Book) -> str | None:
    """Adds the line's customer to the book: new, changed or known; None when the line is wrong."""
    name = entry.identifier("id", required=True)
    account = book.account(name) if name else None
    known = book.card(name) if name else None
    customer = _customer(entry, book, account.customer if account else None, name or "")
    card = _card(entry, customer, known)
    payer = customer.payer
    if payer and payer != name and book.account(payer) is None:
        entry.fail(
            "payer", f"the customer {payer!r} is not known", "import the payer first, or above this line", UNKNOWN
        )
    if entry.problems:
        return None
    customer = replace(customer, reachable=_reachable(card, known, account.customer if account else None))
    first = book.first_line(f"customer {name}", entry.row.line)
    if account is not None and known is not None and account.customer == customer and known == card:
        return "known"
    if first is not None:
        entry.fail("id", f"line {first} says something else of {name}", "keep one of the two", CONFLICT)
        return None
    if not any(contact.channels for contact in card.contacts):
        book.note(
            "1 customer without any address: what should reach it goes to a person",
            "{} customers without any address: what should reach them goes to a person",
        )
    book.add_person(f.CustomerRecorded(book.now, customer), card)
    return "changed" if account is not None else "new"


def _customer(entry: Entry, book: Book, known: f.Customer | None, name: str) -> f.Customer:
    region = entry.get("country", cells.country, required=True)
    kind = entry.choice("kind", KINDS, required=True)
    said: dict[str, object] = {
        "language": entry.get("language", cells.language),
        "region": entry.text("region", limit=64),
        "segment": entry.get("segment", cells.name),
        "risk": entry.get("risk", cells.name),
        "score": entry.get("score", cells.number),
        "tags": entry.tags() if entry.items("tags") or entry.columns is not None else None,
        "payment_method": entry.choice("payment_method", METHODS),
        "invoices_by": entry.choice("invoices_by", ("email", "letter")),
        "sms_refused": entry.get("sms_refused", cells.flag),
        "insured": entry.get("insured", cells.flag),
        "payer": entry.identifier("payer"),
        "group": entry.text("group", limit=64),
        "payment_run": entry.get("payment_run", lambda text: cells.whole(text, 1, 31)),
        "credit_limit": entry.money("credit_limit", book.business.currency),
        "since": entry.day("since"),
        "custom": custom_values(entry, book.business, "customer"),
    }
    start = f.Customer(name) if known is None else known
    values = {column: value for column, value in said.items() if entry.speaks(column)}
    return replace(start, country=region, kind=kind, **values)  # type: ignore[arg-type]


def _card(entry: Entry, customer: f.Customer, known: Card | None) -> Card:
    name = entry.text("name", required=True, limit=200) or ""
    iban = entry.get("iban", cells.iban) or ""
    numbers = {
        kind: text
        for kind in _names(entry, "identifiers")
        if (text := entry.get(f"identifiers.{kind}", lambda written, kind=kind: cells.official(kind, written)))  # type: ignore[misc]
    }
    contacts, formats = _contacts(entry, customer.country), _formats(entry)
    if known is not None:
        iban = iban if entry.speaks("iban") else known.iban
        numbers = numbers if entry.speaks("identifiers") else known.identifiers
        contacts = contacts if entry.speaks("contacts") else known.contacts
        formats = formats if entry.speaks("invoice_formats") else known.formats
    return Card(name, iban, numbers, contacts, formats)


def _formats(entry: Entry) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(entry.items("invoice_formats")))
    for name in found:
        if name not in FORMATS:
            entry.fail("invoice_formats", f"{quoted(name)} is not one of {', '.join(FORMATS)}", code=VALUE)
    return found


def _names(entry: Entry, column: str) -> list[str]:
    return [key.split(".", 1)[1] for key in entry.row.cells if key.startswith(f"{column}.")]


def _contacts(entry: Entry, region: str | None) -> tuple[Contact, ...]:
    contacts: dict[str, Contact] = {}
    for key, part in entry.groups("contacts"):
        role = part.get("role", cells.name) if key.isdecimal() else key
        if role is None:
            if not part.has("role"):
                part.fail("role", f"contact {key} has no role", "such as billing or registered-office", MISSING)
            continue
        if role in contacts:
            part.fail(
                "role" if key.isdecimal() else "name", f"two contacts have the role {role}", "one contact for each role"
            )
            continue
        contacts[role] = Contact(
            role,
            part.text("name", limit=200) or "",
            part.get("email", cells.email) or "",
            part.get("phone", lambda written: cells.phone(written, region)) or "",
            part.items("postal"),
        )
    return tuple(contacts.values())


def _reachable(card: Card, known: Card | None, before: f.Customer | None) -> dict[str, tuple[str, ...]]:
    """The channels of each role; an address that bounced for good stays dead until another takes its place."""
    before_contacts = {contact.role: contact for contact in known.contacts} if known else {}
    reachable = {}
    for contact in card.contacts:
        old = before_contacts.get(contact.role)
        dead: set[str] = set()
        if old is not None and before is not None:
            lost = set(old.channels) - set(before.reachable.get(contact.role, ()))
            dead = {channel for channel in lost if _address(old, channel) == _address(contact, channel)}
        reachable[contact.role] = tuple(channel for channel in contact.channels if channel not in dead)
    return reachable


def _address(contact: Contact, channel: str) -> object:
    addresses = {"email": contact.email, "letter": contact.postal}
    return addresses.get(channel, contact.phone)
