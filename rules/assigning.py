"""Whose a receivable is that was sold or pledged: its messages go on, to that account; never a debit or a hand-off."""

from __future__ import annotations

from rules.account import Account, Receivable
from rules.policy import Step
from rules.standing import concerns

KIND = "assigned"


def assignee(account: Account, item: Receivable) -> str | None:
    """Who owns it, by the name that the import or the hold gives; None where it is ours (again)."""
    if item.assigned_to or not account.holds:
        return item.assigned_to or None
    running = (state for state in account.holds.values() if state.hold.kind == KIND and state.active)
    return next((state.hold.reason or KIND for state in running if concerns(account, state, item)), None)


def not_for_others(step: Step) -> bool:
    """Whether a step does what is never done for whoever owns the receivable."""
    return not step.channels.isdisjoint(("debit", "handoff"))
