"""A debit on the real server: collected, sent back by the bank, and reminded of."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules import facts as f
from tests.workflows.stage import stepped
from tests.world import euros
from worker.ledger.views import holds
from worker.record import Request, record
from worker.server import Server
from workflows.messages import Payment

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("temporal")]

STEPS = """
steps:
  - {id: collect, level: courtesy, at: due-7d, do: [debit: {mandate: sepa}]}
  - {id: reminder, level: reminder, at: due+10d, do: [email: {template: reminder-1, to: billing}]}
reactions:
  - {event: payment-failed, do: [email: {template: payment-failed, to: billing}]}
"""


async def test_a_debit_is_collected_and_what_fails_is_told_and_reminded_of(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09", steps=STEPS) as stage:
        world = stage.world
        world.customer("C-1", payment_method="debit")
        for name, number in (("M-1", "F-1"), ("M-2", "F-2")):
            world.open_account(name, "C-1", mandate=f"RUM-{name}", signed="2039-01-05")
            world.invoice(number, name, 1200, issued="2040-01-09", due="2040-02-08")
        await stage.wake("M-1", "M-2")
        await stage.step_to("2040-02-01", "16:00")
        (entry,) = world.debits()
        assert [(each["invoice"], each["on"]) for each in entry["collections"]] == [
            ("F-1", "2040-02-08"),
            ("F-2", "2040-02-08"),
        ]
        await stage.step_to("2040-02-08")
        await stage.say("M-1", "record-payment", Payment("1200.00 EUR", "2040-02-08", "VIR-1", "F-1"))
        await stage.step_to("2040-02-10", "16:00")
        with world.office.ledger.begin() as tx:
            said = record(tx, Request("payment-failed", {"invoice": "F-2", "reason": "AM04"}, "R-1", "anne"))
        assert said.text == "The payment of 1200.00 EUR for F-2 failed (AM04), and is no longer under way."
        await stage.wake(*said.contracts)
        await stage.step_to("2040-02-20", "16:00")
        assert [(step, outcome) for _, step, outcome in world.steps("F-1")] == [
            ("collect", "sent"),
            ("", "stopped: paid"),
        ]
        assert [step for _, step, _ in world.steps("F-2")] == ["collect", "reminder"]
        assert len(world.debits()) == 1
        assert len(world.mail()) == 2  # the failure, and the reminder of F-2 alone
        with world.office.ledger.read() as tx:
            assert holds(tx) == []
        failed = [fact for fact in world.facts() if isinstance(fact, f.PaymentFailed)]
        assert [(fact.amount, fact.reason) for fact in failed] == [(euros(1200), "AM04")]
