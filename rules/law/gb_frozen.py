"""REL345: under English law a rate that changes each half-year."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at

CODE = "REL345"
SOURCE = "SI 2002/1675, reg. 4"
CONFIDENCE = "B"


def doubts(look: Look) -> Iterator[Doubt]:
    """The row of the United Kingdom."""
    for path, _, node, row in rows(look, "GB"):
        if row.interest is not None and row.interest.base == "boe-base" and not row.interest.frozen_at_start:
            yield at(
                path,
                node,
                "under English law the rate of the day on which interest starts stays",
                "write frozen_at_start: true",
            )
