"""What Temporal UI lists a case by: search attributes and a line. Identifiers and amounts, no names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from rules.account import Account, Receivable
from rules.decision import Decision
from rules.policy import LEVELS
from rules.standing import Standing, by_age
from workflows.messages import Attributes

NUMBERS = 20  # invoices that a case is found by, the oldest of those that are open
_FOR_A_PERSON = ("approval", "review", "unknown-outcome")  # shown first, in this order: nothing but a person ends them


def attributes(contract: str, account: Account, decision: Decision, today: date) -> Attributes:
    """The search attributes of a case by name (workflows/attributes.py); what it has not is left out."""
    items = items_of(contract, account)
    standing = Standing(account, today)
    waits = {why for item in items if (why := waiting(item, decision))}
    policies = {item.ladder.policy for item in items if item.ladder is not None}
    currency = min((item.amount.currency for item in items), default=None)
    overdue = [i for i in items if i.due is not None and i.due < today and i.amount.currency == currency]
    numbers = list(dict.fromkeys(item.paper for item in sorted(items, key=by_age)[:NUMBERS]))
    found: dict[str, str | int | list[str] | None] = {
        "RelanceStage": stage(items),
        "RelanceWaiting": min(waits, key=_pressing, default=None),
        "RelanceContract": contract,
        "RelanceCustomer": account.customer.id,
        "RelancePolicy": min(policies, default=None),
        "RelanceCountry": account.customer.country,
        "RelanceCurrency": currency,
        "RelanceOverdue": sum(standing.open.get(item.id, 0) for item in overdue),
        "RelanceInvoices": numbers or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def stage(items: list[Receivable]) -> str:
    """The heaviest level that has gone out for something still open; `none` before the first."""
    levels = [climb.level for item in items if item.ladder for climb in item.ladder.climbs if climb.went_out]
    return max(levels, key=lambda level: LEVELS.index(level) if level in LEVELS else -1, default="none")


def _pressing(why: str) -> tuple[int, str]:
    return _FOR_A_PERSON.index(why) if why in _FOR_A_PERSON else len(_FOR_A_PERSON), why


def waiting(item: Receivable, decision: Decision) -> str | None:
    """What the receivable waits for: planned, approval, held, ...; None for nothing."""
    waits = decision.waits(item.id)
    return waits[0] if waits is not None else None


def line(contract: str, account: Account, decision: Decision) -> str:
    """What the case waits for next, in one short line."""
    item = soonest(items_of(contract, account), decision)
    if item is not None:
        step = decision.next_steps.get(item.id)
        return " · ".join(filter(None, (step.step if step else "", item.number, waiting(item, decision))))
    return "over" if contract in decision.ended else "next invoice" if decision.wake.get(contract) else "something new"


def soonest(items: Iterable[Receivable], decision: Decision) -> Receivable | None:
    """The receivable of which something happens first; None where nothing is waited for."""
    waits = (item for item in items if waiting(item, decision))
    return min(waits, key=lambda item: _sooner(item, decision), default=None)


def _sooner(item: Receivable, decision: Decision) -> tuple[bool, datetime, str]:
    step = decision.next_steps.get(item.id)
    at = step.at if step else None
    return at is None, at or decision.at, item.number


def items_of(contract: str, account: Account) -> list[Receivable]:
    """What is open of a contract."""
    return [item for item in account.receivables.values() if item.contract == contract and item.open]
