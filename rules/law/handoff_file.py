"""REL356: a file for an agency that lacks what the agency's letter must state."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.law.wordings import written
from rules.lint.look import Doubt, Look, about, choices, steps
from rules.policy import Handoff

CODE = "REL356"
SOURCE = "CPCE R124-4"
CONFIDENCE = "A"
AMICABLE = r"recouvrement amiable|amicabl|gütlich|außergerichtlich|minnelijk|amistos|amichevol|stragiudizial"
QUOTED = r'L\.? ?111-8(?s:.*)titre exécutoire(?s:.*)mauvaise foi|include "_l111-8\.txt"'
PARTS = {
    AMICABLE: "(1) who collects, where, and that it is amicable recovery",
    r"creditor\.name(?s:.*)creditor\.address": "(2) the creditor's name and address",
    r"table\.invoices(?s:.*)table\.charges": "(3) the basis, with principal, interest and accessories apart",
    r"table\.(payment|account)": "(4) that it is to be paid, and how",
    QUOTED: "(5) the wording of CPCE L111-8, paragraphs 2 and 3",
}


def doubts(look: Look) -> Iterator[Doubt]:
    """The document that goes with a hand-off to an agency, in every language, where French law is used."""
    laws = {look.rulebook.business.law, *(each.law for each in look.agreed())}
    for policy, _ in look.policies() if look.texts is not None and "FR" in laws else ():
        for step in steps(policy):
            if not any(isinstance(action, Handoff) and action.kind == "agency" for action in step.do):
                continue
            for language in choices(policy.language):
                assert look.texts is not None
                text = written(look.texts, "handoff", "document", language)
                for part, what in PARTS.items() if text is not None else ():
                    if text is not None and re.search(part, text) is None:
                        yield about(step, f"templates/{language}/handoff.document.txt does not state {what}")
