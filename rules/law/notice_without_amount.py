"""REL335: a formal notice that does not say how much is owed, and for what."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.wordings import named, wordings
from rules.lint.look import Doubt, Look, about

CODE = "REL335"
SOURCE = "C. civ. 1344; CPC 57: the exact debt with its breakdown"
CONFIDENCE = "B"
PARTS = {"money(total": "the total", "table.invoices": "the invoices"}


def doubts(look: Look) -> Iterator[Doubt]:
    """The templates of steps of level notice, and what they include, that lack the sum or the invoices."""
    for step, name, text in wordings(look):
        missing = [what for part, what in PARTS.items() if part not in text] if named(step, "notice") else []
        if missing:
            yield about(step, f"templates/{name}.txt is a formal notice and leaves out {' and '.join(missing)}")
