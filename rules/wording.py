"""Policy values in words: what a condition asks, what an action does, when a step leaves. It judges nothing.

>>> said(Test("invoice.balance", "gte", (Money(1500, "EUR"),)))
'invoice.balance is at least 15.00 EUR'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass

from rules.money import Money
from rules.policy import (
    AllOf,
    AnyOf,
    Approval,
    ByAmount,
    ByFact,
    Call,
    Charge,
    Condition,
    Deadline,
    Debit,
    Email,
    Handoff,
    Interest,
    Letter,
    Not,
    Notify,
    Place,
    Repeat,
    Restrict,
    Sms,
    Task,
    Test,
    Webhook,
)

_OPERATORS = {"gte": "is at least", "gt": "is above", "lte": "is at most", "lt": "is below", "in": "is", "has": "has"}
_OPERATORS |= {"not_in": "is not", "lacks": "lacks"}


def said(value: object) -> str:
    """Any value of a resolved policy, calendar, assignment or business, on one line; "nothing" for None."""
    match value:
        case None | () | AllOf(()):
            return "nothing"
        case bool():
            return "true" if value else "false"
        case Test() | AllOf() | AnyOf() | Not():
            return condition(value)
        case ByFact():
            cases = [f"{key}: {said(each)}" for key, each in value.cases.items()]
            return _table(value.fact, cases, value.otherwise)
        case ByAmount():
            rows = [f"below {_either(amounts)}: {said(use)}" for amounts, use in value.below]
            return _table(value.fact, rows, value.otherwise)
        case tuple() | list():
            return ", ".join(map(said, value))
        case frozenset() | set():
            return ", ".join(sorted(map(said, value)))
        case Mapping():
            return ", ".join(f"{said(key)}: {said(each)}" for key, each in value.items()) or "nothing"
    return _thing(value) if is_dataclass(value) and not isinstance(value, Money) else str(value)


def _table(fact: str, rows: list[str], otherwise: object) -> str:
    rest = [] if otherwise is None else [f"otherwise: {said(otherwise)}"]
    return f"by {fact} ({', '.join([*rows, *rest])})"


def condition(asked: Condition) -> str:
    """What a condition asks, as a clause."""
    match asked:
        case AllOf(parts):
            return " and ".join(_clauses(parts)) or "always"
        case AnyOf(parts):
            return " or ".join(_clauses(parts))
        case Not(part):
            return f"not ({condition(part)})"
        case Test(fact, "known", values):
            return f"{fact} is {'known' if values[0] else 'not known'}"
        case Test(fact, operator, values, if_unknown):
            doubt = "" if if_unknown is None else f" (taken as {'met' if if_unknown else 'not met'} when not known)"
            return f"{fact} {_OPERATORS[operator]} {_either(values)}{doubt}"


def _clauses(parts: Iterable[Condition]) -> Iterator[str]:
    for part in parts:
        nested = isinstance(part, AllOf | AnyOf) and len(part.parts) > 1
        yield f"({condition(part)})" if nested else condition(part)


def _either(values: Iterable[object]) -> str:
    return " or ".join(map(said, values)) or "nothing"


def _thing(value: object) -> str:
    """An action or another group of keys."""
    match value:
        case Email() | Sms() | Letter():
            return _message(value)
        case Call():
            return f"call on queue {value.queue}, script {value.script}, {value.attempts} attempts"
        case Task():
            return f"task on queue {value.queue}: {value.title}"
        case Webhook():
            return f"webhook {value.to}"
        case Charge():
            return f"charge {value.terms}, {'mentioned' if value.claim == 'mention' else 'invoiced'}"
        case Debit():
            otherwise = f" or else {said(value.fallback)}" if value.fallback is not None else ""
            return f"debit on the {value.mandate} mandate{otherwise}"
        case Restrict():
            return f"restrict {value.what} with {value.notice} notice"
        case Handoff():
            return f"handoff to {said(value.to)} ({value.kind}, {value.scope})"
        case Approval():
            return f"{said(value.who)}, within {value.within}, otherwise {value.otherwise}"
        case Notify():
            return f"{value.who}, {value.before} before"
        case Deadline():
            return f"{value.of} from the day it is {value.since}"
        case Repeat():
            return f"every {value.every}, {value.times} times"
        case Interest():
            return f"{value.base} + {value.plus}%" + (", frozen at the start" if value.frozen_at_start else "")
    return _keys(value) if type(value).__str__ is object.__str__ else str(value)


def _message(value: Email | Sms | Letter) -> str:
    parts = [type(value).__name__.lower()]
    if isinstance(value, Letter) and value.registered:
        parts = [f"registered letter ({value.registered})"]
    parts.append(f"{said(value.template)} to {_either(value.to)}")
    if isinstance(value, Email):
        named = (("cc", value.cc), ("bcc", value.bcc), ("from", (value.sender,) if value.sender else ()))
        parts += [f"{name} {said(roles)}" for name, roles in named if roles]
    if isinstance(value, Letter) and value.sender:
        parts.append(f"from {value.sender}")
    if not isinstance(value, Sms) and value.attach:
        parts.append(f"with {' and '.join(value.attach)}")
    if value.fallback is not None:
        parts.append(f"or else {said(value.fallback)}")
    return " ".join(parts)


def _keys(value: object) -> str:
    """The keys of a group that are not at their defaults."""
    shown = []
    for field in fields(value):  # type: ignore[arg-type]
        each = getattr(value, field.name)
        default = field.default if field.default is not MISSING else None
        if each != default and not isinstance(each, Place):
            shown.append(f"{field.name} {said(each)}")
    return ", ".join(shown) or "as usual"
