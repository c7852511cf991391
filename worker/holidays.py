"""Public holidays, by the `holidays` package at its pinned version: local names, regions, and the TARGET calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import holidays

TARGET = "TARGET"  # the days on which the euro payment system is closed, as the European Central Bank lists them


@cache
def public_holidays(country: str, region: str | None, first: int, last: int) -> Mapping[date, str]:
    """The public holidays of these years, both included; empty where the package's data end before them.

    Raises LookupError for a country or region that the package does not know.

    >>> public_holidays("FR", "57", 2027, 2027)[date(2027, 12, 26)]
    'Saint-Étienne'
    """
    years = range(first, last + 1)
    try:
        if country == TARGET:
            found = holidays.financial_holidays("ECB", years=years)
        else:
            local = holidays.country_holidays(country).default_language
            found = holidays.country_holidays(country, subdiv=region, years=years, language=local)
    except NotImplementedError as error:
        raise LookupError(f"no holidays are known for {country} {region or ''}".rstrip()) from error
    return dict(sorted(found.items()))
