"""`relance dev` and `relance worker`: the processes that stay."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click
from temporalio.client import Client

from worker.cli import desk
from worker.cli.app import Failure
from worker.cli.output import counted
from worker.gateways.email import Smtp
from worker.ledger.views import late_cases
from worker.main import register, working
from worker.office import Office, opened
from worker.sandbox.smtp import SmtpSink
from worker.sandbox.twilio import TwilioSandbox
from worker.server import NoServer, serving
from worker.settings import Settings, TwilioAccount
from worker.waking import Waker, address_file, connect

PORT, PAGE = 7233, 8233
PATIENCE = 5.0  # seconds between two attempts to reach Temporal


@click.command(epilog="Example:  relance -w my-business dev")
@click.option("--page-port", type=int, default=PAGE, show_default=True, help="Where Temporal UI is to be read.")
def dev(page_port: int) -> None:
    """Everything on this machine: Temporal with its pages, the worker, a database file.

    Where no mail server or SMS account is set, messages go into folders beside the workspace instead of to anybody.
    """
    with _sandboxed(desk.settings()) as (settings, notes), opened(settings) as office:
        office.adopt()
        for note in notes:
            click.echo(note)
        _run(_dev(office, page_port))


@click.command(epilog="Example:  TEMPORAL_ADDRESS=temporal.internal:7233 relance -w /srv/my-business worker")
def worker() -> None:
    """The worker, for a Temporal server that runs elsewhere (TEMPORAL_ADDRESS, TEMPORAL_PROFILE, ...).

    Ctrl-C or SIGTERM stops it when what is being handed over has been handed over.
    """
    with desk.office() as office:
        _run(_worker(office))


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
    except NoServer as error:
        raise Failure(str(error)) from error


async def _dev(office: Office, page_port: int) -> None:
    state = office.settings.state
    async with serving(port=PORT, page_port=page_port, file=state / "temporal.db") as server:
        place = address_file(office.settings)
        place.write_text(server.address)
        try:
            click.echo(f"Temporal UI   {server.page}")
            await _work(office, server.client)
        finally:
            place.unlink(missing_ok=True)


async def _worker(office: Office) -> None:
    while True:
        try:
            client = await connect(office.settings)
        except RuntimeError as error:
            click.echo(f"cannot reach Temporal ({error}); trying again", err=True)
            await asyncio.sleep(PATIENCE)
        else:
            break
    await _work(office, client)


async def _work(office: Office, client: Client) -> None:
    await register(client, office)
    async with working(office, client, name=f"relance@{socket.gethostname()}-{os.getpid()}") as waker:
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
