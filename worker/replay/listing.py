"""The list of a replay, (day, receivable, step, outcome), as a CSV file; and where two such lists first differ."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from pathlib import Path

from rules.simulate import Entry
from worker.imports.problems import COLUMN, UNREADABLE, VALUE, Problem, ReadingError
from worker.imports.spreadsheet import neutral

COLUMNS = ("day", "receivable", "step", "outcome")


@dataclass(frozen=True, slots=True)
class Difference:
    """The first line in which two lists differ: its number from 1, and what each has there (None: it is over).

    `before` are the lines that both have about the receivable of that line.
    """

    line: int
    one: Entry | None
    other: Entry | None
    before: tuple[Entry, ...] = ()

    @property
    def receivable(self) -> str:
        """The receivable that the earlier of the two lines is about."""
        return min(entry for entry in (self.one, self.other) if entry is not None).receivable

    def text(self, one: str = "one", other: str = "other") -> str:
        """As people read it, with what the two lists are called."""
        width = max(len(one), len(other), len("before"))
        lines = [f"line {self.line}: the two lists differ"]
        lines += [f"  {'before':<{width}}  {shown(each)}" for each in self.before]
        lines += [f"  {name:<{width}}  {shown(each)}" for name, each in ((one, self.one), (other, self.other))]
        return "\n".join(lines)


def shown(entry: Entry | None) -> str:
    """One line as people read it."""
    if entry is None:
        return "(nothing more)"
    return "  ".join(part for part in (str(entry.day), entry.receivable, entry.step, entry.outcome) if part)


def compare(one: Sequence[Entry], other: Sequence[Entry]) -> Difference | None:
    """The first difference of two lists in their order; None where they are the same to the last line."""
    for n, (left, right) in enumerate(zip_longest(one, other)):
        if left != right:
            found = Difference(n + 1, left, right)
            return replace(found, before=tuple(each for each in one[:n] if each.receivable == found.receivable))
    return None


def write(entries: Iterable[Entry], path: Path) -> None:
    """Writes the list, whole or not at all."""
    draft = path.with_name(f".{path.name}.part")
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for entry in entries:
            writer.writerow((entry.day.isoformat(), *map(neutral, (entry.receivable, entry.step, entry.outcome))))
    draft.replace(path)


def read(path: Path) -> list[Entry]:
    """A list as `write` wrote it; raises ReadingError."""
    try:
        with path.open("r", encoding="utf-8", newline="") as file:
            found = csv.reader(file, strict=True)
            if tuple(next(found, ())) != COLUMNS:
                raise ReadingError(Problem(1, "", f"the columns are not {','.join(COLUMNS)}", "", COLUMN))
            return [_entry(found.line_num, cells) for cells in found]
    except OSError as error:
        raise ReadingError(Problem(0, "", f"cannot be read: {error.strerror}", "", UNREADABLE)) from None
    except (UnicodeError, csv.Error):
        raise ReadingError(Problem(0, "", "this is not a list that replay wrote", "", UNREADABLE)) from None


def _entry(line: int, cells: list[str]) -> Entry:
    if len(cells) != len(COLUMNS):
        raise ReadingError(Problem(line, "", f"this line has {len(cells)} cells, not {len(COLUMNS)}", "", UNREADABLE))
    try:
        day = date.fromisoformat(cells[0])
    except ValueError:
        raise ReadingError(Problem(line, "day", f"{cells[0]!r} is not a date such as 2027-01-31", "", VALUE)) from None
    receivable, step, outcome = (cell[1:] if neutral(cell[1:]) == cell else cell for cell in cells[1:])
    return Entry(day, receivable, step, outcome)
