"""The semantic invoice: all that an invoice or a credit note says, fixed when it is issued. PDF and XML only tell it.

The terms are those of EN 16931. Amounts of a credit note are above zero: its kind says which way they count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from stdnum.iso7064 import mod_97_10

from rules.account import Account
from rules.assigning import assignee_of
from rules.billing import groups_of
from rules.contracts import TEMPLATE_LANGUAGES
from rules.decision import Bill, BilledLine, Deposit, Part
from rules.facts import Contract, Customer, Net
from rules.money import Money, total
from rules.policy import Assignee, Business, Rulebook
from rules.rates import Table, shipped
from rules.terms import NOT_FOR
from rules.vat import GOODS, Group, Tax, groups
from worker.documents.notes import ASSIGNED, Announced, Note, assigned, notes, offered, payable_when
from worker.ledger.people import Card, Contact

SEAT = ("registered-office", "billing", "legal-representative")  # whose address an invoice bears, first found
PLACE = "delivery"  # the role of a contact at whose address goods are delivered
REFORM = date(2027, 9, 1)  # from when every French business issues electronically; large ones since 1 September 2026
MAIL = ("billing", "registered-office", "legal-representative")
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Firm:
    """Seller or buyer: `address` in lines without the country, numbers empty where there is none."""

    name: str
    address: tuple[str, ...]
    country: str
    kind: str = "business"
    siren: str = ""
    siret: str = ""
    vat: str = ""
    email: str = ""
    court: str = ""
    legal: str = ""  # its legal form and capital


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: `net` is quantity times price, rounded."""

    text: str
    quantity: Decimal
    unit: str
    price: Money
    net: Money
    tax: Tax


@dataclass(frozen=True, slots=True)
class Reversed:
    """The invoice that a credit note takes back, whole or in part."""

    number: str
    issued: date


@dataclass(frozen=True, slots=True)
class Invoice:
    """See the module. `period` is (first, last day), `groups` the VAT summary; `gross` less `deposits` is payable."""

    number: str
    kind: Literal["invoice", "deposit", "credit-note"]
    issued: date
    due: date | None
    language: str
    law: str
    seller: Firm
    buyer: Firm
    customer: str
    contract: str
    lines: tuple[Entry, ...]
    groups: tuple[Group, ...]
    net: Money
    vat: Money
    gross: Money
    notes: tuple[Note, ...] = ()
    deposits: tuple[Deposit, ...] = ()
    period: tuple[date, date] | None = None
    order_number: str = ""
    iban: str = ""
    bic: str = ""
    mandate: str = ""  # the SEPA mandate by which it is debited
    reverses: Reversed | None = None
    reason: str = ""  # why it is credited
    books: str = "EUR"  # the currency in which the seller declares its VAT
    terms: str = ""  # what an early payment takes off, in words
    delivery: Firm | None = None  # where it is delivered, when that is not the buyer's address
    operation: str = ""  # goods, services or mixed
    on_debits: bool = False
    reform: date = REFORM  # from when the seller issues by the e-invoicing reform
    falls_due: str = ""  # when it is payable, in words, where that is not one day that is known
    parts: tuple[Part, ...] = ()  # in which it is payable; `due` is that of the first
    payee: str = ""  # who owns it and is paid, where that is not the seller: `iban` is theirs

    @property
    def payment_terms(self) -> str:
        """BT-20: when it is payable, where one date does not say it, and what an early payment takes off."""
        return " ".join(filter(None, (self.falls_due, self.terms)))

    @property
    def payable(self) -> Money:
        """What is left to pay, or to pay back."""
        return self.gross - total((each.amount for each in self.deposits), self.gross.currency)

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return self.gross.currency

    @property
    def reference(self) -> str:
        """What a payer states so that the money finds the invoice."""
        return reference(self.number)


def reference(number: str) -> str:
    """The ISO 11649 reference of an invoice number; the number itself where it is too long or has no letter or digit.

    >>> reference("F-2027-0001")
    'RF60F20270001'
    """
    solid = re.sub(r"[^A-Z0-9]", "", number.upper())
    if not 0 < len(solid) <= 21:
        return number
    return f"RF{mod_97_10.calc_check_digits(f'{solid}RF')}{solid}"


def drafted(
    bill: Bill,
    account: Account,
    card: Card | None,
    rulebook: Rulebook,
    number: str = "",
    *,
    rates: Mapping[str, Table] | None = None,
) -> Invoice:
    """What a bill says under a number, by what is known now of both sides; `rates`: those shipped, unless given."""
    contract, customer, business = account.contracts[bill.contract], account.customer, rulebook.business
    law = contract.law or business.law
    language = language_of(account, business)
    owner = _owner(account, bill, business)
    debited = contract.sepa_mandate if customer.payment_method == "debit" and owner is None else None
    french = law == "FR" and customer.kind not in NOT_FOR
    operation = _operation(bill, contract, business) if french else ""
    about = Announced(
        language or business.language,
        law,
        customer.kind,
        bill.issued,
        bill.payable,
        contract.late_rate,
        contract.schedule.net if contract.schedule else Net(),
        operation,
        french and _text(business.identity, "vat_on") == "debits",
        _text(business.identity, "discount_vat") == "mention" and bool(bill.vat),
    )
    return Invoice(
        number,
        "invoice",
        bill.issued,
        bill.due,
        about.language,
        law,
        seller(business),
        buyer(customer, card),
        customer.id,
        bill.contract,
        tuple(_entry(line) for line in bill.lines),
        groups_of(bill.lines),
        bill.net,
        bill.vat,
        bill.gross,
        (*notes(about, rulebook.terms, rates if rates is not None else shipped()), *_assigned(about, business, owner)),
        bill.deposits,
        bill.period,
        bill.order_number or "",
        owner.iban if owner else business.bank.get("iban", ""),
        (owner.bic or "") if owner else business.bank.get("bic", ""),
        debited or "",
        books=business.currency,
        terms=offered(about),
        falls_due=payable_when(about.language, about.net, bill),
        parts=bill.parts,
        delivery=_place(card),
        operation=operation,
        on_debits=about.on_debits,
        reform=_reform(business),
        payee=owner.name if owner else "",
    )


def _owner(account: Account, bill: Bill, business: Business) -> Assignee | None:
    """Who owns what is billed where that is not the seller; without an account where business.yaml knows none."""
    name = assignee_of(account, bill)
    return business.assignees.get(name, Assignee(name, "")) if name else None


def _assigned(about: Announced, business: Business, owner: Assignee | None) -> Iterator[Note]:
    if owner is not None:
        yield Note(ASSIGNED, assigned(about.language, seller(business).name, owner))


def language_of(account: Account, business: Business) -> str:
    """The customer's language where there are words in it, else the business's."""
    language = account.customer.language
    return language if language in TEMPLATE_LANGUAGES else business.language


def credited(invoice: Invoice, lines: Iterable[Entry], *, number: str, on: date, reason: str) -> Invoice:
    """The credit note that takes back `lines` of an invoice."""
    kept = tuple(lines)
    made = groups([(line.tax, line.net) for line in kept], invoice.currency)
    whole = kept == invoice.lines
    net = total((line.net for line in kept), invoice.currency)
    vat = invoice.vat if whole else total((group.vat for group in made), invoice.currency)
    return replace(
        invoice,
        number=number,
        kind="credit-note",
        issued=on,
        due=None,
        lines=kept,
        groups=invoice.groups if whole else made,
        net=net,
        vat=vat,
        gross=net + vat,
        deposits=(),
        mandate="",
        terms="",
        falls_due="",
        parts=(),
        reverses=Reversed(invoice.number, invoice.issued),
        reason=reason,
    )


def seller(business: Business) -> Firm:
    """The creditor."""
    identity = business.identity
    lines, country = _split(_lines(identity, "address"))
    return Firm(
        _text(identity, "name") or business.name,
        lines,
        country or business.law,
        siren=_text(identity, "siren"),
        siret=_text(identity, "siret"),
        vat=_text(identity, "vat"),
        email=business.senders.get("email", ""),
        court=_text(identity, "court"),
        legal=" · ".join(_lines(identity, "mentions")),
    )


def buyer(customer: Customer, card: Card | None) -> Firm:
    """The debtor, at its seat or where its bills go."""
    known = card or Card("")
    lines, country = _split(_first(known, SEAT, "postal").postal)
    numbers = known.identifiers
    return Firm(
        known.name,
        lines,
        country or customer.country or "",
        customer.kind or "business",
        numbers.get("siren", numbers.get("siret", "")[:9]),
        numbers.get("siret", ""),
        numbers.get("vat", ""),
        _first(known, MAIL, "email").email,
    )


def _first(card: Card, roles: Iterable[str], what: Literal["postal", "email"]) -> Contact:
    named = (card.contact(role) for role in roles)
    rest = (each for each in card.contacts if each.role != PLACE)
    every = (*(each for each in named if each is not None), *rest)
    return next((each for each in every if getattr(each, what)), Contact(""))


def _place(card: Card | None) -> Firm | None:
    contact = card.contact(PLACE) if card else None
    if contact is None or not contact.postal:
        return None
    lines, country = _split(contact.postal)
    assert card is not None
    return Firm(contact.name or card.name, lines, country)


def _operation(bill: Bill, contract: Contract, business: Business) -> str:
    """What is billed, as the reform wants it said: by the contract, by the business, else services."""
    if all(line.tax is not None and line.tax.category in GOODS for line in bill.lines):
        return "goods"
    said = str(contract.custom.get("operation") or _text(business.identity, "operation"))
    return said if said in ("goods", "mixed") else "services"


def _reform(business: Business) -> date:
    said = _text(business.identity, "e_invoicing_from")
    return date.fromisoformat(said) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said) else REFORM


def _entry(line: BilledLine) -> Entry:
    """The line; of a rebate the quantity is below zero, since no price may be (EN 16931, BR-27)."""
    tax, price = line.tax or Tax(Decimal(0)), line.price or line.net
    below = price.minor < 0
    return Entry(
        line.text,
        -line.quantity if below else line.quantity,
        line.unit or "unit",
        -price if below else price,
        line.net,
        tax,
    )


def _split(lines: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The lines of an address and the country code that they end with, or nothing."""
    if lines and _COUNTRY.fullmatch(lines[-1]):
        return lines[:-1], lines[-1]
    return lines, ""


def _lines(identity: Mapping[str, str | tuple[str, ...]], name: str) -> tuple[str, ...]:
    value = identity.get(name, ())
    return (value,) if isinstance(value, str) else tuple(value)


def _text(identity: Mapping[str, str | tuple[str, ...]], name: str) -> str:
    value = identity.get(name, "")
    return value if isinstance(value, str) else " ".join(value)
