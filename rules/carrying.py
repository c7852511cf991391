"""What leaves: which ladders one message carries, what it says in figures, and the facts that claim it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rules import facts as f
from rules.account import Receivable
from rules.addressing import Addressed, hands_of
from rules.altering import quick, replace
from rules.approving import account_overdue
from rules.assigning import assignee
from rules.calendars import CalendarEnds
from rules.charging import brought_up, charges
from rules.collecting import collection, under_way
from rules.conditions import NotKnown
from rules.decision import Act, Claimed, Send
from rules.judgement import Judgement
from rules.moments import Duration
from rules.money import Money, total
from rules.policy import HANDS, MESSAGES, Action, Call, Debit, Email, Handoff, Letter, Restrict, Task, Webhook, channel
from rules.readiness import would_pass
from rules.reckoning import NotDated
from rules.restricting import restricted
from rules.turns import Ready, Turn, planned_day, turn_of
from rules.waiting import last_release


def speaking(turns: Sequence[Turn]) -> Turn:
    """The one of those that a message carries whose step it is: the heaviest."""
    return min(turns, key=lambda turn: turn.rank)


def leave(judgement: Judgement, leader: Ready, turns: Sequence[Turn]) -> Act | None:
    """Lets a message leave with all that it carries.

    What only the ledger has to do (a task, a call put on its list, a charge) is done at once by the facts emitted, and
    None is returned; where hands are needed, the act carries the facts to record when they claim it.
    """
    own = speaking(turns)
    message = own.key
    hands = [_addressed(judgement, own, action) for action in own.step.do]
    pending = tuple(n for n, hand in enumerate(hands) if isinstance(hand.action, HANDS))
    facts = _claiming(judgement, own, turns, hands, pending)
    if not pending:
        for fact in facts:
            judgement.emit(fact)
        return None
    standing = judgement.standing(own.today)
    along = [
        Carried(t.item, Claimed(t.item.id, t.ladder.round, t.step.id, t.occurrence, standing.amount(t.item)))
        for t in [own, *(t for t in turns if t is not own)]
    ]
    fresh = [fact for fact in facts if isinstance(fact, f.Charged)]
    said = compose(judgement, along, hands[pending[0]], own.today, fresh, _deadline(own))
    return Act(
        f"{message}/{pending[0]}",
        own.item.contract,
        _cases(turns),
        own.step.id,
        own.step.level,
        own.today,
        leader.slot.closes,
        said,
        tuple(facts),
    )


def _addressed(judgement: Judgement, turn: Turn, action: Action) -> Addressed:
    return hands_of(judgement, turn.item, turn.policy, action, turn.today) or Addressed(action)


def _cases(turns: Sequence[Turn]) -> tuple[str, ...]:
    return tuple(sorted({turn.item.contract for turn in turns}))


# --- consolidation -----------------------------------------------------------------------------------------------


def carried(judgement: Judgement, leader: Ready, ready: Sequence[Ready]) -> list[Turn]:
    """The ladders that the leader's message carries, its own first.

    A light message takes every ladder of the same contract, customer or payer, policy and currency whose next step
    falls due within the window; a heavy one, or one that collects, only those whose own next step is the same and may
    leave now.
    """
    own = leader.turn
    if own.whole_account:
        return [own, *_overdue_with(judgement, own)]
    if own.policy.consolidate.by == "invoice" or not any(isinstance(a, (*MESSAGES, Call, Debit)) for a in own.step.do):
        return [own]
    if own.step.heavy or own.step.collects:
        alike = (r.turn for r in ready if r.turn is not own and r.turn.step.id == own.step.id)
        return [own, *(turn for turn in alike if _together(judgement, own, turn) and _done_alike(judgement, own, turn))]
    turns = [own]
    now_ready = {r.turn.item.id for r in ready}
    for item in judgement.living():
        other = _may_be_covered(judgement, item, own, now_ready) if item.id != own.item.id else None
        if other is not None:
            turns.append(other)
    return turns


def _overdue_with(judgement: Judgement, own: Turn) -> Iterator[Turn]:
    """Every other ladder of the customer that is overdue, whichever its step: they go with the file, and end there."""
    for item in account_overdue(judgement, own):
        ladder = item.ladder
        if item.id != own.item.id and ladder is not None:
            before = sum(climb.step == own.step.id for climb in ladder.climbs)
            yield replace(own, item=item, ladder=ladder, occurrence=before + 1)


def _together(judgement: Judgement, own: Turn, other: Turn) -> bool:
    """Whether one message may carry both: of one policy and currency, paid to one account."""
    if assignee(judgement.account, own.item) != assignee(judgement.account, other.item):
        return False
    if (own.policy.id, own.ladder.rulebook, own.item.amount.currency) != (
        other.policy.id,
        other.ladder.rulebook,
        other.item.amount.currency,
    ):
        return False
    debtors = [judgement.account.debtor(turn.item) for turn in (own, other)]
    if debtors[0] is not debtors[1]:  # a file that is handed over is about one debtor
        handed = any(isinstance(action, Handoff) for action in own.step.do)
        return own.policy.consolidate.by == "payer" and own.to is other.to and not handed
    return own.policy.consolidate.by != "contract" or own.item.contract == other.item.contract


def _done_alike(judgement: Judgement, own: Turn, other: Turn) -> bool:
    """Whether the same is done for both, of one customer: no mandate collects for another, nor for a fallback."""
    if not own.step.collects:
        return True
    if judgement.account.debtor(own.item) is not judgement.account.debtor(other.item):
        return False
    return all(_addressed(judgement, own, action) == _addressed(judgement, other, action) for action in own.step.do)


def _may_be_covered(judgement: Judgement, item: Receivable, own: Turn, ready: set[str]) -> Turn | None:
    """The other ladder's turn, if its next step is a light message within the window that would pass its own tests."""
    try:
        turn = turn_of(judgement, item, own.today)
        if not isinstance(turn, Turn) or not _together(judgement, own, turn) or turn.step.approval is not None:
            return None
        if turn.step.heavy or turn.step.quiet or turn.step.collects:
            return None
        if item.id in ready:
            return turn
        day = planned_day(judgement, turn)
        return turn if _falls_due(own, turn, day) and _may_speak(judgement, own, turn) else None
    except (NotKnown, NotDated, CalendarEnds):
        return None


def _may_speak(judgement: Judgement, own: Turn, turn: Turn) -> bool:
    """Whether it would pass its own tests, was not released since its slot began and, where the message would speak at
    its level, its hours are open."""
    slot = judgement.open_slot(turn.to, turn.calendar, turn.today, turn.step.level, turn.step.channels)
    released = last_release(judgement, turn)
    if (released is not None and slot.opens <= released) or (turn.rank < own.rank and judgement.now < slot.opens):
        return False
    return would_pass(judgement, turn)


def _falls_due(own: Turn, turn: Turn, day: date) -> bool:
    """Whether `day` lies within the leader's window; a step after the due date is never covered before it."""
    due = turn.item.due
    if due is not None and turn.today <= due < day:
        return False
    return turn.calendar.working_on_or_after(day) <= own.calendar.add(own.today, own.policy.consolidate.window)


# --- the facts of a claim ----------------------------------------------------------------------------------------


def _claiming(
    judgement: Judgement, own: Turn, turns: Sequence[Turn], hands: Sequence[Addressed], pending: tuple[int, ...]
) -> list[f.Fact]:
    channels = tuple(channel(hand.action) for hand in hands)
    facts: list[f.Fact] = []
    for turn in turns:
        mine = turn.step.id == own.step.id
        facts.append(
            f.Left(
                judgement.now,
                turn.item.id,
                turn.ladder.round,
                turn.step.id,
                turn.occurrence,
                turn.step.level,
                turn.today,
                own.key,
                own.step.id,
                turn.variant,
                channels,
                pending,
                turn is not own,
                _deadline(turn),
                _reanchored(turn),
                None if own.to is judgement.account.debtor(turn.item) else own.to.id,
            )
        )
        if mine:
            facts += charges(judgement, turn.item, turn.step, turn.key, turn.today)
            if "debit" in channels:
                made = collection(judgement, turn.item, turn.today)
                facts.append(under_way(made, own.key, judgement.now, turn.today))
    for n, hand in enumerate(hands):
        match hand.action:
            case Task(queue, title):
                facts.append(_task(judgement, own, f"{own.key}/{n}", queue, title))
            case Call(queue, script):
                facts.append(_task(judgement, own, f"{own.key}/{n}", queue, f"call:{script}"))
            case Restrict(what, notice):
                since = own.calendar.add(own.today, notice)
                for turn in (turn for turn in turns if turn.step.id == own.step.id):
                    facts += restricted(judgement, turn, f"{turn.key}/{n}", what, since)
    return facts


def _task(judgement: Judgement, own: Turn, key: str, queue: str, title: str) -> f.TaskOpened:
    return f.TaskOpened(
        judgement.now, f"task/{key}", "receivable", own.item.id, queue, title, own.today, None, own.item.id, own.step.id
    )


def _deadline(turn: Turn) -> date | None:
    rule = turn.step.deadline
    return turn.calendar.add(turn.today, rule.of) if rule is not None and rule.since == "sent" else None


def _reanchored(turn: Turn) -> date | None:
    """The due date that a late ladder counts from, once its first step leaves: that day minus the step's own offset."""
    if not turn.ladder.late or turn.ladder.begun:
        return None
    offset = turn.step.at.offset
    return turn.calendar.add(turn.today, Duration(-offset.n, offset.unit))


# --- what the message says ---------------------------------------------------------------------------------------


@quick
@dataclass(frozen=True, slots=True)
class Carried:
    """One ladder as a message says it."""

    item: Receivable
    claimed: Claimed


def compose(
    judgement: Judgement,
    carried: Sequence[Carried],
    hand: Addressed,
    today: date,
    fresh: Sequence[f.Charged],
    deadline: date | None,
) -> Send:
    """The message in figures: what is due, what is not due yet, the free credit, the charges, the deadline."""
    currency = carried[0].item.amount.currency
    collects = isinstance(hand.action, Debit)
    due = [each for each in carried if each.item.due is not None and each.item.due <= today]
    shown = list(carried) if collects or not due else due
    free = judgement.standing(today).credits(each.item for each in carried)
    return replace(
        addressed_send(judgement, carried[0].item, hand, today),
        lines=tuple(each.item.id for each in shown),
        claimed=tuple(each.claimed for each in carried),
        not_due=tuple(each.item.id for each in carried if each not in shown),
        total=total((each.claimed.amount for each in shown), currency),
        credit=Money(free, currency) if free else None,
        charges=tuple(charge for each in carried for charge in brought_up(judgement, each.item, today)) + tuple(fresh),
        deadline=deadline,
        collections=tuple(collection(judgement, each.item, today) for each in carried) if collects else (),
    )


def addressed_send(judgement: Judgement, item: Receivable, hand: Addressed, today: date) -> Send:
    """The message without its figures."""
    owner = assignee(judgement.account, item)
    base = Send("email", hand.template, hand.language, hand.role, (), assigned_to=owner, to=hand.to)
    match hand.action:
        case Email() as email:
            return replace(base, cc=email.cc, bcc=email.bcc, sender=email.sender, attach=email.attach)
        case Letter() as letter:
            return replace(
                base, channel="letter", sender=letter.sender, attach=letter.attach, registered=letter.registered
            )
        case Debit(mandate):
            return replace(base, channel="debit", template=mandate)
        case Webhook(gateway):
            return replace(base, channel="webhook", role=gateway)
        case Handoff() as handoff:
            to = judgement.resolved(handoff.to, item, today)
            return replace(
                base, channel="handoff", handoff=handoff, handoff_to=to, attach=("invoice", "statement", "history")
            )
        case _:
            return replace(base, channel="sms")
