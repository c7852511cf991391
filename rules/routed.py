"""The policy of a receivable that has no ladder, for what needs none: internal deadlines, and a residue's tolerance."""

from __future__ import annotations

from datetime import date

from rules.account import Receivable
from rules.choosing import route_of
from rules.conditions import check
from rules.judgement import Judgement
from rules.policy import Policy


def routed(judgement: Judgement, item: Receivable, today: date) -> Policy | None:
    """The policy of its ladder, else that which its route names; None where that is none, or not known."""
    if item.ladder is not None:
        return judgement.policy(item)
    rulebook = judgement.rulebook(item)
    route, _ = route_of(judgement, item, rulebook.assignment, today)
    return rulebook.policies.get(route.policy or "") if route is not None else None


def concerned(judgement: Judgement, item: Receivable, today: date) -> Policy | None:
    """The same, where it means this receivable: issued since it is in effect, and not left out by `applies_to`."""
    policy = routed(judgement, item, today)
    if policy is None or item.ladder is not None:
        return policy
    if item.is_charge or item.issued < policy.effective_from:
        return None
    return None if check(policy.applies_to, judgement.lookup(item, today)).verdict == "no" else policy
