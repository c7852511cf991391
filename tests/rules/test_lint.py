"""What can be proved of conditions, and the doubts that follow from it or from a habit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.policy import ALWAYS, AllOf, AnyOf, Condition, Not
from rules.policy import Test as Asks
from rules.proving import contradicts, implies
from tests.rules.shelf import compiled

FRANCE = Asks("customer.country", "in", ("FR",))
EUROPE = Asks("customer.country", "in", ("FR", "BE"))
BRITAIN = Asks("customer.country", "in", ("GB",))
NOT_FRANCE = Asks("customer.country", "not_in", ("FR",))
SMALL = Asks("customer.segment", "in", ("small",))


def score(operator: str, value: int, if_unknown: bool | None = None) -> Asks:
    return Asks("customer.score", operator, (Decimal(value),), if_unknown)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (FRANCE, EUROPE),
        (FRANCE, ALWAYS),
        (AllOf((FRANCE, SMALL)), EUROPE),
        (AllOf((SMALL, FRANCE)), AllOf((FRANCE, SMALL))),
        (FRANCE, AnyOf((SMALL, EUROPE))),
        (AnyOf((FRANCE, AllOf((EUROPE, SMALL)))), EUROPE),
        (Asks("customer.country", "not_in", ("FR", "BE")), NOT_FRANCE),
        (score("lt", 20), score("lt", 40)),
        (score("lt", 40), score("lte", 40)),
        (score("gt", 40), score("gte", 40)),
        (score("lt", 20), score("lt", 40, if_unknown=True)),
        (Not(FRANCE), Not(FRANCE)),
    ],
)
def test_what_is_narrower_implies_what_is_wider(one: Condition, other: Condition) -> None:
    assert implies(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (EUROPE, FRANCE),
        (ALWAYS, FRANCE),
        (EUROPE, AllOf((FRANCE, SMALL))),
        (AnyOf((FRANCE, SMALL)), EUROPE),
        (AnyOf(()), FRANCE),
        (score("lte", 40), score("lt", 40)),
        (score("lt", 20, if_unknown=True), score("lt", 40)),
        (Not(FRANCE), Not(EUROPE)),
        (NOT_FRANCE, BRITAIN),
    ],
)
def test_what_cannot_be_proved_is_not_implied(one: Condition, other: Condition) -> None:
    assert not implies(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (FRANCE, BRITAIN),
        (FRANCE, NOT_FRANCE),
        (AllOf((SMALL, FRANCE)), AllOf((BRITAIN,))),
        (score("gte", 50), score("lt", 50)),
        (score("gt", 50), score("lte", 50)),
    ],
)
def test_different_values_of_one_fact_exclude_each_other(one: Condition, other: Condition) -> None:
    assert contradicts(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (FRANCE, EUROPE),
        (FRANCE, SMALL),
        (FRANCE, AnyOf((BRITAIN, SMALL))),
        (FRANCE, Not(FRANCE)),
        (score("gte", 50), score("lte", 50)),
        (score("gte", 50), score("lt", 50, if_unknown=True)),
    ],
)
def test_what_may_hold_together_does_not_contradict(one: Condition, other: Condition) -> None:
    assert not contradicts(one, other)


def test_the_shipped_policies_raise_no_doubt() -> None:
    assert not [d for d in compiled().diagnostics if d.code.startswith("REL3")]


POLICY = """\
format: relance/v1
kind: policy
id: mine
title: Mine
owner: credit-control@example.com
effective_from: 2027-01-01
calendar: fr-paris
{allow}
steps:
  - id: paper
    at: due+3d
    do: [{{letter: {{template: formal-notice, to: billing}}}}]
variants:
  - {{id: any, when: {{customer.country: [FR, BE]}}}}
  - {{id: one, when: {{customer.country: FR}}}}
"""


def test_allow_silences_for_the_whole_policy() -> None:
    said = {d.code for d in compiled(policies__mine=POLICY.format(allow="")).diagnostics if d.code != "REL290"}
    assert said == {"REL301", "REL302", "REL303"}
    silent = POLICY.format(allow="allow: [REL301, REL302, REL303]")
    assert not {d.code for d in compiled(policies__mine=silent).diagnostics} - {"REL290"}


def test_the_shipped_policies_have_no_word_that_nothing_acts_on() -> None:
    assert [d for d in compiled().diagnostics if d.code == "REL290"] == []
