"""How answers are printed: one JSON document for machines, or text; tables are drawn only on a terminal.

JSON: money is a text such as "1234.50 EUR", dates are ISO, instants ISO in UTC.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rules.diagnostics import UNPRINTABLE
from rules.money import Money

F = TypeVar("F", bound=Callable[..., Any])


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
    """The document as people's tools read it; keys stay in the order given."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2)


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
    """One line for people, with nothing in it that a terminal would obey."""
    click.echo(clean(text))


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, indent: str = "") -> None:
    """Rows under headings: drawn on a terminal, plain columns elsewhere. Amounts stand to the right."""
    given = list(rows)
    if not given:
        return
    cells = [[cell(value) for value in row] for row in given]
    right = [any(isinstance(row[n], Money | int) for row in given) for n in range(len(headings))]
    if sys.stdout.isatty():
        _drawn(headings, cells, right)
        return
    lines = [list(headings), *cells]
    widths = [max(len(row[n]) for row in lines) for n in range(len(headings))]
    for row in lines:
        columns = zip(row, widths, right, strict=True)
        padded = (text.rjust(width) if to_right else text.ljust(width) for text, width, to_right in columns)
        click.echo((indent + "  ".join(padded)).rstrip())


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
    return UNPRINTABLE.sub("\ufffd", text)


def counted(n: int, one: str, many: str | None = None) -> str:
    """`1 task`, `2 tasks`, `no task`."""
    return f"{n or 'no'} {one if n < 2 else many or one + 's'}"


def _drawn(headings: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for heading, to_right in zip(headings, right, strict=True):
        drawn.add_column(heading, justify="right" if to_right else "left", overflow="fold")
    for row in cells:
        drawn.add_row(*(Text(text) for text in row))
    Console(highlight=False).print(drawn)
