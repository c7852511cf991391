"""PostgreSQL goes away and comes back, in the middle of a case's work: it is waited for, and nothing happens twice."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, Self, TypeVar

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.workflows.stage import Stage, closed_port, stepped, until
from tests.world import instant
from worker.sandbox.smtp import SmtpSink
from worker.server import Server

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("temporal"),
    pytest.mark.postgres,
]
T = TypeVar("T")
POSTGRES = os.getenv("RELANCE_TEST_POSTGRES")


class Line:
    """The line to the database server, in a thread of its own: it can be cut, and mended."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.to, self.port = host, port, closed_port()
        self.refused = 0
        self._whole = True
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server
        self._open: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._carry, "127.0.0.1", self.port))
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Ends every connection and takes no more."""
        self._do(self._end())

    def mend(self) -> None:
        """Takes connections again."""
        self._whole = True

    def _do(self, doing: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result()

    async def _end(self) -> None:
        self._whole = False
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            self.refused += 1
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(self.host, self.to)
        self._open |= {writer, back}
        await asyncio.gather(_pour(reader, back), _pour(there, writer), return_exceptions=True)


async def _pour(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            into.write(data)
            await into.drain()
    finally:
        into.close()


@pytest.fixture
def database() -> Iterator[str]:
    """The URL of an empty database."""
    if POSTGRES is None:
        pytest.skip("RELANCE_TEST_POSTGRES names no server: make postgres")
    name = f"outage_{token_hex(6)}"
    engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def line_to(database: str) -> Line:
    url = make_url(database)
    return Line(url.host or "127.0.0.1", url.port or 5432)


def through(line: Line, database: str) -> str:
    return make_url(database).set(host="127.0.0.1", port=line.port).render_as_string(hide_password=False)


def owing(stage: Stage) -> None:
    stage.world.customer("C-1")
    stage.world.open_account("M-1", "C-1")
    stage.world.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")


async def test_a_judgement_waits_for_the_ledger(server: Server, tmp_path: Path, database: str) -> None:
    with line_to(database) as line:
        async with stepped(server.client, tmp_path, "2040-01-09", database=through(line, database)) as stage:
            owing(stage)
            await stage.wake("M-1")
            stage.world.step_to(instant("2040-02-03", "16:00"))
            line.cut()
            await stage.waker.wake(["M-1"])
            await until(lambda: line.refused > 0)
            line.mend()
            await stage.settled()
            assert stage.world.steps("F-1") == [("2040-02-03", "courtesy", "sent")]
            assert len(stage.world.mail()) == 1


async def test_what_was_sent_is_recorded_once_the_ledger_is_back(server: Server, tmp_path: Path, database: str) -> None:
    with line_to(database) as line:

        def cut() -> datetime:
            """The message has arrived, and nobody has heard of it yet."""
            line.cut()
            return datetime(2040, 2, 3, tzinfo=UTC)

        with SmtpSink(tmp_path / "there", clock=cut) as sink:
            options = {"database": through(line, database), "smtp_port": sink.port}
            async with stepped(server.client, tmp_path, "2040-01-09", **options) as stage:
                owing(stage)
                await stage.wake("M-1")
                stage.world.step_to(instant("2040-02-03", "16:00"))
                await stage.waker.wake(["M-1"])
                await until(lambda: line.refused > 0)
                line.mend()
                await stage.settled()
                assert [row.state for row in stage.world.messages()] == ["sent"]
                assert stage.world.tasks() == []
                assert len(sink.messages()) == 1
