"""`relance dev` and `relance worker`: one at a time, and what they say where the database or Temporal is away."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from tests.worker.cli.conftest import Run
from tests.worker.cli.scene import office, populate
from worker.cli.serving import _alone, _listening
from worker.main import Unprepared, register_attributes
from worker.server import Server
from worker.settings import read

WITHIN = 80.0  # seconds; workers take up to half a minute to leave a server that is gone


class Started:
    """A process of ours and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str], said: Path) -> None:
        self.process, self._said = process, said

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    def until(self, words: str, times: int = 1) -> None:
        """Waits until it has said that so many times."""
        end = monotonic() + WITHIN
        while self.said.count(words) < times:
            assert monotonic() < end, self.said
            assert self.process.poll() is None, self.said
            sleep(0.05)

    def child(self) -> int:
        """The process that it has started."""
        mine = self.process.pid
        return int(Path(f"/proc/{mine}/task/{mine}/children").read_text().split()[-1])


@contextmanager
def started(folder: Path, *arguments: str, **environ: str) -> Iterator[Started]:
    """`relance ...` in a process of its own, which is stopped as Ctrl-C would."""
    given = {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": os.environ["PATH"], **environ}
    said = folder / "said.txt"
    with said.open("w") as out:
        command = [sys.executable, "-m", "worker.cli", "-w", str(folder), *arguments]
        process = subprocess.Popen(command, cwd=folder, env=given, stdout=out, stderr=subprocess.STDOUT, text=True)
        try:
            yield Started(process, said)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(WITHIN)


def test_one_dev_for_a_workspace_and_the_second_says_where_the_first_is(run: Run, folder: Path) -> None:
    with _alone(read(folder, {})) as tell:
        tell("http://127.0.0.1:8233")
        second = run("dev")
    assert second.exit_code == 1
    assert "already running at http://127.0.0.1:8233" in second.output


def test_the_address_is_taken_back_only_while_it_is_ours(tmp_path: Path) -> None:
    place = tmp_path / "temporal.address"
    with _listening(place, "127.0.0.1:7233"):
        assert place.read_text() == "127.0.0.1:7233"
    assert not place.exists()
    with _listening(place, "127.0.0.1:7233"):
        place.write_text("127.0.0.1:7999")
    assert place.read_text() == "127.0.0.1:7999"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the server's process in /proc")
@pytest.mark.crash
@pytest.mark.xdist_group("temporal")
def test_a_temporal_that_dies_under_dev_is_started_again_in_one_plain_sentence(folder: Path) -> None:
    with started(folder, "dev") as dev:
        dev.until("working ")
        os.kill(dev.child(), signal.SIGKILL)
        dev.until("Temporal has ended by itself; starting it again.")
        dev.until("working ", times=2)
        assert "WARN" not in dev.said
    assert dev.said.endswith("stopped.\n")
    assert not (folder / ".relance" / "temporal.address").exists()


def runs(pid: int) -> bool:
    """Whether a process is alive; one that has ended and that nobody has waited for yet is not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the server's process in /proc")
@pytest.mark.crash
@pytest.mark.xdist_group("temporal")
def test_a_temporal_that_a_killed_dev_left_running_is_ended_before_another_opens_its_file(folder: Path) -> None:
    with started(folder, "dev") as killed:
        killed.until("working ")
        left = killed.child()
        killed.process.kill()
        killed.process.wait(WITHIN)
    assert runs(left)
    with started(folder, "dev") as dev:
        dev.until("working ")
        assert not runs(left)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        (
            {"RELANCE_DATABASE": "postgresql+psycopg://anne:secret@127.0.0.1:1/x"},
            "cannot reach the database postgresql+psycopg://anne:***@127.0.0.1:1/x: ",
        ),
        (
            {"TEMPORAL_ADDRESS": "127.0.0.1:1"},
            "cannot reach Temporal at 127.0.0.1:1 (Connection refused); trying again\n",
        ),
    ],
)
def test_a_worker_waits_for_what_is_away_and_says_what_it_is(folder: Path, environ: dict[str, str], said: str) -> None:
    with started(folder, "worker", **environ) as worker:
        worker.until(said)
        worker.until("; trying again\n")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.xdist_group("temporal")
async def test_a_worker_without_a_mail_server_says_so_in_plain_lines(server: Server, folder: Path) -> None:
    populate(folder)
    with office(folder) as found, found.ledger.begin() as tx:
        tx.set_clock(datetime(2027, 1, 11, 12, tzinfo=UTC))  # a Monday, a week after F-1 was due
    with started(folder, "worker", TEMPORAL_ADDRESS=server.address) as worker:
        await asyncio.to_thread(worker.until, "no mail server is set: RELANCE_SMTP_HOST; trying again\n")
    said = worker.said
    assert "mail          waits: no mail server is set: RELANCE_SMTP_HOST\n" in said
    assert "texts         wait: no SMS account is set: RELANCE_TWILIO_ACCOUNT\n" in said
    assert "Traceback" not in said
    assert said.endswith("stopped.\n")


def test_temporals_settings_that_cannot_be_read_are_named(folder: Path) -> None:
    with started(folder, "worker", TEMPORAL_PROFILE="nope") as worker:
        assert worker.process.wait(WITHIN) == 1
    assert worker.said == "relance: Temporal's own settings cannot be read: Profile 'nope' not found\n"


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.xdist_group("temporal")
async def test_a_namespace_that_is_not_there_is_said_with_its_cure(server: Server) -> None:
    client = await Client.connect(server.address, namespace="nope")
    with pytest.raises(Unprepared, match="`temporal operator namespace create nope`"):
        await register_attributes(client)


class Strict:
    """A server that lets nobody make search attributes; `known`: somebody has made them."""

    namespace = "martin"

    def __init__(self, *, known: bool) -> None:
        self.operator_service, self._known = SimpleNamespace(add_search_attributes=self._refuse), known

    async def _refuse(self, _request: object) -> None:
        raise RPCError("not allowed", RPCStatusCode.PERMISSION_DENIED, b"")

    async def count_workflows(self, query: str) -> None:
        assert query.startswith("RelanceStage IS NULL AND ")
        if not self._known:
            raise RPCError("invalid search attribute", RPCStatusCode.INVALID_ARGUMENT, b"")


@pytest.mark.asyncio
async def test_search_attributes_that_we_may_not_make_are_asked_for_by_name() -> None:
    with pytest.raises(Unprepared, match=r"namespace martin: .* RelanceStage \(Keyword\), .*RelanceOverdue \(Int\)"):
        await register_attributes(cast(Any, Strict(known=False)))
    await register_attributes(cast(Any, Strict(known=True)))


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.xdist_group("temporal")
async def test_a_real_server_knows_its_search_attributes_once_they_are_made(server: Server) -> None:
    await register_attributes(server.client)
    refusing = Strict(known=True)
    refusing.count_workflows = server.client.count_workflows  # type: ignore[method-assign, assignment]
    await register_attributes(cast(Any, refusing))
