"""What can be proved of two conditions without knowing a single fact. Where it says no, it only does not know."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rules.policy import AllOf, AnyOf, Condition, Literal_, Test


def implies(one: Condition, other: Condition) -> bool:
    """Whether `other` surely holds wherever `one` does.

    >>> implies(Test("customer.country", "in", ("FR",)), Test("customer.country", "in", ("FR", "BE")))
    True
    """
    if one == other:
        return True
    match one, other:
        case _, AllOf(parts):
            return all(implies(one, part) for part in parts)
        case AnyOf(parts), _:
            return bool(parts) and all(implies(part, other) for part in parts)
        case _, AnyOf(parts):
            return any(implies(one, part) for part in parts) or _by_a_part(one, other)
        case Test(), Test():
            return _narrower(one, other)
    return _by_a_part(one, other)


def _by_a_part(one: Condition, other: Condition) -> bool:
    return isinstance(one, AllOf) and any(implies(part, other) for part in one.parts)


def contradicts(one: Condition, other: Condition) -> bool:
    """Whether the two surely never hold together: they ask different values of the same fact."""
    return any(_exclude(a, b) for a in needed(one) for b in needed(other))


def needed(condition: Condition) -> Iterator[Test]:
    """The tests of a condition that must all hold, whatever else it asks."""
    match condition:
        case Test(if_unknown=None | False):
            yield condition
        case AllOf(parts):
            for part in parts:
                yield from needed(part)


def _narrower(one: Test, other: Test) -> bool:
    """Whether whatever passes one test passes the other, on the same fact."""
    if one.fact != other.fact or (one.if_unknown and not other.if_unknown):
        return False
    if one.operator == other.operator == "in":
        return set(one.values) <= set(other.values)
    if one.operator == other.operator == "not_in":
        return set(one.values) >= set(other.values)
    bounds = _number(one.values), _number(other.values)
    if bounds[0] is None or bounds[1] is None:
        return False
    match one.operator, other.operator:
        case ("gte" | "gt", "gte") | ("gt", "gt"):
            return bounds[0] >= bounds[1]
        case "gte", "gt":
            return bounds[0] > bounds[1]
        case ("lte" | "lt", "lte") | ("lt", "lt"):
            return bounds[0] <= bounds[1]
        case "lte", "lt":
            return bounds[0] < bounds[1]
    return False


def _exclude(one: Test, other: Test) -> bool:
    if one.fact != other.fact:
        return False
    if one.operator == other.operator == "in":
        return not set(one.values) & set(other.values)
    if (one.operator, other.operator) == ("in", "not_in"):
        return set(one.values) <= set(other.values)
    low, high = _number(one.values), _number(other.values)
    if low is None or high is None or one.operator not in ("gte", "gt") or other.operator not in ("lte", "lt"):
        return False
    return low > high or (low == high and (one.operator, other.operator) != ("gte", "lte"))


def _number(values: tuple[Literal_, ...]) -> Decimal | None:
    found = values[0] if len(values) == 1 else None
    return found if isinstance(found, Decimal) else None
