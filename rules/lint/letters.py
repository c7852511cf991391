"""REL302: a letter that nobody approves."""

from __future__ import annotations

from collections.abc import Iterator

from rules.compiling.page import Page
from rules.lint.look import Doubt, about, steps
from rules.policy import Letter, Policy

CODE = "REL302"


def doubts(page: Page, made: object) -> Iterator[Doubt]:
    """Steps with a letter and no approval."""
    del page
    for step in steps(made) if isinstance(made, Policy) else ():
        if step.approval is None and any(isinstance(action, Letter) for action in step.do):
            advice = "add approval: credit-controller, or silence with `allow: [REL302]`"
            yield about(step, f"step '{step.id}' sends a letter with no approval", advice)
