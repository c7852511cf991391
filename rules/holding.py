"""What becomes of holds by themselves: an end date passed, a promise kept or broken, an insolvency's dated tasks."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from rules import facts as f
from rules.account import HoldState, Receivable
from rules.calendars import Calendar, add_months
from rules.collecting import arrived, never_left
from rules.decision import UNPROVED, Reason
from rules.judgement import Judgement
from rules.moments import Duration
from rules.plans import instalments, plan_of
from rules.policy import HoldRule, Policy
from rules.standing import covered


def keep_holds(judgement: Judgement, item: Receivable, calendar: Calendar, policy: Policy, today: date) -> None:
    """Ends what is over of the holds on `item`, by its policy, and asks about what has lasted too long."""
    for state in judgement.running():
        if not judgement.concerns(state, item):
            continue
        if state.hold.start > today:
            judgement.wake(item.contract, calendar.at(state.hold.start))
            continue
        rule = policy.hold(state.hold.kind)
        match state.hold.kind:
            case "promise":
                _promise(judgement, state, rule, calendar, today, item)
            case "payment-plan":
                _plan(judgement, state, rule, calendar, today)
            case "payment-pending":
                _pending(judgement, state, calendar, today)
            case "insolvency":
                _insolvency(judgement, state, today)
            case "says-paid":
                _patience(judgement, state, rule.holds_for or Duration(5, "bd"), calendar, today, "says-paid")
            case "reply":
                _patience(judgement, state, rule.holds_for or Duration(3, "bd"), calendar, today, "reply")
            case "dispute":
                _dispute(judgement, state, rule, calendar, today)
        if state.hold.until is not None and state.hold.kind != "promise":
            over = state.hold.until + timedelta(days=1)
            if today >= over:
                _end(judgement, state, "expired", over)
            else:
                _wake(judgement, state, calendar, over)


def keep_insolvencies(judgement: Judgement, item: Receivable, today: date) -> None:
    """The claim for what is open is to be declared though no ladder dunned it: no policy has a say in that."""
    for state in judgement.running():
        concerned = item.open and judgement.concerns(state, item)
        if concerned and state.hold.kind == "insolvency" and state.hold.start <= today:
            _insolvency(judgement, state, today)


def end_for_good(judgement: Judgement, item: Receivable, policy: Policy, today: date) -> None:
    """Ends the ladder where a hold that is over says `resume: never`; one that was called off in time never began."""
    ladder = item.ladder
    if ladder is None or ladder.stopped is not None:
        return
    for state in judgement.holds_on(item, today, ended=True):
        if (
            state.end is not None
            and state.end >= max(ladder.enrolled, state.hold.start)
            and policy.resume(state.hold, state.outcome) == "never"
        ):
            judgement.emit(f.Stopped(judgement.now, item.id, ladder.round, state.hold.kind, today))
            return


def _end(judgement: Judgement, state: HoldState, outcome: str, on: date) -> None:
    judgement.emit(f.HoldEnded(judgement.now, state.hold.id, outcome, on, state.hold.scope, state.hold.subject))


def _wake(judgement: Judgement, state: HoldState, calendar: Calendar, day: date) -> None:
    contracts = (
        judgement.account.contracts
        if state.hold.scope == "business"
        else {i.contract for i in covered(judgement.account, state)}
    )
    for contract in contracts:
        judgement.wake(contract, calendar.at(day))


def _promise(
    judgement: Judgement, state: HoldState, rule: HoldRule, calendar: Calendar, today: date, item: Receivable
) -> None:
    """Kept when all it covers is settled; broken once bank data later than the date and its tolerance show nothing.

    Money that is on no invoice yet, and is reckoned on what was promised, is what they show: then it was kept.

    Until there are such data, `item` says so.
    """
    items = list(covered(judgement.account, state))
    refused = _refused(judgement, state, rule, calendar)
    if refused is not None:
        _end(judgement, state, "refused", today)
        _task(judgement, state, f"promise-refused/{state.hold.id}", "credit-control", refused, today)
        return
    if items and not any(each.open for each in items):
        _end(judgement, state, "kept", today)
        return
    limit = calendar.add(state.hold.promised or state.hold.until or state.hold.start, rule.tolerance)
    through = judgement.business.bank_through if _asks_the_bank(judgement, items) else today - timedelta(days=1)
    if through is not None and through > limit and today > limit:
        kept = bool(items) and all(_came_in(judgement, each, today) for each in items)
        _end(judgement, state, "kept" if kept else "broken", today)
        for each in () if kept else items:
            _goes_on(judgement, each, state)
    elif today <= limit:
        _wake(judgement, state, calendar, limit + timedelta(days=1))
    else:
        judgement.note(item.id, Reason(UNPROVED, "unknown", (state.hold.promised, limit, through)))
        _wake(judgement, state, calendar, today + timedelta(days=1))


def _came_in(judgement: Judgement, item: Receivable, today: date) -> bool:
    """Whether it is settled, or money that is on no invoice covers all of it; what is disputed nobody has paid."""
    standing = judgement.standing(today)
    covered_by_money = (
        standing.credit(item) > 0 and standing.open.get(item.id) == 0 and item.id not in standing.disputed
    )
    return not item.open or covered_by_money


def _refused(judgement: Judgement, state: HoldState, rule: HoldRule, calendar: Calendar) -> str | None:
    """Why a promise holds nothing: it lies too far ahead, or as many were accepted before as the policy allows."""
    promised = state.hold.promised
    latest = calendar.add(state.hold.start, rule.max_ahead) if rule.max_ahead is not None else date.max
    if promised is not None and promised > latest:
        return f"The promise to pay on {promised} is refused: it lies more than {rule.max_ahead} ahead"
    if rule.max_times is not None and _accepted_before(judgement, state) >= rule.max_times:
        return f"A promise is refused: {rule.max_times} were accepted before"
    return None


def _accepted_before(judgement: Judgement, state: HoldState) -> int:
    """How many promises came before this one and were accepted, about that of its receivables which had most."""
    before = [
        other
        for other in judgement.account.holds.values()
        if other.hold.kind == "promise"
        and other.outcome != "refused"
        and (other.placed, other.hold.id) < (state.placed, state.hold.id)
    ]
    times = Counter(item.id for other in before for item in covered(judgement.account, other))
    return max((times[item.id] for item in covered(judgement.account, state)), default=0)


_SILENCE = Duration(5, "bd")  # a bank sends a collection back within five days of its date (EPC016-06)


def _pending(judgement: Judgement, state: HoldState, calendar: Calendar, today: date) -> None:
    """Ended by what became of the money: it failed, or what it was for is settled. Of a collection that nobody hears
    of a person is asked."""
    items, hold = covered(judgement.account, state), state.hold
    names = {item.id for item in items}
    failed = (fact for fact in judgement.account.events if isinstance(fact, f.PaymentFailed))
    if any(fact.receivable in names and fact.at >= state.placed for fact in failed):
        _end(judgement, state, "failed", today)
    elif (items and not any(item.open for item in items)) or arrived(judgement.account, state):
        _end(judgement, state, "settled", today)
    elif never_left(judgement.account, state):
        _end(judgement, state, "failed", today)
    elif hold.promised is not None:
        why = f"the debit of {hold.part} on {hold.promised} is neither paid nor failed: what became of it?"
        _asked_after(judgement, state, _SILENCE, calendar, today, f"debit/{hold.id}", why, since=hold.promised)


def _plan(judgement: Judgement, state: HoldState, rule: HoldRule, calendar: Calendar, today: date) -> None:
    """Kept when all it covers is settled; beyond the policy's bounds it holds nothing; a customer's own is accepted."""
    hold, parts = state.hold, instalments(judgement.account.receivables, state.hold.id)
    items = covered(judgement.account, state)
    if items and not any(item.open for item in items):
        _end(judgement, state, "kept", today)
        return
    why = _beyond_bounds(parts, hold, rule, calendar)
    if why is None and hold.by == "customer" and not rule.auto_accept:
        asked = "the customer proposes a payment plan: is it accepted?"
        review = judgement.ask(f"plan/{hold.id}", asked, today, scope=hold.scope, subject=hold.subject)
        if review.answer is not None and review.answer.outcome != "proceed":
            why = "The payment plan is refused"
    if why is not None:
        end_plan(judgement, state, "refused", today)
        _task(judgement, state, f"plan-refused/{hold.id}", "credit-control", why, today)


def _beyond_bounds(parts: list[Receivable], hold: f.Hold, rule: HoldRule, calendar: Calendar) -> str | None:
    """Why a plan is refused: too many instalments, too long, or too little at first."""
    last = max((part.due for part in parts if part.due is not None), default=hold.start)
    owed = sum(part.amount.minor for part in parts)
    if rule.max_instalments is not None and len(parts) > rule.max_instalments:
        return f"The payment plan is refused: {len(parts)} instalments, {rule.max_instalments} at most"
    if rule.max_length is not None and last > calendar.add(hold.start, rule.max_length):
        return f"The payment plan is refused: it lasts until {last}, longer than {rule.max_length}"
    if rule.first is not None and parts and parts[0].amount.minor < rule.first * owed:
        return f"The payment plan is refused: the first instalment, {parts[0].amount}, is too small"
    return None


def break_plan(judgement: Judgement, part: Receivable, policy: Policy, today: date) -> bool:
    """Breaks the plan of an instalment that is not paid in spite of its reminders; whether it has one."""
    state = judgement.account.holds.get(plan_of(part) or "")
    if state is None or not state.active:
        return False
    items, rule = covered(judgement.account, state), policy.hold("payment-plan")
    end_plan(judgement, state, "broken", today)
    for item in items:
        if rule.acceleration and item.due is not None and item.due > today:
            judgement.emit(f.ReceivableChanged(judgement.now, item.id, "due", today))
        _goes_on(judgement, item, state)
    return True


def _goes_on(judgement: Judgement, item: Receivable, state: HoldState) -> None:
    """After a broken promise or plan each ladder goes on at the step that its own policy names."""
    policy, ladder = judgement.policy(item), item.ladder
    step = policy.hold(state.hold.kind).broken if policy is not None else None
    if ladder is not None and ladder.stopped is None and item.open and step is not None:
        judgement.emit(f.GoesOn(judgement.now, item.id, step))


def end_plan(judgement: Judgement, state: HoldState, outcome: str, today: date) -> None:
    """A plan is over before its end: what it covers is owed again in place of its instalments."""
    _end(judgement, state, outcome, today)
    withdraw(judgement, state.hold.id, today)


def withdraw(judgement: Judgement, plan: str, today: date) -> None:
    """Takes back the instalments that are left of a plan."""
    for part in instalments(judgement.account.receivables, plan):
        if part.open:
            judgement.emit(f.WrittenOff(judgement.now, part.id, f.PLAN_ENDED))
            judgement.emit(f.Stopped(judgement.now, part.id, part.rounds, f.PLAN_ENDED, today))


def _asks_the_bank(judgement: Judgement, items: list[Receivable]) -> bool:
    """Whether the bank's data have a say: off where business.yaml says `bank_data: none`."""
    return all(judgement.rulebook(item).business.bank_data for item in items)


def _insolvency(judgement: Judgement, state: HoldState, today: date) -> None:
    """Supplies before the opening are frozen for good; the claim is to be declared, goods are to be reclaimed."""
    hold = state.hold
    opened = hold.opened or hold.start
    for item in covered(judgement.account, state):
        climbs = item.closed_on is None and item.ladder is not None and item.ladder.stopped is None
        if climbs and item.supplied < opened:
            judgement.emit(f.Stopped(judgement.now, item.id, item.rounds, "insolvency", today))
    published = hold.published or opened
    for name, title, due in (
        ("claim", "Declare the claim in the insolvency", add_months(published, 2)),
        ("goods", "Reclaim goods under retention of title", add_months(published, 3)),
        ("continuation", "Ask the administrator whether the contract goes on", published),
    ):
        key = f"insolvency/{hold.id}/{name}"
        if key not in judgement.account.tasks:
            judgement.emit(
                f.TaskOpened(judgement.now, key, hold.scope, hold.subject, "credit-control", title, today, due)
            )


def _patience(
    judgement: Judgement, state: HoldState, patience: Duration, calendar: Calendar, today: date, kind: str
) -> None:
    """A hold on the customer's word lasts so long, then a person looks; the hold stays until they end it."""
    why = {
        "says-paid": "the customer says it is paid, and no payment has come",
        "reply": "the customer's answer is not read",
    }
    _asked_after(judgement, state, patience, calendar, today, f"{kind}/{state.hold.id}", why[kind])


def _dispute(judgement: Judgement, state: HoldState, rule: HoldRule, calendar: Calendar, today: date) -> None:
    """Its reason says who looks into it; what lasts is asked about, and who it escalates to is told."""
    hold = state.hold
    if hold.reason in rule.reasons:
        title = f"Look into the dispute: {hold.reason}"
        _task(judgement, state, f"dispute/{hold.id}/reason", rule.reasons[hold.reason], title, today)
    if hold.by == "customer" and rule.holds_for is not None:
        why = "the customer disputes: is it founded?"
        _asked_after(judgement, state, rule.holds_for, calendar, today, f"dispute/{hold.id}", why)
    if rule.review_after is not None:
        key, why = f"dispute-overdue/{hold.id}", f"the dispute is undecided after {rule.review_after}"
        overdue = _asked_after(judgement, state, rule.review_after, calendar, today, key, why)
        if overdue and rule.escalate is not None:
            title = f"A dispute is undecided since {hold.start}"
            _task(judgement, state, f"dispute/{hold.id}/escalated", rule.escalate, title, today)


def _asked_after(
    judgement: Judgement,
    state: HoldState,
    patience: Duration,
    calendar: Calendar,
    today: date,
    key: str,
    why: str,
    *,
    since: date | None = None,
) -> bool:
    """Whether a hold has lasted so long, from its start or from `since`, that a person is asked about it."""
    limit = calendar.add(since or state.hold.start, patience)
    if today < limit:
        _wake(judgement, state, calendar, limit)
        return False
    judgement.ask(key, why, today, scope=state.hold.scope, subject=state.hold.subject)
    return True


def _task(judgement: Judgement, state: HoldState, key: str, queue: str, title: str, today: date) -> None:
    """A task about a hold, once per key."""
    if key not in judgement.account.tasks:
        hold = state.hold
        judgement.emit(f.TaskOpened(judgement.now, key, hold.scope, hold.subject, queue, title, today))
