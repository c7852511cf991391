"""Reads a CSV, YAML or bank's XML file into a table. Knows nothing of what the columns mean."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from rules.diagnostics import UNPRINTABLE
from worker.imports.bank_xml import read_xml
from worker.imports.problems import COLUMN, UNREADABLE, Problem, ReadingError
from worker.imports.table import Row, Table
from worker.imports.yaml_table import read_yaml

MAX_BYTES = 64 * 1024 * 1024
MAX_LINE = 64 * 1024  # characters of one physical line
MAX_ROWS = 500_000
MAX_COLUMNS = 256
_SPACES = "\u00a0\u202f\u2007"
_GUARD = re.compile(r"'(?='*[=+\-@\t\r])")  # written by spreadsheet.neutral: taken off again here


def read(path: Path, *, max_bytes: int = MAX_BYTES) -> Table:
    """Reads the file whole; raises ReadingError where nothing of it can be trusted."""
    data = _bytes(path, max_bytes)
    if path.suffix.lower() in (".yaml", ".yml"):
        return read_yaml(path, data)
    if path.suffix.lower() == ".xml":
        return read_xml(data)
    text, notes = _decoded(data)
    return _table(text, notes)


def _bytes(path: Path, max_bytes: int) -> bytes:
    try:
        if path.is_dir():
            raise ReadingError(Problem(0, "", "this is a folder", "name the file in it", UNREADABLE))
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise ReadingError(Problem(0, "", "there is no such file", "check its name and folder", UNREADABLE)) from None
    except OSError as error:
        raise ReadingError(Problem(0, "", f"cannot be read: {error.strerror}", "", UNREADABLE)) from None
    if len(data) > max_bytes:
        cure = "split it into several files; importing a line twice does no harm"
        raise ReadingError(Problem(0, "", f"is larger than {max_bytes // 1024 // 1024} MiB", cure, UNREADABLE))
    return data


# --- characters --------------------------------------------------------------------------------------------------


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """UTF-8 with or without its mark, else Windows-1252, which is said; anything else is refused."""
    utf8 = "save it as CSV UTF-8"
    if data[:4] == b"PK\x03\x04" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise ReadingError(Problem(0, "", "is a spreadsheet, not a CSV file", utf8, UNREADABLE))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ReadingError(Problem(0, "", "is written in UTF-16", utf8, UNREADABLE))
    if (at := data.find(b"\x00")) >= 0:
        line = data.count(b"\n", 0, at) + 1
        raise ReadingError(Problem(line, "", "holds a NUL character: this is not a text file", utf8, UNREADABLE))
    notes: tuple[str, ...] = ()
    try:
        text = data.decode("utf-8").lstrip("\ufeff")
    except UnicodeDecodeError as error:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            line = data.count(b"\n", 0, error.start) + 1
            what = f"byte {data[error.start]:#04x} is neither UTF-8 nor Windows-1252"
            raise ReadingError(Problem(line, "", what, utf8, UNREADABLE)) from None
        notes = ("not UTF-8: read as Windows-1252 (cp1252); check the accents",)
    if (found := UNPRINTABLE.search(text)) is not None:
        line = text.count("\n", 0, found.start()) + 1
        what = f"the character U+{ord(found[0]):04X} is not allowed"
        raise ReadingError(Problem(line, "", what, "remove it", UNREADABLE))
    return text, notes


# --- CSV ---------------------------------------------------------------------------------------------------------


def _table(text: str, notes: tuple[str, ...]) -> Table:
    lines = io.StringIO(text, newline="")
    _check_lengths(text)
    delimiter = _delimiter(text)
    records = _records(csv.reader(lines, delimiter=delimiter, strict=True))
    header = next((record for record in records if any(record[1])), None)
    if header is None:
        return Table((), (), notes)
    columns = _columns(*header)
    rows: list[Row] = []
    for line, cells in records:
        if not any(cells):
            continue
        if len(rows) >= MAX_ROWS:
            raise ReadingError(Problem(line, "", f"more than {MAX_ROWS:,} lines", "split the file", UNREADABLE))
        rows.append(_row(line, columns, cells))
    return Table(columns, tuple(rows), notes, delimiter, header[0])


def _check_lengths(text: str) -> None:
    start, number = 0, 1
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > MAX_LINE:
            what = f"this line has {end - start:,} characters, more than {MAX_LINE:,}"
            raise ReadingError(Problem(number, "", what, "a line is one record; check the line breaks", UNREADABLE))
        start, number = end + 1, number + 1


def _delimiter(text: str) -> str:
    """Semicolon, tab or comma: whichever the header line holds most of."""
    header = re.sub(r'"[^"]*"', "", text.lstrip().split("\n", 1)[0])
    return max(";\t,", key=header.count)


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins."""
    line = 0
    while True:
        begun = line + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ReadingError(_broken(begun, str(error))) from None
        line = reader.line_num  # type: ignore[attr-defined]
        yield begun, [_clean(cell) for cell in cells]


def _broken(line: int, error: str) -> Problem:
    if "end of data" in error or "field limit" in error:
        what = "a quotation mark opens a cell here and is never closed"
    else:
        what = "a quotation mark stands in the middle of a cell"
    return Problem(
        line, "", what, 'put the cell between quotation marks and double those inside: "say ""yes"""', UNREADABLE
    )


def _clean(cell: str) -> str:
    cell = cell.strip().strip(_SPACES).strip()
    return _GUARD.sub("", cell, count=1) if cell.startswith("'") else cell


def _columns(line: int, cells: list[str]) -> tuple[str, ...]:
    columns = tuple(re.sub(r"\s+", "_", cell.lower()) for cell in cells)
    while columns and not columns[-1]:
        columns = columns[:-1]
    if len(columns) > MAX_COLUMNS:
        what = f"the header has {len(columns)} columns, more than {MAX_COLUMNS}"
        raise ReadingError(Problem(line, "", what, "keep the columns that `relance import --help` lists", COLUMN))
    for place, column in enumerate(columns):
        if not column:
            what = f"column {place + 1} has no name"
            raise ReadingError(Problem(line, "", what, "the first line names the columns", COLUMN))
        if column in columns[:place]:
            raise ReadingError(Problem(line, column, "this column stands twice", "remove one of the two", COLUMN))
    return columns


def _row(line: int, columns: tuple[str, ...], cells: list[str]) -> Row:
    broken = None
    filled = len(cells) if any(cells[len(columns) :]) else min(len(cells), len(columns))
    if filled != len(columns):
        what = f"this line has {filled} cells, the header has {len(columns)}"
        cure = "put a text that holds the separator or a line break between quotation marks"
        broken = Problem(line, "", what, cure, UNREADABLE)
    return Row(line, {column: cell for column, cell in zip(columns, cells, strict=False) if cell}, broken=broken)
