"""`relance forget`: names and contacts that need not be kept any more."""

from __future__ import annotations

from datetime import date

import click

from rules.law.retention import APART, said
from worker.cli import desk
from worker.cli.output import answer, counted, formats, line, table
from worker.erasing import emptied
from worker.forgetting import apart, due, forget_contact, forget_customer, forget_messages, scrub


@click.command()
@click.argument("customer", metavar="CUSTOMER", required=False)
@click.option("--contact", "role", help="Only this contact, such as billing.")
@click.option(
    "--messages", "files", is_flag=True, help="Empty letters, debits and hand-offs that are past their period."
)
@click.option(
    "--due", "listed", is_flag=True, help="List who and what is past the periods that are kept; erase nobody."
)
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
    files: bool,
    listed: bool,
    despite: bool,
) -> None:
    """Erase a customer's name and contacts, or one contact. What happened stays, and so does its proof.

    Refused while something is open, and while the law of the business keeps the accounts. Invoices whose years are
    over lose the name; others, letters, debits and hand-offs are told of; backups are yours.

    \b
    Examples:
      relance forget --due
      relance forget C-104 --contact billing --reason 'asked on 2027-03-02'
      relance forget C-104 --messages --reason 'past our period'
      relance forget C-104 --reason 'kept long enough'
    """
    if listed:
        _list(style)
        return
    if customer is None or reason is None:
        raise click.UsageError("name the CUSTOMER and a --reason, or list who is past its time with --due.")
    with desk.office() as office:
        law, who = office.workspace.rulebook.business.law, by or desk.whoever()
        retention, out = office.workspace.rulebook.business.retention, office.settings.out
        with office.ledger.begin() as tx:
            if files:
                done = forget_messages(tx, customer, retention, out, reason=reason, by=who)
            elif role is not None:
                done = forget_contact(tx, customer, role, law=law, reason=reason, by=who)
            else:
                done = forget_customer(tx, customer, law=law, reason=reason, by=who, despite=despite)
            today = tx.now().date()
        clear = scrub(office.ledger)
        bearing = done.files if files else [each for each in done.files if not emptied(out, each[0])]

    def text() -> None:
        if files:
            for name, _ in done.files:
                line(f"{name} is emptied.")
            return
        line(f"{'The contact ' + done.role + ' of ' if done.role else ''}{done.customer} is forgotten.")
        if done.invoices:
            line(f"{counted(len(done.invoices), 'invoice')} lost the name: {', '.join(done.invoices)}.")
        for file, until in bearing:
            line(f"{file} still bears the name: {_until(until, today)}.")
        if not clear:
            line("The database is in use, so its file may still hold traces: stop the worker and run VACUUM on it.")
        line("Renew your backups: what they hold was not touched.")

    answer(
        style,
        {
            "customer": done.customer,
            "contact": None if files else done.role or None,
            "files": bearing,
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
        business = office.workspace.rulebook.business
        law, kept = business.law, business.retention
        past, unknown = due(tx, law)
        over = apart(tx, kept, office.settings.out)
    words = [said(what, law, {"messages": kept.messages, "contacts": kept.contacts}[what]) for what in APART]

    def text() -> None:
        table(("customer", "last invoice", "kept until"), [(d.customer, d.last_invoice, d.kept_until) for d in past])
        if not past:
            line(f"Nobody is past the years that {law} keeps accounts.")
        for each in unknown:
            why = f"how long {law} keeps accounts is not known" if each.last_invoice else "nothing was ever billed"
            line(f"{each.customer}: {why}, decide yourself.")
        for sentence in words:
            line(sentence[0].upper() + sentence[1:] + ".")
        if over:
            rows = [(each.customer, each.what, each.channel or "contact", each.kept_until) for each in over]
            table(("customer", "what", "kind", "kept until"), rows)

    answer(style, {"law": law, "due": past, "unknown": unknown, "apart": words, "over": over}, text)
