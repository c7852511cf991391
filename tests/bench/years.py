"""Three years of a contract: what the simulator takes of the time that the time-skipping server takes."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.testing import WorkflowEnvironment

from tests.workflows.years import lived, simulated
from worker.main import register_attributes

SHARE = "simulator's time for 36 months, of the time-skipping server's"
GOALS = {SHARE: ("<=", 0.02)}


async def years() -> dict[str, float]:
    """The share, of one life each."""
    program = Path(sysconfig.get_path("scripts")) / "temporal-test-server"
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(program)) as environment:
        await register_attributes(environment.client)
        with environment.auto_time_skipping_disabled(), TemporaryDirectory() as folder:
            _, real = await lived(environment, Path(folder) / "real")
            _, quick = simulated(Path(folder) / "said")
    return {SHARE: quick / real}
