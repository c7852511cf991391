"""Blocks of conditions and tables by a fact, with the values that each fact can have."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from rules.compiling.page import Page, listed
from rules.diagnostics import did_you_mean, quoted
from rules.money import Money
from rules.policy import ALWAYS, AllOf, AnyOf, ByAmount, ByFact, Condition, Literal_, Not, Operator, Test
from rules.source import Node
from rules.vocabulary import FACTS, OPERATORS

T = TypeVar("T")

_ORDERED = frozenset({"number", "amount", "date"})
_CALLED = {"amount": "an amount such as 150.00 EUR", "date": "a date such as 2027-01-31", "flag": "true or false"}


def condition(page: Page, node: Node | None) -> Condition:
    """A block: all its lines must hold. One line is itself; no block always holds."""
    if node is None:
        return ALWAYS
    parts: list[Condition] = []
    for key, entry in node.items():
        match key:
            case "all":
                parts.append(AllOf(tuple(condition(page, block) for block in listed(entry.value))))
            case "any":
                parts.append(AnyOf(tuple(condition(page, block) for block in listed(entry.value))))
            case "not":
                parts.append(Not(condition(page, entry.value)))
            case _:
                parts += _line(page, key, entry.key, entry.value)
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def fact_type(page: Page, name: str, node: Node) -> str:
    """The type of a fact; a custom one must be declared in business.yaml."""
    if name in FACTS:
        return FACTS[name].type
    declared = page.known.custom
    short = name.removeprefix("custom.")
    if declared is not None and short not in declared:
        advice = did_you_mean(short, declared)
        page.error(
            node,
            209,
            f"{quoted(name)} is not declared in business.yaml",
            advice or f"add it, under `custom` in business.yaml: {short}: text",
        )
    return (declared or {}).get(short, "text")


def _line(page: Page, fact: str, key: Node, node: Node) -> list[Condition]:
    """`fact: value`, `fact: [values]` or `fact: {operator: value, ...}`."""
    kind = fact_type(page, fact, key)
    if not isinstance(node.value, dict):
        if kind in _ORDERED and not fact.startswith("custom."):
            page.error(node, 105, "a comparison is needed here", "write {gte: ...}, {lt: ...} or both")
        operator: Operator = "has" if kind == "tags" else "in"
        return [Test(fact, operator, _values(page, kind, node))]
    unknown = node.get("if_unknown")
    if_unknown = page.flag(unknown) if unknown is not None else None
    tests: list[Condition] = []
    for name, entry in node.items():
        if name == "if_unknown":
            continue
        if name == "known":
            tests.append(Test(fact, "known", (page.flag(entry.value),)))
            continue
        if fact.startswith("custom.") and name not in OPERATORS[kind]:  # type: ignore[index]
            page.error(
                entry.key,
                210,
                f"{quoted(name)} does not fit {quoted(fact)}, which is declared as {kind}",
                f"use one of {', '.join(OPERATORS[kind])}",  # type: ignore[index]
            )
        tests.append(Test(fact, cast(Operator, name), _values(page, kind, entry.value), if_unknown))
    return tests


def _values(page: Page, kind: str, node: Node) -> tuple[Literal_, ...]:
    if kind == "amount":
        return page.moneys(node)
    return tuple(_value(page, kind, each) for each in listed(node))


def _value(page: Page, kind: str, node: Node) -> Literal_:
    match kind:
        case "number":
            return page.number(node)
        case "date":
            return page.day(node)
        case "flag":
            if not isinstance(node.value, bool):
                page.error(node, 210, f"{quoted(node.text)} is not {_CALLED[kind]}")
            return page.flag(node)
        case _:
            return node.text


def table(page: Page, node: Node, convert: Callable[[Node], T]) -> T | ByFact[T] | ByAmount[T]:
    """A value, or a table of values `by` a fact."""
    by = node.get("by")
    if by is None:
        return convert(node)
    otherwise = node.get("otherwise")
    last = None if otherwise is None else convert(otherwise)
    below = node.get("below")
    kind = fact_type(page, by.text, by)
    if (below is not None) is not (kind == "amount"):
        advice = "write {by: ..., VALUE: ...}" if below is not None else "write {by: ..., below: [...]}"
        page.error(by, 210, f"{quoted(by.text)} is {'not ' if below is not None else ''}an amount", advice)
    if below is not None:
        if otherwise is None:
            _needs_otherwise(page, by)
        rows = tuple(_row(page, row, convert) for row in listed(below))
        return ByAmount(by.text, rows, last)
    choices = FACTS[by.text].choices if by.text in FACTS else ()
    for key, entry in node.items():
        if choices and key not in ("by", "otherwise", *choices):
            advice = did_you_mean(key, choices) or f"it is one of {', '.join(choices)}"
            page.error(entry.key, 210, f"{quoted(by.text)} is never {quoted(key)}", advice)
    cases = {key: convert(entry.value) for key, entry in node.items() if key not in ("by", "otherwise")}
    if otherwise is None and not _complete(by.text, set(cases)):
        _needs_otherwise(page, by)
    return ByFact(by.text, cases, last)


def _row(page: Page, row: Node, convert: Callable[[Node], T]) -> tuple[tuple[Money, ...], T]:
    amount, use = row.get("amount"), row.get("use")
    assert amount is not None
    assert use is not None
    return page.moneys(amount), convert(use)


def _complete(fact: str, listed_: set[str]) -> bool:
    """Whether the table lists every value that the fact can have."""
    known = FACTS.get(fact)
    return known is not None and bool(known.choices) and set(known.choices) <= listed_


def _needs_otherwise(page: Page, by: Node) -> None:
    page.error(by, 211, f"this table by {quoted(by.text)} has no `otherwise`", "add `otherwise:` for all other values")
