"""`lint`: what is found across files, with the house's templates and the customers of a ledger."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from tests.worker.cli.conftest import Run

POLICY = "policies/reminders.yaml"


def changed(folder: Path, old: str, new: str) -> None:
    policy = folder / POLICY
    text = policy.read_text("utf-8")
    assert old in text
    policy.write_text(text.replace(old, new, 1), "utf-8")


def test_a_new_workspace_raises_no_doubt(run: Run) -> None:
    found = run("lint")
    assert (found.exit_code, found.output) == (0, "4 files, nothing to say.\n")


def test_doubts_leave_with_3_and_errors_with_1(run: Run, folder: Path) -> None:
    changed(folder, "at: due+10d", "at: previous+1bd")
    found = run("lint")
    assert found.exit_code == 3
    assert "'reminder-2' at previous+1bd is always delayed" in found.output
    changed(folder, "at: previous+1bd", "at: J+3")
    wrong = run("lint")
    assert wrong.exit_code == 1
    assert "'J+3' is not a moment" in wrong.stderr


def test_a_comment_silences_with_its_reason(run: Run, folder: Path) -> None:
    changed(folder, "  - id: reminder-2", "  - id: reminder-2   # lint: allow REL317 because sales wants it so")
    changed(folder, "at: due+10d", "at: previous+1bd")
    assert run("lint").exit_code == 0


def test_only_the_file_that_was_named_is_spoken_of(run: Run, folder: Path) -> None:
    changed(folder, "at: due+10d", "at: previous+1bd")
    assert run("lint", "business.yaml").exit_code == 0
    assert run("lint", POLICY).exit_code == 3
    assert "there is no file nowhere.yaml" in run("lint", "nowhere.yaml").stderr


def test_a_long_text_is_counted_with_the_houses_own_words(run: Run, folder: Path) -> None:
    (folder / "templates" / "fr").mkdir(parents=True)
    (folder / "templates" / "fr" / "nudge.sms.txt").write_text("mot " * 50, "utf-8")
    changed(folder, "- email: {template: reminder-2, to: billing,", "- sms: {template: nudge, to: billing} #")
    found = run("lint")
    assert "templates/fr/nudge.sms.txt is sent as 2 text messages" in found.output
    assert "templates/en/nudge.sms.txt is sent as" not in found.output


def test_the_customers_of_the_ledger_are_looked_at(run: Run, shop: Path) -> None:
    """Everybody in the scene owes euros."""
    changed(shop, "{gte: 15.00 EUR}", "{gte: 15.00 GBP}")
    found = run("lint")
    assert "this threshold has no amount in EUR, which the book has" in found.output
    assert run("lint", "--no-book").exit_code == 0


def test_findings_as_junit(run: Run, folder: Path) -> None:
    changed(folder, "at: due+10d", "at: previous+1bd")
    suites = {suite.get("name"): suite for suite in ElementTree.fromstring(run("lint", "--format", "junit").stdout)}
    assert set(suites) == {"business.yaml", POLICY, "assignments/default.yaml", "tests/reminders.test.yaml"}
    assert [suite.get("failures") for suite in suites.values() if suite.get("name") == POLICY] == ["1"]
    failure = suites[POLICY].find("testcase/failure")
    assert failure is not None
    assert "'reminder-2' at previous+1bd is always delayed" in (failure.get("message") or "")
