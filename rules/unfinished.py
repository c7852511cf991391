"""What was claimed and has not ended: carried out further, or given up where nothing of it may be claimed any more."""

from __future__ import annotations

from datetime import date, datetime

from rules.account import Climb, Receivable
from rules.addressing import Addressed, hands_of
from rules.carrying import Carried, compose
from rules.collecting import own_hold
from rules.decision import Act, Claimed
from rules.judgement import Judgement
from rules.policy import channel
from rules.waiting import held_by


def in_flight(judgement: Judgement, item: Receivable, today: date) -> Act | datetime | None:
    """The next action of a message that this receivable leads and that has not ended: the act, or when it may go.

    It carries what may still be claimed; where nothing may, it is given up, or waits while a hold is the reason.
    """
    ladder, policy = item.ladder, judgement.policy(item)
    climb = ladder.climbs[-1] if ladder and ladder.climbs else None
    if ladder is None or policy is None or climb is None or climb.covered or not climb.pending:
        return None
    calendar = judgement.calendar(item, policy)
    step = next((step for step in policy.variant(ladder.variant) if step.id == climb.own), None)
    if step is None:
        return None
    hand = hands_of(judgement, item, policy, step.do[climb.pending[0]], today) or Addressed(step.do[climb.pending[0]])
    slot = judgement.open_slot(
        judgement.addressee(item, policy), calendar, climb.on, step.level, frozenset({channel(hand.action)})
    )
    if judgement.now < slot.opens:
        return slot.opens
    carriers = _carriers(judgement, item, climb.message)
    climbing = [other for other in carriers if other.ladder is not None and other.ladder.stopped is None]
    message = climb.message
    claimable = climbing if step.quiet else [o for o in climbing if _claimable(judgement, o, message, today)]
    if climbing and not claimable:
        return None
    along = [_carried(judgement, other, climb.message, today) for other in claimable or carriers]
    said = compose(judgement, along, hand, today, (), climb.deadline)
    cases = tuple(sorted({each.contract for each in carriers}))
    return Act(
        f"{climb.message}/{climb.pending[0]}",
        item.contract,
        cases,
        step.id,
        step.level,
        today,
        slot.closes,
        said,
        void="" if claimable else "settled",
    )


def _claimable(judgement: Judgement, item: Receivable, message: str, today: date) -> bool:
    """Whether what is left of a message may still claim it; the hold that its own collection placed does not count."""
    held = held_by(judgement, item, today, but=own_hold(item.id, message))
    return held is None and judgement.standing(today).open.get(item.id, 0) > 0


def _carriers(judgement: Judgement, leader: Receivable, message: str) -> list[Receivable]:
    others = [
        item
        for item in judgement.items()
        if item.id != leader.id and item.ladder is not None and any(c.message == message for c in item.ladder.climbs)
    ]
    return [leader, *others]


def _carried(judgement: Judgement, item: Receivable, message: str, today: date) -> Carried:
    ladder = item.ladder
    climb: Climb = next(c for c in ladder.climbs if c.message == message)  # type: ignore[union-attr]
    amount = judgement.standing(today).amount(item)
    return Carried(item, Claimed(item.id, ladder.round if ladder else 0, climb.step, climb.occurrence, amount))
