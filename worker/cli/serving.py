"""`relance dev` and `relance worker`: the processes that stay."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any

import click
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from worker.cli import desk
from worker.cli.app import Failure
from worker.cli.output import counted
from worker.cli.troubles import plainly
from worker.collecting import NO_ACCOUNT
from worker.gateways.email import Smtp
from worker.ledger.views import late_cases
from worker.main import Unprepared, open_gateways, register, working
from worker.office import Office, opened
from worker.sandbox.smtp import SmtpSink
from worker.sandbox.twilio import TwilioSandbox
from worker.sending import NO_MAIL, NO_SENDER, NO_TEXTS, NO_WEBHOOKS
from worker.server import NoServer, Server, serving
from worker.settings import Settings, TwilioAccount
from worker.waking import NoTemporal, Waker, address_file, connect

PORT, PAGE = 7233, 8233
PATIENCE = 5.0  # seconds between two attempts to reach the database, or Temporal
REST = 1.0  # seconds before Temporal is started again
_AWAY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED)
_NOT_LET_IN = (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED)


@click.command(epilog="Example:  relance -w my-business dev")
@click.option("--page-port", type=int, default=PAGE, show_default=True, help="Where Temporal UI is to be read.")
def dev(page_port: int) -> None:
    """Everything on this machine: Temporal with its pages, the worker, a database file.

    Where no mail server or SMS account is set, messages go into folders beside the workspace instead of to anybody.
    """
    with opened(desk.settings()) as office, _alone(office.settings) as page, _sandboxed(office.settings) as found:
        settings, notes = found
        office.adopt()
        for note in notes:
            click.echo(note)
        _run(_dev(replace(office, settings=settings), page_port, page))


@click.command(epilog="Example:  TEMPORAL_ADDRESS=temporal.internal:7233 relance -w /srv/my-business worker")
def worker() -> None:
    """The worker, for a Temporal server that runs elsewhere (TEMPORAL_ADDRESS, TEMPORAL_PROFILE, ...).

    Ctrl-C or SIGTERM stops it when what is being handed over has been handed over.
    """
    with ExitStack() as stack:
        _run(_worker(_office(stack)))


def _office(stack: ExitStack) -> Office:
    """The workspace with its ledger, as soon as the database answers."""
    while True:
        try:
            return stack.enter_context(desk.office())
        except desk.Away as away:
            click.echo(f"{away.message.rstrip('.')}; trying again", err=True)
            sleep(PATIENCE)


@contextmanager
def _alone(settings: Settings) -> Iterator[Callable[[str], None]]:
    """One `relance dev` for a workspace; yields what tells the others where this one is to be seen."""
    path = settings.state / "dev.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            page = path.read_text("utf-8").strip()
            raise Failure(f"already running{f' at {page}' if page else ''}: one `relance dev` is enough.") from None

        def tell(page: str) -> None:
            path.write_text(page, "utf-8")

        tell("")
        yield tell


@contextmanager
def _sandboxed(settings: Settings) -> Iterator[tuple[Settings, list[str]]]:
    """The settings with a local mail server and SMS provider where none is set, and what is to be said of them."""
    notes = []
    with SmtpSink(settings.out / "mail") as sink, TwilioSandbox(settings.out / "sms") as sms:
        if settings.smtp is None:
            settings = replace(settings, smtp=Smtp(sink.host, sink.port, tls="none"))
            notes.append(f"mail          {settings.out / 'mail'} (RELANCE_SMTP_HOST is not set)")
        if settings.twilio is None:
            settings = replace(settings, twilio=TwilioAccount(sms.account, sms.token, sms.url))
            notes.append(f"texts         {settings.out / 'sms'} (RELANCE_TWILIO_ACCOUNT is not set)")
        yield settings, notes


def _run(life: Coroutine[Any, Any, None]) -> None:
    """Runs until Ctrl-C or SIGTERM, then lets everything come to its end."""

    async def until_told() -> None:
        task = asyncio.create_task(life)
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            click.echo("stopped.")

    try:
        asyncio.run(until_told())
    except (NoServer, Unprepared) as error:
        raise Failure(f"{error}.") from error
    except RPCError as error:
        said = " ".join(error.message.split()).rstrip(".")
        if error.status in _NOT_LET_IN:
            cure = "check TEMPORAL_API_KEY, or the certificate that Temporal's settings name"
            raise Failure(f"Temporal does not let the worker in ({said}): {cure}.") from error
        raise Failure(f"Temporal does not do what it is asked: {said}.") from error


async def _dev(office: Office, page_port: int, tell: Callable[[str], None]) -> None:
    """Temporal and the worker; where Temporal ends by itself, both begin anew, for its file has kept everything."""
    file = office.settings.state / "temporal.db"
    while True:
        async with serving(port=PORT, page_port=page_port, file=file) as server:
            with _listening(address_file(office.settings), server.address):
                tell(server.page or server.address)
                click.echo(f"Temporal UI   {server.page}")
                await register(server.client, office)
                await _until_it_ends(server, office)
        click.echo("Temporal has ended by itself; starting it again.", err=True)
        await asyncio.sleep(REST)


@contextmanager
def _listening(place: Path, address: str) -> Iterator[None]:
    """Says in a file at which address our server listens; takes back only what is still ours."""
    place.write_text(address)
    try:
        yield
    finally:
        if place.is_file() and place.read_text() == address:
            place.unlink()


async def _until_it_ends(server: Server, office: Office) -> None:
    """Works until the server has ended; raises what the work raises before."""
    work, end = asyncio.create_task(_work(office, server.client)), asyncio.create_task(server.ended())
    try:
        await asyncio.wait((work, end), return_when=asyncio.FIRST_COMPLETED)
        if not end.done():
            work.result()
    finally:
        work.cancel()
        end.cancel()
        await asyncio.gather(work, end, return_exceptions=True)


async def _worker(office: Office) -> None:
    while True:
        try:
            client = await connect(office.settings)
            await register(client, office)
        except NoTemporal as error:
            said = str(error)
        except RPCError as error:
            if error.status not in _AWAY:
                raise
            said = f"Temporal does not answer ({error.message.rstrip('.')})"
        else:
            break
        click.echo(f"{said}; trying again", err=True)
        await asyncio.sleep(PATIENCE)
    for note in _closed(office):
        click.echo(note)
    await _work(office, client)


def _closed(office: Office) -> Iterator[str]:
    """The doors by which nothing can leave, each with what opens it; their messages wait for their slots."""
    doors, business = open_gateways(office), office.workspace.rulebook.business
    if doors.email is None:
        yield f"mail          waits: {NO_MAIL}"
    elif "email" not in business.senders:
        yield f"mail          waits: {NO_SENDER}"
    if doors.sms is None and doors.texts_to is None:
        yield f"texts         wait: {NO_TEXTS}"
    if business.debits is not None and "iban" not in business.bank:
        yield f"debits        wait: {NO_ACCOUNT}"
    if doors.webhook is None and business.gateways:
        yield f"webhooks      wait: {NO_WEBHOOKS}"


async def _work(office: Office, client: Client) -> None:
    name = f"relance@{socket.gethostname()}-{os.getpid()}"
    with plainly():
        async with working(office, client, name=name) as waker:
            woken = await _catch_up(office, waker)
            click.echo(f"working       {office.business}, {counted(woken, 'case')} to catch up with. Ctrl-C stops.")
            await asyncio.Event().wait()


async def _catch_up(office: Office, waker: Waker) -> int:
    """Wakes what became late while no worker ran."""

    def late() -> list[str]:
        with office.ledger.read() as tx:
            return late_cases(tx, tx.now())

    found = await asyncio.to_thread(late)
    await waker.wake(found)
    return len(found)
