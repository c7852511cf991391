"""Customers who have one payer, on the real server: one message to the payer, whoever's case sends it."""

from __future__ import annotations

import re
from collections import Counter
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from temporalio.client import Client

from rules import facts as f
from rules.simulate import Simulation, entries
from tests.workflows.stage import Stage, stepped
from tests.world import PARIS, PERSON, STEPS, instant
from worker.main import working
from worker.server import Server

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("temporal")]

BY_PAYER = STEPS.replace("by: customer", "by: payer")
HEAD = "head@client.example"


def owing(
    stage: Stage,
    payer: str = "C-9",
    customers: tuple[str, ...] = ("C-1", "C-2"),
    *,
    number: int = 1,
    email: str = HEAD,
) -> None:
    """Customers with an invoice of 1200.00 EUR each, due on Wednesday 8 February 2040, and one payer for them."""
    stage.world.customer(payer, email=email)
    for n, name in enumerate(customers, start=number):
        stage.world.customer(name, payer=payer)
        stage.world.open_account(f"M-{n}", name)
        stage.world.invoice(f"F-{n}", f"M-{n}", 1200, issued="2040-01-09", due="2040-02-08")


def said(stage: Stage) -> str:
    """The words of the last e-mail."""
    file = stage.world.sink.folder / stage.world.sink.messages()[-1]["file"]
    body = message_from_bytes(file.read_bytes(), policy=default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


async def test_one_message_goes_to_the_payer_and_every_ladder_climbs(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09", steps=BY_PAYER) as stage:
        owing(stage)
        await stage.wake("M-1", "M-2")
        await stage.step_to("2040-02-03", "16:00")
        await stage.step_to("2040-02-13", "16:00")
        assert [each["to"] for each in stage.world.sink.messages()] == [[HEAD], [HEAD]]
        led, covered = ("F-1", "F-2") if stage.world.steps("F-1")[0][2] == "sent" else ("F-2", "F-1")
        assert stage.world.steps(led) == [("2040-02-03", "courtesy", "sent"), ("2040-02-13", "reminder", "sent")]
        assert [step[:2] for step in stage.world.steps(covered)] == [step[:2] for step in stage.world.steps(led)]
        text = said(stage)
        for number in ("F-1", "F-2"):
            assert re.search(rf"{number}[^:]*, {PERSON} SARL, [^:]*: 1 200,00 €", text), text


async def test_what_is_lived_is_what_the_simulator_lives(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09", steps=BY_PAYER) as stage:
        owing(stage)
        stage.world.open_account("M-9", "C-9")
        stage.world.invoice("F-9", "M-9", 500, issued="2040-01-11", due="2040-02-10")
        with stage.world.office.ledger.read() as tx:
            life = Simulation(tx.rulebooks_of(tx.joint("C-1")), tx.joint("C-1").copy(), tx.state().copy())
        life.run(instant("2040-01-09"), instant("2040-02-29", "20:00"))
        await stage.wake("M-1", "M-2", "M-9")
        for on in (3, 6, 7, 8, 13, 14, 15, 16, 28, 29):
            await stage.step_to(f"2040-02-{on:02}", "16:00")
        assert stage.world.entries() == entries((fact for _, fact in life.told), PARIS)
        assert any(entry.outcome == "covered" for entry in stage.world.entries())


async def test_a_message_that_is_refused_is_so_for_everybody_whom_it_spoke_of(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09", steps=BY_PAYER) as stage:
        owing(stage, email="bounce@client.example")
        await stage.wake("M-1", "M-2")
        await stage.step_to("2040-02-03", "16:00")
        with stage.world.office.ledger.read() as tx:
            found = [tx.account(name).receivables[item] for name, item in (("C-1", "F-1"), ("C-2", "F-2"))]
            assert [item.ladder.climbs[-1].outcome for item in found if item.ladder] == ["failed", "failed"]
            assert tx.account("C-9").customer.reachable["billing"] == ("sms", "letter")
            assert tx.account("C-1").customer.reachable["billing"] == ("email", "sms", "letter")
            assert list(tx.verify()) == []


async def test_two_workers_send_each_payer_one_message(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09", steps=BY_PAYER) as stage:
        async with working(stage.world.office, await Client.connect(server.address), name="second"):
            for n in range(8):
                owing(stage, f"P-{n}", tuple(f"C-{n}-{m}" for m in range(4)), number=4 * n)
            await stage.wake(*(f"M-{n}" for n in range(32)))
            await stage.step_to("2040-02-03", "16:00")
        assert len(stage.world.mail()) == 8
        ended = Counter(fact.message for fact in stage.world.facts() if isinstance(fact, f.ActionEnded))
        assert set(ended.values()) == {1}
        assert all(stage.world.steps(f"F-{n}")[0][:2] == ("2040-02-03", "courtesy") for n in range(32))
