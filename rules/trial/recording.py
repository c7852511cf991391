"""What happened, written into a test file as what is expected; everything else in the file stays as it is.

An entry that happened on another day gets the new day, one that did not happen is taken out, and what nobody
expected is put in, in order. Days stay relative (due+8d) where the test writes them so. Comments and entries that hold
keep their words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import yaml

from rules.moments import Duration, Moment
from rules.trial.told import Line

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*(?: [A-Za-z0-9._/-]+)*")

_COMMENT, _COMMA = re.compile(r" +#[^\r\n]*"), re.compile(" *,")


class Lived(Protocol):
    """An outcome, as far as it is recorded."""

    @property
    def passed(self) -> bool: ...
    @property
    def problems(self) -> Sequence[object]: ...
    @property
    def expected(self) -> tuple[Line, ...]: ...
    @property
    def absent(self) -> tuple[int, ...]: ...
    @property
    def surplus(self) -> tuple[Line, ...]: ...
    @property
    def moved(self) -> dict[int, Line]: ...
    @property
    def anchors(self) -> Mapping[str, date]: ...


@dataclass(frozen=True, slots=True)
class _Edit:
    """The characters from `start` to `end`, replaced."""

    start: int
    end: int
    text: str


def recorded(text: str, outcomes: Sequence[Lived]) -> str:
    """The file's text with every `expect` as it happened; tests that hold or could not be run are left alone.

    `outcomes` are those of the file's tests, in order; the file is well formed.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None
    tests = _value(root, "tests").value
    edits = [
        edit
        for test, outcome in zip(tests, outcomes, strict=True)
        if not outcome.passed and not outcome.problems
        for edit in _edits(text, test, outcome)
    ]
    for edit in sorted(edits, key=lambda each: (each.start, each.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _edits(text: str, test: yaml.MappingNode, outcome: Lived) -> Iterator[_Edit]:
    expect = _value(test, "expect")
    assert isinstance(expect, yaml.SequenceNode)
    moved = outcome.moved
    dropped = set(outcome.absent) - set(moved)
    new = [line for line in outcome.surplus if line.always and line not in moved.values()]
    days = [moved[n].at if n in moved else line.at for n, line in enumerate(outcome.expected)]
    anchors = outcome.anchors
    like = next((at.value for each in expect.value if (at := _value(each, "at")).value[:1].isalpha()), "")
    columns = _columns(expect)
    entries = [(line, _entry(line, _moment(line.at, like, anchors), columns)) for line in new]
    one_line = expect.flow_style and expect.start_mark.line == expect.end_mark.line
    if (one_line and new) or (expect.flow_style and len(dropped) == len(expect.value)):
        dates = {n: _dated(expect.value[n], line.at, anchors) for n, line in moved.items()}
        kept = [(days[n], _source(text, each, dates.get(n))) for n, each in enumerate(expect.value) if n not in dropped]
        yield _flow(text, test, expect, sorted([*kept, *((line.at, entry) for line, entry in entries)]))
        return
    for n, line in moved.items():
        yield from _aligned(text, _dated(expect.value[n], line.at, anchors), expect.value[n])
    yield from (_bracketed if expect.flow_style else _block)(text, expect, dropped, days, entries)


def _aligned(text: str, edit: _Edit, item: yaml.Node) -> Iterator[_Edit]:
    """The edit, with more or fewer of the spaces that put the next key, or a comment, below those of other lines."""
    yield edit
    longer = len(edit.text) - (edit.end - edit.start)
    for start, form in ((edit.end, ", ( +)"), (edit.end, " ( +)#"), (_last(item), " ( +)#")):
        if found := re.compile(form).match(text, start):
            yield _Edit(found.start(1), found.end(1), " " * max(0, len(found[1]) - longer))
            return


def _columns(expect: yaml.SequenceNode) -> dict[str, int]:
    """How far from its bracket each key begins, where entries of one line have them below one another."""
    found: dict[str, set[int]] = {}
    for item in expect.value:
        if item.flow_style and item.start_mark.line == item.end_mark.line:
            for key, _ in item.value:
                found.setdefault(key.value, set()).add(key.start_mark.column - item.start_mark.column)
    return {key: columns.pop() for key, columns in found.items() if len(columns) == 1}


def _bracketed(
    text: str, expect: yaml.SequenceNode, dropped: set[int], days: Sequence[date], new: Sequence[tuple[Line, str]]
) -> Iterator[_Edit]:
    """A list in brackets over several lines, of which something stays: entries are taken out and put in."""
    items = expect.value
    kept = [n for n in range(len(items)) if n not in dropped]
    last = kept[-1]
    comma = _COMMA.match(text, items[last].end_mark.index)
    behind = comma.end() if comma else items[last].end_mark.index
    after = found.end() if (found := _COMMENT.match(text, behind)) else behind
    for n in sorted(dropped):
        if n < last:
            yield _Edit(items[n].start_mark.index, items[n + 1].start_mark.index, "")
    if last + 1 < len(items):
        begun = len(text[: items[last + 1].start_mark.index].rstrip())
        yield _Edit(max(after, begun), items[-1].end_mark.index, "")
    places = _by_place(kept, days, new)
    newline = ("\r\n" if "\r\n" in text else "\n") + " " * items[0].start_mark.column
    for place, entries in places.items():
        if place == last:
            yield _Edit(after, after, newline + f",{newline}".join(entries))
        else:
            where = items[0 if place is None else place + 1].start_mark.index
            yield _Edit(where, where, "".join(f"{entry},{newline}" for entry in entries))
    if last in places or last + 1 < len(items):
        yield _Edit(items[last].end_mark.index, behind, "," if last in places else "")


def _block(
    text: str, expect: yaml.SequenceNode, dropped: set[int], days: Sequence[date], new: Sequence[tuple[Line, str]]
) -> Iterator[_Edit]:
    """A list of one entry a line: lines are taken out and put in."""
    items = expect.value
    kept = [n for n in range(len(items)) if n not in dropped]
    indent = " " * (expect.start_mark.column)
    newline = "\r\n" if "\r\n" in text else "\n"
    if not kept and not new:
        yield _Edit(
            _line_start(text, items[0].start_mark.index), _line_end(text, _last(items[-1])), f"{indent}[]{newline}"
        )
        return
    for n in dropped:
        yield _Edit(_line_start(text, items[n].start_mark.index), _line_end(text, _last(items[n])), "")
    for place, entries in _by_place(kept, days, new).items():
        said = "".join(f"{indent}- {entry}{newline}" for entry in entries)
        if place is None:
            where = _line_start(text, items[0].start_mark.index)
        else:
            where = _line_end(text, _last(items[place]))
            if not text[:where].endswith("\n"):
                said = newline + said.removesuffix(newline)
        yield _Edit(where, where, said)


def _flow(text: str, test: yaml.MappingNode, expect: yaml.SequenceNode, entries: Sequence[tuple[date, str]]) -> _Edit:
    """A list in brackets: written anew, one entry a line where the test itself is not in brackets."""
    start, end = expect.start_mark.index, expect.end_mark.index
    if test.flow_style or not entries:
        return _Edit(start, end, f"[{', '.join(entry for _, entry in entries)}]")
    indent = " " * (test.start_mark.column + 2)
    lines = [f"{indent}- {' '.join(entry.split())}" for _, entry in entries]
    newline = "\r\n" if "\r\n" in text else "\n"
    comment = found[0] if (found := _COMMENT.match(text, end)) else ""
    return _Edit(len(text[:start].rstrip(" ")), end + len(comment), comment + newline + newline.join(lines))


def _dated(item: yaml.Node, day: date, anchors: Mapping[str, date]) -> _Edit:
    at = _value(item, "at")
    return _Edit(at.start_mark.index, at.end_mark.index, _moment(day, at.value, anchors))


def _moment(day: date, like: str, anchors: Mapping[str, date]) -> str:
    """A day, counted from the same anchor as `like` is, where that is a moment of the invoice's own dates."""
    anchor = re.split("[+-]", like)[0]
    if anchor not in anchors:
        return day.isoformat()
    return str(Moment(anchor, Duration((day - anchors[anchor]).days, "d")))


def _source(text: str, item: yaml.Node, change: _Edit | None) -> str:
    start, end = item.start_mark.index, item.end_mark.index
    return text[start:end] if change is None else text[start : change.start] + change.text + text[change.end : end]


def _by_place(
    kept: Sequence[int], days: Sequence[date], new: Sequence[tuple[Line, str]]
) -> dict[int | None, list[str]]:
    """After which entry each new one stands: the last that stays and is not later; None: before all."""
    places: dict[int | None, list[str]] = {}
    for line, entry in new:
        places.setdefault(max((n for n in kept if days[n] <= line.at), default=None), []).append(entry)
    return places


def _entry(line: Line, at: str, columns: Mapping[str, int]) -> str:
    """An entry in brackets, its keys below those of the others where theirs are below one another."""
    text = f"{{at: {at}"
    for key, word in line.words.items():
        text = f"{text}, ".ljust(columns.get(key, 0)) + f"{key}: {_written(word)}"
    if line.due is not None:
        text += f", due: {line.due}"
    return f"{text}}}"


def _written(word: str) -> str:
    return word if _PLAIN.fullmatch(word) else json.dumps(word, ensure_ascii=False)


def _value(node: yaml.Node, key: str) -> yaml.Node:
    assert isinstance(node, yaml.MappingNode)
    found: yaml.Node = next(value for name, value in node.value if name.value == key)
    return found


def _last(node: yaml.Node) -> int:
    """The index just after the last character of a value; a block ends where its last scalar does."""
    if isinstance(node, yaml.ScalarNode) or getattr(node, "flow_style", False):
        return int(node.end_mark.index)
    last = node.value[-1]
    return _last(last[1] if isinstance(last, tuple) else last)


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _line_end(text: str, index: int) -> int:
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1
