"""Who owes what, and by which terms: the values that facts are about. No address and no name of a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from rules.moments import Duration
from rules.money import Money
from rules.vat import Category

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
    invoices_by: Literal["email", "letter"] | None = None  # how it wants its invoices, where it says so


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
    mandate_signed: date | None = None
    mandate_scheme: Literal["core", "b2b"] | None = None  # None: core


LIMIT = "limit"  # who places the hold of a day on which too much would leave


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason to send nothing for now; `until` is its last day.

    `part` is what is disputed, or collected, of the receivable; None: the whole.
    """

    id: str
    kind: str
    scope: Scope
    subject: str  # business, customer, contract or receivable identifier
    start: date
    until: date | None = None
    part: Money | None = None
    reason: str = ""  # of a collection: the mandate
    by: str = ""  # the role or person who placed it, "customer" when the customer did
    promised: date | None = None  # the day for which money is announced: by a promise, or by a collection
    opened: date | None = None  # insolvency
    published: date | None = None
    receivables: tuple[str, ...] = ()  # what a promise or a plan covers when not all of the subject
    method: Literal["debit"] | None = None  # how a promise is to be paid, where that is for us to do


@dataclass(frozen=True, slots=True)
class Share:
    """What of a payment or credit goes to one receivable, in minor units of its currency."""

    receivable: str
    minor: int
