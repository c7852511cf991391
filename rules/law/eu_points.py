"""REL352: less than the law's rate, or another base, in a country of the European Union."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at
from rules.policy import Interest
from rules.rates import FIXED

CODE = "REL352"
SOURCE = "directive 2011/7/EU, art. 2 (6), and the law of each country"
CONFIDENCE = "A"
ECB = "ecb-refi"
RATES: Mapping[str, tuple[str, Decimal]] = {  # Germany: REL344
    "AT": ("oenb-base", Decimal("9.20")),
    "BE": ("be-b2b-reference", Decimal("0.00")),  # 8 points and the rounding are in the table
    "FR": (ECB, Decimal("10.00")),
} | dict.fromkeys("CY EE ES FI GR HR IE IT LT LU LV MT NL PT SI SK".split(), (ECB, Decimal("8.00")))
LEAST = 8  # points that the directive adds, which a fixed rate must make up for as well


def doubts(look: Look) -> Iterator[Doubt]:
    """The rows of countries with the euro; France adds 10 where the contract is silent."""
    for path, law, node, row in rows(look, *RATES):
        base, points = RATES[law]
        if row.interest is not None and _too_little(row.interest, base, points):
            message = f"under the law of {law} at least {points} points are added to {base}"
            yield at(path, node, message, f"write {{base: {base}, plus: {points}%}}")


def _too_little(interest: Interest, base: str, points: Decimal) -> bool:
    if interest.base == FIXED:
        return interest.plus < LEAST
    return interest.base != base or interest.plus < points
