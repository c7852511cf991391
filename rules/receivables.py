"""What is owed, what was paid, what is held and what was asked, as immutable values; nothing is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from rules import facts as f
from rules.altering import quick, replace
from rules.climbs import Ladder
from rules.money import Money

_REFUSALS = frozenset({"refused", "rejected", "210", "213"})  # XP Z12-012: 210 Refusée, 213 Rejetée
_CHANGEABLE = frozenset({"approval", "portal_status", "assigned_to", "insured", "due", "order_number", "received"})


@quick
@dataclass(frozen=True, slots=True)
class Receivable:
    """One amount with one due date, and what became of it; amounts in minor units of `amount.currency`."""

    id: str
    contract: str
    number: str
    kind: str
    issued: date
    due: date | None
    amount: Money
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
    custom: dict[str, f.Custom] = field(default_factory=dict)
    paid: int = 0
    credited: int = 0
    written_off: int = 0
    residue: int = 0  # what of it was given up as within the tolerance, or as the discount of an early payment
    closed_on: date | None = None
    not_enrolled: str | None = None
    ladder: Ladder | None = None
    rounds: int = 0
    charges: tuple[f.Charged, ...] = ()
    waived: frozenset[str] = frozenset()  # fixed-sum, interest
    handed_off: date | None = None
    restricted: f.Restricted | None = None
    deposits: tuple[f.Share, ...] = ()  # what it deducts of receivables of kind deposit
    deadlines: Mapping[str, int] = field(default_factory=dict)  # internal ones that have run: the round of each
    of: str | None = None  # of kind CHARGES: the receivable whose delay it invoices
    part_of: str | None = None  # the number of the invoice of which it is a part
    received: date | None = None
    enrolled: bool = False  # whether it ever had a ladder

    @property
    def paper(self) -> str:
        """The number on its paper: its own, or that of the invoice of which it is a part."""
        return self.part_of or self.number

    @property
    def leads(self) -> bool:
        """Whether it stands for its whole invoice, as the only part or the first."""
        return self.part_of is None or self.number == f"{self.part_of}/1"

    @property
    def balance(self) -> Money:
        """What is open of the principal, disputes and free credit not considered; never below zero."""
        return Money(self.rest, self.amount.currency)

    @property
    def rest(self) -> int:
        """The balance in minor units."""
        return max(self.amount.minor - self.paid - self.credited - self.written_off, 0)

    @property
    def open(self) -> bool:
        """Whether anything of the principal is left."""
        return self.amount.minor > self.paid + self.credited + self.written_off

    @property
    def over(self) -> bool:
        """Whether it was closed and nothing of it is owed again."""
        return self.closed_on is not None and not self.open

    @property
    def supplied(self) -> date:
        """The first day of what it is for; where no period is stated, the day of its issue."""
        return self.period[0] if self.period is not None else self.issued

    @property
    def is_charge(self) -> bool:
        """Whether it invoices what a delay costs: owed, never dunned and part of no balance."""
        return self.kind == f.CHARGES

    @property
    def refused(self) -> bool:
        """Whether the customer, or its platform, rejected the invoice."""
        return self.approval == "rejected" or self.portal_status in _REFUSALS


@quick
@dataclass(frozen=True, slots=True)
class Payment:
    """Money or credit that came in, and since when that is known: what it was put on, and what is left free."""

    id: str
    amount: Money
    on: date
    shares: tuple[f.Share, ...]
    credit: bool
    known: datetime
    came_back: datetime | None = None
    invoice: str | None = None  # the receivable that a credit note of ours takes back
    customer: str = ""  # whose it is

    @property
    def reversed(self) -> bool:
        """Whether it came back, or was cancelled."""
        return self.came_back is not None

    @property
    def free(self) -> Money:
        """What is on no receivable; nothing of a reversed payment is."""
        return Money(self.left, self.amount.currency)

    @property
    def left(self) -> int:
        """What is free, in minor units."""
        left = 0 if self.reversed else self.amount.minor
        for share in self.shares if left else ():
            left -= share.minor
        return left


@quick
@dataclass(frozen=True, slots=True)
class HoldState:
    """A hold and, once over, its last day and outcome. `end` is the day on which things go on."""

    hold: f.Hold
    placed: datetime
    end: date | None = None
    outcome: str | None = None
    ended: datetime | None = None

    @property
    def active(self) -> bool:
        """Not ended yet; whether it has begun is for the judgement to say."""
        return self.end is None

    def over(self, today: date) -> bool:
        """Whether the day on which things go on has come."""
        return self.end is not None and self.end <= today


@dataclass(frozen=True, slots=True)
class Review:
    """A question to a person, and the answer; or what took it back, because its answer is known now."""

    asked: f.ReviewAsked
    answer: f.Answered | None = None
    withdrawn: f.ReviewWithdrawn | None = None

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.answer is None and self.withdrawn is None


def issued(fact: f.Issued) -> Receivable:
    return Receivable(
        fact.receivable,
        fact.contract,
        fact.number,
        fact.kind,
        fact.issued,
        fact.due,
        fact.amount,
        fact.order_number,
        fact.period,
        fact.document,
        fact.delivered,
        fact.last_step,
        fact.last_step_on,
        fact.approval,
        fact.portal_status,
        fact.assigned_to,
        fact.insured,
        fact.custom,
        deposits=fact.deposits,
        of=fact.of,
        part_of=fact.part_of,
        received=fact.received,
    )


def changed(item: Receivable, fact: f.ReceivableChanged) -> Receivable:
    if fact.name in _CHANGEABLE:
        return replace(item, **{fact.name: fact.value})
    custom = {name: value for name, value in item.custom.items() if name != fact.name}
    return replace(item, custom=custom if fact.value is None else {**custom, fact.name: fact.value})


def issued_anew(item: Receivable) -> Receivable:
    """With a due date anew a late ladder counts from that, and what was refused is what it replaces."""
    if item.refused:
        item = replace(item, approval=None, portal_status=None)
    return item if item.ladder is None else replace(item, ladder=replace(item.ladder, due=None))
