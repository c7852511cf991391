"""What a reaction answers to, found by the key of its message, as the message tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rules import facts as f
from rules.account import Account, HoldState, Receivable
from rules.decision import Act
from rules.money import Money, total
from rules.offers import stands_until
from rules.standing import covered
from worker.words.message import Dispute, Instalment, Payment, Plan, Promise

OUTCOMES: Mapping[str, Literal["founded", "unfounded"]] = {"founded": "founded", "unfounded": "unfounded"}
REACTION = "reaction"  # the level of an act that answers to something that happened


@dataclass(frozen=True, slots=True)
class Happened:
    """What a reaction answers to, as its message tells it; empty for every other message.

    `items` are the receivables concerned, where they are more than the one that the act names.
    """

    items: tuple[Receivable, ...] = ()
    reason: str | None = None
    promise: Promise | None = None
    dispute: Dispute | None = None
    payment: Payment | None = None
    plan: Plan | None = None


def answered(act: Act, account: Account) -> Happened:
    """The event behind a reaction, found by the key of its message (rules/reactions.py)."""
    if act.level != REACTION:
        return Happened()
    for name, state in account.holds.items():
        if act.message.startswith(f"reaction/{act.step}/{name}/"):
            return _held(state, account)
    for fact in account.events:
        match fact:
            case f.PaymentFailed() if act.message.startswith(f"reaction/failed/{fact.payment}/{fact.receivable}/"):
                return Happened(reason=fact.reason, payment=Payment(fact.amount))
            case f.Paid() if act.message.startswith(f"reaction/paid/{fact.payment}/"):
                return Happened(payment=Payment(fact.amount, fact.on))
            case f.PlanOffered() if act.message.startswith(f"reaction/plan-proposed/{fact.plan}/"):
                return _offered(fact, account)
    return Happened()


def _offered(fact: f.PlanOffered, account: Account) -> Happened:
    items = tuple(account.receivables[name] for name in fact.receivables if name in account.receivables)
    parts = (Instalment(part.due, Money(part.minor, items[0].amount.currency)) for part in fact.parts)
    return Happened(items, plan=Plan(tuple(parts), stands_until(fact)))


def _held(state: HoldState, account: Account) -> Happened:
    """A promise or a dispute with all that it is about in its first receivable's currency."""
    hold, items = state.hold, tuple(covered(account, state))
    items = tuple(item for item in items if item.amount.currency == items[0].amount.currency)
    if not items:
        return Happened()
    whole = total((item.balance for item in items), items[0].amount.currency)
    match hold.kind:
        case "promise" if hold.promised is not None:
            return Happened(items, promise=Promise(hold.promised, whole))
        case "dispute":
            ended = OUTCOMES.get(state.outcome or "")
            return Happened(items, dispute=Dispute(hold.part or whole, hold.part is None, ended))
    return Happened(items)
