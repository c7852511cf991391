"""What every judgement must be, whatever it says: values of their declared types, of what exists, that can be said."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import UTC
from functools import cache
from typing import Any

from rules import facts as f
from rules.account import Account
from rules.decision import Decision
from rules.explain import sentences, waiting


def sound(decision: Decision, account: Account) -> None:
    """Asserts it of a decision, `account` as it was or became by it."""
    assert is_of(decision, Decision), wrong(decision)
    for fact in (*decision.facts, *(fact for act in decision.acts for fact in act.facts)):
        assert fact.at == decision.at, fact
        assert about_what_exists(fact, account), fact
    for reasons in decision.reasons.values():
        assert all(sentences(reasons, UTC)), reasons
    waits = [str(reason.values[0]) for each in decision.reasons.values() for reason in each if reason.code == "waits"]
    for why in (*waits, *(step.why for step in decision.next_steps.values())):
        assert waiting(why) != why.replace("-", " "), f"{why} has no words"


def about_what_exists(fact: f.Fact, account: Account) -> bool:
    """Whether the receivable, the scope and its subject that a fact names are those of this customer."""
    receivable, subject = getattr(fact, "receivable", None), getattr(fact, "subject", None)
    known = {
        None: [None],
        "receivable": account.receivables,
        "contract": account.contracts,
        "customer": [account.customer.id, *account.others],
        "business": ["business"],
    }
    return (receivable is None or receivable in account.receivables) and subject in known[getattr(fact, "scope", None)]


def wrong(value: Any) -> list[str]:
    """The fields of a dataclass, or of what it is made of, that are not of their types."""
    hints = _hints(type(value))
    return [f"{type(value).__name__}.{name} = {getattr(value, name)!r}" for name, hint in hints.items()
            if not is_of(getattr(value, name), hint)]  # fmt: skip


def is_of(value: Any, kind: Any) -> bool:
    """Whether a value is exactly of the type declared, to the last field and element."""
    if kind is Any or kind is object:
        return True
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is None:
        return type(value) is kind and all(is_of(getattr(value, name), hint) for name, hint in _hints(kind).items())
    if origin is typing.Literal:
        return value in arguments
    if origin in (typing.Union, types.UnionType):
        return is_of(value, type(value)) if type(value) in arguments else any(is_of(value, each) for each in arguments)
    if origin is tuple:
        if arguments[-1] is not Ellipsis:
            return type(value) is tuple and len(value) == len(arguments) and all(map(is_of, value, arguments))
        return type(value) is tuple and all(is_of(each, arguments[0]) for each in value)
    if origin is frozenset:
        return type(value) is frozenset and all(is_of(each, arguments[0]) for each in value)
    if dataclasses.is_dataclass(origin):  # a look-up of a policy, which the compiler has made
        return type(value) is origin
    assert origin in (dict, Mapping), kind
    return isinstance(value, Mapping) and all(
        is_of(k, arguments[0]) and is_of(v, arguments[1]) for k, v in value.items()
    )


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind) if dataclasses.is_dataclass(kind) else {}
