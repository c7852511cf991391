"""Puts a worker together: workflows and their activities on one queue, and one queue more for each channel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import PollerBehaviorSimpleMaximum, UnsandboxedWorkflowRunner, Worker, WorkflowRunner

from worker.activities import Activities
from worker.gateways.debit import DebitGateway
from worker.gateways.email import EmailGateway
from worker.gateways.handoff import HandoffGateway
from worker.gateways.letter import LetterGateway
from worker.gateways.sms import SmsGateway, Twilio
from worker.gateways.webhook import WebhookGateway
from worker.office import Office
from worker.performing import Hands
from worker.sending import Gateways, Sender
from worker.settings import Settings
from worker.waking import Waker
from worker.words.render import Words
from workflows.attributes import ALL
from workflows.contract import ContractWorkflow
from workflows.sweep import SweepWorkflow

CHANNELS = ("email", "sms", "letter", "handoff", "webhook", "debit", "billing")
SWEEP_EVERY = timedelta(minutes=10)
GRACE = timedelta(seconds=20)  # for what is being handed over when the worker is asked to stop
CONCURRENT = 20
_NOT_OURS = frozenset({RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED})


class Unprepared(Exception):
    """Temporal lacks what a person has to make there; the message says what, and how."""


@asynccontextmanager
async def working(
    office: Office,
    client: Client,
    *,
    name: str,
    rehearsed: bool = False,
    cached: int = 1000,
    runner: WorkflowRunner | None = None,
) -> AsyncIterator[Waker]:
    """A worker for one business while the block runs; yields what wakes its cases.

    `rehearsed` judges and claims but sends nothing; `cached` workflows are kept in memory.
    """
    waker = Waker(client, office)
    gateways = open_gateways(office)
    sender = Sender(Words(office.workspace.templates), gateways, rehearsed)
    activities = Activities(office.ledger, Hands(office.ledger, sender, name, waker.try_to_wake), waker.wake)
    pollers = PollerBehaviorSimpleMaximum(5)
    async with AsyncExitStack() as stack:
        if gateways.email is not None:
            await stack.enter_async_context(gateways.email)
        for channel in CHANNELS:
            hand = Worker(
                client,
                task_queue=f"{office.queue}-{channel}",
                activities=[activities.perform],
                identity=name,
                max_concurrent_activities=CONCURRENT,
                activity_task_poller_behavior=pollers,
                graceful_shutdown_timeout=GRACE,
            )
            await stack.enter_async_context(hand)
        keeper = Worker(
            client,
            task_queue=office.queue,
            workflows=[ContractWorkflow, SweepWorkflow],
            activities=[activities.decide, activities.record, activities.sweep],
            identity=name,
            workflow_runner=runner or UnsandboxedWorkflowRunner(),  # CI runs them sandboxed and replays histories
            max_cached_workflows=cached,
            workflow_task_poller_behavior=PollerBehaviorSimpleMaximum(10) if cached else pollers,
            graceful_shutdown_timeout=GRACE,
        )
        await stack.enter_async_context(keeper)
        yield waker


def open_gateways(office: Office) -> Gateways:
    """The doors that the settings open; letters, debits and hand-offs are always folders."""
    settings, business = office.settings, office.workspace.rulebook.business
    redirect = settings.redirect or business.redirect
    smtp = replace(settings.smtp, redirect=redirect) if settings.smtp else None
    return Gateways(
        EmailGateway(smtp) if smtp else None,
        _sms(settings, business.senders),
        LetterGateway(settings.out / "letters"),
        HandoffGateway(settings.out / "handoffs"),
        WebhookGateway(settings.webhook_secret) if settings.webhook_secret else None,
        None if settings.redirect_phone else redirect,
        DebitGateway(settings.out / "debits"),
    )


def _sms(settings: Settings, senders: Mapping[str, str]) -> SmsGateway | None:
    account = settings.twilio
    if account is None:
        return None
    own = {"": senders["sms"]} if "sms" in senders else {}
    return SmsGateway(
        Twilio(
            account.account,
            account.token,
            {**own, **account.senders},
            api_url=account.api_url,
            redirect=settings.redirect_phone,
        )
    )


async def register(client: Client, office: Office) -> None:
    """Makes search attributes and the sweep's schedule known to the server; what is there already stays.

    Raises Unprepared, or RPCError.
    """
    await register_attributes(client)
    action = ScheduleActionStartWorkflow(
        SweepWorkflow.run, office.business, id=f"sweep/{office.business}", task_queue=office.queue
    )
    schedule = Schedule(
        action,
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=SWEEP_EVERY)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
    )
    with suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(f"sweep/{office.business}", schedule)


async def register_attributes(client: Client) -> None:
    """Makes known to the server the search attributes that it does not know, such as those of a newer Relance.

    Raises Unprepared where we may not and they are not there.
    """
    kinds = {key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in ALL}
    for name, kind in kinds.items():  # one by one: a server may refuse all of a request for one that it has
        try:
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(namespace=client.namespace, search_attributes={name: kind})
            )
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise Unprepared(
                    f"Temporal knows no namespace {client.namespace}: create it with "
                    f"`temporal operator namespace create {client.namespace}`, or name another in TEMPORAL_NAMESPACE"
                ) from error
            if error.status in _NOT_OURS and not await _known(client):
                names = ", ".join(f"{each} ({_KINDS[of]})" for each, of in kinds.items())
                raise Unprepared(
                    f"Temporal does not let us make search attributes in the namespace {client.namespace}: "
                    f"have them made there, with `temporal operator search-attribute create` or on its pages: {names}"
                ) from error
            if error.status is not RPCStatusCode.ALREADY_EXISTS and error.status not in _NOT_OURS:
                raise


_KINDS = {
    IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD: "Keyword",
    IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST: "KeywordList",
    IndexedValueType.INDEXED_VALUE_TYPE_INT: "Int",
    IndexedValueType.INDEXED_VALUE_TYPE_DATETIME: "Datetime",
}


async def _known(client: Client) -> bool:
    """Whether somebody has made every search attribute: a server refuses to count by one that it does not know."""
    try:
        await client.count_workflows(" AND ".join(f"{key.name} IS NULL" for key in ALL))
    except RPCError as error:
        if error.status is RPCStatusCode.INVALID_ARGUMENT:
            return False
        raise
    return True
