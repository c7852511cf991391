"""A plan applied to live cases on the real server: each moves, and does what the plan said it would."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import pytest

from rules import facts as f
from tests.world import World, day, euros, instant, world
from worker.ledger.people import Card, Contact
from worker.ledger.views import facts_like, late_cases
from worker.main import register, working
from worker.plans.applying import Applied, apply
from worker.plans.files import digest_of
from worker.plans.plan import make
from worker.server import serving
from worker.workspace import load

ISSUED, DUE = "2027-01-04", "2027-02-03"  # a Wednesday: the reminder is due on Saturday, hence on Monday the 8th
EARLIER = ("at: due+3d", "at: due+1d")


async def _lived(cases: int, folder: Path) -> None:
    with world(folder, instant(ISSUED, "10:00")) as found:
        found.step_to(instant(ISSUED, "10:00"))
        names = _populate(found, cases)
        async with serving() as server:
            await register(server.client, found.office)
            async with working(found.office, server.client, name="test", rehearsed=True) as waker:
                settle = _settler(found, waker.wake, patience=2 * cases + 60)
                await settle(names)
                found.step_to(instant("2027-02-04", "15:00"))  # the day after the due date, when every slot is open
                await settle(names)
                assert _left(found, "reminder") == {}
                applied = await asyncio.to_thread(_changed, found)
                assert (applied.bound, applied.stays) == (cases, 0)
                await settle(applied.contracts)
        assert _left(found, "reminder") == {date(2027, 2, 4): cases}
        with found.office.ledger.read() as tx:
            assert len(facts_like(tx, f.CaseBound)) == cases
            assert list(tx.verify()) == []


@pytest.mark.parametrize(
    "cases", [10, pytest.param(1000, marks=[pytest.mark.nightly, pytest.mark.timeout(1800)], id="a-thousand")]
)
def test_live_cases_move_and_send_what_the_plan_said(cases: int, tmp_path: Path) -> None:
    asyncio.run(_lived(cases, tmp_path))


def _changed(found: World) -> Applied:
    """Edits the policy, plans, and applies the plan; what it said is asserted here."""
    folder = found.office.workspace.folder
    policy = folder / "policies" / "standard.yaml"
    policy.write_text(policy.read_text("utf-8").replace(*EARLIER), "utf-8")
    with found.office.ledger.read() as tx:
        plan = make(tx, load(folder))
    assert Counter(effect.kind(plan.day) for effect in plan.effects) == {"today": len(plan.planned)}
    return apply(found.office.ledger, plan, digest_of(plan), "anne")


def _populate(found: World, cases: int) -> list[str]:
    """So many customers with one contract and one invoice each."""
    with found.office.ledger.begin() as tx:
        rules = str(tx.active_rulebook())
        for n in range(cases):
            customer, contract, number = f"C-{n}", f"K-{n}", f"F-{n}"
            person = f.Customer(
                customer, country="FR", kind="business", language="fr", reachable={"billing": ("email",)}
            )
            card = Card(f"Client {n}", contacts=(Contact("billing", "Anne", f"c{n}@client.example"),))
            tx.record_customer(f.CustomerRecorded(found.now, person), card)
            opened = f.Contract(contract, customer, "open-account", law="FR")
            owed = f.Issued(
                found.now, number, contract, number, day(ISSUED), day(DUE), euros(100), delivered=day(ISSUED)
            )
            tx.record(customer, [f.ContractRecorded(found.now, opened, rules), owed])
    return [f"K-{n}" for n in range(cases)]


def _settler(
    found: World, wake: Callable[[list[str]], Awaitable[None]], *, patience: float
) -> Callable[[list[str] | tuple[str, ...]], Awaitable[None]]:
    """Wakes cases and waits until none has anything left to do."""

    def late() -> list[str]:
        with found.office.ledger.read() as tx:
            return late_cases(tx, tx.now())

    async def settle(names: list[str] | tuple[str, ...]) -> None:
        async def settled() -> None:
            await wake(list(names))
            while still := await asyncio.to_thread(late):  # noqa: ASYNC110
                await asyncio.sleep(min(0.05 + len(still) / 500, 2))

        await asyncio.wait_for(settled(), patience)

    return settle


def _left(found: World, step: str) -> dict[date, int]:
    """How many receivables that step has left for, by day."""
    return dict(Counter(fact.on for fact in found.facts() if isinstance(fact, f.Left) and fact.step == step))
