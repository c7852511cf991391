"""The least rate for late payment that a law lets a contract fix; below it a clause gives way, or is fined."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from rules.rates import RateUnknown, Table, half_year_of, name_of
from rules.terms import LEGAL

SOURCE = "C. com. L441-10 II"


def too_low(law: str, percent: Decimal, known: Mapping[str, Table], today: date) -> str | None:
    """Why a contract may not fix that yearly rate today, in a sentence; None where it may.

    While the legal rate of the half-year is not known, what was too low in the last one that is counts as too low
    until somebody states it: the sentence says so.

    >>> from rules.rates import shipped
    >>> print(too_low("FR", Decimal("7.85"), shipped(), date(2026, 3, 1)))
    7.85 % is below three times the legal rate of 2026-H1, 7.86 %
    >>> too_low("FR", Decimal("7.86"), shipped(), date(2026, 3, 1)), too_low("DE", Decimal(1), shipped(), date.max)
    (None, None)
    """
    if law != "FR":
        return None
    table, half_year, unknown = known[LEGAL], half_year_of(today), ""
    try:
        legal = table.reference(half_year).percent
    except RateUnknown:
        rates = {rate.since: rate for rate in (*table.rates, *table.stated.values()) if rate.confidence != "X"}
        last = rates[max(since for since in rates if since < half_year)]
        unknown = f"; {name_of(half_year)} is not known yet"
        half_year, legal = half_year_of(last.since), last.percent
    if percent >= 3 * legal:
        return None
    return f"{percent} % is below three times the legal rate of {name_of(half_year)}, {3 * legal} %{unknown}"
