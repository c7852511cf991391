"""`relance simulate`: an invoice of a policy, a recorded one, or a customer, lived forward on a virtual clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from rules.diagnostics import did_you_mean
from rules.money import Money
from rules.policy import Policy
from rules.trial.told import Line
from worker.cli import desk, place, timeline
from worker.cli.app import Failure
from worker.cli.days import DAY
from worker.cli.output import answer, formats, line, table
from worker.ledger.errors import Unknown
from worker.ledger.ledger import Transaction
from worker.ledger.views import customer_of_number
from worker.office import Office, wall
from worker.rehearsal import Invoice, customer_ahead, invoice_ahead

AHEAD = timedelta(days=120)


@click.command()
@click.argument("name", metavar="POLICY|CUSTOMER|INVOICE")
@click.option("--amount", default=None, help="Of the invoice; 1200.00 in the business's currency by default.")
@click.option("--issued", type=DAY, help="Its day of issue; today by default.")
@click.option("--due", type=DAY, help="Its due date; 30 days after its issue by default.")
@click.option("--given", multiple=True, metavar="FACT=VALUE", help="A fact, such as customer.country=BE.")
@click.option("--paid", multiple=True, metavar="DAY[=AMOUNT]", help="A payment; for a customer, of all that is open.")
@click.option("--at", type=DAY, help="What is recorded: the day on which it begins; in the past, as it was known then.")
@click.option("--approve", is_flag=True, help="Whatever waits for an approval gets it the next day.")
@click.option("--until", type=DAY, help="The last day; 120 days on by default.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write the picture as a page.")
@formats()
def simulate(
    name: str,
    amount: str | None,
    issued: datetime | None,
    due: datetime | None,
    given: tuple[str, ...],
    paid: tuple[str, ...],
    at: datetime | None,
    until: datetime | None,
    report: Path | None,
    style: str,
    *,
    approve: bool,
) -> None:
    """Live an invoice under a policy, a recorded one, or a customer forward: what would leave, and when.

    Nothing is sent, and nothing is recorded.

    \b
    Examples:
      relance simulate reminders
      relance simulate reminders --given customer.country=BE --paid 2027-02-01=500.00 --approve
      relance simulate C-1 --until 2027-06-30 --paid 2027-03-01
      relance simulate F-1 --at 2027-01-15
    """
    workspace = place.workspace()
    policy = workspace.rulebook.policies.get(name)
    payments = [_payment(each, workspace.rulebook.business.currency) for each in paid]
    if policy is not None:
        if at:
            raise click.UsageError(f"{name} is a policy; --at is for what is recorded: say --issued and --due.")
        zone = ZoneInfo(workspace.rulebook.business.time_zone)
        first = issued.date() if issued else wall().astimezone(zone).date()
        last = due.date() if due else first + timedelta(days=30)
        owed = _money(amount or "1200.00", workspace.rulebook.business.currency)
        invoice = Invoice(owed, first, last, tuple(_fact(each) for each in given))
        end = _until(until, last)
        lines: Sequence[Line] = invoice_ahead(workspace.rulebook, name, invoice, payments, end, approve=approve)
    else:
        if amount or issued or due or given:
            raise click.UsageError(f"There is no policy {name}; --amount, --issued, --due and --given are for one.")
        with desk.office() as office, office.ledger.read() as tx:
            lines = _recorded(tx, name, payments, at.date() if at else None, until, office, approve=approve)
    timeline.written(lines, name, report) if report else None
    answer(style, [{"at": each.at, **each.words} for each in lines], lambda: _text(lines, policy))


def _recorded(
    tx: Transaction,
    name: str,
    payments: list[tuple[date, Money | None]],
    at: date | None,
    until: datetime | None,
    office: Office,
    *,
    approve: bool,
) -> list[Line]:
    """A customer's lines, or those of one of its invoices."""
    found = customer_of_number(tx, name)
    end = _until(until, at or desk.today(office, tx.now()))
    try:
        lines = customer_ahead(tx, found[0] if found else name, payments, end, approve=approve, at=at)
    except Unknown:
        near = did_you_mean(place.stem(name), office.workspace.rulebook.policies)
        raise Failure(f"no policy, customer or invoice is called {name}" + (f": {near}" if near else ".")) from None
    return [each for each in lines if found is None or _names(each, name)]


def _names(told: Line, number: str) -> bool:
    """Whether a line is of that invoice or of a part of it, or of no invoice."""
    said = told.words.get("invoice", number)
    return said == number or said.startswith(f"{number}/")


def _text(lines: Sequence[Line], policy: Policy | None) -> None:
    rows = []
    for each in lines:
        words = dict(each.words)
        about, step = words.pop("invoice", None), words.pop("step", None)
        rows.append((each.at, about, step, ", ".join(f"{key}: {word}" for key, word in words.items())))
    with_invoices = any(row[1] for row in rows)
    headings = ("day", "invoice", "step", "what happens")
    keep = [n for n in range(4) if n != 1 or with_invoices]
    table([headings[n] for n in keep], [[row[n] for n in keep] for row in rows])
    for row in ("", *timeline.drawn(lines)) if rows else ("Nothing would happen.",):
        line(row)
    if policy is not None and any(each.words.get("refused") == "effective-from" for each in lines):
        line(f"\n{policy.id} is for invoices issued from {policy.effective_from} on: --issued {policy.effective_from}")


def _until(until: datetime | None, start: date) -> date:
    if until and until.date() < start:
        raise click.UsageError(f"--until {until:%Y-%m-%d} is past: it begins on {start}.")
    return until.date() if until else start + AHEAD


def _fact(written: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not equals or not value:
        raise click.UsageError(f"'{written}' is not FACT=VALUE, such as customer.country=BE.")
    return name.strip(), value.strip()


def _payment(written: str, currency: str) -> tuple[date, Money | None]:
    day, equals, amount = written.partition("=")
    try:
        return date.fromisoformat(day), _money(amount, currency) if equals else None
    except ValueError as error:
        raise click.UsageError(f"'{written}' is not DAY or DAY=AMOUNT, such as 2027-01-11=500.00: {error}.") from None


def _money(written: str, currency: str) -> Money:
    return Money.parse(written if " " in written else f"{written} {currency}")
