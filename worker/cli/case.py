"""`relance case`: where each contract stands, and what people decide about its steps."""

from __future__ import annotations

import click

from worker.cli import desk
from worker.cli.case_page import document, show_text, standings
from worker.cli.output import answer, counted, formats, line, table
from worker.cli.saying import command_of
from worker.ledger.views import cases
from worker.outlook import find
from worker.record import Refused

STATES = ("not-started", "running", "waiting", "held", "ended")


@click.group()
def case() -> None:
    """Look at cases; approve, refuse and skip steps; answer questions."""


@case.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--customer", help="Only this customer's.")
@formats()
def list_(state: str | None, customer: str | None, style: str) -> None:
    """List cases, one for each contract: what is open, for how long at the most, what comes next, what it waits for.

    \b
    Examples:
      relance case list --state waiting
      relance case list --customer C-1 --format json
    """
    with desk.office() as office, office.ledger.read() as tx:
        found = cases(tx, desk.today(office, tx.now()), customer=customer, state=state)
        names = {row.customer: card.name for row in found if (card := tx.card(row.customer)) is not None}
        stands = standings(tx, office, found)
    items = [
        {
            "contract": row.contract,
            "customer": row.customer,
            "name": names.get(row.customer),
            "state": row.state,
            "waiting": row.waiting,
            "policy": row.policy,
            "stage": stands[row.contract].stage,
            "step": row.step,
            "open": row.open,
            "overdue": row.overdue,
            "days_overdue": stands[row.contract].days,
            "next": stands[row.contract].next,
            "next_on": stands[row.contract].on,
            "next_wake": row.next_wake,
        }
        for row in found
    ]

    def text() -> None:
        headings = ("contract", "customer", "name", "stage", "open", "days", "next", "on", "waits for")
        rows = [
            (
                row.contract,
                row.customer,
                names.get(row.customer),
                stands[row.contract].stage,
                row.open,
                stands[row.contract].days,
                stands[row.contract].next,
                stands[row.contract].on,
                row.waiting or ("over" if row.ended else stands[row.contract].why),
            )
            for row in found
        ]
        table(headings, rows, least=("name", "customer", "stage"))
        line(f"{counted(len(found), 'case')}.")

    answer(style, items, text)


@case.command()
@click.argument("name", metavar="CONTRACT|CUSTOMER|INVOICE")
@formats()
def show(name: str, style: str) -> None:
    """Show a contract, a customer or an invoice: what was done, what comes next and when, and why it waits.

    \b
    Examples:
      relance case show K-1
      relance case show F-1 --format json
    """
    with desk.office() as office, office.ledger.read() as tx:
        found = find(tx, name)
        if found is None:
            raise Refused(f"there is no contract, customer or invoice {name}.")
        page = document(tx, office, *found)
    answer(style, page, lambda: show_text(page))


case.add_command(command_of("approve", argument="invoice", examples=("case approve F-1 --step formal-notice",)))
case.add_command(
    command_of(
        "refuse",
        argument="invoice",
        examples=(
            "case refuse F-1 --reason 'they have just called'",
            "case refuse F-1 --outcome postpone --until 2027-02-15 --reason 'year end'",
        ),
    )
)
case.add_command(command_of("skip", argument="invoice", examples=("case skip F-1 --reason 'a reminder went by hand'",)))
case.add_command(
    command_of(
        "answer", argument="review", examples=("case answer no-address/F-1/1/reminder-1/1/email --outcome proceed",)
    )
)
