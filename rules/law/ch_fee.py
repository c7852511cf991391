"""REL348: under Swiss law a fixed sum, which no law gives."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at

CODE = "REL348"
SOURCE = "OR 104; no such sum is in the law"
CONFIDENCE = "A"


def doubts(look: Look) -> Iterator[Doubt]:
    """The row of Switzerland."""
    for path, _, node, row in rows(look, "CH"):
        if row.flat:
            yield at(
                path,
                node,
                "Swiss law gives no fixed sum for late payment",
                "remove flat, or silence this where the contract agrees on one",
            )
