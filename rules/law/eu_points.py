"""REL352: under the law of a member state less than 8 points above the European Central Bank's rate."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at

CODE = "REL352"
SOURCE = "directive 2011/7/EU, art. 2 (6)"
CONFIDENCE = "A"


def doubts(look: Look) -> Iterator[Doubt]:
    """The rows that follow the ECB's rate; France adds 10 where the contract is silent."""
    for path, law, node, row in rows(look):
        least = 10 if law == "FR" else 8
        if row.interest is not None and row.interest.base == "ecb-refi" and row.interest.plus < least:
            message = f"under the law of {law} at least {least} points are added to the rate of the ECB"
            yield at(path, node, message, f"write plus: {least}.00%")
