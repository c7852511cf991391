"""The worker process that is killed: forked from a server that has imported everything, so that a new one is quick."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from temporalio.client import Client

from worker.main import working
from worker.office import opened
from worker.plainly import BRIEF
from worker.settings import read

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


@dataclass(frozen=True, slots=True)
class Victim:
    """A running worker process; its name is what it writes on its claims."""

    process: BaseProcess
    _ready: Connection

    @property
    def name(self) -> str:
        """The worker's name."""
        return self.process.name

    async def at_work(self) -> None:
        """Waits until it takes work; raises EOFError where it died before."""
        while not self._ready.poll():  # noqa: ASYNC110 - another process says it
            await asyncio.sleep(0.005)
        self._ready.recv()

    def kill(self) -> None:
        """SIGKILL: it can neither finish anything nor say goodbye."""
        self.process.kill()
        self.process.join()
        self._ready.close()
        assert self.process.exitcode == -9


def start(name: str, workspace: Path, environ: Mapping[str, str], address: str) -> Victim:
    """Starts a worker of that name in a process of its own."""
    return launch(name, _live, name, workspace, dict(environ), address)


def launch(name: str, target: Callable[..., None], *args: object) -> Victim:
    """Forks a process that runs `target`, whose first argument is where it says that it is ready."""
    here, there = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=target, args=(there, *args), name=name, daemon=True)
    process.start()
    there.close()
    return Victim(process, here)


def _live(ready: Connection, name: str, workspace: Path, environ: dict[str, str], address: str) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # what a worker says when its server goes
    asyncio.run(_work(ready, name, workspace, environ, address))


async def _work(ready: Connection, name: str, workspace: Path, environ: dict[str, str], address: str) -> None:
    with opened(read(workspace, environ)) as office:
        client = await Client.connect(address, data_converter=BRIEF)
        async with working(office, client, name=name):
            ready.send(None)
            await asyncio.Event().wait()
