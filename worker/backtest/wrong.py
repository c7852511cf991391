"""Who was contacted that should not have been, told from the facts alone: nothing of the judgement is used here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from rules import facts as f
from rules.simulate import Scripted

CONTACTS = frozenset({"email", "sms", "letter", "call", "handoff", "debit"})


@dataclass(frozen=True, slots=True)
class Wrong:
    """A message, or a debit, about something of which nothing was owed (`paid`), or all of which was disputed."""

    day: date
    customer: str
    receivable: str
    step: str
    why: str


@dataclass(slots=True)
class _Known:
    """Plain sums per receivable, in minor units, and which of them are wholly disputed."""

    owed: dict[str, int] = field(default_factory=dict)
    shares: dict[str, tuple[f.Share, ...]] = field(default_factory=dict)
    given_up: dict[str, int] = field(default_factory=dict)
    disputed: dict[str, set[str]] = field(default_factory=dict)  # receivable: holds
    holds: dict[str, f.Hold] = field(default_factory=dict)


def wrong(customer: str, told: Iterable[Scripted]) -> list[Wrong]:
    """Every wrong contact of one life, in the order of what was told."""
    known, found = _Known(), []
    for _, fact in told:
        if isinstance(fact, f.Left) and CONTACTS & set(fact.channels):
            why = _why(known, fact)
            if why:
                found.append(Wrong(fact.on, customer, fact.receivable, fact.step, why))
        else:
            _learn(known, fact)
    return found


def _why(known: _Known, fact: f.Left) -> str:
    if known.owed.get(fact.receivable, 0) <= 0:
        return "paid"
    return "disputed" if known.disputed.get(fact.receivable) else ""


def _learn(known: _Known, fact: f.Fact) -> None:
    match fact:
        case f.Issued():
            known.owed[fact.receivable] = fact.amount.minor
        case f.Paid() | f.Credited():
            name = fact.payment if isinstance(fact, f.Paid) else fact.credit
            _put(known, name, fact.shares)
        case f.Allocated():
            _put(known, fact.payment, fact.shares)
        case f.Reversed():
            for share in known.shares.pop(fact.payment, ()):
                known.owed[share.receivable] = known.owed.get(share.receivable, 0) + share.minor
        case f.WrittenOff():
            known.given_up[fact.receivable] = known.owed.get(fact.receivable, 0)
            known.owed[fact.receivable] = 0
        case f.WriteOffUndone():
            rest = known.given_up.pop(fact.receivable, 0)
            known.owed[fact.receivable] = known.owed.get(fact.receivable, 0) + rest
        case f.HoldPlaced() if fact.hold.kind == "dispute" and fact.hold.part is None:
            known.holds[fact.hold.id] = fact.hold
            for name in fact.hold.receivables or (fact.hold.subject,):
                known.disputed.setdefault(name, set()).add(fact.hold.id)
        case f.HoldEnded() if fact.hold in known.holds:
            for name in known.holds[fact.hold].receivables or (fact.subject,):
                known.disputed.get(name, set()).discard(fact.hold)


def _put(known: _Known, name: str, shares: tuple[f.Share, ...]) -> None:
    known.shares[name] = known.shares.get(name, ()) + shares
    for share in shares:
        known.owed[share.receivable] = known.owed.get(share.receivable, 0) - share.minor
