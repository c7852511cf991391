"""What the messages of a workspace's own policies say, as their templates are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.lint.look import Look, choices, messages, steps
from rules.policy import Email, Letter, Step


def wordings(look: Look) -> Iterator[tuple[Step, str, str]]:
    """(step, name of the template, its text) of every message of a step, in every language of its policy."""
    for policy, _ in look.policies() if look.texts is not None else ():
        for step in steps(policy):
            for message in messages(step.do):
                channel = type(message).__name__.lower()
                for name in choices(message.template):
                    for language in choices(policy.language):
                        assert look.texts is not None
                        text = look.texts.source(name, channel, language)
                        if text is not None:
                            yield step, f"{language}/{name}.{channel}", text


def named(step: Step, level: str) -> bool:
    """Whether a step of that level writes to the customer."""
    return step.level == level and any(isinstance(action, Letter | Email) for action in step.do)


def says(text: str, pattern: re.Pattern[str]) -> str | None:
    """The words of a text that match; what is within Jinja's marks is no word."""
    found = pattern.search(re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", text, flags=re.DOTALL))
    return " ".join(found[0].split()) if found else None
