"""`relance hold`: reasons to send nothing for now."""

from __future__ import annotations

import click

from worker.cli import desk
from worker.cli.output import answer, counted, formats, line, table
from worker.cli.saying import command_of, said
from worker.ledger.views import HoldRow, holds
from worker.outlook import called


@click.group()
def hold() -> None:
    """Add, list and end holds: reasons to send nothing for now."""


hold.add_command(
    command_of(
        "hold",
        name="add",
        examples=(
            "hold add --invoice F-1 --reason 'the manager is on it' --until 2027-01-31",
            "hold add --customer C-1 --kind vulnerable --reason 'told by phone'",
        ),
    )
)


@hold.command("list")
@click.option("--all", "every", is_flag=True, help="Those that have ended too.")
@formats()
def list_(style: str, *, every: bool) -> None:
    """List holds, the oldest first.

    \b
    Example:
      relance hold list --format json
    """
    with desk.office() as office, office.ledger.read() as tx:
        found = holds(tx, active=not every)
        about = [called(tx, each.customer, each.scope, each.subject) for each in found]

    def text() -> None:
        headings = ("hold", "kind", "on", "since", "until", "ended", "outcome", "reason")
        table(headings, [_row(*each) for each in zip(found, about, strict=True)])
        line(f"{counted(len(found), 'hold')}.")

    answer(style, found, text)


@hold.command()
@click.argument("name", metavar="HOLD")
@click.option("--founded", "outcome", flag_value="founded", help="A dispute: the customer was right.")
@click.option("--unfounded", "outcome", flag_value="unfounded", help="A dispute: the customer was wrong.")
@click.option("--reason", help="Why.")
@click.option("--by", help="Who says so; you, where it is not given.")
@formats()
def end(name: str, outcome: str | None, reason: str | None, by: str | None, style: str) -> None:
    """End a hold: what it held up goes on at its next slot.

    \b
    Examples:
      relance hold end manual/2027-01-08-3f2a9c01de
      relance hold end dispute/2027-01-08-3f2a9c01de --unfounded
    """
    said("release", {"hold": name, "outcome": outcome, "reason": reason}, style=style, by=by)


def _row(each: HoldRow, about: str) -> tuple[object, ...]:
    scope = "invoice" if each.scope == "receivable" else each.scope
    subject = scope if scope == "business" else f"{scope} {about}"
    return (each.hold, each.kind, subject, each.start, each.until, each.ended, each.outcome, each.reason)
