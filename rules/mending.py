"""A file whose shape is wrong, put right as far as that goes, so that the rest is judged in the same pass.

A word takes the place of its near miss, and a harmless value that of one that cannot be read. Nothing is made of such
a file, and nothing is said of what was put into it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import cast
from unicodedata import normalize

from jsonschema.exceptions import ValidationError

from rules.diagnostics import Diagnostic, nearest
from rules.moments import NAME
from rules.schemata import Schema, schema
from rules.shape import broken
from rules.source import Entry, Node, Plain

_ROUNDS = 12  # what was put right may show what is wrong below or above it
_OF_STEPS = frozenset({"REL203", "REL204"})
_NOWHERE = Node("", 0, 0, 0, "")
_HARMLESS: Schema = {
    "moment": "payment-run",  # nobody can say that it comes too early
    "day": "2027-01-15",
    "date": "2027-01-15",
    "month-day": "01-15",
    "time": "09:00",
    "time-zone": "Europe/Paris",
    "duration": "1d",
    "amount": "1.00 EUR",
    "percent": "1%",
    "number": "1",
    "country": "FR",
    "holiday-country": "FR",
    "language": "fr",
    "currency": "EUR",
    "code": "REL301",
    "email": "a@b.example",
    "redirect": "off",
    "url": "https://b.example",
    "colour": "#000000",
    "picture": "a.png",
    "flag": False,
    "count": 1,
    "condition": {"customer.country": "FR"},
    "action": {"task": {"queue": "x", "title": "x"}},
}


@dataclass(frozen=True, slots=True)
class Mended:
    """A file of the right shape, and the places (line, column) of which nothing is to be said.

    `nameless`: it has steps of which nobody knows the name, so that no other name of a step is surely wrong.
    """

    root: Node
    silent: frozenset[tuple[int, int]]
    nameless: bool
    written: Node

    def sure(self, key: str) -> bool:
        """Whether the names below a key of the file are all that were meant, though what they say may be wrong."""
        now, then = self._both(key)
        if now is None or then is None:
            kept = {entry.key.text for _, entry in self.root.items()}
            return now is None and all(name in kept for name, _ in self.written.items())
        return isinstance(then.value, dict) and dict(now.items()).keys() == dict(then.items()).keys()

    def same(self, key: str) -> bool:
        """Whether what a key of the file says stands as it was written."""
        now, then = self._both(key)
        return self.sure(key) if now is None or then is None else now.plain() == then.plain()

    def _both(self, key: str) -> tuple[Node | None, Node | None]:
        """The value of a key of the file, and as it was written, perhaps under a near miss of the key."""
        entry = dict(self.root.items()).get(key)
        return (entry.value, self.written.get(entry.key.text)) if entry else (None, None)

    def heard(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The errors that are about what was written."""
        errors = (d for d in found if d.severity == "error" and (d.line, d.column) not in self.silent)
        return [d for d in errors if not (self.nameless and d.code in _OF_STEPS)]


def mended(kind: str, root: Node) -> Mended | None:
    """The file as far as it can be understood; None where that is not far enough.

    >>> from rules.source import read
    >>> mended("calendar", read(b"time_zon: Europe/Paris", "a.yaml")[0]).root.get("time_zone").text
    'Europe/Paris'
    """
    work, nameless, written = _Mending(kind, {(0, 0), *_refused(root)}), False, root
    for _ in range(_ROUNDS):
        errors = sorted(broken(kind, root), key=lambda error: -len(error.absolute_path))
        if not errors:
            return Mended(root, frozenset(work.silent), nameless, written)
        nameless |= any(map(_nameless, errors))
        for error in errors:
            root = _changed(root, list(error.absolute_path), work.cure(error))
    return None


def _refused(node: Node) -> Iterable[tuple[int, int]]:
    """Where the reader found no value, and has said so."""
    if node.value == "":
        yield node.line, node.column
    for child in node.value if isinstance(node.value, tuple) else [entry.value for _, entry in node.items()]:
        yield from _refused(child)


def _nameless(error: ValidationError) -> bool:
    """Whether a step, or all of them, may be meant by any name elsewhere in the file."""
    if error.validator != "required":
        return False
    missing = set(cast("list[str]", error.validator_value)) - set(cast("dict[str, Plain]", error.instance))
    near = {nearest(key, missing) for key in cast("dict[str, Plain]", error.instance)}
    return bool(missing & ({"id"} if error.absolute_path else {"steps"}) - near)


def _changed(node: Node, path: Sequence[str | int], cure: Callable[[Node], Node]) -> Node:
    """The tree with the value at a path cured; as it was where an earlier cure has taken that away."""
    if not path:
        return cure(node)
    first, rest = path[0], path[1:]
    match node.value:
        case dict() as entries if isinstance(first, str) and first in entries:
            below = Entry(entries[first].key, _changed(entries[first].value, rest, cure))
            return replace(node, value={**entries, first: below})
        case tuple() as found if isinstance(first, int) and first < len(found):
            return replace(node, value=(*found[:first], _changed(found[first], rest, cure), *found[first + 1 :]))
    return node


@dataclass(slots=True)
class _Mending:
    """One file's cures; `silent` grows with each."""

    kind: str
    silent: set[tuple[int, int]] = field(default_factory=set)

    def cure(self, error: ValidationError) -> Callable[[Node], Node]:
        """What is to be done with the value that an error is about."""
        found = cast(Schema, error.schema)
        match error.validator:
            case "additionalProperties":
                return lambda node: self._renamed(node, found)
            case "required":
                return lambda node: self._completed(node, found)
            case "maxProperties":
                return lambda node: replace(node, value=dict(list(node.items())[: cast(int, error.validator_value)]))
        return lambda node: self._replaced(node, found)

    def _renamed(self, node: Node, found: Schema) -> Node:
        """Unknown keys under the name that was meant, or gone."""
        properties, patterns = _properties(found), cast(Schema, found.get("patternProperties", {}))
        kept: dict[str, Entry] = {}
        for key, entry in node.items():
            name: str | None = key
            if key not in properties and not any(re.fullmatch(pattern, key) for pattern in patterns):
                self.silent.add((entry.key.line, entry.key.column))
                name = nearest(key, properties)
            if name == key or (name is not None and name not in kept and node.get(name) is None):
                kept[name] = entry
        return replace(node, value=kept)

    def _completed(self, node: Node, found: Schema) -> Node:
        """Keys that are missing, with a harmless value."""
        properties, written = _properties(found), dict(node.items())
        for key in cast("list[str]", found["required"]):
            if key not in written:
                value = _node(self._harmless(cast(Schema, properties.get(key, {}))), _NOWHERE)
                written[key] = Entry(replace(_NOWHERE, value=key, text=key), value)
        return replace(node, value=written)

    def _replaced(self, node: Node, found: Schema) -> Node:
        """The choice or the name that was meant, or a harmless value."""
        self.silent.add((node.line, node.column))
        meant = nearest(node.text, cast("list[str]", found.get("enum", [])))
        if found.get("title") == "name":
            meant = _as_name(node.text)
        return _node(meant or self._harmless(found), node)

    def _harmless(self, found: Schema) -> Plain:
        """The least that fits a schema."""
        while "$ref" in found or "else" in found:
            name = str(found.get("$ref", "")).rpartition("/")[2]
            found = cast(Schema, cast(Schema, schema(self.kind)["definitions"])[name] if name else found["else"])
        title = str(found.get("title", ""))
        if title in _HARMLESS:
            return _HARMLESS[title]
        properties = _properties(found)
        match found.get("enum"), found.get("type"):
            case [first, *_], _:
                return first
            case _, "array":
                return [self._harmless(cast(Schema, found["items"]))] if "minItems" in found else []
            case _, "object":
                least = list(properties)[: cast(int, found.get("minProperties", 0))]
                keys = cast("list[str]", found.get("required", least))
                return {key: self._harmless(cast(Schema, properties[key])) for key in keys}
        return "x"


def _as_name(text: str) -> str | None:
    """What was written as a name.

    >>> _as_name("Relance n° 1"), _as_name("***")
    ('relance-n-1', None)
    """
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub("[^a-z0-9]+", "-", plain).strip("-")
    return name if NAME.fullmatch(name) else None


def _properties(found: Schema) -> Schema:
    return cast(Schema, found.get("properties", {}))


def _node(value: Plain, like: Node) -> Node:
    """A value as if it stood where `like` stands."""
    match value:
        case dict():
            keys = {key: replace(like, value=key, text=key) for key in value}
            return replace(like, value={k: Entry(keys[k], _node(each, like)) for k, each in value.items()}, text="")
        case list():
            return replace(like, value=tuple(_node(each, like) for each in value), text="")
    return replace(like, value=value, text=str(value).lower() if isinstance(value, bool) else str(value))
