"""REL339: a step that is meant for invoices which the customer or its platform refused, disputes or suspended."""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint.look import Doubt, Look, about, contacts, steps
from rules.policy import AllOf, AnyOf, Condition, Test

CODE = "REL339"
SOURCE = "AFNOR XP Z12-012, statuses 207, 208, 210, 213: our reading, no rule of the reform"
CONFIDENCE = "B"
STOPPED = frozenset({"207", "208", "210", "213", "disputed", "suspended", "refused", "rejected"})


def doubts(look: Look) -> Iterator[Doubt]:
    """Steps that write to the customer when the status is one of these."""
    for policy, _ in look.policies():
        for step in steps(policy):
            found = sorted(STOPPED & set(_wanted(step.when))) if contacts(step) else []
            if found:
                message = f"'{step.id}' reminds of an invoice whose status is {found[0]}"
                yield about(step, message, "answer the refusal first: a task for a person, not a reminder")


def _wanted(condition: Condition) -> Iterator[str]:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _wanted(part)
        case Test("invoice.portal_status", "in", values):
            yield from (str(value) for value in values)
        case Test("invoice.approval", "in", values):
            yield from (str(value) for value in values if value == "rejected")
