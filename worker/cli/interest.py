"""`relance interest`: what the delay of an invoice has cost, as a sum that its customer can check by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click

from rules.account import Account, Receivable
from rules.charging import charges_bill, fixed_left, fixed_sum, invoiced
from rules.decision import Bill
from rules.interest import Applied, NoInterest, Working
from rules.money import Money
from rules.policy import Charge, Rulebook, Terms, TermsRow
from rules.rates import FIXED, RateUnknown
from rules.terms import LEGAL, NOT_FOR, late, late_interest, recovery_costs, starts_after, tables
from worker.cli import desk
from worker.cli.app import Failure
from worker.cli.days import DAY
from worker.cli.output import answer, formats, line, table
from worker.documents.issuing import issue
from worker.ledger.ledger import Transaction
from worker.outlook import find

Page = dict[str, Any]


@click.command()
@click.argument("invoice", metavar="INVOICE")
@click.option("--at", "on", type=DAY, help="Up to that day; today where it is not given.")
@click.option("--invoice", "claimed", is_flag=True, help="Invoice it up to today, less what was invoiced before.")
@formats()
def interest(invoice: str, on: datetime | None, style: str, *, claimed: bool) -> None:
    """Show what the delay of an invoice has cost so far: days, rates, rounding, sources.

    With --invoice it becomes an invoice without VAT, numbered like the others, which is never dunned and part of no
    balance. It may be issued after the invoice itself was paid.

    \b
    Examples:
      relance interest F-2027-018
      relance interest F-2027-018 --at 2027-03-31 --format json
      relance interest F-2027-018 --invoice
    """
    if claimed:
        if on is not None:
            raise click.UsageError("--invoice goes up to today: leave --at out.")
        _invoice(invoice, style)
        return
    with desk.office() as office, office.ledger.read() as tx:
        page = reckoned(tx, invoice, on.date() if on else desk.today(office, tx.now()))
    answer(style, page, lambda: show(page))


def _invoice(invoice: str, style: str) -> None:
    """Issues the invoice of what the delay has cost, and wakes the case, which sends it."""
    with desk.office() as office, office.ledger.begin() as tx:
        now = tx.now()
        day = desk.today(office, now)
        page = reckoned(tx, invoice, day)
        customer, _, found = find(tx, invoice) or ("", None, "")
        bill = _bill(tx.account(customer), str(found), page, day)
        issued = issue(tx, customer, bill, now, day)
    if issued is None:
        raise Failure(f"nothing was issued for {invoice}: the invoice lacks what it must state, see relance today.")
    made = issued

    def text() -> None:
        line(f"{made.number} of {made.amount} invoices what the delay of {invoice} cost.")
        if later:
            line(later)

    with desk.office() as office:
        later = desk.woken(office, (bill.contract,))
    answer(style, {"invoice": made.number, "of": invoice, "amount": made.amount, "contract": made.contract}, text)


def _bill(account: Account, found: str, page: Page, day: date) -> Bill:
    """What is left to invoice of a page; Failure for nothing."""
    item, working = account.receivables[found], page["working"]
    nothing = Money(0, item.amount.currency)
    fixed = nothing if page["fixed_sum"] is None or "fixed-sum" in item.waived else page["fixed_sum"]
    interest = nothing if working is None or "interest" in item.waived else working.owed
    bill = charges_bill(account, item, fixed, interest, day)
    if bill is None:
        raise Failure(f"nothing is left to invoice of what the delay of {item.number} cost.")
    return bill


def reckoned(tx: Transaction, invoice: str, day: date) -> Page:
    """The page of one invoice, by the terms that were charged or that its policy charges; raises RateUnknown."""
    customer, _, found = find(tx, invoice) or (None, None, None)
    if customer is None or found is None:
        raise Failure(f"no invoice {invoice} is known: `relance invoice find` looks for one.")
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
    charge = next((each for each in item.charges if each.terms == terms.id), None)
    passed = item.due is not None and item.due < day
    fee = fixed_left(account, item, row, charge, day) if charge else fixed_sum(account, item, row, day)
    principal = charge.principal if charge else item.balance if passed else None
    costs = recovery_costs(row.scale, principal) if principal and row.scale else None
    return {
        "invoice": item.number,
        "amount": item.amount,
        "due": item.due,
        "open": item.balance,
        "late": late(account, item, day),
        "law": contract.law,
        "source": row.source,
        "terms": terms.id,
        "at": day,
        "runs_after": starts_after(item, row),
        "working": working,
        "fixed_sum": fee,
        "no_fixed_sum_in": item.amount.currency if fee is None and row.flat else None,
        "costs_by_scale": costs
        and {
            "bands": [{"percent": band.percent, "of": part, "amount": cost} for band, part, cost in costs[0]],
            "owed": costs[1],
        },
        "waived": sorted(item.waived),
        "invoiced": [
            {"number": each.number, "amount": each.amount, "open": each.balance} for each in invoiced(account, item)
        ],
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
        why = "" if page["fixed_sum"] else " (another part bears it)" if page["late"] else " (nothing of it was late)"
        line(f"Fixed sum: {page['fixed_sum']}{why}.")
    elif page["no_fixed_sum_in"] is not None:
        line(f"Fixed sum: the law states none in {page['no_fixed_sum_in']}.")
    if page["costs_by_scale"] is not None:
        _show_scale(page)
    for each in page["invoiced"]:
        line(f"Invoiced as {each['number']}: {each['amount']}, {each['open']} open.")
    if page["waived"]:
        line(f"Waived: {' and '.join(page['waived'])}.")
    for name, publisher in page["rates"].items():
        line(f"{name}: {publisher}; `relance rates list {name}` names the sources.")
    if not page["charged"] and not page["invoiced"]:
        line("Nothing of it was claimed yet.")


def _show_scale(page: Page) -> None:
    scale = page["costs_by_scale"]
    parts = [f"{each['percent']} % of {each['of']} = {each['amount']}" for each in scale["bands"]]
    when = "With the formal notice" if not page["charged"] else "By the formal notice, on what was open then"
    line(f"{when}, in place of the fixed sum: {' + '.join(parts) or 'nothing'}; owed {scale['owed']}.")


def _parts(paid: Applied) -> tuple[tuple[Money, str], ...]:
    return (paid.costs, "costs"), (paid.interest, "interest"), (paid.principal, "principal"), (paid.left, "no debt")
