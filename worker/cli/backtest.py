"""`relance backtest`: the whole book, or a ledger of the past, lived again under one version of the rules or two."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from rules import library
from rules.diagnostics import did_you_mean, render
from rules.facts import Issued
from rules.moments import Duration
from worker.backtest.book import Book, read_book
from worker.backtest.report import CAVEAT, WRONGED, html, markdown, said, tables
from worker.backtest.run import Job, Result
from worker.backtest.run import backtest as lived
from worker.cli import desk, place
from worker.cli.app import Failure
from worker.cli.days import DAY
from worker.cli.output import as_json, formats, line, table
from worker.cli.versions import named, progress
from worker.plans.versions import DRAFT
from worker.replay.lives import Replay
from worker.replay.mapfile import read_mapping
from worker.replay.reading import Refused, read_ledger
from worker.replay.today import judging
from worker.workspace import Workspace

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.option("--from", "start", type=DAY, help="The first day that counts.")
@click.option("--to", "until", type=DAY, help="The last day; today, or what the mapping says.")
@click.option("--against", help="The rules to compare with: a git revision, a folder, a file or `active`.")
@click.option("--ledger", type=FILE, help="A CSV file of invoices in place of the book; needs --mapping.")
@click.option("--mapping", type=FILE, help="What the columns of --ledger mean (see relance replay).")
@click.option("--policy", help="One policy for everybody, of the workspace or the library; no route is asked.")
@click.option("--approve", default="1d", show_default=True, help="When people approve what is asked; or never.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes; one for each core by default.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write a page with charts.")
@formats("markdown")
def backtest(
    start: datetime | None,
    until: datetime | None,
    against: str | None,
    ledger: Path | None,
    mapping: Path | None,
    policy: str | None,
    approve: str,
    jobs: int | None,
    report: Path | None,
    style: str,
) -> None:
    """Live the past again under the workspace's rules, alone or beside others: who would have been sent what, and when.

    Policies apply whatever their effective_from, and limits of the whole business are off. Leaves with 1 where somebody
    would have been contacted who had paid or disputed, which is proved from the facts alone.

    \b
    Examples:
      relance backtest --from 2026-01-01 --to 2026-12-31
      relance backtest --against HEAD --format markdown
      relance backtest --ledger invoices.csv --mapping ibm.yaml --report backtest.html
    """
    if (ledger is None) is not (mapping is None):
        raise click.UsageError("--ledger and --mapping go together.")
    if start and until and start > until:
        raise click.UsageError(f"--from {start:%Y-%m-%d} lies after --to {until:%Y-%m-%d}.")
    last = until.date() if until else None
    versions = named(DRAFT, *([against] if against else []))
    begin = start.date() if start else None
    past = _file(versions[0], ledger, mapping) if ledger and mapping else _book(begin, last, _patience(approve))
    try:
        rules = [judging(each, past, policy=policy).rulebook for each in versions]
    except KeyError as missing:
        raise Failure(_no_policy(str(missing.args[0]), versions)) from missing
    limits = versions[0].rulebook.business.limits
    job = Job(past, rules[0], rules[1] if against else None, begin, last, limits)
    with progress("lived") as told:
        result = lived(job, processes=jobs or os.cpu_count() or 1, progress=told)
    title = f"{place.workspace().rulebook.business.name}{f', against {against}' if against else ''}"
    if report is not None:
        report.write_text(html(result, title), encoding="utf-8")
    match style:
        case "json":
            click.echo(as_json(_document(result)))
        case "markdown":
            click.echo(markdown(result, title))
        case _:
            _text(result, report)
    raise click.exceptions.Exit(1 if result.new.wrong else 0)


def _no_policy(missing: str, versions: Iterable[Workspace]) -> str:
    name = Path(missing).stem
    known = {policy for each in versions for policy in each.rulebook.policies}
    known |= {Path(path).stem for path in library.files() if path.startswith("policies/")}
    advice = did_you_mean(name, known)
    return f"there is no policy {name} in the workspace or in the library" + (f": {advice}" if advice else ".")


def _patience(written: str) -> Duration | None:
    try:
        return None if written == "never" else Duration.parse(written)
    except ValueError as error:
        raise click.UsageError(f"--approve: {error}, or never.") from None


def _book(start: date | None, until: date | None, approve: Duration | None) -> Book:
    with desk.office() as office, office.ledger.read() as tx:
        zone = ZoneInfo(office.workspace.rulebook.business.time_zone)
        today = desk.today(office, tx.now())
        if start is not None and start > today:
            raise click.UsageError(f"--from {start} has not come: today is {today}, and a backtest lives what is past.")
        found = read_book(tx, zone, until or today, approve)
    if not found.told:
        raise Failure("the ledger is empty: import something, or name --ledger and --mapping.")
    issued = [fact.issued for facts in found.told.values() for fact in facts if isinstance(fact, Issued)]
    if until is not None and issued and min(issued) > until:
        raise Failure(f"the ledger has no invoice until {until}: the first is of {min(issued)}.")
    return found


def _file(workspace: Workspace, ledger: Path, mapping: Path) -> Replay:
    business, data = workspace.rulebook.business, mapping.read_bytes()
    meant, problems = read_mapping(data, mapping.name, business.custom)
    if meant is None:
        raise Failure(render(problems, {mapping.name: data.decode(errors="replace")}).rstrip())
    try:
        return read_ledger(meant, ledger, business, None)
    except Refused as refused:
        raise Failure("\n".join(f"{file}: {problem}" for file, problem in refused.problems)) from refused


def _text(result: Result, report: Path | None) -> None:
    for title, headings, rows in tables(result):
        if rows:
            line(title)
            table(headings, rows, indent="  ")
            line()
    for each in result.new.wrong[:WRONGED]:
        line(f"  ! {said(each)}")
    if len(result.new.wrong) > WRONGED:
        line(f"  ! and {len(result.new.wrong) - WRONGED:,} more")
    line(CAVEAT)
    if report is not None:
        line(f"The page with charts is {report}.")


def _document(result: Result) -> dict[str, object]:
    sides = {"now": result.new, "before": result.old}
    document: dict[str, object] = {
        name: {
            "customers": tally.customers,
            "receivables": tally.receivables,
            "messages": tally.sent,
            "steps": [{"step": step, "channel": channel, "count": n} for step, channel, n in tally.steps()],
            "contacts_per_customer": {str(n): tally.contacts[n] for n in sorted(tally.contacts)},
            "messages_per_day": {str(day): tally.by_day[day] for day in sorted(tally.by_day) if tally.by_day[day]},
            "customers_per_day": {str(day): tally.people[day] for day in sorted(tally.people)},
            "calls_per_day": {str(day): tally.calls[day] for day in sorted(tally.calls) if tally.calls[day]},
            "charges": dict(sorted(tally.charges.items())),
            "approvals": dict(sorted(tally.approvals.items())),
            "questions": dict(sorted(tally.reviews.items())),
            "tasks": tally.tasks,
            "wrong": tally.wrong,
        }
        for name, tally in sides.items()
        if tally is not None
    }
    if (shift := result.shift) is not None:
        document["moves"] = {
            "same": shift.same,
            "earlier": shift.earlier,
            "later": shift.later,
            "days": {str(days): n for days, n in sorted(shift.days.items())},
            "steps": shift.spans(),
            "no_longer": dict(sorted(shift.only_old.items())),
            "new": dict(sorted(shift.only_new.items())),
            "customers": shift.customers,
        }
    return {**document, "limits": result.limits, "caveat": CAVEAT}
