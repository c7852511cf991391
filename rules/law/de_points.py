"""REL344: under German law another surcharge than 9 points between businesses."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at

CODE = "REL344"
SOURCE = "BGB 288 II"
CONFIDENCE = "A"


def doubts(look: Look) -> Iterator[Doubt]:
    """The row of Germany."""
    for path, _, node, row in rows(look, "DE"):
        if row.interest is not None and row.interest.base == "bundesbank-base" and row.interest.plus != 9:
            yield at(
                path,
                node,
                "between businesses German law adds 9 points to the Basiszinssatz",
                "write plus: 9.00%; 5 points are for consumers",
            )
