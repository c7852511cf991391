"""The strict reader of our YAML: text, `true`, `false` and plain integers, each with its line and column.

It guesses no other type and refuses anchors, aliases, tags, merge keys, nulls, duplicate keys and second documents.
It never raises: what is wrong comes back as diagnostics, codes REL001 to REL013.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml
from yaml import events as e
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from rules.diagnostics import BREAKS, UNPRINTABLE, Diagnostic, quoted

MAX_BYTES = 256 * 1024
MAX_EVENTS = 20_000
MAX_DEPTH = 24

Plain = str | bool | int | list["Plain"] | dict[str, "Plain"]

Place = tuple[int, int, int]  # line, column, width

_INTEGER = re.compile("0|-?[1-9][0-9]{0,17}")
_DECIMALS = "a comma starts a new key here; decimals take a dot"
_NO_VALUE = "write one, or remove the key"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a file and where it starts (from 1). `text` is a scalar's characters, "" for lists and maps."""

    value: str | bool | int | tuple[Node, ...] | dict[str, Entry]
    line: int
    column: int
    width: int
    text: str

    def get(self, key: str) -> Node | None:
        """The value under `key`, or None when this is not a map or lacks it."""
        entry = self.value.get(key) if isinstance(self.value, dict) else None
        return entry.value if entry else None

    def items(self) -> Iterable[tuple[str, Entry]]:
        """The entries of a map in the order written; nothing for a list or scalar."""
        return self.value.items() if isinstance(self.value, dict) else ()

    def plain(self) -> Plain:
        """The same as dict, list, str, bool and int."""
        match self.value:
            case dict():
                return {key: entry.value.plain() for key, entry in self.value.items()}
            case tuple():
                return [node.plain() for node in self.value]
            case scalar:
                return scalar


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a map, always text, and its value."""

    key: Node
    value: Node


def read(data: bytes, name: str) -> tuple[Node | None, list[Diagnostic]]:
    """The one document of a file and what is wrong with it; None when it cannot be read as a whole.

    With a Node and diagnostics both, the Node leaves out second keys of a name, and an empty value is "".

    >>> read(b"country: NO", "a.yaml")[0].get("country").value
    'NO'
    """
    if len(data) > MAX_BYTES:
        return None, [_error(name, (1, 1, 1), "001", "the file is larger than 256 KiB", "split it")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _end_of(data[: error.start].decode("utf-8-sig"))
        return None, [_error(name, place, "002", "this is not UTF-8 text", "save the file with the encoding UTF-8")]
    if found := UNPRINTABLE.search(text):
        return None, [_error(name, _end_of(text[: found.start()]), "003", _not_allowed(found[0]))]
    reading = _Reading(text, name)
    return reading.document(), sorted(reading.diagnostics)


class _Refused(Exception):
    """The rest of the file cannot be read; the reason is already among the diagnostics."""


class _Stream(Reader, Scanner, Parser):
    """PyYAML up to its parser: no composer, no resolver, no constructor."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


class _Reading:
    """One pass over PyYAML's events; recursion is bounded by MAX_DEPTH."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.lines = BREAKS.split(text)
        self.stream = _Stream(text)
        self.diagnostics: list[Diagnostic] = []
        self.count = 0

    def document(self) -> Node | None:
        try:
            self.next()  # the stream's start
            start = self.next()
            root = self.node(self.next(), 1) if isinstance(start, e.DocumentStartEvent) else None
            if root is None or root.value == "":
                if not self.diagnostics:  # an alias stands for nothing too, and has been told
                    self.report((1, 1, 1), "013", "the file is empty")
                return None
            self.next()  # the document's end
            if isinstance(second := self.next(), e.DocumentStartEvent):
                self.report(self.place(second), "009", "a second document starts here", "one file holds one object")
        except _Refused:
            return None
        except (ValueError, OverflowError):  # PyYAML on numbers out of range in escapes and directives
            self.report((self.stream.line + 1, self.stream.column + 1, 1), "004", "a number here is out of range")
            return None
        return root

    def next(self) -> e.Event:
        """The next event; raises _Refused on bad YAML and on too many events."""
        self.count += 1
        try:
            event: e.Event = self.stream.get_event()  # type: ignore[no-untyped-call]
        except yaml.MarkedYAMLError as error:
            self.diagnostics.append(self.explained(error))
            raise _Refused from None
        if self.count > MAX_EVENTS:
            self.report(self.place(event), "001", "the file has more than 20,000 values", "split it")
            raise _Refused
        return event

    def node(self, event: e.Event, depth: int) -> Node:
        """The value that starts with `event`; an alias becomes an empty text."""
        line, column, width = place = self.place(event)
        if depth > MAX_DEPTH:
            self.report(place, "011", "lists and maps are nested more than 24 deep")
            raise _Refused
        if isinstance(event, e.AliasEvent):
            self.report(place, "007", f"the alias '*{event.anchor}' is not allowed", "write the value out")
            return Node("", line, column, width, "")
        assert isinstance(event, e.NodeEvent)
        if event.anchor is not None:
            self.report(
                place, "007", f"the anchor '&{event.anchor}' is not allowed", "write the value out where it is used"
            )
        if isinstance(event, e.ScalarEvent | e.CollectionStartEvent) and event.tag is not None:
            self.report(place, "008", "a tag is not allowed", "without it, what is written is text")
        match event:
            case e.ScalarEvent():
                return self.scalar(event)
            case e.SequenceStartEvent():
                return Node(tuple(self.sequence(depth)), line, column, 1, "")
            case _:
                return Node(self.mapping(depth), line, column, 1, "")

    def scalar(self, event: e.ScalarEvent) -> Node:
        """Text as it is; a plain `true`, `false` or canonical integer becomes one."""
        line, column, width = place = self.place(event)
        text: str = event.value
        if found := UNPRINTABLE.search(text):
            self.report(place, "003", _not_allowed(found[0]))
            text = UNPRINTABLE.sub("\ufffd", text)
        value: str | bool | int = text
        if event.style is None:
            if text in ("true", "false"):
                value = text == "true"
            elif _INTEGER.fullmatch(text):
                value = int(text)
            elif text in _NULLS:
                value = text = ""
        return Node(value, line, column, width, text)

    def sequence(self, depth: int) -> Iterable[Node]:
        while not isinstance(event := self.next(), e.SequenceEndEvent):
            item = self.node(event, depth + 1)
            if item.value == "" and isinstance(event, e.ScalarEvent):
                self.report(self.place(event), "010", "this list item is empty", "write a value, or remove it")
            yield item

    def mapping(self, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        while not isinstance(event := self.next(), e.MappingEndEvent):
            key = self.node(event, depth + 1)
            value = self.node(after := self.next(), depth + 1)
            if not isinstance(event, e.ScalarEvent):
                if not isinstance(event, e.AliasEvent):
                    self.report(
                        self.place(event),
                        "012",
                        "a key is one word, not a list or map",
                        "put text with [ or { in quotes",
                    )
            elif key.text == "":
                self.report(self.place(event), "010", "a key is missing before this ':'")
            elif key.text == "<<" and event.style is None:
                self.report(self.place(event), "007", "the merge key '<<' is not allowed", "write the keys out")
            elif first := entries.get(key.text):
                self.report(self.place(event), "006", f"the key {quoted(key.text)} is already on line {first.key.line}")
            else:
                key = Node(key.text, key.line, key.column, key.width, key.text)
                entries[key.text] = Entry(key, value)
                if value.value == "" and isinstance(after, e.ScalarEvent):
                    advice = (
                        "a comma starts a new key here; decimals take a dot" if key.text[0].isdigit() else _NO_VALUE
                    )
                    self.report(self.place(event), "010", f"{quoted(key.text)} has no value", advice)
        return entries

    def explained(self, error: yaml.MarkedYAMLError) -> Diagnostic:
        """A mistake of YAML's own grammar, in plain words."""
        mark = error.problem_mark or error.context_mark
        problem = error.problem or ""
        if "end of stream" in problem and error.context_mark:
            mark = error.context_mark
        place = (mark.line + 1, mark.column + 1, 1) if mark else (1, 1, 1)
        before = self.lines[place[0] - 1][: place[1] - 1] if place[0] <= len(self.lines) else ""
        if r"'\t'" in problem:
            return _error(self.name, place, "005", "a tab is not allowed here", "use spaces")
        if before.endswith("'") and "'<scalar>'" in problem:
            advice = "double the apostrophe, as in 'd''avance', or use \"...\""
            return _error(self.name, place, "004", "the quoted text ends before this", advice)
        message, advice = next((_PLAIN[key] for key in _PLAIN if key in problem), ("this is not YAML", problem))
        return _error(self.name, place, "004", message, advice)

    def place(self, event: e.Event) -> Place:
        """Where an event starts; scalars are underlined to their end or to the end of their first line."""
        start, end = event.start_mark, event.end_mark
        assert start is not None
        width = 1
        if isinstance(event, e.AliasEvent) or (isinstance(event, e.ScalarEvent) and event.style not in ("|", ">")):
            assert end is not None
            stop = end.column if end.line == start.line else len(self.lines[start.line].rstrip())
            width = max(1, stop - start.column)
        return start.line + 1, start.column + 1, width

    def report(self, place: Place, code: str, message: str, advice: str | None = None) -> None:
        self.diagnostics.append(_error(self.name, place, code, message, advice))


# What PyYAML says, and the sentence and advice for it.
_PLAIN = {
    "mapping values are not allowed": (
        "a ':' is not expected here",
        "put text that holds ': ' in quotes, or check the indentation",
    ),
    "sequence entries are not allowed": ("a list cannot start here", "put the first '-' on a line of its own"),
    "could not find expected ':'": ("a key without ':'", "write 'key: value'"),
    "end of stream": ("this quoted text is never closed", "add the closing quote"),
    "unknown escape": ("this '\\' is not understood", "inside \"...\" write '\\\\', or use '...'"),
    "expected ',' or ']'": ("this list is not closed where it should be", "check the commas and the closing ']'"),
    "expected ',' or '}'": ("this map is not closed where it should be", "check the commas and the closing '}'"),
    "expected <block end>": ("this does not fit what is above it", "check the indentation"),
    "that cannot start any token": ("this character cannot start a value", "put the text in quotes"),
}


def _error(name: str, place: Place, code: str, message: str, advice: str | None = None) -> Diagnostic:
    return Diagnostic(name, *place, "error", f"REL{code}", message, advice)


def _end_of(text: str) -> Place:
    """The place just after `text`."""
    lines = BREAKS.split(text)
    return len(lines), len(lines[-1]) + 1, 1


def _not_allowed(character: str) -> str:
    return f"the character U+{ord(character):04X} is not allowed"
