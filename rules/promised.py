"""What a customer promises to pay by debit: collected for the day promised, though the promise holds all the rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rules import facts as f
from rules.account import HoldState, Receivable
from rules.assigning import assignee
from rules.calendars import ONE_DAY
from rules.collecting import collection, mandate_of, own_hold, under_way
from rules.decision import Act, Send
from rules.judgement import Judgement
from rules.policy import Debit, channel
from rules.standing import concerns
from rules.target import later, open_on_or_after

EVENT = "promised"
_AHEAD = 3  # days of the bank before the last one on which it takes the file


def collected(judgement: Judgement, item: Receivable, today: date) -> Act | None:
    """The debit of a receivable that a running promise names; None before its time, once done, and under other holds.

    Without a mandate, or a creditor identifier, a person is asked.
    """
    for state in _named(judgement, item):
        key = f"{EVENT}/{state.hold.id}/{item.id}"
        done = judgement.account.reacted.get(key)
        if done is not None and not done.pending:
            continue
        if not judgement.standing(today).open.get(item.id, 0) or _held(judgement, item, today, {state.hold.id, key}):
            continue
        return _act(judgement, item, state, key, today, fresh=done is None)
    return None


def _named(judgement: Judgement, item: Receivable) -> Iterator[HoldState]:
    for state in judgement.account.holds.values():
        named = state.active and state.hold.kind == "promise" and state.hold.method == channel(Debit())
        if named and assignee(judgement.account, item) is None and concerns(judgement.account, state, item):
            yield state


def _held(judgement: Judgement, item: Receivable, today: date, but: set[str]) -> bool:
    """Whether another hold than the promise, and that of this very collection, stops the receivable."""
    free = but | {own_hold(item.id, name) for name in but}
    return any(each.hold.id not in free for each in judgement.holds_on(item, today))


def _act(judgement: Judgement, item: Receivable, state: HoldState, key: str, today: date, *, fresh: bool) -> Act | None:
    policy, terms, promised = judgement.policy(item), judgement.rulebook(item).business.debits, state.hold.promised
    calendar = judgement.calendar(item, policy) if policy is not None else judgement.rulebook(item).home
    if calendar is None or promised is None:
        return None
    if terms is None or mandate_of(judgement, item, today) is None:
        why = f"no mandate for the debit that is promised for {promised}"
        judgement.ask(f"no-mandate/{key}", why, today, scope="receivable", subject=item.id, item=item)
        return None
    judgement.take_back(f"no-mandate/{key}", today, scope="receivable")
    if fresh and later(today, terms.lead + _AHEAD) < promised:
        judgement.wake(item.contract, calendar.at(today + ONE_DAY))
        return None
    slot = judgement.open_slot(
        judgement.addressee(item, policy), calendar, today, "courtesy", frozenset({channel(Debit())})
    )
    if judgement.now < slot.opens:
        judgement.wake(item.contract, slot.opens)
        return None
    made = collection(judgement, item, today, on=max(open_on_or_after(promised), later(today, terms.lead)))
    said = Send("debit", Debit().mandate, "", "", (item.id,), total=made.amount, collections=(made,))
    facts: tuple[f.Fact, ...] = ()
    if fresh:
        reacted = f.Reacted(judgement.now, key, item.id, today, (0,), key)
        facts = (reacted, under_way(made, key, judgement.now, today))
    return Act(f"{key}/0", item.contract, (item.contract,), EVENT, "reaction", today, slot.closes, said, facts)
