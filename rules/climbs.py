"""How far a receivable has climbed, and what facts make of that: immutable values, nothing is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from rules import facts as f
from rules.altering import quick, replace
from rules.money import Money

Outcome = Literal["leaving", "sent", "covered", "skipped", "failed", "unknown"]


@quick
@dataclass(frozen=True, slots=True)
class Climb:
    """One step of a ladder that is over or on its way; `on` is the day it left or was passed over."""

    step: str
    occurrence: int
    level: str
    on: date
    outcome: Outcome
    message: str = ""
    own: str = ""
    channels: tuple[str, ...] = ()
    pending: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()  # actions whose outcome somebody has to find out
    covered: bool = False  # carried by another receivable's message
    deadline: date | None = None
    why: str = ""
    bounced: bool = False
    called: tuple[date, ...] = ()  # working days on which a call was recorded
    reached: date | None = None
    presented: date | None = None
    to: str | None = None  # the customer who was written to in place of its own
    recalled: bool = False  # of a hand-off: it was taken back

    @property
    def handed_over(self) -> bool:
        """Whether it handed the file to somebody, taken back since or not."""
        return "handoff" in self.channels and self.outcome in ("sent", "covered")

    @property
    def went_out(self) -> bool:
        """Sent, or covered by another receivable's message (which counts as sent)."""
        return self.outcome in ("leaving", "sent", "covered", "unknown")


@dataclass(frozen=True, slots=True)
class Request:
    """An approval asked for a step: how it stands, and since when."""

    step: str
    occurrence: int
    who: str
    amount: Money
    asked: date
    state: Literal["asked", "approved", "escalated", "postpone", "skip", "stop"] = "asked"
    since: date | None = None  # the day of the answer
    until: date | None = None  # postponed until


@quick
@dataclass(frozen=True, slots=True)
class Ladder:
    """How far one receivable has climbed in its present round. `due` is set when a late ladder was re-anchored."""

    round: int
    rulebook: str
    policy: str
    enrolled: date
    late: bool
    climbs: tuple[Climb, ...] = ()
    variant: str | None = None
    due: date | None = None
    request: Request | None = None
    notified: frozenset[tuple[str, int]] = frozenset()
    done: Mapping[str, int] = field(default_factory=dict)  # after_last_step and the hand-off: the round of each
    resume_at: str | None = None  # the step named by `broken:` or a recall
    recalled_to: str | None = None  # the same, as long as it is not judged what that means
    stopped: str | None = None

    @property
    def begun(self) -> bool:
        """Whether a step has gone out: from then on route and policy are kept."""
        return bool(self.climbs) and any(climb.went_out for climb in self.climbs)


def recalled(ladder: Ladder, fact: f.Recalled) -> Ladder:
    climbs = tuple(replace(climb, recalled=True) if climb.handed_over else climb for climb in ladder.climbs)
    return replace(ladder, climbs=climbs, stopped=None, recalled_to=fact.resume_at)


def renamed(ladder: Ladder, names: Mapping[str, str]) -> Ladder:
    """A ladder whose steps have other names: what was sent, asked and told stays so."""
    if not names:
        return ladder
    climbs = tuple(replace(c, step=names.get(c.step, c.step), own=names.get(c.own, c.own)) for c in ladder.climbs)
    request = ladder.request and replace(ladder.request, step=names.get(ladder.request.step, ladder.request.step))
    notified = frozenset((names.get(step, step), occurrence) for step, occurrence in ladder.notified)
    resume_at = ladder.resume_at and names.get(ladder.resume_at, ladder.resume_at)
    recalled_to = ladder.recalled_to and names.get(ladder.recalled_to, ladder.recalled_to)
    return replace(
        ladder, climbs=climbs, request=request, notified=notified, resume_at=resume_at, recalled_to=recalled_to
    )


def without(actions: tuple[int, ...], fact: f.ActionEnded) -> tuple[int, ...]:
    return tuple(index for index in actions if index != fact.action)


def acted(climb: Climb, fact: f.ActionEnded) -> Climb:
    """A climb after one of its message's actions ended; an unknown outcome stops it until somebody resolves it."""
    pending, unknown = without(climb.pending, fact), without(climb.unknown, fact)
    failed = (*climb.failed, fact.action) if fact.outcome in ("failed", "released") else climb.failed
    if fact.outcome == "unknown":
        unknown = (*unknown, fact.action)
    if unknown:
        outcome: Outcome = "unknown"
    elif pending:
        outcome = "leaving"
    else:
        sent = any(n not in failed for n in _said(climb.channels))
        outcome = ("covered" if climb.covered else "sent") if sent else "failed"
    why = fact.reason or climb.why
    return replace(climb, pending=pending, failed=failed, unknown=unknown, outcome=outcome, why=why)


def _said(channels: tuple[str, ...]) -> list[int]:
    """The actions without which a step has not gone out: those that the customer, or an agency, gets; else all of them.

    >>> _said(("letter", "charge", "task")), _said(("webhook", "task"))
    ([0], [0, 1])
    """
    return [n for n, name in enumerate(channels) if name not in _BESIDE] or list(range(len(channels)))


_BESIDE = frozenset({"charge", "restrict", "task", "webhook"})  # what goes with a message, and replaces none


def called(climb: Climb, fact: f.CallRecorded) -> Climb:
    reached = fact.on if fact.outcome == "reached" else climb.reached
    return replace(climb, called=(*climb.called, fact.on), reached=reached)


def presented(climb: Climb, fact: f.Presented) -> Climb:
    if climb.step != fact.step or fact.how == "unknown-address":
        return climb
    return replace(climb, presented=climb.presented or fact.on)


def answered(ladder: Ladder, fact: f.ApprovalEnded | f.Approved | f.Refused) -> Ladder:
    request = ladder.request
    if request is None or request.step != fact.step:
        return ladder
    match fact:
        case f.Approved():
            return replace(ladder, request=replace(request, state="approved", since=fact.on))
        case f.ApprovalEnded(how="assumed"):
            return replace(ladder, request=replace(request, state="approved", since=fact.on))
        case f.ApprovalEnded(how="escalated"):
            return replace(ladder, request=replace(request, state="escalated", who=fact.who or request.who))
        case f.Refused():
            return replace(ladder, request=replace(request, state=fact.outcome, until=fact.until))
        case _:  # lapsed: to be asked anew
            return replace(ladder, request=None)


def reopened(ladder: Ladder, fact: f.Reopened) -> Ladder:
    ladder = replace(ladder, round=fact.round, stopped=None)
    if fact.kept is not None:
        return _climbing_anew(ladder, fact.kept)
    if fact.how == "one-lower":
        sent = [n for n, climb in enumerate(ladder.climbs) if climb.went_out]
        return _climbing_anew(ladder, sent[-1] if sent else len(ladder.climbs))
    return ladder


def _climbing_anew(ladder: Ladder, lower: int) -> Ladder:
    """A ladder of which only the first climbs stand: what followed them is said, asked and told again."""
    kept, again = ladder.climbs[:lower], ladder.climbs[lower:]
    told = ladder.notified & {(climb.step, climb.occurrence) for climb in kept}
    anew = {f.AFTER_LAST_STEP} | {"handed-off" for climb in again if "handoff" in climb.channels}
    done = {what: once for what, once in ladder.done.items() if what not in anew}
    return replace(ladder, climbs=kept, done=done, notified=told)
