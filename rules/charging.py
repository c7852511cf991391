"""What a step charges for the delay: the fixed sum once, and the interest so far, by the law of the contract.

A charge never enters a balance and never triggers dunning. What is not known is left out, and a person is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from rules import facts as f
from rules.account import Receivable
from rules.interest import NoInterest, Working
from rules.judgement import Judgement
from rules.money import Money
from rules.policy import Charge, Step, TermsRow
from rules.rates import RateUnknown
from rules.terms import NOT_FOR, flat_fee, late_interest, tables


def charges(judgement: Judgement, item: Receivable, step: Step, key: str, today: date) -> Iterator[f.Fact]:
    """The facts of a step's charges, once per receivable and terms; `key` is that of the message."""
    for action in step.do:
        if isinstance(action, Charge) and all(charge.terms != action.terms for charge in item.charges):
            yield from _charge(judgement, item, step, action, key, today)


def brought_up(judgement: Judgement, item: Receivable, today: date) -> tuple[f.Charged, ...]:
    """The charges of a receivable with interest up to `today`, as a message claims them; without what is waived."""
    found = []
    for charge in item.charges:
        working, unknown = None, ""
        terms = judgement.rulebook(item).terms.get(charge.terms)
        row = terms.row(charge.law) if terms is not None else None
        if row is not None and "interest" not in item.waived:
            working, unknown = _interest(judgement, item, row, today)
        amount = Money(0, charge.amount.currency) if "fixed-sum" in item.waived else charge.amount
        if amount.minor or working is not None or unknown:
            found.append(replace(charge, amount=amount, working=working, unknown=unknown))
    return tuple(found)


def _charge(
    judgement: Judgement, item: Receivable, step: Step, action: Charge, key: str, today: date
) -> Iterator[f.Fact]:
    terms, lookup = judgement.rulebook(item).terms[action.terms], judgement.lookup(item, today)
    law, kind = lookup(terms.by), lookup("customer.kind")
    if kind in NOT_FOR:
        yield _task(judgement, item, step, key, today, f"Nothing is charged to a {kind}: {terms.id} is for business")
        return
    row = terms.row(str(law)) if law is not None else None
    fee = flat_fee(row, item.amount) if row is not None else None
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
    yield f.Charged(judgement.now, *about, working, unknown)
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
