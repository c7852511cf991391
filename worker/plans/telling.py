"""A plan as people read it: what changes in the rules, for how many, for whom, and what leaves today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from worker.plans.ahead import AHEAD, Shift
from worker.plans.effects import Effect, Stand
from worker.plans.going_live import GoLive
from worker.plans.plan import Plan

SHOWN, FIRST = 40, 10  # receivables and sends listed, unless all are asked for
_SIGNS = {"today": "+", "begins": "+", "ends": "-", "not-today": "-", "new": "+", "gone": "-"}
_KINDS = {
    "today": "{step} becomes due today",
    "not-today": "{step} no longer leaves today",
    "earlier": "{step} goes out earlier",
    "later": "{step} goes out later",
    "begins": "{step} comes, where nothing was to come",
    "ends": "{step} was to come, and nothing comes",
    "other-step": "{step} comes next, another step than before",
    "otherwise": "{step} comes as before, by another policy, variant or reason",
}
_SAID_AHEAD = {"earlier": "sooner", "later": "later"}  # with their days, where the lives ahead say the same
_AHEAD = {
    "sooner": "{step} goes out {days} earlier",
    "later": "{step} goes out {days} later",
    "new": "{step} comes, which would not have come",
    "gone": "{step} no longer comes",
}
HEADINGS = ("invoice", "customer", "now at", "next, as it is", "next, as planned", "to come")


def heading(plan: Plan) -> Iterator[str]:
    """What changes in the rules."""
    before = plan.before[:8] if plan.before else "nothing"
    edited = " with edits" if plan.commit.endswith("+") else ""
    commit = f", commit {plan.commit[:12]}{edited}" if plan.commit else ""
    yield f"Rules {before} -> {plan.rulebook[:8]}{commit}, for {plan.day}"
    yield from (f"  {each}" for each in plan.changes)
    if not plan.changes and plan.before == plan.rulebook:
        yield "  the rules are those that are active"


def counts(plan: Plan) -> Iterator[str]:
    """How many change, and how."""
    total, people, changing = len(plan.effects), len(plan.planned), len(plan.changed)
    if plan.scope == "none":
        yield "  No running case moves; new cases get the new rules."
        return
    changed = f"{total - changing:,} unchanged, {changing:,} change"
    yield f"  {_n(total, 'open receivable')} of {_n(people, 'customer')}: {changed}"
    yield f"  {_n(len(plan.contracts), 'case')} to move"
    dated = {(row.what, row.step) for row in plan.ahead()}
    for kind, step, items, customers in plan.summary():
        if kind not in _KINDS or (_SAID_AHEAD.get(kind, ""), step) in dated:
            continue
        said = _KINDS[kind].format(step=step or "no step").replace("today", _today(plan))
        yield f"  {_SIGNS.get(kind, '~')} {items:>5,}  {said}{_who(items, customers)}"
    yield from _ahead(plan)
    for move in plan.stays:
        yield f"  ! case {move.contract} stays with its rules: {move.stays}"


def _ahead(plan: Plan) -> Iterator[str]:
    """Every step still to come that moves."""
    rows = plan.ahead()
    if rows:
        until = plan.day + AHEAD
        yield f"  Until {until}, if nobody paid, bank data were kept up and approvals came a day after they are asked:"
    for row in rows:
        days = _n(row.most, "day") if row.least == row.most else f"{row.least} to {_n(row.most, 'day')}"
        said = _AHEAD[row.what].format(step=row.step, days=days)
        yield f"  {_SIGNS.get(row.what, '~')} {row.receivables:>5,}  {said}{_who(row.receivables, row.customers)}"


def _who(items: int, customers: int) -> str:
    return "" if customers == items else f" ({_n(customers, 'customer')})"


def _today(plan: Plan) -> str:
    return "today" if plan.made.date() == plan.day else f"on {plan.day}"


def today(plan: Plan) -> Iterator[str]:
    """What leaves on the plan's day, beside the limits of the business."""
    found = plan.today
    share = 100 * found.contacts / found.open if found.open else 0.0
    limit = "" if found.contacts_limit is None else f" (limit {found.contacts_limit:,})"
    part = "" if found.share_limit is None else f" (limit {found.share_limit})"
    yield (
        f"  {_today(plan).capitalize()}: {_n(found.contacts, 'customer')} contacted{limit},"
        f" {share:.1f}% of customers with something open{part}"
    )
    if found.over:
        yield "  ! That is over the limit: beyond it nothing leaves, and a person is asked."
    yield from (f"  ! {each}" for each in plan.notes)


def rows(plan: Plan, *, every: bool = False) -> list[tuple[object, ...]]:
    """The first receivables that change, or every one that is open, in a table with HEADINGS."""
    return [_row(effect) for effect in (plan.effects if every else plan.changed[:SHOWN])]


def sends(plan: Plan, *, every: bool = False) -> list[tuple[object, ...]]:
    """What leaves on the plan's day: invoice, customer, step."""
    shown = plan.sends if every else plan.sends[:FIRST]
    return [(each.number, each.customer, each.new.step) for each in shown]


def start(plan: GoLive) -> Iterator[str]:
    """How a business begins with a book of old receivables."""
    begin = Counter(each.on for each in plan.starts)
    yield f"Go-live on {plan.day}: {_n(len(plan.starts), 'customer')} on {_n(len(begin), 'day')}, none before."
    yield from (f"  from {day}  {_n(begin[day], 'customer')}" for day in sorted(begin))
    if plan.oldest is not None:
        item = plan.oldest
        ago = f"due {item.due}, {_n(item.days, 'day')} ago"
        yield f"The oldest: {item.number} of {item.customer}, {item.balance}, {ago}"
    if not plan.volume():
        yield f"Nothing would leave until {plan.until}, even if nobody paid."
        return
    yield (
        f"What would leave until {plan.until}, if nobody paid, the bank's data were kept up and approvals came a day"
        " after they are asked"
    )


def _row(effect: Effect) -> tuple[object, ...]:
    skipped = f"; {', '.join(effect.skipped)} passed over" if effect.skipped else ""
    return (
        effect.number,
        effect.customer,
        effect.now or "the start",
        stand(effect.old),
        stand(effect.new) + skipped,
        ", ".join(map(_shift, effect.ahead)),
    )


def _shift(shift: Shift) -> str:
    match shift.what:
        case "new":
            return f"{shift.step} on {shift.new} is new"
        case "gone":
            return f"no {shift.step} on {shift.old}"
    return f"{shift.step} {_n(shift.days, 'day')} {'earlier' if shift.what == 'sooner' else 'later'}"


def stand(found: Stand) -> str:
    """`reminder-2 on 2027-02-12`, or what is waited for."""
    when = f"on {found.on}" if found.on else found.why
    said = " ".join(part for part in (found.step, when if not found.step or found.on else f"({when})") if part)
    return f"{said} [{found.variant}]" if found.variant else said or "nothing"


def _n(n: int, one: str) -> str:
    return f"{n:,} {one}" + ("" if n == 1 else "s")
