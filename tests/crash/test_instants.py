"""The worker is killed at a chosen instant: before, between and after claim, send and record of one message.

Each instant is reached from outside, by holding up what the worker waits for: the mail server, the ledger, a folder.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from tests.crash.stage import ON_PAPER, Stage, ids, staged
from tests.crash.victim import Victim
from tests.crash.wire import Heard

pytestmark = [pytest.mark.timeout(170), pytest.mark.crash]
PATIENCE = 20.0


class Trap:
    """Holds the wire up at the next `word`, once, until it is let go."""

    def __init__(self) -> None:
        self.word: Heard | None = None
        self._sprung, self._free = Event(), Event()
        self._passes = True

    def __call__(self, heard: Heard) -> bool:
        if heard != self.word:
            return True
        self.word = None
        self._sprung.set()
        self._free.wait(PATIENCE)
        return self._passes

    def set(self, word: Heard) -> None:
        self.word = word
        self._sprung.clear()
        self._free.clear()

    async def sprung(self) -> None:
        await until(self._sprung.is_set)

    def let_go(self, *, passes: bool) -> None:
        self._passes = passes
        self._free.set()


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not reached():  # noqa: ASYNC110 - it is another process that gets there
            await asyncio.sleep(0.002)


@asynccontextmanager
async def one_case(stage: Stage, last_step: str | None = None) -> AsyncIterator[tuple[Victim, str]]:
    """A worker of its own for a new case whose step is due, and the key of its message; it is killed at the end."""
    (contract,) = stage.overdue(1, last_step=last_step)
    step = "agency" if last_step else "reminder-1"
    worker = stage.worker(f"worker-{contract}")
    await worker.at_work()
    await stage.waker.wake([contract])
    yield worker, f"{contract.replace('A', 'R')}/1/{step}/1/0"
    if worker.process.is_alive():
        stage.kill(worker)


async def claimed(stage: Stage, before: set[str]) -> None:
    """Waits until one more is claimed."""
    await until(lambda: stage.in_state("attempting") > before)


def any_dated(folder: Path) -> bool:
    return any(folder.glob("[0-9]*"))


async def finished(stage: Stage) -> None:
    """Another worker does what is left."""
    worker = stage.worker("survivor")
    await stage.settled()
    stage.kill(worker)


@pytest.mark.asyncio
async def test_a_message_is_sent_once_or_unknown_wherever_its_worker_dies(tmp_path: Path) -> None:
    trap = Trap()
    async with staged(tmp_path, heard=trap) as stage:
        trap.set("data")  # the server has not agreed to take a message: nothing is claimed
        async with one_case(stage) as (worker, before_claim):
            await trap.sprung()
            assert stage.kill(worker) == set()
            trap.let_go(passes=False)

        trap.set("message")  # claimed; the server has none of it
        async with one_case(stage) as (worker, on_its_way):
            await trap.sprung()
            assert stage.kill(worker) == {on_its_way}
            trap.let_go(passes=False)

        trap.set("accepted")  # the server has it, the worker does not know
        async with one_case(stage) as (worker, not_told):
            await trap.sprung()
            assert stage.kill(worker) == {not_told}
            trap.let_go(passes=False)

        trap.set("accepted")  # the worker knows, and cannot write it down
        async with one_case(stage) as (worker, not_recorded):
            await trap.sprung()
            with stage.office.ledger.begin():
                trap.let_go(passes=True)
                await asyncio.sleep(0.2)
                assert stage.kill(worker) == {not_recorded}

        async with one_case(stage) as (worker, recorded):  # it is written down; Temporal may not know it
            await until(lambda: stage.claims().get(recorded, ("", ""))[0] == "sent")
            assert stage.kill(worker) == set()

        assert stage.in_state("attempting") == {on_its_way, not_told, not_recorded}
        await finished(stage)
        assert stage.in_state("unknown") == {on_its_way, not_told, not_recorded}
        assert stage.in_state("sent") == {before_claim, recorded}
        assert stage.arrived() == dict.fromkeys(ids({before_claim, not_told, not_recorded, recorded}), 1)


@pytest.mark.asyncio
async def test_letters_and_hand_offs_are_finished_wherever_their_worker_dies(tmp_path: Path) -> None:
    async with staged(tmp_path, steps=ON_PAPER) as stage:
        letters, dossiers = tmp_path / "out" / "letters", tmp_path / "out" / "handoffs" / "recouvra"
        keys: set[str] = set()
        for folder, last_step in ((letters, None), (dossiers, "reminder-1")):
            folder.mkdir(parents=True)
            with (folder / ".lock").open("w") as lock:  # claimed, and nothing written
                fcntl.flock(lock, fcntl.LOCK_EX)
                async with one_case(stage, last_step) as (worker, key):
                    await claimed(stage, keys)
                    assert stage.kill(worker) == {key}
                keys.add(key)

            with (folder / ".lock").open("w") as lock:  # written, and not recorded
                fcntl.flock(lock, fcntl.LOCK_EX)
                async with one_case(stage, last_step) as (worker, key):
                    await claimed(stage, keys)
                    with stage.office.ledger.begin():
                        fcntl.flock(lock, fcntl.LOCK_UN)
                        await until(partial(any_dated, folder))
                        assert stage.kill(worker) == {key}
                keys.add(key)

        await finished(stage)
        assert stage.in_state("sent") == keys
        posted = [json.loads(line)["key"] for line in (letters / "manifest.jsonl").read_text().splitlines()]
        handed = [json.loads(file.read_text())["key"] for file in dossiers.glob("*/manifest.json")]
        assert sorted(posted + handed) == sorted(keys)
        assert len(list(letters.glob("*.pdf"))) == 2
