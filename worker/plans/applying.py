"""Applies a plan: exactly that, once; refused when anything in it has moved, finished when it was interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.compile import digest
from worker.ledger.ledger import Ledger, Transaction
from worker.ledger.views import facts_like
from worker.plans.files import NoPlan
from worker.plans.plan import Plan, Planned, Progress, positions, shared_position

AT_ONCE = 50  # customers in one transaction
SHOWN = 5


class Stale(Exception):
    """What the plan was made for is no longer so; the message says what has moved."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done: cases bound now and before (by a run that was interrupted), and which are to be woken."""

    bound: int
    before: int
    stays: int
    contracts: tuple[str, ...]


def begun(tx: Transaction) -> f.PlanBegun | None:
    """The plan that was begun last, None where none ever was."""
    found = [each.fact for each in facts_like(tx, f.PlanBegun)]
    return found[-1] if found and isinstance(found[-1], f.PlanBegun) else None


def ended(tx: Transaction, plan: str) -> bool:
    """Whether all of that plan is done."""
    return any(isinstance(each.fact, f.PlanEnded) and each.fact.plan == plan for each in facts_like(tx, f.PlanEnded))


def apply(ledger: Ledger, plan: Plan, name: str, by: str, progress: Progress | None = None) -> Applied:
    """Binds the cases of the plan called `name` (its digest). Raises Stale, before anything is changed.

    An interrupted run is finished by the next one; a plan that is done stays done.
    """
    with ledger.begin() as tx:
        last = begun(tx)
        if last is None or last.plan != name:
            _refuse_stale(tx, plan)
            last = _begin(tx, plan, name, by)
    bound = before = 0
    for n in range(0, len(plan.planned), AT_ONCE):
        if progress is not None:
            progress(n, len(plan.planned))
        with ledger.begin() as tx:
            for each in plan.planned[n : n + AT_ONCE]:
                fresh = len(_bind(tx, each, plan, last))
                bound += fresh
                before += sum(not move.stays for move in each.moves) - fresh
    with ledger.begin() as tx:
        if not ended(tx, name):
            tx.record_shared([f.PlanEnded(tx.now(), name)])
    return Applied(bound, before, len(plan.stays), tuple(plan.contracts))


def _begin(tx: Transaction, plan: Plan, name: str, by: str) -> f.PlanBegun:
    files = {path: text.encode() for path, text in plan.files.items()}
    if digest(files) != plan.rulebook:
        raise NoPlan("the rules in the plan are not those that it names: make the plan anew.")
    tx.put_rulebook(plan.rulebook, files)
    tx.activate(plan.rulebook)
    fact = f.PlanBegun(tx.now(), name, "rules", plan.rulebook, plan.before, by, plan.commit, len(plan.contracts))
    tx.record_shared([fact])
    return fact


def _bind(tx: Transaction, planned: Planned, plan: Plan, begun_by: f.PlanBegun) -> list[f.Fact]:
    """Binds the contracts of one customer that are not bound yet; the plan's instant makes it once and for all."""
    tx.lock(planned.customer)
    rulebooks = tx.account(planned.customer).rulebooks
    moves = [m for m in planned.moves if not m.stays and rulebooks[m.contract] != plan.rulebook]
    return tx.record(
        planned.customer, [f.CaseBound(begun_by.at, m.contract, plan.rulebook, dict(m.renamed)) for m in moves]
    )


def _refuse_stale(tx: Transaction, plan: Plan) -> None:
    moved = list(_moved(tx, plan))
    if moved:
        more = f", and {len(moved) - SHOWN} more" if len(moved) > SHOWN else ""
        raise Stale(f"{'; '.join(moved[:SHOWN])}{more}")


def _moved(tx: Transaction, plan: Plan) -> Iterator[str]:
    """What is no longer as the plan says."""
    active = tx.active_rulebook() or ""
    if active != plan.before:
        yield f"the active rules are {active[:12]}, not {plan.before[:12]}"
    day = tx.now().astimezone(ZoneInfo(_time_zone(tx, plan))).date()
    if day != plan.day:
        yield f"it is for {plan.day}, and today is {day}"
    if plan.scope != "none" and shared_position(tx) != plan.shared:
        yield "something was recorded for the whole business, such as bank data or a hold"
    known, seen = positions(tx), {each.customer: each.position for each in plan.planned}
    yield from (f"something was recorded for customer {name}" for name in seen if known.get(name) != seen[name])
    if plan.scope in ("all", "new"):
        yield from (f"customer {name} is new" for name in known if name not in seen)


def _time_zone(tx: Transaction, plan: Plan) -> str:
    return tx.rulebook(plan.before).business.time_zone if plan.before else "UTC"
