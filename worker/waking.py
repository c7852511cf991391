"""Wakes cases: a signal that starts the workflow where none runs. It carries nothing, so that none is missed."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from temporalio.client import Client
from temporalio.common import TypedSearchAttributes, WorkflowIDConflictPolicy
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode

from worker.core import runtime
from worker.ledger.views import owners
from worker.office import Office
from worker.plainly import BRIEF
from worker.settings import Settings, SettingsError
from workflows.attributes import at_birth
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

    def __init__(self, client: Client, office: Office) -> None:
        self._client, self._office = client, office
        self._limit = asyncio.Semaphore(AT_ONCE)
        self._woken: set[str] = set()

    async def wake(self, contracts: Iterable[str]) -> None:
        """Wakes every one of them; raises RPCError where Temporal cannot be reached."""
        asked = list(dict.fromkeys(contracts))
        new = [contract for contract in asked if contract not in self._woken]
        born = await asyncio.to_thread(self._born, new) if new else {}
        await asyncio.gather(*(self._one(contract, born.get(contract)) for contract in asked))

    async def try_to_wake(self, contracts: Iterable[str]) -> None:
        """Wakes them if Temporal can be reached; the sweep makes good for what is lost."""
        with contextlib.suppress(RPCError):
            await self.wake(contracts)

    def _born(self, contracts: list[str]) -> dict[str, TypedSearchAttributes]:
        """What a case that begins is found by; nothing while the ledger is away: it says so itself when it rests."""
        with contextlib.suppress(DBAPIError), self._office.ledger.read() as tx:
            return {contract: at_birth(contract, *whose) for contract, whose in owners(tx, contracts).items()}
        return {}

    async def _one(self, contract: str, born: TypedSearchAttributes | None) -> None:
        try:
            await self._signal(contract, born)
        except RPCError as error:
            if born is None or error.status is not RPCStatusCode.INVALID_ARGUMENT:
                raise
            await self._signal(contract, None)  # no worker has made them known to the server yet
        self._woken.add(contract)

    async def _signal(self, contract: str, born: TypedSearchAttributes | None) -> None:
        office = self._office
        async with self._limit:
            await self._client.start_workflow(
                ContractWorkflow.run,
                Case(office.business, contract),
                id=workflow_id(office.business, contract),
                task_queue=office.queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal="wake",
                search_attributes=born,
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
        await Waker(client, office).wake(contracts)

    try:
        asyncio.run(asyncio.wait_for(waking(), PATIENCE))
    except (NoTemporal, SettingsError, RPCError, TimeoutError):
        return False
    return True
