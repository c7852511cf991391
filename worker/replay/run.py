"""A replay through the simulator: every customer's life on a virtual clock, under the policy of today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rules.account import Account, BusinessState
from rules.decision import Reason
from rules.policy import Rulebook
from rules.simulate import Entry, Scripted, Simulation, entries
from worker.replay.lives import Life, Replay
from worker.replay.sheet import Progress

LIVED = "customers"  # what `progress` is told of
_EVERY = 10


def simulate(
    replay: Replay, rulebook: Rulebook, *, until: date | None = None, progress: Progress | None = None
) -> list[Entry]:
    """What would have become of every step until the end of a day, sorted; `rulebook` comes from `today.judging`."""
    told = (fact for _, facts in lived(replay, rulebook, until=until, progress=progress) for _, fact in facts)
    return entries(told, replay.zone)


def lived(
    replay: Replay, rulebook: Rulebook, *, until: date | None = None, progress: Progress | None = None
) -> Iterator[tuple[Life, list[Scripted]]]:
    """Each customer's life and all that was told in it, in order; one is let go before the next begins."""
    customers = replay.customers
    for n, customer in enumerate(customers):
        if progress is not None and n % _EVERY == 0:
            progress(LIVED, n, len(customers))
        life = replay.life(customer)
        yield life, _live(replay, life, rulebook, until).told
    if progress is not None:
        progress(LIVED, len(customers), len(customers))


def reasons(replay: Replay, rulebook: Rulebook, receivable: str, day: date) -> tuple[Reason, ...]:
    """What was tested and found of a receivable in the last judgement of that day: the context of a difference."""
    last = _live(replay, replay.life(replay.customer_of(receivable)), rulebook, day).last
    return last.reasons.get(receivable, ()) if last is not None else ()


def _live(replay: Replay, life: Life, rulebook: Rulebook, until: date | None) -> Simulation:
    """One customer alone: nobody else's contacts or questions are known to them."""
    simulation = Simulation({rulebook.digest: rulebook}, Account(life.customer), BusinessState(), replay.answer)
    simulation.script(life.told(rulebook.digest))
    simulation.script(replay.bank_days(life.start.astimezone(replay.zone).date()))
    simulation.run(life.start, replay.end(until))
    return simulation
