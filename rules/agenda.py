"""Dates beside the steps: what runs after the last one, and internal deadlines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rules import facts as f
from rules.account import Receivable
from rules.calendars import Calendar
from rules.conditions import check
from rules.holding import break_plan
from rules.judgement import Judgement
from rules.moments import Duration
from rules.plans import plan_of
from rules.policy import Action, Policy, Task
from rules.reckoning import NotDated, planned

AFTER_LAST_STEP = "after-last-step"
PATIENCE = Duration(10, "bd")  # after an instalment's last reminder, where the policy has no firmer step


def after_last_step(judgement: Judgement, item: Receivable, policy: Policy, calendar: Calendar, today: date) -> None:
    """Runs once, when every step is concluded and its moment has come; never on a stopped ladder."""
    rule, ladder = policy.after_last_step, item.ladder
    if ladder is not None and plan_of(item) in judgement.account.holds:
        over = calendar.add(ladder.climbs[-1].on if ladder.climbs else today, PATIENCE)
        if today >= over:
            break_plan(judgement, item, policy, today)
        else:
            judgement.wake(item.contract, calendar.at(over))
        return
    if rule is None or ladder is None or ladder.stopped is not None or AFTER_LAST_STEP in ladder.done:
        return
    try:
        day, _ = planned(rule.at, item, policy.variant(ladder.variant), calendar, judgement.payment_run)
    except NotDated:
        return
    slot = judgement.open_slot(calendar, day, "courtesy", frozenset({"task"}))
    if judgement.now < slot.opens:
        judgement.wake(item.contract, slot.opens)
        return
    judgement.emit(f.Concluded(judgement.now, item.id, ladder.round, AFTER_LAST_STEP, today))
    _tasks(judgement, item, rule.do, f"{AFTER_LAST_STEP}/{item.id}/{ladder.round}", today, None)


def deadlines(judgement: Judgement, item: Receivable, policy: Policy, calendar: Calendar, today: date) -> None:
    """Internal deadlines: their actions run `warn` before them, brought back to a working day; nothing delays them."""
    ladder = item.ladder
    if ladder is None or not item.open:
        return
    as_written = replace(item, ladder=replace(ladder, due=None))  # a late start moves no deadline
    for rule in policy.deadlines:
        if rule.id in ladder.done:
            continue
        try:
            at, _ = planned(rule.at, as_written, policy.variant(ladder.variant), calendar, judgement.payment_run)
        except NotDated:
            continue
        warned = calendar.working_on_or_before(calendar.add(at, Duration(-rule.warn.n, rule.warn.unit)))
        if today < warned:
            judgement.wake(item.contract, calendar.at(warned))
            continue
        reason = check(rule.when, judgement.lookup(item, today))
        if reason.verdict == "unknown":
            key = f"deadline/{rule.id}/{item.id}"
            judgement.ask(
                key, f"whether {rule.id} applies is not known", today, scope="receivable", subject=item.id, item=item
            )
        judgement.emit(f.Concluded(judgement.now, item.id, ladder.round, rule.id, today))
        if reason.verdict == "yes":
            _tasks(judgement, item, rule.do, f"deadline/{rule.id}/{item.id}/{ladder.round}", today, at)


def _tasks(
    judgement: Judgement, item: Receivable, do: tuple[Action, ...], key: str, today: date, due: date | None
) -> None:
    for n, action in enumerate(do):
        if isinstance(action, Task):
            judgement.open_task(f"{key}/{n}", action.queue, action.title, today, item=item, due=due)
