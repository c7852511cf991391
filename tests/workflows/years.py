"""Three years of a contract, on a server whose time is skipped and in the simulator: the same story for both."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from rules import facts as f
from rules.account import Account, BusinessState
from rules.calendars import add_months
from rules.moments import Duration
from rules.simulate import Entry, Simulation, entries
from tests.workflows.stage import skipped
from tests.world import CHANNELS, PARIS, day, euros, instant

START, MONTHS = "2040-01-09", 36
FIRST = date(2040, 1, 31)
LATE = {5: 12, 11: 25, 17: 40, 23: 60, 35: 15}  # the n-th invoice is paid so many days after its due date
HOUR = "10:00"
LINE = f.Line("Maintenance", euros(100), category="exempt", reason="VATEX-FR-FRANCHISE")
SCHEDULE = f.Schedule(Duration(1, "m"), FIRST, lines=(LINE,), end=add_months(FIRST, MONTHS) - timedelta(days=1))
CONTRACT = f.Contract("M-1", "C-1", "recurring", law="FR", schedule=SCHEDULE)
UNTIL = "2043-04-30"


def payments() -> list[tuple[str, date]]:
    """(invoice, day) of every payment, in the order of the days: in time, or as late as LATE says."""
    found = []
    for n in range(MONTHS):
        issued = add_months(FIRST, n)
        found.append((f"M-1/{issued}", issued + timedelta(days=28 + LATE.get(n, 0) + 2 * (n in LATE))))
    return sorted(found, key=lambda each: each[1])


async def lived(environment: WorkflowEnvironment, folder: Path) -> tuple[list[Entry], float]:
    """What became of it on the server, and the seconds that took."""
    async with skipped(environment, folder, START) as stage:
        world = stage.world
        world.customer("C-1")
        world.record("C-1", f.ContractRecorded(world.now, CONTRACT, world.office.adopt()))
        began = time.perf_counter()
        await stage.wake("M-1")
        for invoice, on in payments():
            await stage.pass_to(str(on), HOUR)
            world.paid(invoice, 100, on=str(on))
            await stage.wake("M-1")
        await stage.pass_to(UNTIL)
        return world.entries(), time.perf_counter() - began


def simulated(folder: Path) -> tuple[list[Entry], float]:
    """The same in the simulator."""
    from tests.world import world

    with world(folder, instant(START)) as made:
        book = made.office.workspace.rulebook
    reachable = {"billing": CHANNELS}
    person = f.Customer("C-1", country="FR", kind="business", language="fr", reachable=reachable)
    began = time.perf_counter()
    life = Simulation({book.digest: book}, Account(person), BusinessState())
    life.account.record(f.ContractRecorded(instant(START), CONTRACT, book.digest))
    for invoice, on in payments():
        share = f.Share(invoice, euros(100).minor)
        at = instant(str(on), HOUR)
        life.script([(at, f.Paid(at, f"paid-{invoice}", "C-1", euros(100), on, (share,)))])
    life.run(instant(START), instant(UNTIL, "20:00"))
    found = entries((fact for _, fact in life.told), PARIS)
    spent = time.perf_counter() - began
    assert day(UNTIL) > max(entry.day for entry in found)
    return found, spent
