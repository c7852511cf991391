"""`relance import`: files of customers, contracts, invoices, payments, credits and returned debits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from worker.cli import desk
from worker.cli.days import DAY
from worker.cli.output import answer, formats, line
from worker.imports.checking import KINDS
from worker.imports.importing import Progress as Told
from worker.imports.importing import Report, Wish, import_file


@click.command("import")
@click.argument("kind", type=click.Choice(tuple(KINDS)))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Check only, record nothing.")
@click.option("--partial", is_flag=True, help="Record the lines that are right, and write the others to a file.")
@click.option("--day-first", is_flag=True, help="Dates such as 04/01/2027 begin with the day.")
@click.option("--through", type=DAY, help="Payments: the last day that the file covers.")
@formats()
def import_(
    kind: str, file: Path, through: datetime | None, style: str, *, dry_run: bool, partial: bool, day_first: bool
) -> None:
    """Read customers, contracts, invoices, payments, credits or returned debits from a CSV, YAML or bank's XML file.

    A file with a mistake is refused as a whole, with every mistake located; the same file twice is recorded once.
    Exit code 1 where a line was refused.

    \b
    Examples:
      relance import customers data/customers.csv
      relance import contracts data/contracts.yaml --dry-run
      relance import payments bank.csv --day-first --partial
    """
    wish = Wish(day_first, dry_run, partial, through.date() if through else None)
    with desk.office() as office:
        with _bar() as told:
            report = import_file(office.ledger, kind, file, wish, progress=told)
        later = desk.woken(office, report.contracts) if report.recorded else ""
    answer(style, _document(report), lambda: _text(report, later))
    raise click.exceptions.Exit(1 if report.problems else 0)


@contextmanager
def _bar() -> Iterator[Told]:
    """A bar on the error stream, drawn on a terminal only."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        stages: dict[str, TaskID] = {}

        def told(stage: str, done: int, total: int) -> None:
            if stage not in stages:
                stages[stage] = bar.add_task(stage, total=total)
            bar.update(stages[stage], completed=done)

        yield told


def _text(report: Report, later: str) -> None:
    for problem in report.problems:
        click.echo(problem.text(report.file), err=True)
    for note in report.notes:
        line(note)
    counts = f"{report.new} new, {report.changed} changed, {report.known} known already, {report.refused} refused"
    if report.recorded:
        line(f"{counts}.")
    else:
        line(f"Nothing was recorded{'' if report.problems else ', as asked'}: {counts}.")
    if report.rejects and report.recorded:
        line(f"The refused lines are in {report.rejects}.")
    if report.bank_through and report.recorded:
        line(f"The bank's data are complete through {report.bank_through}.")
    if later:
        line(later)


def _document(report: Report) -> dict[str, object]:
    return {
        "kind": report.kind,
        "file": report.file,
        "recorded": report.recorded,
        "new": report.new,
        "changed": report.changed,
        "known": report.known,
        "refused": report.refused,
        "problems": [problem.json(report.file) for problem in report.problems],
        "notes": report.notes,
        "contracts": report.contracts,
        "bank_through": report.bank_through,
        "rejects": report.rejects,
    }
