"""One ladder's next step: skipped, waiting with a reason, or ready to leave. The tests stand in their order.

planned day → holds → minimum gap → slot → bank data → unallocated money → instalments → condition → requires →
reminder before heavy → address → approval. Whoever waits says why, and until when if that is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from rules import facts as f
from rules.account import Climb, Ladder, Receivable, Request, Review
from rules.addressing import hands_of
from rules.altering import replace
from rules.calendars import Calendar, Slot
from rules.conditions import NotKnown, check, first_unknown, resolve
from rules.decision import NextStep, Reason
from rules.enrolment import passed_over
from rules.holding import break_plan
from rules.judgement import Judgement, Wait, next_to_climb, variant_of
from rules.moments import Duration
from rules.money import Money, total
from rules.plans import plan_of
from rules.policy import HEAVY, LEVELS, MESSAGES, Call, Handoff, Policy, Restrict, Step, channel
from rules.reckoning import PROOF_OF_PRESENTATION, NotDated, concluded_call, deadline_of, merged, planned, shifted

APPROVAL_LAPSES = Duration(10, "bd")
CLAUSE = "contract.suspension_clause"
LIMIT = "limit"  # who places the hold of a day on which too much would leave
_COVER = Duration(1, "bd")  # bank data must cover the due date and one working day more
_OWN_DATES = ("due", "issued", "received", "payment-run", "month-start")  # anchors that are no step
Passed = Literal["passed"]
Outcome = Passed | Wait


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
        return any(isinstance(action, Handoff) and action.scope == "account-overdue" for action in self.step.do)


@dataclass(frozen=True, slots=True)
class Ready:
    """A step that may leave now, until its slot closes."""

    turn: Turn
    slot: Slot


def turn_of(judgement: Judgement, item: Receivable, today: date) -> Turn | Wait | None:
    """Whose turn it is on a ladder; None when every step is concluded; a Wait when that cannot be said yet."""
    ladder, policy = item.ladder, judgement.policy(item)
    if ladder is None or ladder.stopped is not None or policy is None:
        return None
    calendar = judgement.calendar(item, policy)
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
    return Turn(item, ladder, policy, steps, variant, found[0], found[1], calendar, today)


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
        if review.answer is None:
            return Wait("failed", None, (last.step, last.why))
        if review.answer.outcome == "stop":
            judgement.emit(f.Stopped(judgement.now, item.id, ladder.round, "stopped", today))
            return Wait("stopped")
        if review.answer.outcome == "skip":
            judgement.emit(
                f.Skipped(
                    judgement.now, item.id, ladder.round, last.step, last.occurrence + 1, last.level, "failed", today
                )
            )
            return Wait("again")
        return None
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


def advance(judgement: Judgement, item: Receivable, today: date) -> Ready | Wait | None:
    """Climbs over what is to be skipped and says how the next step stands; None when the ladder has no more steps."""
    for _ in range(100):
        turn = turn_of(judgement, judgement.account.receivables[item.id], today)
        if not isinstance(turn, Turn):
            if isinstance(turn, Wait) and turn.why == "again":
                continue
            return turn
        if _passes_over(judgement, turn):
            continue
        notify(judgement, turn)
        stood = stand(judgement, turn)
        if stood is not None:
            return stood
    raise AssertionError("a ladder has at most 100 steps")


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


def _passes_over(judgement: Judgement, turn: Turn) -> bool:
    """Skips what its turn has passed by: a broken promise goes on further up, a late ladder begins further up."""
    ladder, step = turn.ladder, turn.step
    why = None
    if passed_over(ladder.climbs, turn.steps, step) and turn.occurrence == 1:
        why = "passed-over"
    elif ladder.resume_at is not None and _comes_before(turn.steps, step.id, ladder.resume_at):
        why = "broken"
    if why is None and ladder.late and not ladder.begun and turn.policy.pacing.late_start == "nearest-step":
        nearest = _nearest(judgement, turn)
        if nearest is not None and _comes_before(turn.steps, step.id, nearest):
            why = "too-late"
    if why is None and _heaviest_sent(ladder) > LEVELS.index(step.level):
        why = "tone"
    if why is None:
        return False
    skip(judgement, turn, why)
    return True


def _comes_before(steps: tuple[Step, ...], one: str, other: str) -> bool:
    names = [step.id for step in steps]
    return other in names and names.index(one) < names.index(other)


def _heaviest_sent(ladder: Ladder) -> int:
    return max(
        (LEVELS.index(climb.level) for climb in ladder.climbs if climb.went_out and climb.level in LEVELS), default=0
    )


def _nearest(judgement: Judgement, turn: Turn) -> str | None:
    """The latest light step whose moment had come when the ladder began; no hold makes it a later one."""
    due = []
    for step in turn.steps:
        try:
            day, _ = planned(step.at, turn.item, turn.steps, turn.calendar, judgement.payment_run)
        except NotDated:
            continue
        if not step.heavy and day <= turn.ladder.enrolled:
            due.append(step.id)
    return due[-1] if due else None


def stand(judgement: Judgement, turn: Turn) -> Ready | Wait | None:
    """How the step stands: ready, waiting, or None when it was skipped and the next one's turn has come."""
    try:
        day = planned_day(judgement, turn)
    except NotDated as waiting:
        return _undated(judgement, turn, waiting)
    if _too_late(judgement, turn):
        skip(judgement, turn, "too-late")
        return None
    earliest = _earliest(judgement, turn, day)
    if isinstance(earliest, Wait):
        return earliest
    earliest_day, why = earliest
    slot = judgement.open_slot(turn.calendar, earliest_day, turn.step.level, turn.step.channels)
    released = _released(judgement, turn)
    if released is not None and slot.opens <= released:
        slot = judgement.open_slot(
            turn.calendar,
            turn.calendar.add(turn.calendar.local_day(released), Duration(1, "d")),
            turn.step.level,
            turn.step.channels,
        )
    judgement.next_steps[turn.item.id] = NextStep(turn.step.id, turn.step.level, slot.opens, why)
    if judgement.now < slot.opens:
        judgement.upcoming[turn.item.id] = (LEVELS.index(turn.step.level), slot.opens)
        return Wait(why, slot.opens, (turn.step.id, day, slot.day))
    judgement.upcoming.pop(turn.item.id, None)
    outcome = _due(judgement, turn, slot)
    if isinstance(outcome, Wait) and outcome.until is not None and outcome.why in ("before-heavy", "postponed"):
        judgement.upcoming[turn.item.id] = (LEVELS.index(turn.step.level), outcome.until)
    return outcome


def planned_day(judgement: Judgement, turn: Turn) -> date:
    """The day the policy writes for the step, moved by the holds that shift it; raises NotDated."""
    climbs = turn.ladder.climbs
    if turn.occurrence > 1 and turn.step.repeat is not None:
        before = next(climb for climb in reversed(climbs) if climb.step == turn.step.id)
        day, since = turn.calendar.add(before.on, turn.step.repeat.every), before.on
    else:
        day, since = planned(turn.step.at, turn.item, turn.steps, turn.calendar, judgement.payment_run)
    return shifted(day, since, shifts(judgement, turn.item, turn.policy, turn.today))


def shifts(judgement: Judgement, item: Receivable, policy: Policy, today: date) -> list[tuple[date, date]]:
    """The spans of ended holds that move the later steps of this receivable."""
    ended = judgement.holds_on(item, today, ended=True)
    return merged(
        [
            (state.hold.start, state.end)
            for state in ended
            if state.end is not None and policy.resume(state.hold.kind, state.outcome) == "shift"
        ]
    )


def _too_late(judgement: Judgement, turn: Turn) -> bool:
    """Whether a step before the due date has missed it; if it still may, it is noticed on the day after."""
    due, anchor = turn.item.due, turn.step.at.anchor
    if due is None or anchor not in _OWN_DATES or _written_day(judgement, turn) >= due:
        return False
    judgement.wake_on(turn.item, due + date.resolution)
    return turn.today > due


def _written_day(judgement: Judgement, turn: Turn) -> date:
    """The day of a step as written, on the receivable's own dates: a late ladder's early steps stay early."""
    as_written = turn.item if turn.ladder.due is None else replace(turn.item, ladder=replace(turn.ladder, due=None))
    return planned(turn.step.at, as_written, turn.steps, turn.calendar, judgement.payment_run)[0]


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


# --- when it may leave at the earliest ---------------------------------------------------------------------------


def _earliest(judgement: Judgement, turn: Turn, day: date) -> tuple[date, str] | Wait:
    """The first day on which nothing but its own tests keeps the step, with what moved it there; or why it waits."""
    held = held_by(judgement, turn.item, turn.today)
    if held is None and judgement.standing(turn.today).open.get(turn.item.id, 0) == 0:
        held = Wait("nothing-open", None)
    if held is not None and not turn.step.quiet:
        return held
    handed = handed_over(judgement, turn)
    if handed is not None:
        return handed
    earliest, why = day, "planned"
    account = judgement.account
    if account.last_contact is not None and not _reached_nobody(turn.ladder, account.last_contact):
        gap = turn.calendar.add(account.last_contact, turn.policy.pacing.min_gap)
        if gap > earliest:
            earliest, why = gap, "gap"
    if account.last_step is not None and account.last_step >= max(earliest, turn.today):
        earliest, why = turn.calendar.add(account.last_step, Duration(1, "d")), "one-a-day"
    heavier = _heavier_pending(judgement, turn)
    if heavier is not None:
        return heavier
    return earliest, why


def _reached_nobody(ladder: Ladder, contact: date) -> bool:
    """Whether that contact is the ladder's own message, which failed: nobody read it, so its gap keeps nothing."""
    return bool(ladder.climbs) and ladder.climbs[-1].outcome == "failed" and ladder.climbs[-1].on == contact


def held_by(judgement: Judgement, item: Receivable, today: date) -> Wait | None:
    """The hold that stops a receivable now; an invoice that the customer rejected is held by that alone."""
    if item.refused:
        return Wait("held", None, ("invoice-refused", item.id, None))
    holds = judgement.holds_on(item, today)
    if not holds:
        return None
    hold = holds[0].hold
    return Wait("held", None, (hold.kind, hold.id, hold.until))


def handed_over(judgement: Judgement, turn: Turn) -> Wait | None:
    """While another receivable of the customer is with an agency, its ladders pause at level firm and above."""
    if LEVELS.index(turn.step.level) < LEVELS.index("firm"):
        return None
    found = next((each for each in judgement.with_agency() if each.id != turn.item.id), None)
    return None if found is None else Wait("handed-off", None, (found.id,))


def _released(judgement: Judgement, turn: Turn) -> datetime | None:
    """The instant of the latest release: nothing leaves in it, the earliest moment is the next slot.

    A hold that ran out was over when its day began, whenever that was noticed; a limit is released for that very day.
    """
    instants = [
        turn.calendar.at(state.end) if state.outcome == "expired" else state.ended
        for state in judgement.holds_on(turn.item, turn.today, ended=True)
        if state.end is not None and state.ended is not None and state.hold.by != LIMIT
    ]
    return max((at for at in instants if at <= judgement.now), default=None)


def _heavier_pending(judgement: Judgement, turn: Turn) -> Wait | None:
    """From a heavy step's approval request until its deadline, no lighter step leaves to that customer.

    A request that is escalated, lapsed, or under a hold keeps only its own ladder waiting.
    """
    for item in judgement.pressing():
        policy = judgement.policy(item)
        if item.id == turn.item.id or item.ladder is None or policy is None or item.ladder.stopped is not None:
            continue
        steps = policy.variant(item.ladder.variant)
        if held_by(judgement, item, turn.today) is not None:
            continue
        until = _requested_until(item.ladder, steps, turn) or _warned_until(item.ladder, steps, turn)
        if until is not None and turn.today <= until[1]:
            return Wait("heavier-first", turn.calendar.at(until[1] + date.resolution), (until[0], item.id))
    return None


def _requested_until(ladder: Ladder, steps: tuple[Step, ...], turn: Turn) -> tuple[str, date] | None:
    """The heavier step that a person is asked about, and the last day on which that keeps others waiting."""
    request = ladder.request
    step = next(
        (s for s in steps if request is not None and s.id == request.step and _is_heavier(s.level, turn.step)), None
    )
    if request is None or step is None or step.approval is None:
        return None
    match request.state:
        case "asked":
            return step.id, turn.calendar.add(request.asked, step.approval.within)
        case "approved":
            return step.id, turn.calendar.add(request.since or request.asked, APPROVAL_LAPSES)
    return None


def _warned_until(ladder: Ladder, steps: tuple[Step, ...], turn: Turn) -> tuple[str, date] | None:
    """The heavier step that went out last, and its deadline; the end of the wait for the post's proof before that."""
    heavier = [climb for climb in ladder.climbs if climb.went_out and _is_heavier(climb.level, turn.step)]
    if not heavier:
        return None
    try:
        return heavier[-1].step, deadline_of(heavier[-1], steps, turn.calendar)
    except NotDated:
        return heavier[-1].step, turn.calendar.add(heavier[-1].on, PROOF_OF_PRESENTATION)


def _is_heavier(level: str, step: Step) -> bool:
    return level in HEAVY and LEVELS.index(level) > LEVELS.index(step.level)


# --- the tests of a step that is due -----------------------------------------------------------------------------


def _due(judgement: Judgement, turn: Turn, slot: Slot) -> Ready | Wait | None:
    """The tests of a step whose moment has come, in order; the first that does not pass decides."""
    for test in (bank_data, unallocated, instalment, condition, clause, requires, before_heavy, addresses, approval):
        outcome = test(judgement, turn)
        if outcome == "skipped":
            return None
        if isinstance(outcome, Wait):
            return outcome
    return Ready(turn, slot)


Tested = Wait | Literal["passed", "skipped"]


def bank_data(judgement: Judgement, turn: Turn) -> Tested:
    """No overdue message leaves before bank data cover the due date and a working day, nor on data too old."""
    calendar = turn.calendar
    if not any(isinstance(a, (*MESSAGES, Call, Handoff)) for a in turn.step.do):
        return "passed"
    needed = uncovered(judgement, turn.item, turn.policy, calendar, turn.today)
    if needed is None:
        return "passed"
    retry = judgement.open_slot(
        calendar, calendar.add(turn.today, Duration(1, "d")), turn.step.level, turn.step.channels
    )
    return Wait("bank-data", retry.opens, (judgement.business.bank_through, needed))


def uncovered(judgement: Judgement, item: Receivable, policy: Policy, calendar: Calendar, today: date) -> date | None:
    """The day to which bank data must go before anything overdue of `item` is said, where they do not; asks once."""
    if not judgement.rulebook(item).business.bank_data or item.due is None or today <= item.due:
        return None
    through, freshness = judgement.business.bank_through, policy.pacing.freshness
    needed = calendar.add(item.due, _COVER)
    if freshness is not None:
        needed = max(needed, calendar.add(today, Duration(-freshness.n, freshness.unit)))
    if through is not None and through >= needed:
        return None
    if through is None:
        why = "how far the bank's data go was never recorded"
        judgement.ask("bank-data", why, today, scope="business", subject="business")
    return needed


def unallocated(judgement: Judgement, turn: Turn) -> Tested:
    """Money on no invoice that is a large share of what is overdue: a person says first what it is for."""
    share, currency = turn.policy.money.unallocated_share, turn.item.amount.currency
    free = judgement.standing(turn.today).free.get(currency, 0)
    if share is None or not free or turn.step.quiet:
        return "passed"
    if not _large(judgement, turn, share, free):
        return "passed"
    why = f"{Money(free, currency)} is on no invoice: what is it for?"
    customer = judgement.account.customer.id
    review = judgement.ask(
        f"unallocated/{customer}/{currency}/{free}", why, turn.today, scope="customer", subject=customer
    )
    return _answer(judgement, turn, review) or "passed"


def _large(judgement: Judgement, turn: Turn, share: Decimal, free: int) -> bool:
    """Whether money on no invoice is that share of what is overdue, or more."""
    owed, currency = judgement.standing(turn.today, gross=True), turn.item.amount.currency
    overdue = sum(owed.open[item.id] for item in owed.overdue(currency))
    return overdue > 0 and free >= share * overdue


def instalment(judgement: Judgement, turn: Turn) -> Tested:
    """An instalment is reminded and never dunned: where a firmer step would leave, its plan is broken instead."""
    firmer = LEVELS.index(turn.step.level) >= LEVELS.index("firm")
    if firmer and not turn.step.quiet and break_plan(judgement, turn.item, turn.policy, turn.today):
        return "skipped"
    return "passed"


def condition(judgement: Judgement, turn: Turn) -> Tested:
    """The step's `when`: false passes the step over for good, while an approval is awaited too; not known asks."""
    reason = check(turn.step.when, judgement.lookup(turn.item, turn.today))
    judgement.note(turn.item.id, Reason("when", reason.verdict, (turn.step.id,), (reason,)))
    if reason.verdict == "no":
        skip(judgement, turn, "condition")
        return "skipped"
    if reason.verdict == "unknown":
        return unknown(judgement, turn, first_unknown(reason)) or "passed"
    return "passed"


def clause(judgement: Judgement, turn: Turn) -> Tested:
    """Nothing is held back from a customer whose contract does not allow it."""
    if not any(isinstance(action, Restrict) for action in turn.step.do):
        return "passed"
    allowed = judgement.lookup(turn.item, turn.today)(CLAUSE)
    if allowed is None:
        return unknown(judgement, turn, CLAUSE) or "passed"
    if allowed is True:
        return "passed"
    skip(judgement, turn, "no-suspension-clause")
    return "skipped"


def requires(judgement: Judgement, turn: Turn) -> Tested:
    """Every required step went out; a hand-off requires a notice unless it says otherwise with a reason."""
    sent = {climb.step for climb in turn.ladder.climbs if climb.went_out}
    missing = [name for name in turn.step.requires or () if name not in sent]
    noticed = any(climb.went_out and climb.level == "notice" for climb in turn.ladder.climbs)
    if turn.step.level == "handoff" and turn.step.requires is None and not noticed:
        missing.append("a formal notice")
    if not missing:
        return "passed"
    return (
        question(
            judgement,
            turn,
            f"requires/{turn.key}",
            f"{turn.step.id} requires {', '.join(missing)}, which did not go out",
        )
        or "passed"
    )


def before_heavy(judgement: Judgement, turn: Turn) -> Tested:
    """A heavy step leaves so long after the first reminder of the same receivable that was not returned."""
    if not turn.step.heavy:
        return "passed"
    days = [day for climb in turn.ladder.climbs if (day := _reminded(climb)) is not None]
    if not days:
        return (
            question(judgement, turn, f"no-reminder/{turn.key}", f"no reminder went out before {turn.step.id}")
            or "passed"
        )
    earliest = turn.calendar.add(min(days), turn.policy.pacing.before_heavy)
    if turn.today >= earliest:
        return "passed"
    slot = judgement.open_slot(turn.calendar, earliest, turn.step.level, turn.step.channels)
    judgement.upcoming[turn.item.id] = (LEVELS.index(turn.step.level), slot.opens)
    return Wait("before-heavy", slot.opens, (min(days), earliest))


def _reminded(climb: Climb) -> date | None:
    """The day on which a climb reminded the customer, by a message that did not bounce or a call that reached them."""
    if climb.level not in ("reminder", "firm") or not climb.went_out:
        return None
    handed_over = {name for n, name in enumerate(climb.channels) if n not in climb.failed}
    if {"email", "sms", "letter"} & handed_over and not climb.bounced:
        return climb.on
    return climb.reached


def would_pass(judgement: Judgement, turn: Turn) -> bool:
    """Whether a step that another's message covers would pass the tests of its own day; asks and records nothing."""
    item, money = turn.item, turn.policy.money
    sent = {climb.step for climb in turn.ladder.climbs if climb.went_out}
    free = judgement.standing(turn.today).free.get(item.amount.currency, 0)
    return (
        held_by(judgement, item, turn.today) is None
        and handed_over(judgement, turn) is None
        and judgement.standing(turn.today).open.get(item.id, 0) > 0
        and bank_data(judgement, turn) == "passed"
        and (money.unallocated_share is None or not _large(judgement, turn, money.unallocated_share, free))
        and (LEVELS.index(turn.step.level) < LEVELS.index("firm") or plan_of(item) not in judgement.account.holds)
        and not any(isinstance(action, Restrict) for action in turn.step.do)
        and all(name in sent for name in turn.step.requires or ())
        and check(turn.step.when, judgement.lookup(item, turn.today)).verdict == "yes"
        and all(hands_of(judgement, item, turn.policy, action, turn.today) is not None for action in turn.step.do)
    )


def addresses(judgement: Judgement, turn: Turn) -> Tested:
    """Every message of the step has somewhere to go, by its role or by its fallback."""
    for action in turn.step.do:
        try:
            missing = hands_of(judgement, turn.item, turn.policy, action, turn.today)
        except NotKnown as missing_fact:
            return unknown(judgement, turn, missing_fact.fact) or Wait("review", None, (missing_fact.fact,))
        if missing is None:
            name = channel(action)
            key, why = f"no-address/{turn.key}/{name}", f"no address for the {name} of {turn.step.id}"
            return question(judgement, turn, key, why) or Wait("review", None, (why,))
    return "passed"


def approval(judgement: Judgement, turn: Turn) -> Tested:
    """The agreement of a person, where the step asks for one: asked once, up to the amount shown, for 10bd."""
    rule, request, now = turn.step.approval, turn.ladder.request, judgement.now
    if rule is None:
        return "passed"
    amount = at_stake(judgement, turn)
    if request is None or (request.step, request.occurrence) != (turn.step.id, turn.occurrence):
        return _ask_approval(judgement, turn)
    calendar, today = turn.calendar, turn.today
    match request.state:
        case "skip":
            skip(judgement, turn, "refused")
            return "skipped"
        case "stop":
            if turn.step.heavy:
                key, why = f"refused/{turn.key}", f"{turn.step.id} was refused: what follows?"
                judgement.ask(key, why, today, scope="receivable", subject=turn.item.id, item=turn.item)
            judgement.emit(f.Stopped(now, turn.item.id, turn.ladder.round, "stopped", today))
            return "skipped"
        case "postpone":
            if request.until is not None and today < request.until:
                return Wait("postponed", calendar.at(request.until), (request.until,))
            return _ask_approval(judgement, turn)
        case "approved":
            lapses = calendar.add(request.since or request.asked, APPROVAL_LAPSES)
            if today <= lapses and amount <= request.amount:
                return "passed"
            judgement.emit(f.ApprovalEnded(now, turn.item.id, turn.step.id, "lapsed", today))
            return _ask_approval(judgement, turn)
        case "escalated":
            return Wait("approval", None, (turn.policy.owner, request.asked))
        case "asked":
            return _unanswered(judgement, turn, request)


def at_stake(judgement: Judgement, turn: Turn) -> Money:
    """The sum that an approval shows: what is open of the receivable, or of all that goes with it."""
    standing = judgement.standing(turn.today)
    items = account_overdue(judgement, turn) if turn.whole_account else [turn.item]
    return total((standing.amount(item) for item in items), turn.item.amount.currency)


def account_overdue(judgement: Judgement, turn: Turn) -> list[Receivable]:
    """The receivable and all others of the customer that are overdue, dunned and not held, in its currency and
    under its rules."""

    def goes(item: Receivable) -> bool:
        ladder = item.ladder
        if item.id == turn.item.id:
            return True
        if ladder is None or ladder.stopped is not None or ladder.rulebook != turn.ladder.rulebook:
            return False
        return ladder.climbs[-1:] == () or ladder.climbs[-1].outcome not in ("leaving", "unknown")

    found = judgement.standing(turn.today).overdue(turn.item.amount.currency)
    return [i for i in found if goes(i) and (i.id == turn.item.id or held_by(judgement, i, turn.today) is None)]


def _ask_approval(judgement: Judgement, turn: Turn) -> Tested:
    rule = turn.step.approval
    who = resolve(rule.who, judgement.lookup(turn.item, turn.today)) if rule else None
    if rule is None or who is None:
        return question(judgement, turn, f"nobody/{turn.key}", f"nobody is named to approve {turn.step.id}") or "passed"
    amount = at_stake(judgement, turn)
    judgement.emit(
        f.ApprovalAsked(
            judgement.now, turn.item.id, turn.ladder.round, turn.step.id, turn.occurrence, who, amount, turn.today
        )
    )
    until = turn.calendar.at(turn.calendar.add(turn.today, rule.within))
    return Wait("approval", until, (who, turn.today))


def _unanswered(judgement: Judgement, turn: Turn, request: Request) -> Tested:
    rule = turn.step.approval
    if rule is None:
        return "passed"
    until = turn.calendar.add(request.asked, rule.within)
    if turn.today < until:
        return Wait("approval", turn.calendar.at(until), (request.who, request.asked))
    match rule.otherwise:
        case "skip":
            skip(judgement, turn, "no-approval")
            return "skipped"
        case "send" if not turn.step.heavy:
            judgement.emit(f.ApprovalEnded(judgement.now, turn.item.id, turn.step.id, "assumed", turn.today))
            return "passed"
        case _:
            judgement.emit(f.ApprovalEnded(judgement.now, turn.item.id, turn.step.id, "escalated", turn.today))
            return Wait("approval", None, (turn.policy.owner, request.asked))


def question(judgement: Judgement, turn: Turn, key: str, why: str) -> Wait | Literal["skipped"] | None:
    """Puts a question to a person. None once they said to go on; "skipped" once they said to skip or stop."""
    review = judgement.ask(
        key, why, turn.today, scope="receivable", subject=turn.item.id, item=turn.item, step=turn.step.id
    )
    return _answer(judgement, turn, review)


def unknown(judgement: Judgement, turn: Turn, fact: str) -> Wait | Literal["skipped"] | None:
    """Asks about a fact that the step needs, once per step for all that the fact is about; answered as `question`."""
    where, why = f"{turn.policy.id}.{turn.step.id}", f"a fact is not known: {fact}"
    review = judgement.ask_fact(fact, why, turn.today, turn.item, where=where, step=turn.step.id)
    return _answer(judgement, turn, review)


def _answer(judgement: Judgement, turn: Turn, review: Review) -> Wait | Literal["skipped"] | None:
    if review.answer is None:
        return Wait("review", None, (review.asked.why,))
    match review.answer.outcome:
        case "proceed":
            return None
        case "skip":
            skip(judgement, turn, "review")
        case "stop":
            judgement.emit(f.Stopped(judgement.now, turn.item.id, turn.ladder.round, "stopped", turn.today))
    return "skipped"
