"""Dates beside the steps: what runs after the last one, and internal deadlines."""

from __future__ import annotations

from collections.abc import Iterator
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
from rules.policy import REACHING, Action, Call, Policy, Reaction, Task
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
    if not reaches(rule.do):
        for fact in asked_of_people(judgement, f"{AFTER_LAST_STEP}/{item.id}/{ladder.round}", rule.do, item, today):
            judgement.emit(fact)


def deadlines(judgement: Judgement, item: Receivable, policy: Policy, calendar: Calendar, today: date) -> None:
    """Internal deadlines: their actions run `warn` before them, brought back to a working day; nothing delays them."""
    ladder = item.ladder
    if ladder is None or not policy.deadlines or not item.open:
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
        if reason.verdict == "yes" and not reaches(rule.do):
            key = f"deadline/{rule.id}/{item.id}/{ladder.round}"
            for fact in asked_of_people(judgement, key, rule.do, item, today, at):
                judgement.emit(fact)


def beside(item: Receivable, policy: Policy) -> Iterator[tuple[str, Reaction]]:
    """What has come due beside the ladder and reaches somebody, each with its key; the rest was done at once."""
    ladder, rule = item.ladder, policy.after_last_step
    if ladder is None:
        return
    if rule is not None and AFTER_LAST_STEP in ladder.done and reaches(rule.do):
        yield f"{AFTER_LAST_STEP}/{item.id}/{ladder.round}", Reaction(AFTER_LAST_STEP, rule.do)
    for deadline in policy.deadlines:
        if deadline.id in ladder.done and reaches(deadline.do):
            key = f"deadline/{deadline.id}/{item.id}/{ladder.round}"
            yield key, Reaction(deadline.id, deadline.do, deadline.when)


def reaches(do: tuple[Action, ...]) -> bool:
    """Whether something of it needs hands."""
    return any(isinstance(action, REACHING) for action in do)


def asked_of_people(
    judgement: Judgement, key: str, do: tuple[Action, ...], item: Receivable, today: date, due: date | None = None
) -> Iterator[f.TaskOpened]:
    """The tasks and calls of a list of actions, as facts."""
    for n, action in enumerate(do):
        match action:
            case Task(queue, title):
                pass
            case Call(queue, script):
                title = f"call:{script}"
            case _:
                continue
        yield f.TaskOpened(judgement.now, f"{key}/{n}", "receivable", item.id, queue, title, today, due, item.id)
