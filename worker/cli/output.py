"""How answers are printed: one JSON document for machines, or text; tables are drawn only on a terminal.

JSON: money is a text such as "1234.50 EUR", dates are ISO, instants ISO in UTC.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import click
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from rules.diagnostics import BREAKS, UNPRINTABLE
from rules.money import Money

F = TypeVar("F", bound=Callable[..., Any])
GAP = 2  # characters between two columns


def formats(*others: str) -> Callable[[F], F]:
    """The option --format, which every command that answers has: text, json and what else it can write."""
    return click.option(
        "--format",
        "style",
        type=click.Choice(("text", "json", *others)),
        default="text",
        show_default=True,
        help="For people, or one document for machines.",
    )


def as_json(value: object) -> str:
    """The document as people's tools read it; keys stay in the order given, what a terminal would obey is escaped."""
    written = json.dumps(plain(value), ensure_ascii=False, indent=2)
    return UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def plain(value: object) -> object:
    """The value in what JSON knows."""
    match value:
        case None | str() | bool() | int():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case date() | Decimal() | Money():
            return str(value)
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case frozenset() | set():
            return sorted(str(each) for each in value)
        case Iterable():
            return [plain(each) for each in value]
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return str(value)


def answer(style: str, document: object, text: Callable[[], None]) -> None:
    """Prints the document as JSON, or lets `text` print for people."""
    if style == "json":
        click.echo(as_json(document))
    else:
        text()


def line(text: str = "") -> None:
    """One line for people, with nothing in it that a terminal would obey; it may begin with empty ones."""
    said = text.lstrip("\n")
    click.echo("\n" * (len(text) - len(said)) + clean(said))


def table(
    headings: Sequence[str], rows: Iterable[Sequence[object]], *, indent: str = "", least: Sequence[str] = ()
) -> None:
    """Rows under headings: drawn on a terminal, plain columns elsewhere. Amounts stand to the right.

    Where a terminal is too narrow, the columns `least` are left out in that order; then each row stands by itself.
    """
    given = list(rows)
    if not given:
        return
    cells = [[cell(value) for value in row] for row in given]
    right = [any(_figure(row[n]) for row in given) for n in range(len(headings))]
    columns = [
        Column(heading, tuple(row[n] for row in cells), to_right)
        for n, (heading, to_right) in enumerate(zip(headings, right, strict=True))
    ]
    if sys.stdout.isatty():
        console = Console(highlight=False)
        console.print(drawn(columns, console.width, least))
        return
    padded = [column.padded() for column in columns]
    for row in zip(*padded, strict=True):
        click.echo((indent + (" " * GAP).join(row)).rstrip())


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; amounts stand to the `right` and are never folded."""

    heading: str
    cells: tuple[str, ...]
    right: bool

    @property
    def least(self) -> int:
        """The width below which an amount would be folded or a word split."""
        words = (self.heading, *self.cells) if self.right else " ".join((self.heading, *self.cells)).split()
        return max(cell_len(word) for word in words)

    def padded(self) -> list[str]:
        """The heading and the cells, all of one width."""
        width = max(len(text) for text in (self.heading, *self.cells))
        return [text.rjust(width) if self.right else text.ljust(width) for text in (self.heading, *self.cells)]


def drawn(columns: Sequence[Column], width: int, least: Sequence[str] = ()) -> RenderableType:
    """The table as it fits into a terminal of that width, or each row by itself where it does not."""
    left = list(columns)
    for heading in (*least, None):
        if sum(column.least for column in left) + GAP * (len(left) - 1) <= width:
            return _grid(left)
        left = [column for column in left if column.heading != heading]
    return _stacked(columns)


def _grid(columns: Sequence[Column]) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    for column in columns:
        grid.add_column(
            column.heading,
            justify="right" if column.right else "left",
            no_wrap=column.right,
            min_width=column.least,
            overflow="fold",
        )
    for row in zip(*(column.cells for column in columns), strict=True):
        grid.add_row(*(Text(text) for text in row))
    return grid


def _stacked(columns: Sequence[Column]) -> RenderableType:
    """Each row as a few lines: its first cell, and below it what the others say."""
    first, *others = columns
    parts: list[RenderableType] = []
    for n, name in enumerate(first.cells):
        below = Table.grid(padding=(0, GAP))
        for column in others:
            said = column.cells[n].replace(", ", ",\n") if column.right else column.cells[n]
            if said:
                below.add_row("", column.heading, Text(said))
        parts += [Text(name, style="bold"), below]
    return Group(*parts)


def _figure(value: object) -> bool:
    return isinstance(value, Money | int) or (isinstance(value, tuple) and isinstance(next(iter(value), None), Money))


def cell(value: object) -> str:
    """A value in a table."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(cell(each) for each in value)
    return clean(str(value))


def clean(text: str) -> str:
    """Text that others wrote, on one line and without control characters."""
    return UNPRINTABLE.sub("\ufffd", BREAKS.sub(" ", text))


def counted(n: int, one: str, many: str | None = None) -> str:
    """`1 task`, `2 tasks`, `no task`."""
    return f"{n or 'no'} {one if n < 2 else many or one + 's'}"
