"""Conditions: each operator at its boundary, Kleene's three values, and what of a condition is a threshold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rules.conditions import NotKnown, Value, ages, check, first_unknown, resolve, spelled, thresholds_only
from rules.decision import Reason
from rules.money import Money
from rules.policy import ALWAYS, AllOf, AnyOf, ByAmount, ByFact, Condition, Not, Test

Test.__test__ = False  # type: ignore[attr-defined]  # a condition, no test

BELOW, AT, ABOVE = 0, 1, 2
TRIPLES: tuple[tuple[Value, ...], ...] = (
    (Decimal(9), Decimal(10), Decimal(11)),
    (date(2026, 1, 9), date(2026, 1, 10), date(2026, 1, 11)),
    (Money(999, "EUR"), Money(1000, "EUR"), Money(1001, "EUR")),
)
YES, NO, UNKNOWN = Test("yes", "in", ("a",)), Test("no", "in", ("a",)), Test("missing", "in", ("a",))
FACTS: dict[str, Value] = {"yes": "a", "no": "b", "tags": ("vip", "old"), "flag": True}


def verdict(condition: Condition, facts: dict[str, Value] | None = None) -> str:
    return check(condition, (FACTS if facts is None else facts).get).verdict


@pytest.mark.parametrize("values", TRIPLES, ids=["number", "date", "amount"])
@pytest.mark.parametrize(
    ("operator", "holds"), [("gte", {AT, ABOVE}), ("gt", {ABOVE}), ("lte", {BELOW, AT}), ("lt", {BELOW})]
)
def test_a_comparison_at_its_boundary(operator: str, holds: set[int], values: tuple[Value, ...]) -> None:
    test = Test("fact", operator, (values[AT],))  # type: ignore[arg-type]
    assert {n for n, value in enumerate(values) if verdict(test, {"fact": value}) == "yes"} == holds
    assert {n for n, value in enumerate(values) if verdict(test, {"fact": value}) == "no"} == {0, 1, 2} - holds


def test_each_currency_has_its_own_threshold_and_one_without_is_not_known() -> None:
    test = Test("fact", "gte", (Money(1000, "EUR"), Money(5000, "NOK")))
    found = [verdict(test, {"fact": Money(1000, currency)}) for currency in ("EUR", "NOK", "GBP")]
    assert found == ["yes", "no", "unknown"]


@pytest.mark.parametrize(
    ("operator", "values", "fact", "said"),
    [
        ("in", ("a", "c"), "yes", "yes"),
        ("in", ("a", "c"), "no", "no"),
        ("not_in", ("a", "c"), "yes", "no"),
        ("not_in", ("a", "c"), "no", "yes"),
        ("has", ("vip", "new"), "tags", "yes"),
        ("has", ("new",), "tags", "no"),
        ("lacks", ("vip", "new"), "tags", "no"),
        ("lacks", ("new",), "tags", "yes"),
        ("known", (True,), "yes", "yes"),
        ("known", (False,), "yes", "no"),
        ("known", (True,), "missing", "no"),
        ("known", (False,), "missing", "yes"),
        ("not_in", ("a",), "missing", "unknown"),
        ("lacks", ("a",), "missing", "unknown"),
        ("lt", (Decimal(1),), "missing", "unknown"),
        ("gte", (Decimal(1),), "yes", "unknown"),  # a word is on no side of a number
        ("gte", (Money(1, "EUR"),), "yes", "unknown"),
        ("gte", (date(2026, 1, 1),), "yes", "unknown"),
    ],
)
def test_an_operator_without_an_order(operator: str, values: tuple[object, ...], fact: str, said: str) -> None:
    assert verdict(Test(fact, operator, values)) == said  # type: ignore[arg-type]


@pytest.mark.parametrize(("fact", "if_unknown", "said"), [("missing", True, "yes"), ("missing", False, "no")])
def test_what_is_not_known_may_be_decided_on_purpose(fact: str, if_unknown: bool, said: str) -> None:
    assert verdict(Test(fact, "in", ("a",), if_unknown)) == said


@pytest.mark.parametrize(("fact", "said"), [("yes", "yes"), ("no", "no")])
@pytest.mark.parametrize("if_unknown", [True, False])
def test_what_is_known_is_not_touched_by_that(fact: str, said: str, if_unknown: bool) -> None:
    assert verdict(Test(fact, "in", ("a",), if_unknown)) == said


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (AllOf(()), "yes"),
        (AnyOf(()), "no"),
        (AllOf((YES, YES)), "yes"),
        (AllOf((YES, NO)), "no"),
        (AllOf((YES, UNKNOWN)), "unknown"),
        (AllOf((NO, UNKNOWN)), "no"),
        (AnyOf((NO, NO)), "no"),
        (AnyOf((NO, YES)), "yes"),
        (AnyOf((NO, UNKNOWN)), "unknown"),
        (AnyOf((YES, UNKNOWN)), "yes"),
        (Not(YES), "no"),
        (Not(NO), "yes"),
        (Not(UNKNOWN), "unknown"),
    ],
)
def test_three_values_are_combined_as_kleene_does(condition: Condition, said: str) -> None:
    assert verdict(condition) == said


def test_the_question_names_the_first_fact_that_is_missing() -> None:
    other = Test("other", "in", ("a",))
    assert first_unknown(check(AllOf((YES, Not(AnyOf((NO, UNKNOWN))), other)), FACTS.get)) == "missing"


def test_a_table_by_a_fact_gives_the_entry_or_the_otherwise_and_needs_the_fact() -> None:
    table = ByFact("fact", {"FR": "fr", "BE": "be"}, "other")
    assert [resolve(table, {"fact": c}.get) for c in ("FR", "BE", "DE")] == ["fr", "be", "other"]
    assert resolve(ByFact("fact", {"FR": "fr"}, None), {"fact": "DE"}.get) is None
    with pytest.raises(NotKnown, match=r"^fact$"):
        resolve(table, {}.get)


def test_a_table_by_an_amount_is_read_in_order_strictly_below() -> None:
    rows = (((Money(1000, "EUR"),), "small"), ((Money(5000, "EUR"),), "middle"))
    table = ByAmount("fact", rows, "large")
    found = [resolve(table, {"fact": Money(minor, "EUR")}.get) for minor in (999, 1000, 4999, 5000)]
    assert found == ["small", "middle", "middle", "large"]
    with pytest.raises(NotKnown, match=r"^fact in GBP$"):
        resolve(table, {"fact": Money(1, "GBP")}.get)
    with pytest.raises(NotKnown, match=r"^fact$"):
        resolve(table, {"fact": "a word"}.get)
    assert resolve("plain", {}.get) == "plain"


AMOUNT = Test("invoice.balance", "gte", (Money(1000, "EUR"),))
ACCOUNT = Test("account.overdue_balance", "lt", (Money(1000, "EUR"),))
COUNTRY = Test("customer.country", "in", ("FR",))


@pytest.mark.parametrize(
    ("condition", "left"),
    [
        (AMOUNT, AMOUNT),
        (ACCOUNT, ACCOUNT),
        (COUNTRY, ALWAYS),
        (Test("customer.score", "gte", (Decimal(1),)), ALWAYS),
        (Test("invoice.kind", "in", ("deposit",)), ALWAYS),
        (Not(AMOUNT), ALWAYS),
        (AllOf((AMOUNT, COUNTRY)), AllOf((AMOUNT, ALWAYS))),
        (AnyOf((AMOUNT, COUNTRY)), AnyOf((AMOUNT, ALWAYS))),
    ],
)
def test_only_what_can_rise_and_fall_is_a_threshold(condition: Condition, left: Condition) -> None:
    assert thresholds_only(condition) == left


@pytest.mark.parametrize("operator", ["gte", "gt", "lte", "lt"])
def test_every_comparison_of_an_amount_is_a_threshold(operator: str) -> None:
    test = Test("account.exposure", operator, (Money(1000, "EUR"),))  # type: ignore[arg-type]
    assert thresholds_only(test) == test


@pytest.mark.parametrize(
    ("condition", "days"),
    [
        (Test("invoice.days_overdue", "gte", (Decimal(90),)), {90}),
        (Test("account.oldest_days_overdue", "lt", (Decimal(5),)), {5}),
        (ACCOUNT, {0}),
        (Test("account.overdue_count", "gte", (Decimal(2),)), {0}),
        (COUNTRY, None),
        (AMOUNT, None),
        (Not(ACCOUNT), {0}),
        (AllOf((ACCOUNT, COUNTRY, Test("invoice.days_overdue", "gte", (Decimal(9),)))), {0, 9}),
        (AnyOf((COUNTRY,)), None),
    ],
)
def test_the_days_on_which_age_alone_changes_a_condition(condition: Condition, days: set[int] | None) -> None:
    assert ages(condition) == days


@pytest.mark.parametrize(("condition", "code"), [(Not(YES), "not"), (AllOf((YES,)), "all"), (AnyOf((YES,)), "any")])
def test_the_reason_says_what_was_tested_with_its_values(condition: Condition, code: str) -> None:
    found = check(condition, FACTS.get)
    assert (found.code, found.values) == (code, ())
    assert found.parts == (Reason("test", "yes", ("yes", "a", "in", ("a",))),)


@pytest.mark.parametrize(
    ("condition", "form"),
    [
        (COUNTRY, "customer.country in FR"),
        (Test("customer.country", "not_in", ("FR", "BE")), "customer.country not_in FR|BE"),
        (Test("customer.country", "in", ("FR",), if_unknown=True), "customer.country in FR else True"),
        (Test("customer.country", "in", ("FR",), if_unknown=False), "customer.country in FR else False"),
        (Not(COUNTRY), "not(customer.country in FR)"),
        (AllOf((AMOUNT, COUNTRY)), "AllOf(invoice.balance gte 10.00 EUR, customer.country in FR)"),
        (AnyOf((COUNTRY, AMOUNT)), "AnyOf(customer.country in FR, invoice.balance gte 10.00 EUR)"),
    ],
)
def test_a_condition_has_one_form_that_names_all_it_asks(condition: Condition, form: str) -> None:
    """Reactions are known by it: another form would answer again what was answered."""
    assert spelled(condition) == form
