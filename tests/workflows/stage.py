"""A world with a worker at work for it: what tests of cases say and look at. Nothing here waits forever."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from tests.world import World, instant, world
from worker.ledger.views import late_cases
from worker.main import working
from worker.waking import Waker
from workflows.contract import ContractWorkflow

PATIENCE = 30.0  # seconds for what takes a fraction of one


async def until(holds: Callable[[], bool] | Callable[[], Awaitable[bool]], *, look: float = 0.01) -> None:
    """Waits until something is so, looking every `look` seconds."""

    async def looking() -> None:
        while True:
            found = holds()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(look)

    await asyncio.wait_for(looking(), PATIENCE)


@dataclass(slots=True)
class Stage:
    """A world and the worker that wakes its cases; `time` is the server whose time is skipped, if it is one."""

    world: World
    client: Client
    waker: Waker
    time: WorkflowEnvironment | None = None

    async def wake(self, *contracts: str) -> None:
        """Wakes cases and waits until nothing is left for anybody to do now."""
        await self.waker.wake(contracts)
        await self.settled()

    async def settled(self) -> None:
        """Waits until every case has seen everything, and none is late."""
        await until(lambda: not self.late())

    def late(self) -> list[str]:
        """The cases that have something to do."""
        with self.world.office.ledger.read() as tx:
            return late_cases(tx, self.world.now)

    async def pass_to(self, on: str, at: str = "20:00") -> None:
        """Lets the server's time pass until the clocks of Paris show that."""
        assert self.time is not None
        await asyncio.wait_for(self._sleep(instant(on, at)), PATIENCE)

    async def _sleep(self, end: datetime) -> None:
        assert self.time is not None
        await self.time.sleep(end - await self.time.get_current_time())
        self.world.now = await self.time.get_current_time()

    async def step_to(self, on: str, at: str = "20:00", *contracts: str) -> None:
        """Moves the test clock and wakes what is late then, and these."""
        self.world.step_to(instant(on, at))
        await self.wake(*self.late(), *contracts)

    def case(self, contract: str, run: str | None = None) -> WorkflowHandle[ContractWorkflow, str]:
        """The workflow of a contract."""
        return self.client.get_workflow_handle_for(ContractWorkflow.run, self.world.case(contract), run_id=run)

    async def say(self, contract: str, update: str, what: Any, *, key: str | None = None) -> str:
        """What an update answers."""
        answer: str = await asyncio.wait_for(
            self.case(contract).execute_update(update, what, id=key, result_type=str), PATIENCE
        )
        return answer

    async def state(self, contract: str) -> dict[str, Any]:
        """The query `state`."""
        found: dict[str, Any] = await self.case(contract).query(ContractWorkflow.state)
        return found

    async def described(self, contract: str) -> WorkflowExecutionInfo:
        """What the server says of a case, as it says it: the test server's unset attributes cannot be decoded."""
        asked = DescribeWorkflowExecutionRequest(
            namespace=self.client.namespace, execution=WorkflowExecution(workflow_id=self.world.case(contract))
        )
        return (await self.client.workflow_service.describe_workflow_execution(asked)).workflow_execution_info

    async def status(self, contract: str) -> str:
        """RUNNING, COMPLETED, ..."""
        return WorkflowExecutionStatus((await self.described(contract)).status).name

    async def attributes(self, contract: str) -> dict[str, Any]:
        """The search attributes that are set."""
        fields = (await self.described(contract)).search_attributes.indexed_fields
        values = {name: json.loads(payload.data) for name, payload in fields.items() if payload.data}
        return {name: value for name, value in values.items() if value is not None and name.startswith("Relance")}

    async def runs(self, contract: str) -> list[list[HistoryEvent]]:
        """The events of every run of a case's present life, the first one first."""
        described = await self.described(contract)
        run = described.first_run_id or described.execution.run_id
        found = []
        while run:
            events = list((await self.case(contract, run).fetch_history()).events)
            found.append(events)
            run = events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
        return found


def closed_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def of_kind(events: list[HistoryEvent], kind: str) -> list[HistoryEvent]:
    """The events of a kind, such as TIMER_STARTED."""
    return [event for event in events if event.event_type == EventType.Value(f"EVENT_TYPE_{kind}")]


@asynccontextmanager
async def skipped(environment: WorkflowEnvironment, folder: Path, on: str, **options: Any) -> AsyncIterator[Stage]:
    """A business without a test clock on a server whose time begins at 06:00 on that day; options as of `stepped`."""
    start = instant(on)
    await environment.sleep(start - await environment.get_current_time())
    async with _staged(environment.client, folder, on, options) as stage:
        stage.time = environment
        yield stage


@asynccontextmanager
async def stepped(client: Client, folder: Path, on: str, **options: Any) -> AsyncIterator[Stage]:
    """A business on a test clock that shows 06:00 of that day, on the real server.

    Options are those of `world` and of `working` (cached, runner); `idle`: nobody is at work yet.
    """
    async with _staged(client, folder, on, options) as stage:
        stage.world.step_to(instant(on))
        yield stage


@asynccontextmanager
async def _staged(client: Client, folder: Path, on: str, options: dict[str, Any]) -> AsyncIterator[Stage]:
    idle = options.pop("idle", False)
    at_work = {name: options.pop(name) for name in ("cached", "runner") if name in options}
    with world(folder, instant(on), **options) as made:
        if idle:
            yield Stage(made, client, Waker(client, made.office))
            return
        async with working(made.office, client, name="test", **at_work) as waker:
            yield Stage(made, client, waker)
