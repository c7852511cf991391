"""The vocabulary and the engine know the same words."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

from rules import policy
from rules.account import Receivable
from rules.facts import Contract, Customer
from rules.reactions import CONFIRMATIONS
from rules.vocabulary import ACTIONS, EVENTS, FACTS, HOLD_KEYS, KINDS

RECKONED = {"customer.broken_promises", "invoice.balance", "invoice.days_overdue"}


def test_facts_are_attributes_of_what_is_imported_or_reckoned() -> None:
    known = {
        f"{group}.{field.name}"
        for group, kept in (("customer", Customer), ("contract", Contract), ("invoice", Receivable))
        for field in fields(kept)
    }
    imported = {name for name in FACTS if name.split(".")[0] in ("customer", "contract", "invoice")}
    assert imported - known == RECKONED


def test_actions_and_holds_are_those_of_the_resolved_policy() -> None:
    assert set(ACTIONS) == {action.__name__.lower() for action in get_args(policy.Action)}
    assert set(HOLD_KEYS) == set(policy.HOLDS)
    assert set(EVENTS) >= CONFIRMATIONS


def test_every_fact_says_what_it_is_and_choices_are_of_choices_only() -> None:
    for fact in FACTS.values():
        assert fact.description
        assert fact.source
        assert fact.unknown
        assert fact.example
        assert bool(fact.choices) is (fact.type == "choice")
    assert len(KINDS) == 6
