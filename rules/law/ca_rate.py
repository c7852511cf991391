"""REL351: under Canadian law more than 5 percent a year that no contract states."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at

CODE = "REL351"
SOURCE = "Interest Act, s. 3 and 4"
CONFIDENCE = "B"


def doubts(look: Look) -> Iterator[Doubt]:
    """The row of Canada."""
    for path, _, node, row in rows(look, "CA"):
        if row.interest is not None and (row.interest.base != "fixed" or row.interest.plus > 5):
            yield at(
                path,
                node,
                "under Canadian law only a contract that states a yearly rate gives more than 5 %",
                "write contract_rate: allowed and state the rate in each contract (late_rate)",
            )
