"""REL350: under Dutch law interest that does not bear interest after a year."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at

CODE = "REL350"
SOURCE = "BW 6:119 lid 2, 6:119a lid 3"
CONFIDENCE = "B"


def doubts(look: Look) -> Iterator[Doubt]:
    """The row of the Netherlands."""
    for path, _, node, row in rows(look, "NL"):
        if row.interest is not None and row.interest.compounding == "none":
            yield at(
                path,
                node,
                "under Dutch law the interest of each full year is added to the sum",
                "write compounding: yearly",
            )
