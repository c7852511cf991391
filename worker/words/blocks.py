"""What a message is made of, before it is text, HTML or paper: paragraphs, lists, tables. Reads rendered text only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

MARK = "\ue000"  # a private character around the name of a table in rendered text; `clean` keeps it out of all data
_MARKED = re.compile(f"{MARK}([a-z]+){MARK}")
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text; `lines` are broken where the template breaks them, with a backslash at the end."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, one line each."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells as text, and the same in a sentence for those who see no table.

    Where a screen is narrow, only the first and the last cell stand side by side; `notes` go below each of them.
    """

    cells: tuple[str, ...]
    said: str
    notes: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under `head`; amounts stand in the last `numeric` columns; `sums` are (label, amount) below, total last."""

    head: tuple[str, ...]
    rows: tuple[Row, ...]
    numeric: int = 1
    sums: tuple[tuple[str, str], ...] = ()
    colon: str = ": "  # between a sum's label and its amount, in text

    @property
    def folded(self) -> bool:
        """Whether its rows can do with their first and last cell, as they have notes."""
        return any(row.notes[0] for row in self.rows)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels with their values, such as how to pay; `payable` where they name an amount that a code may carry."""

    rows: tuple[tuple[str, str], ...]
    payable: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """One thing to do on a page: what it is called, and the page's address."""

    label: str
    url: str
    colon: str = ": "


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs on paper, below the room for it; `blank` names what is filled in by hand where nobody is named."""

    lines: tuple[str, ...]
    blank: str = ""


Block = Paragraph | Bullets | Table | Pairs | Button | Signature


def mark(name: str) -> str:
    """What a template writes for the table called `name`."""
    return f"{MARK}{name}{MARK}"


def clean(text: str) -> str:
    """Data without control characters, which could break a header, a mark or the direction of the text, and without
    halves of characters, which no encoding writes.

    >>> clean("Martin\\ue000\\nSAS")
    'Martin  SAS'
    """
    return _UNWANTED.sub(" ", text).replace("\n", " ").replace("\t", " ")


def parse(text: str, table: Callable[[str], Block | None]) -> tuple[Block, ...]:
    """The blocks of a rendered text: separated by blank lines, lists where each line starts with `- `.

    A table stands by itself wherever it was named; `table` makes it, and one that is None is left out. The lines of a
    paragraph are joined, except after a backslash.
    """
    blocks: list[Block] = []
    for piece in re.split(r"\n\s*\n", _MARKED.sub(r"\n\n\g<0>\n\n", text)):
        block = _block([line.strip() for line in piece.strip().split("\n")], table)
        match blocks, block:
            case [*_, Bullets(before)], Bullets(lines):
                blocks[-1] = Bullets((*before, *lines))
            case _, None:
                pass
            case _, found:
                blocks.append(found)
    return tuple(blocks)


def _block(lines: list[str], table: Callable[[str], Block | None]) -> Block | None:
    joined = " ".join(lines)
    if not joined:
        return None
    if marked := _MARKED.fullmatch(joined):
        return table(marked[1])
    if all(line.startswith("- ") for line in lines):
        return Bullets(tuple(line[2:] for line in lines))
    return Paragraph(tuple(line.strip() for line in joined.split("\\ ")))


def plain(blocks: Iterable[Block]) -> str:
    """The blocks as text to read: a table is said line by line."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks) + "\n"


def _lines(block: Block) -> Iterable[str]:
    match block:
        case Paragraph(lines) | Signature(lines):
            yield from lines
        case Bullets(lines):
            yield from (f"- {line}" for line in lines)
        case Pairs(rows):
            yield from (f"{label} {value}" for label, value in rows)
        case Button(label, url, colon):
            yield f"{label}{colon}{url}"
        case Table(rows=rows, sums=sums, colon=colon):
            yield from (f"- {row.said}" for row in rows)
            yield from (f"{label}{colon}{amount}" for label, amount in sums)
