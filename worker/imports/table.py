"""A file as lines of text under dotted columns, whoever read it.

A YAML list and a CSV say the same thing: `lines: [{amount: 5.00 EUR}]` is the column `lines.1.amount`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from worker.imports.problems import Problem


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: what is written under each column (empty cells left out), and where."""

    line: int
    cells: Mapping[str, str]
    lines: Mapping[str, int] = field(default_factory=dict)  # YAML: each value has its own line
    broken: Problem | None = None  # the line as a whole cannot be used

    def where(self, column: str) -> int:
        """The line on which the column's value stands, or what it would be part of."""
        while column and column not in self.lines:
            column = column.rpartition(".")[0]
        return self.lines.get(column, self.line)


@dataclass(frozen=True, slots=True)
class Table:
    """A file's columns and lines, and what was worth saying of how it was read."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    delimiter: str = ","
    header: int = 0  # the line of a CSV's header; 0: a YAML file, which has none
