"""Whose a receivable is that was sold or pledged: its messages go on, to that account; never a debit or a hand-off."""

from __future__ import annotations

from collections.abc import Iterator

from rules.account import Account, HoldState, Receivable
from rules.decision import Bill
from rules.facts import Contract
from rules.plans import plan_of, replaced
from rules.policy import Step
from rules.standing import concerns

KIND = "assigned"


def assignee(account: Account, item: Receivable) -> str | None:
    """Who owns it, by the name that the import or the hold gives; None where it is ours (again)."""
    owed = _principal(account, item)
    if owed.assigned_to:
        return owed.assigned_to
    return next((_name(state) for state in _running(account) if concerns(account, state, owed)), None)


def assignee_of(account: Account, bill: Bill) -> str | None:
    """Who will own what is billed: the owner of all that the contract bills, or of what was paid late."""
    if bill.of is not None:
        return assignee(account, account.receivables[bill.of])
    every = (state for state in _running(account) if not state.hold.receivables)
    contract = account.contracts[bill.contract]
    return next((_name(state) for state in every if _of_contract(state, contract)), None)


def not_for_others(step: Step) -> bool:
    """Whether a step does what is never done for whoever owns the receivable."""
    return not step.channels.isdisjoint(("debit", "handoff"))


def _principal(account: Account, item: Receivable) -> Receivable:
    """What an instalment or the invoice of charges follows: accessories go with the principal."""
    if item.of is not None:
        return account.receivables[item.of]
    plan = account.holds.get(plan_of(item) or "")
    return next(iter(replaced(account.receivables, plan.hold)), item) if plan is not None else item


def _running(account: Account) -> Iterator[HoldState]:
    return (state for state in account.holds.values() if state.hold.kind == KIND and state.active)


def _of_contract(state: HoldState, contract: Contract) -> bool:
    subjects = {"contract": contract.id, "customer": contract.customer}
    return state.hold.scope == "business" or subjects.get(state.hold.scope) == state.hold.subject


def _name(state: HoldState) -> str:
    return state.hold.reason or KIND
