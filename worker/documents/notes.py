"""What an invoice must say besides its figures: penalties, the fixed sum, the discount, why there is no VAT.

The words are those of `templates/LANGUAGE/mentions.toml`; the figures those of the terms of the contract's law.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from babel.numbers import format_decimal

from rules.compiling.page import Known, Page
from rules.compiling.terms import terms as compiled
from rules.library import files as library
from rules.money import Money
from rules.policy import Terms, TermsRow
from rules.source import read
from rules.terms import NOT_FOR, flat_fee
from worker.words.locale import Locale

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Note:
    """A remark with its subject (UNTDID 4451): PMD penalties, PMT fixed sum, AAB discount, TXD tax, AAI other."""

    subject: str
    text: str


def notes(
    language: str, law: str, kind: str | None, terms: Mapping[str, Terms], late_rate: Decimal | None, amount: Money
) -> tuple[Note, ...]:
    """What the law of the contract wants an invoice to announce; consumers owe neither penalties nor a fixed sum."""
    every = (*terms.values(), shipped())
    row = next((each.rows[law] for each in every if each.by == "contract.law" and law in each.rows), None)
    return tuple(_notes(phrases(language), language, row if kind not in NOT_FOR else None, late_rate, amount))


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


def _notes(
    said: Mapping[str, str], language: str, row: TermsRow | None, late_rate: Decimal | None, amount: Money
) -> Iterator[Note]:
    tongue = Locale(language)
    if row is not None:
        rate = _rate(said, row, late_rate, tongue)
        yield Note("PMD", tongue.typography(said["penalties"].format(rate=rate)))
        fee = flat_fee(row, amount)
        words = said["fixed_sum"].format(amount=tongue.money(fee)) if fee else said["no_fixed_sum"]
        yield Note("PMT", tongue.typography(words))
    yield Note("AAB", tongue.typography(said["no_discount"]))


def _rate(said: Mapping[str, str], row: TermsRow, late_rate: Decimal | None, tongue: Locale) -> str:
    if late_rate is not None:
        return said["rate_fixed"].format(plus=format_decimal(late_rate, locale=tongue.tag))
    if row.interest is None:
        return said["rate_legal"]
    words = said.get(f"rate_{row.interest.base}", said["rate_legal"])
    return words.format(plus=format_decimal(row.interest.plus, locale=tongue.tag))
