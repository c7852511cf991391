"""What the messages of a workspace's own policies say, as their templates are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.lint.look import Look, Texts, choices, messages, steps
from rules.policy import Email, Letter, Step

_INCLUDE = re.compile(r"""\{%-?\s*include\s+["']([\w-]+)/([\w-]+)\.(\w+)\.txt["'][^%]*%\}""")
_DEEPEST = 5  # templates that include each other


def wordings(look: Look) -> Iterator[tuple[Step, str, str]]:
    """(step, name of the template, its text) of every message of a step, in every language of its policy."""
    for policy, _ in look.policies() if look.texts is not None else ():
        for step in steps(policy):
            for message in messages(step.do):
                channel = type(message).__name__.lower()
                for name in choices(message.template):
                    for language in choices(policy.language):
                        assert look.texts is not None
                        text = written(look.texts, name, channel, language)
                        if text is not None:
                            yield step, f"{language}/{name}.{channel}", text


def written(texts: Texts, name: str, channel: str, language: str) -> str | None:
    """What is written in a template and in those that it includes; None where there is none."""
    text = texts.source(name, channel, language)
    for _ in range(_DEEPEST if text is not None else 0):
        text = _INCLUDE.sub(lambda found: texts.source(found[2], found[3], found[1]) or "", text or "")
    return text


def named(step: Step, level: str) -> bool:
    """Whether a step of that level writes to the customer."""
    return step.level == level and any(isinstance(action, Letter | Email) for action in step.do)


def says(text: str, pattern: re.Pattern[str]) -> str | None:
    """The words of a text that match, spaces evened out; what is within Jinja's marks is no word."""
    words = re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", text, flags=re.DOTALL)
    found = pattern.search(" ".join(words.split()))
    return found[0] if found else None
