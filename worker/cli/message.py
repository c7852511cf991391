"""`relance message`: what was sent, and what nobody knows of."""

from __future__ import annotations

from datetime import datetime

import click

from worker.cli import desk
from worker.cli.days import DAY
from worker.cli.output import answer, counted, formats, line, table
from worker.cli.saying import said
from worker.ledger.views import messages

STATES = ("claimed", "attempting", "sent", "failed", "released", "unknown")


@click.group()
def message() -> None:
    """List messages, and settle those whose outcome is unknown."""


@message.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--customer", help="Only this customer's.")
@click.option("--day", type=DAY, help="Only those of this day.")
@formats()
def list_(state: str | None, customer: str | None, day: datetime | None, style: str) -> None:
    """List messages by their day.

    \b
    Examples:
      relance message list --state unknown
      relance message list --day 2027-01-14 --format json
    """
    with desk.office() as office, office.ledger.read() as tx:
        found = messages(tx, state=state, customer=customer, day=day.date() if day else None)

    def text() -> None:
        headings = ("message", "customer", "step", "channel", "state", "day", "reason")
        table(headings, [(m.key, m.customer, m.step, m.channel, m.state, m.day, m.reason) for m in found])
        line(f"{counted(len(found), 'message')}.")

    answer(style, found, text)


@message.command()
@click.argument("name", metavar="MESSAGE")
@click.option("--sent", "outcome", flag_value="sent", help="It reached the customer.")
@click.option("--not-sent", "outcome", flag_value="not-sent", help="It did not leave: its ladder may go on.")
@click.option("--by", help="Who says so; you, where it is not given.")
@formats()
def resolve(name: str, outcome: str | None, by: str | None, style: str) -> None:
    """Say whether a message of unknown outcome was sent. Nothing is ever sent again on a guess.

    \b
    Example:
      relance message resolve F-1/1/reminder-1/1/0 --not-sent
    """
    if outcome is None:
        raise click.UsageError("Say --sent or --not-sent.")
    said("resolve", {"message": name, "outcome": outcome}, style=style, by=by)
