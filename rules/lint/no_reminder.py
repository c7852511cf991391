"""REL308: a heavy step before which nothing reminds the customer, so that each one ends as a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.lint.look import Doubt, Look, about, branches, contacts
from rules.policy import Step

CODE = "REL308"


def doubts(look: Look) -> Iterator[Doubt]:
    """The first heavy step of a branch where no message or call of level reminder or firm comes before it."""
    for policy, _ in look.policies():
        for _, climbed in branches(policy):
            heavy = next((n for n, step in enumerate(climbed) if step.heavy), None)
            if heavy is not None and not _reminded(climbed[:heavy]):
                step = climbed[heavy]
                message = f"nothing reminds the customer before '{step.id}': a person is asked each time"
                yield about(step, message, "put a step of level reminder or firm, with a message, before it")


def _reminded(before: Sequence[Step]) -> bool:
    return any(step.level in ("reminder", "firm") and contacts(step) for step in before)
