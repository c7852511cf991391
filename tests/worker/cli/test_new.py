"""`new policy`: commented or from a preset, in order as it comes, and never over what is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rules.library import files
from rules.vocabulary import KINDS
from tests.worker.cli.conftest import Run

PRESETS = [path.split("/")[1].removesuffix(".yaml") for path in files() if path.startswith("policies/")]
ROUTES = """\
format: relance/v1
kind: assignment
id: default
owner: anne@acme.example
routes:
  - {id: new, when: {customer.segment: new}, policy: mine}
otherwise: {policy: reminders}
"""


def routed(folder: Path) -> None:
    (folder / "assignments" / "default.yaml").write_text(ROUTES, "utf-8")


@pytest.mark.parametrize("preset", [None, *sorted(PRESETS)])
def test_a_new_policy_is_in_order_as_it_comes(run: Run, folder: Path, preset: str | None) -> None:
    made = run("new", "policy", "Mine", *(["--preset", preset] if preset else []))
    assert made.exit_code == 0
    assert made.output.startswith("Made policies/mine.yaml and tests/mine.test.yaml.")
    assert run("lint").exit_code == 3  # nobody is routed to it yet
    routed(folder)
    for command in ("validate", "lint"):
        said = run(command)
        assert (said.exit_code, said.output) == (0, "6 files, nothing to say.\n")
    tested = run("test", "mine.test.yaml")
    assert tested.exit_code == 0, tested.output
    assert "Never reached" not in tested.output


def test_a_preset_whose_roles_and_agency_nobody_has_says_which(run: Run, folder: Path) -> None:
    business = folder / "business.yaml"
    text = re.sub(
        r"^  (credit-director|account-manager|recouvra):.*\n|^agencies:.*\n",
        "",
        business.read_text("utf-8"),
        flags=re.MULTILINE,
    )
    business.write_text(text, "utf-8")
    made = run("new", "policy", "mine", "--preset", "eu-b2b").output
    assert "first: nobody holds the role 'credit-director' in business.yaml" in made
    assert "first: there is no agency 'recouvra' in business.yaml" in made


def test_a_preset_that_collects_says_that_there_is_no_creditor_identifier(run: Run, folder: Path) -> None:
    business = folder / "business.yaml"
    business.write_text(re.sub(r"^debits:.*\n", "", business.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    made = run("new", "policy", "mine", "--preset", "subscription-with-debit").output
    assert "first: business.yaml has no creditor identifier, so nothing is collected" in made


def test_every_commented_choice_is_one_that_can_be_made(run: Run, folder: Path) -> None:
    """All of them at once: only the agency must still be named in business.yaml."""
    run("new", "policy", "mine")
    file = folder / "policies" / "mine.yaml"
    lines = file.read_text("utf-8").splitlines()
    chosen = [line if n < 4 else re.sub(r"^( {0,8})# ", r"\1", line) for n, line in enumerate(lines)]
    assert sum(before != after for before, after in zip(lines, chosen, strict=True)) > 35
    file.write_text("\n".join(chosen), "utf-8")
    found = {(d["code"], d["message"]) for d in json.loads(run("validate", file, "--format", "json").stdout)}
    assert {code for code, _ in found} <= {"REL208"}, found
    assert {message for _, message in found} == {"there is no agency 'one-of-business-yaml' in business.yaml"}


def test_nothing_is_written_over(run: Run, folder: Path) -> None:
    refused = run("new", "policy", "reminders")
    assert refused.exit_code == 1
    assert "policies/reminders.yaml is there already" in refused.stderr
    (folder / "tests" / "mine.test.yaml").write_text("mine", "utf-8")
    assert run("new", "policy", "mine").exit_code == 1
    assert not (folder / "policies" / "mine.yaml").exists()


def test_a_preset_that_does_not_exist_is_answered_with_the_nearest(run: Run) -> None:
    refused = run("new", "policy", "mine", "--preset", "de-b2c")
    assert refused.exit_code == 1
    assert "there is no preset de-b2c: did you mean 'de-b2b'?" in refused.stderr


def test_every_file_names_a_schema_that_is_there(run: Run, folder: Path) -> None:
    run("new", "policy", "mine", "--preset", "gb-b2b")
    for file in folder.rglob("*.yaml"):
        text = file.read_text("utf-8")
        if "\nkind: " not in text:
            continue
        first = text.splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (file.parent / first.partition("=")[2]).is_file(), file
    settings = json.loads((folder / ".vscode" / "settings.json").read_text("utf-8"))
    named = {folder / schema for schema in settings["yaml.schemas"]}
    assert named == {folder / "schemas" / f"{kind}.v1.json" for kind in KINDS}
    assert all(list(folder.glob(glob)) for kind, glob in settings["yaml.schemas"].items() if "polic" in kind)


def test_schemas_are_written_anew_and_settings_are_kept(run: Run, folder: Path) -> None:
    (folder / "schemas" / "policy.v1.json").write_text("{}", "utf-8")
    (folder / ".vscode" / "settings.json").write_text("{}", "utf-8")
    assert run("new", "schemas").exit_code == 0
    assert "$schema" in json.loads((folder / "schemas" / "policy.v1.json").read_text("utf-8"))
    assert (folder / ".vscode" / "settings.json").read_text("utf-8") == "{}"


def test_what_the_first_hour_imports_is_there_and_stays_out_of_git(run: Run, folder: Path) -> None:
    assert (folder / ".gitignore").read_text("utf-8").splitlines() == [".relance/", "data/"]
    for kind, file in (("customers", "customers.csv"), ("contracts", "contracts.yaml")):
        said = run("import", kind, folder / "data" / file)
        assert (said.exit_code, "1 new" in said.output) == (0, True), said.output
