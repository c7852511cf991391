"""REL331: under French law a fixed sum that is not 40 EUR per invoice."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at

CODE = "REL331"
SOURCE = "C. com. D441-5"
CONFIDENCE = "B"


def doubts(look: Look) -> Iterator[Doubt]:
    """The row of France."""
    for path, _, node, row in rows(look, "FR"):
        if row.refer is None and [str(fee.amount) for fee in row.flat] != ["40.00 EUR"]:
            yield at(path, node, "under French law the fixed sum is 40.00 EUR per invoice", "write flat: 40.00 EUR")
