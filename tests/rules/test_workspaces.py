"""Workspaces whose files do not fit each other, and what is said of them, word for word.

`python -m tests.rules.test_workspaces` writes the outputs anew, to be read before they are committed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.diagnostics import Diagnostic, render
from rules.policytest import run
from worker.cli import checks
from worker.workspace import load

FOLDER = Path(__file__).parent / "workspaces"
CASES = sorted(folder for folder in FOLDER.iterdir() if folder.is_dir())


def found_in(folder: Path) -> list[Diagnostic]:
    """What `validate` says, and where nothing is wrong, why tests could not be run."""
    workspace = load(folder)
    found = set(checks.findings(workspace))
    if workspace.compiled.rulebook is None:
        return sorted(found)
    for path in (path for path in workspace.files if path.startswith("tests/")):
        node, _ = checks.tests_of(workspace, path)
        assert node is not None
        found |= {problem for each in run(node, path, workspace.rulebook) for problem in each.problems}
    return sorted(found)


def said_of(folder: Path) -> str:
    return render(found_in(folder), load(folder).sources)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_workspace_is_told_its_mistakes_word_for_word(folder: Path) -> None:
    assert said_of(folder) == folder.with_suffix(".out").read_text("utf-8")


def test_one_mistake_is_told_once_whatever_follows_from_it() -> None:
    """A business and a policy with one slip each: nothing about the roles, agencies and steps that hang on them."""
    assert [(d.file, d.message) for d in found_in(FOLDER / "noise")] == [
        ("business.yaml", "unknown key 'people'"),
        ("policies/mine.yaml", "'Reminder 1' is not a name in lower case with dashes, such as reminder-1"),
    ]


def test_a_business_that_is_wrong_hides_nothing_of_what_names_it() -> None:
    """Its roles under a misspelt key, its agency without an address: who holds what, and who is there, is known."""
    found = {d.message for d in found_in(FOLDER / "half") if d.file != "business.yaml"}
    assert found == {
        "'custom.customer.size' is not declared in business.yaml",
        "there is no gateway 'crm' in business.yaml",
        "nobody holds the role 'account-manager' in business.yaml",
        "there is no agency 'recouvre' in business.yaml",
        "step 'reminder-1' sends remainder-1, and templates/fr/remainder-1.email.txt: there is no such template",
    }


if __name__ == "__main__":
    for folder in CASES:
        folder.with_suffix(".out").write_text(said_of(folder), "utf-8")
