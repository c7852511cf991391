"""How long records are kept, by country: what must stay, and from when personal data may and should go.

Figures marked C are from memory; a country that is missing, or a period marked X, stops and asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rules.calendars import add_months
from rules.moments import Duration

LENGTHS = {"d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Keep:
    """Accounting records (invoices, and the letters and payments that prove them): years after that of the invoice."""

    years: int
    source: str
    confidence: str


ACCOUNTING: Mapping[str, Keep] = {
    "FR": Keep(10, "C. com. L123-22", "B"),
    "BE": Keep(10, "Code de la TVA, art. 60", "C"),
    "LU": Keep(10, "C. com. art. 16", "C"),
    "DE": Keep(10, "HGB 257, AO 147 (invoices eight years since 2025, letters six)", "C"),
    "AT": Keep(7, "BAO 132", "C"),
    "ES": Keep(6, "Código de Comercio, art. 30", "C"),
    "IT": Keep(10, "c.c. 2220", "C"),
    "NL": Keep(7, "AWR 52", "C"),
    "PT": Keep(10, "CIVA art. 52", "C"),
    "GB": Keep(6, "Companies Act 2006, s. 388; VAT records", "C"),
    "CH": Keep(10, "OR 958f", "C"),
}
# Messages and contacts as such, apart from the accounts that they prove: no period was read for any country (the CNIL's
# 2021-130 neither). X: the business states it, in `retention` of business.yaml; until then they go with the accounts.
APART = ("messages", "contacts")
# A list of bad payers: proven debts only, seen by a person, gone within 48 hours of the payment (CNIL 2021-130, B).
# Relance keeps no such list: what was unpaid is in the facts of each receivable.


def said(what: str, country: str, stated: Duration | None) -> str:
    """How long messages or contacts are kept, by what the business states, in a sentence.

    >>> said("contacts", "FR", None)
    'contacts: X, no period of their own is known for FR: decide, and write it in business.yaml, retention.contacts'
    >>> said("messages", "FR", Duration(36, "m"))
    'messages: 36m, as business.yaml says'
    """
    if stated is not None:
        return f"{what}: {stated}, as business.yaml says"
    where = f"decide, and write it in business.yaml, retention.{what}"
    return f"{what}: X, no period of their own is known for {country}: {where}"


def ends(since: date, stated: Duration) -> date:
    """The last day of a period that the business states; never of working days.

    >>> ends(date(2026, 11, 30), Duration(3, "m"))
    datetime.date(2027, 2, 28)
    """
    return add_months(since, stated.n) if stated.unit == "m" else since + stated.n * LENGTHS[stated.unit]


def kept_until(country: str, last_invoice: date) -> date | None:
    """The last day on which the records of an invoice must be kept; None where the country's period is not known.

    >>> kept_until("FR", date(2026, 3, 1))
    datetime.date(2036, 12, 31)
    """
    keep = ACCOUNTING.get(country)
    return date(last_invoice.year + keep.years, 12, 31) if keep is not None else None
