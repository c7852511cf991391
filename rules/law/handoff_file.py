"""REL356: a file for an agency without what its own letter must state."""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint.look import Doubt, Look, about, choices, steps
from rules.policy import Handoff

CODE = "REL356"
SOURCE = "CPCE R124-4: creditor, basis, principal, interest and accessories apart, how to pay"
CONFIDENCE = "A"
PARTS = {"table.invoices": "the basis of the debt", "table.charges": "interest and accessories apart"}


def doubts(look: Look) -> Iterator[Doubt]:
    """The document that goes with a hand-off to an agency, in every language of the policy."""
    for policy, _ in look.policies() if look.texts is not None else ():
        for step in steps(policy):
            if not any(isinstance(action, Handoff) and action.kind == "agency" for action in step.do):
                continue
            for language in choices(policy.language):
                assert look.texts is not None
                text = look.texts.source("handoff", "document", language)
                for part, what in PARTS.items() if text is not None else ():
                    if text is not None and part not in text and "include" not in text:
                        yield about(step, f"templates/{language}/handoff.document.txt does not state {what}")
