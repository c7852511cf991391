"""Months on a test clock, on the real server, are what the simulator says they are, to the last line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from rules import facts as f
from rules.account import Account, BusinessState
from rules.moments import Duration
from rules.simulate import Entry, Scripted, Simulation, entries
from tests.workflows.stage import stepped, until
from tests.world import CHANNELS, PARIS, World, day, euros, instant, world
from worker.clock import Happening, Stepper, Stuck
from worker.server import Server

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("temporal")]

START, UNTIL = "2040-01-09", "2040-05-31"


def issued(number: str, contract: str, amount: int, due: str, known: str = START) -> Scripted:
    on = day(known)
    return instant(known, "07:00"), f.Issued(
        instant(known, "07:00"), number, contract, number, on, day(due), euros(amount), delivered=on
    )


def paid(number: str, customer: str, amount: int, on: str) -> Scripted:
    share = (f.Share(number, euros(amount).minor),)
    return instant(on), f.Paid(instant(on), f"paid-{number}-{on}", customer, euros(amount), day(on), share)


def disputed(number: str, on: str) -> Scripted:
    held = f.Hold(f"dispute/{number}", "dispute", "receivable", number, day(on), by="customer")
    return instant(on), f.HoldPlaced(instant(on), held)


def settled(number: str, on: str) -> Scripted:
    ended = f.HoldEnded(instant(on), f"dispute/{number}", "unfounded", day(on), "receivable", number)
    return instant(on), ended


LINE = f.Line("Maintenance", euros(100), category="exempt", reason="VATEX-FR-FRANCHISE")
MONTHLY = f.Schedule(Duration(1, "m"), day("2040-01-31"), 31, lines=(LINE,))
CONTRACTS = {
    "C-1": [f.Contract("M-1", "C-1", "open-account", law="FR"), f.Contract("M-2", "C-1", "open-account", law="FR")],
    "C-2": [f.Contract("M-3", "C-2", "recurring", law="FR", schedule=MONTHLY)],
    "C-3": [f.Contract("M-4", "C-3", "open-account", law="FR")],
}
SCRIPT = {
    "C-1": [  # two contracts, whose messages go together
        issued("F-1", "M-1", 1200, "2040-02-08"),
        issued("F-2", "M-2", 300, "2040-02-09"),
        issued("F-3", "M-2", 450, "2040-02-29", "2040-02-01"),
        paid("F-2", "C-1", 300, "2040-02-20"),
    ],
    "C-2": [paid("M-3/2040-01-31", "C-2", 100, "2040-03-06"), paid("M-3/2040-02-29", "C-2", 40, "2040-04-10")],
    "C-3": [  # contested, wrongly, and paid after the notice
        issued("F-4", "M-4", 800, "2040-02-08"),
        disputed("F-4", "2040-02-14"),
        settled("F-4", "2040-02-24"),
        paid("F-4", "C-3", 800, "2040-04-02"),
    ],
}


def agreeing(fact: f.Fact, now: object) -> Iterable[Scripted]:
    """Somebody approves every step two days after it was asked for."""
    if isinstance(fact, f.ApprovalAsked):
        at = fact.at + timedelta(days=2)
        yield at, f.Approved(at, fact.receivable, fact.step, "anne", at.astimezone(PARIS).date())


def customer(name: str) -> f.Customer:
    return f.Customer(name, country="FR", kind="business", language="fr", reachable={"billing": CHANNELS})


def simulated(of: World, name: str) -> list[Entry]:
    """What the simulator says of one customer."""
    book = of.office.workspace.rulebook
    life = Simulation({book.digest: book}, Account(customer(name)), BusinessState(), agreeing)
    for contract in CONTRACTS[name]:
        life.account.record(f.ContractRecorded(instant(START), contract, book.digest))
    life.script(SCRIPT[name])
    life.run(instant(START), instant(UNTIL))
    return entries((fact for _, fact in life.told), PARIS)


async def lived(server: Server, folder: Path, names: list[str]) -> tuple[list[Entry], list[Entry]]:
    """What became of these customers, recorded in this order, on the server and in the simulator."""
    async with stepped(server.client, folder, START) as stage:
        made = stage.world
        for name in names:
            made.customer(name)
            for contract in CONTRACTS[name]:
                made.record(name, f.ContractRecorded(instant(START), contract, made.office.adopt()))
        stepper = Stepper(made.office.ledger, stage.waker.wake, agreeing, patience=30)
        for name in names:
            stepper.script(Happening(at, name, fact) for at, fact in SCRIPT[name])
        await stepper.run(instant(START), instant(UNTIL))
        return made.entries(), sorted(entry for name in names for entry in simulated(made, name))


async def test_what_is_lived_is_what_is_simulated(server: Server, tmp_path: Path) -> None:
    real, said = await lived(server, tmp_path, ["C-1", "C-2", "C-3"])
    assert real == said
    assert {entry.outcome for entry in real} >= {"sent", "covered", "stopped: paid", "waiting: approval"}
    assert Entry(day("2040-02-03"), "F-2", "courtesy", "covered") in real
    assert Entry(day("2040-02-26"), "M-3/2040-01-31", "courtesy", "sent") not in real  # a Sunday
    assert Entry(day("2040-02-27"), "M-3/2040-01-31", "courtesy", "sent") in real


async def test_every_case_shows_the_last_moment_once_it_has_looked_again(server: Server, tmp_path: Path) -> None:
    """F-1 of M-1 went to an agency on 16 March, for which F-3 of M-2 waits: M-1 judges for both."""
    async with stepped(server.client, tmp_path, START) as stage:
        stage.world.customer("C-1")
        for contract in CONTRACTS["C-1"]:
            stage.world.record("C-1", f.ContractRecorded(instant(START), contract, stage.world.office.adopt()))
        stepper = Stepper(stage.world.office.ledger, stage.waker.wake, agreeing, patience=30, at_once=1)
        stepper.script(Happening(at, "C-1", fact) for at, fact in SCRIPT["C-1"])
        await stepper.run(instant(START), instant("2040-03-20"))

        async def told() -> bool:
            return "next: F-3: F-1 is handed over, and the rest waits for it" in (await stage.state("M-2"))["details"]

        assert not await told()
        await stepper.look_again()
        await until(told)


@pytest.mark.replay
async def test_the_order_of_customers_does_not_matter(server: Server, tmp_path: Path) -> None:
    real, said = await lived(server, tmp_path, ["C-3", "C-1", "C-2"])
    assert real == said
    with world(tmp_path / "other", instant(START)) as other:
        assert real == sorted(entry for name in CONTRACTS for entry in simulated(other, name))


async def test_a_case_that_does_not_settle_is_named(tmp_path: Path) -> None:
    async def nobody_hears(contracts: Iterable[str]) -> None:
        del contracts

    with world(tmp_path, instant(START)) as made:
        made.customer("C-1")
        made.open_account("M-1", "C-1")
        with pytest.raises(Stuck, match="M-1"):
            await Stepper(made.office.ledger, nobody_hears, patience=0.05).run(instant(START), instant(UNTIL))
