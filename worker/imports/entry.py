"""One line of a file while it is being checked: gives values, collects every mistake, and never stops at the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import TypeVar

from rules.diagnostics import quoted
from rules.money import Money
from worker.imports import cells, meant
from worker.imports.problems import COLUMN, IMPOSSIBLE, MISSING, Problem
from worker.imports.table import Row, Table

T = TypeVar("T")
NEGATIVE = "write the sum without its sign"
_SHOWN = 80  # characters of a column's name
REASON = "reason"  # the column that a file of rejects adds, read over when it comes back


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a kind of file may have: `#` stands for a number, `*` for a name."""

    name: str
    means: str
    required: bool = False

    def covers(self, written: str) -> bool:
        """Whether a header is this column."""
        return _pattern(self.name).fullmatch(written) is not None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    parts = {"#": "[1-9][0-9]?", "*": "[a-z][a-z0-9_-]*"}
    return re.compile(r"\.".join(parts.get(part, re.escape(part)) for part in name.split(".")))


def unknown_columns(written: Iterable[str], columns: Sequence[Column]) -> dict[str, str]:
    """Those of the columns written that nobody asked for, each with what was perhaps meant, or ""."""
    return {
        name: _near(name, columns)
        for name in written
        if name != REASON and not any(column.covers(name) for column in columns)
    }


def unknown_column(line: int, written: str, near: str) -> Problem:
    """A column nobody asked for."""
    cure = f"did you mean {near}?" if near else "remove it, or see `relance import --help` for the columns"
    return Problem(line, written[:_SHOWN], f"unknown column {quoted(written)}", cure, COLUMN)


def check_header(table: Table, columns: Sequence[Column], unknown: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the header of a CSV: columns nobody asked for, and mandatory ones that are missing."""
    problems = [unknown_column(table.header, written, near) for written, near in unknown.items()]
    problems.extend(
        Problem(table.header, column.name, f"the column {column.name} is missing", column.means, MISSING)
        for column in columns
        if column.required and column.name not in table.columns and column.name not in unknown.values()
    )
    return problems


def _near(written: str, columns: Sequence[Column]) -> str:
    if said := meant.column(written[:_SHOWN], lambda name: any(column.covers(name) for column in columns)):
        return said
    number = next(iter(re.findall(r"\.([0-9]+)\.", written[:_SHOWN])), "1")
    names = [column.name.replace("#", number) for column in columns]
    return next(iter(get_close_matches(written[:_SHOWN], names, n=1, cutoff=0.7)), "")


@dataclass(slots=True)
class Entry:
    """A row and the mistakes found in it so far."""

    row: Row
    day_first: bool = False
    columns: tuple[str, ...] | None = None  # of a CSV; a YAML item says everything about its subject
    prefix: str = ""
    problems: list[Problem] = field(default_factory=list)

    def fail(self, column: str, what: str, cure: str = "", code: str = IMPOSSIBLE) -> None:
        """Records a mistake; `column` empty: the whole line."""
        name = self.prefix + column if column else ""
        self.problems.append(Problem(self.row.where(name), name, what, cure, code))

    def has(self, column: str) -> bool:
        """Whether something is written there."""
        return self.prefix + column in self.row.cells

    def raw(self, column: str) -> str | None:
        """The cell as written."""
        return self.row.cells.get(self.prefix + column)

    def get(self, column: str, read: Callable[[str], T], *, required: bool = False) -> T | None:
        """The cell's value, None where it is empty or wrong."""
        written = self.raw(column)
        if written is None:
            if required:
                self.fail(column, f"{self.prefix}{column} is empty", "it must be given", MISSING)
            return None
        try:
            return read(written)
        except cells.CellError as error:
            self.fail(column, error.what, error.cure, error.code)
            return None

    def text(self, column: str, *, required: bool = False, limit: int = 500) -> str | None:
        """Any text up to `limit` characters."""

        def read(written: str) -> str:
            if len(written) > limit:
                raise cells.CellError(f"{len(written):,} characters, more than {limit}")
            return written

        return self.get(column, read, required=required)

    def identifier(self, column: str, *, required: bool = False) -> str | None:
        """An opaque identifier."""
        return self.get(column, cells.identifier, required=required)

    def day(self, column: str, *, required: bool = False) -> date | None:
        """A local date."""
        return self.get(column, lambda written: cells.day(written, day_first=self.day_first), required=required)

    def choice(self, column: str, allowed: Sequence[str], *, required: bool = False) -> str | None:
        """One of a closed list."""
        return self.get(column, lambda written: cells.choice(written, allowed), required=required)

    def money(
        self,
        column: str,
        currency: str | None,
        *,
        required: bool = False,
        negative: str = NEGATIVE,
        rebate: bool = False,
    ) -> Money | None:
        """A sum above zero; `negative` says what to do with one below, where it is no `rebate`."""
        if currency is None and self.has("currency") and not (self.raw(column) or "")[-3:].isalpha():
            return None  # said of the column currency already
        value = self.get(column, lambda written: cells.amount(written, currency), required=required)
        if value is not None and value.minor <= 0 and not (rebate and value.minor):
            self.fail(column, f"{value} is not above zero", negative if value.minor < 0 else "leave such lines out")
            return None
        return value

    def currency(self, default: str) -> str | None:
        """The line's currency: its own column, else the business's."""
        if not self.has("currency"):
            return default
        return self.get("currency", cells.currency_code)

    def items(self, column: str) -> tuple[str, ...]:
        """A list: one cell parted by bars, or the columns `column.1`, `column.2`, ..."""
        if (written := self.raw(column)) is not None:
            return tuple(part for piece in re.split(r"[|\n]", written) if (part := piece.strip()))
        start = f"{self.prefix}{column}."
        named = [key for key in self.row.cells if key.startswith(start) and key[len(start) :].isdecimal()]
        return tuple(self.row.cells[key] for key in sorted(named, key=lambda key: int(key[len(start) :])))

    def tags(self) -> tuple[str, ...]:
        """The names under `tags`, each once."""
        tags = dict.fromkeys(tag for item in self.items("tags") for tag in item.split())
        for tag in tags:
            try:
                cells.name(tag)
            except cells.CellError as error:
                self.fail("tags", error.what, error.cure, error.code)
        return tuple(tags)

    def speaks(self, column: str) -> bool:
        """Whether the file has that column at all: a column that it lacks leaves what is known as it is."""
        start = self.prefix + column
        return self.columns is None or any(key == start or key.startswith(f"{start}.") for key in self.columns)

    def groups(self, column: str) -> Iterable[tuple[str, Entry]]:
        """The sub-entries of `column.KEY.…`, in the order of their numbers, or as written."""
        start = f"{self.prefix}{column}."
        keys = dict.fromkeys(key[len(start) :].split(".")[0] for key in self.row.cells if key.startswith(start))
        for key in sorted(keys, key=lambda key: int(key) if key.isdecimal() else 0):
            yield key, Entry(self.row, self.day_first, self.columns, f"{start}{key}.", self.problems)
