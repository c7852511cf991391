"""What is chosen for a receivable by facts about its customer and its age: the variant whose steps it climbs.

Written, as `naive.py` is, from the language's specification alone: a person is asked where a fact is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rules import facts as f
from rules.money import Money
from rules.policy import AllOf, AnyOf, Condition, Not, Step, Test

if TYPE_CHECKING:
    from tests.rules.model.naive import Case, Naive

Value = Any  # of a fact; None where it is not known


class Choosing:
    """Keeps what is known of each customer, and the variants of ladders that keep the one they began with."""

    def __init__(self, world: Naive, customers: Mapping[str, f.Customer]):
        self.world, self.customers = world, dict(customers)
        self.began: dict[str, tuple[Step, ...]] = {}  # by receivable, the steps when its first one went out

    def hear(self, fact: f.Fact) -> None:
        """A customer is imported anew."""
        if isinstance(fact, f.CustomerRecorded):
            self.customers[fact.customer.id] = fact.customer

    def steps(self, case: Case) -> tuple[Step, ...] | None:
        """Those of the first variant that matches, else of the base; None where a fact is missing to say which."""
        policy = self.world.policy
        if policy.pacing.rechoose == "at-start" and case.sent:
            return self.began[case.name]
        for variant in policy.variants:
            matches = self.world._holds_true(variant.when, case)
            if matches is None:
                return None
            if matches:
                return variant.steps
        return policy.steps

    def begin(self, case: Case) -> None:
        """A step of it goes out."""
        if not case.sent:
            self.began[case.name] = self.steps(case) or ()

    def missing(self, case: Case) -> str:
        """The fact that is not known."""
        for variant in self.world.policy.variants:
            matches = self.world._holds_true(variant.when, case)
            if matches is None:
                return next(name for name in _facts(variant.when) if self.of(case, name) is None)
        raise AssertionError

    def of(self, case: Case, fact: str) -> Value:
        """A fact about the customer who owes it."""
        return self.about(self.world._owes(case), fact)

    def about(self, customer: str, fact: str) -> Value:
        """A fact about a customer."""
        return getattr(self.customers[customer], fact.removeprefix("customer."))


def compare(value: Value, test: Test) -> bool | None:
    """Whether a value that is not None passes; None where no threshold is written in its currency."""
    if isinstance(value, Money):
        wanted = [v.minor for v in test.values if isinstance(v, Money) and v.currency == value.currency]
        value = value.minor
    else:
        wanted = list(test.values)
    if not wanted:
        return None
    match test.operator:
        case "in":
            return value in wanted
        case "not_in":
            return value not in wanted
        case "gte":
            return value >= wanted[0]
        case "lt":
            return value < wanted[0]
    raise AssertionError(test)


def _facts(condition: Condition) -> list[str]:
    match condition:
        case Test(fact):
            return [fact]
        case Not(part):
            return _facts(part)
        case AllOf(parts) | AnyOf(parts):
            return [fact for part in parts for fact in _facts(part)]
