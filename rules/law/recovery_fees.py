"""REL337: costs of recovery claimed from the debtor, which stay with the creditor without a title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.law.wordings import says, wordings
from rules.lint.look import Doubt, Look, about

CODE = "REL337"
SOURCE = "CPCE L111-8 par. 2; the fixed sum of C. com. L441-10 II is the exception"
CONFIDENCE = "A"
FEES = re.compile(
    r"(?<!forfaitaire pour )(?<!forfaitaire de )(?<!forfaitaire pour les )(?<!sans )frais de recouvrement"
    r"|frais de (?:relance|dossier|gestion|mise en demeure|huissier|commissaire de justice|poursuite|contentieux)"
    r"|honoraires (?:de (?:recouvrement|l.agence|(?:notre|nos|votre) \w+)|d.agence|d.huissier)|frais d.agence"
    r"|(?:collection|agency|administration|reminder) fees?|mahngeb(?:ü|ue)hr|inkassogeb(?:ü|ue)hr",
    re.IGNORECASE,
)


def doubts(look: Look) -> Iterator[Doubt]:
    """The templates that a step sends."""
    for step, name, text in wordings(look):
        words = says(text, FEES)
        if words is not None:
            message = f"templates/{name}.txt speaks of '{words}': without a title they stay with the creditor"
            yield about(step, message, "claim the fixed sum and the interest that the terms give, and nothing else")
