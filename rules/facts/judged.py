"""Facts that follow from a judgement, recorded before or with what they make happen. They judge nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from rules.altering import quick
from rules.facts.subjects import Scope
from rules.interest import Working
from rules.money import Money


@quick
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


@quick
@dataclass(frozen=True, slots=True)
class NotEnrolled:
    """No ladder for now: `applies_to`, `route`, `no-due-date`, `effective_from`, ..., tested again at each wake."""

    at: datetime
    receivable: str
    why: str


@quick
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


@quick
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
    to: str | None = None  # the customer who is written to in place of its own: who pays for it


@quick
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


@quick
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
    """A reversal or an undone write-off re-opened the receivable: `resume`, `restart` or `one-lower`.

    Or a file came back (`recalled`), and the ladder climbs anew from a step that it had passed: `kept` climbs stay.
    """

    at: datetime
    receivable: str
    round: int
    how: str
    on: date
    kept: int | None = None


@quick
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
class ReviewWithdrawn:
    """The judgement takes a question back: what it asked for is known now. It is nobody's leave to go on."""

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
    or where it is not known, for the reason `unknown`; `principal` is what a scale was reckoned on.
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
    principal: Money | None = None


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
    """After a broken promise or plan, or a recall, the ladder goes on at `step`, or at its next where that is later."""

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
    to: str | None = None  # as in Left
