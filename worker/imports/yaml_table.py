"""Reads a YAML file of entries into the lines of a table: a list of maps, whose nested values become dotted columns.

`contacts: [{role: billing}]` is the column `contacts.1.role`. Knows nothing of what the columns mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rules import source
from rules.source import Node
from worker.imports.problems import COLUMN, UNREADABLE, Problem, ReadingError
from worker.imports.table import Row, Table

_EMPTY_FILE = "REL013"
_PAIRS = "an entry is written '- key: value', its other keys below the first"


def read_yaml(path: Path, data: bytes) -> Table:
    """The file's entries; raises ReadingError with everything that the strict reader found."""
    root, found = source.read(data, path.name)
    if [diagnostic.code for diagnostic in found] == [_EMPTY_FILE]:
        return Table((), ())
    if found or root is None:
        raise ReadingError(*(Problem(d.line, "", d.message, d.help or "", d.code) for d in found))
    if not isinstance(root.value, tuple):
        raise ReadingError(Problem(root.line, "", "this is not a list of entries", _PAIRS, UNREADABLE))
    rows = tuple(_row(item) for item in root.value)
    return Table(tuple(dict.fromkeys(column for row in rows for column in row.cells)), rows)


def _row(item: Node) -> Row:
    cells: dict[str, str] = {}
    lines: dict[str, int] = {}
    broken = None
    if not isinstance(item.value, dict) or not item.value:
        broken = Problem(item.line, "", "this entry has no keys", _PAIRS, UNREADABLE)
    else:
        for column, node in _flat(item, ""):
            if column in cells and node.text:
                what = f"this says again what line {lines[column]} says"
                broken = Problem(node.line, column, what, "remove one of the two", COLUMN)
            lines.setdefault(column, node.line)
            if text := node.text.strip():
                cells[column] = text
    return Row(item.line, cells, lines, broken)


def _flat(node: Node, prefix: str) -> Iterator[tuple[str, Node]]:
    """Every value within, under its dotted column; items of a list count from 1."""
    if prefix:
        yield prefix.removesuffix("."), node
    match node.value:
        case dict():
            for key, entry in node.items():
                yield from _flat(entry.value, f"{prefix}{key}.")
        case tuple() as items:
            for number, item in enumerate(items, start=1):
                yield from _flat(item, f"{prefix}{number}.")
