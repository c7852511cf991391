"""Amounts, dates and lists as a language writes them. Pure: no clock, no system locale."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_percent
from stdnum import iso11649

from rules.money import Money

NARROW, WHOLE = "\u202f", "\u00a0"  # the no-break spaces that French puts before ; ! ?, and before : » % € or after «
_HIGH = re.compile(r"(?<=\S)[ \u00a0](?=[;!?](?:\s|$))")
_WIDE = re.compile(r"(?<=\S)[ \u202f](?=[:»](?:\s|[.,;)]|$))|(?<=\d) (?=[%€])")
_SPACES = re.compile(r"[\u00a0\u202f]")


@dataclass(frozen=True, slots=True)
class Locale:
    """How one language writes. `tag` is a CLDR locale such as fr_FR, `day` a date pattern of it for tables."""

    tag: str
    day: str = "short"

    def money(self, amount: Money) -> str:
        """An exact amount with its symbol; its spaces do not break.

        >>> Locale("fr_FR").money(Money(123456, "EUR"))
        '1\\u202f234,56\\xa0€'
        >>> Locale("en_GB").money(Money(-123456, "EUR"))
        '-€1,234.56'
        """
        return _priced(amount, self.tag)

    def plain_money(self, amount: Money) -> str:
        """An amount for an SMS: ordinary spaces, and the code in place of a symbol that GSM-7 may not have.

        >>> Locale("fr_FR").plain_money(Money(123456, "EUR")), Locale("en_GB").plain_money(Money(123456, "NOK"))
        ('1234,56 EUR', '1,234.56 NOK')
        """
        pattern = "#,##0.00 ¤¤" if not self.tag.startswith("fr") else "0.00 ¤¤"
        said = format_currency(amount.amount, amount.currency, pattern, locale=self.tag, currency_digits=True)
        return _SPACES.sub(" ", said)

    def percent(self, rate: Decimal) -> str:
        """A yearly rate that is given in percent.

        >>> Locale("fr_FR").percent(Decimal("12.40")), Locale("en_GB").percent(Decimal("11.75"))
        ('12,4\\xa0%', '11.75%')
        """
        said = str(format_percent(rate / 100, locale=self.tag, decimal_quantization=False))
        return _SPACES.sub("\u00a0", said)

    def long_date(self, day: date) -> str:
        """A date in words; the day stays with its month.

        >>> Locale("fr_FR").long_date(date(2026, 12, 1)), Locale("en_GB").long_date(date(2026, 12, 1))
        ('1er\\xa0décembre 2026', '1\\xa0December 2026')
        """
        said = _dated(day, "long", self.tag).replace(" ", "\u00a0", 1)
        return re.sub(r"^1\u00a0", "1er\u00a0", said) if self.tag.startswith("fr") else said

    def short_date(self, day: date) -> str:
        """A date for a table.

        >>> Locale("fr_FR", "dd/MM/yyyy").short_date(date(2026, 12, 1))
        '01/12/2026'
        """
        return _dated(day, self.day, self.tag)

    def listed(self, names: Iterable[str]) -> str:
        """Names as a sentence lists them.

        >>> Locale("fr_FR").listed(["F-1", "F-2", "F-3"])
        'F-1, F-2 et F-3'
        """
        return str(format_list(list(names), locale=self.tag))

    def typography(self, text: str) -> str:
        """The text with the no-break spaces its language wants, whoever wrote it.

        >>> Locale("fr_FR").typography("Objet : « mise en demeure » ; urgent !")
        'Objet\\xa0: «\\xa0mise en demeure\\xa0»\\u202f; urgent\\u202f!'
        """
        if not self.tag.startswith("fr"):
            return text
        return _HIGH.sub(NARROW, _WIDE.sub(WHOLE, re.sub(r"«[ \u00a0\u202f]?(?=\S)", f"«{WHOLE}", text)))


def readable(reference: str) -> str:
    """A structured reference (ISO 11649) in groups of four, any other as it is.

    >>> readable("RF60F20270001"), readable("F-1 F-2")
    ('RF60 F202 7000 1', 'F-1 F-2')
    """
    return grouped(reference) if iso11649.is_valid(reference) else reference


@lru_cache(maxsize=4096)
def _dated(day: date, pattern: str, tag: str) -> str:
    """A date as CLDR writes it; the same few days come again and again. Raises TypeError for none, which babel would
    take for the day on which it runs."""
    if not isinstance(day, date):
        raise TypeError("there is no day to say here: write it within {% if ... %}")
    return str(format_date(day, pattern, locale=tag))


@lru_cache(maxsize=4096)
def _priced(amount: Money, tag: str) -> str:
    """An amount as CLDR writes it; a message says the same one in its text, its table and its total."""
    return str(format_currency(amount.amount, amount.currency, locale=tag, currency_digits=True))


def grouped(iban: str) -> str:
    """An IBAN in groups of four, as it is printed.

    >>> grouped("FR7630006000011234567890189")
    'FR76 3000 6000 0112 3456 7890 189'
    """
    solid = re.sub(r"\s", "", iban)
    return " ".join(solid[n : n + 4] for n in range(0, len(solid), 4))
