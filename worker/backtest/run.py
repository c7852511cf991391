"""Lives every customer again under one version of the rules or two, over the cores; the result is the same on any."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from rules.account import Account, BusinessState
from rules.facts import Fact
from rules.policy import Limits, Rulebook
from rules.simulate import Scripted, Simulation
from worker.backtest.tally import Shift, Tally, merged
from worker.replay.lives import Life

PART = 100  # customers of one part of the work
Progress = Callable[[int, int], None]


class Past(Protocol):
    """Lives that may be lived again: a Replay of a foreign ledger, or a Book."""

    @property
    def zone(self) -> ZoneInfo:
        """When a day begins."""

    @property
    def customers(self) -> tuple[str, ...]:
        """Their identifiers, in order."""

    def life(self, customer: str) -> Life:
        """One customer's life."""

    def part(self, customers: Sequence[str]) -> Past:
        """The same with these customers only."""

    def bank_days(self, start: date | None = None) -> Iterator[Scripted]:
        """What the bank confirmed."""

    def answer(self, fact: Fact, now: datetime) -> Iterator[Scripted]:
        """What people do after a fact."""

    def end(self, until: date | None = None) -> datetime:
        """The last instant that is lived."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is lived: messages count from `start` to `until`, both included (None: all of it).

    `limits` are what a day is compared with; nothing is held back for them.
    """

    past: Past
    new: Rulebook
    old: Rulebook | None = None
    start: date | None = None
    until: date | None = None
    limits: Limits = Limits()

    def within(self, day: date) -> bool:
        """Whether what happens on that day counts."""
        return (self.start is None or day >= self.start) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Result:
    """What was counted: under the rules looked at, and under those they are compared with."""

    new: Tally
    old: Tally | None
    shift: Shift | None
    limits: Limits = Limits()


def backtest(job: Job, *, processes: int = 1, progress: Progress | None = None) -> Result:
    """Lives all customers of a job. With several processes the counts are the same, part by part in their order."""
    customers = job.past.customers
    parts = [customers[n : n + PART] for n in range(0, len(customers), PART)]
    if processes < 2 or len(parts) < 2:
        here = ((len(part), counted(job, part)) for part in parts)
        return Result(*_collected(here, len(customers), progress), job.limits)
    context = multiprocessing.get_context(
        "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    )
    context.set_forkserver_preload([__name__])  # read once, not by each process
    with ProcessPoolExecutor(processes, context, _begin, (replace(job, past=job.past.part(())),)) as pool:
        results = pool.map(_part, map(job.past.part, parts))
        found = zip(map(len, parts), results, strict=True)
        return Result(*_collected(found, len(customers), progress), job.limits)


def counted(job: Job, customers: Sequence[str]) -> tuple[Tally, Tally | None, Shift | None]:
    """The counts of some customers."""
    new = Tally()
    old, shift = (Tally(), Shift()) if job.old is not None else (None, None)
    for customer in customers:
        life = job.past.life(customer)
        sent = new.add(customer, lived(job, life, job.new), job.within)
        if job.old is not None and old is not None and shift is not None:
            shift.add(old.add(customer, lived(job, life, job.old), job.within), sent)
    return new, old, shift


def lived(job: Job, life: Life, rulebook: Rulebook) -> list[Scripted]:
    """What one customer's life tells, alone: nobody else's contacts are known to them."""
    simulation = Simulation({rulebook.digest: rulebook}, Account(life.customer), BusinessState(), job.past.answer)
    simulation.script(life.told(rulebook.digest))
    simulation.script(job.past.bank_days(life.start.astimezone(job.past.zone).date()))
    simulation.run(life.start, job.past.end(job.until))
    return simulation.told


def _collected(
    parts: Iterator[tuple[int, tuple[Tally, Tally | None, Shift | None]]], total: int, progress: Progress | None
) -> tuple[Tally, Tally | None, Shift | None]:
    def told() -> Iterator[tuple[Tally, Tally | None, Shift | None]]:
        done = 0
        for size, part in parts:
            done += size
            if progress is not None:
                progress(done, total)
            yield part

    return merged(told())


_JOB: list[Job] = []  # what this process is to live, without the customers: each part brings its own


def _begin(job: Job) -> None:
    _JOB[:] = [job]


def _part(past: Past) -> tuple[Tally, Tally | None, Shift | None]:
    return counted(replace(_JOB[0], past=past), past.customers)
