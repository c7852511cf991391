"""`relance bank`: how far the bank's data go."""

from __future__ import annotations

import click

from worker.cli.saying import command_of


@click.group()
def bank() -> None:
    """Confirm how far the bank's data go: nothing overdue leaves on older ones."""


bank.add_command(command_of("bank", name="confirm", argument="through", examples=("bank confirm 2027-01-11",)))
