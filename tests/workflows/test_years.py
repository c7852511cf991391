"""A contract of 36 months on the time-skipping server is what the simulator says, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.workflows.years import MONTHS, lived, simulated

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.replay, pytest.mark.timeout(300)]


async def test_three_years_on_the_server_are_those_of_the_simulator(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    real, spent = await lived(skipping, tmp_path / "real")
    said, quick = simulated(tmp_path / "said")
    print(f"server {spent:.2f} s, simulator {quick:.3f} s: 1/{spent / quick:.0f}")
    assert real == said
    assert len([entry for entry in real if entry.outcome == "stopped: paid"]) == MONTHS
    assert {entry.step for entry in real} >= {"courtesy", "reminder", "notice"}
