"""Whose a receivable is that was sold or pledged: its messages go on, to that account; it is never handed over."""

from __future__ import annotations

from rules.account import Account, Receivable
from rules.policy import Handoff, Step
from rules.standing import concerns

KIND = "assigned"


def assignee(account: Account, item: Receivable) -> str | None:
    """Who owns it, by the name that the import or the hold gives; None where it is ours (again)."""
    if item.assigned_to:
        return item.assigned_to
    running = (state for state in account.holds.values() if state.hold.kind == KIND and state.active)
    return next((state.hold.reason or KIND for state in running if concerns(account, state, item)), None)


def not_for_others(step: Step) -> bool:
    """Whether a step waits until the receivable is ours again; a debit is passed over instead (readiness.py)."""
    return any(isinstance(action, Handoff) for action in step.do)
