"""Who an action goes to, in which language and words, or which fallback takes its place. Roles, never addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.account import Receivable
from rules.collecting import mandate_of
from rules.conditions import NotKnown
from rules.judgement import Judgement
from rules.policy import Action, Debit, Email, Handoff, Letter, Policy, Sms, channel

ADMINISTRATOR = "administrator"
ANYBODY = "*"  # a customer of a test or a replay, whom every channel reaches


@dataclass(frozen=True, slots=True)
class Addressed:
    """An action with its contact role, template and language; empty for what goes to nobody (call, task, charge)."""

    action: Action
    role: str = ""
    template: str = ""
    language: str = ""


def hands_of(judgement: Judgement, item: Receivable, policy: Policy, action: Action, today: date) -> Addressed | None:
    """The action, or its fallback, addressed; None when nobody can be reached. Raises NotKnown."""
    match action:
        case Email() | Sms() | Letter():
            role = reachable(judgement, action)
            if role is None:
                return hands_of(judgement, item, policy, action.fallback, today) if action.fallback else None
            template = judgement.resolved(action.template, item, today)
            if template is None:
                raise NotKnown("template")
            return Addressed(action, role, template, judgement.language(item, policy, today))
        case Handoff():
            if judgement.resolved(action.to, item, today) is None:
                raise NotKnown("agency")
            return Addressed(action, language=judgement.language(item, policy, today))
        case Debit() if mandate_of(judgement, item, today) is None:
            return hands_of(judgement, item, policy, action.fallback, today) if action.fallback else None
    return Addressed(action)


def _insolvent(judgement: Judgement) -> bool:
    """Whether supplies after an insolvency are billed: whoever administers it is written to, where they are known."""
    return any(state.active and state.hold.kind == "insolvency" for state in judgement.account.holds.values())


def reachable(judgement: Judgement, action: Email | Sms | Letter) -> str | None:
    """The first contact role of the action that its channel reaches."""
    customer = judgement.account.customer
    name = channel(action)
    roles = (ADMINISTRATOR, *action.to) if _insolvent(judgement) else action.to
    if name == "sms" and customer.sms_refused:
        return None
    if name in customer.reachable.get(ANYBODY, ()):
        return action.to[0]
    return next((role for role in roles if name in customer.reachable.get(role, ())), None)
