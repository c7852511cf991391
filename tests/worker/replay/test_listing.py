"""Lists of (day, receivable, step, outcome): written, read again, and compared."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules.simulate import Entry
from worker.imports.problems import ReadingError
from worker.replay.listing import compare, read, write

FIRST = Entry(date(2026, 2, 5), "A-1", "first", "sent")
OTHER = Entry(date(2026, 2, 6), "A-2", "first", "sent")
SECOND = Entry(date(2026, 2, 16), "A-1", "second", "sent")
LATER = Entry(date(2026, 2, 17), "A-1", "second", "sent")


def test_equal_lists_have_no_difference() -> None:
    assert compare([FIRST, SECOND], [FIRST, SECOND]) is None


def test_the_first_difference_has_both_lines_and_what_came_before() -> None:
    found = compare([FIRST, OTHER, SECOND], [FIRST, OTHER, LATER])
    assert found is not None
    assert (found.line, found.one, found.other, found.before) == (3, SECOND, LATER, (FIRST,))
    assert found.text("simulator", "temporal") == (
        "line 3: the two lists differ\n"
        "  before     2026-02-05  A-1  first  sent\n"
        "  simulator  2026-02-16  A-1  second  sent\n"
        "  temporal   2026-02-17  A-1  second  sent"
    )


def test_a_list_that_ends_early_differs_there() -> None:
    found = compare([FIRST], [FIRST, OTHER])
    assert found is not None
    assert (found.line, found.one, found.other, found.receivable) == (2, None, OTHER, "A-2")
    assert "(nothing more)" in found.text()


def test_a_list_is_read_as_it_was_written(tmp_path: Path) -> None:
    listed = [FIRST, Entry(date(2026, 3, 1), "=A", "", "stopped: paid"), Entry(date(2026, 3, 2), 'B,"x', "s", "sent")]
    write(listed, tmp_path / "a.csv")
    assert read(tmp_path / "a.csv") == listed
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()[:3] == [
        "day,receivable,step,outcome",
        "2026-02-05,A-1,first,sent",
        "2026-03-01,'=A,,stopped: paid",
    ]
    assert list(tmp_path.iterdir()) == [tmp_path / "a.csv"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("day,step\n", "the columns are not"),
        ("day,receivable,step,outcome\n2026-02-05,A-1\n", "this line has 2 cells"),
        ("day,receivable,step,outcome\n5.2.2026,A-1,first,sent\n", "'5.2.2026' is not a date"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ReadingError, match=said):
        read(tmp_path / "a.csv")


def test_a_missing_list_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="cannot be read"):
        read(tmp_path / "nowhere.csv")
