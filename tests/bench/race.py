"""Relance beside two bare workflows on one server, in turns: what a notice costs in time, history and CPU."""

from __future__ import annotations

import asyncio
import os
import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory

from tests.bench.bare import BareWorkflow, live
from tests.crash.stage import Stage, staged
from tests.crash.victim import Victim, launch
from worker.waking import workflow_id

AT_ONCE = 20  # signals in flight
TICK = 1 / os.sysconf("SC_CLK_TCK")
IDLE = 0.5  # seconds without a tick of CPU: the worker has come to rest
LONGEST = 120.0  # seconds for a lap
Wake = Callable[[int], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Lap:
    """One turn: notices a second, worker's CPU seconds per notice, events and bytes of history per notice."""

    rate: float
    cpu: float
    events: float
    bytes: float


@dataclass
class Runner:
    """One contestant: its worker's process, and how to wake so many new cases of it (returns their ids)."""

    name: str
    worker: Victim
    wake: Wake
    laps: list[Lap] = field(default_factory=list)

    async def run(self, client: Client, n: int) -> Lap:
        """Wakes n cases at once and waits until every one of them sleeps again."""
        before = _cpu(self.worker)
        ids = await self.wake(n)
        async with asyncio.timeout(LONGEST):
            while True:
                spent = await self._idle() - before
                found = [client.get_workflow_handle(each).fetch_history() for each in ids]
                histories = await asyncio.gather(*found)
                if all(history.events[-1].event_type == EventType.EVENT_TYPE_TIMER_STARTED for history in histories):
                    return _lap(histories, spent)

    async def _idle(self) -> float:
        """The CPU that the worker had used when it came to rest."""
        spent, still = _cpu(self.worker), 0.0
        while still < IDLE:
            await asyncio.sleep(0.1)
            now = _cpu(self.worker)
            still = still + 0.1 if now == spent else 0.0
            spent = now
        return spent


def _lap(histories: Sequence[WorkflowHistory], cpu: float) -> Lap:
    """Times by the server's clock: from the first start to the last timer. The start itself is no part of a notice."""
    n = len(histories)
    began = min(history.events[0].event_time.ToMilliseconds() for history in histories)
    ended = max(history.events[-1].event_time.ToMilliseconds() for history in histories)
    events = [event for history in histories for event in history.events[1:]]
    return Lap(1000 * n / (ended - began), cpu / n, len(events) / n, sum(event.ByteSize() for event in events) / n)


def _cpu(worker: Victim) -> float:
    """Seconds of CPU that the process has used."""
    fields = Path(f"/proc/{worker.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK


async def race(n: int, rounds: int) -> list[Runner]:
    """Rounds of n notices each, the contestants taking turns; each has run n beforehand, uncounted, to warm up."""
    with TemporaryDirectory() as folder:
        async with staged(Path(folder)) as stage:
            runners = [await _relance(stage)]
            runners.append(await _bare(stage, "bare", None))
            runners.append(await _bare(stage, "mailing", (stage.sink.port, _message(stage))))
            for lap in range(rounds + 1):
                for runner in runners:
                    found = await runner.run(stage.server.client, n)
                    if lap:
                        runner.laps.append(found)
            for runner in runners:
                runner.worker.kill()
            return runners


def _message(stage: Stage) -> bytes:
    """The message that Relance sent."""
    return (stage.sink.folder / stage.sink.messages()[0]["file"]).read_bytes()


async def _relance(stage: Stage) -> Runner:
    async def wake(n: int) -> list[str]:
        contracts = stage.overdue(n)
        await stage.waker.wake(contracts)
        return [workflow_id(stage.office.business, contract) for contract in contracts]

    worker = stage.worker("relance")
    await worker.at_work()
    await wake(1)
    await stage.settled()
    return Runner("relance", worker, wake)


async def _bare(stage: Stage, name: str, mail: tuple[int, bytes] | None) -> Runner:
    client, numbers, limit = stage.server.client, count(), asyncio.Semaphore(AT_ONCE)

    async def wake_one(each: str) -> None:
        async with limit:
            await client.start_workflow(
                BareWorkflow.run, f"{name}-act", id=each, task_queue=name, start_signal="wake", static_summary=each
            )

    async def wake(n: int) -> list[str]:
        ids = [f"{name}/{next(numbers)}" for _ in range(n)]
        await asyncio.gather(*(wake_one(each) for each in ids))
        return ids

    worker = launch(name, live, stage.server.address, name, mail)
    await worker.at_work()
    return Runner(name, worker, wake)


def median(runner: Runner, what: str) -> float:
    """The median of a figure over the laps."""
    return statistics.median(getattr(lap, what) for lap in runner.laps)
