"""REL335: a formal notice that does not say how much is owed, and for what."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.wordings import named, wordings
from rules.lint.look import Doubt, Look, about

CODE = "REL335"
SOURCE = "C. civ. 1344; CPC 57: the exact debt with its breakdown"
CONFIDENCE = "B"


def doubts(look: Look) -> Iterator[Doubt]:
    """The templates of steps of level notice that name neither the total nor the invoices."""
    for step, name, text in wordings(look):
        if named(step, "notice") and "include" not in text:
            missing = [
                what for what, word in (("the total", "total"), ("the invoices", "table.invoices")) if word not in text
            ]
            if missing:
                yield about(step, f"templates/{name}.txt is a formal notice and leaves out {' and '.join(missing)}")
