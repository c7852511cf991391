"""`relance ledger`: the chains of facts, and the tables that they are kept in."""

from __future__ import annotations

import click

from worker.cli import desk
from worker.cli.output import answer, counted, formats, line


@click.group()
def ledger() -> None:
    """Verify the ledger's chains, or bring its tables up to date."""


@ledger.command()
@formats()
def verify(style: str) -> None:
    """Check every chain of facts, and say where one was changed. Exit code 1 where one was.

    \b
    Example:
      relance ledger verify
    """
    with desk.office() as office, office.ledger.read() as tx:
        breaks = list(tx.verify())

    def text() -> None:
        for each in breaks:
            line(str(each))
        line(f"{counted(len(breaks), 'break')}: {'do not trust this ledger' if breaks else 'the ledger holds'}.")

    answer(style, {"holds": not breaks, "breaks": breaks}, text)
    raise click.exceptions.Exit(1 if breaks else 0)


@ledger.command()
@formats()
def migrate(style: str) -> None:
    """Create the tables, or bring them up to date; a second time changes nothing.

    \b
    Example:
      relance ledger migrate
    """
    with desk.office() as office:
        shown = desk.address(office.settings)
    answer(style, {"database": shown}, lambda: line(f"The tables of {shown} are up to date."))
