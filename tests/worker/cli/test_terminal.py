"""Tables on terminals of every width, without colour, and in pipes: no amount is folded, no word is split."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from tests.worker.cli.conftest import Run
from tests.worker.cli.scene import live
from worker.cli.output import Column, drawn

WIDTHS = (30, 50, 66, 80, 99, 100, 140)
COLUMNS = (
    Column("contract", ("K-1", "K-2026-000017"), right=False),
    Column("name", ("Boulangerie Petit SARL", "Établissements Durand et Fils"), right=False),
    Column("open", ("1500.00 EUR", "12345.00 EUR, 200.00 USD"), right=True),
    Column("next", ("formal-notice", "reminder-2"), right=False),
    Column("why", ("the bank's data go to 2027-01-02, 2027-02-01 is needed", "planned"), right=False),
)


def lines(width: int, *least: str) -> list[str]:
    console = Console(width=width, file=None, color_system=None, highlight=False)
    with console.capture() as seen:
        console.print(drawn(COLUMNS, width, least))
    return seen.get().splitlines()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_folded_or_split_at_any_width(width: int) -> None:
    told = lines(width, "name", "why")
    assert max(map(len, told)) <= width
    text = "\n".join(told)
    for whole in ("1500.00 EUR", "12345.00 EUR,", "200.00 USD", "formal-notice", "K-2026-000017"):
        assert whole in text


def test_the_least_columns_go_first_then_each_row_stands_by_itself() -> None:
    assert [word for word in lines(140, "name", "why")[0].split() if word] == [
        "contract",
        "name",
        "open",
        "next",
        "why",
    ]
    assert lines(70, "name", "why")[0].split() == ["contract", "open", "next", "why"]
    assert lines(55, "name", "why")[0].split() == ["contract", "open", "next"]
    told = lines(40, "name", "why")
    assert told[0].strip() == "K-1"
    assert [line.split()[0] for line in told[1:5]] == ["name", "open", "next", "why"]


def terminal(folder: Path, *arguments: str, **environ: str) -> str:
    """What the command prints on a terminal, with this environment."""
    given = {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": "", "TERM": "xterm-256color", **environ}
    here, there = pty.openpty()
    command = [sys.executable, "-m", "worker.cli", "-w", str(folder), *arguments]
    with subprocess.Popen(command, stdout=there, stderr=there, env=given) as process:
        os.close(there)
        said = b""
        while chunk := _read(here):
            said += chunk
        assert process.wait(60) == 0
    os.close(here)
    return said.decode().replace("\r\n", "\n")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other side is closed
        return b""


def test_a_terminal_of_90_columns_has_the_list_without_names(asked: Path) -> None:
    shown = terminal(asked, "case", "list", COLUMNS="90", NO_COLOR="1")
    head, first, *_ = shown.splitlines()
    assert "customer" in head
    assert "name" not in head
    assert first.split() == ["K-1", "C-1", "firm", "1500.00", "EUR", "30", "formal-notice", "2027-02-03", "approval"]


def test_a_terminal_of_80_columns_keeps_stage_age_amount_and_next_step(asked: Path) -> None:
    head, first, *_ = terminal(asked, "case", "list", COLUMNS="80", TERM="dumb").splitlines()
    assert head.split() == ["contract", "stage", "open", "days", "next", "on", "waits", "for"]
    assert first.split() == ["K-1", "firm", "1500.00", "EUR", "30", "formal-notice", "2027-02-03", "approval"]


def test_without_colour_there_is_none(asked: Path) -> None:
    shown = terminal(asked, "case", "list", COLUMNS="50", NO_COLOR="1")
    assert "\x1b[3" not in shown
    assert "\x1b[9" not in shown
    assert "\n  waits for  approval" in shown
    assert "\x1b" not in terminal(asked, "case", "list", COLUMNS="100", TERM="dumb")


def test_a_pipe_has_every_column_and_no_control_character(run: Run, asked: Path) -> None:
    head, first, _, last = run("case", "list").output.splitlines()
    headings = ["contract", "customer", "name", "stage", "open", "days", "next", "on", "waits", "for"]
    assert head.split() == headings
    assert first.endswith("formal-notice  2027-02-03  approval")
    assert last == "2 cases."
    assert "\x1b" not in head + first


def test_a_case_says_its_next_step_once(run: Run, asked: Path) -> None:
    shown = run("case", "show", "K-1").output
    assert "  firm, 1500.00 EUR open, 1500.00 EUR overdue, the oldest for 30 days\n" in shown
    assert shown.count("credit-controller was asked to approve on 2027-02-03") == 1
    assert (
        "Next: formal-notice, 2027-02-03 12:42: credit-controller was asked to approve on 2027-02-03, until " in shown
    )


def test_a_next_step_says_its_moment_once(run: Run, shop: Path) -> None:
    """The first message of F-1, due on 4 January 2027, is planned for Wednesday 30 December, five days before."""
    (said,) = [line for line in run("case", "show", "F-1").output.splitlines() if "Next: " in line]
    assert re.fullmatch(r"  Next: courtesy, 2026-12-30 \d\d:\d\d: as planned", said)


def test_what_is_settled_takes_a_line_on_a_page_of_several(run: Run, asked: Path) -> None:
    run("record", "payment", "--invoices", "F-2", "--amount", "300.00 EUR", "--on", "2027-02-02")
    live(asked, datetime(2027, 2, 3, 13, tzinfo=UTC))
    shown = run("case", "show", "K-1").output
    assert "\nF-1  1200.00 EUR open of 1200.00 EUR" in shown
    _, settled = shown.split("\nSettled\n")
    head, row = settled.splitlines()
    assert head.split() == ["invoice", "amount", "due", "ended", "by", "last", "step", "on"]
    assert row.split() == ["F-2", "300.00", "EUR", "2027-01-20", "paid", "reminder-1", "2027-01-25"]
    assert "The ladder is stopped: paid." in run("case", "show", "F-2").output


def test_a_contract_that_has_ended_is_said_to_have(run: Run, shop: Path) -> None:
    """It is Saturday 5 December 2026."""
    monthly = "customer: C-1, kind: recurring, every: 1m, start: 2026-01-01, billed_through: 2026-11-30"
    lines = "lines: [{text: Support, amount: 100.00 EUR}]"
    entries = "".join(f"- {{contract: {name}, {monthly}, {lines}}}\n" for name in ("M-1", "M-2"))
    (shop / "monthly.yaml").write_text(entries, "utf-8")
    assert run("import", "contracts", shop / "monthly.yaml").exit_code == 0
    for name, day in (("M-1", "2026-12-04"), ("M-2", "2026-12-05")):
        run("record", "end", "--contract", name, "--on", day, "--reason", "both agreed")
    assert "M-1  recurring, ended on 2026-12-04" in run("case", "show", "M-1").output
    assert "M-2  recurring, ends on 2026-12-05" in run("case", "show", "M-2").output


def test_the_list_of_holds_says_the_day_that_was_promised(run: Run, shop: Path) -> None:
    run("record", "promise", "--on", "2026-12-20", "--invoices", "F-1", "--key", "p")
    (row,) = [line for line in run("hold", "list").output.splitlines() if line.startswith("promise/p")]
    assert row.split() == ["promise/p", "promise", "invoice", "F-1", "2026-12-05", "2026-12-20"]
