"""Whether a file has the shape of its kind: the schema's errors, each as one located sentence. Codes REL101 to REL110.

It knows words and grammars only; whether a name exists elsewhere is for the compiler to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache, lru_cache
from typing import cast

from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from rules.diagnostics import Diagnostic, did_you_mean, nearest, quoted, slips
from rules.moments import meant
from rules.money import CURRENCIES, Money, MoneyError
from rules.schemata import Schema, schema
from rules.source import Entry, Node, read
from rules.vocabulary import ACTIONS, FACTS, FORMAT, KINDS, ROLES

# What each grammar is called in a sentence, by the `title` of its schema.
FORMS = {
    "name": "a name in lower case with dashes, such as reminder-1",
    "role": "a role in lower case with dashes, such as credit-controller",
    "moment": "a moment such as due+10d, due-3d, issued+30d or previous+5bd (bd: business days)",
    "duration": "a duration such as 8d, 3bd, 2w or 1m (bd: business days)",
    "amount": "an amount such as 150.00 EUR",
    "percent": "a percentage such as 20%",
    "number": "a number such as 40 or 0.25",
    "count": "a whole number from 1 on, such as 3",
    "country": "a two-letter country code, such as FR",
    "holiday-country": "a two-letter country code, such as FR, or TARGET",
    "language": "a two-letter language code, such as fr",
    "currency": "a currency code, such as EUR",
    "date": "a date such as 2027-01-15",
    "day": "a date such as 2027-01-15 or a moment such as due+10d",
    "month-day": "a day of the year such as 08-01 (month, then day)",
    "time": "a time of day such as 08:30",
    "time-zone": "a time zone such as Europe/Paris",
    "code": "a code such as REL302",
    "email": "an e-mail address such as anne@martin.example",
    "redirect": "an e-mail address, or off",
    "url": "an address such as https://crm.example/hook",
    "colour": 'a colour such as "#1a5fb4"',
    "picture": "the name of a picture such as logo.png",
    "text": "text",
}
_COMPARE = {
    "comparison-amount": "write {gte: 150.00 EUR}, {lt: ...} or both",
    "comparison-number": "write {gte: 30}, {lt: ...} or both",
    "comparison-date": "write {gte: 2027-01-15}, {lt: ...} or both",
    **dict.fromkeys(
        ("comparison", "comparison-text", "comparison-choice", "comparison-country", "comparison-flag"),
        "write the value itself, or {in: [...]}",
    ),
    "comparison-tags": "write {has: [...]} or {lacks: [...]}",
}
_MAP = {
    "action": "write an action and its keys, such as email: {template: reminder-1, to: billing}",
    "condition": "write a fact and its value, such as customer.country: FR",
}
_NOUN = {"action": "action", "condition": "fact", "given": "fact", "fact": "fact"}
_NOT_ISO = {"UK": "GB", "EL": "GR"}

Sayings = Iterable[Diagnostic]


def check_shape(kind: str | None, node: Node, name: str) -> list[Diagnostic]:
    """What is wrong with the shape of a file of `kind`, sorted; None: of the kind that it says itself.

    Values that the reader already refused, which it leaves as "", are passed over.
    """
    if not isinstance(node.value, dict):
        return [
            Diagnostic(name, node.line, node.column, node.width, "error", "REL107", "a file is a map of keys", _HEAD)
        ]
    if kind is None:
        said = node.get("kind")
        kind = said.text if said and said.text in KINDS else None
    return sorted({each for error in broken(kind, node) for each in _Saying(error, node, name).said()})


def formed(kind: str | None, data: bytes, name: str) -> tuple[Node | None, list[Diagnostic]]:
    """A file read and what is wrong with its YAML and its shape; None where it cannot be read as a whole.

    A key that is missing may be in what the reader left out: a merge key, or a key that is a list.
    """
    root, found = _formed(kind, data, name)
    return root, list(found)


@lru_cache(maxsize=256)  # a process reads the same files again and again: to check, to judge, to compare
def _formed(kind: str | None, data: bytes, name: str) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    root, found = read(data, name)
    if root is None:
        return None, tuple(found)
    shape, less = check_shape(kind, root, name), {d.code for d in found} & {"REL007", "REL012"}
    return root, tuple(sorted({*found, *(d for d in shape if not less or d.code != "REL102")}))


def broken(kind: str | None, node: Node) -> Iterable[ValidationError]:
    """What the schema of a kind has against a file; None: against one of no kind."""
    return _validator(kind).iter_errors(node.plain())


_HEAD = "it begins with 'format: relance/v1', 'kind: ...' and 'id: ...'"
_ANY_KIND: Schema = {
    "required": ["format", "kind"],
    "properties": {
        "format": {"title": "choice", "type": "string", "enum": [FORMAT]},
        "kind": {"title": "choice", "type": "string", "enum": list(KINDS)},
    },
}


class _Saying:
    """One error of the schema, the values it is about, and its sentences."""

    def __init__(self, error: ValidationError, root: Node, name: str) -> None:
        self.name = name
        self.node, self.key = _find(root, error.absolute_path)
        self.schema = cast(Schema, error.schema)
        self.title = str(self.schema.get("title", ""))
        self.validator, self.wanted = str(error.validator), error.validator_value

    def said(self) -> Sayings:
        if self.node.value == "":
            return
        match self.validator:
            case "additionalProperties":
                yield from self.unknown_keys()
            case "required":
                yield from self.missing()
            case "enum":
                yield self.not_among([str(choice) for choice in cast(list[object], self.wanted)])
            case "format":
                yield self.not_real()
            case "maxProperties":
                if (found := len(self.actions())) > 1:
                    message = f"exactly one action per list item, found {found}"
                    yield self.at(self.node, "106", message, "start each action with its own dash")
            case "minProperties" | "minItems" | "type" if self.title in _COMPARE:
                yield self.at(self.node, "105", "a comparison is needed here", _COMPARE[self.title])
            case "minProperties" | "minItems":
                if self.title == "action":
                    yield self.at(self.node, "106", "exactly one action per list item, found none")
                else:
                    yield self.at(self.node, "108", "this is empty, and at least one entry is needed")
            case "type":
                yield self.wrong_type()
            case _:
                yield self.wrong_grammar()

    def at(self, node: Node, code: str, message: str, advice: str | None = None) -> Diagnostic:
        return Diagnostic(self.name, node.line, node.column, node.width, "error", f"REL{code}", message, advice)

    # --- keys ---

    def unknown(self) -> list[Entry]:
        """The keys that the schema of this map does not know."""
        if self.schema.get("additionalProperties") is not False:
            return []
        patterns = cast(Schema, self.schema.get("patternProperties", {}))
        known = self.choices()
        return [
            entry
            for key, entry in self.node.items()
            if key not in known and not any(re.fullmatch(pattern, key) for pattern in patterns)
        ]

    def choices(self) -> list[str]:
        return list(cast(Schema, self.schema.get("properties", {})))

    def actions(self) -> list[str]:
        return [entry.key.text for _, entry in self.node.items() if entry.key.text in ACTIONS]

    def unknown_keys(self) -> Sayings:
        noun = "operator" if self.title.startswith("comparison") else _NOUN.get(self.title, "key")
        for entry in self.unknown():
            word = entry.key.text
            if entry.value.value == "" and word[0].isdigit():  # 150,00 EUR within {}, of which the reader has spoken
                continue
            if self.title == "custom":
                yield self.at(entry.key, "104", f"{quoted(word)} is not a fact of your own, such as customer.sector")
                continue
            yield self.at(entry.key, "101", f"unknown {noun} {quoted(word)}", self.meant(word))

    def meant(self, word: str) -> str | None:
        """The help for an unknown key."""
        if self.title == "action":
            for name in self.actions():
                if word in {key.name for key in ACTIONS[name][1]}:
                    return f"indent it, so that it belongs to '{name}'"
        if _NOUN.get(self.title) == "fact":
            whole = [name for name in FACTS if name.partition(".")[2] == word]
            if whole:
                return "did you mean " + _series([f"'{name}'" for name in whole]) + "?"
        return did_you_mean(word, self.choices())

    def missing(self) -> Sayings:
        """Keys that must be there, but for those of which a near miss is."""
        written = [entry.key.text for entry in self.unknown()]
        meant = {nearest(word, self.choices()) for word in written}
        keys = [f"'{key}'" for key in cast(list[str], self.wanted) if self.node.get(key) is None and key not in meant]
        if keys:
            verb = "is" if len(keys) == 1 else "are"
            yield self.at(self.key or self.node, "102", f"{_series(keys, 'and')} {verb} missing")

    # --- values ---

    def not_among(self, choices: list[str]) -> Diagnostic:
        if not isinstance(self.node.value, str | bool | int):
            return self.at(self.node, "107", f"one word is needed here, {_series(choices)}")
        word = self.node.text
        advice = did_you_mean(word, choices)
        if self.title == "fact":
            return self.at(self.node, "101", f"unknown fact {quoted(word)}", advice)
        expected = "" if advice else f", expected {_series(choices)}"
        return self.at(self.node, "103", f"{quoted(word)} is not allowed here{expected}", advice)

    def not_real(self) -> Diagnostic:
        """Of the right form, and yet no such date, amount, currency, country or role."""
        text = self.node.text
        match self.title:
            case "amount":
                return self.at(self.node, "104", _amount_trouble(text))
            case "currency":
                return self.at(self.node, "104", f"{quoted(text)} is not a currency of ISO 4217, such as EUR")
            case "country":
                message = f"{quoted(text)} is not a country code of ISO 3166"
                return self.at(self.node, "104", message, f"did you mean '{_NOT_ISO[text]}'?")
            case "role":
                return self.at(self.node, "103", f"{quoted(text)} is not allowed here", did_you_mean(text, ROLES))
            case "month-day":
                return self.at(self.node, "110", f"{quoted(text)} is not a real day of the year")
            case _:
                return self.at(self.node, "110", f"{quoted(text)} is not a real date")

    def wrong_type(self) -> Diagnostic:
        scalar = isinstance(self.node.value, str | bool | int)
        if self.wanted == "array":
            advice = "write [...], or one item per line, each with a dash" if scalar else "start each item with a dash"
            return self.at(self.node, "107", "a list is needed here", advice)
        if self.wanted == "object":
            keys = ", ".join(f"{key}: ..." for key in cast(list[str], self.schema.get("required", [])))
            example = _MAP.get(self.title) or (f"write {{{keys}}}" if keys else None)
            return self.at(self.node, "107", "a map of keys is needed here", example)
        if "enum" in self.schema:
            return self.not_among(cast(list[str], self.schema["enum"]))
        if self.title == "flag":
            return self.not_among(["true", "false"])
        return self.wrong_grammar()

    def wrong_grammar(self) -> Diagnostic:
        wanted = FORMS.get(self.title, "what is expected here")
        if not isinstance(self.node.value, str | bool | int):
            return self.at(self.node, "107", f"one value is needed here, {wanted}")
        advice = None
        if self.title == "country" and re.fullmatch("[A-Za-z]{2}", code := self.node.text):
            advice = f"did you mean '{_NOT_ISO.get(code.upper(), code.upper())}'?"
        elif self.title == "text":
            advice = f'write "{self.node.text}" in quotes'
        elif self.title in ("moment", "day", "duration") and (said := meant(self.node.text)):
            advice = f"write {said}" if bool(re.search("[+-]", said)) is not (self.title == "duration") else None
        return self.at(self.node, "104", f"{quoted(self.node.text)} is not {wanted}", advice)


def _find(root: Node, path: Iterable[str | int]) -> tuple[Node, Node | None]:
    """The value at a path, and its key when it is the value of one."""
    node, key = root, None
    for part in path:
        match node.value:
            case dict() as entries if isinstance(part, str):
                key, node = entries[part].key, entries[part].value
            case tuple() as items if isinstance(part, int):
                key, node = None, items[part]
    return node, key


def _series(words: list[str], last: str = "or") -> str:
    """a, b or c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _amount_trouble(text: str) -> str:
    try:
        Money.parse(text)
    except MoneyError as error:
        return str(error)
    return f"{quoted(text)} is not {FORMS['amount']}"


# --- the validator ---------------------------------------------------------------------------------------------------


@cache
def _validator(kind: str | None) -> Validator:
    """jsonschema for one kind; `pattern` means the whole text, line ends included."""
    strict: type[Validator] = extend(Draft7Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    checker = FormatChecker(formats=())
    for form, check in _REAL.items():
        checker.checks(form)(_of_text(check))
    return strict(schema(kind) if kind else _ANY_KIND, format_checker=checker)


def _pattern(_: Validator, pattern: str, instance: object, __: Schema) -> Iterable[ValidationError]:
    if isinstance(instance, str) and not re.fullmatch(pattern.removeprefix("^").removesuffix("$"), instance):
        yield ValidationError("pattern")


def _of_text(check: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or check(value)


def _real_date(text: str) -> bool:
    """True for a date of the calendar, and for what has not the form of a date: the pattern has said that."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return True
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _real_amount(text: str) -> bool:
    try:
        Money.parse(text)
    except MoneyError:
        return re.fullmatch(r"[0-9]+(\.[0-9]+)? [A-Z]{3}", text) is None
    return True


_REAL: dict[str, Callable[[str], bool]] = {
    "date": _real_date,
    "day": _real_date,
    "month-day": lambda text: _real_date(f"2000-{text}"),
    "amount": _real_amount,
    "currency": lambda text: text in CURRENCIES or not re.fullmatch("[A-Z]{3}", text),
    "country": lambda text: text not in _NOT_ISO,
    "role": lambda text: text in ROLES or all(slips(text, role) > 2 for role in ROLES),  # others are the business's own
}
