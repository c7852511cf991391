"""REL342: under German law 40 EUR that are not counted against the costs of a lawyer."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at

CODE = "REL342"
SOURCE = "BGB 288 V"
CONFIDENCE = "A"


def doubts(look: Look) -> Iterator[Doubt]:
    """The row of Germany."""
    for path, _, node, row in rows(look, "DE"):
        if row.flat and row.set_off is None:
            yield at(
                path,
                node,
                "under German law the fixed sum is counted against the costs of a lawyer",
                "write set_off: legal-costs",
            )
