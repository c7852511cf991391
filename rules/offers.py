"""Offers of payment plans: until when each stands, and what became of it. An offer changes nothing that is owed."""

from __future__ import annotations

from datetime import date
from typing import Literal

from rules import facts as f
from rules.account import Account
from rules.plans import instalments

State = Literal["stands", "agreed", "settled", "lapsed"]


def stands_until(offer: f.PlanOffered) -> date:
    """The last day to accept it: as it says, else the day of its first instalment."""
    return offer.reply_by or offer.parts[0].due


def state_of(account: Account, offer: f.PlanOffered, today: date) -> State:
    """Agreed once a plan made since covers any of it; lapsed after its last day; settled where nothing is left open."""
    covered = set(offer.receivables)
    for state in account.holds.values():
        made = state.hold.kind == "payment-plan" and instalments(account.receivables, state.hold.id)
        if made and state.placed >= offer.at and covered & {*state.hold.receivables, state.hold.subject}:
            return "agreed"
    if not any(account.receivables[name].open for name in covered if name in account.receivables):
        return "settled"
    return "lapsed" if today > stands_until(offer) else "stands"
