"""REL317: a step that `min_gap` always delays, so that its written day is never kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.compiling.ordering import Span, days, position
from rules.lint.look import Doubt, Look, about, branches, contacts
from rules.policy import ALWAYS, Policy, Step

CODE = "REL317"


def doubts(look: Look) -> Iterator[Doubt]:
    """Steps written closer to the contact before them than `min_gap` lets them leave."""
    for policy, _ in look.policies():
        for _, climbed in branches(policy):
            yield from _closer(policy, climbed)


def _closer(policy: Policy, climbed: Sequence[Step]) -> Iterator[Doubt]:
    gap, spans = policy.pacing.min_gap, dict[str, Span | None]()
    for n, step in enumerate(climbed):
        here = spans[step.id] = position(step.at, spans, climbed[:n])
        earlier = climbed[n - 1] if n else None
        if earlier is None or earlier.when != ALWAYS or not (contacts(step) and contacts(earlier)):
            continue
        before, offset = spans[earlier.id], step.at.offset
        if step.at.anchor == "previous" and offset.unit == gap.unit:
            close = offset.n < gap.n
        else:
            close = (
                here is not None
                and before is not None
                and here.root == before.root
                and here.last - before.first < days(gap)[0]
            )
        if close:
            message = f"'{step.id}' at {step.at} is always delayed: it comes less than {gap} after '{earlier.id}'"
            yield about(step, message, "write a later moment, or a shorter `min_gap`")
