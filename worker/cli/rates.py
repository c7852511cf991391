"""`relance rates`: the published rates that late interest follows, and those that people state."""

from __future__ import annotations

from collections.abc import Iterator

import click

from rules.rates import Rate, Table, following, half_year_of, name_of, shipped
from rules.rates.checks import disagreements, endings
from rules.terms import tables
from worker.cli import desk
from worker.cli.output import answer, formats, line, table
from worker.cli.saying import said


@click.group()
def rates() -> None:
    """The published rates that late interest follows: list, add, check."""


@rates.command("list")
@click.argument("name", metavar="TABLE", required=False, type=click.Choice(tuple(shipped())))
@formats()
def list_(name: str | None, style: str) -> None:
    """List the rates of each half-year, with their confidence and sources; without TABLE, the last of each.

    A: official text, B: secondary source, C: from memory, X: to be confirmed (never used), stated: by one of you.

    \b
    Examples:
      relance rates list
      relance rates list ecb-refi --format json
    """
    with desk.office() as office, office.ledger.read() as tx:
        known, today = tables(tx.state()), desk.today(office, tx.now())
    chosen = [known[name]] if name else list(known.values())
    rows = [row for each in chosen for row in (_rows(each) if name else _last(each))]

    def text() -> None:
        headings = ("table", "half-year", "percent", "confidence", "sources", "note")
        table(headings, [tuple(row.values()) for row in rows])
        for each in chosen if name else ():
            for short, source in each.sources.items():
                line(f"{short}: {source}")
        for said_ in endings({each.id: each for each in chosen}, today):
            line(f"{said_}.")

    answer(style, rows, text)


def _rows(each: Table) -> Iterator[dict[str, object]]:
    half_year = half_year_of(each.rates[0].since)
    last = max([half_year_of(each.complete_until), *each.stated])
    while half_year <= last:
        found = each.stated.get(half_year) or each.found(half_year)
        if found is not None:
            yield _row(each, name_of(half_year), found)
        half_year = following(half_year)


def _last(each: Table) -> list[dict[str, object]]:
    return list(_rows(each))[-1:]


def _row(each: Table, half_year: str, found: Rate) -> dict[str, object]:
    return {
        "table": each.id,
        "half_year": half_year,
        "percent": found.percent,
        "confidence": found.confidence,
        "sources": found.sources,
        "note": found.note,
    }


@rates.command()
@click.argument("name", metavar="TABLE")
@click.argument("half_year", metavar="HALF-YEAR")
@click.argument("percent", metavar="RATE")
@click.option("--source", required=True, help="Where you read it.")
@click.option("--by", help="Who says so; you, where it is not given.")
@formats()
def add(name: str, half_year: str, percent: str, source: str, by: str | None, style: str) -> None:
    """State a rate that is missing, or confirm one that is not sure. What waited for it goes on.

    \b
    Example:
      relance rates add ecb-refi 2026-H2 2.40% --source 'ECB press release of 11 June 2026'
    """
    said("rate", {"table": name, "half_year": half_year, "rate": percent, "source": source}, style=style, by=by)


@rates.command()
@formats()
def check(style: str) -> None:
    """Check the rates against each other, and say which run out. Exit code 1 where two disagree, 3 where one ends.

    \b
    Example:
      relance rates check
    """
    with desk.office() as office, office.ledger.read() as tx:
        known, today = tables(tx.state()), desk.today(office, tx.now())
    wrong, ending = list(disagreements(known, today)), list(endings(known, today))

    def text() -> None:
        for each in (*wrong, *ending):
            line(f"{each}.")
        if not wrong:
            line("The tables agree with each other." if not ending else "The tables agree; what ends stops interest.")

    answer(style, {"disagreements": wrong, "endings": ending}, text)
    raise click.exceptions.Exit(1 if wrong else 3 if ending else 0)
