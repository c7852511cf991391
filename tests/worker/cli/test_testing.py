"""`test`: recorded, watched, in several processes, and for machines."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

from tests.worker.cli.conftest import Run, outside
from worker.cli.test import changes

TESTS = "tests/reminders.test.yaml"


def broken(folder: Path) -> str:
    """The tests, one of which expects a reminder a day late; as they were before."""
    tests = folder / TESTS
    before = tests.read_text("utf-8")
    tests.write_text(before.replace("due+10d,    step", "due+11d,    step"), "utf-8")
    return before


def test_what_happened_is_recorded_and_then_holds(run: Run, folder: Path) -> None:
    before = broken(folder)
    assert run("test").exit_code == 1
    recorded = run("test", "--record")
    assert recorded.exit_code == 0
    assert recorded.output == f"{TESTS}: 1 test recorded. Read what changed before you keep it.\n"
    assert (folder / TESTS).read_text("utf-8") == before
    assert run("test").exit_code == 0
    assert run("test", "--record").output == "Everything is as expected: nothing was written.\n"


def test_a_test_that_cannot_be_understood_is_not_recorded(run: Run, folder: Path) -> None:
    tests = folder / TESTS
    text = tests.read_text("utf-8").replace("policy: reminders", "policy: remainders")
    tests.write_text(text, "utf-8")
    refused = run("test", "--record")
    assert refused.exit_code == 1
    assert "did you mean 'reminders'?" in refused.stderr
    assert tests.read_text("utf-8") == text


def test_several_processes_say_the_same_as_one(folder: Path) -> None:
    broken(folder)
    for name in "abc":
        shutil.copy(folder / TESTS, folder / "tests" / f"{name}.test.yaml")
    said = {outside("test", "--jobs", jobs, cwd=folder).stdout for jobs in ("1", "2")}
    assert len(said) == 1
    assert said.pop().endswith("8 tests, 4 failed. Steps reached: 4/4\n")


def test_what_failed_is_marked_for_github(run: Run, folder: Path) -> None:
    assert run("test", "--format", "github").output == ""
    broken(folder)
    marked = run("test", "--format", "github")
    assert marked.exit_code == 1
    assert marked.output.startswith(f"::error file={TESTS},line=")
    assert "1 day earlier than expected" in marked.output


def test_each_file_has_its_heading(run: Run) -> None:
    assert run("test").output.startswith(f"{TESTS}\nok    ")


def test_outcomes_for_machines(run: Run, folder: Path) -> None:
    broken(folder)
    suite = ElementTree.fromstring(run("test", "--format", "junit").stdout)[0]
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == (TESTS, "2", "1")
    document = json.loads(run("test", "--format", "json").stdout)
    assert [each["difference"] for each in document if not each["passed"]] == [
        "reminder-2: e-mail reminder-2 left on Thursday 14 January 2027, 1 day earlier than expected"
    ]
    assert all(["step", "reminders", "courtesy"] in each["reached"] for each in document)


def test_a_watch_runs_at_first_and_when_a_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("1", "utf-8")
    acts = iter([lambda: None, lambda: file.write_text("23", "utf-8"), file.unlink])

    def wait() -> bool:
        act = next(acts, None)
        if act is not None:
            act()
        return act is not None

    runs = [sorted(path.name for path in tmp_path.iterdir()) for _ in changes(tmp_path, wait)]
    assert runs == [["a.yaml"], ["a.yaml"], []]
