"""A business on a test clock: its time is a value in the ledger, moved from one thing that happens to the next.

Everything else is real: the server, the workflows, the hands. So years are lived in minutes, exactly.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count, groupby
from typing import TypeVar

from rules.facts import CustomerRecorded, Fact
from rules.simulate import Answering, nobody
from worker.ledger.ledger import Ledger, Transaction
from worker.ledger.people import Card
from worker.ledger.views import Recorded, cases, facts_between, last_fact, late_cases, next_wake

T = TypeVar("T")
_LOOK, _LONGEST_LOOK = 0.008, 0.02  # seconds between two looks at whether every case has settled
_AGAIN = 5.0  # seconds after which a case is woken again


class Stuck(Exception):
    """Cases that do not settle; the message names them."""


@dataclass(frozen=True, slots=True)
class Happening:
    """A fact that happens at an instant to a customer; None: to the whole business."""

    at: datetime
    customer: str | None
    fact: Fact


@dataclass(slots=True)
class Stepper:
    """Lives a script through. `answering` says what people do after a fact; `patience` in seconds, for one step.

    `at_once` cases act at a time; with one, the invoices of a moment are numbered alike in every run.
    """

    ledger: Ledger
    wake: Callable[[Iterable[str]], Awaitable[None]]
    answering: Answering = nobody
    patience: float = 120.0
    at_once: int | None = None
    _script: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _seen: int = 0

    def script(self, happenings: Iterable[Happening]) -> None:
        """Adds what is to happen; things of one instant happen in the order given."""
        for each in happenings:
            heapq.heappush(self._script, (each.at, next(self._order), each))

    async def run(
        self,
        start: datetime,
        until: datetime,
        told: Callable[[datetime, list[Recorded]], Awaitable[None]] | None = None,
    ) -> int:
        """Lives from `start` to `until`, both included; `told` hears of the facts of each moment. Returns how many
        moments there were. Raises Stuck."""
        with self.ledger.read() as tx:
            self._seen = last_fact(tx)
        now: datetime | None = start
        moments = 0
        while now is not None and now <= until:
            facts = await self._step(now)
            moments += 1
            if told is not None:
                await told(now, facts)
            now = self._next(now)
        return moments

    async def look_again(self) -> None:
        """Has every case that lives show this moment: one of a customer's judges for all of them, and shows its own."""
        living = self._read(lambda tx: [each.contract for each in cases(tx, date.min) if not each.ended])
        await self.wake(living)

    async def _step(self, now: datetime) -> list[Recorded]:
        """One moment: what was scripted happens, and the cases act on it until nothing is left to do."""
        facts: list[Recorded] = []
        while True:
            await asyncio.to_thread(self._record, now)
            await self._settle(now)
            fresh = await asyncio.to_thread(self._fresh)
            facts += fresh
            for each in fresh:
                self.script(Happening(at, each.customer, fact) for at, fact in self.answering(each.fact, now))
            if not (self._script and self._script[0][0] <= now):
                return facts

    def _record(self, now: datetime) -> None:
        due: list[Happening] = []
        while self._script and self._script[0][0] <= now:
            due.append(heapq.heappop(self._script)[2])
        with self.ledger.begin() as tx:
            tx.set_clock(now)
            for customer, happenings in groupby(due, key=lambda each: each.customer):
                facts = [each.fact for each in happenings]
                if customer is None:
                    tx.record_shared(facts)
                    continue
                for fact in (fact for fact in facts if isinstance(fact, CustomerRecorded)):
                    tx.record_customer(fact, tx.card(customer) or Card(""))
                tx.record(customer, [fact for fact in facts if not isinstance(fact, CustomerRecorded)])

    async def _settle(self, now: datetime) -> None:
        loop = asyncio.get_running_loop()
        began, woken, look = loop.time(), dict[str, float](), _LOOK
        while late := await asyncio.to_thread(self._read, lambda tx: late_cases(tx, now)):
            due = [case for case in late[: self.at_once] if loop.time() - woken.get(case, -_AGAIN) >= _AGAIN]
            if due:
                await self.wake(due)
                woken |= dict.fromkeys(due, loop.time())
                look = _LOOK
            elif loop.time() - began > self.patience:
                raise Stuck(
                    f"after {self.patience:.0f} s these cases still have something to do: {', '.join(late[:5])}"
                )
            await asyncio.sleep(look)
            look = min(look * 1.5, _LONGEST_LOOK)

    def _fresh(self) -> list[Recorded]:
        facts = self._read(lambda tx: facts_between(tx, self._seen))
        if facts:
            self._seen = facts[-1].seq
        return facts

    def _next(self, now: datetime) -> datetime | None:
        wake = self._read(next_wake)
        upcoming = [at for at in (wake, self._script[0][0] if self._script else None) if at is not None and at > now]
        return min(upcoming, default=None)

    def _read(self, look: Callable[[Transaction], T]) -> T:
        with self.ledger.read() as tx:
            return look(tx)
