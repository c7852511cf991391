"""Whose turn it is on a ladder, when its step is planned, and the questions about it that people are asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from rules import facts as f
from rules.account import Climb, Ladder, Receivable, Review
from rules.addressing import hands_of
from rules.altering import quick
from rules.asking import unanswered
from rules.calendars import Calendar, Slot
from rules.choosing import next_to_climb, variant_of
from rules.conditions import NotKnown, first_unknown
from rules.judgement import Judgement, Wait
from rules.policy import LEVELS, Call, Handoff, Policy, Step
from rules.reckoning import concluded_call, merged, planned, shifted

Tested = Wait | Literal["passed", "skipped"]  # what a test of a step says


@quick
@dataclass(frozen=True, slots=True)
class Turn:
    """One ladder's next step, with all that judging it needs."""

    item: Receivable
    ladder: Ladder
    policy: Policy
    steps: tuple[Step, ...]
    variant: str | None
    step: Step
    occurrence: int
    calendar: Calendar
    today: date
    to: f.Customer  # who is written to

    @property
    def key(self) -> str:
        """What makes the step unique: receivable/round/step/occurrence."""
        return f"{self.item.id}/{self.ladder.round}/{self.step.id}/{self.occurrence}"

    @property
    def rank(self) -> tuple[int, date, str]:
        """How steps compete: the heaviest first, then the oldest due date, then the smaller identifier."""
        return (-LEVELS.index(self.step.level), self.item.due or date.max, self.item.id)

    @property
    def whole_account(self) -> bool:
        """Whether the step hands over all that is overdue, not this receivable alone."""
        if "handoff" not in self.step.channels:
            return False
        return any(isinstance(action, Handoff) and action.scope == "account-overdue" for action in self.step.do)


@quick
@dataclass(frozen=True, slots=True)
class Ready:
    """A step that may leave now, until its slot closes."""

    turn: Turn
    slot: Slot


def turn_of(judgement: Judgement, item: Receivable, today: date) -> Turn | Wait | None:
    """Whose turn it is on a ladder; None when every step is concluded; a Wait when that cannot be said yet."""
    ladder, under = item.ladder, judgement.under(item)
    if ladder is None or ladder.stopped is not None or under is None:
        return None
    policy, calendar = under.policy, under.calendar
    unfinished = _unfinished(judgement, item, ladder, policy, calendar, today)
    if unfinished is not None:
        return unfinished
    variant, reason = variant_of(judgement, item, policy, today)
    judgement.note(item.id, reason)
    if reason.verdict == "unknown":
        raise NotKnown(first_unknown(reason))
    steps = policy.variant(variant)
    found = next_to_climb(item, steps)
    if found is None:
        return None
    to = judgement.addressee(item, policy)
    return Turn(item, ladder, policy, steps, variant, found[0], found[1], calendar, today, to)


def _unfinished(
    judgement: Judgement, item: Receivable, ladder: Ladder, policy: Policy, calendar: Calendar, today: date
) -> Wait | None:
    """What the step that went out last still has to bring before the next may be thought of."""
    last = ladder.climbs[-1] if ladder.climbs else None
    if last is None:
        return None
    if last.outcome == "leaving":
        return Wait("leaving", None, (last.step,))
    if last.outcome == "unknown":
        return Wait("unknown-outcome", None, (last.step,))
    if last.outcome == "failed":
        if _leaves_otherwise(judgement, item, last, policy, today):
            return None
        review = judgement.ask(
            f"failed/{item.id}/{ladder.round}/{last.step}/{last.occurrence}",
            f"{last.step} could not be sent: {last.why}",
            today,
            scope="receivable",
            subject=item.id,
            item=item,
            step=last.step,
        )
        match review.answer.outcome if review.answer is not None else None:
            case "proceed":
                return None
            case "stop":
                judgement.emit(f.Stopped(judgement.now, item.id, ladder.round, "stopped", today))
            case "skip":
                about = (item.id, ladder.round, last.step, last.occurrence + 1, last.level, "failed", today)
                judgement.emit(f.Skipped(judgement.now, *about))
        return Wait("failed", None, (last.step, last.why))
    step = next((s for s in policy.variant(ladder.variant) if s.id == last.own), None)
    calls = [action for action in step.do if isinstance(action, Call)] if step else []
    if calls and last.went_out:
        free = concluded_call(last, calls[0].attempts, calendar)
        if free is not None and today < free:
            return Wait("call", calendar.at(free), (last.step, free))
    return None


def _leaves_otherwise(judgement: Judgement, item: Receivable, failed: Climb, policy: Policy, today: date) -> bool:
    """Whether what failed because its address is dead has another way: a fallback, or a role that is still reached."""
    ladder = item.ladder
    step = next((s for s in policy.variant(ladder.variant if ladder else None) if s.id == failed.own), None)
    if step is None or not failed.bounced:
        return False
    return all(hands_of(judgement, item, policy, step.do[n], today) is not None for n in failed.failed)


def skip(judgement: Judgement, turn: Turn, why: str) -> None:
    """Passes a step over for good, with the reason."""
    judgement.emit(
        f.Skipped(
            judgement.now,
            turn.item.id,
            turn.ladder.round,
            turn.step.id,
            turn.occurrence,
            turn.step.level,
            why,
            turn.today,
        )
    )


def planned_day(judgement: Judgement, turn: Turn) -> date:
    """The day the policy writes for the step, moved by the holds that shift it; raises NotDated."""
    climbs = turn.ladder.climbs
    if turn.occurrence > 1 and turn.step.repeat is not None:
        before = next(climb for climb in reversed(climbs) if climb.step == turn.step.id)
        day, since = turn.calendar.add(before.on, turn.step.repeat.every), before.on
    else:
        day, since = planned(turn.step.at, turn.item, turn.steps, turn.calendar, judgement.payment_run(turn.to))
    return shifted(day, since, shifts(judgement, turn.item, turn.policy, turn.today))


def shifts(judgement: Judgement, item: Receivable, policy: Policy, today: date) -> list[tuple[date, date]]:
    """The spans of ended holds that move the later steps of this receivable."""
    ended = judgement.holds_on(item, today, ended=True)
    if not ended:
        return []
    return merged(
        [
            (state.hold.start, state.end)
            for state in ended
            if state.end is not None and policy.resume(state.hold, state.outcome) == "shift"
        ]
    )


def question(judgement: Judgement, turn: Turn, key: str, why: str) -> Wait | Literal["skipped"] | None:
    """Puts a question to a person. None once they said to go on; "skipped" once they said to skip or stop."""
    review = judgement.ask(
        key, why, turn.today, scope="receivable", subject=turn.item.id, item=turn.item, step=turn.step.id
    )
    return answer(judgement, turn, review)


def unknown(
    judgement: Judgement, turn: Turn, fact: str, lacks: str = "", of: str | None = None
) -> Wait | Literal["skipped"] | None:
    """Asks about a fact that the step needs, once per step for all that the fact is about; answered as `question`.

    `lacks` says why it cannot be compared, where it is recorded; `of` whose it is, where that is not who owes.
    """
    where = f"{turn.policy.id}.{turn.step.id}"
    why = f"a fact is not known: {fact}" + (f" ({lacks})" if lacks else "")
    review = judgement.ask_fact(fact, why, turn.today, turn.item, where=where, step=turn.step.id, of=of)
    return answer(judgement, turn, review)


def answer(judgement: Judgement, turn: Turn, review: Review) -> Wait | Literal["skipped"] | None:
    if review.answer is None:
        until = unanswered(judgement, turn.item, review, turn.today, turn.step.approval)
        return Wait("review", until, (review.asked.why,))
    match review.answer.outcome:
        case "proceed":
            return None
        case "skip":
            skip(judgement, turn, "review")
        case "stop":
            judgement.emit(f.Stopped(judgement.now, turn.item.id, turn.ladder.round, "stopped", turn.today))
    return "skipped"
