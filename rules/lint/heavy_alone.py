"""REL307: a heavy step that no person approves. Letters have their own rule, REL302."""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint.look import Doubt, Look, about, steps
from rules.policy import Letter

CODE = "REL307"


def doubts(look: Look) -> Iterator[Doubt]:
    """Notices, hand-offs and restrictions without `approval`."""
    for policy, _ in look.policies():
        for step in steps(policy):
            if step.heavy and step.approval is None and not any(isinstance(action, Letter) for action in step.do):
                advice = "add approval: credit-controller, or silence with `allow: [REL307]`"
                yield about(step, f"step '{step.id}' is heavy and leaves with no approval", advice)
