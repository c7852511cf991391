"""`relance replay`: what a policy would have done with somebody's ledger, in the simulator or on the real server."""

from __future__ import annotations

import asyncio
import sys
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress as Bar

from rules.diagnostics import render
from rules.simulate import Entry
from worker.cli.app import Failure
from worker.cli.days import DAY
from worker.cli.output import as_json, counted, formats, line
from worker.clock import Stuck
from worker.replay import listing
from worker.replay.lives import Replay
from worker.replay.mapfile import read_mapping
from worker.replay.reading import Refused, read_ledger
from worker.replay.run import reasons, simulate
from worker.replay.sheet import Progress
from worker.replay.today import judging
from worker.workspace import Workspace, load

WAYS = ("simulator", "temporal")


@click.command(
    epilog="""\b
Examples:
  relance replay --ledger invoices.csv --mapping ibm.yaml --policy examples/replay/ibm
  relance replay --ledger invoices.csv --mapping ibm.yaml --policy my-business --through temporal --output list.csv
  relance replay --ledger invoices.csv --mapping ibm.yaml --policy my-business --compare"""
)
@click.option("--ledger", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--mapping", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--policy",
    required=True,
    help="A workspace whose routes choose, or FOLDER:POLICY for one policy of it (or of the library) for everybody.",
)
@click.option("--through", type=click.Choice(WAYS), default=WAYS[0], show_default=True)
@click.option("--compare", is_flag=True, help="Live it both ways, and show the first difference.")
@click.option("--until", type=DAY, help="The last day; else what the mapping says.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the list as CSV.")
@formats()
def replay(
    ledger: Path,
    mapping: Path,
    policy: str,
    through: str,
    compare: bool,
    until: datetime | None,
    output: Path | None,
    style: str,
) -> None:
    """What today's policy would have done with a ledger of the past.

    The list is (day, receivable, step, outcome). Through `temporal`, real workflows on a real server live every day,
    with hands that send nothing; the list is the same to the last line, which --compare proves. Policies apply
    whatever their effective_from, and the limits of the whole business are off: with them one customer's list would
    depend on the others'.
    """
    last = until.date() if until is not None else None
    lived, judged = _read(ledger, mapping, policy)
    with _bars() as bars:
        ways = WAYS if compare else (through,)
        lists = {way: _live(way, lived, judged, last, bars) for way in ways}
    found = lists[ways[0]]
    if output is not None:
        listing.write(found, output)
    if compare:
        _compared(lists, lived, judged, style)
    elif style == "json":
        click.echo(as_json({"through": through, "customers": len(lived.customers), "list": found}))
    elif output is None:
        for entry in found:
            line(listing.shown(entry))
    else:
        line(f"{counted(len(found), 'line')} of {counted(len(lived.customers), 'customer')}, in {output}")


def _read(ledger: Path, mapping: Path, policy: str) -> tuple[Replay, Workspace]:
    folder, _, name = policy.partition(":")
    workspace = load(Path(folder))
    business = workspace.rulebook.business
    data = mapping.read_bytes()
    meant, problems = read_mapping(data, mapping.name, business.custom)
    if meant is None:
        raise Failure(render(problems, {mapping.name: data.decode(errors="replace")}).rstrip())
    try:
        lived = read_ledger(meant, ledger, business, None)
        return lived, judging(workspace, lived, policy=name or None)
    except Refused as refused:
        raise Failure("\n".join(f"{file}: {problem}" for file, problem in refused.problems)) from refused
    except KeyError as missing:
        raise Failure(f"there is no policy {missing.args[0]} in {folder} or in the library.") from missing


def _live(way: str, lived: Replay, judged: Workspace, until: date | None, bars: Bar) -> list[Entry]:
    progress = _progress(way, bars)
    if way == "simulator":
        return simulate(lived, judged.rulebook, until=until, progress=progress)
    from worker.replay.temporal import carry  # with Temporal's client, which takes its time to load

    try:
        return asyncio.run(carry(lived, judged, until=until, progress=progress))
    except Stuck as stuck:
        raise Failure(str(stuck)) from stuck


def _bars() -> Bar:
    return Bar(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def _progress(way: str, bars: Bar) -> Progress:
    task = bars.add_task(way, total=None)

    def told(what: str, done: int, total: int) -> None:
        bars.update(task, description=f"{way}, {what}", completed=done, total=total)

    return told


def _compared(lists: dict[str, list[Entry]], lived: Replay, judged: Workspace, style: str) -> None:
    one, other = (lists[way] for way in WAYS)
    difference = listing.compare(one, other)
    if style == "json":
        click.echo(as_json({"lines": {way: len(found) for way, found in lists.items()}, "difference": difference}))
    elif difference is None:
        line(f"the same: {counted(len(one), 'line')}, both ways")
    else:
        click.echo(difference.text(*WAYS))
        day = min(each.day for each in (difference.one, difference.other) if each is not None)
        for reason in reasons(lived, judged.rulebook, difference.receivable, day):
            line(f"  {reason.verdict}: {reason.code} {' '.join(map(str, reason.values))}")
    if difference is not None:
        raise click.exceptions.Exit(1)
