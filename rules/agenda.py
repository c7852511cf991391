"""Dates beside the steps: what runs after the last one, and internal deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rules import facts as f
from rules.account import Account, Receivable
from rules.altering import replace
from rules.asking import unanswered
from rules.calendars import Calendar
from rules.conditions import Value, check, first_unknown
from rules.facts import AFTER_LAST_STEP
from rules.happened import Happened
from rules.holding import break_plan
from rules.judgement import Judgement
from rules.moments import Duration
from rules.plans import plan_of
from rules.policy import REACHING, Action, Call, Condition, Policy, Reaction, Task
from rules.reckoning import PROOF_OF_PRESENTATION, NotDated, deadline_of, planned

PATIENCE = Duration(10, "bd")  # after an instalment's last reminder, where the policy has no firmer step


def after_last_step(judgement: Judgement, item: Receivable, policy: Policy, calendar: Calendar, today: date) -> None:
    """Runs once, when every step is concluded and its moment has come; never on a stopped ladder."""
    rule, ladder = policy.after_last_step, item.ladder
    if ladder is not None and plan_of(item) in judgement.account.holds:
        over = calendar.add(ladder.climbs[-1].on if ladder.climbs else today, PATIENCE)
        if today < over:
            judgement.wake(item.contract, calendar.at(over))
        elif judgement.standing(today).open.get(item.id) and not judgement.holds_on(item, today):
            break_plan(judgement, item, policy, today)
        return
    if rule is None or ladder is None or ladder.stopped is not None or AFTER_LAST_STEP in ladder.done:
        return
    try:
        payment_run = judgement.payment_run(judgement.addressee(item, policy))
        day, _ = planned(rule.at, item, policy.variant(ladder.variant), calendar, payment_run)
    except NotDated as waiting:
        if waiting.why == "not-presented" and waiting.since is not None:
            _no_proof(
                judgement, item, waiting.step, calendar.add(waiting.since, PROOF_OF_PRESENTATION), calendar, today
            )
        return
    slot = judgement.open_slot(judgement.addressee(item, policy), calendar, day, "courtesy", frozenset({"task"}))
    if judgement.now < slot.opens:
        judgement.wake(item.contract, slot.opens)
        return
    judgement.emit(f.Concluded(judgement.now, item.id, ladder.round, AFTER_LAST_STEP, today))
    if not reaches(rule.do):
        for fact in asked_of_people(judgement, f"{AFTER_LAST_STEP}/{item.id}/{ladder.round}", rule.do, item, today):
            judgement.emit(fact)


def _no_proof(
    judgement: Judgement, item: Receivable, step: str, patience: date, calendar: Calendar, today: date
) -> None:
    """Asks a person when the post has been waited for long enough."""
    if today < patience:
        judgement.wake(item.contract, calendar.at(patience))
        return
    key = f"no-proof/{item.id}/{item.ladder.round if item.ladder else 0}/{step}"
    why = f"the post gives no proof for {step} after {PROOF_OF_PRESENTATION}"
    judgement.ask(key, why, today, scope="receivable", subject=item.id, item=item, step=step)


def deadlines(judgement: Judgement, item: Receivable, policy: Policy, calendar: Calendar, today: date) -> None:
    """Internal deadlines: their actions run `warn` before them, brought back to a working day; nothing delays them."""
    ladder = item.ladder
    if not policy.deadlines or not item.open:
        return
    as_written = item if ladder is None else replace(item, ladder=replace(ladder, due=None))  # whenever it started
    steps = policy.variant(ladder.variant if ladder else None)
    payment_run = judgement.payment_run(judgement.addressee(item, policy))
    for rule in policy.deadlines:
        if rule.id in item.deadlines:
            continue
        try:
            at, _ = planned(rule.at, as_written, steps, calendar, payment_run)
        except NotDated:
            continue
        warned = calendar.working_on_or_before(calendar.add(at, Duration(-rule.warn.n, rule.warn.unit)))
        if today < warned:
            judgement.wake(item.contract, calendar.at(warned))
            continue
        why = f"whether {rule.id} applies is not known"
        applies = certain(judgement, item, rule.when, today, f"deadline/{rule.id}/{item.id}", why)
        if applies is None:
            continue
        judgement.emit(f.Concluded(judgement.now, item.id, item.rounds, rule.id, today))
        if applies and not reaches(rule.do):
            key = f"deadline/{rule.id}/{item.id}/{item.rounds}"
            for fact in asked_of_people(judgement, key, rule.do, item, today, at):
                judgement.emit(fact)


def deadlines_passed(judgement: Judgement, item: Receivable, policy: Policy, today: date) -> Iterator[Happened]:
    """The deadlines that messages named and that went by with the receivable open."""
    ladder = item.ladder
    if ladder is None or not item.open or ladder.stopped is not None:
        return
    calendar = judgement.calendar(item, policy)
    steps = {step.id: step for step in policy.variant(ladder.variant)}
    for climb in ladder.climbs:
        if not climb.went_out or climb.step not in steps or steps[climb.step].deadline is None:
            continue
        try:
            deadline = deadline_of(climb, tuple(steps.values()), calendar)
        except NotDated:
            continue
        if today > deadline:
            which = f"{climb.step}/{climb.occurrence}"
            yield Happened(
                f"deadline-passed/{item.id}/{climb.on}/{which}",  # once, though a later round keeps the step
                "deadline-passed",
                item,
                calendar.at(deadline + date.resolution),
                was=f"deadline-passed/{item.id}/{ladder.round}/{which}",
            )
        else:
            judgement.wake_on(item, deadline + date.resolution)


def certain(
    judgement: Judgement,
    item: Receivable,
    condition: Condition,
    today: date,
    key: str,
    why: str,
    event: dict[str, Value] | None = None,
) -> bool | None:
    """Whether a condition holds, or a person said so where a fact is not known; None while nobody knows."""
    reason = check(condition, judgement.lookup(item, today, event))
    if reason.verdict != "unknown":
        judgement.take_back(key, today, scope="receivable")
        return reason.verdict == "yes"
    asked = f"{why}: {first_unknown(reason)}"
    review = judgement.ask(key, asked, today, scope="receivable", subject=item.id, item=item)
    until = unanswered(judgement, item, review, today)
    if until is not None:
        judgement.wake(item.contract, until)
    return None if review.answer is None else review.answer.outcome == "proceed"


def returned(account: Account) -> frozenset[str]:
    """The receivables of which a letter came back because nobody lives there."""
    if not account.events:
        return frozenset()
    letters = (fact for fact in account.events if isinstance(fact, f.Presented))
    return frozenset(fact.receivable for fact in letters if fact.how == "unknown-address")


def unknown_addresses(judgement: Judgement, item: Receivable, today: date) -> None:
    """A letter that the post could not deliver because nobody lives there opens a task for the address, once."""
    for fact in judgement.account.events:
        if isinstance(fact, f.Presented) and fact.receivable == item.id and fact.how == "unknown-address":
            key = f"address/{item.id}/{fact.step}/{fact.on}"
            if key not in judgement.account.tasks:
                title = f"Find the address: the post returned {fact.step} of {item.number}"
                judgement.open_task(key, "credit-control", title, today, item=item, step=fact.step)


def beside(item: Receivable, policy: Policy) -> Iterator[tuple[str, Reaction]]:
    """What has come due beside the ladder and reaches somebody, each with its key; the rest was done at once."""
    ladder, rule = item.ladder, policy.after_last_step
    if rule is not None and ladder is not None and AFTER_LAST_STEP in ladder.done and reaches(rule.do):
        yield f"{AFTER_LAST_STEP}/{item.id}/{ladder.done[AFTER_LAST_STEP]}", Reaction(AFTER_LAST_STEP, rule.do)
    for deadline in policy.deadlines:
        if deadline.id in item.deadlines and reaches(deadline.do):
            key = f"deadline/{deadline.id}/{item.id}/{item.deadlines[deadline.id]}"
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
