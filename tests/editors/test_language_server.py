"""The schemas in an editor: no error in what is right, an error where something is wrong, completion and help.

`make editors` installs the server and runs these; without it they are passed over.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from rules.library import files
from tests.editors.client import SERVER, Editor
from worker.cli.app import relance

pytestmark = [
    pytest.mark.editors,
    pytest.mark.skipif(
        not SERVER.exists() or shutil.which("node") is None, reason="the language server is not installed: make editors"
    ),
]
POLICY = """\
# yaml-language-server: $schema=../schemas/policy.v1.json
format: relance/v1
kind: policy
id: mine
title: Mine
owner: credit-control@example.com
effective_from: 2027-01-01
calendar: fr-paris
steps:
  - id: reminder-1
    at: due+3d
    do:
      - email: {template: reminder-1, to: billing}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("editors") / "acme"
    for arguments in (["new", "workspace", str(made)], ["-w", str(made), "new", "policy", "mine"]):
        assert CliRunner().invoke(relance, arguments).exit_code == 0
    shipped = made / "shipped"
    for path, data in files().items():
        file = shipped / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return made


@pytest.fixture(scope="module")
def editor(folder: Path) -> Iterator[Editor]:
    opened = Editor(folder)
    yield opened
    opened.close()


def write(folder: Path, name: str, text: str) -> Path:
    """A policy of one test, apart from those that are right."""
    file = folder / "tried" / f"{name}.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def test_nothing_is_underlined_in_what_is_new_or_shipped(editor: Editor, folder: Path) -> None:
    apart = folder / "tried"
    every = (file for file in folder.rglob("*.yaml") if apart not in file.parents)
    opened = sorted(file for file in every if "\nkind: " in file.read_text("utf-8"))
    assert len(opened) > 40
    assert {file.name: found for file in opened if (found := editor.open(file))} == {}


@pytest.mark.parametrize(
    ("name", "right", "wrong", "line"),
    [
        ("key", "calendar: fr", "calender: fr", 8),
        ("moment", "at: due+3d", "at: J+3", 11),
        ("action", "- email:", "- emial:", 13),
        ("missing", ", to: billing", "", 13),
        ("id", "id: reminder-1", "id: Reminder 1", 10),
        ("date", "2027-01-01", "1 January", 7),
        ("choice", "    at:", "    level: hard\n    at:", 11),
        ("fact", "steps:", "applies_to: {customer.contry: FR}\nsteps:", 9),
        ("comparison", "steps:", "applies_to: {invoice.balance: 15}\nsteps:", 9),
        ("amount", "steps:", "applies_to: {invoice.balance: {gte: 15.00}}\nsteps:", 9),
    ],
)
def test_a_mistake_is_underlined_where_it_is(
    editor: Editor, folder: Path, name: str, right: str, wrong: str, line: int
) -> None:
    assert right in POLICY
    found = editor.open(write(folder, f"wrong-{name}", POLICY.replace(right, wrong, 1)))
    assert line in {at for at, _ in found}, found


def test_keys_actions_and_choices_are_offered(editor: Editor, folder: Path) -> None:
    """At an empty key of a step, behind `level:`, in a list of actions, and below the whole."""
    text = POLICY + "    \n    level: \n  - id: two\n    at: due+9d\n    do:\n      - \n"
    file = write(folder, "offered", text + "\n")
    editor.open(file)
    lines = text.splitlines()
    assert {"when", "approval", "requires"} <= editor.complete(file, lines.index("    "), 4)
    assert {"courtesy", "handoff"} <= editor.complete(file, lines.index("    level: "), 11)
    assert {"letter", "task", "charge"} <= editor.complete(file, lines.index("      - "), 8)
    whole = write(folder, "whole", POLICY + "\n")
    editor.open(whole)
    assert {"pacing", "holds", "variants"} <= editor.complete(whole, len(POLICY.splitlines()), 0)


def test_hovering_over_a_key_says_what_it_is(editor: Editor, folder: Path) -> None:
    file = write(folder, "hovered", POLICY + "pacing: {min_gap: 3bd}\n")
    editor.open(file)
    assert "least time between two contacts" in editor.hover(file, len(POLICY.splitlines()), 10)
