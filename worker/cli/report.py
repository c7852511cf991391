"""`relance report`: who owes what, and since when."""

from __future__ import annotations

from datetime import datetime

import click

from rules.money import Money
from worker.cli import desk
from worker.cli.output import answer, formats, line, table
from worker.ledger.views import AgedRow, totals
from worker.ledger.views import aged as aged_rows

BUCKETS = ("not due", "1-30", "31-60", "61-90", "over 90", "on account")


@click.group()
def report() -> None:
    """Reports on what is owed."""


@report.command()
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="Age the balances of now as of this day.")
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


def _amounts(row: AgedRow) -> list[Money]:
    parts = (row.not_due, row.to_30, row.to_60, row.to_90, row.over_90, row.credit, row.total)
    return [Money(minor, row.currency) for minor in parts]


def _document(row: AgedRow) -> dict[str, object]:
    names = ("not_due", "to_30", "to_60", "to_90", "over_90", "on_account", "total")
    return {"currency": row.currency, **dict(zip(names, _amounts(row), strict=True))}
