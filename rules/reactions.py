"""What is done when something happens, outside the ladder: once per event, by the receivable's policy."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from rules import facts as f
from rules.account import Account, Receivable
from rules.addressing import Addressed, hands_of
from rules.agenda import asked_of_people, beside, certain, deadlines_passed
from rules.altering import replace
from rules.carrying import addressed_send
from rules.conditions import NotKnown, Value
from rules.decision import Act
from rules.happened import Happened, events
from rules.judgement import Judgement
from rules.limits import within_limits
from rules.money import Money, total
from rules.policy import MESSAGES, REACHING, Call, Policy, Reaction, Webhook, channel
from rules.preparing import uncovered
from rules.routed import routed

CONFIRMATIONS = frozenset(
    """invoice-sent invoice-approved payment-received promise-made plan-proposed plan-agreed dispute-opened
    dispute-resolved replied""".split()
)


def react(judgement: Judgement, concerned: Receivable, today: date) -> list[Act]:
    """What answers to what happened to a receivable: tasks and calls at once, messages and webhooks as acts."""
    policy = _policy(judgement, concerned, today)
    if policy is None:
        return []
    found: list[Act | None] = []
    if policy.reactions and concerned.enrolled:
        if judgement.happened is None:
            judgement.happened = list(events(judgement.account))
        happened = judgement.happened
        if any(reaction.event == "deadline-passed" for reaction in policy.reactions):
            happened = [*happened, *deadlines_passed(judgement, concerned, policy, today)]
        found = [
            _carry_out(
                judgement,
                _key(judgement.account, each, n, reaction),
                reaction,
                each.item,
                each.values,
                today,
                also=each.also,
            )
            for each in happened
            if each.item.id == concerned.id
            for n, reaction in enumerate(policy.reactions)
            if reaction.event == each.event and not _too_late(judgement.account, each, n, reaction, today)
        ]
    for key, what in beside(concerned, policy):
        found.append(_carry_out(judgement, key, what, concerned, {}, today))
    return [act for act in found if act is not None]


def _policy(judgement: Judgement, item: Receivable, today: date) -> Policy | None:
    """The policy that answers for it: that of its ladder; of one that has ended, or by which an internal deadline has
    run without any, that of its route."""
    return judgement.policy(item) or (routed(judgement, item, today) if item.enrolled or item.deadlines else None)


def _key(account: Account, happened: Happened, n: int, reaction: Reaction) -> str:
    """What an answer is recorded under, once: the event and what the reaction asks, not where it stands in the file.

    A ledger of before knows it by its place, or the event by the key that it had.
    """
    events = [event for event in (happened.key, happened.was) if event is not None]
    known = (f"reaction/{event}/{name}" for event in events for name in (n, reaction.id))
    return next((key for key in known if key in account.reacted), f"reaction/{happened.key}/{reaction.id}")


def _too_late(account: Account, happened: Happened, n: int, reaction: Reaction, today: date) -> bool:
    """Whether it happened under another policy, which answered it or did not, or has lapsed: what is on its way is
    finished."""
    switched = account.switched.get(happened.item.id)
    before = switched is not None and happened.at < switched
    lapsed = happened.until is not None and today > happened.until
    return (before or lapsed) and _key(account, happened, n, reaction) not in account.reacted


def _carry_out(
    judgement: Judgement,
    key: str,
    reaction: Reaction,
    item: Receivable,
    values: dict[str, Value],
    today: date,
    *,
    also: tuple[Receivable, ...] = (),
) -> Act | None:
    done = judgement.account.reacted.get(key)
    if done is not None and not done.pending:
        return None
    if done is None:
        why = f"whether to react to {reaction.event} is not known"
        applies = certain(judgement, item, reaction.when, today, f"unknown/{key}", why, values)
        if applies is None:
            return None
        if not applies:
            judgement.emit(f.Reacted(judgement.now, key, item.id, today))
            return None
    hands = tuple(n for n, action in enumerate(reaction.do) if isinstance(action, REACHING))
    about = (item, *also)
    if done is None and all(_nothing_to_claim(judgement, reaction, each, today) for each in about):
        hands = tuple(n for n in hands if isinstance(reaction.do[n], Webhook))
    if done is None and not hands:
        if not _may_call(judgement, reaction, item, today):
            return None
        judgement.emit(f.Reacted(judgement.now, key, item.id, today))
        for fact in asked_of_people(judgement, key, reaction.do, item, today):
            judgement.emit(fact)
        return None
    return _reaching(judgement, key, reaction, about, today, hands)


def _nothing_to_claim(judgement: Judgement, reaction: Reaction, item: Receivable, today: date) -> bool:
    """Whether a contact would speak of what is settled meanwhile: then nobody is written to."""
    return reaction.event not in CONFIRMATIONS and not item.open and not judgement.standing(today).amount(item)


def _reaching(
    judgement: Judgement,
    key: str,
    reaction: Reaction,
    about: tuple[Receivable, ...],
    today: date,
    hands: tuple[int, ...],
) -> Act | None:
    """The next message or webhook. A contact waits for holds, for hours and for a day without another one; a
    confirmation for its hours; a webhook for nothing."""
    item = about[0]
    policy, account = _policy(judgement, item, today), judgement.account
    assert policy is not None
    done = account.reacted.get(key)
    n = done.pending[0] if done else hands[0]
    try:
        hand = hands_of(judgement, item, policy, reaction.do[n], today)
    except NotKnown:
        hand = None
    if hand is None:
        why = f"no address for the message on {reaction.event}"
        judgement.ask(f"no-address/{key}", why, today, scope="receivable", subject=item.id, item=item)
        return None
    judgement.take_back(f"no-address/{key}", today, scope="receivable")
    owed = total((judgement.standing(today).amount(each) for each in about), item.amount.currency)
    until = _open_until(judgement, reaction, item, hand, today, fresh=done is None, owed=owed)
    if until is None:
        return None
    said = addressed_send(judgement, item, hand, today)
    said = replace(said, lines=tuple(each.id for each in about), total=owed)
    facts: tuple[f.Fact, ...] = ()
    if done is None:
        contact = reaction.event not in CONFIRMATIONS and any(isinstance(reaction.do[m], MESSAGES) for m in hands)
        reacted = f.Reacted(judgement.now, key, item.id, today, hands, key, contact=contact, to=hand.to)
        facts = (reacted, *asked_of_people(judgement, key, reaction.do, item, today))
    cases = (item.contract,)
    return Act(f"{key}/{n}", item.contract, cases, reaction.event, "reaction", today, until, said, facts)


def _open_until(
    judgement: Judgement,
    reaction: Reaction,
    item: Receivable,
    hand: Addressed,
    today: date,
    *,
    fresh: bool,
    owed: Money,
) -> datetime | None:
    """Until when it may leave now; None where it has to wait, and the case is asked to look again."""
    policy = _policy(judgement, item, today)
    assert policy is not None
    calendar = judgement.calendar(item, policy)
    if isinstance(hand.action, Webhook):
        return judgement.now + timedelta(days=1)
    if reaction.event not in CONFIRMATIONS and (
        judgement.holds_on(item, today)
        or (fresh and _contacted(judgement.account, judgement.addressee(item, policy).id, today))
        or (fresh and not owed)  # credit of the customer covers it
    ):
        _later(judgement, item, calendar.at(calendar.working_on_or_after(today + date.resolution)))
        return None
    if reaction.event not in CONFIRMATIONS and uncovered(judgement, item, policy, calendar, today) is not None:
        _later(judgement, item, calendar.at(calendar.working_on_or_after(today + date.resolution)))
        return None
    slot = judgement.open_slot(
        judgement.addressee(item, policy), calendar, today, "courtesy", frozenset({channel(hand.action)})
    )
    if judgement.now < slot.opens:
        _later(judgement, item, slot.opens)
        return None
    if fresh and reaction.event not in CONFIRMATIONS:
        beyond = within_limits(judgement, item, reaction.do, calendar, today, "courtesy")
        if beyond is not None and beyond.until is not None:
            _later(judgement, item, beyond.until)
            return None
    return slot.closes


def _may_call(judgement: Judgement, reaction: Reaction, item: Receivable, today: date) -> bool:
    """Whether one more call may be put on a list today; a reaction without calls waits for nothing."""
    policy, calls = _policy(judgement, item, today), [action for action in reaction.do if isinstance(action, Call)]
    if policy is None or not calls:
        return True
    beyond = within_limits(judgement, item, calls, judgement.calendar(item, policy), today, "courtesy")
    if beyond is not None and beyond.until is not None:
        _later(judgement, item, beyond.until)
    return beyond is None


def _later(judgement: Judgement, item: Receivable, at: datetime) -> None:
    """The case goes on until the answer has left."""
    judgement.owing.add(item.contract)
    judgement.wake(item.contract, at)


def _contacted(account: Account, to: str, today: date) -> bool:
    """Whether a step, or another contact, left to them today already."""
    return today in (account.stepped.get(to), account.contacted.get(to))
