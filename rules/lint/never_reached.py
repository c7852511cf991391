"""REL304: a step whose `when` nothing that comes to it can meet."""

from __future__ import annotations

from collections.abc import Iterator

from rules.compiling.page import Page
from rules.lint.look import Doubt, about, branches
from rules.policy import Policy
from rules.proving import contradicts

CODE = "REL304"


def doubts(page: Page, made: object) -> Iterator[Doubt]:
    """Steps that `applies_to`, their variant or their own condition excludes."""
    del page
    for condition, climbed in branches(made) if isinstance(made, Policy) else ():
        for step in climbed:
            if contradicts(condition, step.when) or contradicts(step.when, step.when):
                yield about(step, f"step '{step.id}' is never reached: its `when` excludes what comes here")
