"""REL313: a text message that the network counts, and charges, as several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.lint.look import Doubt, Look, about, choices, messages, steps
from rules.policy import Action, Policy, Sms

CODE = "REL313"


def doubts(look: Look) -> Iterator[Doubt]:
    """Texts of steps and reactions that, about one invoice of the sample, take more than one segment."""
    for policy, _ in look.policies():
        for step in steps(policy):
            for message in _long(look, policy, step.do):
                yield about(step, message, "shorten it to 160 characters, or silence with `allow: [REL313]`")
        for reaction in policy.reactions:
            for message in _long(look, policy, reaction.do):
                assert reaction.place is not None
                yield Doubt(reaction.place, len(reaction.event), message, "shorten it to 160 characters")


def _long(look: Look, policy: Policy, do: Sequence[Action]) -> Iterator[str]:
    for text in messages(do) if look.texts is not None else ():
        if isinstance(text, Sms):
            for template in choices(text.template):
                for language in choices(policy.language):
                    assert look.texts is not None
                    parts = look.texts.segments(template, language)
                    if parts is not None and parts > 1:
                        yield f"templates/{language}/{template}.sms.txt is sent as {parts} text messages"
