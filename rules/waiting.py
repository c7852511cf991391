"""What keeps a step back whatever it says itself: holds, an agency, the minimum gap, a heavier step elsewhere."""

from __future__ import annotations

from datetime import date, datetime

from rules.account import Ladder, Receivable
from rules.assigning import KIND as ASSIGNED
from rules.assigning import assignee, not_for_others
from rules.choosing import variant_of
from rules.facts.subjects import LIMIT
from rules.judgement import Judgement, Under, Wait
from rules.moments import Duration
from rules.policy import HEAVY, LEVELS, Step
from rules.reckoning import PROOF_OF_PRESENTATION, NotDated, deadline_of
from rules.turns import Turn

APPROVAL_LAPSES = Duration(10, "bd")


def first_day(judgement: Judgement, turn: Turn, day: date) -> tuple[date, str] | Wait:
    """The first day on which nothing but its own tests keeps the step, with what moved it there; or why it waits."""
    held = held_by(judgement, turn.item, turn.today)
    if held is None and judgement.standing(turn.today).open.get(turn.item.id, 0) == 0:
        held = Wait("nothing-open", None)
    if held is not None and not turn.step.quiet:
        return held
    owner = assignee(judgement.account, turn.item) if not_for_others(turn.step) else None
    if owner is not None:
        return Wait("held", None, (ASSIGNED, turn.item.id, None))
    handed = handed_over(judgement, turn)
    if handed is not None:
        return handed
    earliest, why = day, "planned"
    contact, stepped = (days.get(turn.to.id) for days in (judgement.account.contacted, judgement.account.stepped))
    if contact is not None and not _reached_nobody(turn.ladder, contact):
        gap = turn.calendar.add(contact, turn.policy.pacing.min_gap)
        if gap > earliest:
            earliest, why = gap, "gap"
    if stepped is not None and stepped >= max(earliest, turn.today):
        earliest, why = turn.calendar.add(stepped, Duration(1, "d")), "one-a-day"
    heavier = _heavier_pending(judgement, turn)
    if heavier is not None:
        return heavier
    return earliest, why


def _reached_nobody(ladder: Ladder, contact: date) -> bool:
    """Whether that contact is the ladder's own message, which failed: nobody read it, so its gap keeps nothing."""
    return bool(ladder.climbs) and ladder.climbs[-1].outcome == "failed" and ladder.climbs[-1].on == contact


def held_by(judgement: Judgement, item: Receivable, today: date, *, but: str = "") -> Wait | None:
    """The holds that stop a receivable now, the first to begin first; the one called `but` does not."""
    states = judgement.holds_on(item, today)
    holds = [state.hold for state in states if state.hold.id != but]
    if not holds:
        return None
    for state in states:
        if state.end is not None:
            judgement.wake_on(item, state.end)
    ends = ((hold.kind, hold.id, hold.promised or hold.until) for hold in holds)
    return Wait("held", None, tuple(value for each in ends for value in each))


def handed_over(judgement: Judgement, turn: Turn) -> Wait | None:
    """While another receivable of the customer is with an agency, its ladders pause at level firm and above."""
    files = judgement.with_agency()
    if not files or LEVELS.index(turn.step.level) < LEVELS.index("firm"):
        return None
    others = (each for each in files if each.id != turn.item.id)
    found = next((i for i in others if judgement.addressee(i, judgement.policy(i)) is turn.to), None)
    return None if found is None else Wait("handed-off", None, (found.id,))


def last_release(judgement: Judgement, turn: Turn) -> datetime | None:
    """The instant of the latest release: nothing leaves in it, the earliest moment is the next slot.

    A hold that ran out was over when its day began, whenever that was noticed; a limit is released for that very day.
    """
    over = judgement.holds_on(turn.item, turn.today, ended=True)
    if not over:
        return None
    instants = [
        turn.calendar.at(state.end) if state.outcome == "expired" else state.ended
        for state in over
        if state.end is not None and state.ended is not None and state.hold.by != LIMIT
    ]
    return max((at for at in instants if at <= judgement.now), default=None)


def _heavier_pending(judgement: Judgement, turn: Turn) -> Wait | None:
    """From a heavy step's approval request until its deadline, no lighter step leaves to that customer.

    A request that is escalated, lapsed, or under a hold other than that of a limit keeps only its own ladder waiting;
    what was sent has its deadline, held or not.
    """
    for item in judgement.pressing():
        under = judgement.under(item)
        if item.id == turn.item.id or item.ladder is None or under is None or item.ladder.stopped is not None:
            continue
        if judgement.addressee(item, under.policy) is not turn.to:
            continue
        held = any(state.hold.by != LIMIT for state in judgement.holds_on(item, turn.today))
        until = None if held else _requested_until(judgement, item, under, turn.step)
        until = until or _warned_until(item.ladder, under, turn.step)
        if until is not None and turn.today <= until[1]:
            return Wait("heavier-first", turn.calendar.at(until[1] + date.resolution), (until[0], item.id))
    return None


def _requested_until(judgement: Judgement, item: Receivable, under: Under, lighter: Step) -> tuple[str, date] | None:
    """The heavier step that a person is asked about, and the last day on which that keeps others waiting.

    It may stand in the variant of today alone: nothing of it has left yet.
    """
    request = item.ladder.request if item.ladder else None
    if request is None:
        return None
    steps = under.policy.variant(variant_of(judgement, item, under.policy, under.today)[0])
    step = next((s for s in steps if s.id == request.step and _is_heavier(s.level, lighter)), None)
    if step is None or step.approval is None:
        return None
    match request.state:
        case "asked":
            return step.id, under.calendar.add(request.asked, step.approval.within)
        case "approved":
            return step.id, under.calendar.add(request.since or request.asked, APPROVAL_LAPSES)
    return None


def _warned_until(ladder: Ladder, under: Under, lighter: Step) -> tuple[str, date] | None:
    """The heavier step that went out last, and its deadline; the end of the wait for the post's proof before that."""
    heavier = [climb for climb in ladder.climbs if climb.went_out and _is_heavier(climb.level, lighter)]
    if not heavier:
        return None
    try:
        return heavier[-1].step, deadline_of(heavier[-1], under.policy.variant(ladder.variant), under.calendar)
    except NotDated:
        return heavier[-1].step, under.calendar.add(heavier[-1].on, PROOF_OF_PRESENTATION)


def _is_heavier(level: str, step: Step) -> bool:
    return level in HEAVY and LEVELS.index(level) > LEVELS.index(step.level)
