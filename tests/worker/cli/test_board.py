"""The demo's board, wide and narrow: who stands where, beside what happened last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date
from pathlib import Path

import pytest
from rich.console import Console

from tests.worker.cli.scene import office
from worker.cli.board import Board, Row, row
from worker.cli.demo import further
from worker.demo.summary import Summary
from worker.outlook import judged

ROWS = {
    "Boulangerie Petit SARL": Row("firm", (), "formal-notice approval"),
    "Établissements Durand": Row(),
}
HAPPENINGS = [
    f"2026-02-{n:02}  Boulangerie Petit SARL: a reminder by e-mail for F-{n} (reminder-1)" for n in range(1, 29)
]


def seen(width: int, height: int = 40, happenings: Sequence[str] = HAPPENINGS) -> list[str]:
    board = Board("A year", date(2026, 2, 28), 0.5, "http://127.0.0.1:8233", ROWS, happenings, Summary(invoices=28))
    console = Console(width=width, height=height, color_system=None)
    with console.capture() as shown:
        console.print(board)
    return [line.rstrip() for line in shown.get().splitlines()]


def test_on_a_wide_terminal_both_stand_side_by_side() -> None:
    lines = seen(160)
    assert any("Boulangerie Petit SARL" in line and "reminder-1" in line for line in lines)
    assert any("firm" in line and "formal-notice approval" in line for line in lines)
    assert max(map(len, lines)) <= 160


@pytest.mark.parametrize("width", [40, 60, 80, 119])
def test_on_a_narrow_one_the_customers_stand_above(width: int) -> None:
    lines = seen(width)
    assert max(map(len, lines)) <= width
    customer = next(n for n, line in enumerate(lines) if line.startswith("Boulangerie"))
    happening = next(n for n, line in enumerate(lines) if line.startswith("2026-02-2") and len(line) > 10)
    assert customer < happening
    assert "(reminder-1)" in lines[-4] + lines[-3] + lines[-5]


def test_the_last_happening_is_seen_however_low_the_terminal_is() -> None:
    for width in (40, 80, 160):
        assert "F-28" in " ".join(seen(width, height=10))


def test_nothing_has_happened_yet() -> None:
    assert "A year" in seen(80, happenings=[])[0]


def test_a_customer_stands_where_the_judgement_says(asked: Path) -> None:
    with office(asked) as found, found.ledger.read() as tx:
        now = tx.now()
        stands = row(tx.account("C-1"), judged(tx, "C-1", now), UTC)
    assert (stands.stage, [str(each) for each in stands.open], stands.next) == (
        "firm",
        ["1500.00 EUR"],
        "formal-notice approval",
    )


def test_temporals_pages_are_named_where_they_stay_up() -> None:
    later = "everything sent     out\nlook further        relance -w out/workspace case list"
    assert further(Path("out"), None) == later
    assert further(Path("out"), "http://127.0.0.1:8233") == f"Temporal UI         http://127.0.0.1:8233\n{later}"
