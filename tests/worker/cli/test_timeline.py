"""The picture of a simulated life: in the terminal's columns, and as a page that needs nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from rules.trial.told import Line
from tests.worker.cli.conftest import Run
from worker.cli.timeline import drawn, page

LINES = [
    Line(date(2027, 1, 4), {"step": "reminder-1", "email": "reminder-1"}),
    Line(date(2027, 1, 25), {"invoice": "F-2027-00000000000001", "step": "reminder-2", "email": "reminder-2"}),
    Line(date(2027, 2, 15), {"stopped": "paid"}),
]


def test_each_day_has_its_place_between_the_first_and_the_last() -> None:
    rows = drawn(LINES)
    assert [row.index("●") for row in rows] == [27, 27 + 20, 27 + 41]  # 25 January lies in the middle of 41 columns
    assert all(len(row) <= 80 for row in rows)
    assert rows[1].startswith("F-2027-00000000000001 rem… ")
    assert rows[2].startswith("stopped: paid ")


def test_nothing_draws_nothing() -> None:
    assert drawn([]) == []


def test_the_page_is_whole_and_escapes_names() -> None:
    text = page(LINES, "<b>Martin</b>")
    ElementTree.fromstring(text[text.index("<svg") : text.index("</main>")])
    assert "<b>" not in text
    assert "http" not in text
    assert text.count("<circle") == 3


def test_a_policy_is_drawn_and_written_to_a_page(run: Run, folder: Path) -> None:
    done = run("simulate", "reminders", "--issued", "2026-12-05", "--due", "2027-01-04", "--report", folder / "a.html")
    assert done.exit_code == 0, done.output
    picture = [row for row in done.output.splitlines() if "●" in row]
    assert [row[:20].strip() for row in picture][:3] == ["enrolled: reminders", "courtesy, email", "reminder-1, email"]
    assert (folder / "a.html").read_text("utf-8").count("<circle") == len(picture)


def test_an_end_that_is_past_is_wrong_use(run: Run) -> None:
    refused = run("simulate", "reminders", "--due", "2027-01-04", "--until", "2026-12-31")
    assert (refused.exit_code, "--until 2026-12-31 is past" in refused.stderr) == (2, True)
