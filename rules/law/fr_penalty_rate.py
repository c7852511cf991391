"""REL332: under French law no rate of late penalties."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at

CODE = "REL332"
SOURCE = "C. com. L441-9, L441-10 II"
CONFIDENCE = "A"


def doubts(look: Look) -> Iterator[Doubt]:
    """The row of France."""
    for path, _, node, row in rows(look, "FR"):
        if row.refer is None and row.interest is None:
            yield at(
                path,
                node,
                "French law wants the rate of late penalties stated",
                "write interest: {base: ecb-refi, plus: 10.00%}",
            )
