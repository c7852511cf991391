"""What passes between workflows, activities and callers: identifiers, instants and short lines, no personal data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

Attributes = dict[str, str | int | list[str]]  # search attributes by name


@dataclass(frozen=True, slots=True)
class Case:
    """The contract whose life a workflow carries; `continued` when an earlier run of it went before."""

    business: str
    contract: str
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be done for a case at `now` (aware UTC).

    `first` names the run where it is the run's first question and no earlier run handed over; `cancelled` names it
    where somebody cancelled it, for `reason`.
    """

    case: Case
    now: datetime
    first: str = ""
    cancelled: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One act to perform on the queue of its channel; `seconds` are left of its slot, `line` says what it is.

    Whoever carries it out is told neither: they are for the workflow.
    """

    key: str
    channel: str
    seconds: int = 0
    line: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judgement asks of the workflow, at the instant `at` (None: Temporal's own).

    Perform `order`, or else wait until `wake` (None: until something happens). `stepped`: the business runs on a test
    clock, so only a wake-up counts. `line` says what is waited for, `details` is Markdown for whoever opens the case,
    `attributes` are search attributes by name; both are empty where there is an order.
    """

    at: datetime | None = None
    order: Order | None = None
    wake: datetime | None = None
    stepped: bool = False
    ended: bool = False
    line: str = ""
    details: str = ""
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """An order, for the case that carries it out."""

    case: Case
    order: Order


@dataclass(frozen=True, slots=True)
class Record:
    """Something a person says about a case: `kind` and `values` as `relance record` takes them.

    `key` makes it count once.
    """

    case: Case
    kind: str
    values: dict[str, str]
    key: str


# --- updates: what is left out is empty, and is refused in words where it is needed -------------------------------


@dataclass(frozen=True, slots=True)
class Hold:
    """Send nothing for this case: `until` is the last day, as 2026-12-31."""

    reason: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """End a hold; empty: the case's manual one."""

    hold: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Approve:
    """Agree to a step of an invoice, named by its number."""

    invoice: str = ""
    step: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse a step: skip it, postpone it `until` a day (2026-12-31), or stop the ladder."""

    invoice: str = ""
    step: str = ""
    by: str = ""
    reason: str = ""
    outcome: str = "skip"
    until: str = ""


@dataclass(frozen=True, slots=True)
class Postpone:
    """Let a step that waits for approval wait until a day (2026-12-31)."""

    invoice: str = ""
    step: str = ""
    by: str = ""
    reason: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """Pass over the next step of an invoice for good."""

    invoice: str = ""
    step: str = ""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received, such as "120.00 EUR", dated `on`; put on `invoices` (numbers, by commas), else oldest first."""

    amount: str = ""
    on: str = ""
    reference: str = ""
    invoices: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """The customer contests an invoice, or `part` of its amount."""

    invoice: str = ""
    reason: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """The customer promises to pay these invoices (numbers, by commas; empty: all that is due) on a day."""

    on: str = ""
    invoices: str = ""
