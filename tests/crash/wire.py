"""A wire between a worker and the mail server, on which one hears the SMTP conversation and may hold it up."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Literal, Self

Heard = Literal["data", "message", "accepted", "told"]
"""What passes: the command DATA and the whole message before the server has them, its acceptance of the message
before the worker has it, and after."""
Listener = Callable[[Heard], bool]
"""Whether it may pass; else the line is cut."""
_LONGEST = 2**24  # bytes of a message: an invoice travels inside


class Wire:
    """Listens on a port of its own while it is entered; `heard` is asked, in a thread, and nothing passes meanwhile."""

    def __init__(self, server_port: int, heard: Listener) -> None:
        self.port = 0
        self._server_port, self._heard = server_port, heard
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)
        self._open: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_LONGEST)

    async def _stop(self) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _accept(self, worker: asyncio.StreamReader, to_worker: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
            try:
                await self._talk(worker, to_worker, server, to_server)
            finally:
                to_server.transport.abort()
                to_worker.transport.abort()
        self._open.discard(task)

    async def _talk(
        self,
        worker: asyncio.StreamReader,
        to_worker: asyncio.StreamWriter,
        server: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
    ) -> None:
        """Turn by turn, as SMTP goes without pipelining: a command and its answer, a message and its answer."""
        to_worker.write(await _answer(server))
        while True:
            said = await worker.readuntil(b"\r\n")
            starts = said.strip().upper() == b"DATA"
            if starts:
                await self._hear("data")
            to_server.write(said)
            answer = await _answer(server)
            to_worker.write(answer)
            if starts and answer.startswith(b"354"):
                message = await worker.readuntil(b"\r\n.\r\n")
                await self._hear("message")
                to_server.write(message)
                answer = await _answer(server)
                await self._hear("accepted")
                to_worker.write(answer)
                await self._hear("told")

    async def _hear(self, what: Heard) -> None:
        if not await asyncio.to_thread(self._heard, what):
            raise ConnectionAbortedError


async def _answer(server: asyncio.StreamReader) -> bytes:
    """One answer, which may have several lines."""
    lines = b""
    while True:
        line = await server.readuntil(b"\r\n")
        lines += line
        if line[3:4] != b"-":
            return lines
