"""The rows of a foreign CSV file, one at a time: text under the columns that a mapping names, and where it stands."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from rules.diagnostics import did_you_mean
from worker.imports.problems import COLUMN, UNREADABLE, Problem, ReadingError
from worker.replay.written import Written

MAX_ROWS = 2_000_000
MAX_LINE = 64 * 1024  # characters of one physical line
Progress = Callable[[str, int, int], None]
"""Called now and then with what is read or lived, how much of it is done and how much there is (bytes, customers)."""
_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the texts under the columns asked for, in that order, stripped; `broken` says what it lacks."""

    line: int
    cells: tuple[str, ...]
    broken: str = ""


def rows(path: Path, columns: Sequence[str], written: Written, progress: Progress | None = None) -> Iterator[Row]:
    """Reads as it goes, and keeps nothing; raises ReadingError where the file cannot be read on."""
    try:
        size = path.stat().st_size
        with path.open("rb") as raw, TextIOWrapper(raw, encoding=_encoding(written), newline="") as file:
            for n, row in enumerate(_rows(file, columns, written)):
                if n >= MAX_ROWS:
                    raise _unreadable(row.line, f"more than {MAX_ROWS:,} lines", "split the file")
                if progress is not None and n % _EVERY == 0:
                    progress(path.name, min(raw.tell(), size), size)
                yield row
        if progress is not None:
            progress(path.name, size, size)
    except OSError as error:
        raise _unreadable(0, f"cannot be read: {error.strerror}", "check its name and folder") from None
    except UnicodeError:
        advice = "name its encoding in the mapping, under ledger"
        raise _unreadable(0, f"this is not text in {written.encoding}", advice) from None


def _encoding(written: Written) -> str:
    return "utf-8-sig" if written.encoding == "utf-8" else written.encoding


def _rows(file: TextIO, columns: Sequence[str], written: Written) -> Iterator[Row]:
    reader = csv.reader(_lines(file), delimiter=written.separator, strict=True)
    header: list[str] | None = None
    line = 0
    while True:
        begun = line + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            advice = 'put the cell between quotation marks and double those inside: "say ""yes"""'
            raise _unreadable(begun, "a quotation mark is in the middle of a cell or is never closed", advice) from None
        line = reader.line_num
        if header is None:
            header = [cell.strip() for cell in cells]
            places = _places(header, columns)
        elif any(cells):
            yield _row(begun, cells, len(header), places)


def _lines(file: TextIO) -> Iterator[str]:
    """The physical lines, none longer than it may be."""
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise _unreadable(number, f"this line has more than {MAX_LINE:,} characters", "check the line breaks")
        if "\x00" in line:
            raise _unreadable(number, "holds a NUL character: this is not a text file", "save it as CSV")
        yield line


def _places(header: Sequence[str], columns: Sequence[str]) -> tuple[int, ...]:
    for column in columns:
        if header.count(column) != 1:
            what = "there is no such column" if column not in header else "this column stands twice"
            raise ReadingError(Problem(1, column, what, did_you_mean(column, header) or "", COLUMN))
    return tuple(header.index(column) for column in columns)


def _row(line: int, cells: Sequence[str], width: int, places: Sequence[int]) -> Row:
    if len(cells) != width:
        return Row(line, (), f"this line has {len(cells)} cells, the header has {width}")
    return Row(line, tuple(cells[place].strip() for place in places))


def _unreadable(line: int, what: str, advice: str) -> ReadingError:
    return ReadingError(Problem(line, "", what, advice, UNREADABLE))
