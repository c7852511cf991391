"""`relance today`: what leaves, and what waits for a person."""

from __future__ import annotations

import click

from worker.cli import desk
from worker.cli.output import answer, counted, formats, line, table
from worker.office import Office
from worker.outlook import Outlook, outlook
from worker.plans.notes import notes


@click.command()
@formats()
def today(style: str) -> None:
    """What leaves today, what waits for a person, and how far the bank's data go.

    \b
    Example:
      relance today --format json
    """
    with desk.office() as office, office.ledger.read() as tx:
        found = outlook(tx, office.workspace.rulebook.business, tx.now())
        rulebook = tx.rulebook(tx.active_rulebook() or office.workspace.rulebook.digest)
        said = list(notes(rulebook, tx.state(), found.day))
        answer(style, found, lambda: _text(office, found, said))


def _text(office: Office, found: Outlook, said: list[str]) -> None:
    bank = f"the bank's data go to {found.bank_through}" if found.bank_through else "no bank data are confirmed"
    line(f"{found.day}: {bank}; {counted(found.held, 'case')} on hold.")
    for each in said:
        line(f"! {each}")
    if found.leaving:
        line("\nLeaves today")
        rows = [
            (desk.local(office, e.at)[-5:], e.customer, e.contract, e.step, e.about, e.amount) for e in found.leaving
        ]
        table(("at", "customer", "contract", "step", "invoices", "amount"), rows, indent="  ")
    if found.sent:
        line(f"\nSent today: {counted(len(found.sent), 'message')}.")
    if found.approvals:
        line("\nWaits for an approval: relance case approve INVOICE")
        approvals = [(e.number, e.step, e.amount, e.customer, e.who, e.asked) for e in found.approvals]
        table(("invoice", "step", "amount", "customer", "asked of", "since"), approvals, indent="  ")
    if found.reviews:
        line("\nWaits for an answer: relance case answer QUESTION --outcome proceed|skip|stop")
        table(("question", "why", "since"), [(e.review, e.why, e.asked) for e in found.reviews], indent="  ")
    if found.unknown:
        line("\nNobody knows whether it was sent: relance message resolve MESSAGE --sent|--not-sent")
        table(
            ("message", "customer", "channel", "day"),
            [(e.key, e.customer, e.channel, e.day) for e in found.unknown],
            indent="  ",
        )
    if found.tasks:
        line("\nTo do: relance task done TASK")
        table(("task", "title", "queue", "due"), [(e.task, e.title, e.queue, e.due) for e in found.tasks], indent="  ")
    if found.offers:
        line("\nPayment plans offered: relance record plan, once the customer agrees")
        plans = [(e.customer, e.about, e.parts, e.until, "lapsed" if e.lapsed else "") for e in found.offers]
        table(("customer", "invoices", "instalments", "until", ""), plans, indent="  ")
    if not found.leaving and not found.waiting:
        line("Nothing leaves today, and nothing waits for anybody.")
