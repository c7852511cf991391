"""What Temporal UI shows of a case: search attributes and a page of Markdown. Identifiers and amounts, no names."""

from __future__ import annotations

from datetime import date, datetime

from rules.account import Account, Receivable
from rules.decision import Decision
from rules.money import Money
from rules.policy import LEVELS
from rules.standing import Standing, by_age

SHOWN = 8  # receivables listed; the rest are counted


def attributes(contract: str, account: Account, decision: Decision, today: date) -> dict[str, str | int]:
    """The search attributes of a case by name (workflows/attributes.py); what it has not is left out."""
    items = _items(contract, account)
    standing = Standing(account, today)
    waits = {why for item in items if (why := waiting(item, decision))}
    policies = {item.ladder.policy for item in items if item.ladder is not None}
    currency = min((item.amount.currency for item in items), default=None)
    overdue = [i for i in items if i.due is not None and i.due < today and i.amount.currency == currency]
    found: dict[str, str | int | None] = {
        "RelanceStage": stage(items),
        "RelanceWaiting": min(waits, default=None),
        "RelanceCustomer": account.customer.id,
        "RelancePolicy": min(policies, default=None),
        "RelanceCountry": account.customer.country,
        "RelanceCurrency": currency,
        "RelanceOverdue": sum(standing.open.get(item.id, 0) for item in overdue),
    }
    return {name: value for name, value in found.items() if value is not None}


def stage(items: list[Receivable]) -> str:
    """The heaviest level that has gone out for something still open; `none` before the first."""
    levels = [climb.level for item in items if item.ladder for climb in item.ladder.climbs if climb.went_out]
    return max(levels, key=lambda level: LEVELS.index(level) if level in LEVELS else -1, default="none")


def waiting(item: Receivable, decision: Decision) -> str | None:
    """What the receivable waits for: planned, approval, held, ...; None for nothing."""
    found = [reason.values[0] for reason in decision.reasons.get(item.id, ()) if reason.code == "waits"]
    if found:
        return str(found[-1])
    step = decision.next_steps.get(item.id)
    return step.why if step is not None else None


def line(contract: str, account: Account, decision: Decision) -> str:
    """What the case waits for next, in one short line."""
    mine = [(item, why) for item in _items(contract, account) if (why := waiting(item, decision))]
    if mine:
        item, why = min(mine, key=lambda each: _sooner(each[0], decision))
        step = decision.next_steps.get(item.id)
        return " · ".join(filter(None, (step.step if step else "", item.number, why)))
    return "over" if contract in decision.ended else "next invoice" if decision.wake.get(contract) else "something new"


def _sooner(item: Receivable, decision: Decision) -> tuple[bool, datetime, str]:
    step = decision.next_steps.get(item.id)
    at = step.at if step else None
    return at is None, at or decision.at, item.number


def markdown(contract: str, account: Account, decision: Decision) -> str:
    """Receivables with what is open, the last and the next step, and what the next one waits for."""
    items = _items(contract, account)
    rows = [_row(item, decision) for item in sorted(items, key=by_age)[:SHOWN]]
    if not rows:
        return "Nothing is open."
    more = [f"\nand {len(items) - SHOWN} more"] if len(items) > SHOWN else []
    return "\n".join(["| invoice | due | open | last | next |", "|--|--|--|--|--|", *rows, *more])


def _items(contract: str, account: Account) -> list[Receivable]:
    return [item for item in account.receivables.values() if item.contract == contract and item.open]


def _row(item: Receivable, decision: Decision) -> str:
    climbs = item.ladder.climbs if item.ladder else ()
    last = f"{climbs[-1].step} {climbs[-1].outcome} {climbs[-1].on}" if climbs else ""
    step = decision.next_steps.get(item.id)
    upcoming = ""
    if item.ladder is not None and item.ladder.stopped:
        upcoming = f"stopped: {item.ladder.stopped}"
    elif step is not None:
        upcoming = " ".join(filter(None, (step.step, str(step.at.date()) if step.at else "", waiting(item, decision))))
    else:
        upcoming = waiting(item, decision) or ""
    amount: Money = item.balance
    return f"| {item.number} | {item.due or ''} | {amount} | {last} | {upcoming} |"
