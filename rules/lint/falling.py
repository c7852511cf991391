"""REL312: a step that in most months comes before the one listed above it, though not surely (that is REL203)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rules.lint.look import Doubt, Look, about, branches
from rules.moments import Duration, Moment
from rules.policy import Step

CODE = "REL312"
_FIFTHS = {"d": 5, "bd": 7, "w": 35, "m": 152}  # of a calendar day, on the average: five working days are a week

Usual = tuple[str, int]  # due, issued or received, and fifths of a day after it


def doubts(look: Look) -> Iterator[Doubt]:
    """Steps whose usual day lies before that of the step above, in the base or under a variant."""
    for policy, _ in look.policies():
        for _, climbed in branches(policy):
            usual: dict[str, Usual | None] = {}
            for n, step in enumerate(climbed):
                here = usual[step.id] = _day(step.at, climbed[:n], usual)
                above = usual[climbed[n - 1].id] if n else None
                if here is not None and above is not None and here[0] == above[0] and here[1] < above[1]:
                    message = f"'{step.id}' at {step.at} usually comes before '{climbed[n - 1].id}', listed above it"
                    yield about(step, message, "let the delays rise from step to step")


def _day(moment: Moment, before: Sequence[Step], usual: Mapping[str, Usual | None]) -> Usual | None:
    offset = _fifths(moment.offset)
    if moment.anchor in ("due", "issued", "received"):
        return moment.anchor, offset
    if moment.anchor == "previous":
        anchor = usual[before[-1].id] if before else None
    else:
        step = next((each for each in before if each.id == moment.step), None)
        anchor = usual.get(step.id) if step is not None and not moment.anchor.endswith(".presented") else None
        if step is not None and moment.anchor.endswith(".deadline"):
            if step.deadline is None or step.deadline.since == "presented":
                return None
            offset += _fifths(step.deadline.of)
    return None if anchor is None else (anchor[0], anchor[1] + offset)


def _fifths(offset: Duration) -> int:
    return offset.n * _FIFTHS[offset.unit]
