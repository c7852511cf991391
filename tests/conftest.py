"""The servers that tests of the whole need: Temporal itself, and the one whose time can be skipped.

Imported where they are used: most tests need neither.
"""

from __future__ import annotations

import asyncio
import sysconfig
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest_asyncio

if TYPE_CHECKING:
    from temporalio.testing import WorkflowEnvironment

    from worker.server import Server

QUIET_END = 0.3  # seconds; the SDK's threads are given time to end before the interpreter does


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[Server]:
    """The real Temporal server, which forgets everything in the end."""
    from worker.main import register_attributes
    from worker.server import serving

    async with serving() as found:
        await register_attributes(found.client)
        yield found
        await asyncio.sleep(QUIET_END)


@pytest_asyncio.fixture(loop_scope="session")
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server on whose clock years pass in moments: one for each test, since there is one clock for all its cases.

    Its time moves only while a test sleeps.
    """
    from temporalio.testing import WorkflowEnvironment

    from worker.main import register_attributes

    program = Path(sysconfig.get_path("scripts")) / "temporal-test-server"
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(program)) as environment:
        await register_attributes(environment.client)
        with environment.auto_time_skipping_disabled():
            yield environment
