"""What the engine is measured against: a workflow of the same shape that does nothing with its life.

Woken, it runs one local activity, one activity on a queue of its own, and sleeps: no ledger, no judgement, no words.
The activity of `mailing` sends the e-mail that Relance would send, ready made: what is left is the engine's own cost.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from multiprocessing.connection import Connection

import aiosmtplib
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import PollerBehaviorSimpleMaximum, UnsandboxedWorkflowRunner, Worker

from worker.main import CONCURRENT


@workflow.defn
class BareWorkflow:
    """Twelve events: woken, a task of three events, a marker, an activity of three, a task of three, a timer."""

    def __init__(self) -> None:
        self._woken = False

    @workflow.run
    async def run(self, queue: str) -> None:
        while True:
            self._woken = False
            await workflow.execute_local_activity("look", start_to_close_timeout=timedelta(minutes=1))
            await workflow.execute_activity(
                "act",
                task_queue=queue,
                start_to_close_timeout=timedelta(minutes=1),
                heartbeat_timeout=timedelta(seconds=15),
            )
            with contextlib.suppress(TimeoutError):
                await workflow.wait_condition(lambda: self._woken, timeout=timedelta(days=20))

    @workflow.signal
    def wake(self) -> None:
        self._woken = True


@activity.defn
async def look() -> None:
    """Nothing is looked at."""


@activity.defn(name="act")
async def nothing() -> None:
    """Nothing is done."""


@dataclass
class Mailing:
    """Sends one message again and again, over one connection."""

    port: int
    message: EmailMessage
    _client: aiosmtplib.SMTP | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @activity.defn(name="act")
    async def send(self) -> None:
        async with self._lock:
            if self._client is None:
                self._client = aiosmtplib.SMTP(hostname="127.0.0.1", port=self.port, start_tls=False)
                await self._client.connect()
            await self._client.send_message(self.message)


def live(ready: Connection, address: str, queue: str, mail: tuple[int, bytes] | None) -> None:
    """The worker's process; `mail` is the mail server's port and the message to send."""
    asyncio.run(_work(ready, address, queue, mail))


async def _work(ready: Connection, address: str, queue: str, mail: tuple[int, bytes] | None) -> None:
    client = await Client.connect(address)
    act = nothing
    if mail is not None:
        port, content = mail
        act = Mailing(port, message_from_bytes(content, EmailMessage, policy=SMTP)).send
    keeper = Worker(
        client,
        task_queue=queue,
        workflows=[BareWorkflow],
        activities=[look],
        workflow_runner=UnsandboxedWorkflowRunner(),
        workflow_task_poller_behavior=PollerBehaviorSimpleMaximum(10),
    )
    hand = Worker(client, task_queue=f"{queue}-act", activities=[act], max_concurrent_activities=CONCURRENT)
    async with hand, keeper:
        ready.send(None)
        await asyncio.Event().wait()
