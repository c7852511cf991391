"""REL334: a formal notice that gives no time: it must say by when, or it puts nobody on notice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.law.wordings import named, wordings
from rules.lint.look import Doubt, Look, about, steps

CODE = "REL334"
SOURCE = "C. civ. 1344; case law on the sufficient summons"
CONFIDENCE = "B"
TIME = re.compile(r"\{\{[^}]*\bdeadline\b")


def doubts(look: Look) -> Iterator[Doubt]:
    """The steps of level notice with a letter or an e-mail and without a deadline, or whose text never says it."""
    for policy, _ in look.policies():
        for step in steps(policy):
            if named(step, "notice") and step.deadline is None:
                yield about(
                    step, f"'{step.id}' is a formal notice without a deadline", "add deadline: {of: 8d, from: sent}"
                )
    for step, name, text in wordings(look):
        if named(step, "notice") and step.deadline is not None and TIME.search(text) is None:
            message = f"templates/{name}.txt is a formal notice and does not say by when"
            yield about(step, message, "write {{ date(deadline) }}")
