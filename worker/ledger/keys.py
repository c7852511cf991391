"""The natural key of every fact, and the stream that it belongs to: recording twice is recording once.

A fact that follows from a judgement is the same fact whatever the instant at which it was found; one from outside must
say the same thing to be the same.
"""

from __future__ import annotations

from datetime import UTC

from rules import facts as f
from rules.facts import Fact, kind_of

DERIVED = (
    f.Enrolled,
    f.NotEnrolled,
    f.Skipped,
    f.Left,
    f.ActionEnded,
    f.Stopped,
    f.Reopened,
    f.ApprovalAsked,
    f.ApprovalEnded,
    f.ReviewAsked,
    f.ReviewWithdrawn,
    f.TaskOpened,
    f.Charged,
    f.Restricted,
    f.RestrictionLifted,
    f.Moved,
    f.GoesOn,
    f.Notified,
    f.Concluded,
    f.Reacted,
)
TOLD = "told-to"  # in the key of a fact that is another customer's, and recorded for this one as well
ANEW = (f.CustomerRecorded, f.ContractRecorded, f.ReceivableChanged)  # what they say replaces what was said before


def natural_key(fact: Fact) -> str:
    """What makes this fact itself, within its business: kind/subject/...

    A slash within a part is written %2F, but in the last, so that two facts never share a key by accident.
    """
    *first, last = _parts(fact)
    return "/".join((kind_of(fact), *(part.replace("%", "%25").replace("/", "%2F") for part in first), last))


def _parts(fact: Fact) -> tuple[str, ...]:
    match fact:
        case f.CustomerRecorded():
            return (fact.customer.id, _at(fact))
        case f.ContractRecorded():
            return (fact.contract.id, _at(fact))
        case f.ContractEnded():
            return (fact.contract, str(fact.on))
        case f.CaseBound():
            return (fact.contract, fact.rulebook, _at(fact))
        case f.Issued() | f.Delivered():
            return (fact.receivable,)
        case f.ReceivableChanged():
            return (fact.receivable, fact.name, _at(fact))
        case f.Paid() | f.Reversed():
            return (fact.payment,)
        case f.Credited():
            return (fact.credit,)
        case f.Allocated():
            return (fact.payment, *(f"{share.receivable}={share.minor}" for share in fact.shares), _at(fact))
        case f.PaymentFailed():
            return (fact.payment, fact.receivable)
        case f.WrittenOff() | f.WriteOffUndone():
            return (fact.receivable, _at(fact))
        case f.HoldPlaced():
            return (fact.hold.id,)
        case f.HoldEnded():
            return (fact.hold,)
        case f.BankConfirmed():
            return (str(fact.through),)
        case f.Forgotten():
            return (fact.customer, fact.role, _at(fact))
        case f.RateStated():
            return (fact.table, str(fact.half_year), _at(fact))
        case f.ChargeWaived():
            return (fact.receivable, fact.what)
        case f.Approved() | f.Refused():
            return (fact.receivable, fact.step, _at(fact))
        case f.CallRecorded():
            return (fact.receivable, fact.step, str(fact.on), fact.outcome)
        case f.Presented():
            return (fact.receivable, fact.step, str(fact.on), fact.how)
        case f.Bounced():
            return (fact.customer, fact.role, fact.channel, fact.message or _at(fact))
        case f.Replied():
            return (fact.contract, _at(fact))
        case f.Recalled():
            return (fact.receivable, str(fact.on))
        case f.ReviewAsked() | f.ReviewWithdrawn() | f.Answered():
            return (fact.review,)
        case f.TaskOpened() | f.TaskDone():
            return (fact.task,)
        case f.PlanBegun() | f.PlanEnded() | f.PlanOffered():
            return (fact.plan,)
        case f.Moved():
            return (fact.receivable, str(fact.round), fact.policy, str(fact.on))
        case f.Enrolled() | f.Reopened():
            return (fact.receivable, str(fact.round))
        case f.Stopped():  # a ladder handed off and recalled is stopped twice in a round
            return (fact.receivable, str(fact.round), fact.why, str(fact.on))
        case f.NotEnrolled():
            return (fact.receivable, fact.why, _at(fact))
        case f.Skipped() | f.Left() | f.Notified():
            return (fact.receivable, str(fact.round), fact.step, str(fact.occurrence))
        case f.ActionEnded():
            return (fact.message, str(fact.action), fact.outcome)
        case f.ApprovalAsked():
            asked = (str(fact.on), str(fact.amount.minor))  # anew on one day only where the sum rose
            return (fact.receivable, str(fact.round), fact.step, str(fact.occurrence), *asked)
        case f.ApprovalEnded():
            return (fact.receivable, fact.step, fact.how, str(fact.on))
        case f.Charged():
            return (fact.receivable, fact.terms)
        case f.Restricted():
            return (fact.receivable, fact.step, str(fact.on))
        case f.RestrictionLifted():
            return (fact.receivable, str(fact.on))
        case f.GoesOn():
            return (fact.receivable, fact.step, _at(fact))
        case f.Concluded():
            return (fact.receivable, str(fact.round), fact.what)
        case f.Reacted():
            return (fact.event, fact.receivable)


def _at(fact: Fact) -> str:
    return fact.at.astimezone(UTC).isoformat()


def subject_of(fact: Fact) -> tuple[str | None, str | None]:
    """(contract, receivable) that a fact names, None where it names none; its customer and stream follow from them."""
    receivable = getattr(fact, "receivable", None)
    contract = getattr(fact, "contract", None)
    if isinstance(fact, f.ContractRecorded):
        contract = fact.contract.id
    subject = fact.hold if isinstance(fact, f.HoldPlaced) else fact
    scope, name = getattr(subject, "scope", None), getattr(subject, "subject", None)
    if scope == "receivable":
        receivable = receivable or name
    elif scope == "contract":
        contract = contract or name
    return contract, receivable or None
