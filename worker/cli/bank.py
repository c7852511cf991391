"""`relance bank`: how far the bank's data go."""

from __future__ import annotations

import click

from worker.cli.output import formats
from worker.cli.saying import said


@click.group()
def bank() -> None:
    """Confirm how far the bank's data go: nothing overdue leaves on older ones."""


@bank.command()
@click.argument("day", required=False)
@click.option("--through", help="The same day, named.")
@click.option("--by", help="Who says so; you, where it is not given.")
@formats()
def confirm(day: str | None, through: str | None, by: str | None, style: str) -> None:
    """The bank's data are complete through DAY.

    \b
    Examples:
      relance bank confirm 2027-01-11
      relance bank confirm --through 2027-01-11
    """
    if (day is None) is (through is None):
        raise click.UsageError("Say one day: `relance bank confirm 2027-01-11`.")
    said("bank", {"through": day or through}, style=style, by=by)
