"""`relance forget`: names and contacts that need not be kept any more."""

from __future__ import annotations

from datetime import date

import click

from rules.law.retention import APART, said
from worker.cli import desk
from worker.cli.output import answer, counted, formats, line, table
from worker.forgetting import due, forget_contact, forget_customer, scrub


@click.command()
@click.argument("customer", metavar="CUSTOMER", required=False)
@click.option("--contact", "role", help="Only this contact, such as billing.")
@click.option("--due", "listed", is_flag=True, help="List who is past the years that accounts are kept; erase nobody.")
@click.option("--reason", help="Why, without names: it stays in the ledger.")
@click.option("--despite", is_flag=True, help="The reason goes before the years that accounts are kept.")
@click.option("--by", help="Who says so; you, where it is not given.")
@formats()
def forget(
    customer: str | None,
    role: str | None,
    reason: str | None,
    by: str | None,
    style: str,
    *,
    listed: bool,
    despite: bool,
) -> None:
    """Erase a customer's name and contacts, or one contact. What happened stays, and so does its proof.

    Refused while something is open, and while the law of the business keeps the accounts. Invoices whose years are
    over lose the name; others, letters and hand-offs are told of; backups are yours.

    \b
    Examples:
      relance forget --due
      relance forget C-104 --contact billing --reason 'asked on 2027-03-02'
      relance forget C-104 --reason 'kept long enough'
    """
    if listed:
        _list(style)
        return
    if customer is None or reason is None:
        raise click.UsageError("name the CUSTOMER and a --reason, or list who is past its time with --due.")
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


def _list(style: str) -> None:
    """Says who is past its time, and what is not known."""
    with desk.office() as office, office.ledger.read() as tx:
        law = office.workspace.rulebook.business.law
        past, unknown = due(tx, law)
    apart = [said(what, law) for what in APART]

    def text() -> None:
        table(("customer", "last invoice", "kept until"), [(d.customer, d.last_invoice, d.kept_until) for d in past])
        if not past:
            line(f"Nobody is past the years that {law} keeps accounts.")
        for each in unknown:
            why = f"how long {law} keeps accounts is not known" if each.last_invoice else "nothing was ever billed"
            line(f"{each.customer}: {why}, decide yourself.")
        for words in apart:
            line(words[0].upper() + words[1:] + ".")

    answer(style, {"law": law, "due": past, "unknown": unknown, "apart": apart}, text)
