"""REL340: a message that counts on a reminder to stop the time of limitation, which it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.law.wordings import says, wordings
from rules.lint.look import Doubt, Look, about, steps

CODE = "REL340"
SOURCE = "C. civ. 2240 to 2244; Cass. com. 18 May 2022, 20-23.204"
CONFIDENCE = "A"
STOPS = re.compile(  # said, not denied; Dutch law is left out, where a letter does interrupt (BW 3:317)
    r"(?<!n['’])\b(?:interromp|suspend)\w*\s(?!pas )(?:\S+\s){0,4}prescription"
    r"|prescription (?:(?!n['’]|ne |pas )\S+\s){0,3}(?:interrompue|suspendue)"
    r"|(?<!pas )(?<!sans )interrupti(?:on|f|ve) (?:de la |du délai de |de )prescription"
    r"|(?<!not )(?<!never )\b(?:interrupt|stop|suspend)\w*\s(?:\S+\s){0,4}limitation"
    r"|limitation (?:(?!not )\S+\s){0,3}(?:interrupted|stopped|suspended)"
    r"|verjährung (?:(?!nicht )\S+\s){0,3}(?:gehemmt|unterbrochen)"
    r"|\b(?:hemmt|unterbricht) (?!nicht )(?:\S+\s){0,2}verjährung(?! nicht)",
    re.IGNORECASE,
)


def doubts(look: Look) -> Iterator[Doubt]:
    """The titles and reasons of steps, and the templates that they send."""
    for policy, _ in look.policies():
        for step in steps(policy):
            if says(f"{step.title or ''} {step.reason or ''}", STOPS) is not None:
                yield about(step, *_said(f"'{step.id}'"))
    for step, name, text in wordings(look):
        if says(text, STOPS) is not None:
            yield about(step, *_said(f"templates/{name}.txt"))


def _said(what: str) -> tuple[str, str]:
    message = f"{what} counts on a message to stop the time of limitation, and none does"
    return message, "only an acknowledgement, a claim in court or an act of enforcement stops it"
