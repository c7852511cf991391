"""`relance explain`: why an invoice was written about or not, what comes next, and what would change it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from rules.explain import INDENT
from worker.cli import desk
from worker.cli.app import Failure
from worker.cli.days import DAY
from worker.cli.interest import reckoned
from worker.cli.interest import show as show_interest
from worker.cli.output import answer, formats, line, table
from worker.explaining import Explained, explained
from worker.outlook import find
from worker.past import Happened


@click.command()
@click.argument("invoice", metavar="INVOICE")
@click.option("--step", help="Only what concerns this step.")
@click.option("--at", "day", type=DAY, help="As it stood in the evening of a past day.")
@click.option("--interest", is_flag=True, help="The late interest instead, as a sum that can be checked by hand.")
@formats()
def explain(invoice: str, step: str | None, day: datetime | None, style: str, *, interest: bool) -> None:
    """Say why an invoice was written about or not, how it stands, what comes next, and what would change that.

    \b
    Examples:
      relance explain F-2027-018
      relance explain F-2027-018 --step reminder-2
      relance explain F-2027-018 --at 2027-02-12
      relance explain F-2027-018 --interest
    """
    with desk.office() as office, office.ledger.read() as tx:
        today = desk.today(office, tx.now())
        if day is not None and day.date() > today:
            raise click.UsageError(f"--at: {day.date()} has not come. What comes is said without it.")
        customer, _, found = find(tx, invoice) or (None, None, None)
        if customer is None or found is None:
            raise Failure(f"no invoice {invoice} is known: `relance invoice find` looks for one.")
        if interest:
            page = reckoned(tx, invoice, day.date() if day else today)
            answer(style, page, lambda: show_interest(page))
            return
        try:
            told = explained(tx, customer, found, day.date() if day else None)
        except KeyError:
            raise Failure(f"{invoice} was not recorded by {day.date() if day else today}.") from None
        if step is not None and not any(each.step == step for each in (*told.past, *told.coming)):
            raise Failure(f"{invoice} has had no step {step}, and none comes.")
        at = desk.local(office, told.at)
    answer(style, _document(told, step), lambda: _text(told, step, at))


def _document(told: Explained, step: str | None) -> dict[str, Any]:
    def rows(lines: tuple[Happened, ...]) -> list[dict[str, object]]:
        chosen = (each for each in lines if step in (None, each.step))
        return [{"on": each.on, "step": each.step or None, "outcome": each.outcome, "why": each.why} for each in chosen]

    return {
        "invoice": told.item.number,
        "at": told.at,
        "open": told.item.balance,
        "due": told.item.due,
        "policy": told.policy,
        "variant": told.variant,
        "place": f"{told.place.file}:{told.place.line}" if told.place else None,
        "past": rows(told.past),
        "reasons": list(told.reasons),
        "next": told.next,
        "coming": rows(told.coming),
        "what_would_change_it": list(told.changes),
    }


def _text(told: Explained, step: str | None, at: str) -> None:
    item = told.item
    where = f", customer in {told.country}" if told.country else ""
    line(f"Invoice {item.number}, {item.balance} open of {item.amount}, due {item.due or 'never'}{where}")
    if told.policy:
        variant = f", variant {told.variant}" if told.variant else ""
        place = f"  {told.place.file}:{told.place.line}" if told.place else ""
        line(f"Policy {told.policy}{variant}{place}")
    _rows("What happened", told.past, step)
    line(f"At {at}")
    for reason in told.reasons:
        line(f"{INDENT}{reason}")
    line(f"Next: {told.next}")
    for change in told.changes:
        line(f"{INDENT}{change}")
    _rows("What would come, if nothing else happens and nobody pays", told.coming, step)


def _rows(heading: str, lines: tuple[Happened, ...], step: str | None) -> None:
    rows = [(each.on, each.step, each.outcome, each.why) for each in lines if step in (None, each.step)]
    if rows:
        line(heading)
        table(("on", "step", "outcome", "why"), rows, indent=INDENT)
