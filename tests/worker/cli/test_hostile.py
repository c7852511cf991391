"""Names that others chose, on a terminal: none of them moves the cursor, sets the title or turns the text around."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from rules import facts as f
from tests.worker.cli.conftest import Run, outside
from tests.worker.cli.scene import CARD, REACHED, START, eur, office
from tests.worker.cli.test_terminal import terminal

NAME = "A\x1b]0;owned\x07B\x1b[2J\nC\rD\u202eE\u2066F\x9b2JG\u2028H"
NUMBER = "F\x1b[2J\u202e7"
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_STYLES = re.compile(r"\x1b\[[0-9;]*m")  # rich's own: bold, and an end


@pytest.fixture
def hostile(asked: Path) -> Path:
    """The workspace with a customer whose name, contract and invoice hold what a terminal would obey."""
    with office(asked) as found, found.ledger.begin() as tx:
        person = f.Customer("C-7", "FR", language="fr", kind="business", reachable=REACHED)
        tx.record_customer(f.CustomerRecorded(START, person), replace(CARD, name=NAME))
        contract = f.Contract("K-7", "C-7", "open-account")
        tx.record("C-7", [f.ContractRecorded(START, contract, str(tx.active_rulebook()))])
        day = START.date()
        tx.record("C-7", [f.Issued(START, "R-7", "K-7", NUMBER, day, day, eur(70), delivered=day)])
    return asked


@pytest.mark.parametrize("columns", ["40", "200"])
@pytest.mark.parametrize("asked_for", [("list",), ("show", "K-7")])
def test_a_terminal_is_told_nothing_by_a_name(hostile: Path, asked_for: tuple[str, ...], columns: str) -> None:
    shown = terminal(hostile, "case", *asked_for, COLUMNS=columns, LC_ALL="C.UTF-8")
    assert "70.00 EUR" in shown
    assert not _CONTROL.search(_STYLES.sub("", shown))
    assert max(map(len, _STYLES.sub("", shown).splitlines())) <= int(columns) or asked_for[0] == "show"


@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize("asked_for", [("list",), ("show", "K-7")])
def test_a_pipe_and_a_document_hold_no_control_character(
    run: Run, hostile: Path, asked_for: tuple[str, ...], style: str
) -> None:
    result = run("case", *asked_for, "--format", style)
    assert result.exit_code == 0
    assert not _CONTROL.search(result.output)
    if style == "json":
        told = json.loads(result.output)
        assert NAME in [each["name"] for each in (told if isinstance(told, list) else [told])]
    else:
        assert "A\ufffd]0;owned\ufffdB\ufffd[2J C D\ufffdE\ufffdF\ufffd2JG H" in result.output


@pytest.mark.parametrize("asked_for", [("list",), ("show", "K-7")])
def test_a_terminal_of_ascii_only_is_no_trouble(hostile: Path, asked_for: tuple[str, ...]) -> None:
    said = outside("-w", hostile, "case", *asked_for, cwd=hostile, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (said.returncode, said.stderr) == (0, "")
    assert "70.00 EUR" in said.stdout


@pytest.mark.parametrize("asked_for", [("list",), ("show", "K-7")])
def test_whoever_reads_one_line_only_is_shown_no_traceback(hostile: Path, asked_for: tuple[str, ...]) -> None:
    given = {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": ""}
    here, there = os.pipe()
    os.close(here)  # gone before a word is said
    command = [sys.executable, "-m", "worker.cli", "-w", str(hostile), "case", *asked_for]
    process = subprocess.run(command, stdout=there, stderr=subprocess.PIPE, env=given, timeout=60, check=False)
    os.close(there)
    assert process.stderr == b""
