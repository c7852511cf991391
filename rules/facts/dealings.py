"""Facts that come from outside: customers, contracts and invoices, money that comes in, holds. No judgement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from rules.altering import quick
from rules.facts.subjects import Contract, Custom, Customer, Hold, Scope, Share
from rules.money import Money


@dataclass(frozen=True, slots=True)
class CustomerRecorded:
    """A customer is known, or known anew: replaces every attribute."""

    at: datetime
    customer: Customer


@dataclass(frozen=True, slots=True)
class ContractRecorded:
    """A contract is known, or changed; `rulebook` is the digest the case is bound to."""

    at: datetime
    contract: Contract
    rulebook: str


@dataclass(frozen=True, slots=True)
class ContractEnded:
    """Billing stops after `on`; dunning goes on."""

    at: datetime
    contract: str
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CaseBound:
    """The case is moved to another rulebook, by `apply` only."""

    at: datetime
    contract: str
    rulebook: str
    renamed: dict[str, str] = field(default_factory=dict)  # old step id: new


@quick
@dataclass(frozen=True, slots=True)
class Issued:
    """One amount with one due date. `period` is (first day, last day) when the contract billed itself."""

    at: datetime
    receivable: str
    contract: str
    number: str
    issued: date
    due: date | None
    amount: Money
    kind: str = "invoice"
    order_number: str | None = None
    period: tuple[date, date] | None = None
    document: bool = True
    delivered: date | None = None
    last_step: str | None = None
    last_step_on: date | None = None
    approval: str | None = None
    portal_status: str | None = None
    assigned_to: str | None = None
    insured: bool | None = None
    custom: dict[str, Custom] = field(default_factory=dict)
    deposits: tuple[Share, ...] = ()  # what it deducts of receivables of kind deposit; `amount` is what is left to pay
    of: str | None = None  # of kind CHARGES: the receivable whose delay it invoices
    part_of: str | None = None  # the number of the invoice of which it is a part; its own is that one, / and its place
    received: date | None = None  # when goods or invoice were received, where the due date counts from that day


@dataclass(frozen=True, slots=True)
class Delivered:
    """The invoice reached the customer: sent, deposited or handed over."""

    at: datetime
    receivable: str
    on: date


@dataclass(frozen=True, slots=True)
class ReceivableChanged:
    """A condition's fact about a receivable has a new value (approval, portal_status, due, assigned_to, ...)."""

    at: datetime
    receivable: str
    name: str
    value: Custom | None


@quick
@dataclass(frozen=True, slots=True)
class Paid:
    """Money came in. What `shares` do not use stays on the account, unallocated."""

    at: datetime
    payment: str
    customer: str
    amount: Money
    on: date
    shares: tuple[Share, ...] = ()
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Allocated:
    """Money of an earlier payment or free credit is put on receivables."""

    at: datetime
    payment: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Reversed:
    """A payment came back; its shares are open again."""

    at: datetime
    payment: str
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    """A debit or a card payment failed, with the scheme's reason code (AC04, MD01, ...)."""

    at: datetime
    payment: str
    receivable: str
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class Credited:
    """A credit note; what `shares` do not use is free credit on the account.

    `invoice` is the receivable that a note of ours takes back; `returned` what it had deducted of deposits, which they
    have again: it is not in `amount`.
    """

    at: datetime
    credit: str
    customer: str
    amount: Money
    on: date
    shares: tuple[Share, ...] = ()
    invoice: str | None = None
    returned: tuple[Share, ...] | None = None


CHARGES = "charges"  # the kind of a receivable that invoices what a delay costs
AFTER_LAST_STEP = "after-last-step"
TOLERANCE = "tolerance"
PLAN_ENDED = "plan-ended"
DISCOUNT = "discount"
SETTLING = frozenset({TOLERANCE, DISCOUNT})  # what is given up for these reasons was not owed any more


@dataclass(frozen=True, slots=True)
class WrittenOff:
    """What is still open is given up; for one of the reasons SETTLING, as a residue that is settled.

    For the reason PLAN_ENDED, an instalment whose plan is over: what the plan covered is owed in its place again.
    """

    at: datetime
    receivable: str
    reason: str


@dataclass(frozen=True, slots=True)
class WriteOffUndone:
    """A write-off is taken back: the receivable is open again."""

    at: datetime
    receivable: str
    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment of a plan that is only offered, in minor units of the currency of what it would cover."""

    due: date
    minor: int


@dataclass(frozen=True, slots=True)
class PlanOffered:
    """Instalments are offered to the customer; nothing else changes before a plan is agreed. `reply_by` is the last day
    to accept."""

    at: datetime
    plan: str
    receivables: tuple[str, ...]
    parts: tuple[Part, ...]
    on: date
    reply_by: date | None = None


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """See Hold; back-dated where `hold.start` lies before `at`."""

    at: datetime
    hold: Hold


@dataclass(frozen=True, slots=True)
class HoldEnded:
    """`outcome`: released, founded, unfounded, kept, broken, refused, expired, settled, failed, read."""

    at: datetime
    hold: str
    outcome: str
    on: date
    scope: Scope
    subject: str


@dataclass(frozen=True, slots=True)
class BankConfirmed:
    """The bank's data are complete through this day (the business's stream)."""

    at: datetime
    through: date
