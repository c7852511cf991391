"""Where somebody who follows docs/policies.md goes wrong, the answer says how to go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.worker.cli.conftest import Run, outside

NAMED = "did you mean 'reminders'?"
TEST = "did you mean 'tests/reminders.test.yaml'?"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("test reminders", TEST),
        ("test policies/reminders.yaml", TEST),
        ("show policies/reminders.yaml", NAMED),
        ("show reminder", NAMED),
        ("simulate reminder", NAMED),
        ("simulate reminders.yaml", NAMED),
        ("diff HEAD~1", "this folder is in no git repository with a commit"),
    ],
)
def test_a_name_that_is_not_quite_right_is_answered_with_the_right_one(run: Run, typed: str, answer: str) -> None:
    refused = run(*typed.split())
    assert (refused.exit_code, answer in refused.stderr) == (1, True), refused.output


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("due + 8d", "due+8d"),
        ("due+8 days", "due+8d"),
        ("due\u20138d", "due-8d"),
        ("J+8", "due+8d"),
        ("previous+5jo", None),
    ],
)
def test_a_delay_in_ones_own_words_is_answered_in_those_of_the_language(
    run: Run, folder: Path, said: str, meant: str | None
) -> None:
    policy = folder / "policies/reminders.yaml"
    policy.write_text(policy.read_text("utf-8").replace("due+10d", said), "utf-8")
    answer = run("validate").output
    assert f"= help: write {meant or 'previous+5bd'}\n" in answer


def test_the_workspace_is_found_from_a_folder_beside_it_or_in_it(folder: Path) -> None:
    below, above = outside("validate", cwd=folder / "policies"), outside("validate", cwd=folder.parent)
    assert (below.returncode, above.returncode) == (1, 1)
    assert f"it is in {folder}, go there first" in below.stderr
    assert "it is in acme, so first cd acme" in above.stderr


def test_a_folder_of_a_workspace_is_judged_in_its_workspace(folder: Path) -> None:
    assert outside("validate", "policies", cwd=folder).stdout == "1 file, nothing to say.\n"
    (folder / "tests/more.test.yaml").write_text("kind: policy-test\n", "utf-8")
    assert outside("validate", "policies", cwd=folder).returncode == 0
    assert "tests/more.test.yaml:1:1: error" in outside("validate", "tests", cwd=folder).stdout


def test_two_versions_that_do_not_differ_are_named(run: Run) -> None:
    assert run("diff", "workspace", "workspace").output == "No difference between workspace and workspace.\n"


def test_a_backtest_of_days_without_a_past_says_so(run: Run, shop: Path) -> None:
    assert "the ledger has no invoice until 2020-01-01" in run("backtest", "--to", "2020-01-01").stderr
    ahead = run("backtest", "--from", "2031-01-01")
    assert (ahead.exit_code, "a backtest lives what is past" in ahead.stderr) == (2, True)


def test_a_file_of_routes_that_is_empty_is_an_error(run: Run, folder: Path) -> None:
    (folder / "assignments/default.yaml").write_text("", "utf-8")
    said = run("validate")
    assert (said.exit_code, "assignments/default.yaml:1:1: error: the file is empty [REL013]" in said.output) == (
        1,
        True,
    )


def test_a_country_in_small_letters_is_answered_with_its_code(run: Run, folder: Path) -> None:
    policy = folder / "policies/reminders.yaml"
    text = policy.read_text("utf-8").replace("invoice.balance: {gte: 15.00 EUR}", "customer.country: [no, uk]")
    policy.write_text(text, "utf-8")
    said = run("validate").output
    assert ("did you mean 'NO'?" in said, "did you mean 'GB'?" in said) == (True, True)


def test_an_invoice_from_before_the_policy_is_answered_with_a_day_that_is_its(run: Run) -> None:
    early = run("simulate", "reminders", "--issued", "2025-01-01").output
    assert "reminders is for invoices issued from 2026-01-01 on: --issued 2026-01-01" in early
    assert "--issued" not in run("simulate", "reminders", "--issued", "2026-01-01").output
