"""What a judgement answers: facts that follow, acts due now, when to look again, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from rules.altering import quick
from rules.facts import Charged, Fact
from rules.money import Money, total
from rules.policy import Handoff
from rules.vat import Tax

Verdict = Literal["yes", "no", "unknown", "waits", "done"]


@quick
@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was tested or found: a `code` of explain.py's phrase book with its values, and what it rests on.

    Kept as values, not as words: a judgement is made a thousand times for each time that somebody reads it.
    """

    code: str
    verdict: Verdict
    values: tuple[object, ...] = ()
    parts: tuple[Reason, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Claimed:
    """One ladder that a message carries: its own step, and the open amount it claims (net of credit and dispute)."""

    receivable: str
    round: int
    step: str
    occurrence: int
    amount: Money


@quick
@dataclass(frozen=True, slots=True)
class Send:
    """A message to the customer, the file of a hand-off, or what is collected by debit: everything but names, addresses
    and accounts, which hands look up.

    `facts` are recorded in the transaction that claims it, `claimed` are the ladders it carries; a reaction or an
    invoice has no ladder. `role` is the contact role to write to. Equal values say the same message.
    """

    channel: Literal["email", "sms", "letter", "handoff", "webhook", "debit"]
    template: str
    language: str
    role: str
    lines: tuple[str, ...]  # receivables shown as due
    claimed: tuple[Claimed, ...] = ()
    not_due: tuple[str, ...] = ()
    total: Money | None = None
    credit: Money | None = None  # unallocated money and free credit, shown on its own line
    charges: tuple[Charged, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    sender: str | None = None
    attach: tuple[str, ...] = ()
    registered: Literal["paper", "electronic"] | None = None
    deadline: date | None = None
    handoff: Handoff | None = None
    handoff_to: str | None = None
    note: str | None = None  # the credit note that it carries
    assigned_to: str | None = None  # who owns what it claims, and is to be paid
    to: str | None = None  # the customer who is written to, where it is not the one of the case
    collections: tuple[Collection, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """What is collected of a receivable on a day, by the mandate of that reference."""

    receivable: str
    amount: Money
    mandate: str
    on: date


FIXED_SUM, LATE_INTEREST = "charges_fixed_sum", "charges_late_interest"  # put into words when the bill is issued


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice that a contract issues for a period; the ledger gives the number in the same transaction.

    Or for what a delay costs, see `of`. `vat` and `gross` are those of its groups; `payable` is less the deposits.
    `due` is that of the first of its `parts` where it is payable in several; None while its receipt is not known.
    """

    contract: str
    period: tuple[date, date]
    issued: date
    due: date | None
    lines: tuple[BilledLine, ...]
    net: Money
    vat: Money
    gross: Money
    order_number: str | None = None
    deposits: tuple[Deposit, ...] = ()
    of: str | None = None  # the receivable whose delay it invoices; its lines then say FIXED_SUM or LATE_INTEREST
    parts: tuple[Part, ...] = ()  # none, or at least two that make what is payable

    @property
    def payable(self) -> Money:
        """What is left to pay."""
        return self.gross - total((each.amount for each in self.deposits), self.gross.currency)


@dataclass(frozen=True, slots=True)
class BilledLine:
    """One line as billed: net amount, its share of the VAT (rounded alone: not what is charged), price of one unit."""

    text: str
    net: Money
    vat: Money
    tax: Tax | None = None  # None: billed before lines said it
    quantity: Decimal = Decimal(1)
    unit: str | None = None
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what is payable, with its due date; None while the receipt that it counts from is not known."""

    due: date | None
    amount: Money


@dataclass(frozen=True, slots=True)
class Deposit:
    """An invoice of a deposit that a bill deducts, VAT included; `amount` is the part deducted."""

    receivable: str
    number: str
    issued: date
    amount: Money


@quick
@dataclass(frozen=True, slots=True)
class Act:
    """One thing for hands to do now. `key` makes it happen at most once; `cases` are the contracts it concerns.

    `case` carries it out; `until` ends its slot: after that instant it must be judged again. `facts` are recorded when
    it is claimed (empty when an earlier action of the same step claimed it already). `void` says why it is no longer
    to be performed though its step was claimed: hands then end it as released, unless it was attempted already.
    """

    key: str  # MESSAGE/INDEX, bill/CONTRACT/PERIOD, or charges/RECEIVABLE
    case: str
    cases: tuple[str, ...]
    step: str
    level: str
    on: date
    until: datetime
    what: Send | Bill
    facts: tuple[Fact, ...] = ()
    void: str = ""

    @property
    def message(self) -> str:
        """The key of the message that this act is part of; a bill is its own."""
        return self.key if isinstance(self.what, Bill) else self.key.rpartition("/")[0]

    @property
    def index(self) -> int:
        """The index of the action within its step; 0 for a bill."""
        return 0 if isinstance(self.what, Bill) else int(self.key.rpartition("/")[2])

    @property
    def queue(self) -> str:
        """The channel whose queue performs it: email, sms, letter, handoff, webhook, debit or billing."""
        return "billing" if isinstance(self.what, Bill) else self.what.channel


@quick
@dataclass(frozen=True, slots=True)
class Decision:
    """The judgement of a whole customer at one instant.

    `facts` follow from what is known and are to be recorded before any act; `acts` are due now, in order; `wake` says
    per contract when to look again (None: only when something happens); `ended` are the contracts whose case is over;
    `reasons` say, per receivable, what was tested and found.
    """

    at: datetime
    facts: tuple[Fact, ...] = ()
    acts: tuple[Act, ...] = ()
    wake: Mapping[str, datetime | None] = field(default_factory=dict)
    ended: frozenset[str] = frozenset()
    reasons: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    next_steps: Mapping[str, NextStep] = field(default_factory=dict)

    def acts_of(self, contract: str) -> tuple[Act, ...]:
        """The acts that the case of `contract` is to carry out."""
        return tuple(act for act in self.acts if contract in act.cases)

    def waits(self, receivable: str) -> tuple[str, tuple[object, ...]] | None:
        """What a receivable waits for: its code, and the values that its sentence needs; None for nothing."""
        for reason in reversed(self.reasons.get(receivable, ())):
            if reason.code == "waits":
                why, _, *values = reason.values
                return str(why), tuple(values)
        step = self.next_steps.get(receivable)
        return (step.why, ()) if step is not None else None


SHARED = frozenset({"bank-data", "limit", "held", "review"})  # waits that end, or may end, for all customers at once
UNPROVED = "unproved"  # a promise whose day is over, and of which the bank's data tell nothing yet


def shares(reasons: Iterable[Reason]) -> bool:
    """Whether what they tell of waits for something that the business's own facts may change."""
    return any(map(_is_shared, reasons))


def _is_shared(reason: Reason) -> bool:
    match reason.code:
        case "waits":
            return reason.values[0] in SHARED
        case "not-enrolled":  # a person is asked if there is to be a ladder, which may be asked of a whole group
            return reason.values == ("unknown",)
    return reason.code == UNPROVED


@quick
@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next for one receivable: `at` None while it waits for something that has no date."""

    step: str
    level: str
    at: datetime | None
    why: str  # the code of what it waits for: planned, gap, hold, approval, ...
