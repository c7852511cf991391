"""Payment plans: instalments are receivables of their own, and their money is the money of what the plan covers.

An instalment holds no money: what comes in for it goes to the covered receivables, oldest due first, and it counts as
paid as far as these have shrunk. So nothing is owed twice, and a plan that ends leaves the account as it would be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from rules.facts import Hold, Share
from rules.receivables import HoldState, Receivable

INSTALMENT = "instalment"


def plan_of(item: Receivable) -> str | None:
    """The hold whose instalment it is; an instalment's identifier is HOLD/NUMBER."""
    return item.id.rpartition("/")[0] or None if item.kind == INSTALMENT else None


def instalments(receivables: Mapping[str, Receivable], hold: str) -> list[Receivable]:
    """The instalments of a plan, in the order of their due dates."""
    found = [item for item in receivables.values() if plan_of(item) == hold]
    return sorted(found, key=lambda item: (item.due or date.max, item.id))


def replaced(receivables: Mapping[str, Receivable], hold: Hold) -> list[Receivable]:
    """What a plan covers, oldest due first: its instalments are owed in its place."""
    match hold.scope:
        case "receivable":
            names = hold.receivables or (hold.subject,)
            found = [receivables[name] for name in names if name in receivables]
        case "contract":
            found = [item for item in receivables.values() if item.contract == hold.subject]
        case _:
            found = [i for i in receivables.values() if not hold.receivables or i.id in hold.receivables]
    return sorted((i for i in found if i.kind != INSTALMENT), key=lambda item: (item.due or date.max, item.id))


def spread(
    receivables: Mapping[str, Receivable], holds: Mapping[str, HoldState], shares: Iterable[Share]
) -> Iterator[Share]:
    """Shares as they are put: those on an instalment go to what its plan covers, oldest due first."""
    taken: dict[str, int] = {}
    for share in shares:
        item = receivables.get(share.receivable)
        plan = holds.get(plan_of(item) or "") if item is not None else None
        if plan is None:
            yield share
            continue
        left = share.minor
        for covered in replaced(receivables, plan.hold):
            part = min(left, covered.rest - taken.get(covered.id, 0))
            if part > 0:
                taken[covered.id] = taken.get(covered.id, 0) + part
                left -= part
                yield Share(covered.id, part)


def brought_up(receivables: Mapping[str, Receivable], hold: Hold) -> Iterator[Receivable]:
    """The instalments as they stand once money came in or went back: the first ones are paid first."""
    parts = instalments(receivables, hold.id)
    come = sum(p.amount.minor for p in parts) - sum(item.rest for item in replaced(receivables, hold))
    for part in parts:
        paid = min(max(come, 0), part.amount.minor)
        come -= part.amount.minor
        if paid != part.paid:
            yield replace(part, paid=paid)
