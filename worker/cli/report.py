"""`relance report`: who owes what, and since when; and how long it takes to be paid."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from rules.money import Money
from worker.cli import desk
from worker.cli.days import DAY
from worker.cli.output import answer, formats, line, table
from worker.ledger.views import AgedRow, totals
from worker.ledger.views import aged as aged_rows
from worker.turnover import Figures, figures

BUCKETS = ("not due", "1-30", "31-60", "61-90", "over 90", "on account")


@click.group()
def report() -> None:
    """Reports on what is owed."""


@report.command()
@click.option("--at", type=DAY, help="Age the balances of now as of this day.")
@formats()
def aged(at: datetime | None, style: str) -> None:
    """The aged balance: per customer and currency, by days overdue.

    \b
    Examples:
      relance report aged
      relance report aged --at 2027-01-31 --format json
    """
    with desk.office() as office, office.ledger.read() as tx:
        day = at.date() if at else desk.today(office, tx.now())
        rows = aged_rows(tx, day)
        names = {row.customer: (card.name if (card := tx.card(row.customer)) else "") for row in rows}

    def text() -> None:
        shown = [(row.customer, names[row.customer], *_amounts(row)) for row in rows]
        shown += [("", "in all", *_amounts(row)) for row in totals(rows)]
        table(("customer", "name", *BUCKETS, "total"), shown)
        if not rows:
            line("Nothing is open.")

    document = {
        "at": day,
        "customers": [{"customer": row.customer, **_document(row)} for row in rows],
        "totals": [_document(row) for row in totals(rows)],
    }
    answer(style, document, text)


@report.command()
@click.option("--at", type=DAY, help="The last day that counts; today where it is not given.")
@click.option("--months", type=click.IntRange(1, 60), default=3, show_default=True, help="How many whole months back.")
@formats()
def dso(at: datetime | None, months: int, style: str) -> None:
    """How long it takes to be paid: DSO, by count-back too, the best possible one, days delinquent, effectiveness.

    Amounts are with VAT; sales are what was invoiced less what was credited; money on account lowers what is open.
    A dash: it cannot be said, because nothing was sold, or sales do not reach back far enough.

    \b
    Examples:
      relance report dso
      relance report dso --at 2027-03-31 --months 12 --format json
    """
    with desk.office() as office, office.ledger.read() as tx:
        day = at.date() if at else desk.today(office, tx.now())
        found = figures(tx, day, months, ZoneInfo(office.workspace.rulebook.business.time_zone))

    def text() -> None:
        for each in found:
            line(f"{each.since} to {each.through}, {each.currency}")
            table(("figure", "value"), _figures(each))
            line()
        if not found:
            line("Nothing was sold and nothing is open.")

    answer(style, {"at": day, "months": months, "currencies": found}, text)


def _figures(each: Figures) -> list[tuple[str, object]]:
    days = (
        ("DSO", each.dso),
        ("DSO by count-back", each.dso_by_count_back),
        ("best possible DSO", each.best_possible_dso),
        ("average days delinquent", each.average_days_delinquent),
    )
    effectiveness = each.collection_effectiveness
    return [
        ("open at the beginning", each.begin),
        ("sales", each.sales),
        ("open at the end", each.receivables),
        ("of it not due", each.current),
        *((name, "-" if value is None else f"{value} days") for name, value in days),
        ("collection effectiveness", "-" if effectiveness is None else f"{effectiveness} %"),
    ]


def _amounts(row: AgedRow) -> list[Money]:
    parts = (row.not_due, row.to_30, row.to_60, row.to_90, row.over_90, row.credit, row.total)
    return [Money(minor, row.currency) for minor in parts]


def _document(row: AgedRow) -> dict[str, object]:
    names = ("not_due", "to_30", "to_60", "to_90", "over_90", "on_account", "total")
    return {"currency": row.currency, **dict(zip(names, _amounts(row), strict=True))}
