"""The page of Markdown that Temporal UI shows of a case, to be read in ten seconds. Identifiers and amounts only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, tzinfo

from rules import explain
from rules.account import Account, Climb, HoldState, Receivable
from rules.collecting import is_collection
from rules.decision import Decision
from rules.money import Money
from rules.standing import Standing, by_age, by_start, covered
from worker.details import items_of, soonest, stage, waiting

SHOWN = 8  # receivables listed; the rest are counted
FEW = 3  # holds and approvals told one by one
_PRIVATE = frozenset({"review", "failed", "limit"})  # waits whose values are text that somebody wrote


def markdown(contract: str, account: Account, decision: Decision, now: datetime) -> str:
    """Stage and sums, the last contact, what comes next and why, holds, approvals; then the receivables, in a table
    where there are several.

    `now` is in the business's time zone, in which days are told. It goes into the case's history each time: brief.
    """
    items = sorted(items_of(contract, account), key=by_age)
    if not items:
        return f"**{contract}**: nothing is open."
    told = [
        *_last(items),
        *_next(items, account, decision, now.tzinfo),
        *_few(_holds(items, account)),
        *_few(_approvals(items)),
    ]
    head = f"**{contract} · {_standing(items, account, now.date())}**\n"
    rows = [f"- {_alone(items[0])}"] if len(items) == 1 else _table(items, decision, now.tzinfo)
    return "\n".join([head, *(f"- {each}" for each in told), *rows])


def human(day: date) -> str:
    """A date as people say it, the same in every language of a machine.

    >>> human(date(2027, 1, 4))
    '4 Jan 2027'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _standing(items: list[Receivable], account: Account, today: date) -> str:
    """`reminder · 1500.00 EUR overdue, the oldest since 1 Jan 2027: 30 days on 31 Jan 2027`.

    The page stays until the case looks again, so the delay says its day.
    """
    level = stage(items)
    reached = "nothing sent yet" if level == "none" else level
    late = [item for item in items if item.due is not None and item.due < today]
    standing = Standing(account, today)
    sums = _sums(standing.amount(item) for item in late)
    if not sums:
        return f"{reached} · {_sums(item.balance for item in items)} open, nothing overdue"
    since = min(item.due for item in late if item.due is not None)
    days = (today - since).days
    delay = f"{days} day{'s' if days > 1 else ''} on {human(today)}"
    return f"{reached} · {sums} overdue, the oldest since {human(since)}: {delay}"


def _sums(amounts: Iterable[Money]) -> str:
    """`1500.00 EUR and 200.00 USD`."""
    sums = Counter[str]()
    for amount in amounts:
        sums[amount.currency] += amount.minor
    return " and ".join(str(Money(minor, currency)) for currency, minor in sorted(sums.items()) if minor)


def _last(items: Iterable[Receivable]) -> Iterator[str]:
    every = (climb for item in items if item.ladder for climb in item.ladder.climbs)
    climbs = [climb for climb in every if climb.went_out and climb.channels != ("debit",)]
    last = max(climbs, key=lambda climb: climb.on, default=None)
    if last is not None:
        by = f" by {', '.join(dict.fromkeys(last.channels))}" if last.channels else ""
        doubt = ", but nobody knows whether it was sent" if last.outcome == "unknown" else ""
        yield f"last contact: {human(last.on)}{by} ({last.step}){doubt}"


def _next(items: list[Receivable], account: Account, decision: Decision, zone: tzinfo | None) -> Iterator[str]:
    """The step that comes first, on which day, and why it is not sent now."""
    item = soonest(items, decision)
    if item is None:
        return
    step = decision.next_steps.get(item.id)
    name = f"{step.step} of {item.number}" if step else item.number
    day = f" on {human(step.at.astimezone(zone).date())}" if step and step.at else ""
    yield f"next: {name}{day}: {_why(item, account, decision)}"


def _why(item: Receivable, account: Account, decision: Decision) -> str:
    """What it waits for as the phrase book says it, with numbers and dates as people write them."""
    why, values = decision.waits(item.id) or ("", ())
    return explain.coming(why, () if why in _PRIVATE else tuple(_called(value, account) for value in values))


def _called(value: object, account: Account) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return human(value)
    item = account.receivables.get(value) if isinstance(value, str) else None
    return item.number if item is not None else value


def _holds(items: list[Receivable], account: Account) -> list[str]:
    """What holds them up, the longest first; a promise says its day."""
    told = []
    for state in sorted((each for each in account.holds.values() if each.active), key=by_start):
        concerned = {each.id for each in covered(account, state)}
        held = [item for item in items if item.id in concerned]
        told += [_hold(state, held)] if held else []
    return told


def _hold(state: HoldState, held: list[Receivable]) -> str:
    hold = state.hold
    about = held[0].number + (f" and {len(held) - 1} more" if len(held) > 1 else "")
    if is_collection(state) and hold.promised is not None:
        return f"debit: {hold.part} of {about}, collected on {human(hold.promised)} and not heard of yet"
    if hold.promised is not None:
        return f"promise: {about}, to be paid by {human(hold.promised)}"
    part = f" of {hold.part}" if hold.part else ""
    until = f"until {human(hold.until)}" if hold.until else "until somebody ends it"
    return f"on hold: {hold.kind}{part} on {about} since {human(hold.start)}, {until}"


def _approvals(items: Iterable[Receivable]) -> list[str]:
    found = [(item, item.ladder.request) for item in items if item.ladder and item.ladder.request]
    return [
        f"approval: {asked.step} of {item.number} for {asked.amount}, asked of {asked.who} on {human(asked.asked)}"
        for item, asked in found
        if asked.state in ("asked", "escalated")
    ]


def _few(told: list[str]) -> list[str]:
    more = [f"and {len(told) - FEW} more like it"] if len(told) > FEW else []
    return told[:FEW] + more


def _alone(item: Receivable) -> str:
    """`F-1: 120.00 EUR, due 8 Feb 2040`, and what neither the last contact nor the next step says of it."""
    climbs = item.ladder.climbs if item.ladder else ()
    told = [
        str(item.balance),
        f"due {human(item.due)}" if item.due else "",
        _done(climbs) if climbs and not climbs[-1].went_out else "",
        _stopped(item),
    ]
    return f"{item.number}: {', '.join(filter(None, told))}"


def _table(items: list[Receivable], decision: Decision, zone: tzinfo | None) -> list[str]:
    rows = [_row(item, decision, zone) for item in items[:SHOWN]]
    more = [f"\nand {len(items) - SHOWN} more"] if len(items) > SHOWN else []
    return ["\n| invoice | due | open | last | next |", "|--|--|--|--|--|", *rows, *more]


def _row(item: Receivable, decision: Decision, zone: tzinfo | None) -> str:
    climbs = item.ladder.climbs if item.ladder else ()
    due = human(item.due) if item.due else ""
    return f"| {item.number} | {due} | {item.balance} | {_done(climbs)} | {_upcoming(item, decision, zone)} |"


def _done(climbs: tuple[Climb, ...]) -> str:
    return f"{climbs[-1].step} {climbs[-1].outcome} {human(climbs[-1].on)}" if climbs else ""


def _upcoming(item: Receivable, decision: Decision, zone: tzinfo | None) -> str:
    if stopped := _stopped(item):
        return stopped
    step = decision.next_steps.get(item.id)
    if step is None:
        return waiting(item, decision) or ""
    day = human(step.at.astimezone(zone).date()) if step.at else ""
    why = waiting(item, decision)
    return " ".join(filter(None, (step.step, day, why if why != "planned" else "")))


def _stopped(item: Receivable) -> str:
    return f"stopped: {item.ladder.stopped}" if item.ladder and item.ladder.stopped else ""
