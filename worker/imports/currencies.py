"""Currencies of imported invoices for which a policy names no threshold: whether it applies is not known there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rules import facts as f
from rules.money import Money
from rules.policy import AllOf, AnyOf, Condition, Not, Rulebook, Test


def without_threshold(rulebook: Rulebook, recorded: Iterable[f.Fact]) -> Iterator[tuple[str, int, list[str]]]:
    """(currency, invoices, policies) of the invoices in a currency for which these policies have no threshold."""
    count = Counter(fact.amount.currency for fact in recorded if isinstance(fact, f.Issued))
    for currency, n in sorted(count.items()):
        policies = [
            policy.id
            for policy in rulebook.policies.values()
            if any(currency not in each for each in _thresholds(policy.applies_to))
        ]
        if policies:
            yield currency, n, policies


def _thresholds(condition: Condition) -> Iterator[set[str]]:
    """The currencies of each threshold of a condition, but of those of which somebody said what holds elsewhere."""
    match condition:
        case Test(values=values, if_unknown=None):
            amounts = {value.currency for value in values if isinstance(value, Money)}
            if amounts:
                yield amounts
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _thresholds(part)
        case Not(part=part):
            yield from _thresholds(part)
