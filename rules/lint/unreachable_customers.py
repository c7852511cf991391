"""REL318: a channel by which nobody in the book can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint.look import CONTACTS, Doubt, Look, about, steps
from rules.policy import MESSAGES, channel

CODE = "REL318"


def doubts(look: Look) -> Iterator[Doubt]:
    """Messages and calls of steps that have no fallback and for which no customer has an address."""
    for policy, _ in look.policies() if look.book is not None else ():
        for step in steps(policy):
            for action in step.do:
                falls_back = isinstance(action, MESSAGES) and action.fallback is not None
                assert look.book is not None
                if isinstance(action, CONTACTS) and not falls_back and channel(action) not in look.book.channels:
                    message = f"step '{step.id}' uses {channel(action)}, and no customer can be reached by it"
                    yield about(step, message, "import the addresses, or add a fallback")
