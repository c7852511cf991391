"""One ladder's next step: skipped, waiting with a reason, or ready to leave. The tests stand in their order.

planned day → holds → minimum gap → slot → bank data → unallocated money → instalments → condition → requires →
reminder before heavy → address → approval. Whoever waits says why, and until when if that is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import takewhile

from rules import facts as f
from rules.account import Climb, Ladder, Receivable
from rules.altering import replace
from rules.approving import refusal
from rules.choosing import passed_over
from rules.conditions import NotKnown
from rules.decision import NextStep
from rules.judgement import Judgement, Wait
from rules.moments import Duration, Moment
from rules.policy import LEVELS, Step
from rules.readiness import tested
from rules.reckoning import PROOF_OF_PRESENTATION, NotDated, planned
from rules.turns import Ready, Turn, planned_day, question, skip, turn_of
from rules.waiting import first_day, last_release


def advance(judgement: Judgement, item: Receivable, today: date) -> Ready | Wait | None:
    """Climbs over what is to be skipped and says how the next step stands; None when the ladder has no more steps."""
    for _ in range(100):
        turn = turn_of(judgement, judgement.account.receivables[item.id], today)
        if not isinstance(turn, Turn):
            return turn
        if _passes_over(judgement, turn):
            continue
        if turn.step.notify is not None:
            notify(judgement, turn)
        stood = stand(judgement, turn)
        if stood is not None:
            return stood
    raise AssertionError("a ladder has at most 100 steps")


def _passes_over(judgement: Judgement, turn: Turn) -> bool:
    """Skips what its turn has passed by: a broken promise goes on further up, a late ladder begins further up."""
    ladder, step = turn.ladder, turn.step
    why = None
    if ladder.climbs and turn.occurrence == 1 and passed_over(ladder.climbs, turn.steps, step):
        why = "passed-over"
    elif ladder.resume_at is not None and _comes_before(turn.steps, step.id, ladder.resume_at):
        why = "broken"
    if why is None and ladder.late and not ladder.begun and turn.policy.pacing.late_start == "nearest-step":
        nearest = _nearest(judgement, turn)
        if nearest is not None and _comes_before(turn.steps, step.id, nearest):
            why = "too-late"
    if why is None and ladder.climbs and _heaviest_sent(ladder) > LEVELS.index(step.level):
        why = "tone"
    if why is None:
        return False
    skip(judgement, turn, why)
    return True


def _comes_before(steps: tuple[Step, ...], one: str, other: str) -> bool:
    names = [step.id for step in steps]
    return other in names and names.index(one) < names.index(other)


def _heaviest_sent(ladder: Ladder) -> int:
    sent = (climb.level for climb in ladder.climbs if climb.went_out and climb.level in LEVELS)
    return max(map(LEVELS.index, sent), default=0)


def _nearest(judgement: Judgement, turn: Turn) -> str | None:
    """The latest light step that would have come when the ladder began; no hold makes it a later one."""
    nearest = None
    for step, day in _as_written(judgement, turn):
        if step.heavy:
            continue
        if day > turn.ladder.enrolled:
            break
        nearest = step.id
    return nearest


def _as_written(judgement: Judgement, turn: Turn) -> Iterator[tuple[Step, date]]:
    """Each step that is dated with its day by the receivable's own dates, had those before it left on theirs."""
    climbed = replace(turn.ladder, climbs=(), due=None)
    for step in turn.steps:
        item = replace(turn.item, ladder=climbed)
        try:
            day, _ = planned(step.at, item, turn.steps, turn.calendar, judgement.payment_run(turn.to))
        except (NotDated, NotKnown):
            continue
        yield step, day
        climbed = replace(climbed, climbs=(*climbed.climbs, Climb(step.id, 1, step.level, day, "sent")))


def stand(judgement: Judgement, turn: Turn) -> Ready | Wait | None:
    """How the step stands: ready, waiting, or None when it was skipped and the next one's turn has come."""
    refused = refusal(judgement, turn)
    if refused != "passed":
        return None if refused == "skipped" else refused
    try:
        day = planned_day(judgement, turn)
    except NotDated as waiting:
        return _undated(judgement, turn, waiting)
    if _too_late(judgement, turn):
        skip(judgement, turn, "too-late")
        return None
    earliest = first_day(judgement, turn, day)
    if isinstance(earliest, Wait):
        return earliest
    earliest_day, why = earliest
    slot = judgement.open_slot(turn.to, turn.calendar, earliest_day, turn.step.level, turn.step.channels)
    released = last_release(judgement, turn)
    if released is not None and slot.opens <= released:
        slot = judgement.open_slot(
            turn.to,
            turn.calendar,
            turn.calendar.add(turn.calendar.local_day(released), Duration(1, "d")),
            turn.step.level,
            turn.step.channels,
        )
    judgement.next_steps[turn.item.id] = NextStep(turn.step.id, turn.step.level, slot.opens, why)
    if judgement.now < slot.opens:
        judgement.upcoming[turn.item.id] = (LEVELS.index(turn.step.level), slot.opens)
        return Wait(why, slot.opens, (turn.step.id, day, slot.day))
    outcome = tested(judgement, turn, slot)
    if (
        isinstance(outcome, Wait)
        and outcome.until is not None
        and outcome.why in ("before-heavy", "postponed", "collection")
    ):
        day = turn.calendar.local_day(outcome.until)
        slot = judgement.open_slot(turn.to, turn.calendar, day, turn.step.level, turn.step.channels)
        judgement.upcoming[turn.item.id] = (LEVELS.index(turn.step.level), slot.opens)
    return outcome


def _too_late(judgement: Judgement, turn: Turn) -> bool:
    """Whether a step before the due date has missed it; if it still may, it is noticed on the day after."""
    due, at = turn.item.due, turn.step.at
    if due is None or _from_due_on(at):
        return False
    before = takewhile(lambda step: step is not turn.step, turn.steps)
    if (at.anchor == "previous" or at.step is not None) and any(_from_due_on(step.at) for step in before):
        return False  # steps are listed in the order of their days
    written = next((day for step, day in _as_written(judgement, turn) if step.id == turn.step.id), due)
    if written >= due:
        return False
    judgement.wake_on(turn.item, due + date.resolution)
    return turn.today > due


def _from_due_on(at: Moment) -> bool:
    return at.anchor == "due" and at.offset.n >= 0


def notify(judgement: Judgement, turn: Turn) -> None:
    """Tells a role that a step is near, `before` its planned day."""
    rule = turn.step.notify
    if rule is None or (turn.step.id, turn.occurrence) in turn.ladder.notified:
        return
    try:
        day = planned_day(judgement, turn)
    except NotDated:
        return
    on = turn.calendar.add(day, Duration(-rule.before.n, rule.before.unit))
    if turn.today >= on:
        judgement.emit(
            f.Notified(
                judgement.now, turn.item.id, turn.ladder.round, turn.step.id, turn.occurrence, rule.who, turn.today
            )
        )
        title = f"{turn.step.title or turn.step.id} of {turn.item.number} is planned for {day}"
        judgement.open_task(
            f"notify/{turn.key}", rule.who, title, turn.today, item=turn.item, step=turn.step.id, due=day
        )
    else:
        judgement.wake(turn.item.contract, turn.calendar.at(on))


def _undated(judgement: Judgement, turn: Turn, waiting: NotDated) -> Wait | None:
    if waiting.why == "not-presented" and waiting.since is not None:
        patience = turn.calendar.add(waiting.since, PROOF_OF_PRESENTATION)
        if turn.today < patience:
            return Wait("not-presented", turn.calendar.at(patience), (waiting.step,))
        key = f"no-proof/{turn.item.id}/{turn.ladder.round}/{waiting.step}"
        why = f"the post gives no proof for {waiting.step} after {PROOF_OF_PRESENTATION}"
        asked = question(judgement, turn, key, why)
        return None if asked == "skipped" else asked or Wait("not-presented", None, (waiting.step,))
    return Wait(waiting.why, None, (waiting.step,))
