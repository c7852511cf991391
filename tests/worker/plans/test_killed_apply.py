"""`relance apply` killed in the middle, its cases live on the real server, and finished by running it again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from rules import facts as f
from tests.worker.cli.conftest import outside
from tests.worker.plans.test_live_cases import EARLIER, ISSUED, _left, _populate, _settler
from tests.world import World, instant, world
from worker.ledger.views import facts_like
from worker.main import register, working
from worker.plans.applying import AT_ONCE
from worker.server import serving

CASES = 2 * AT_ONCE + 1
PATIENCE = 60.0  # seconds


@pytest.mark.crash
@pytest.mark.timeout(300)
def test_an_apply_that_is_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    asyncio.run(_lived(tmp_path))


async def _lived(folder: Path) -> None:
    with world(folder, instant(ISSUED, "10:00")) as found:
        found.step_to(instant(ISSUED, "10:00"))
        names = _populate(found, CASES)
        async with serving() as server:
            await register(server.client, found.office)
            async with working(found.office, server.client, name="test", rehearsed=True) as waker:
                settle = _settler(found, waker.wake, patience=2 * CASES + 60)
                await settle(names)
                found.step_to(instant("2027-02-04", "15:00"))
                await settle(names)
                environ = {"RELANCE_DATABASE": found.office.settings.database, "TEMPORAL_ADDRESS": server.address}
                await asyncio.to_thread(_killed_and_finished, found, environ)
                await settle(names)
        assert _left(found, "reminder") == {date(2027, 2, 4): CASES}
        with found.office.ledger.read() as tx:
            assert list(tx.verify()) == []


def _killed_and_finished(found: World, environ: dict[str, str]) -> None:
    folder = found.office.workspace.folder
    policy = folder / "policies" / "standard.yaml"
    policy.write_text(policy.read_text("utf-8").replace(*EARLIER), "utf-8")
    assert outside("plan", "-o", "plan.json", cwd=folder, **environ).returncode == 0
    _kill_once_some_have_moved(found, environ)
    moved = _moved(found)
    assert 0 < len(moved) < CASES
    assert not _said(found, f.PlanEnded)
    again = outside("apply", "plan.json", cwd=folder, **environ)
    assert (again.returncode, again.stderr) == (0, "")
    assert f"{CASES - len(moved)} cases moved, {len(moved)} cases before" in again.stdout
    assert Counter(_moved(found)) == Counter(f"K-{n}" for n in range(CASES))
    assert (len(_said(found, f.PlanBegun)), len(_said(found, f.PlanEnded))) == (1, 1)


def _kill_once_some_have_moved(found: World, environ: dict[str, str]) -> None:
    """Starts `relance apply` and ends its process, as a machine that fails does, once its first cases have moved."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "worker.cli", "apply", "plan.json"]
    given = {"PYTHONPATH": str(root), "PATH": "", **environ}
    with subprocess.Popen(command, cwd=found.office.workspace.folder, env=given, stdout=subprocess.DEVNULL) as process:
        until = time.monotonic() + PATIENCE
        while not _moved(found) and time.monotonic() < until:
            time.sleep(0.002)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def _moved(found: World) -> list[str]:
    return [fact.contract for fact in _said(found, f.CaseBound) if isinstance(fact, f.CaseBound)]


def _said(found: World, kind: type[f.Fact]) -> list[f.Fact]:
    with found.office.ledger.read() as tx:
        return [each.fact for each in facts_like(tx, kind)]
