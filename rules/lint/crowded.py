"""REL316: a step that the caps on contacts never let out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.compiling.ordering import Span, days, position
from rules.lint.look import Doubt, Look, about, at, branches, contacts, steps
from rules.moments import Duration
from rules.policy import ALWAYS, Call, Policy, Step

CODE = "REL316"


def doubts(look: Look) -> Iterator[Doubt]:
    """Steps before the due date which a gap moves beyond it, where they are skipped; limits under which none leaves."""
    limits = look.rulebook.business.limits
    for policy, _ in look.policies():
        for _, climbed in branches(policy):
            yield from _squeezed(policy, climbed)
        for step in steps(policy):
            calls = sum(isinstance(action, Call) for action in step.do)
            if limits.calls_per_day and calls > limits.calls_per_day:
                message = (
                    f"'{step.id}' never leaves: it makes {calls} calls, and the limit is {limits.calls_per_day} a day"
                )
                yield about(step, message, "raise `calls_per_day`, or remove a call")
    for path, root in look.of_kind("business"):
        node = root.get("limits")
        share = node.get("share_of_customers") if node is not None else None
        if share is not None and limits.share_of_customers == 0:
            yield at(path, share, "with this limit no step ever leaves", "write a share above 0%, or remove it")


def _squeezed(policy: Policy, climbed: Sequence[Step]) -> Iterator[Doubt]:
    spans: dict[str, Span | None] = {}
    for n, step in enumerate(climbed):
        here = spans[step.id] = position(step.at, spans, climbed[:n])
        if here is None or here.root != "due" or here.last >= 0 or not contacts(step):
            continue
        for earlier in climbed[:n]:
            before, (name, gap) = spans[earlier.id], _gap(policy, step, earlier)
            sure = earlier.when == ALWAYS and contacts(earlier)
            if sure and before is not None and before.root == "due" and before.first + days(gap)[0] > 0:
                message = f"'{step.id}' never leaves: {gap} after '{earlier.id}' the due date has passed"
                yield about(step, message, f"shorten `{name}`, or remove one of the two")
                break


def _gap(policy: Policy, step: Step, earlier: Step) -> tuple[str, Duration]:
    """How long `step` waits after `earlier` at least, and which key says so."""
    pacing = policy.pacing
    gaps = [("min_gap", pacing.min_gap)]
    if step.heavy and not earlier.heavy and earlier.level != "courtesy":
        gaps.append(("before_heavy", pacing.before_heavy))
    return max(gaps, key=lambda each: days(each[1])[0])
