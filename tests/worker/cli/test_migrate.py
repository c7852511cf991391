"""`migrate`: nothing to do in the one version that there is, and a clear word about any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules import migrating
from rules.vocabulary import FORMAT
from tests.worker.cli.conftest import Run


def test_there_is_nothing_to_do_yet(run: Run) -> None:
    said = run("migrate")
    assert (said.exit_code, said.output) == (0, "Nothing to do: every file is in relance/v1.\n")


def test_its_help_says_that_there_is_one_version(run: Run) -> None:
    assert len({FORMAT, *migrating.MIGRATIONS}) == 1
    assert f"There is one version so far, {FORMAT}" in run("migrate", "--help").output


def test_an_unknown_version_is_an_error_with_its_place(run: Run, folder: Path) -> None:
    policy = folder / "policies" / "reminders.yaml"
    policy.write_text(policy.read_text("utf-8").replace("relance/v1", "relance/v9"), "utf-8")
    said = run("migrate", "--write")
    assert said.exit_code == 1
    assert "'relance/v9' is no version of the language that this Relance can read" in said.stderr
    assert "policies/reminders.yaml:" in said.stderr
    assert run("migrate", "business.yaml").exit_code == 0


def test_the_difference_is_shown_before_it_is_written(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a migration that only this test knows."""
    toy = {"relance/v0": ("relance/v1", lambda text: text.replace("wait: due", "at: due"))}
    monkeypatch.setitem(migrating.migrate.__kwdefaults__, "migrations", toy)
    policy = folder / "policies" / "reminders.yaml"
    new = policy.read_text("utf-8")
    old = new.replace("relance/v1", "relance/v0").replace("at: due", "wait: due")
    policy.write_text(old, "utf-8")
    shown = run("migrate")
    assert shown.exit_code == 0
    assert "-    wait: due+3d\n+    at: due+3d\n" in shown.output
    assert policy.read_text("utf-8") == old
    assert run("migrate", "--write").output.endswith("1 file written. Then: relance validate && relance test\n")
    assert policy.read_text("utf-8") == new
