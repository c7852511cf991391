"""REL316: a step that the caps on contacts never let out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.compiling.ordering import Span, days, position
from rules.lint.look import Doubt, Look, about, at, branches, contacts
from rules.policy import ALWAYS, Policy, Step

CODE = "REL316"


def doubts(look: Look) -> Iterator[Doubt]:
    """Steps before the due date which `min_gap` moves beyond it, where they are skipped; and a share of nobody."""
    for policy, _ in look.policies():
        for _, climbed in branches(policy):
            yield from _squeezed(policy, climbed)
    for path, root in look.of_kind("business"):
        limits = root.get("limits")
        share = limits.get("share_of_customers") if limits is not None else None
        if share is not None and look.rulebook.business.limits.share_of_customers == 0:
            yield at(path, share, "with this limit no step ever leaves", "write a share above 0%, or remove it")


def _squeezed(policy: Policy, climbed: Sequence[Step]) -> Iterator[Doubt]:
    gap, spans = days(policy.pacing.min_gap)[0], dict[str, Span | None]()
    for n, step in enumerate(climbed):
        here = spans[step.id] = position(step.at, spans, climbed[:n])
        if here is None or here.root != "due" or here.last >= 0 or not contacts(step):
            continue
        for earlier in climbed[:n]:
            before = spans[earlier.id]
            sure = earlier.when == ALWAYS and contacts(earlier)
            if sure and before is not None and before.root == "due" and before.first + gap > 0:
                message = (
                    f"'{step.id}' never leaves: {policy.pacing.min_gap} after '{earlier.id}' the due date has passed"
                )
                yield about(step, message, "shorten `min_gap`, or remove one of the two")
                break
