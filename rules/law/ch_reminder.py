"""REL349: under Swiss law interest before a reminder, or a day that was agreed."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at

CODE = "REL349"
SOURCE = "OR 102"
CONFIDENCE = "A"


def doubts(look: Look) -> Iterator[Doubt]:
    """The row of Switzerland."""
    for path, _, node, row in rows(look, "CH"):
        if row.interest is not None and row.interest.runs_from == "due":
            yield at(
                path,
                node,
                "under Swiss law interest runs from a reminder, unless a fixed day was agreed",
                "write runs_from: reminder, or silence this where contracts name the day",
            )
