"""Facts that people say: approvals, calls, answers, bounces, what somebody did or states. No judgement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from rules.facts.subjects import Scope


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
