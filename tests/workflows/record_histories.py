"""Records the golden histories: `python -m tests.workflows.record_histories`, or only the lives that are named.

Run it when the commands of a workflow change on purpose, and keep the former files: cases that began under them are
still running somewhere. `found` was recorded after the others, when cases began to be found by contract and invoices.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import sysconfig
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from tests.workflows.stage import Stage, closed_port, of_kind, skipped, stepped, until
from tests.world import instant
from worker.main import register_attributes
from worker.sandbox.smtp import SmtpSink
from worker.server import serving

HISTORIES = Path(__file__).parent / "histories"
IDENTITY = "recorder"
FROM = "2040-01-09"
STEP = {"invoice": "F-1", "step": "notice", "by": "anne@martin.example"}


def owing(stage: Stage) -> None:
    """1200.00 EUR, due on 8 February 2040."""
    stage.world.customer("C-1")
    stage.world.open_account("M-1", "C-1")
    stage.world.invoice("F-1", "M-1", 1200, issued=FROM, due="2040-02-08")


async def climb(stage: Stage, _folder: Path) -> None:
    """From the courtesy to the hand-over, over several runs; the last one ends when it is paid."""
    owing(stage)
    await stage.wake("M-1")
    for on in ("2040-02-03", "2040-02-13", "2040-02-28"):
        await stage.step_to(on, "16:00")
    await stage.say("M-1", "approve", STEP, key="approve-1")
    await stage.settled()
    await stage.step_to("2040-03-15", "16:00")
    stage.world.paid("F-1", 1200, on="2040-03-15")
    await stage.wake("M-1")


async def updates(stage: Stage, _folder: Path) -> None:
    """What people say, refusals included."""
    owing(stage)
    await stage.wake("M-1")
    said: list[tuple[str, dict[str, str]]] = [
        ("hold", {"reason": "they moved house", "until": "2040-06-30"}),
        ("release", {"hold": "", "reason": ""}),
        ("approve", STEP),
        ("skip", {**STEP, "step": "courtesy", "reason": "they called"}),
        ("record-promise", {"on": "2040-02-20", "invoices": "F-1"}),
        ("record-payment", {"amount": "1200.00 EUR", "on": FROM, "reference": "VIR-1", "invoices": "F-1"}),
    ]
    for n, (update, what) in enumerate(said):
        try:
            await stage.say("M-1", update, what, key=f"update-{n}")
        except Exception as refusal:  # noqa: BLE001  (approving what waits for nobody is refused)
            print(update, refusal.__cause__)
        await stage.settled()


async def found(stage: Stage, _folder: Path) -> None:
    """Two invoices, of which one is paid by an update; two runs, each with summaries and lists to be found by."""
    owing(stage)
    stage.world.invoice("F-2", "M-1", 300, issued=FROM, due="2040-02-20")
    await stage.wake("M-1")
    await stage.step_to("2040-02-03", "16:00")
    paid = {"amount": "300.00 EUR", "on": "2040-02-03", "reference": "VIR-1", "invoices": "F-2"}
    await stage.say("M-1", "record-payment", paid, key="paid-1")
    await stage.settled()
    await stage.step_to("2040-02-13", "16:00")
    later = {**STEP, "reason": "they asked for a week", "until": "2040-03-06"}
    await stage.step_to("2040-02-28", "16:00")
    await stage.say("M-1", "postpone", later, key="postpone-1")
    await stage.settled()


async def cancelled(stage: Stage, _folder: Path) -> None:
    """Cancelled while it waits, and released."""
    owing(stage)
    await stage.wake("M-1")
    await stage.case("M-1").cancel(reason="wrong customer")
    await until(lambda: bool(stage.world.tasks()))
    await stage.settled()
    await stage.say("M-1", "release", {"hold": "", "reason": ""}, key="release-1")
    await stage.settled()
    await stage.step_to("2040-02-03", "16:00")


async def retried(stage: Stage, folder: Path) -> None:
    """The mail server is down at first; the case is woken meanwhile."""
    owing(stage)
    await stage.wake("M-1")
    stage.world.step_to(instant("2040-02-03", "16:00"))
    await stage.waker.wake(["M-1"])
    await until(lambda: _performing(stage))
    await stage.waker.wake(["M-1"])
    smtp = stage.world.office.settings.smtp
    assert smtp is not None
    with SmtpSink(folder / "later", port=smtp.port):
        await stage.settled()


async def waited(stage: Stage, folder: Path) -> None:
    """On real timers: a slot ends while the mail server is down, and the next run waits for an approval."""
    owing(stage)
    await stage.wake("M-1")
    await stage.pass_to("2040-02-04")
    smtp = stage.world.office.settings.smtp
    assert smtp is not None
    with SmtpSink(folder / "later", port=smtp.port):
        await stage.pass_to("2040-03-20")


async def _performing(stage: Stage) -> bool:
    return (await stage.state("M-1"))["performing"] is not None


LIVES: dict[str, Callable[[Stage, Path], Awaitable[None]]] = {
    "climb": climb,
    "updates": updates,
    "found": found,
    "cancelled": cancelled,
    "retried": retried,
}


def _port(name: str) -> int | None:
    """Where mail is sent: for one life, to a server that does not run yet."""
    return closed_port() if name in ("retried", "waited") else None


async def main(wanted: Sequence[str]) -> None:
    """Records every life, or those wanted, one file per run."""
    async with serving() as server:
        client = await Client.connect(server.address, identity=IDENTITY)
        await register_attributes(client)
        for name, life in LIVES.items():
            if wanted and name not in wanted:
                continue
            with TemporaryDirectory() as folder:
                async with stepped(client, Path(folder), FROM, business=name, smtp_port=_port(name)) as stage:
                    await life(stage, Path(folder))
                    await keep_runs(name, stage)
    if not wanted or "waited" in wanted:
        await on_real_timers("waited", waited)


async def on_real_timers(name: str, life: Callable[[Stage, Path], Awaitable[None]]) -> None:
    """Records a life on the server whose time is skipped."""
    program = Path(sysconfig.get_path("scripts")) / "temporal-test-server"
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(program), identity=IDENTITY
    ) as environment:
        await register_attributes(environment.client)
        with environment.auto_time_skipping_disabled(), TemporaryDirectory() as folder:
            async with skipped(environment, Path(folder), FROM, business=name, smtp_port=_port(name)) as stage:
                await life(stage, Path(folder))
                await keep_runs(name, stage)


async def keep_runs(name: str, stage: Stage) -> None:
    """Writes every run of the case."""
    for n, events in enumerate(await stage.runs("M-1"), 1):
        keep(f"{name}-{n}", stage.world.case("M-1"), events)


def keep(name: str, workflow: str, events: list[HistoryEvent]) -> None:
    """Writes one run, without traces of the machine that recorded it."""
    told = json.loads(WorkflowHistory(workflow, events).to_json())
    text = json.dumps(_plain(told), ensure_ascii=False, indent=1)
    for trace in (socket.gethostname(), str(Path.cwd()), sys.prefix):
        assert trace not in text, trace
    (HISTORIES / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(name, len(events), "events", len(of_kind(events, "WORKFLOW_EXECUTION_UPDATE_ACCEPTED")), "updates")


def _plain(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: _plain(value) for key, value in told.items() if key != "stackTrace"}
    return [_plain(each) for each in told] if isinstance(told, list) else told


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
    sys.stdout.flush()
    os._exit(0)
