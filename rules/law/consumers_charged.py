"""REL347: charges of the law between businesses to people who are none."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.rows import charged
from rules.lint.look import Doubt, Look
from rules.policy import AllOf, AnyOf, Condition, Test
from rules.terms import NOT_FOR

CODE = "REL347"
SOURCE = "directive 2011/7/EU art. 1; Late Payment of Commercial Debts (Interest) Act 1998, s. 2"
CONFIDENCE = "A"


def doubts(look: Look) -> Iterator[Doubt]:
    """Policies that charge and are written for consumers, or that a route gives to them."""
    routed = {
        route.policy
        for route in look.rulebook.assignment.routes
        if route.policy is not None and NOT_FOR & set(_kinds(route.when))
    }
    for policy, place in look.policies():
        if charged(policy) and (policy.id in routed or NOT_FOR & set(_kinds(policy.applies_to))):
            message = "this policy charges consumers what only a business owes"
            yield Doubt(place, len(policy.id), message, "give consumers a policy without charge")


def _kinds(condition: Condition) -> Iterator[str]:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _kinds(part)
        case Test("customer.kind", "in", values):
            yield from (str(value) for value in values)
