"""What is chosen for a receivable by facts about its customer and its age: its policy,
and the variant whose steps it climbs.

Written, as `naive.py` is, from the language's specification alone: a person is asked where a fact is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rules import facts as f
from rules.money import Money
from rules.policy import AllOf, AnyOf, Assignment, Condition, Not, Policy, Step, Test

if TYPE_CHECKING:
    from tests.rules.model.naive import Case, Naive

Value = Any  # of a fact; None where it is not known


class Choosing:
    """Keeps what is known of each customer, and the policies and variants of ladders that keep what they began with."""

    def __init__(
        self,
        world: Naive,
        policies: Mapping[str, Policy],
        assignment: Assignment,
        customers: Mapping[str, f.Customer],
    ):
        self.world, self.policies, self.assignment, self.customers = world, policies, assignment, dict(customers)
        self.enrolled: dict[str, str] = {}  # by receivable, the policy of its ladder
        self.began: dict[str, tuple[str, tuple[Step, ...]]] = {}  # by receivable, the policy and its steps then

    def hear(self, fact: f.Fact) -> None:
        """A customer is imported anew."""
        if isinstance(fact, f.CustomerRecorded):
            self.customers[fact.customer.id] = fact.customer

    def enrol(self, case: Case) -> None:
        """A ladder of it is set up."""
        self.enrolled[case.name] = self.policy(case).id

    def climbed(self, case: Case) -> Policy:
        """The one of its ladder."""
        return self.policies[self.enrolled[case.name]]

    def moved(self, case: Case) -> bool:
        """Whether another policy is chosen for it now than that of its ladder."""
        return self.policy(case) != self.climbed(case)

    def begin(self, case: Case) -> None:
        """A step of it goes out."""
        if not case.sent:
            self.began[case.name] = self.policy(case).id, self.steps(case) or ()

    # --- the policy ----------------------------------------------------------------------------------------------

    def policy(self, case: Case) -> Policy:
        """The one it began by, else the one that is chosen for it now."""
        if case.sent:
            return self.policies[self.began[case.name][0]]
        chosen, _ = self._route(case)
        return self.policies[chosen or "mine"]

    def refusal(self, case: Case) -> str | None:
        """That it is chosen for it to have no policy, and by what."""
        chosen, by = self._route(case)
        return by if chosen is None and not case.sent else None

    def unrouted(self, case: Case) -> str | None:
        """The fact without which it is not known by what policy it climbs, as long as it has not begun."""
        chosen, fact = self._route(case)
        return fact if chosen == "" and not case.sent else None

    def _route(self, case: Case) -> tuple[str | None, str]:
        """The name of a policy (None: none, empty: it is not known) and what says so, or the fact that is missing."""
        for pin in self.assignment.pins:
            if pin.customer == self.world._owes(case) and self.world.today <= pin.until:
                return pin.policy, f"pin:{pin.customer}"
        for route in self.assignment.routes:
            matches = self.world._holds_true(route.when, case)
            if matches is None:
                return "", self._missing(route.when, case)
            if matches:
                return route.policy, f"route:{route.id}"
        return self.assignment.otherwise.policy, "route:otherwise"

    # --- its variant ---------------------------------------------------------------------------------------------

    def steps(self, case: Case) -> tuple[Step, ...] | None:
        """Those of the first variant that matches, else of the base; None where a fact is missing to say which."""
        policy = self.policy(case)
        if policy.pacing.rechoose == "at-start" and case.sent:
            return self.began[case.name][1]
        for variant in policy.variants:
            matches = self.world._holds_true(variant.when, case)
            if matches is None:
                return None
            if matches:
                return variant.steps
        return policy.steps

    def missing(self, case: Case) -> str:
        """The fact that is missing to say which."""
        whens = [variant.when for variant in self.policy(case).variants]
        return next(self._missing(when, case) for when in whens if self.world._holds_true(when, case) is None)

    # --- facts ---------------------------------------------------------------------------------------------------

    def _missing(self, when: Condition, case: Case) -> str:
        return next(name for name in _facts(when) if name.startswith("customer.") and self.of(case, name) is None)

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
