"""REL358: another fixed sum than that of the directive, in a country of the European Union."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import rows
from rules.lint.look import Doubt, Look, at

CODE = "REL358"
SOURCE = "directive 2011/7/EU, art. 6; CJEU C-585/20; of Italy D.Lgs. 231/2002, art. 6"
CONFIDENCE = "B"
LAWS = ("AT", "BE", "DE", "ES", "IT", "LU", "NL", "PT")  # France: REL331


def doubts(look: Look) -> Iterator[Doubt]:
    """Rows whose sum is graded, or not 40 EUR: a published Italian table of 40, 70 and 100 is wrong."""
    for path, law, node, row in rows(look, *LAWS):
        if row.flat and [str(fee.amount) for fee in row.flat] != ["40.00 EUR"]:
            message = f"under the law of {law} the fixed sum is 40.00 EUR per invoice, whatever its size"
            yield at(path, node, message, "write flat: 40.00 EUR")
