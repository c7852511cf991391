"""What is done when something happens, outside the ladder: once per event, by the receivable's policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from rules import facts as f
from rules.account import Account, Receivable
from rules.addressing import hands_of
from rules.carrying import addressed_send
from rules.conditions import NotKnown, Value, check
from rules.decision import Act
from rules.happened import deadlines_passed, events
from rules.judgement import Judgement
from rules.policy import MESSAGES, Reaction, Task

CONFIRMATIONS = frozenset(
    "invoice-sent invoice-approved payment-received promise-made dispute-opened dispute-resolved replied".split()
)


def react(judgement: Judgement, concerned: Receivable, today: date) -> list[Act]:
    """The reactions to what happened to a receivable and was not answered yet: tasks at once, messages as acts."""
    acts: list[Act] = []
    policy = judgement.policy(concerned)
    if policy is None or not policy.reactions:
        return acts
    happened = list(events(judgement.account))
    if any(reaction.event == "deadline-passed" for reaction in policy.reactions):
        happened += deadlines_passed(judgement, concerned, policy, today)
    for key, event, item, values in happened:
        if item.id != concerned.id:
            continue
        for n, reaction in enumerate(policy.reactions):
            if reaction.event == event:
                act = _carry_out(judgement, f"reaction/{key}/{n}", reaction, item, values, today)
                if act is not None:
                    acts.append(act)
    return acts


def _carry_out(
    judgement: Judgement, key: str, reaction: Reaction, item: Receivable, values: dict[str, Value], today: date
) -> Act | None:
    policy = judgement.policy(item)
    done = judgement.account.reacted.get(key)
    if policy is None or (done is not None and not done.pending):
        return None
    if done is None:
        reason = check(reaction.when, judgement.lookup(item, today, values))
        if reason.verdict == "unknown":
            judgement.ask(
                f"unknown/{key}",
                f"whether to react to {reaction.event} is not known",
                today,
                scope="receivable",
                subject=item.id,
                item=item,
            )
        if reason.verdict != "yes":
            judgement.emit(f.Reacted(judgement.now, key, item.id, today))
            return None
    messages = [n for n, action in enumerate(reaction.do) if isinstance(action, MESSAGES)]
    if done is None and not messages:
        judgement.emit(f.Reacted(judgement.now, key, item.id, today))
        _tasks(judgement, key, reaction, item, today)
        return None
    return _message(judgement, key, reaction, item, today, messages)


def _tasks(judgement: Judgement, key: str, reaction: Reaction, item: Receivable, today: date) -> None:
    for n, action in enumerate(reaction.do):
        if isinstance(action, Task):
            judgement.open_task(f"{key}/{n}", action.queue, action.title, today, item=item)


def _message(
    judgement: Judgement, key: str, reaction: Reaction, item: Receivable, today: date, messages: list[int]
) -> Act | None:
    """The reaction's next message, in its channel's hours; a contact waits for holds, a confirmation does not."""
    policy, account = judgement.policy(item), judgement.account
    if policy is None:
        return None
    done = account.reacted.get(key)
    n = done.pending[0] if done else messages[0]
    confirmation = reaction.event in CONFIRMATIONS
    calendar = judgement.calendar(item, policy)
    try:
        hand = hands_of(judgement, item, policy, reaction.do[n], today)
    except NotKnown:
        hand = None
    if hand is None:
        judgement.ask(
            f"no-address/{key}",
            f"no address for the message on {reaction.event}",
            today,
            scope="receivable",
            subject=item.id,
            item=item,
        )
        return None
    if not confirmation and (judgement.holds_on(item, today) or (done is None and _contacted(account, today))):
        _later(judgement, item, calendar.at(calendar.working_on_or_after(today + date.resolution)))
        return None
    said = addressed_send(judgement, item, hand, today)
    slot = judgement.open_slot(calendar, today, "courtesy", frozenset({said.channel}))
    if judgement.now < slot.opens:
        _later(judgement, item, slot.opens)
        return None
    amount = judgement.standing(today).amount(item)
    said = replace(said, lines=(item.id,), total=amount)
    facts: tuple[f.Fact, ...] = ()
    if done is None:
        reacted = f.Reacted(judgement.now, key, item.id, today, tuple(messages), key, contact=not confirmation)
        tasks = tuple(
            f.TaskOpened(judgement.now, f"{key}/{m}", "receivable", item.id, a.queue, a.title, today, None, item.id)
            for m, a in enumerate(reaction.do)
            if isinstance(a, Task)
        )
        facts = (reacted, *tasks)
    return Act(
        f"{key}/{n}", item.contract, (item.contract,), reaction.event, "reaction", today, slot.closes, said, facts
    )


def _later(judgement: Judgement, item: Receivable, at: datetime) -> None:
    """The case goes on until the answer has left."""
    judgement.owing.add(item.contract)
    judgement.wake(item.contract, at)


def _contacted(account: Account, today: date) -> bool:
    """Whether a step, or another contact, left today already."""
    return today in (account.last_step, account.last_contact)
