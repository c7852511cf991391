"""Who an action goes to, in which language and words, or which fallback takes its place. Roles, never addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.account import Account, Receivable
from rules.altering import quick
from rules.conditions import NotKnown
from rules.facts import Customer
from rules.judgement import Judgement
from rules.policy import Action, Email, Handoff, Letter, Policy, Sms, channel

ADMINISTRATOR = "administrator"
ANYBODY = "*"  # a customer of a test or a replay, whom every channel reaches


@quick
@dataclass(frozen=True, slots=True)
class Addressed:
    """An action with its contact role, template and language; empty for what goes to nobody (call, task, charge)."""

    action: Action
    role: str = ""
    template: str = ""
    language: str = ""
    to: str | None = None  # the customer who is written to in place of its own


def hands_of(judgement: Judgement, item: Receivable, policy: Policy, action: Action, today: date) -> Addressed | None:
    """The action, or its fallback, addressed; None when nobody can be reached. Raises NotKnown."""
    match action:
        case Email() | Sms() | Letter():
            customer = judgement.addressee(item, policy)
            role = reachable(judgement, action, customer)
            if role is None:
                return hands_of(judgement, item, policy, action.fallback, today) if action.fallback else None
            template = judgement.resolved(action.template, item, today)
            if template is None:
                raise NotKnown("template")
            language, own = judgement.language(item, policy, today), customer is judgement.account.debtor(item)
            return Addressed(action, role, template, language, None if own else customer.id)
        case Handoff():
            if judgement.resolved(action.to, item, today) is None:
                raise NotKnown("agency")
            return Addressed(action, language=judgement.language(item, policy, today))
    return Addressed(action)


def _insolvent(account: Account, customer: Customer) -> bool:
    """Whether supplies after an insolvency are billed: whoever administers it is written to, where they are known."""
    opened = (state.hold for state in account.holds.values() if state.active and state.hold.kind == "insolvency")
    return any(account.whose(hold.scope, hold.subject) is customer for hold in opened)


def reachable(judgement: Judgement, action: Email | Sms | Letter, customer: Customer) -> str | None:
    """The first contact role of the action at which its channel reaches the customer."""
    name = channel(action)
    roles = (ADMINISTRATOR, *action.to) if _insolvent(judgement.account, customer) else action.to
    if name == "sms" and customer.sms_refused:
        return None
    if name in customer.reachable.get(ANYBODY, ()):
        return action.to[0]
    return next((role for role in roles if name in customer.reachable.get(role, ())), None)
