"""`relance forget`: names and contacts that need not be kept any more."""

from __future__ import annotations

from datetime import date

import click

from worker.cli import desk
from worker.cli.output import answer, counted, formats, line
from worker.forgetting import forget_contact, forget_customer, scrub


@click.command()
@click.argument("customer", metavar="CUSTOMER")
@click.option("--contact", "role", help="Only this contact, such as billing.")
@click.option("--reason", required=True, help="Why, without names: it stays in the ledger.")
@click.option("--despite", is_flag=True, help="The reason goes before the years that accounts are kept.")
@click.option("--by", help="Who says so; you, where it is not given.")
@formats()
def forget(customer: str, role: str | None, reason: str, by: str | None, style: str, *, despite: bool) -> None:
    """Erase a customer's name and contacts, or one contact. What happened stays, and so does its proof.

    Refused while something is open, and while the law of the business keeps the accounts. Invoices whose years are
    over lose the name; others, letters and hand-offs are told of; backups are yours.

    \b
    Examples:
      relance forget C-104 --contact billing --reason 'asked on 2027-03-02'
      relance forget C-104 --reason 'kept long enough'
    """
    with desk.office() as office:
        law, who = office.workspace.rulebook.business.law, by or desk.whoever()
        with office.ledger.begin() as tx:
            if role is not None:
                done = forget_contact(tx, customer, role, law=law, reason=reason, by=who)
            else:
                done = forget_customer(tx, customer, law=law, reason=reason, by=who, despite=despite)
            today = tx.now().date()
        clear = scrub(office.ledger)

    def text() -> None:
        line(f"{'The contact ' + done.role + ' of ' if done.role else ''}{done.customer} is forgotten.")
        if done.invoices:
            line(f"{counted(len(done.invoices), 'invoice')} lost the name: {', '.join(done.invoices)}.")
        for file, until in done.files:
            line(f"{file} still bears the name: {_until(until, today)}.")
        if not clear:
            line("The database is in use, so its file may still hold traces: stop the worker and run VACUUM on it.")
        line("Renew your backups: what they hold was not touched.")

    answer(
        style,
        {
            "customer": done.customer,
            "contact": done.role or None,
            "files": done.files,
            "invoices": done.invoices,
            "clear": clear,
        },
        text,
    )


def _until(until: date | None, today: date) -> str:
    if until is None:
        return "find out how long it is kept"
    return f"keep it until {until}" if today <= until else f"its years ended on {until}, delete it"
