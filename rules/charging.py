"""What a step charges for the delay: the fixed sum once, and the interest so far, by the law of the contract.

A charge never enters a balance and never triggers dunning, invoiced or not. What is not known is left out, and a
person is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from rules import facts as f
from rules.account import Account, Receivable
from rules.calendars import ONE_DAY
from rules.contracts import asked_about
from rules.decision import FIXED_SUM, LATE_INTEREST, Act, Bill, BilledLine
from rules.interest import NoInterest, Working
from rules.judgement import Judgement
from rules.money import Money, total
from rules.policy import HEAVY, Charge, Step, Terms, TermsRow
from rules.rates import RateUnknown
from rules.terms import NOT_FOR, claimed, flat_fee, late, late_interest, recovery_costs, tables
from rules.vat import tax_of


def charges(judgement: Judgement, item: Receivable, step: Step, key: str, today: date) -> Iterator[f.Fact]:
    """The facts of a step's charges, once per receivable and terms; `key` is that of the message."""
    for action in step.do:
        if isinstance(action, Charge) and all(charge.terms != action.terms for charge in item.charges):
            yield from _charge(judgement, item, step, action, key, today)


def brought_up(judgement: Judgement, item: Receivable, today: date) -> tuple[f.Charged, ...]:
    """The charges of a receivable as a message of `today` claims them: without what is waived, or was not late."""
    found = []
    for charge in item.charges:
        working, unknown = None, ""
        terms = judgement.rulebook(item).terms.get(charge.terms)
        row = terms.row(charge.law) if terms is not None else None
        if row is not None and "interest" not in item.waived:
            working, unknown = _interest(judgement, item, row, today)
        left = fixed_left(judgement.account, item, row, charge, today)
        amount = Money(0, left.currency) if "fixed-sum" in item.waived else left
        if amount.minor or working is not None or unknown:
            found.append(replace(charge, amount=amount, working=working, unknown=unknown))
    return tuple(found)


def invoicing(judgement: Judgement, item: Receivable) -> Act | None:
    """The invoice of what the delay has cost, once a step has charged it with `claim: invoice`; None while a rate of
    it is not known, where nothing of it is claimed any more, or where it was invoiced already."""
    if not item.charges or all(charge.claim != "invoice" for charge in item.charges):
        return None
    if item.handed_off is not None or invoiced(judgement.account, item):
        return None
    today = judgement.business_day(judgement.rulebook(item))
    found = brought_up(judgement, item, today)
    if any(charge.unknown for charge in found):
        return None
    none = Money(0, item.amount.currency)
    fixed = total((charge.amount for charge in found), none.currency)
    interest = total((charge.working.owed for charge in found if charge.working), none.currency)
    made = charges_bill(judgement.account, item, fixed, interest, today)
    if made is None or asked_about(judgement.account, made):
        return None
    until = judgement.now + timedelta(days=1)
    return Act(f"{f.CHARGES}/{item.id}", item.contract, (item.contract,), "charges", "invoice", today, until, made)


def invoiced(account: Account, item: Receivable) -> list[Receivable]:
    """The invoices of what the delay of a receivable costs, the oldest first."""
    found = (each for each in account.receivables.values() if each.of == item.id)
    return sorted(found, key=lambda each: (each.issued, each.id))


def fixed_sum(account: Account, item: Receivable, row: TermsRow, today: date, *, heavy: bool = False) -> Money | None:
    """The fixed sum of a receivable: nothing where nothing of it was late, or where the law gives one per invoice and
    another part of it bears it.

    `heavy`: with a formal notice, from which on the costs are those of the row's scale, reckoned on what is open.
    """
    fee = _fee(account, item, row, today, item.balance if heavy else None)
    if fee is None or row.flat_per == "instalment":
        return fee
    others = (part for part in account.parts(item) if part.id != item.id)
    borne = any(invoiced(account, part) or any(charge.amount for charge in part.charges) for part in others)
    return Money(0, fee.currency) if borne else fee


def fixed_left(account: Account, item: Receivable, row: TermsRow | None, charge: f.Charged, today: date) -> Money:
    """What is claimed of a fixed sum that was charged: less where it turned out that less was owed or late, never more
    (a credit note, a dispute, a payment that came in time and was known later)."""
    fee = _fee(account, item, row, today, charge.principal) if row is not None else None
    return charge.amount if fee is None else min(charge.amount, fee)


def _fee(account: Account, item: Receivable, row: TermsRow, today: date, principal: Money | None) -> Money | None:
    """The fixed sum by what is claimed, or by the scale on a `principal`; 0 where nothing was late, None for none."""
    was_late = late(account, item, today)
    if row.scale is not None and principal is not None:
        scaled = recovery_costs(row.scale, min(principal, was_late))
        fee = scaled[1] if scaled is not None else None
    else:
        fee = flat_fee(row, claimed(account, item, today))
    return Money(0, fee.currency) if fee is not None and not was_late else fee


def charges_bill(account: Account, item: Receivable, fixed: Money, interest: Money, today: date) -> Bill | None:
    """The bill, without VAT, of what the delay has cost up to today, less what was invoiced of it; None for nothing.

    What is invoiced first is the fixed sum, so that only interest is left for later invoices. It is due at once.
    """
    before = invoiced(account, item)
    already = Money(sum(each.amount.minor - each.credited for each in before), item.amount.currency)
    fixed_left = max(fixed - already, Money(0, fixed.currency)) if already < fixed else Money(0, fixed.currency)
    rest = fixed + interest - already
    if rest.minor <= 0 or item.due is None or any(each.issued == today for each in before):
        return None
    parts = ((FIXED_SUM, fixed_left), (LATE_INTEREST, rest - fixed_left))
    nothing = Money(0, rest.currency)
    lines = tuple(
        BilledLine(text, part, nothing, tax_of(Decimal(0), "outside"), price=part) for text, part in parts if part.minor
    )
    first = (before[-1].issued if before else item.due) + ONE_DAY
    about = (item.contract, (min(first, today), today), today, today, lines, rest, nothing, rest, item.order_number)
    return Bill(*about, of=item.id)


def in_order(account: Account, named: Sequence[Receivable], every: Iterable[Terms]) -> list[Receivable]:
    """What a payment that names these receivables pays, one after the other.

    Charges that were invoiced for one go before it where the law of its contract says so (C. civ. 1343-1: interest
    first; BGB 367: costs, interest, principal); what the payer names is always among them.
    """
    found: list[Receivable] = []
    for item in named:
        contract = account.contracts.get(item.contract)
        rows = (terms.row(contract.law) for terms in every if contract is not None and contract.law)
        if any(row is not None and row.allocation[-1:] == ("principal",) for row in rows):
            found += [each for each in invoiced(account, item) if each.open]
        found.append(item)
    return list({item.id: item for item in found}.values())


def _charge(
    judgement: Judgement, item: Receivable, step: Step, action: Charge, key: str, today: date
) -> Iterator[f.Fact]:
    terms, lookup = judgement.rulebook(item).terms[action.terms], judgement.lookup(item, today)
    law, kind = lookup(terms.by), lookup("customer.kind")
    if kind in NOT_FOR:
        yield _task(judgement, item, step, key, today, f"Nothing is charged to a {kind}: {terms.id} is for business")
        return
    if not late(judgement.account, item, today):  # before the delay, or of what is in dispute: a later step charges
        return
    row = terms.row(str(law)) if law is not None else None
    fee = fixed_sum(judgement.account, item, row, today, heavy=step.level in HEAVY) if row is not None else None
    working, unknown = _interest(judgement, item, row, today) if row is not None else (None, "")
    runs = working is not None or unknown
    if row is None or (fee is None and (row.flat or (row.interest is None and not runs))):
        whom = row.refer if row and row.refer else "the legal team"
        title = f"No fixed sum for law {law or 'not known'} in {item.amount.currency}: ask {whom}"
        yield _task(judgement, item, step, key, today, title)
    if row is None or (fee is None and not runs):
        return
    amount = fee or Money(0, item.amount.currency)
    about = (item.id, step.id, amount, terms.id, str(law), row.source or "", action.claim, today)
    principal = item.balance if row.scale is not None and step.level in HEAVY else None
    yield f.Charged(judgement.now, *about, working, unknown, principal)
    review = f"interest/{item.id}/{terms.id}"
    if unknown and review not in judgement.account.reviews:
        why = f"interest on {item.number} is not claimed: {unknown}"
        yield f.ReviewAsked(judgement.now, review, "receivable", item.id, why, today, item.id, step.id)


def _interest(judgement: Judgement, item: Receivable, row: TermsRow, today: date) -> tuple[Working | None, str]:
    """The interest so far, or why it is not known."""
    try:
        return late_interest(judgement.account, item, row, tables(judgement.business), today), ""
    except (RateUnknown, NoInterest) as error:
        return None, str(error)


def _task(judgement: Judgement, item: Receivable, step: Step, key: str, today: date, title: str) -> f.TaskOpened:
    about = ("receivable", item.id, "credit-control", title, today, None, item.id, step.id)
    return f.TaskOpened(judgement.now, f"task/{key}/charge", *about)  # type: ignore[arg-type]
