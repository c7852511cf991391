"""The rows of the shipped terms, by law."""

from __future__ import annotations

from functools import cache

from rules.policy import Rulebook, TermsRow
from tests.rules.shelf import compiled


@cache
def rulebook() -> Rulebook:
    """A workspace whose policy charges by the library's terms."""
    found = compiled()
    assert found.rulebook is not None, found.diagnostics
    return found.rulebook


def row(law: str) -> TermsRow:
    """What a late payment costs under a law, as Relance ships it."""
    return rulebook().terms["late-payment"].rows[law]
