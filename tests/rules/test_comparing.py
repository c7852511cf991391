"""What `relance diff` says: each edit of a file, and the sentences that a reader expects of it."""

from __future__ import annotations

import pytest

from rules.comparing import compare, renamed
from rules.policy import Rulebook
from tests.rules.shelf import compiled

POLICY = """\
format: relance/v1
kind: policy
id: mine
title: Mine
owner: anne@martin.example
effective_from: 2026-01-01
calendar: fr-paris
applies_to: {invoice.balance: {gte: 15.00 EUR}}
pacing: {min_gap: 3bd, freshness: 2bd}
holds:
  promise: {tolerance: 2bd, broken: second}
steps:
  - {id: first, level: reminder, at: due+3d, do: [email: {template: reminder-1, to: billing}]}
  - {id: second, level: firm, at: due+10d, do: [email: {template: reminder-2, to: billing}]}
variants:
  - id: good
    when: {customer.score: {gte: 70, if_unknown: false}}
    change: {second: {at: due+18d}}
  - id: small
    when: {customer.segment: small}
    remove: [first]
"""
ASSIGNMENT = """\
format: relance/v1
kind: assignment
id: default
owner: anne@martin.example
pins: []
routes:
  - {id: consumers, when: {customer.kind: consumer}, policy: none, reason: out of scope}
otherwise: {policy: mine}
"""
BETWEEN = "{id: between, level: reminder, at: due+6d, do: [sms: {template: nudge, to: billing}]}"


def book(policy: str = POLICY, assignment: str = ASSIGNMENT) -> Rulebook:
    found = compiled(policies__mine=policy, assignments__default=assignment)
    assert found.rulebook is not None, found.diagnostics
    return found.rulebook


def said(old: Rulebook, new: Rulebook) -> list[str]:
    return [f"{each.where}, {each.what} {each.text}" for each in compare(old, new)]


@pytest.mark.parametrize(
    ("written", "instead", "expected"),
    [
        ("due+3d", "due+1d", ["step first leaves at due+1d instead of due+3d, 2 days earlier"]),
        ("due+3d", "due+1w", ["step first leaves at due+1w instead of due+3d"]),
        ("due+18d", "due+19d", ["variant good, step second leaves at due+19d instead of due+18d, 1 day later"]),
        ("gte: 15.00 EUR", "lt: 20.00 EUR",
         ["applies_to is invoice.balance is below 20.00 EUR, was invoice.balance is at least 15.00 EUR"]),
        ("min_gap: 3bd", "min_gap: 5bd", ["pacing.min_gap is 5bd, was 3bd"]),
        ("tolerance: 2bd, ", "", ["holds.promise.tolerance is gone, it was 2bd"]),
        ("template: reminder-1, to: billing", "template: nudge, to: billing",
         ["step first, do is email nudge to billing, was email reminder-1 to billing"]),
        ("customer.segment: small", "customer.segment: [small, tiny]",
         ["variant small, when is customer.segment is small or tiny, was customer.segment is small"]),
        ("level: firm, at", "level: firm, approval: credit-controller, at",
         ["step second, approval is new: credit-controller, within 5bd, otherwise escalate"]),
        ("  - {id: second", f"  - {BETWEEN}\n  - {{id: second",
         ["step between is new, after first, at due+6d: sms nudge to billing"]),
        ("calendar: fr-paris", "calendar: fr-paris  # Paris", []),
        ("pacing: {min_gap: 3bd, freshness: 2bd}", "pacing: {freshness: 2bd}", []),
    ],
)  # fmt: skip
def test_an_edit_is_said_in_words(written: str, instead: str, expected: list[str]) -> None:
    new = POLICY.replace(written, instead)
    assert new != POLICY
    assert said(book(), book(new)) == [f"policy mine, {each}" for each in expected]


def test_a_change_of_the_base_is_not_said_again_of_every_variant() -> None:
    found = compare(book(), book(POLICY.replace("reminder-1, to: billing", "nudge, to: billing")))
    assert [each.what for each in found] == ["step first, do"]


def test_a_step_that_says_what_it_was_is_renamed_and_not_replaced() -> None:
    new = POLICY.replace("{id: second,", "{id: last-word, was: second,").replace("broken: second", "broken: last-word")
    new = new.replace("change: {second:", "change: {last-word:")
    found = compare(book(), book(new))
    assert ("renamed", "step last-word", "was called second") in [(each.kind, each.what, each.text) for each in found]
    assert not [each for each in found if each.kind in ("added", "removed")]
    mine = book(new).policies["mine"]
    assert renamed(book().policies["mine"], mine) == {"second": "last-word"}
    assert renamed(mine, book().policies["mine"]) == {"last-word": "second"}


def test_a_removed_step_and_a_removed_variant_are_gone() -> None:
    new = POLICY[: POLICY.index("variants:")].replace("promise: {tolerance: 2bd, broken: second}", "promise: {}")
    new = "\n".join(line for line in new.splitlines() if "id: second" not in line)
    removed = [(each.what, each.text) for each in compare(book(), book(new)) if each.kind == "removed"]
    assert ("step second", "is gone") in removed
    assert ("variant good", "is gone") in removed


def test_variants_read_in_another_order_are_another_policy() -> None:
    head, _, variants = POLICY.partition("variants:\n")
    good, small = variants[: variants.index("  - id: small")], variants[variants.index("  - id: small") :]
    assert said(book(), book(f"{head}variants:\n{small}{good}")) == [
        "policy mine, variants are read in another order: small, good"
    ]


def test_routes_and_pins_are_compared() -> None:
    pin = "pins: [{customer: C-1, policy: mine, reason: agreed, until: 2027-03-31}]"
    new = ASSIGNMENT.replace("pins: []", pin).replace("customer.kind: consumer", "invoice.number: X")
    was, now = "policy none where customer.kind is consumer", "policy none where invoice.number is X"
    assert said(book(), book(assignment=new)) == [
        f"assignment, route consumers is {now}, was {was}",
        "assignment, pin of C-1 is new: policy mine until 2027-03-31, agreed",
    ]


def test_a_policy_of_its_own_is_new() -> None:
    one = compiled(policies__mine=POLICY, assignments__default=ASSIGNMENT).rulebook
    two = compiled(
        policies__mine=POLICY, policies__other=POLICY.replace("id: mine", "id: other"), assignments__default=ASSIGNMENT
    ).rulebook
    assert one is not None
    assert two is not None
    assert said(one, two) == ["policy other,  is new"]
    assert said(two, one) == ["policy other,  is gone"]


def test_nothing_is_said_of_the_same() -> None:
    assert compare(book(), book()) == []
