"""REL333: under French law a contract's rate that nothing keeps above three times the legal rate."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at
from rules.rates import FIXED, RateUnknown, half_year_of, name_of
from rules.terms import LEGAL

CODE = "REL333"
SOURCE = "C. com. L441-10 II"
CONFIDENCE = "A"


def doubts(look: Look) -> Iterator[Doubt]:
    """A rate of one's own below the floor of this half-year; and contracts' rates without a floor."""
    for path, _, node, row in rows(look, "FR"):
        if row.floor != "3x-legal" and row.contract_rate == "allowed":
            message = "French law lets no contract fix less than three times the legal rate"
            yield at(path, node, message, "write floor: 3x-legal")
        if row.interest is None or row.interest.base != FIXED:
            continue
        half_year = half_year_of(look.today)
        try:
            legal = look.rates()[LEGAL].reference(half_year).percent
        except RateUnknown:
            continue  # REL330 speaks of it
        if row.interest.plus < 3 * legal:
            message = (
                f"{row.interest.plus} % is below three times the legal rate of {name_of(half_year)}, {3 * legal} %"
            )
            yield at(path, node, message, f"write plus: {3 * legal}% or more")
