"""Whether a receivable has a ladder: settled or not, re-opened, routed, within `applies_to`, and late or in time."""

from __future__ import annotations

from datetime import date

from rules import facts as f
from rules.account import Ladder, Receivable, Review
from rules.altering import replace
from rules.asking import insisting, unanswered
from rules.calendars import Calendar
from rules.choosing import pin_of, route_of, variant_of
from rules.conditions import check, first_unknown, missing_threshold, thresholds_only
from rules.decision import Reason
from rules.duedates import discount
from rules.holding import withdraw
from rules.judgement import Judgement, Wait
from rules.money import Money
from rules.plans import INSTALMENT, plan_of
from rules.policy import Policy, Step, channel
from rules.recalling import go_on_where_recalled
from rules.reckoning import NotDated, planned
from rules.reporting import report
from rules.restricting import lift
from rules.routed import routed
from rules.standing import Facts, covered

SETTLED = frozenset({"paid", "credited", "written-off"})


def moves(item: Receivable) -> bool:
    """Whether settling may find anything: money came in or went back, or its file, its plan or a restriction ended."""
    if item.closed_on is not None:
        return item.open or item.handed_off is not None or item.restricted is not None
    if item.paid or item.credited or not item.open or item.kind == INSTALMENT:
        return True
    return item.restricted is not None or item.handed_off is not None or _was_handed_off(item)


def settle(judgement: Judgement, item: Receivable, today: date) -> Receivable:
    """Stops the ladder of what is settled or handed over, and re-opens what a reversal opened again."""
    emit, now = judgement.emit, judgement.now
    policy = judgement.policy(item)
    plan = judgement.account.holds.get(plan_of(item) or "")
    if plan is not None and not plan.active and item.open:
        withdraw(judgement, plan.hold.id, today)
        return judgement.account.receivables[item.id]
    if item.closed_on is not None and item.open and item.residue:
        emit(f.WriteOffUndone(now, item.id, "the payment came back"))
        item = judgement.account.receivables[item.id]
    over = item.closed_on is not None and _was_settled(item)
    reason = _given_up(judgement, item, today) if item.open and not over else None
    if reason is not None:
        emit(f.WrittenOff(now, item.id, reason))
        if reason == f.DISCOUNT:
            _ask_about_its_vat(judgement, item, today)
        item = judgement.account.receivables[item.id]
    if item.closed_on is None and not item.open:
        emit(f.Stopped(now, item.id, item.rounds, _why_settled(item), today))
    elif item.closed_on is None and _was_handed_off(item):
        emit(f.Stopped(now, item.id, item.rounds, "handed-off", today))
    elif item.closed_on is not None and item.open and (over or _rose_again(judgement, item, today)):
        how = policy.money.reopen if policy else "resume"
        emit(f.Reopened(now, item.id, item.rounds + 1, how, today))
    lift(judgement, judgement.account.receivables[item.id], today)
    report(judgement, judgement.account.receivables[item.id], today)
    return judgement.account.receivables[item.id]


def _ask_about_its_vat(judgement: Judgement, item: Receivable, today: date) -> None:
    """A discount that was taken lowers the price, hence the VAT: by a credit note or by a mention, as the law has it.

    Which of the two was read for no country: a person is asked, unless the business says that its invoices mention it.
    """
    identity, key = judgement.rulebook(item).business.identity, f"discount-vat/{item.id}/{item.rounds}"
    if identity.get("discount_vat") != "mention" and key not in judgement.account.tasks:
        how = f"relance invoice credit {item.paper} --discount --reason ..., where your law wants a credit note"
        title = f"{item.balance} of {item.number} was taken as discount: is its VAT to be corrected? {how}"
        judgement.open_task(key, "credit-control", title, today, item=item)


def _was_handed_off(item: Receivable) -> bool:
    """Whether its file has reached the agency, and was not taken back since."""
    ladder = item.ladder
    if ladder is None or not ladder.climbs or ladder.stopped is not None:
        return False
    return any(climb.handed_over and not climb.recalled for climb in ladder.climbs)


def _given_up(judgement: Judgement, item: Receivable, today: date) -> str | None:
    """Why what is left is not owed any more: an early payment took its discount, or too little is left; else None."""
    if not (item.paid or item.credited):
        return None
    if _paid_early(judgement, item):
        return f.DISCOUNT
    return f.TOLERANCE if _within_tolerance(item, routed(judgement, item, today)) else None


def _paid_early(judgement: Judgement, item: Receivable) -> bool:
    """Whether what came in by the day of the contract's discount, by its own dates, is the sum less the discount."""
    contract = judgement.account.contracts.get(item.contract)
    if contract is None or contract.schedule is None or item.kind != "invoice":
        return False
    offer = discount(item.issued, contract.schedule.net, Money(item.amount.minor - item.credited, item.amount.currency))
    return offer is not None and _paid_by(judgement, item, offer.until) >= offer.pays.minor > 0


def _paid_by(judgement: Judgement, item: Receivable, day: date) -> int:
    payments = (each for each in judgement.account.payments.values() if not each.credit and not each.reversed)
    return sum(
        share.minor
        for payment in payments
        if payment.on <= day
        for share in payment.shares
        if share.receivable == item.id
    )


def _within_tolerance(item: Receivable, policy: Policy | None) -> bool:
    tolerances = policy.money.tolerance if policy else ()
    return any(t.currency == item.amount.currency and item.rest <= t.minor for t in tolerances)


def _why_settled(item: Receivable) -> str:
    """Written off if a person gave the rest up, else paid if money closed it, else credited."""
    if item.written_off > item.residue:
        return "written-off"
    return "paid" if item.paid else "credited"


def _was_settled(item: Receivable) -> bool:
    return (item.ladder.stopped if item.ladder else item.not_enrolled) in SETTLED


def _rose_again(judgement: Judgement, item: Receivable, today: date) -> bool:
    """Whether a payment that came back lifted it over its thresholds, below which it had stopped."""
    policy, ladder, closed = judgement.policy(item), item.ladder, item.closed_on
    if policy is None or closed is None or ladder is None or ladder.stopped != "below-minimum":
        return False
    came_back = {
        fact.payment for fact in judgement.account.events if isinstance(fact, f.Reversed) and fact.on >= closed
    }
    shares = (share for name in came_back for share in judgement.account.payments[name].shares)
    return item.id in {share.receivable for share in shares} and (
        _thresholds(judgement, item, policy, today).verdict != "no"
    )


def enrol(judgement: Judgement, item: Receivable, today: date) -> Receivable:
    """Gives a receivable its ladder, or says why it has none; until a step went out, both are tested anew."""
    if item.closed_on is not None or (item.ladder is not None and item.ladder.stopped is not None):
        return item
    item = go_on_where_recalled(judgement, item, today)
    if item.ladder is not None and item.ladder.begun:
        return _below_minimum(judgement, _pinned(judgement, item, item.ladder, today), today)
    why = _not_yet(item)
    if why is not None:
        if why == "no-due-date" and f"no-due-date/{item.id}" not in judgement.account.tasks:
            judgement.open_task(f"no-due-date/{item.id}", "credit-control", _undated(judgement, item), today, item=item)
        return _refuse(judgement, item, why, record=why == "no-due-date")
    return _route(judgement, item, today)


def _undated(judgement: Judgement, item: Receivable) -> str:
    schedule = judgement.account.contracts[item.contract].schedule
    if schedule is None or schedule.net.runs_from != "receipt":
        return f"Invoice {item.number} has no due date"
    how = f"relance record received --invoice {item.paper} --on DAY"
    return f"Invoice {item.number} falls due by its receipt, which is not known: {how}"


def _not_yet(item: Receivable) -> str | None:
    if item.is_charge:
        return f.CHARGES
    if item.due is None:
        return "no-due-date"
    if item.delivered is None:
        return "not-delivered"
    if item.refused:
        return "refused-by-customer"
    return None


def _as_its_plan(judgement: Judgement, item: Receivable, today: date) -> bool:
    """An instalment climbs by the policy of what its plan covers, whatever its own sum; whether it is one."""
    if item.kind != INSTALMENT:
        return False
    plan = judgement.account.holds.get(plan_of(item) or "")
    if plan is None:
        return False
    ladders = (each.ladder for each in covered(judgement.account, plan) if each.ladder is not None)
    like = next(ladders, None)
    if like is not None and item.ladder is None and plan.active:
        judgement.emit(f.Enrolled(judgement.now, item.id, item.rounds + 1, like.rulebook, like.policy, False, today))
    return like is not None


def _route(judgement: Judgement, item: Receivable, today: date) -> Receivable:
    if _as_its_plan(judgement, item, today):
        return judgement.account.receivables[item.id]
    digest = judgement.account.rulebooks[item.contract]
    rulebook = judgement.rulebooks[digest]
    route, reason = route_of(judgement, item, rulebook.assignment, today)
    judgement.note(item.id, reason)
    if route is None:
        return _unknown(judgement, item, _asked(judgement, item, reason, "route", today))
    if route.policy is None:
        return _refuse(judgement, item, f"route:{route.id}")
    policy = rulebook.policies[route.policy]
    if item.issued < policy.effective_from:
        judgement.note(item.id, Reason("effective-from", "no", (item.issued, policy.effective_from)))
        return _refuse(judgement, item, "effective-from")
    applies = check(policy.applies_to, judgement.lookup(item, today))
    judgement.wake_as_it_ages(item, policy.applies_to, today)
    judgement.note(item.id, Reason("applies-to", applies.verdict, (policy.id,), (applies,)))
    if applies.verdict == "unknown":
        review = _asked(judgement, item, applies, "applies_to", today)
        if review.answer is None or review.answer.outcome != "proceed":
            return _unknown(judgement, item, review)
    if applies.verdict == "no":
        return _refuse(judgement, item, "applies_to")
    ladder = item.ladder
    if ladder is None or (ladder.policy, ladder.rulebook) != (policy.id, digest):
        late = _is_late(judgement, item, policy, digest, today)
        judgement.emit(f.Enrolled(judgement.now, item.id, item.rounds + 1, digest, policy.id, late, today))
        item = judgement.account.receivables[item.id]
        if item.last_step is not None and policy.pacing.late_start == "from-history":
            item = _from_history(judgement, item, policy, today)
    return item


def _asked(judgement: Judgement, item: Receivable, reason: Reason, where: str, today: date) -> Review:
    """The question about what leaves `where` open; its owner is told where nobody answers."""
    fact, lacks = first_unknown(reason), missing_threshold(reason)
    why = f"{fact} is not known, so {where} cannot be decided" + (f" ({lacks})" if lacks else "")
    if where == "applies_to":
        review = judgement.ask_fact(fact, why, today, item, where=where)
    else:
        review = insisting(judgement, fact, why, today, item, where=where)
    until = unanswered(judgement, item, review, today)
    if until is not None:
        judgement.wake(item.contract, until)
    return review


def _unknown(judgement: Judgement, item: Receivable, review: Review) -> Receivable:
    over = review.answer is not None and review.answer.outcome != "proceed"
    return _refuse(judgement, item, "stopped" if over else "unknown", record=over)


def _refuse(judgement: Judgement, item: Receivable, why: str, *, record: bool = True) -> Receivable:
    if item.ladder is not None or (record and item.not_enrolled != why):
        judgement.emit(f.NotEnrolled(judgement.now, item.id, why))
    judgement.note(item.id, Reason("not-enrolled", "no", (why,)))
    judgement.waits[item.id] = Wait("not-enrolled", None, (why,))
    return judgement.account.receivables[item.id]


def _pinned(judgement: Judgement, item: Receivable, ladder: Ladder, today: date) -> Receivable:
    """A new pin applies at once, to a ladder that has begun as well."""
    pin = pin_of(judgement, item, judgement.rulebook(item).assignment, today)
    if pin is not None and pin.policy != ladder.policy:
        judgement.emit(f.Moved(judgement.now, item.id, ladder.round, pin.policy, today))
    return judgement.account.receivables[item.id]


def _below_minimum(judgement: Judgement, item: Receivable, today: date) -> Receivable:
    policy = judgement.policy(item)
    if policy is None or item.ladder is None or plan_of(item) in judgement.account.holds:
        return item
    reason = _thresholds(judgement, item, policy, today)
    judgement.wake_as_it_ages(item, policy.applies_to, today)
    if reason.verdict == "no":
        judgement.emit(f.Stopped(judgement.now, item.id, item.ladder.round, "below-minimum", today))
    return judgement.account.receivables[item.id]


def _thresholds(judgement: Judgement, item: Receivable, policy: Policy, today: date) -> Reason:
    """Whether the thresholds of `applies_to` are met by all that is owed: a dispute or a free credit is no fall."""
    owed = Facts(judgement.standing(today, gross=True), item)
    return check(thresholds_only(policy.applies_to), owed)


def _is_late(judgement: Judgement, item: Receivable, policy: Policy, digest: str, today: date) -> bool:
    """Enrolled after the moment of its first step at or after the due date; unknown look-ups leave it in time."""
    trial = replace(item, ladder=Ladder(1, digest, policy.id, today, late=False))
    variant, reason = variant_of(judgement, trial, policy, today)
    if reason.verdict == "unknown" or item.due is None:
        return False
    calendar, payment_run = judgement.calendar(trial, policy), judgement.payment_run(judgement.addressee(item, policy))
    for step in policy.variant(variant):
        try:
            day, _ = planned(step.at, trial, policy.variant(variant), calendar, payment_run)
        except NotDated:
            return False
        if day >= item.due:
            return calendar.sending(day, step.level, step.channels)[0] < today
    return False


def _from_history(judgement: Judgement, item: Receivable, policy: Policy, today: date) -> Receivable:
    """The ladder continues after the step that the import names: those before it are skipped, it counts as sent."""
    ladder = item.ladder
    if ladder is None or item.last_step is None:
        return item
    on = item.last_step_on or today
    steps = policy.variant(None)
    every = (steps, *(variant.steps for variant in policy.variants))
    steps = next((steps for steps in every if any(step.id == item.last_step for step in steps)), ())
    named = next((step for step in steps if step.id == item.last_step), None)
    if named is None:
        why = f"{policy.id} has no step {item.last_step}, which {item.number} is said to have had: begin at the first?"
        judgement.ask(f"history/{item.id}", why, today, scope="receivable", subject=item.id, item=item)
        return item
    for step in steps[: steps.index(named)]:
        judgement.emit(f.Skipped(judgement.now, item.id, ladder.round, step.id, 1, step.level, "history", on))
    calendar = judgement.calendar(item, policy)
    message = f"history/{item.id}"
    judgement.emit(
        f.Left(
            judgement.now,
            item.id,
            ladder.round,
            named.id,
            1,
            named.level,
            on,
            message,
            named.id,
            None,
            tuple(channel(action) for action in named.do),
            (),
            deadline=_deadline(named, on, calendar),
        )
    )
    return judgement.account.receivables[item.id]


def _deadline(step: Step, on: date, calendar: Calendar) -> date | None:
    return calendar.add(on, step.deadline.of) if step.deadline and step.deadline.since == "sent" else None
