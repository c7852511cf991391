"""Says in one line what a fact of the demo means, as a bookkeeper would; None for what goes without saying."""

from __future__ import annotations

from collections.abc import Mapping

from rules import facts as f
from rules.account import Account
from rules.facts import Fact

_BY = {"email": "e-mail", "sms": "SMS", "letter": "letter", "call": "call", "handoff": "hand-off", "debit": "debit"}
_LEVELS = {
    "courtesy": "a courtesy note",
    "reminder": "a reminder",
    "firm": "a firm reminder",
    "notice": "a formal notice",
    "handoff": "the file to the agency",
}


def told(fact: Fact, account: Account, names: Mapping[str, str]) -> str | None:
    """`fact` has been recorded in `account`; `names` are the customers' names by identifier."""
    who = names.get(account.customer.id, account.customer.id)
    said = _said(fact, account)
    return f"{who}: {said}" if said else None


def _said(fact: Fact, account: Account) -> str | None:
    match fact:
        case f.Issued():
            return f"invoice {fact.number} of {fact.amount}, due {fact.due}"
        case f.Left(channels=("debit",)):
            return f"a debit of {_number(account, fact.receivable)} ({fact.step})"
        case f.Left() if not fact.covered:
            channels = " and ".join(_BY[name] for name in dict.fromkeys(fact.channels) if name in _BY)
            by = f" by {channels}" if channels and fact.level != "handoff" else ""
            return f"{_LEVELS[fact.level]}{by} for {_number(account, fact.receivable)} ({fact.step})"
        case f.Left():
            return f"{_number(account, fact.receivable)} goes with it ({fact.step})"
        case f.Paid():
            return f"paid {fact.amount} for {_numbers(account, fact.shares)}"
        case f.Credited():
            return f"credited {fact.amount} on {_numbers(account, fact.shares)}"
        case f.PaymentFailed():
            return f"the debit of {fact.amount} for {_number(account, fact.receivable)} failed ({fact.reason})"
        case f.HoldPlaced():
            return f"{fact.hold.kind} on {_subject(account, fact.hold.subject)}{_because(fact.hold.reason)}"
        case f.HoldEnded():
            hold = account.holds.get(fact.hold)
            return f"{hold.hold.kind if hold else 'hold'} on {_subject(account, fact.subject)} {fact.outcome}"
        case f.ApprovalAsked():
            return f"{fact.step} for {_number(account, fact.receivable)} waits for {fact.who}"
        case f.Approved():
            return f"{fact.by} agrees to {fact.step} for {_number(account, fact.receivable)}"
        case f.Refused():
            return f"{fact.by} refuses {fact.step} for {_number(account, fact.receivable)}: {fact.reason}"
        case f.CallRecorded():
            return f"called about {_number(account, fact.receivable)}: {fact.outcome}"
        case f.ContractEnded():
            return f"contract {fact.contract} ends on {fact.on}{_because(fact.reason)}"
        case f.Bounced():
            return f"the {fact.role} {fact.channel} address is dead"
        case f.ReviewAsked():
            return f"a person is asked: {fact.why}"
        case f.ReviewWithdrawn():
            return f"nobody is asked any more: {fact.why}"
        case f.ActionEnded() if fact.outcome in ("failed", "unknown"):
            return f"{fact.channel} for {_number(account, fact.receivable)} {fact.outcome}: {fact.reason}"
    return None


def _number(account: Account, receivable: str) -> str:
    item = account.receivables.get(receivable)
    return item.number if item else receivable


def _numbers(account: Account, shares: tuple[f.Share, ...]) -> str:
    return ", ".join(_number(account, share.receivable) for share in shares) or "no invoice in particular"


def _subject(account: Account, subject: str) -> str:
    return _number(account, subject) if subject in account.receivables else subject


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""
