"""`decide`: the judgement of a whole customer at one instant.

It is pure: the same rulebooks, snapshot and instant give the same decision, bit for bit, and nothing outside changes.
Read it from top to bottom as the order of a day's work: holds, settlement, enrolment, dates, steps, invoices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from rules import facts as f
from rules.account import Receivable, Snapshot
from rules.addressing import hands_of
from rules.agenda import after_last_step, deadlines, returned, unknown_addresses
from rules.asking import insisting, take_back_known, unanswered
from rules.calendars import CalendarEnds
from rules.carrying import carried, leave, speaking
from rules.charging import invoicing
from rules.conditions import NotKnown
from rules.contracts import bills, delivery, note_delivery, over
from rules.decision import Act, Decision, Reason, Send
from rules.enrolment import enrol, moves, settle
from rules.holding import end_for_good, keep_holds, keep_insolvencies
from rules.judgement import Judgement, Wait, waits
from rules.ladders import advance
from rules.limits import within_limits
from rules.policy import Action, Debit, Rulebook, Task, Webhook
from rules.promised import collected
from rules.reactions import react
from rules.rejecting import keep_refusal
from rules.routed import concerned
from rules.statements import stated, statement
from rules.turns import Ready, Turn
from rules.unfinished import in_flight

T = TypeVar("T")


def decide(rulebooks: Mapping[str, Rulebook], snapshot: Snapshot, now: datetime) -> Decision:
    """What follows from `snapshot` at `now` (aware), under the rulebook each contract is bound to (by digest).

    The decision's facts are already folded into what its acts and wakes are judged by.
    """
    judgement = Judgement(rulebooks, snapshot.account.copy(), snapshot.business.copy(), now)
    _as_it_stands(judgement)
    acts = _in_flight(judgement)
    acts += _steps(judgement)
    acts += _reactions(judgement, {_to(judgement, act) for act in acts})
    acts += _promised(judgement)
    acts += _statements(judgement)
    acts += _contracts(judgement)
    take_back_known(judgement)
    return Decision(
        now,
        tuple(judgement.facts),
        tuple(acts),
        _wakes(judgement),
        over(judgement),
        {receivable: tuple(reasons) for receivable, reasons in judgement.reasons.items()},
        judgement.next_steps,
    )


def _guarded(judgement: Judgement, item: Receivable, judge: Callable[[Judgement, Receivable], T]) -> T | None:
    """Judges one receivable. What is not known, or a calendar that ends, stops this one alone and asks a person."""
    try:
        return judge(judgement, judgement.account.receivables[item.id])
    except (NotKnown, CalendarEnds) as trouble:
        until = None
        today = judgement.business_day(judgement.rulebook(item))
        if isinstance(trouble, NotKnown):
            why = f"a fact is not known: {trouble.fact}"
            until = _asked(judgement, item, trouble, why, today)
        else:
            why = str(trouble)
            judgement.ask(f"calendar/{trouble.calendar}", why, today, scope="business", subject="business")
        wait = judgement.waits[item.id] = Wait("review", until, (why,))
        if not any(reason.code == "waits" for reason in judgement.reasons.get(item.id, ())):
            judgement.note(item.id, waits(wait))
    return None


def _asked(judgement: Judgement, item: Receivable, missing: NotKnown, why: str, today: date) -> datetime | None:
    """Asks about a fact without which no step can be chosen, until when; any answer but `proceed` is the end."""
    review = insisting(judgement, missing.fact, why, today, item, of=missing.of)
    item = judgement.account.receivables[item.id]
    if review.answer is not None and item.ladder is None and item.not_enrolled != "stopped":
        judgement.emit(f.NotEnrolled(judgement.now, item.id, "stopped"))
    elif review.answer is not None and item.ladder is not None and item.ladder.stopped is None:
        judgement.emit(f.Stopped(judgement.now, item.id, item.ladder.round, "stopped", today))
    return unanswered(judgement, item, review, today)


# --- holds, settlement, enrolment --------------------------------------------------------------------------------


def _as_it_stands(judgement: Judgement) -> None:
    """Settles, ends holds and enrols until nothing more follows: a promise that is kept may end what a hold began."""
    for _ in range(_PASSES):
        judgement.forget()
        known = len(judgement.facts)
        for item in judgement.items():
            if moves(item):
                _guarded(judgement, item, _settle)
        for item in _kept(judgement):
            _guarded(judgement, item, _holds)
        for item in judgement.living():
            if item.closed_on is None:
                _guarded(judgement, item, _enrol)
        if len(judgement.facts) == known:
            return
    raise AssertionError("a judgement comes to rest")


def _settle(judgement: Judgement, item: Receivable) -> None:
    settle(judgement, item, judgement.today(item))


def _kept(judgement: Judgement) -> Sequence[Receivable]:
    """The receivables by whose policies holds are kept: all while one runs, else those that climb and were held."""
    held = judgement.business.holds or judgement.account.holds
    if held and judgement.running():
        return judgement.items()
    kept = (item for item in judgement.living() if held or item.refused)
    return [item for item in kept if item.ladder is not None and item.ladder.stopped is None]


def _holds(judgement: Judgement, item: Receivable) -> None:
    """The customer's holds, by the policy of this receivable."""
    under = judgement.under(item)
    if under is None:
        keep_insolvencies(judgement, item, judgement.today(item))
        return
    keep_refusal(judgement, item, under.today)
    keep_holds(judgement, item, under.calendar, under.policy, under.today)
    end_for_good(judgement, judgement.account.receivables[item.id], under.policy, under.today)


def _enrol(judgement: Judgement, item: Receivable) -> None:
    enrol(judgement, item, judgement.today(item))


# --- steps -------------------------------------------------------------------------------------------------------


def _steps(judgement: Judgement) -> list[Act]:
    """What leaves now, at most one message of the ladders to each; every other ladder says what it waits for."""
    said, wakes = _lengths(judgement.reasons), _lengths(judgement.wakes)
    came_back = returned(judgement.account)
    look = partial(_look, returned=came_back)
    before = len(judgement.facts)
    for _ in range(_PASSES):
        known = len(judgement.facts)
        if known > before:  # looked at anew, it is said anew, but for the tests of steps that are over
            judgement.reasons = _kept_reasons(judgement, said)
            judgement.wakes = {contract: judgement.wakes[contract][:n] for contract, n in wakes.items()}
            _wake_after(judgement, [each.hold for each in judgement.facts[before:] if isinstance(each, f.HoldPlaced)])
            judgement.next_steps, judgement.upcoming = {}, {}
        looked = [i for i in judgement.items() if not i.over or i.id in came_back or i.id in judgement.waits]
        ready = [r for item in looked if (r := _guarded(judgement, item, look)) is not None]
        if len(judgement.facts) > known:
            continue  # what followed may change how another ladder stands
        acts = _leaving(judgement, ready)
        if acts is not None:
            return acts
    raise AssertionError("a judgement comes to rest")


def _kept_reasons(judgement: Judgement, said: Mapping[str, int]) -> dict[str, list[Reason]]:
    """What had been `said` before anything was looked at, and the tests of the steps that are over since."""
    over = {(each.receivable, each.step) for each in judgement.facts if isinstance(each, (f.Left, f.Skipped))}
    return {
        receivable: [
            each
            for n, each in enumerate(reasons)
            if n < said.get(receivable, 0) or (each.code == "when" and (receivable, each.values[0]) in over)
        ]
        for receivable, reasons in judgement.reasons.items()
    }


def _wake_after(judgement: Judgement, placed: list[f.Hold]) -> None:
    """All go on when a hold is over that was placed meanwhile, which is that of a limit."""
    for hold in placed:
        if hold.until is not None:
            for item in judgement.items():
                _guarded(judgement, item, partial(Judgement.wake_on, day=hold.until + date.resolution))


_PASSES = 1000


def _lengths(lists: Mapping[str, Sequence[object]]) -> dict[str, int]:
    return {name: len(each) for name, each in lists.items()}


def _leaving(judgement: Judgement, ready: list[Ready]) -> list[Act] | None:
    """A message to each of those who are written to; None where one needed no hands: then all is judged anew."""
    groups: dict[str, list[Ready]] = {}
    for each in ready:
        groups.setdefault(each.turn.to.id, []).append(each)
    acts = []
    for group in groups.values():
        gone = _first(judgement, group)
        if gone is not None and gone[0] is None:
            return None
        if gone is not None and gone[0] is not None:
            for each in group:
                _guarded(judgement, each.turn.item, partial(_another_day, each=each))
            acts.append(gone[0])
    return acts


def _look(judgement: Judgement, item: Receivable, returned: frozenset[str]) -> Ready | None:
    """How one ladder stands: ready, or waiting with the reason noted. `returned`: letters of it came back."""
    judgement.waits.pop(item.id, None) if item.ladder is not None else None
    if item.ladder is None:
        _watch_deadlines(judgement, item)
        return None
    under = judgement.under(item)
    if under is None or (item.ladder.stopped is not None and not under.policy.deadlines):
        return None
    policy, calendar, today = under.policy, under.calendar, under.today
    if policy.deadlines:
        deadlines(judgement, item, policy, calendar, today)
    if item.id in returned:
        unknown_addresses(judgement, item, today)
    if item.ladder.stopped is not None:
        return None
    outcome = advance(judgement, item, today)
    if isinstance(outcome, Ready):
        return outcome
    if outcome is None:
        after_last_step(judgement, judgement.account.receivables[item.id], policy, calendar, today)
        return None
    judgement.waits[item.id] = outcome
    judgement.note(item.id, waits(outcome))
    return None


def _watch_deadlines(judgement: Judgement, item: Receivable) -> None:
    """Internal deadlines wait for no ladder: not for the delivery of an invoice, nor for a fact that nobody knows."""
    policy = concerned(judgement, item, judgement.today(item)) if item.closed_on is None else None
    if policy is not None and policy.deadlines:
        calendar = judgement.calendar(item, policy)
        deadlines(judgement, item, policy, calendar, calendar.local_day(judgement.now))


def _first(judgement: Judgement, ready: list[Ready]) -> tuple[Act | None] | None:
    """The heaviest, then the oldest, then the smaller leaves: with its act where hands are needed; None if all wait."""
    for each in sorted(ready, key=lambda r: r.turn.rank):
        gone = _guarded(judgement, each.turn.item, partial(_let_go, each=each, ready=ready))
        if gone is not None:
            return gone
    return None


def _let_go(judgement: Judgement, item: Receivable, each: Ready, ready: list[Ready]) -> tuple[Act | None] | None:
    """Lets one step leave; what would delay a heavier one, or pass a limit, waits."""
    wait = _delays_heavier(judgement, each)
    turns = carried(judgement, each, ready) if wait is None else []
    wait = wait or _beyond_limits(judgement, speaking(turns))
    if wait is None:
        return (leave(judgement, each, turns),)
    judgement.waits[item.id] = wait
    judgement.note(item.id, waits(wait))
    return None


def _beyond_limits(judgement: Judgement, turn: Turn) -> Wait | None:
    do = _done(judgement, turn) if turn.step.collects else turn.step.do
    return within_limits(judgement, turn.item, do, turn.calendar, turn.today, turn.step.level)


def _done(judgement: Judgement, turn: Turn) -> list[Action]:
    """What is really done of a step: its actions, or their fallbacks."""
    hands = (hands_of(judgement, turn.item, turn.policy, action, turn.today) for action in turn.step.do)
    return [hand.action for hand in hands if hand is not None]


def _delays_heavier(judgement: Judgement, ready: Ready) -> Wait | None:
    """A lighter step never delays a heavier one: it waits where its day, or the other's gap, would take that one's.

    A task or a debit takes the day and makes no gap.
    """
    turn = ready.turn
    for other, (level, opens) in judgement.upcoming.items():
        item = judgement.account.receivables[other]
        to = judgement.addressee(item, judgement.policy(item))
        if other == turn.item.id or level <= -turn.rank[0] or to is not turn.to:
            continue
        free = turn.today + date.resolution
        under = judgement.under(item)
        if under is not None and not _unheard(judgement, turn):
            free = max(free, under.calendar.add(turn.today, under.policy.pacing.min_gap))
        if turn.calendar.local_day(opens) < free:
            return Wait("heavier-first", opens, (other,))
    return None


def _unheard(judgement: Judgement, turn: Turn) -> bool:
    """Whether the customer hears nothing of the step: tasks, webhooks, and debits that need no fallback."""
    if not turn.step.collects:
        return turn.step.quiet
    return all(isinstance(action, (Task, Webhook, Debit)) for action in _done(judgement, turn))


def _another_day(judgement: Judgement, item: Receivable, each: Ready) -> None:
    turn = each.turn
    slot = judgement.open_slot(
        turn.to, turn.calendar, turn.today + date.resolution, turn.step.level, turn.step.channels
    )
    judgement.waits.setdefault(item.id, Wait("one-a-day", slot.opens, (turn.step.id,)))


def _in_flight(judgement: Judgement) -> list[Act]:
    """The actions of steps that were claimed and have not ended."""
    acts = []
    for item in judgement.items():
        if item.ladder is None or not item.ladder.climbs or not item.ladder.climbs[-1].pending:
            continue
        found = _guarded(judgement, item, lambda j, i: in_flight(j, i, j.today(i)))
        if isinstance(found, Act):
            acts.append(found)
        elif found is not None:
            judgement.wake(item.contract, found)
    return acts


# --- contracts ---------------------------------------------------------------------------------------------------


def _contracts(judgement: Judgement) -> list[Act]:
    """Invoices to issue and to send; they are no contacts and wait for nobody."""
    acts: list[Act] = []
    for contract in sorted(judgement.account.contracts.values(), key=lambda c: c.id):
        acts += bills(judgement, contract, judgement.rulebooks[judgement.account.rulebooks[contract.id]])
    for item in judgement.items():
        for act in (invoicing(judgement, item), delivery(judgement, item)):
            if act is not None:
                acts.append(act)
    for note in sorted(judgement.account.payments.values(), key=lambda each: each.id):
        act = note_delivery(judgement, note)
        if act is not None:
            acts.append(act)
    return acts


def _to(judgement: Judgement, act: Act) -> str:
    """Who is written to."""
    assert isinstance(act.what, Send)
    return act.what.to or judgement.account.debtor(judgement.account.receivables[act.what.lines[0]]).id


def _reactions(judgement: Judgement, contacted: set[str]) -> list[Act]:
    """What answers to events; at most one to each customer that is a contact, and none beside one of the ladders."""
    acts: list[Act] = []
    for item in judgement.items():
        if not _may_answer(judgement, item):
            continue
        for act in _guarded(judgement, item, lambda j, i: react(j, i, j.today(i))) or []:
            contact = any(isinstance(fact, f.Reacted) and fact.contact for fact in act.facts)
            to = _to(judgement, act)
            if not (contact and to in contacted):
                acts.append(act)
                contacted |= {to} if contact else set()
    return acts


def _may_answer(judgement: Judgement, item: Receivable) -> bool:
    """Whether something may be done beside its ladder, or beside the one that it had."""
    policy, ladder = judgement.policy(item), item.ladder
    if item.deadlines or policy is None or ladder is None:
        return bool(item.deadlines) or item.enrolled
    return bool(policy.reactions or (policy.after_last_step is not None and ladder.done))


def _promised(judgement: Judgement) -> list[Act]:
    """The debits that promises name; they are no contacts and wait for nobody."""
    items = [item for item in judgement.items() if item.open]
    found = (_guarded(judgement, item, lambda j, i: collected(j, i, j.today(i))) for item in items)
    return [act for act in found if act is not None]


def _statements(judgement: Judgement) -> list[Act]:
    """The month's statements of account; they are no contacts and wait for nobody."""
    found = (_guarded(judgement, items[0], partial(statement, items=items)) for items in stated(judgement))
    return [act for act in found if act is not None]


def _wakes(judgement: Judgement) -> dict[str, datetime | None]:
    """Per contract, the next instant at which something may change for it by the passing of time alone."""
    for receivable, wait in judgement.waits.items():
        if wait.until is not None:
            judgement.wake(judgement.account.receivables[receivable].contract, wait.until)
    return {contract: min(judgement.wakes.get(contract, ()), default=None) for contract in judgement.account.contracts}
