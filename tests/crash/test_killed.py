"""Workers are killed again and again while they bill and send: nothing is sent twice, nothing is lost or guessed."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Condition

import pytest

from tests.crash.stage import Stage, ids, staged
from tests.crash.wire import Heard
from worker.ledger import tables as t
from worker.office import wall

pytestmark = [pytest.mark.timeout(300), pytest.mark.crash]
KILLS = 50
LONGEST = 1.2  # seconds that a worker lives


class Pace:
    """A mail server that is not too quick, and counts what it hears."""

    def __init__(self, dice: random.Random) -> None:
        self._dice, self._heard, self._more = dice, 0, Condition()

    def __call__(self, heard: Heard) -> bool:
        with self._more:
            self._heard += 1
            self._more.notify_all()
            delay = self._dice.uniform(0, 0.01)
        time.sleep(delay)
        return True

    async def words(self, n: int, patience: float) -> None:
        """Waits until n words more were spoken, or for so many seconds."""
        until = self._heard + n
        await asyncio.to_thread(self._wait, until, patience)

    def _wait(self, until: int, patience: float) -> None:
        with self._more:
            self._more.wait_for(lambda: self._heard >= until, patience)


@asynccontextmanager
async def at_random(folder: Path, by: str = "invoice") -> AsyncIterator[tuple[Stage, Pace, random.Random]]:
    """A stage and dice; a seed from RELANCE_CRASH_SEED throws them again as they fell."""
    seed = int(os.getenv("RELANCE_CRASH_SEED", random.randrange(10**6)))
    print(f"RELANCE_CRASH_SEED={seed}")
    dice = random.Random(seed)
    pace = Pace(random.Random(seed + 1))
    async with staged(folder, by=by, heard=pace) as stage:
        yield stage, pace, dice


async def live_and_die(
    stage: Stage, name: str, pace: Pace, dice: random.Random, arrives: Callable[[], Awaitable[None]] | None = None
) -> None:
    """One worker's life: it dies at any instant, or in the middle of a conversation with the mail server.

    `arrives` brings the work that it shares with others, not before it can take its part.
    """
    worker = stage.worker(name)
    early = dice.random() < 0.3
    if not early:
        await worker.at_work()
    if arrives is not None:
        await arrives()
    if early:
        await asyncio.sleep(dice.uniform(0, LONGEST))
    else:
        await pace.words(dice.randint(1, 12), LONGEST)
        await asyncio.sleep(dice.uniform(0, 0.02))
    stage.kill(worker)


def numbers(stage: Stage) -> list[str]:
    """The numbers of the invoices that were issued here, in their order."""
    item = t.receivable.c
    with stage.office.ledger.read() as tx:
        rows = tx.connection.execute(t.receivable.select().where(item.contract.like("M-%")).order_by(item.number))
        return [row.number for row in rows]


def verify(stage: Stage) -> set[str]:
    """What must be true when every case has settled, whoever was killed; returns what is unknown."""
    attempted = frozenset().union(*stage.killed.values())
    print(f"{len(stage.killed)} kills, {len(stage.cases)} messages, {len(attempted)} killed while attempting")
    unknown, sent, arrived = stage.in_state("unknown"), stage.in_state("sent"), stage.arrived()
    assert unknown == attempted  # killed while attempting, every one of them, and nothing else
    assert {state for state, _ in stage.claims().values()} <= {"unknown", "sent"}
    assert len(unknown | sent) == len(stage.cases)
    assert set(arrived.values()) == {1}
    assert ids(sent) <= set(arrived) <= ids(sent | unknown)
    monthly = [contract for contract in stage.cases if contract.startswith("M-")]
    year = wall().year
    assert numbers(stage) == [f"F-{year}-{n:04}" for n in range(1, len(monthly) + 1)]
    with stage.office.ledger.read() as tx:
        assert list(tx.verify()) == []
    return unknown


async def resolve(stage: Stage, unknown: set[str]) -> None:
    """A person finds out what became of them and says so; each case then has a next moment, or a question."""
    arrived = stage.arrived()
    claims = t.claim.c
    with stage.office.ledger.begin() as tx:
        rows = tx.connection.execute(t.claim.select().where(claims.key.in_(unknown))).all()
        for row in rows:
            tx.resolve(row.customer, row.key, wall(), ids([row.key]) <= set(arrived), "anne")
    await stage.waker.wake(row.contract for row in rows)
    await stage.settled()
    lost = {row.contract for row in rows if not ids([row.key]) <= set(arrived)}
    assert set(stage.asked()) == lost
    for contract in lost:
        await stage.proceed(contract)
    await stage.settled()
    case = t.contract.c
    with stage.office.ledger.read() as tx:
        waits = tx.connection.execute(t.contract.select().where(case.id.in_({row.contract for row in rows})))
        assert all(row.next_wake is not None and not row.ended for row in waits)
    assert stage.arrived() == arrived


@pytest.mark.asyncio
@pytest.mark.xdist_group("crash-killed")
async def test_workers_killed_fifty_times_send_each_message_once_or_say_that_they_do_not_know(tmp_path: Path) -> None:
    """Two at a time, so that what one leaves behind is taken up by another while that one is killed too."""
    async with at_random(tmp_path) as (stage, pace, dice):

        async def lane(name: str) -> None:
            for n in range(KILLS // 2):
                due = stage.overdue(7) + stage.billed(1)
                waking = asyncio.create_task(stage.waker.wake(due))
                await live_and_die(stage, f"{name}-{n}", pace, dice)
                await waking

        await asyncio.gather(lane("left"), lane("right"))
        assert len(stage.killed) == KILLS
        survivor = stage.worker("survivor")
        await stage.settled()
        unknown = verify(stage)
        assert unknown, "no worker was killed while it was attempting something: nothing was tested"
        await resolve(stage, unknown)
        survivor.kill()


@pytest.mark.asyncio
@pytest.mark.xdist_group("crash-beside")
async def test_beside_a_worker_that_is_killed_again_and_again_another_goes_on(tmp_path: Path) -> None:
    async with at_random(tmp_path) as (stage, pace, dice):
        survivor = stage.worker("survivor")

        async def arrives() -> None:
            await stage.waker.wake(stage.overdue(16) + stage.billed(4))

        for n in range(KILLS // 2):
            await live_and_die(stage, f"worker-{n}", pace, dice, arrives)
        await stage.settled()
        unknown = verify(stage)
        assert not any(key in unknown for key, (_, by) in stage.claims().items() if by == "survivor")
        assert {by for _, by in stage.claims().values()} > {"survivor"}
        survivor.kill()


@pytest.mark.asyncio
@pytest.mark.xdist_group("crash-payers")
async def test_workers_that_are_killed_send_each_payer_one_message_for_all_its_customers(tmp_path: Path) -> None:
    """Two at a time, as above. What is unknown is so for every ladder that the message carried."""
    async with at_random(tmp_path, by="payer") as (stage, pace, dice):
        payers = [f"P-{lane}-{n}" for lane in ("left", "right") for n in range(KILLS // 4)]

        async def lane(name: str) -> None:
            for n in range(KILLS // 4):
                due = stage.overdue(5, payer=f"P-{name}-{n}")
                waking = asyncio.create_task(stage.waker.wake(due))
                await live_and_die(stage, f"{name}-{n}", pace, dice)
                await waking

        await asyncio.gather(lane("left"), lane("right"))
        survivor = stage.worker("survivor")
        await stage.settled()
        attempted, unknown = frozenset().union(*stage.killed.values()), stage.in_state("unknown")
        print(f"{len(stage.killed)} kills, {len(payers)} payers, {len(attempted)} killed while attempting")
        assert unknown == attempted
        arrived, sent = stage.arrived(), stage.in_state("sent")
        assert len(unknown | sent) == len(payers)
        assert set(arrived.values()) == {1}
        assert ids(sent) <= set(arrived) <= ids(sent | unknown)
        with stage.office.ledger.read() as tx:
            assert list(tx.verify()) == []
            for payer in payers:
                items = list(tx.joint(payer).receivables.values())
                climbs = {climb.message for item in items if item.ladder for climb in item.ladder.climbs}
                assert len(items) == 5
                assert len(climbs) == 1
                doubt = {f"{message}/0" for message in climbs} <= unknown
                outcomes = sorted(climb.outcome for item in items if item.ladder for climb in item.ladder.climbs)
                assert outcomes == (["unknown"] * 5 if doubt else [*["covered"] * 4, "sent"])
        survivor.kill()
