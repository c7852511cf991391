"""`relance interest`: what the delay of an invoice has cost, as a sum that its customer can check by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click

from rules.account import Receivable
from rules.interest import Applied, NoInterest, Working
from rules.money import Money
from rules.policy import Charge, Rulebook, Terms, TermsRow
from rules.rates import FIXED, RateUnknown
from rules.terms import LEGAL, NOT_FOR, flat_fee, late_interest, starts_after, tables
from worker.cli import desk
from worker.cli.app import Failure
from worker.cli.output import answer, formats, line, table
from worker.ledger.ledger import Transaction
from worker.outlook import find

Page = dict[str, Any]


@click.command()
@click.argument("invoice", metavar="INVOICE")
@click.option("--at", "on", type=click.DateTime(["%Y-%m-%d"]), help="Up to that day; today where it is not given.")
@formats()
def interest(invoice: str, on: datetime | None, style: str) -> None:
    """Show what the delay of an invoice has cost so far: days, rates, rounding, sources.

    \b
    Examples:
      relance interest F-2027-018
      relance interest F-2027-018 --at 2027-03-31 --format json
    """
    with desk.office() as office, office.ledger.read() as tx:
        page = reckoned(tx, invoice, on.date() if on else desk.today(office, tx.now()))
    answer(style, page, lambda: show(page))


def reckoned(tx: Transaction, invoice: str, day: date) -> Page:
    """The page of one invoice, by the terms that were charged or that its policy charges; raises RateUnknown."""
    customer, _, found = find(tx, invoice) or (None, None, None)
    if customer is None or found is None:
        raise Failure(f"no invoice {invoice} is known: name one by its number.")
    account = tx.account(customer)
    item, known = account.receivables[found], tables(tx.state())
    terms = _terms(item, tx.rulebook(item.ladder.rulebook if item.ladder else account.rulebooks[item.contract]))
    contract = account.contracts[item.contract]
    row = terms.row(contract.law) if contract.law else None
    if row is None or account.customer.kind in NOT_FOR:
        why = f"the customer is a {account.customer.kind}" if row else f"{terms.id} says nothing for {contract.law}"
        raise Failure(f"no interest is reckoned for {item.number}: {why}.")
    try:
        working = late_interest(account, item, row, known, day)
    except (RateUnknown, NoInterest) as error:
        raise Failure(f"{error}.") from error
    fee = flat_fee(row, item.amount) if item.due is not None and item.due < day else None
    return {
        "invoice": item.number,
        "amount": item.amount,
        "due": item.due,
        "open": item.balance,
        "law": contract.law,
        "source": row.source,
        "terms": terms.id,
        "at": day,
        "runs_after": starts_after(item, row),
        "working": working,
        "fixed_sum": fee,
        "waived": sorted(item.waived),
        "charged": [{"on": each.on, "step": each.step, "claim": each.claim} for each in item.charges],
        "rates": {name: known[name].publisher for name in _bases(row, contract.late_rate) if name in known},
    }


def _bases(row: TermsRow, agreed: Decimal | None) -> list[str]:
    """The published rates that a row follows."""
    base = row.interest.base if row.interest else FIXED
    if agreed is None and base != FIXED:
        return [base]
    return {"3x-legal": [LEGAL], "statutory": [base]}.get(row.floor or "", [])


def _terms(item: Receivable, rulebook: Rulebook) -> Terms:
    """The terms that were charged, else those that the policy charges, else the only ones there are."""
    policy = rulebook.policies.get(item.ladder.policy) if item.ladder else None
    steps = policy.variant(item.ladder.variant if item.ladder else None) if policy else ()
    names = [charge.terms for charge in item.charges]
    names += [action.terms for step in steps for action in step.do if isinstance(action, Charge)]
    names += sorted(rulebook.terms) if len(rulebook.terms) == 1 else []
    found = next((rulebook.terms[name] for name in names if name in rulebook.terms), None)
    if found is None:
        raise Failure(f"no terms say what the delay of {item.number} costs: no step of its policy charges any.")
    return found


def show(page: Page) -> None:
    """Prints the page for people."""
    line(f"{page['invoice']}  {page['amount']}, due {page['due'] or 'never'}, {page['open']} open")
    line(f"Law of the contract: {page['law']}" + (f" ({page['source']})" if page["source"] else ""))
    working: Working | None = page["working"]
    if working is None:
        line("No interest runs: " + ("nothing has set it off yet." if page["runs_after"] is None else "none is due."))
    else:
        rows = [
            (each.first, each.last, each.days, each.base, f"{each.percent} %", each.amount, each.rate)
            for each in working.periods
        ]
        table(("from", "to", "days", "on", "rate", "interest", "where the rate comes from"), rows)
        for paid in working.applied:
            parts = [f"{each} on {what}" for each, what in _parts(paid) if each]
            line(f"Paid on {paid.on}: {', '.join(parts) or 'nothing of it'}.")
        for added_on, amount in working.added:
            line(f"Added to the base after {added_on}: {amount}.")
        line(f"Each line: {working.formula}.")
        line(f"Interest from {page['runs_after']} (not counted) to {working.through} (counted): {working.accrued}.")
    if page["fixed_sum"] is not None:
        line(f"Fixed sum: {page['fixed_sum']}.")
    if page["waived"]:
        line(f"Waived: {' and '.join(page['waived'])}.")
    for name, publisher in page["rates"].items():
        line(f"{name}: {publisher}; `relance rates list {name}` names the sources.")
    if not page["charged"]:
        line("Nothing of it was claimed yet.")


def _parts(paid: Applied) -> tuple[tuple[Money, str], ...]:
    return (paid.costs, "costs"), (paid.interest, "interest"), (paid.principal, "principal"), (paid.left, "no debt")
