"""What must hold between published rates: where two tables disagree, one of them was copied wrongly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from rules.interest import half_percent_up
from rules.rates import Rate, Table, following, name_of

FIRST = date(2015, 1, 1)
SOON = timedelta(days=62)  # a rate of the next half-year is published some weeks before it begins, or at its start
BASE_OFFSET = Decimal("0.88")  # of the Basiszinssatz below the ECB's rate, unchanged since 2002


def disagreements(known: Mapping[str, Table], today: date) -> Iterator[str]:
    """Half-years in which the tables cannot all be right."""
    half_year = FIRST
    while half_year <= today:
        yield from disagreement(known, half_year)
        half_year = following(half_year)


def disagreement(known: Mapping[str, Table], half_year: date) -> Iterator[str]:
    """Of one half-year: where the Basiszinssatz is not the ECB's rate - 0.88, or Belgium's not ECB + 8, rounded up."""
    ecb, german, belgian = (known[name] for name in ("ecb-refi", "bundesbank-base", "be-b2b-reference"))
    base = _found(ecb, half_year)
    if base is None:
        return
    name = name_of(half_year)
    for table, right in ((german, base - BASE_OFFSET), (belgian, half_percent_up(base + 8))):
        found = _found(table, half_year)
        if found is not None and found != right:
            yield f"{table.id} of {name} is {found} %, and by ecb-refi, {base} %, it would be {right} %"


def endings(known: Mapping[str, Table], today: date) -> Iterator[str]:
    """Tables whose next rate is not known and is needed now, or soon; what depends on it stops."""
    for table in known.values():
        if table.ends <= today + SOON:
            doubtful = table.found(table.ends)
            why = f": only doubtful sources say {doubtful.percent} %" if doubtful else ""
            yield f"{table.id} is not known from {name_of(table.ends)} on{why}"


def _found(table: Table, half_year: date) -> Decimal | None:
    """What was stated, else what the table has, sure or not."""
    rate: Rate | None = table.stated.get(half_year) or table.found(half_year)
    return rate.percent if rate else None
