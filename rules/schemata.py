"""The JSON Schemas (draft-07) of our kinds of file, from the vocabulary: for editors and for shape.py.

No `oneOf`: where a value may be text, a list or a map, `if` chooses by the type, so that every error has one place.
`title` names a grammar; shape.py has a sentence for each.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TypeAlias

from rules.moments import NAME
from rules.source import Plain, read
from rules.vocabulary import (
    ACTIONS,
    ANY_OPERATOR,
    BLOCKS,
    CHOICES,
    CUSTOM_FACT,
    CUSTOM_TYPES,
    FACTS,
    OPERATORS,
    RESUMES,
    Fact,
    Key,
    Type,
)

Schema: TypeAlias = dict[str, Plain]

_OFFSET = "[0-9]{1,4}(d|bd|w|m)"
_ANCHOR = rf"{NAME.pattern}(\.(presented|deadline))?"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"

PATTERNS: dict[str, str] = {
    "name": NAME.pattern,
    "moment": rf"{_ANCHOR}([+-]{_OFFSET})?",
    "duration": _OFFSET,
    "amount": r"[0-9]{1,15}(\.[0-9]{1,3})? [A-Z]{3}",
    "percent": r"[0-9]{1,3}(\.[0-9]{1,4})?%",
    "number": r"-?[0-9]{1,15}(\.[0-9]{1,6})?",
    "country": "[A-Z]{2}",
    "holiday-country": "[A-Z]{2}|TARGET",
    "language": "[a-z]{2}",
    "currency": "[A-Z]{3}",
    "date": _DATE,
    "day": rf"{_DATE}|{_ANCHOR}([+-]{_OFFSET})?",
    "month-day": "[0-9]{2}-[0-9]{2}",
    "time": "([01][0-9]|2[0-3]):[0-5][0-9]",
    "time-zone": r"[A-Z][A-Za-z_]*(/[A-Za-z0-9_+-]+)*",
    "code": "REL[0-9]{3}",
    "email": _EMAIL,
    "redirect": rf"off|{_EMAIL}",
    "url": r"https?://\S+",
    "colour": "#[0-9a-fA-F]{6}",
    "picture": r"[a-z0-9_][a-z0-9_-]*\.(png|jpg|jpeg)",
}
FORMATS = frozenset({"amount", "currency", "country", "date", "day", "month-day", "role"})  # checked beyond the pattern


@cache
def schema(kind: str) -> Schema:
    """The schema of a kind of file, complete in itself; not to be changed."""
    made = _Definitions(kind)
    root = made.block(kind)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"{kind}.v1.json",
        "description": f"A file of kind {kind}.",
        **root,
        "definitions": dict(sorted(made.found.items())),
    }


def written(kind: str) -> str:
    """The schema of a kind as the text of its committed file."""
    return json.dumps(schema(kind), ensure_ascii=False, indent=1) + "\n"


def _grammar(title: str) -> Schema:
    types: Plain = ["string", "integer"] if title == "number" else "string"
    made: Schema = {"title": title, "type": types, "pattern": f"^({PATTERNS.get(title, NAME.pattern)})$"}
    return made | {"format": title} if title in FORMATS else made


def _choices(choices: tuple[str, ...], title: str = "choice") -> Schema:
    return {"title": title, "type": "string", "enum": list(choices)}


def _by_type(otherwise: Schema, **cases: Schema) -> Schema:
    """`array` and `object` values by their own schema, all others by `otherwise`."""
    for kind, case in cases.items():
        otherwise = {"if": {"type": kind}, "then": case, "else": otherwise}
    return otherwise


def _map(title: str, properties: Schema, **more: Plain) -> Schema:
    return {"title": title, "type": "object", "properties": properties, "additionalProperties": False, **more}


def _list(items: Schema, least: int = 0) -> Schema:
    made: Schema = {"title": "list", "type": "array", "items": items}
    return made | {"minItems": least} if least else made


def _one_or_more(value: Schema) -> Schema:
    return _by_type(value, array=_list(value, 1))


def _said(description: str, example: Plain, value: Schema) -> Schema:
    """A property as the reader of an editor sees it."""
    return {"description": f"{description}.", "examples": [example], **value}


_TEXT: Schema = {"title": "text", "type": ["string", "integer"]}
_ANY: Schema = {"title": "text", "type": ["string", "integer", "boolean"]}
_FLAG: Schema = {"title": "flag", "type": "boolean"}
_COUNT: Schema = {"title": "count", "type": "integer", "minimum": 1}
_FACT: Schema = {
    "if": {"type": "string", "pattern": f"^{CUSTOM_FACT.pattern}$"},
    "then": {},
    "else": _choices(tuple(FACTS), "fact"),
}


def literal(kind: Type, choices: tuple[str, ...] = ()) -> Schema:
    """One value of a fact, as a condition or a test writes it."""
    match kind:
        case "text" | "tags":
            return _TEXT
        case "choice":
            return _choices(choices)
        case "flag":
            return _FLAG
        case _:
            return _grammar(kind)


def _operators(kind: Type, value: Schema) -> Schema:
    ordered = kind in ("number", "date")
    said: Schema = {name: value if ordered else _one_or_more(value) for name in OPERATORS[kind]}
    return said | dict.fromkeys(ANY_OPERATOR, _FLAG)


def _comparison(kind: Type, value: Schema) -> Schema:
    lonely: Schema = {"if": {"required": ["if_unknown"]}, "then": {"title": f"comparison-{kind}", "minProperties": 2}}
    return _map(f"comparison-{kind}", _operators(kind, value), minProperties=1, **lonely)


def tested(kind: Type, value: Schema) -> Schema:
    """What may follow a fact of a type in a condition."""
    comparison = _comparison(kind, value)
    if kind in ("number", "amount", "date", "tags"):
        return comparison
    return _by_type(value, array=_list(value, 1), object=comparison)


def _tested_custom() -> Schema:
    """What may follow a fact of the business's own, whose type its business.yaml knows."""
    operators: Schema = {}
    for kind in OPERATORS:
        operators |= _operators(kind, _ANY)
    operators |= {name: _one_or_more(_ANY) for name in operators} | dict.fromkeys(ANY_OPERATOR, _FLAG)
    return _by_type(_ANY, array=_list(_ANY, 1), object=_map("comparison", operators, minProperties=1))


def _example(text: str) -> Plain:
    node, found = read(f"example: {text}".encode(), "example")
    assert node is not None, text
    assert not found, text
    example = node.get("example")
    assert example is not None
    return example.plain()


_TESTED: dict[str, Type] = {f"condition-{kind}": kind for kind in OPERATORS if kind != "choice"}


class _Definitions:
    """The blocks that one kind of file reaches, made as they are asked for."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.found: dict[str, Plain] = {}

    def ref(self, name: str) -> Schema:
        if name not in self.found:
            self.found[name] = {}  # blocks recur
            self.found[name] = self.named(name)
        return {"$ref": f"#/definitions/{name}"}

    def named(self, name: str) -> Schema:
        if name.startswith("action-"):
            return self.keys(ACTIONS[name.removeprefix("action-")][1])
        match name:
            case "action":
                actions: Schema = {
                    action: _said(what, _action_example(keys), self.ref(f"action-{action}"))
                    for action, (what, keys) in ACTIONS.items()
                }
                return _map("action", actions, minProperties=1, maxProperties=1)
            case "condition":
                return self.condition()
            case "condition-custom":
                return _tested_custom()
            case "given":
                return self.given()
            case _ if name in _TESTED:
                return tested(_TESTED[name], literal(_TESTED[name]))
            case _:
                return self.block(name)

    def block(self, name: str) -> Schema:
        made = self.keys(BLOCKS[name])
        if name == "event":  # a fact's new value is an event too
            given = self.given()
            made["properties"] = {**_properties(made), **_properties(given)}
            made["patternProperties"] = given["patternProperties"]
        return made

    def keys(self, keys: tuple[Key, ...]) -> Schema:
        properties: Schema = {key.name: _said(key.description, _example(key.example), self.value(key)) for key in keys}
        made = _map("block", properties)
        if required := [key.name for key in keys if key.required]:
            made["required"] = list[Plain](required)
        return made

    def value(self, key: Key) -> Schema:
        made = self.one(key.value, key)
        if not key.by:
            return made
        table: Schema = {"title": "by-table", "type": "object", "required": ["by"]}
        if key.by == "fact":
            return _by_type(
                made, object=table | {"properties": {"by": _FACT, "otherwise": made}, "additionalProperties": made}
            )
        row = _map("block", {"amount": _one_or_more(_grammar("amount")), "use": made}, required=["amount", "use"])
        properties: Schema = {"by": _FACT, "below": _list(row, 1), "otherwise": made}
        return _by_type(made, object=_map("by-table", properties, required=["by", "below"]))

    def one(self, value: str, key: Key) -> Schema:
        """The schema of a `Key.value`."""
        if value.endswith("?"):
            return _one_or_more(self.one(value[:-1], key))
        if value.startswith("["):
            return _list(self.one(value.strip("[]+"), key), least=int(value.endswith("+")))
        if value.startswith("{"):
            return {"title": "map", "type": "object", "additionalProperties": self.one(value[1:-1], key)}
        if value.startswith("@"):
            return self.ref(value[1:])
        return self.special(value, key)

    def special(self, value: str, key: Key) -> Schema:
        match value:
            case "text":
                return _TEXT
            case "flag":
                return _FLAG
            case "count":
                return _COUNT
            case "fact":
                return _FACT
            case "choice":
                return _choices(key.choices)
            case "kind":
                return _choices((self.kind,))
            case "condition" | "action" | "given":
                return self.ref(value)
            case "contact":
                first: Schema = {"first_of": _list(_grammar("name"), 1)}
                return _by_type(_grammar("name"), object=_map("block", first, required=["first_of"]))
            case "approval":
                return _by_type(_grammar("role"), object=self.ref("approval"))
            case "fallback":
                return _by_type(_choices(("email", "sms", "letter")), object=self.ref("action"))
            case "flat":
                return _by_type(_grammar("amount"), array=_list(self.ref("flat_fee"), 1))
            case "resume":
                return _by_type(_choices(RESUMES), object=self.ref("resume"))
            case "custom":
                return _map("custom", {}, patternProperties={_CUSTOM_KEY: _choices(CUSTOM_TYPES)})
            case "step":
                return _grammar("name")
        return _choices(CHOICES[value]) if value in CHOICES else _grammar(value)

    def condition(self) -> Schema:
        blocks = _list(self.ref("condition"), 1)
        block: Plain = {"customer.country": "FR"}
        properties: Schema = {
            "all": _said("Every block must hold", [block], blocks),
            "any": _said("One block must hold", [block], blocks),
            "not": _said("The block must not hold", block, self.ref("condition")),
        }
        for name, fact in FACTS.items():
            unknown = "" if fact.unknown == "never" else f". Not known when {fact.unknown}"
            value = (
                self.ref(f"condition-{fact.type}")
                if not fact.choices
                else tested("choice", literal("choice", fact.choices))
            )
            properties[name] = _said(fact.description + unknown, _fact_example(fact), value)
        custom: Schema = {f"^{CUSTOM_FACT.pattern}$": self.ref("condition-custom")}
        return _map("condition", properties, minProperties=1, patternProperties=custom)

    def given(self) -> Schema:
        facts: Schema = {}
        for name, fact in FACTS.items():
            value, example = literal(fact.type, fact.choices), _example(fact.example)
            if fact.type == "tags":
                value, example = _list(value), [example]
            facts[name] = _said(fact.description, example, value)
        return _map("given", facts, patternProperties={f"^{CUSTOM_FACT.pattern}$": _ANY})


_CUSTOM_KEY = f"^{CUSTOM_FACT.pattern.removeprefix('custom').removeprefix(chr(92) + '.')}$"


def _properties(schema: Schema) -> Schema:
    properties = schema["properties"]
    assert isinstance(properties, dict)
    return properties


def _action_example(keys: tuple[Key, ...]) -> Plain:
    return {key.name: _example(key.example) for key in keys if key.required}


def _fact_example(fact: Fact) -> Plain:
    match fact.type:
        case "number" | "amount" | "date":
            return {"gte": _example(fact.example)}
        case "tags":
            return {"has": [fact.example]}
        case _:
            return _example(fact.example)
