"""REL353: contacts so close that they may be called harassment."""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint.look import Doubt, Look, about, steps
from rules.policy import Call

CODE = "REL353"
SOURCE = "C. pénal 222-16, 222-33-2-2; C. conso D223-9 (four calls in thirty days) as a cautious measure"
CONFIDENCE = "A"
SHORTEST = {"d": 2, "bd": 1, "w": 1, "m": 1}
CALLS = 4


def doubts(look: Look) -> Iterator[Doubt]:
    """Policies with hardly a day between contacts; calls tried more than four times."""
    for policy, place in look.policies():
        gap = policy.pacing.min_gap
        if gap.n < SHORTEST[gap.unit]:
            message = f"contacts {gap} apart may be called harassment"
            yield Doubt(place, len(policy.id), message, "write min_gap: 2bd or more")
        for step in steps(policy):
            if any(isinstance(action, Call) and action.attempts > CALLS for action in step.do):
                yield about(step, f"'{step.id}' tries more than {CALLS} calls", f"write attempts: {CALLS} or fewer")
