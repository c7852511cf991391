"""Conditions in Kleene's three values: a missing fact makes a test *not known*, which is never a yes and never a no."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map
from datetime import date
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any, TypeVar

from rules.decision import Reason, Verdict
from rules.money import Money
from rules.policy import AllOf, AnyOf, ByAmount, ByFact, Condition, Literal_, Not, Test

Value = str | bool | Decimal | date | Money | tuple[str, ...]
Lookup = Callable[[str], Value | None]  # a fact's value, None when it is not known
T = TypeVar("T")


class NotKnown(Exception):
    """A value is looked up by a fact that is not known: falling through would choose by accident.

    `of` is the customer of whom it is looked up, where that is not who owes.
    """

    def __init__(self, fact: str, of: str | None = None) -> None:
        super().__init__(fact)
        self.fact, self.of = fact, of


def check(condition: Condition, lookup: Lookup) -> Reason:
    """Tests `condition`; the verdict is yes, no or unknown, and the parts say what was tested, with values."""
    match condition:
        case Test():
            return _test(condition, lookup)
        case Not(part):
            inner = check(part, lookup)
            return Reason("not", _NEGATED[inner.verdict], (), (inner,))
        case AllOf(()):
            return _ALWAYS
        case AllOf(parts):
            return _block("all", parts, lookup, decisive="no", otherwise="yes")
        case AnyOf(parts):
            return _block("any", parts, lookup, decisive="yes", otherwise="no")


_ALWAYS = Reason("all", "yes")
_NEGATED: dict[Verdict, Verdict] = {"yes": "no", "no": "yes", "unknown": "unknown"}


def _block(code: str, parts: tuple[Condition, ...], lookup: Lookup, *, decisive: Verdict, otherwise: Verdict) -> Reason:
    """One decisive part settles a block, whatever the others are; else one unknown part leaves it unknown."""
    reasons = tuple([check(part, lookup) for part in parts])
    verdicts = {reason.verdict for reason in reasons}
    verdict = decisive if decisive in verdicts else "unknown" if "unknown" in verdicts else otherwise
    return Reason(code, verdict, (), reasons)


def _test(test: Test, lookup: Lookup) -> Reason:
    value = lookup(test.fact)
    found = _compare(test, value)
    if found is None and test.if_unknown is not None:
        found = test.if_unknown
    verdict: Verdict = "unknown" if found is None else "yes" if found else "no"
    return Reason("test", verdict, (test.fact, value, test.operator, test.values))


def _compare(test: Test, value: Value | None) -> bool | None:
    """True or false, or None when the fact, or a threshold in its currency, is not known."""
    if test.operator == "known":
        return (value is not None) is test.values[0]
    if value is None:
        return None
    match test.operator:
        case "in":
            return value in test.values
        case "not_in":
            return value not in test.values
        case "has":
            return isinstance(value, tuple) and any(tag in value for tag in test.values)
        case "lacks":
            return isinstance(value, tuple) and not any(tag in value for tag in test.values)
    threshold = _threshold(test.values, value)
    if threshold is None:
        return None
    return _ordered(_ORDERS[test.operator], value, threshold)


def _threshold(values: tuple[Literal_, ...], value: Value) -> Literal_ | None:
    """The one value to compare with: for an amount, the threshold in its own currency, if there is one."""
    if not isinstance(value, Money):
        return values[0]
    for each in values:
        if isinstance(each, Money) and each.currency == value.currency:
            return each
    return None


_ORDERS: Map[str, Callable[[Any, Any], bool]] = {"gte": ge, "gt": gt, "lte": le, "lt": lt}


def _ordered(order: Callable[[Any, Any], bool], value: Value, threshold: Literal_) -> bool | None:
    """None for two kinds of values: no number is more or less than a date."""
    if isinstance(value, Money) and isinstance(threshold, Money):
        return order(value.minor, threshold.minor)
    for kind in (Decimal, date):
        if isinstance(value, kind) and isinstance(threshold, kind):
            return order(value, threshold)
    return None


def spelled(condition: Condition) -> str:
    """A condition in one form for all that ask the same in the same order: to compare, not to read.

    >>> spelled(Test("customer.country", "in", ("FR", "BE")))
    'customer.country in FR|BE'
    """
    match condition:
        case Test(fact, operator, values, if_unknown):
            otherwise = "" if if_unknown is None else f" else {if_unknown}"
            return f"{fact} {operator} {'|'.join(map(str, values))}{otherwise}"
        case Not(part):
            return f"not({spelled(part)})"
        case AllOf(parts) | AnyOf(parts):
            return f"{type(condition).__name__}({', '.join(map(spelled, parts))})"


def resolve(value: T | ByFact[T] | ByAmount[T], lookup: Lookup) -> T | None:
    """The value of a by-table for the facts at hand; None when no entry matches and there is no `otherwise`.

    Raises NotKnown where the fact, or an amount in its currency, is not known.
    """
    if isinstance(value, ByFact):
        found = lookup(value.fact)
        if found is None:
            raise NotKnown(value.fact)
        return value.cases.get(str(found), value.otherwise)
    if isinstance(value, ByAmount):
        amount = lookup(value.fact)
        if not isinstance(amount, Money):
            raise NotKnown(value.fact)
        for limits, use in value.below:
            limit = next((limit for limit in limits if limit.currency == amount.currency), None)
            if limit is None:
                raise NotKnown(f"{value.fact} in {amount.currency}")
            if amount < limit:
                return use
        return value.otherwise
    return value


def first_unknown(reason: Reason) -> str:
    """The name of the first fact that left `reason` unknown."""
    test = _first_open(reason)
    return str(test.values[0]) if test is not None else "a fact"


def missing_threshold(reason: Reason) -> str:
    """What the question about `first_unknown` adds where that is an amount: its currency has no threshold; else ''.

    >>> usd, eur = Money.parse("250.00 USD"), Money.parse("100.00 EUR")
    >>> missing_threshold(check(Test("invoice.balance", "gte", (eur,)), {"invoice.balance": usd}.get))
    'it is in USD, and the policy compares it with EUR only: write a threshold in USD beside it'
    """
    test = _first_open(reason)
    value, limits = (test.values[1], test.values[3]) if test is not None else (None, ())
    if not isinstance(value, Money) or not isinstance(limits, tuple):
        return ""
    known = " and ".join(sorted(limit.currency for limit in limits if isinstance(limit, Money)))
    written = f"write a threshold in {value.currency} beside it"
    return f"it is in {value.currency}, and the policy compares it with {known} only: {written}"


def _first_open(reason: Reason) -> Reason | None:
    """The first test that left `reason` unknown."""
    if reason.code == "test":
        return reason
    return next((_first_open(part) for part in reason.parts if part.verdict == "unknown"), None)


def ages(condition: Condition) -> frozenset[int] | None:
    """The days of age that `condition` compares, 0 for what becomes overdue; None where time alone changes nothing.

    >>> ages(Test("invoice.days_overdue", "gte", (Decimal(90),)))
    frozenset({90})
    """
    match condition:
        case Test(fact) if fact in _AGES:
            return frozenset(int(value) for value in condition.values if isinstance(value, Decimal))
        case Test(fact):
            return frozenset({0}) if fact in ("account.overdue_balance", "account.overdue_count") else None
        case Not(part):
            return ages(part)
        case AllOf(parts) | AnyOf(parts):
            found = [each for part in parts if (each := ages(part)) is not None]
            return frozenset().union(*found) if found else None


_AGES = frozenset({"invoice.days_overdue", "account.oldest_days_overdue"})


def thresholds_only(condition: Condition) -> Condition:
    """`condition` with everything but what can rise and fall (invoice.* and account.* comparisons) taken as met.

    A ladder keeps its route and `applies_to` once it has begun; only a fall below the thresholds stops it.
    """
    match condition:
        case Test(fact, operator):
            moves = fact.startswith(("invoice.", "account.")) and operator in ("gte", "gt", "lte", "lt")
            return condition if moves else AllOf(())
        case Not():
            return AllOf(())
        case AllOf(parts):
            return AllOf(tuple(thresholds_only(part) for part in parts))
        case AnyOf(parts):
            moving = tuple(thresholds_only(part) for part in parts)
            return AnyOf(moving)
