"""`relance stop` and `relance resume`: the emergency brake of a contract, or of the business."""

from __future__ import annotations

import click

from worker.cli.output import formats
from worker.cli.saying import said


def _subject(contract: str | None, everything: bool) -> dict[str, str | None]:
    if (contract is None) is not everything:
        raise click.UsageError("Name a contract, or say --everything.")
    return {"contract": contract, "everything": "yes" if everything else None}


@click.command()
@click.argument("contract", required=False)
@click.option("--everything", is_flag=True, help="The whole business.")
@click.option("--reason", required=True, help="Why.")
@click.option("--by", help="Who says so; you, where it is not given.")
@formats()
def stop(contract: str | None, reason: str, by: str | None, style: str, *, everything: bool) -> None:
    """Send nothing more for CONTRACT, or for everybody, until it is resumed.

    \b
    Examples:
      relance stop K-1 --reason 'the contract is being renegotiated'
      relance stop --everything --reason 'wrong bank data'
    """
    said("stop", {**_subject(contract, everything), "reason": reason}, style=style, by=by)


@click.command()
@click.argument("contract", required=False)
@click.option("--everything", is_flag=True, help="The whole business.")
@click.option("--by", help="Who says so; you, where it is not given.")
@formats()
def resume(contract: str | None, by: str | None, style: str, *, everything: bool) -> None:
    """Let what was stopped by hand go on.

    \b
    Examples:
      relance resume K-1
      relance resume --everything
    """
    said("resume", _subject(contract, everything), style=style, by=by)
