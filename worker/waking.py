"""Wakes cases: a signal that starts the workflow where none runs. It carries nothing, so that none is missed."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterable
from pathlib import Path

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from worker.core import runtime
from worker.office import Office
from worker.plainly import BRIEF
from worker.settings import Settings, SettingsError
from workflows.contract import ContractWorkflow
from workflows.messages import Case

AT_ONCE = 20  # signals in flight
LOCAL = "localhost:7233"
PATIENCE = 10.0  # seconds that a command waits for Temporal
_SAID = re.compile(r'message: "([^"]+)"')  # the words in what Temporal's client makes of an error


class NoTemporal(Exception):
    """Temporal cannot be reached; the message says where, and why."""


def workflow_id(business: str, contract: str) -> str:
    """The id of a contract's workflow."""
    return f"case/{business}/{contract}"


class Waker:
    """Wakes the cases of one business."""

    def __init__(self, client: Client, business: str, queue: str) -> None:
        self._client, self._business, self._queue = client, business, queue
        self._limit = asyncio.Semaphore(AT_ONCE)

    async def wake(self, contracts: Iterable[str]) -> None:
        """Wakes every one of them; raises RPCError where Temporal cannot be reached."""
        await asyncio.gather(*(self._one(contract) for contract in dict.fromkeys(contracts)))

    async def try_to_wake(self, contracts: Iterable[str]) -> None:
        """Wakes them if Temporal can be reached; the sweep makes good for what is lost."""
        with contextlib.suppress(RPCError):
            await self.wake(contracts)

    async def _one(self, contract: str) -> None:
        async with self._limit:
            await self._client.start_workflow(
                ContractWorkflow.run,
                Case(self._business, contract),
                id=workflow_id(self._business, contract),
                task_queue=self._queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal="wake",
            )


def address_file(settings: Settings) -> Path:
    """Where `relance dev` says at which address its server listens, for the commands of the same workspace."""
    return settings.state / "temporal.address"


async def connect(settings: Settings) -> Client:
    """A client by Temporal's own configuration file and variables, else for the server that `relance dev` runs.

    Raises NoTemporal where nothing answers, SettingsError.
    """
    try:
        config = ClientConfig.load_client_connect_config()
    except (RuntimeError, ValueError) as error:
        raise SettingsError(f"Temporal's own settings cannot be read: {error}") from None
    place = address_file(settings)
    address = config.setdefault("target_host", place.read_text().strip() if place.is_file() else LOCAL)
    try:
        return await Client.connect(**config, runtime=runtime(), data_converter=BRIEF)
    except RuntimeError as error:
        said = _SAID.search(str(error))
        raise NoTemporal(f"cannot reach Temporal at {address} ({said[1] if said else 'no answer'})") from None


def wake(office: Office, contracts: Iterable[str]) -> bool:
    """Wakes cases from a command; False where Temporal cannot be reached: the sweep will wake them."""

    async def waking() -> None:
        client = await connect(office.settings)
        await Waker(client, office.business, office.queue).wake(contracts)

    try:
        asyncio.run(asyncio.wait_for(waking(), PATIENCE))
    except (NoTemporal, SettingsError, RPCError, TimeoutError):
        return False
    return True
