"""Everything that can happen, each as one immutable value, by where it comes from.

The ledger keeps them, `account.py` folds them.
Shapes: `at` is the aware UTC instant from which a fact is true; `on` and other dates are local dates; money is Money.
Identifiers are opaque. Nothing here is personal: names, addresses and telephone numbers stay in the ledger's contacts.
"""

from __future__ import annotations

from rules.facts.dealings import (
    AFTER_LAST_STEP as AFTER_LAST_STEP,
)
from rules.facts.dealings import (
    CHARGES as CHARGES,
)
from rules.facts.dealings import (
    DISCOUNT as DISCOUNT,
)
from rules.facts.dealings import (
    PLAN_ENDED as PLAN_ENDED,
)
from rules.facts.dealings import (
    SETTLING as SETTLING,
)
from rules.facts.dealings import (
    TOLERANCE as TOLERANCE,
)
from rules.facts.dealings import (
    Allocated as Allocated,
)
from rules.facts.dealings import (
    BankConfirmed as BankConfirmed,
)
from rules.facts.dealings import (
    CaseBound as CaseBound,
)
from rules.facts.dealings import (
    ContractEnded as ContractEnded,
)
from rules.facts.dealings import (
    ContractRecorded as ContractRecorded,
)
from rules.facts.dealings import (
    Credited as Credited,
)
from rules.facts.dealings import (
    CustomerRecorded as CustomerRecorded,
)
from rules.facts.dealings import (
    Delivered as Delivered,
)
from rules.facts.dealings import (
    HoldEnded as HoldEnded,
)
from rules.facts.dealings import (
    HoldPlaced as HoldPlaced,
)
from rules.facts.dealings import (
    Issued as Issued,
)
from rules.facts.dealings import (
    Paid as Paid,
)
from rules.facts.dealings import (
    Part as Part,
)
from rules.facts.dealings import (
    PaymentFailed as PaymentFailed,
)
from rules.facts.dealings import (
    PlanOffered as PlanOffered,
)
from rules.facts.dealings import (
    ReceivableChanged as ReceivableChanged,
)
from rules.facts.dealings import (
    Reversed as Reversed,
)
from rules.facts.dealings import (
    WriteOffUndone as WriteOffUndone,
)
from rules.facts.dealings import (
    WrittenOff as WrittenOff,
)
from rules.facts.judged import (
    ActionEnded as ActionEnded,
)
from rules.facts.judged import (
    ApprovalAsked as ApprovalAsked,
)
from rules.facts.judged import (
    ApprovalEnded as ApprovalEnded,
)
from rules.facts.judged import (
    Charged as Charged,
)
from rules.facts.judged import (
    Concluded as Concluded,
)
from rules.facts.judged import (
    Enrolled as Enrolled,
)
from rules.facts.judged import (
    GoesOn as GoesOn,
)
from rules.facts.judged import (
    Left as Left,
)
from rules.facts.judged import (
    Moved as Moved,
)
from rules.facts.judged import (
    NotEnrolled as NotEnrolled,
)
from rules.facts.judged import (
    Notified as Notified,
)
from rules.facts.judged import (
    Reacted as Reacted,
)
from rules.facts.judged import (
    Reopened as Reopened,
)
from rules.facts.judged import (
    Restricted as Restricted,
)
from rules.facts.judged import (
    RestrictionLifted as RestrictionLifted,
)
from rules.facts.judged import (
    ReviewAsked as ReviewAsked,
)
from rules.facts.judged import (
    ReviewWithdrawn as ReviewWithdrawn,
)
from rules.facts.judged import (
    Skipped as Skipped,
)
from rules.facts.judged import (
    Stopped as Stopped,
)
from rules.facts.judged import (
    TaskOpened as TaskOpened,
)
from rules.facts.said import (
    Answered as Answered,
)
from rules.facts.said import (
    Approved as Approved,
)
from rules.facts.said import (
    Bounced as Bounced,
)
from rules.facts.said import (
    CallRecorded as CallRecorded,
)
from rules.facts.said import (
    ChargeWaived as ChargeWaived,
)
from rules.facts.said import (
    Forgotten as Forgotten,
)
from rules.facts.said import (
    PlanBegun as PlanBegun,
)
from rules.facts.said import (
    PlanEnded as PlanEnded,
)
from rules.facts.said import (
    Presented as Presented,
)
from rules.facts.said import (
    RateStated as RateStated,
)
from rules.facts.said import (
    Recalled as Recalled,
)
from rules.facts.said import (
    Refused as Refused,
)
from rules.facts.said import (
    Replied as Replied,
)
from rules.facts.said import (
    TaskDone as TaskDone,
)
from rules.facts.subjects import (
    Contract as Contract,
)
from rules.facts.subjects import (
    Custom as Custom,
)
from rules.facts.subjects import (
    Customer as Customer,
)
from rules.facts.subjects import (
    Discount as Discount,
)
from rules.facts.subjects import (
    Hold as Hold,
)
from rules.facts.subjects import (
    Instalment as Instalment,
)
from rules.facts.subjects import (
    Line as Line,
)
from rules.facts.subjects import (
    Net as Net,
)
from rules.facts.subjects import (
    PriceChange as PriceChange,
)
from rules.facts.subjects import (
    Schedule as Schedule,
)
from rules.facts.subjects import (
    Scope as Scope,
)
from rules.facts.subjects import (
    Share as Share,
)

Fact = (
    CustomerRecorded
    | ContractRecorded
    | ContractEnded
    | CaseBound
    | Issued
    | Delivered
    | ReceivableChanged
    | Paid
    | Allocated
    | Reversed
    | PaymentFailed
    | Credited
    | WrittenOff
    | WriteOffUndone
    | HoldPlaced
    | HoldEnded
    | BankConfirmed
    | Approved
    | Refused
    | CallRecorded
    | Presented
    | Bounced
    | Replied
    | PlanOffered
    | Recalled
    | Answered
    | TaskDone
    | Forgotten
    | RateStated
    | ChargeWaived
    | PlanBegun
    | PlanEnded
    | Enrolled
    | NotEnrolled
    | Skipped
    | Left
    | ActionEnded
    | Stopped
    | Reopened
    | ApprovalAsked
    | ApprovalEnded
    | ReviewAsked
    | ReviewWithdrawn
    | TaskOpened
    | Charged
    | Restricted
    | RestrictionLifted
    | Moved
    | GoesOn
    | Notified
    | Concluded
    | Reacted
)


def kind_of(fact: Fact) -> str:
    """The fact's name in the ledger: customer-recorded, action-ended, ..."""
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in type(fact).__name__).lstrip("-")


KINDS: dict[str, type[Fact]] = {
    "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("-"): cls for cls in Fact.__args__
}
