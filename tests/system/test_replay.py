"""Two foreign ledgers lived on the real server: the list is the simulator's, to the last line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from worker.replay import listing
from worker.replay.lives import Replay
from worker.replay.mapfile import read_mapping
from worker.replay.reading import read_ledger
from worker.replay.run import simulate
from worker.replay.temporal import carry
from worker.replay.today import judging
from worker.workspace import Workspace, load

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
LEDGERS = {
    "ibm": DATA / "ar_ibm_late_payment" / "invoices.csv",
    "fines": DATA / "dunning_traffic_fines_it" / "traffic_fines_cases.csv",
}
INVOICES = {"ibm": 1729, "fines": 500}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data, which is other people's"),
]


def read(name: str) -> tuple[Replay, Workspace]:
    """The ledger, and the workspace by which it is judged."""
    workspace = load(ROOT / "examples" / "replay" / name)
    business = workspace.rulebook.business
    mapping, problems = read_mapping(
        (ROOT / "examples" / "replay" / f"{name}.yaml").read_bytes(), name, business.custom
    )
    assert mapping is not None, problems
    found = read_ledger(mapping, LEDGERS[name], business, None)
    return found, judging(workspace, found)


def some(found: Replay, customers: Sequence[str]) -> Replay:
    return replace(found, items={name: found.items[name] for name in customers})


def differs(found: Replay, judged: Workspace) -> listing.Difference | None:
    return listing.compare(simulate(found, judged.rulebook), asyncio.run(carry(found, judged)))


@pytest.mark.timeout(200)
@pytest.mark.xdist_group("replay")
@pytest.mark.parametrize(("name", "each"), [("ibm", 28), ("fines", 25)])
def test_some_customers_of_a_foreign_ledger_live_alike_on_the_real_server(name: str, each: int) -> None:
    found, judged = read(name)
    few = some(found, found.customers[::each])
    assert len(simulate(few, judged.rulebook)) > 50
    assert differs(few, judged) is None


@pytest.mark.replay
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", [pytest.param(each, marks=pytest.mark.xdist_group(each)) for each in LEDGERS])
def test_a_foreign_ledger_lives_alike_on_the_real_server_to_the_last_line(name: str) -> None:
    found, judged = read(name)
    assert sum(len(items) for items in found.items.values()) == INVOICES[name]
    assert differs(found, judged) is None
