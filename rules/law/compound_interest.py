"""REL343: interest on interest where the law forbids it, or wants a contract for it."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at

CODE = "REL343"
SOURCE = "BGB 289, OR 105 III, C. civ. 1343-2; directive 2011/7/EU art. 2: simple interest"
CONFIDENCE = "A"


def doubts(look: Look) -> Iterator[Doubt]:
    """Every row that compounds, the Netherlands apart."""
    for path, law, node, row in rows(look):
        if law != "NL" and row.interest is not None and row.interest.compounding == "yearly":
            message = f"under the law of {law} interest bears no interest by itself"
            yield at(path, node, message, "remove compounding: yearly")
