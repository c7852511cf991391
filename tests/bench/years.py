"""Three years of a contract: what the simulator takes of the time that the time-skipping server takes."""

from __future__ import annotations

import asyncio
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.testing import WorkflowEnvironment

from tests.workflows.years import lived, simulated
from worker.main import register_attributes

SHARE = "simulator's time for 36 months, of the time-skipping server's"
GOALS = {SHARE: ("<=", 0.02)}


async def years() -> dict[str, float]:
    """The share: the simulator lives three times, of which the shortest counts; the server, which takes long, once."""
    program = Path(sysconfig.get_path("scripts")) / "temporal-test-server"
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(program)) as environment:
        await register_attributes(environment.client)
        with environment.auto_time_skipping_disabled(), TemporaryDirectory() as folder:
            _, real = await lived(environment, Path(folder) / "real")
            quick = min(simulated(Path(folder) / f"said-{n}")[1] for n in range(3))
    return {SHARE: quick / real}


if __name__ == "__main__":
    for name, value in asyncio.run(years()).items():
        print(f"{value:10.4f}  {name} (1/{1 / value:.0f})")
