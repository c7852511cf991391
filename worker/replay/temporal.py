"""A replay through the real server: the same lives, with real workflows, a real ledger, and hands that send nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from rules.simulate import Entry, entries
from worker.clock import Happening, Stepper
from worker.ledger.ledger import Ledger
from worker.ledger.migrations import migrate
from worker.ledger.views import Recorded, facts_between
from worker.main import register, working
from worker.office import Office, wall
from worker.replay.lives import Replay, midnight
from worker.replay.sheet import Progress
from worker.server import Server, serving
from worker.settings import Settings
from worker.workspace import Workspace, recompile

DAYS = "days"  # what `progress` is told of
CLOCKS = 4  # customers are lived in so many groups at once, each by its own clock: they know nothing of one another


async def carry(
    replay: Replay, judged: Workspace, *, until: date | None = None, progress: Progress | None = None
) -> list[Entry]:
    """What becomes of every step until the end of a day, sorted; `judged` comes from `today.judging`.

    The cases and the ledgers live in a folder that is gone afterwards. Raises NoServer, and clock.Stuck.
    """
    start, end = midnight(replay.first, replay.zone), replay.end(until)
    groups = [replay.customers[n::CLOCKS] for n in range(min(CLOCKS, len(replay.customers)))]
    lived = [0] * len(groups)

    async def live(n: int, server: Server, folder: Path) -> list[Entry]:
        async def told(now: datetime, _facts: list[Recorded]) -> None:
            lived[n] = (now - start).days
            if progress is not None:
                progress(DAYS, min(lived), (end - start).days)

        async with _office(judged, folder, n, server) as (ledger, stepper):
            stepper.answering = replay.answer
            stepper.script(_script(replay, groups[n], judged.rulebook.digest))
            await stepper.run(start, end, told)
            lived[n] = (end - start).days
            with ledger.read() as tx:
                return entries((each.fact for each in facts_between(tx, 0)), replay.zone)

    with TemporaryDirectory(prefix="relance-replay-") as folder:
        async with serving() as server:
            found = await asyncio.gather(*(live(n, server, Path(folder)) for n in range(len(groups))))
    return sorted(chain.from_iterable(found))


@asynccontextmanager
async def _office(judged: Workspace, folder: Path, n: int, server: Server) -> AsyncIterator[tuple[Ledger, Stepper]]:
    """A ledger whose new cases are bound to the rulebook that judges, with a worker whose hands send nothing."""
    settings = Settings(judged.folder, f"sqlite:///{folder / f'{n}.db'}", folder, queue=f"replay-{n}")
    rulebook = judged.rulebook
    migrate(settings.database)
    ledger = Ledger(settings.database, business=rulebook.business.id, compile_=recompile, wall=wall)
    with ledger.begin() as tx:
        tx.put_rulebook(rulebook.digest, judged.compiled.files)
        tx.activate(rulebook.digest)
    office = Office(settings, judged, ledger)
    try:
        await register(server.client, office)
        async with working(office, server.client, name=settings.queue or "", rehearsed=True) as waker:
            yield ledger, Stepper(ledger, waker.wake)
    finally:
        ledger.close()


def _script(replay: Replay, customers: Sequence[str], digest: str) -> list[Happening]:
    bank = [Happening(at, None, fact) for at, fact in replay.bank_days()]
    lives = ((customer, replay.life(customer).told(digest)) for customer in customers)
    return bank + [Happening(at, customer, fact) for customer, told in lives for at, fact in told]
