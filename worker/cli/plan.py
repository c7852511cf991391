"""`relance plan`: what other rules would do to every running case, written down."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from worker.cli import desk
from worker.cli.days import DAY
from worker.cli.output import answer, formats, line, table
from worker.cli.versions import progress
from worker.plans import going_live, telling
from worker.plans.ahead import AHEAD
from worker.plans.files import digest_of, write
from worker.plans.plan import SCOPES, Plan, Scope, make
from worker.plans.versions import DRAFT, commit_of, version

CHANGES = 5
RULES, GO_LIVE = "relance/plan-v1", "relance/go-live-v1"


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where the plan is written.")
@click.option(
    "--to", "target", default=DRAFT, show_default=True, help="The rules: as in relance diff; a rollback names a digest."
)
@click.option("--at", type=DAY, help="The day on which it is applied; today by default.")
@click.option("--cases", type=click.Choice(SCOPES), help="Which cases move; all, or those of --case.")
@click.option("--case", "listed", multiple=True, metavar="CONTRACT", help="Only this case; may be repeated.")
@click.option("--go-live", is_flag=True, help="Start with a book of old receivables, which an import holds back.")
@click.option("--days", type=click.IntRange(1, 250), help="With --go-live: on how many working days customers begin.")
@click.option("--all", "every", is_flag=True, help="List every open receivable, and all that leaves on the day.")
@click.option("--fail-on-change", is_flag=True, help="Leave with 5 where something changes.")
@formats()
def plan(
    output: Path | None,
    target: str,
    at: datetime | None,
    cases: Scope | None,
    listed: tuple[str, ...],
    days: int | None,
    style: str,
    *,
    go_live: bool,
    every: bool,
    fail_on_change: bool,
) -> None:
    """Say what the workspace's rules would do to every running case, and write it down for `relance apply`.

    Nothing is changed. `--cases new` moves those of which nothing has gone out, `none` leaves all where they are:
    only new cases get the new rules. Exit code 0 with or without changes, 5 with --fail-on-change.

    \b
    Examples:
      relance plan -o plan.json
      relance plan --to 9e02ab41 -o rollback.json
      relance plan --case K-1 --case K-2 -o two.json
      relance plan --go-live --days 5 -o start.json
    """
    if go_live:
        if at or cases or listed or target != DRAFT:
            raise click.UsageError("--go-live goes with --days only.")
        _go_live(days or 1, output, style)
        return
    if days:
        raise click.UsageError("--days goes with --go-live.")
    if listed and cases not in (None, "listed"):
        raise click.UsageError("--case names cases: leave out --cases, or say listed.")
    if cases == "listed" and not listed:
        raise click.UsageError("--cases listed wants the cases: --case CONTRACT.")
    scope: Scope = cases or ("listed" if listed else "all")
    with desk.office() as office, progress("judged") as told, office.ledger.read() as tx:
        rules = version(target, office.workspace, tx)
        commit = commit_of(office.workspace.folder) if target == DRAFT else ""
        day, today = at.date() if at else None, desk.today(office, tx.now())
        if day is not None and day < today:
            raise click.UsageError(f"--at {day} is past: today is {today}.")
        made = make(tx, rules, commit=commit, scope=scope, listed=listed, on=day, progress=told)
    name = write(made, output, RULES) if output else digest_of(made)
    answer(style, _document(made, name), lambda: _text(made, name, output, every=every))
    if fail_on_change and (made.changed or made.contracts):
        raise click.exceptions.Exit(CHANGES)


def _go_live(days: int, output: Path | None, style: str) -> None:
    with desk.office() as office, progress("lived ahead") as told, office.ledger.read() as tx:
        made = going_live.make(tx, days=days, progress=told)
    name = write(made, output, GO_LIVE) if output else digest_of(made)

    def text() -> None:
        for each in telling.start(made):
            line(each)
        table(("day", "step", "messages", "approvals asked"), made.volume(), indent="  ")
        for title, found in (("The first messages", made.first()), ("The first letters", made.first(letters=True))):
            if found:
                line(f"\n{title}")
                rows = [(each.on, each.customer, each.number, each.step, each.channels) for each in found]
                table(("day", "customer", "invoice", "step", "by"), rows, indent="  ")
        if made.asks:
            line("\nThe first approvals to be asked")
            some = made.asks[: going_live.FIRST]
            asked = [(each.on, each.customer, each.number, each.step, each.who) for each in some]
            table(("day", "customer", "invoice", "step", "of"), asked, indent="  ")
        line(_saved(name, output))

    document = {
        "digest": name,
        "day": made.day,
        "customers": len(made.starts),
        "starts": {each.customer: each.on for each in made.starts},
        "oldest": made.oldest,
        "volume": [dict(zip(("day", "step", "messages", "approvals"), row, strict=True)) for row in made.volume()],
        "until": made.until,
        "asks": made.asks[: going_live.FIRST],
        "first": made.first(),
        "letters": made.first(letters=True),
    }
    answer(style, document, text)


def _saved(name: str, output: Path | None) -> str:
    if output is None:
        return "Nothing is saved: -o plan.json writes what `relance apply` takes."
    return f"Saved {output} (digest {name[:8]}). `relance apply {output}` refuses it once anything in it has moved."


def _text(made: Plan, name: str, output: Path | None, *, every: bool) -> None:
    for part in (telling.heading(made), telling.counts(made), telling.today(made)):
        for each in part:
            line(each)
    table(("invoice", "customer", "leaves"), telling.sends(made, every=every), indent="    ")
    if not every and len(made.sends) > telling.FIRST:
        line(f"    and {len(made.sends) - telling.FIRST:,} more: --all")
    listed = telling.rows(made, every=every)
    if listed:
        line()
        table(telling.HEADINGS, listed, indent="  ")
    if len(made.changed) > len(listed):
        line(f"  and {len(made.changed) - len(listed):,} more: --all")
    line(_saved(name, output))


def _document(made: Plan, name: str) -> dict[str, object]:
    return {
        "digest": name,
        "day": made.day,
        "before": made.before,
        "rulebook": made.rulebook,
        "commit": made.commit,
        "cases": made.scope,
        "changes": made.changes,
        "moves": made.contracts,
        "stays": made.stays,
        "unchanged": len(made.effects) - len(made.changed),
        "summary": [
            {"kind": kind, "step": step, "receivables": items, "customers": people}
            for kind, step, items, people in made.summary()
        ],
        "ahead": {"until": made.day + AHEAD, "steps": made.ahead()},
        "today": made.today,
        "notes": made.notes,
        "sends": [
            {"customer": each.customer, "contract": each.contract, "number": each.number, "step": each.new.step}
            for each in made.sends
        ],
        "effects": [{"kind": effect.kind(made.day), **_plain(effect)} for effect in made.effects],
    }


def _plain(effect: object) -> dict[str, object]:
    return {
        name: getattr(effect, name)
        for name in ("customer", "contract", "number", "balance", "now", "old", "new", "skipped", "ahead")
    }
