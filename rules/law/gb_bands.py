"""REL346: under English law fixed sums on other bands than 40, 70 and 100 GBP."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at

CODE = "REL346"
SOURCE = "Late Payment of Commercial Debts (Interest) Act 1998, s. 5A"
CONFIDENCE = "B"
BANDS = (("40.00 GBP", "1000.00 GBP"), ("70.00 GBP", "10000.00 GBP"), ("100.00 GBP", None))


def doubts(look: Look) -> Iterator[Doubt]:
    """The row of the United Kingdom."""
    for path, _, node, row in rows(look, "GB"):
        bands = tuple((str(fee.amount), str(fee.below) if fee.below else None) for fee in row.flat)
        if row.refer is None and bands != BANDS:
            message = "English law gives 40.00 GBP below 1000.00, 70.00 below 10000.00, and 100.00 from there on"
            yield at(path, node, message, "copy the bands of the library's late-payment")
