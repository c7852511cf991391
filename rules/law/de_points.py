"""REL344: under German law another rate than nine points above the Basiszinssatz."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at
from rules.rates import FIXED

CODE = "REL344"
SOURCE = "BGB 288 II"
CONFIDENCE = "A"
BASE, POINTS = "bundesbank-base", Decimal(9)


def doubts(look: Look) -> Iterator[Doubt]:
    """The row of Germany: another base, other points, or a fixed rate that is less than the points alone."""
    for path, _, node, row in rows(look, "DE"):
        if row.interest is None or (row.interest.base == FIXED and row.interest.plus >= POINTS):
            continue
        if (row.interest.base, row.interest.plus) != (BASE, POINTS):
            message = "between businesses German law adds 9 points to the Basiszinssatz"
            yield at(path, node, message, f"write {{base: {BASE}, plus: 9.00%}}; 5 points are for consumers")
