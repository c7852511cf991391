"""Everything that can happen, each as one immutable value; the ledger keeps them, `account.py` folds them.

Shapes: `at` is the aware UTC instant from which a fact is true; `on` and other dates are local dates; money is Money.
Identifiers are opaque. Nothing here is personal: names, addresses and telephone numbers stay in the ledger's contacts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from rules.interest import Working
from rules.moments import Duration
from rules.money import Money
from rules.vat import Category

# --- who owes what -----------------------------------------------------------------------------------------------

Scope = Literal["business", "customer", "contract", "receivable"]
Custom = str | bool | Decimal | date | Money


@dataclass(frozen=True, slots=True)
class Customer:
    """The debtor as conditions see it. An attribute that is None is not known."""

    id: str
    country: str | None = None
    region: str | None = None
    language: str | None = None
    kind: str | None = None
    segment: str | None = None
    risk: str | None = None
    score: Decimal | None = None
    tags: tuple[str, ...] | None = None
    payment_method: str | None = None
    sms_refused: bool | None = None
    insured: bool | None = None
    payer: str | None = None
    group: str | None = None
    payment_run: int | None = None  # day of the month on which the customer pays
    credit_limit: Money | None = None
    since: date | None = None
    late_share: Decimal | None = None
    reachable: dict[str, tuple[str, ...]] = field(default_factory=dict)  # contact role: channels with an address
    custom: dict[str, Custom] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Discount:
    """What a payment within `days` of the issue may take off, `percent` of the whole sum."""

    percent: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of an invoice: `percent` of what is to be paid, which falls due by `days` instead of its terms'."""

    percent: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class Net:
    """When an invoice falls due: `days` after its issue or receipt, then end of month `after` or `before` them.

    `day`: then the first such day of a month on or after that (31: the last day where a month is shorter). `weekend`:
    what falls on a Saturday or Sunday stays, or moves to the `next` Monday or the `previous` Friday. `instalments`:
    it is payable in parts, each with a due date of its own; they make 100 percent, in the order of their days.
    """

    days: int = 30
    end_of_month: Literal["after", "before"] | None = None
    day: int | None = None
    runs_from: Literal["issue", "receipt"] = "issue"
    weekend: Literal["kept", "next", "previous"] = "kept"
    discount: Discount | None = None
    instalments: tuple[Instalment, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line billed per period, net of tax: `quantity` times `amount`; `vat` in percent, 20 for 20%.

    At 0%, `category` (rules/vat.py) says why, and `reason` its VATEX code; `unit` is a key of rules.billing.UNITS.
    """

    text: str
    amount: Money
    vat: Decimal = Decimal(0)
    category: Category | None = None
    reason: str | None = None
    quantity: Decimal = Decimal(1)
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class PriceChange:
    """From the first period that starts on or after `since`, line number `line` (from 1) costs `amount`."""

    since: date
    line: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a contract bills: `every` weeks or months on `day` (31: the last day where a month is shorter)."""

    every: Duration
    start: date
    day: int | None = None
    billing: Literal["advance", "arrears"] = "advance"
    end: date | None = None
    notice: Duration | None = None
    billed_through: date | None = None
    net: Net = Net()
    lines: tuple[Line, ...] = ()
    changes: tuple[PriceChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """What is billed: recurring (with a schedule), one-off, or an open account fed by another billing system."""

    id: str
    customer: str
    kind: Literal["recurring", "one-off", "open-account"]
    law: str | None = None
    tags: tuple[str, ...] | None = None
    suspension_clause: bool | None = None
    sepa_mandate: str | None = None
    order_number: str | None = None
    schedule: Schedule | None = None
    custom: dict[str, Custom] = field(default_factory=dict)
    late_rate: Decimal | None = None  # percent a year for late payment, where the contract fixes one


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason to send nothing for now. `part` None: the whole receivable; `until` is its last day."""

    id: str
    kind: str
    scope: Scope
    subject: str  # business, customer, contract or receivable identifier
    start: date
    until: date | None = None
    part: Money | None = None
    reason: str = ""
    by: str = ""  # the role or person who placed it, "customer" when the customer did
    promised: date | None = None
    opened: date | None = None  # insolvency
    published: date | None = None
    receivables: tuple[str, ...] = ()  # what a promise or a plan covers when not all of the subject


@dataclass(frozen=True, slots=True)
class Share:
    """What of a payment or credit goes to one receivable, in minor units of its currency."""

    receivable: str
    minor: int


# --- facts that come from outside --------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Approved:
    """A person agreed to a step of a receivable, up to the amount that was shown."""

    at: datetime
    receivable: str
    step: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Refused:
    """A person refused a step: skip it, postpone it until a day, or stop the ladder."""

    at: datetime
    receivable: str
    step: str
    by: str
    outcome: Literal["skip", "postpone", "stop"]
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class CallRecorded:
    """Somebody called: `reached`, `no-answer`, `wrong-number`, ... A reached call is a contact."""

    at: datetime
    receivable: str
    step: str
    outcome: str
    on: date


@dataclass(frozen=True, slots=True)
class Presented:
    """The post said of a letter: delivered, refused, unclaimed or unknown-address."""

    at: datetime
    receivable: str
    step: str
    how: str
    on: date


@dataclass(frozen=True, slots=True)
class Bounced:
    """An address is dead for good: (role, channel) is no longer reachable until the customer is recorded anew."""

    at: datetime
    customer: str
    role: str
    channel: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Replied:
    """The customer answered a message."""

    at: datetime
    contract: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A hand-off is taken back; the ladder resumes at `resume_at`, or where it stood."""

    at: datetime
    receivable: str
    on: date
    resume_at: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A person answered a review: go on, skip the step, or stop the ladder."""

    at: datetime
    review: str
    scope: Scope
    subject: str
    by: str
    outcome: Literal["proceed", "skip", "stop"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaskDone:
    """A person did a task."""

    at: datetime
    task: str
    scope: Scope
    subject: str
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanBegun:
    """Somebody applies a plan: from here on new cases are bound to `rulebook`, and `cases` running ones move to it.

    `commit` is that of the workspace, "" where it is in no repository.
    """

    at: datetime
    plan: str
    what: Literal["rules", "go-live"]
    rulebook: str
    before: str
    by: str
    commit: str
    cases: int


@dataclass(frozen=True, slots=True)
class PlanEnded:
    """All that a plan says is done."""

    at: datetime
    plan: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A customer's name and contacts, or one contact (`role`), were erased; what was recorded beside them stays."""

    at: datetime
    customer: str
    role: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class RateStated:
    """Somebody states a published rate that was missing or not sure (the business's stream)."""

    at: datetime
    table: str
    half_year: date  # its first day
    percent: Decimal
    source: str
    by: str


@dataclass(frozen=True, slots=True)
class ChargeWaived:
    """What the delay of a receivable costs is not claimed: its fixed sum, its interest, or both."""

    at: datetime
    receivable: str
    what: Literal["fixed-sum", "interest", "all"]
    reason: str
    by: str


# --- facts that follow from a judgement --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The ladder begins, under this policy of this rulebook; `late` when its first moment had already passed."""

    at: datetime
    receivable: str
    round: int
    rulebook: str
    policy: str
    late: bool
    on: date


@dataclass(frozen=True, slots=True)
class NotEnrolled:
    """No ladder for now: `applies_to`, `route`, `no-due-date`, `effective_from`, ..., tested again at each wake."""

    at: datetime
    receivable: str
    why: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A step passed over for good, with the reason: condition, too-late, broken, refused, approval, variant, ..."""

    at: datetime
    receivable: str
    round: int
    step: str
    occurrence: int
    level: str
    why: str
    on: date


@dataclass(frozen=True, slots=True)
class Left:
    """A step is on its way (or, without hands to perform it, done): recorded in the transaction that claims it.

    `message` is the key of the message that carries it; `own` is the step whose actions are performed, which is
    another than `step` where a message of a heavier step covered this ladder. `pending` lists the indexes of the
    actions that hands must still perform.
    """

    at: datetime
    receivable: str
    round: int
    step: str
    occurrence: int
    level: str
    on: date
    message: str
    own: str
    variant: str | None
    channels: tuple[str, ...]
    pending: tuple[int, ...]
    covered: bool = False  # carried by another receivable's message
    deadline: date | None = None
    due: date | None = None  # a late ladder's first step: the due date that its later moments count from


@dataclass(frozen=True, slots=True)
class ActionEnded:
    """What became of one action of a message: sent, failed (for good), released (not handed over), unknown."""

    at: datetime
    message: str
    action: int
    receivable: str  # the leading one, whose stream keeps it
    channel: str
    outcome: Literal["sent", "failed", "released", "unknown"]
    on: date
    reason: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The ladder is over: paid, credited, written-off, handed-off, below-minimum, insolvency, stopped."""

    at: datetime
    receivable: str
    round: int
    why: str
    on: date


@dataclass(frozen=True, slots=True)
class Reopened:
    """A reversal or an undone write-off re-opened the receivable: `resume`, `restart` or `one-lower`."""

    at: datetime
    receivable: str
    round: int
    how: str
    on: date


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """A person is asked to agree to a step; `amount` is what is shown, `who` the role."""

    at: datetime
    receivable: str
    round: int
    step: str
    occurrence: int
    who: str
    amount: Money
    on: date


@dataclass(frozen=True, slots=True)
class ApprovalEnded:
    """Without a person's word: lapsed, escalated (to `who`), or assumed (otherwise: send)."""

    at: datetime
    receivable: str
    step: str
    how: Literal["lapsed", "escalated", "assumed"]
    on: date
    who: str = ""


@dataclass(frozen=True, slots=True)
class ReviewAsked:
    """A person is asked because the engine will not guess: `review` is its key, `why` the reason in words."""

    at: datetime
    review: str
    scope: Scope
    subject: str
    why: str
    on: date
    receivable: str | None = None
    step: str | None = None


@dataclass(frozen=True, slots=True)
class TaskOpened:
    """Something for a person to do; one per key."""

    at: datetime
    task: str
    scope: Scope
    subject: str
    queue: str
    title: str
    on: date
    due: date | None = None
    receivable: str | None = None
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Charged:
    """What the delay costs, by the terms of the law named; never part of the balance.

    `amount` is the fixed sum, zero where the law gives none; `working` the interest up to `on`, None where none runs
    or where it is not known, for the reason `unknown`.
    """

    at: datetime
    receivable: str
    step: str
    amount: Money
    terms: str
    law: str
    source: str
    claim: str
    on: date
    working: Working | None = None
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Restricted:
    """Orders, deliveries or service are held back from `since` on, until settlement or an agreed plan."""

    at: datetime
    receivable: str
    step: str
    what: str
    since: date
    on: date


@dataclass(frozen=True, slots=True)
class RestrictionLifted:
    """What was held back for a receivable is given back."""

    at: datetime
    receivable: str
    why: str
    on: date


@dataclass(frozen=True, slots=True)
class Moved:
    """A pin moved a ladder that had begun to another policy of its rulebook; what was sent stays sent."""

    at: datetime
    receivable: str
    round: int
    policy: str
    on: date


@dataclass(frozen=True, slots=True)
class GoesOn:
    """After a broken promise or plan the ladder goes on at `step`, or at its next step where that is later."""

    at: datetime
    receivable: str
    step: str


@dataclass(frozen=True, slots=True)
class Notified:
    """A role was told that a step is near."""

    at: datetime
    receivable: str
    round: int
    step: str
    occurrence: int
    who: str
    on: date


@dataclass(frozen=True, slots=True)
class Concluded:
    """after_last_step has run, or an internal deadline's actions have (`what` names it)."""

    at: datetime
    receivable: str
    round: int
    what: str
    on: date


@dataclass(frozen=True, slots=True)
class Reacted:
    """A reaction to an event was carried out, or found not to apply; once per event and reaction."""

    at: datetime
    event: str
    receivable: str
    on: date
    pending: tuple[int, ...] = ()
    message: str = ""
    contact: bool = False
    failed: bool = False


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
