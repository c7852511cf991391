"""VAT of what is billed: the category of a line, why it bears no tax, and the sums of each group. Pure.

Categories and rounding are those of EN 16931 (BG-23, BR-CO-17): tax is computed once per group of category and rate,
never per line. What a line at 0% is for is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from rules.money import Money, total

Category = Literal["standard", "zero", "exempt", "reverse-charge", "intra-community", "export", "outside"]
CATEGORIES: dict[Category, str] = {  # UNCL 5305, as EN 16931 uses it
    "standard": "S",
    "zero": "Z",
    "exempt": "E",
    "reverse-charge": "AE",
    "intra-community": "K",
    "export": "G",
    "outside": "O",
}
REASONS: dict[Category, str] = {  # VATEX, where the category allows one only; `exempt` must name its own
    "reverse-charge": "VATEX-EU-AE",
    "intra-community": "VATEX-EU-IC",
    "export": "VATEX-EU-G",
    "outside": "VATEX-EU-O",
}
CROSS_BORDER: frozenset[Category] = frozenset({"reverse-charge", "intra-community"})  # the buyer's VAT number too
GOODS: frozenset[Category] = frozenset({"intra-community", "export"})
UNION = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK XI".split())
DOMESTIC = (
    "VATEX-FR-AE"  # reverse charge within France: building work by subcontractors, waste (CGI 283-2 and following)
)
# The rates that BR-FR-16 of the French reform (XP Z12-012, Flux 2) admits: of the mainland, Corsica and overseas,
# and those of the past that a correction may need.
FRENCH_RATES = frozenset(map(Decimal, "0 10 13 20 8.5 19.6 2.1 5.5 7 20.6 1.05 0.9 1.75 9.2 9.6".split()))


@dataclass(frozen=True, slots=True)
class Tax:
    """How one line is taxed: `rate` in percent; `reason` a VATEX code. `category` None: at 0%, nobody said why."""

    rate: Decimal
    category: Category | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One row of the VAT summary: the net sum of its lines, and the tax on that sum."""

    tax: Tax
    net: Money
    vat: Money


def tax_of(rate: Decimal, category: Category | None = None, reason: str | None = None) -> Tax:
    """The tax of a line as written: above 0% it is `standard` unless another category is named.

    >>> tax_of(Decimal(20)).category, tax_of(Decimal(0), "reverse-charge").reason, tax_of(Decimal(0)).category
    ('standard', 'VATEX-EU-AE', None)
    """
    known = category or ("standard" if rate else None)
    return Tax(rate, known, reason or (REASONS.get(known) if known else None))


def groups(lines: Iterable[tuple[Tax, Money]], currency: str) -> tuple[Group, ...]:
    """The VAT summary of (tax, net amount) lines, highest rate first; the tax of each group is rounded once.

    >>> three = [(tax_of(Decimal(20)), Money(33, "EUR"))] * 3
    >>> [str(group.vat) for group in groups(three, "EUR")]  # 0.99 x 20% = 0.198; line by line it would be 0.21
    ['0.20 EUR']
    """
    nets: dict[Tax, list[Money]] = {}
    for tax, net in lines:
        nets.setdefault(_same(tax), []).append(net)
    made = [Group(tax, total(amounts, currency), Money(0, currency)) for tax, amounts in nets.items()]
    taxed = [Group(group.tax, group.net, _vat(group)) for group in made]
    return tuple(sorted(taxed, key=lambda group: (-group.tax.rate, group.tax.category or "", group.tax.reason or "")))


def problems(tax: Tax, law: str) -> list[str]:
    """What is wrong with how a line is taxed, by EN 16931 and, for a French seller, by BR-FR-16."""
    found = []
    if tax.category is None:
        found.append("VAT of 0% needs its reason: zero, exempt, reverse-charge, intra-community, export or outside")
    elif tax.category == "standard" and not tax.rate:
        found.append("the standard VAT category needs a rate above 0%")
    elif tax.category != "standard" and tax.rate:
        found.append(f"VAT of category {tax.category} is 0%, not {tax.rate}%")
    if tax.category == "exempt" and not tax.reason:
        found.append("an exemption from VAT needs its VATEX code, such as VATEX-FR-FRANCHISE")
    if law == "FR" and tax.rate not in FRENCH_RATES:
        found.append(f"{tax.rate}% is not a VAT rate of France")
    return found


def misplaced(tax: Tax, seller: str, buyer: str, place: str) -> str:
    """What of a category does not go with the countries: of the seller, of the buyer's VAT number, of the delivery.

    Sources: Directive 2006/112/EC, art. 138, 146 and 196; CGI 283-2. `XI` is Northern Ireland, for goods in the Union.

    >>> misplaced(Tax(Decimal(0), "intra-community"), "FR", "GB", "GB")
    'an intra-community supply goes to another country of the Union, not to GB'
    >>> misplaced(Tax(Decimal(0), "export"), "FR", "CH", "CH")
    ''
    """
    match tax.category:
        case "intra-community":
            for country in (buyer, place):
                if country not in UNION - {seller} and not (country == "GB" and buyer == "XI"):
                    return f"an intra-community supply goes to another country of the Union, not to {country or '?'}"
        case "export" if place in UNION:
            return f"an export leaves the Union: {place} is in it"
        case "reverse-charge" if buyer == seller and not (seller == "FR" and tax.reason == DOMESTIC):
            advice = f", which say vat_reason {DOMESTIC}" if seller == "FR" else ""
            return f"the reverse charge within {seller} is for a few domestic cases{advice}"
    return ""


def _same(tax: Tax) -> Tax:
    """The tax with its rate in one writing: 20 and 20.0 are one group."""
    return Tax(tax.rate.normalize() + 0, tax.category, tax.reason)


def _vat(group: Group) -> Money:
    return Money.rounded(group.net.amount * group.tax.rate / 100, group.net.currency)
