"""Backtests of two ledgers that nobody here wrote: what the files say is what is counted, and nobody is wronged."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from worker.backtest.run import Job, Result, backtest
from worker.replay.mapfile import read_mapping
from worker.replay.reading import read_ledger
from worker.replay.today import judging
from worker.workspace import Workspace, load

pytestmark = pytest.mark.corpus
ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared/data"
LEDGERS = {
    "ibm": DATA / "ar_ibm_late_payment/invoices.csv",
    "fines": DATA / "dunning_traffic_fines_it/traffic_fines_cases.csv",
}


@cache
def lived(name: str, written: str, instead: str) -> Result:
    """The example's policy, beside itself with one moment changed."""
    if not LEDGERS[name].exists():
        pytest.skip(f"{LEDGERS[name].parent.name} is not in ../shared/data")
    workspace = load(ROOT / "examples/replay" / name)
    business = workspace.rulebook.business
    mapping, _ = read_mapping((ROOT / f"examples/replay/{name}.yaml").read_bytes(), f"{name}.yaml", business.custom)
    assert mapping is not None
    past = read_ledger(mapping, LEDGERS[name], business)
    changed = {path: data.replace(written.encode(), instead.encode()) for path, data in workspace.files.items()}
    new = judging(Workspace(workspace.folder, changed), past).rulebook
    return backtest(Job(past, new, judging(workspace, past).rulebook), processes=2)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("name", "receivables", "customers"), [("ibm", 1729, 70), ("fines", 500, 500)])
def test_every_receivable_of_the_file_is_lived_and_nobody_is_wronged(
    name: str, receivables: int, customers: int
) -> None:
    result = lived(name, *CHANGES[name])
    assert result.old is not None
    for tally in (result.new, result.old):
        assert (tally.receivables, tally.customers) == (receivables, customers)
        assert tally.wrong == []


@pytest.mark.timeout(600)
def test_a_later_first_reminder_sends_fewer_of_them() -> None:
    result = lived("ibm", *CHANGES["ibm"])
    assert result.old is not None
    assert result.new.messages["reminder-1", "email"] < result.old.messages["reminder-1", "email"]


CHANGES = {"ibm": ("at: due+3d", "at: due+5d"), "fines": ("", "")}
