"""Checks a whole file against the ledger and says everything that is wrong with it, or what it would record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from worker.imports import contracts, customers, invoices, payments, returns
from worker.imports import credits as credit_notes
from worker.imports.book import Book
from worker.imports.entry import Column, Entry, check_header, unknown_column, unknown_columns
from worker.imports.problems import MISSING, UNREADABLE, Problem, ReadingError
from worker.imports.reading import read
from worker.imports.table import Row, Table

Take = Callable[[Entry, Book], str | None]
Progress = Callable[[int, int], None]  # lines done, of how many


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its columns, and how one line of it enters the book."""

    name: str
    columns: tuple[Column, ...]
    take: Take


KINDS: dict[str, Kind] = {
    name: Kind(name, module.COLUMNS, module.take)
    for name, module in (
        ("customers", customers),
        ("contracts", contracts),
        ("invoices", invoices),
        ("payments", payments),
        ("credits", credit_notes),
        ("returns", returns),
    )
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file holds: how many lines are new, changed or known already, and what is wrong with the others."""

    file: str
    table: Table
    counts: dict[str, int] = field(default_factory=lambda: {"new": 0, "changed": 0, "known": 0})
    problems: tuple[Problem, ...] = ()
    rejected: tuple[tuple[Row, tuple[Problem, ...]], ...] = ()
    unusable: bool = False  # not even a part may be taken: it cannot be read, or its columns are wrong


def check(kind: Kind, path: Path, book: Book, *, day_first: bool = False, progress: Progress | None = None) -> Checked:
    """Reads and checks the file line by line; what is right is in the book afterwards, nothing is written."""
    try:
        table = read_table(kind, path)
    except ReadingError as error:
        return unreadable(path, error)
    return check_table(kind, path, table, book, day_first=day_first, progress=progress)


def read_table(kind: Kind, path: Path) -> Table:
    """The file's lines; raises ReadingError where nothing of it can be trusted, or where it is empty."""
    table = read(path)
    if not table.columns and not table.rows and kind.name != "payments":  # a bank may have nothing to say
        raise ReadingError(Problem(0, "", "is empty", "its first line must name the columns", UNREADABLE))
    return table


def unreadable(path: Path, error: ReadingError) -> Checked:
    """What is said of a file that cannot be read."""
    return Checked(str(path), Table((), ()), problems=error.problems, unusable=True)


def check_table(
    kind: Kind, path: Path, table: Table, book: Book, *, day_first: bool = False, progress: Progress | None = None
) -> Checked:
    """Checks the lines of a file that was read."""
    unknown = unknown_columns(table.columns, kind.columns)
    header = check_header(table, kind.columns, unknown) if table.header else []
    checked = Checked(str(path), table)
    rejected = []
    for place, row in enumerate(table.rows):
        problems = _line(kind, row, table, book, day_first, unknown, checked.counts)
        if problems:
            said = tuple(p for p in problems if not (header and p.code == MISSING))
            rejected.append((row, said))
        if progress is not None:
            progress(place + 1, len(table.rows))
    every = sorted([*header, *(problem for _, problems in rejected for problem in problems)])
    return replace(checked, problems=tuple(every), rejected=tuple(rejected), unusable=bool(header))


def _line(
    kind: Kind, row: Row, table: Table, book: Book, day_first: bool, unknown: Mapping[str, str], counts: dict[str, int]
) -> Sequence[Problem]:
    if row.broken is not None:
        return [row.broken]
    known = {column: cell for column, cell in row.cells.items() if column not in unknown} if unknown else row.cells
    entry = Entry(replace(row, cells=known), day_first, table.columns if table.header else None)
    mistaken = [] if table.header else [column for column in row.cells if column in unknown]
    entry.problems += [unknown_column(row.where(column), column, unknown[column]) for column in mistaken]
    verdict = kind.take(entry, book)
    if verdict is not None:
        counts[verdict] += 1
    meant = {unknown[column] for column in mistaken}
    return [problem for problem in entry.problems if not (problem.code == MISSING and problem.column in meant)]
