"""REL357: a contract whose own rate for late payment is below the least that French law lets it fix."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.floors import SOURCE, too_low
from rules.lint.look import Doubt, Look, at

CODE = "REL357"
CONFIDENCE = "A"
__all__ = ["CODE", "CONFIDENCE", "SOURCE", "doubts"]


def doubts(look: Look) -> Iterator[Doubt]:
    """The contracts of the ledger, told at the business's law."""
    path, root = next(look.of_kind("business"))
    for agreed in look.agreed():
        if agreed.late_rate is not None:
            why = too_low(agreed.law, agreed.late_rate, look.rates(), look.today)
            if why is not None:
                advice = "agree on another rate, and import the contract with it"
                yield at(path, root.get("law") or root, f"contract {agreed.contract}: {why}", advice)
