"""What EN 16931 wants said that our invoice says otherwise: codes, addresses in parts, electronic addresses.

`BT` numbers are those of the standard; the rules of the French reform (BR-FR, XP Z12-012) are kept for French sellers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from rules.billing import UNITS
from rules.money import Money, exponent
from rules.vat import CATEGORIES, GOODS, Group, Tax
from worker.documents.invoice import Firm, Invoice
from worker.documents.notes import Note, exemption

EN16931 = "urn:cen.eu:en16931:2017"
TYPES = {"invoice": "380", "credit-note": "381", "deposit": "386"}  # UNTDID 1001
FACTORED = {"invoice": "393", "credit-note": "396"}  # of what is assigned: factored invoice, factored credit note
TRANSFER, DEBIT = "58", "59"  # SEPA credit transfer, SEPA direct debit (UNTDID 4461)
SIREN, EMAIL = "0225", "EM"  # schemes of electronic addresses
REGISTER = "0002"  # the scheme of SIREN as a legal registration (ISO 6523)
_CODE_FIRST = re.compile(r"(?:[A-Z]{1,2}-)?([0-9]{4,5}|[0-9]{3} [0-9]{2}|[0-9]{4} ?[A-Z]{2}) (.+)")
_CODE_LAST = re.compile(r"(.+?) ([A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2})")


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in the parts of BG-5 and BG-8: up to three lines."""

    lines: tuple[str, ...]
    postcode: str
    city: str
    country: str


def address(firm: Firm) -> Address:
    """The address in parts; a last line that names no postcode is taken for the city.

    >>> address(Firm("P", ("Molar House", "Leeds LS1 0ZZ"), "GB"))
    Address(lines=('Molar House',), postcode='LS1 0ZZ', city='Leeds', country='GB')
    """
    if not firm.address:
        return Address((), "", "", firm.country)
    *lines, last = firm.address
    if first := _CODE_FIRST.fullmatch(last):
        postcode, city = first[1], first[2]
    elif end := _CODE_LAST.fullmatch(last):
        postcode, city = end[2], end[1]
    else:
        postcode, city = "", last
    kept = (*lines[:2], ", ".join(lines[2:])) if len(lines) > 2 else tuple(lines)
    return Address(kept, postcode, city, firm.country)


def electronic(firm: Firm) -> tuple[str, str] | None:
    """(address, scheme) of BT-34 and BT-49: the SIREN for French companies, the e-mail address for others."""
    if firm.country == "FR" and firm.siren:
        return firm.siren, SIREN
    return (firm.email, EMAIL) if firm.email else None


def kind(invoice: Invoice) -> str:
    """BT-3."""
    return (FACTORED if invoice.payee else TYPES).get(invoice.kind, TYPES[invoice.kind])


def process(invoice: Invoice) -> str:
    """BT-23, the nature of the operation, for a French seller: B goods, S services, M both.

    1: an invoice, 4: one that deducts deposits.
    """
    if invoice.seller.country != "FR":
        return ""
    goods = all(line.tax.category in GOODS for line in invoice.lines)
    nature = {"goods": "B", "mixed": "M"}.get(invoice.operation, "B" if goods else "S")
    return f"{nature}{4 if invoice.deposits else 1}"


def place(invoice: Invoice) -> Firm | None:
    """Where it is delivered (BG-13): as agreed, or the buyer's country for goods within the Union (BR-IC-12)."""
    within = any(line.tax.category == "intra-community" for line in invoice.lines)
    return invoice.delivery or (Firm("", (), invoice.buyer.country) if within else None)


def remarks(invoice: Invoice) -> Iterator[Note]:
    """BG-1: what the law wants announced, and why an invoice is credited."""
    if invoice.reason:
        yield Note("AAI", invoice.reason)
    yield from invoice.notes


def vat_number(invoice: Invoice, firm: Firm) -> str:
    """BT-31 or BT-48; nothing is stated on an invoice outside the scope of VAT (BR-O-02)."""
    return "" if any(line.tax.category == "outside" for line in invoice.lines) else firm.vat


def vat_in_books(invoice: Invoice) -> Money | None:
    """BT-111, the VAT in the currency of the seller's books where that is another (BT-6); known while it is nothing."""
    return Money(0, invoice.books) if invoice.books != invoice.currency and not invoice.vat else None


def category(tax: Tax) -> str:
    """BT-151 and BT-118."""
    return CATEGORIES[tax.category or "standard"]


def percent(tax: Tax) -> str:
    """BT-152 and BT-119; nothing where no rate may be stated (BR-O-05)."""
    return "" if tax.category == "outside" else f"{tax.rate.normalize() + 0:f}"


def why(invoice: Invoice, group: Group) -> tuple[str, str]:
    """(BT-121, BT-120): the code and the words of why a group bears no VAT."""
    if group.tax.reason is None or group.tax.category in ("standard", "zero"):
        return "", ""
    return group.tax.reason, exemption(invoice.language, group.tax.reason)


def unit(name: str) -> str:
    """BT-130."""
    return UNITS[name]


def amount(money: Money) -> str:
    """An amount without its currency, with its decimals, two at most."""
    return f"{money.amount:.{min(exponent(money.currency), 2)}f}"


def number(value: Decimal) -> str:
    """A quantity without the zeros that say nothing."""
    return f"{value.normalize() + 0:f}"
