"""A plan as people read it: what changes in the rules, for how many, for whom, and what leaves today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from worker.plans.effects import Effect, Stand
from worker.plans.going_live import GoLive
from worker.plans.plan import Plan

SHOWN = 40  # receivables listed, unless all are asked for
_SIGNS = {"today": "+", "begins": "+", "ends": "-", "not-today": "-"}
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
HEADINGS = ("invoice", "customer", "now at", "next, as it is", "next, as planned")


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
    total, people = plan.unchanged + len(plan.effects), len(plan.planned)
    if plan.scope == "none":
        yield "  No running case moves; new cases get the new rules."
        return
    changed = f"{plan.unchanged:,} unchanged, {len(plan.effects):,} change"
    yield f"  {_n(total, 'open receivable')} of {_n(people, 'customer')}: {changed}"
    yield f"  {_n(len(plan.contracts), 'case')} to move"
    for kind, step, items, customers in plan.summary():
        who = "" if customers == items else f" ({_n(customers, 'customer')})"
        said = _KINDS.get(kind, kind).format(step=step or "no step").replace("today", _today(plan))
        yield f"  {_SIGNS.get(kind, '~')} {items:>5,}  {said}{who}"
    for move in plan.stays:
        yield f"  ! case {move.contract} stays with its rules: {move.stays}"


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


def rows(plan: Plan, *, every: bool = False) -> list[tuple[object, ...]]:
    """The receivables that change, in a table with HEADINGS."""
    shown = plan.effects if every else plan.effects[:SHOWN]
    return [_row(effect) for effect in shown]


def start(plan: GoLive) -> Iterator[str]:
    """How a business begins with a book of old receivables."""
    begin = Counter(each.on for each in plan.starts)
    yield f"Go-live on {plan.day}: {_n(len(plan.starts), 'customer')} on {_n(len(begin), 'day')}, none before."
    yield from (f"  from {day}  {_n(begin[day], 'customer')}" for day in sorted(begin))
    if plan.oldest is not None:
        item = plan.oldest
        ago = f"due {item.due}, {_n(item.days, 'day')} ago"
        yield f"The oldest: {item.number} of {item.customer}, {item.balance}, {ago}"
    yield "What would leave if nobody paid and the bank's data were kept up"


def _row(effect: Effect) -> tuple[object, ...]:
    skipped = f"; {', '.join(effect.skipped)} passed over" if effect.skipped else ""
    return (
        effect.number,
        effect.customer,
        effect.now or "the start",
        stand(effect.old),
        stand(effect.new) + skipped,
    )


def stand(found: Stand) -> str:
    """`reminder-2 on 2027-02-12`, or what is waited for."""
    when = f"on {found.on}" if found.on else found.why
    said = " ".join(part for part in (found.step, when if not found.step or found.on else f"({when})") if part)
    return f"{said} [{found.variant}]" if found.variant else said or "nothing"


def _n(n: int, one: str) -> str:
    return f"{n:,} {one}" + ("" if n == 1 else "s")
