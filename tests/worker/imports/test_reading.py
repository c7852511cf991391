"""How a file is read before its lines are looked at: encodings, delimiters, and files that mean harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.worker.imports.conftest import Write
from tests.worker.imports.shelf import Shelf
from worker.imports.cells import CellError, language
from worker.imports.problems import ReadingError
from worker.imports.reading import MAX_COLUMNS, MAX_LINE, read

HEADER = "id,name,country,kind\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_common_ways_to_write_a_csv_say_the_same(write: Write, encoding: str, delimiter: str, ending: str) -> None:
    text = f"id,name{ending}C-1,Crêperie Noël{ending}".replace(",", delimiter)
    table = read(write("c.csv", text, encoding))
    assert [dict(row.cells) for row in table.rows] == [{"id": "C-1", "name": "Crêperie Noël"}]
    assert bool(table.notes) == (encoding == "cp1252")


def test_windows_1252_is_said(write: Write) -> None:
    assert "Windows-1252" in read(write("c.csv", "id\né\n", "cp1252")).notes[0]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"id,name\nC-1,a\x00b\n", 2, "NUL"),
        (b"id,name\nC-1,a\x07b\n", 2, "U+0007 is not allowed"),
        ("id,name\nC-1,é\n".encode("utf-16"), 0, "UTF-16"),
        (b"PK\x03\x04rest", 0, "spreadsheet"),
        (b"id\n\xe9\x81\n", 2, "neither UTF-8 nor Windows-1252"),
        (b"id,name\nC-1," + b"x" * 10_000_000 + b"\n", 2, "10,000,004 characters"),
        (b",".join(b"c%d" % n for n in range(300)) + b"\n", 1, "300 columns"),
        (b'id,name\nC-1,"' + b"x\n" * 100_000, 2, "never closed"),
        (b"id,,name\n1,2,3\n", 1, "column 2 has no name"),
    ],
)
def test_a_hostile_file_is_refused_with_its_line(write: Write, content: bytes, line: int, words: str) -> None:
    with pytest.raises(ReadingError) as error:
        read(write("c.csv", content))
    assert error.value.problem.line == line
    assert words in error.value.problem.what


def test_a_file_is_bounded(write: Write) -> None:
    with pytest.raises(ReadingError, match="larger than 1 MiB"):
        read(write("c.csv", HEADER + "x" * 2**20), max_bytes=2**20)
    assert MAX_LINE >= 2**16
    assert MAX_COLUMNS > 100


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="no such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(ReadingError, match="a folder"):
        read(tmp_path)


def test_a_hundred_unknown_columns_are_each_named(shelf: Shelf, write: Write) -> None:
    header = ["id", "name", "country", "kind", *(f"x{n}" for n in range(100))]
    checked, _ = shelf.take("customers", write("c.csv", ",".join(header) + "\n"))
    assert len(checked.problems) == 100
    assert checked.unusable


def test_quoted_cells_may_hold_separators_quotes_and_line_breaks(write: Write) -> None:
    path = write("c.csv", 'id,name\nC-1,"a, ""b""\nc"\nC-2,d\n')
    assert [(row.line, row.cells["name"]) for row in read(path).rows] == [(2, 'a, "b"\nc'), (4, "d")]


def test_blank_lines_and_spaces_around_values_mean_nothing(write: Write) -> None:
    table = read(write("c.csv", " id ; Name\n\n;\n C-1 ;\u00a0Durand \n"))
    assert [dict(row.cells) for row in table.rows] == [{"id": "C-1", "name": "Durand"}]


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        *(("fr-CA", "write fr"), ("fr_CH", "write fr"), ("en-US", "write en"), ("FR", "write fr")),
        *(("Français", "write fr"), ("klingon", "look it up in ISO 639")),
    ],
)
def test_a_language_of_a_region_is_refused_with_what_to_write(written: str, cure: str) -> None:
    with pytest.raises(CellError, match=f"'{written}' is not a two-letter language code") as refused:
        language(written)
    assert refused.value.cure == cure
