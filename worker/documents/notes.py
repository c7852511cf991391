"""What an invoice must say besides its figures: penalties, the fixed sum, the discount, why there is no VAT.

The words are those of `templates/LANGUAGE/mentions.toml`; the figures those of the terms of the contract's law.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from babel.numbers import format_decimal

from rules.compiling.page import Known, Page
from rules.compiling.terms import terms as compiled
from rules.decision import Bill, Part
from rules.duedates import discount
from rules.facts import Net
from rules.library import files as library
from rules.money import Money
from rules.policy import Assignee, Terms, TermsRow
from rules.rates import RateUnknown, Table, half_year_of
from rules.source import read
from rules.terms import NOT_FOR, flat_fee, rate_of
from worker.words.locale import Locale

FALLBACK = "en"
ASSIGNED = "ACC"  # UNTDID 4451: factor assignment clause


@dataclass(frozen=True, slots=True)
class Note:
    """A remark with its subject (UNTDID 4451): PMD penalties, PMT fixed sum, AAB discount, ACC factor, AAI other."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Announced:
    """What an invoice announces of its payment: to whom, for which sum, and what contract and law say of a delay."""

    language: str
    law: str
    kind: str | None  # of customer
    issued: date
    payable: Money
    late_rate: Decimal | None = None
    net: Net = Net()
    operation: str = ""  # goods, services or mixed, where the law wants it said
    on_debits: bool = False  # VAT is owed when it is invoiced, by the seller's choice
    discount_vat: bool = False  # it is said that a discount lowers the VAT, in place of a credit note


def notes(said: Announced, terms: Mapping[str, Terms], rates: Mapping[str, Table]) -> tuple[Note, ...]:
    """What the law of the contract wants an invoice to announce; consumers owe neither penalties nor a fixed sum."""
    every = (*terms.values(), shipped())
    found = (each.rows[said.law] for each in every if each.by == "contract.law" and said.law in each.rows)
    return tuple(_notes(said, next(found, None) if said.kind not in NOT_FOR else None, rates))


@cache
def shipped() -> Terms:
    """What the laws themselves say, for a workspace without terms of its own."""
    path = "terms/late-payment.yaml"
    root, found = read(library()[path], path)
    assert root is not None, found
    return compiled(Page(path, root, Known({})))


def exemption(language: str, code: str) -> str:
    """Why there is no VAT, in words; the code itself where nobody wrote any."""
    return phrases(language).get(code, code)


def unit(language: str, name: str, quantity: Decimal) -> str:
    """What a line counts: `heures`; nothing for plain units."""
    many = abs(quantity) >= 2 if language == "fr" else quantity != 1
    return phrases(language).get(f"unit_{name}_many" if many else f"unit_{name}", "")


@cache
def phrases(language: str) -> Mapping[str, str]:
    """The words of a language, in English where it lacks some."""
    found: dict[str, str] = {}
    for each in dict.fromkeys((FALLBACK, language)):
        file = files("templates").joinpath(each, "mentions.toml")
        if file.is_file():
            found |= {key: str(value) for key, value in tomllib.loads(file.read_text("utf-8")).items()}
    return found


def _notes(about: Announced, row: TermsRow | None, rates: Mapping[str, Table]) -> Iterator[Note]:
    said, tongue = phrases(about.language), tongue_of(about.language)
    if row is not None:
        rate = _rate(about, row, rates, tongue)
        yield Note("PMD", tongue.typography(said["penalties"].format(rate=rate)))
        fee = flat_fee(row, about.payable)
        words = said["fixed_sum"].format(amount=tongue.money(fee)) if fee else said["no_fixed_sum"]
        yield Note("PMT", tongue.typography(words))
    yield Note("AAB", offered(about) or tongue.typography(said["no_discount"]))
    if about.operation:
        yield Note("AAI", tongue.typography(said[f"operation_{about.operation}"]))
    if about.on_debits:
        yield Note("AAI", tongue.typography(said["on_debits"]))


def assigned(language: str, creditor: str, owner: Assignee) -> str:
    """To whom alone it is paid, in the words of how they came to own it.

    By a bordereau Dailly those of CMF R313-15, which reads "nous vous demandons de cesser tout paiement".
    """
    said = phrases(language)[f"assigned_{owner.by}"].format(payee=owner.name, creditor=creditor)
    return tongue_of(language).typography(said)


def offered(about: Announced) -> str:
    """What an early payment takes off, in words (BT-20); empty where it takes off nothing."""
    offer, tongue = discount(about.issued, about.net, about.payable), tongue_of(about.language)
    if offer is None or about.net.discount is None or not about.payable:
        return ""
    said = phrases(about.language)
    words = said["discount"].format(
        percent=format_decimal(about.net.discount.percent, locale=tongue.tag),
        until=tongue.long_date(offer.until),
        pays=tongue.money(offer.pays),
        whole=tongue.money(about.payable),
    )
    return tongue.typography(f"{words} {said['discount_vat']}" if about.discount_vat else words)


def payable_when(language: str, net: Net, bill: Bill) -> str:
    """When it is payable, in words (BT-20), where that is not one day that is known; else empty."""
    said, tongue = phrases(language), tongue_of(language)

    def receipt(days: int) -> str:
        return said["after_receipt" if days else "on_receipt"].format(days=days)

    def when(part: Part, days: int) -> str:
        day = said["part_by"].format(day=tongue.long_date(part.due)) if part.due else receipt(days)
        return said["part"].format(amount=tongue.money(part.amount), when=day)

    if bill.parts:
        every = (when(part, each.days) for part, each in zip(bill.parts, net.instalments, strict=True))
        return tongue.typography(said["parts"].format(count=len(bill.parts), parts=said["parts_between"].join(every)))
    if bill.due is None:
        return tongue.typography(said["payable"].format(when=receipt(net.days)))
    return ""


def tongue_of(language: str) -> Locale:
    """How amounts and dates of a language are written."""
    return Locale({"en": "en_GB"}.get(language, language))


def _rate(about: Announced, row: TermsRow, rates: Mapping[str, Table], tongue: Locale) -> str:
    """The contract's rate where the law lets it fix one, never below the law's floor; else the rate of the law."""
    said = phrases(about.language)
    if about.late_rate is not None and row.contract_rate == "allowed":
        words = said["rate_floored" if row.floor == "3x-legal" else "rate_fixed"]
        return words.format(plus=format_decimal(_agreed(about.late_rate, row, rates, about.issued), locale=tongue.tag))
    if row.interest is None:
        return said["rate_legal"]
    words = said.get(f"rate_{row.interest.base}", said["rate_legal"])
    return words.format(plus=format_decimal(row.interest.plus, locale=tongue.tag))


def _agreed(late_rate: Decimal, row: TermsRow, rates: Mapping[str, Table], day: date) -> Decimal:
    """What the contract's rate comes to on the day; where its floor is not known, the words alone speak of it."""
    found = rate_of(row, rates, late_rate)
    assert found is not None, "the contract gives one"
    try:
        return found(half_year_of(day)).percent
    except RateUnknown:
        return late_rate
