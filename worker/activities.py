"""The activities: where Temporal's calls reach the ledger, the judgement and the hands. Errors get their names here."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy.exc import DBAPIError
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from worker.gateways.base import Transient
from worker.judging import Judged, cancelled, judge, restarted
from worker.ledger.ledger import Ledger, LedgerError
from worker.ledger.views import late_cases
from worker.performing import Clock, Hands, Wake
from worker.record import Refused, Request, record
from worker.words.shelf import TemplateProblem
from workflows.messages import Question, Record, Task, Verdict

HEARTBEAT = 4.0  # seconds; workflows/ports.py takes a hand for dead after 15 without one
BROKEN_TEMPLATE = timedelta(minutes=5)  # until a person has mended it


@dataclass(frozen=True, slots=True)
class Activities:
    """The activities of one business; `wake` wakes cases by their contracts, and raises where it cannot."""

    ledger: Ledger
    hands: Hands
    wake: Wake

    @activity.defn
    async def decide(self, question: Question) -> Verdict:
        """What a case is to do at `question.now`."""
        with _edge():
            judged = await asyncio.to_thread(self._decide, question)
        self.hands.expect(judged)
        await self.hands.wake(judged.others)
        return judged.verdict

    def _decide(self, question: Question) -> Judged:
        with self.ledger.begin() as tx:
            if question.first:
                restarted(tx, question.case.contract, question.first, question.now)
            if question.cancelled:
                cancelled(tx, question.case.contract, question.cancelled, question.reason, question.now)
            return judge(tx, question.case.contract, question.now)

    @activity.defn
    async def perform(self, task: Task) -> Verdict:
        """Carries out an order at most once, and says what comes after it."""
        async with _alive():
            with _edge():
                order, clock = task.order, _server_clock()
                judged = await self.hands.perform(task.case.contract, order.key, order.channel, clock)
        return judged.verdict

    @activity.defn
    async def record(self, what: Record) -> str:
        """Records what a person says in Temporal UI; a refusal is said in words and not tried again."""
        with _edge():
            text, contracts = await asyncio.to_thread(self._record, what)
        await self.hands.wake(each for each in contracts if each != what.case.contract)
        return text

    def _record(self, what: Record) -> tuple[str, tuple[str, ...]]:
        with self.ledger.begin() as tx:
            values = {"contract": what.case.contract, **what.values}
            try:
                answer = record(tx, Request(what.kind, values, what.key, what.values.get("by", "Temporal UI")))
            except (Refused, LedgerError) as refusal:
                raise ApplicationError(
                    str(refusal), type="Refused", non_retryable=True, category=ApplicationErrorCategory.BENIGN
                ) from None
            return answer.text, answer.contracts

    @activity.defn
    async def sweep(self, business: str) -> int:
        """Wakes every case that should have looked again and has not."""
        assert business == self.ledger.business
        with _edge():
            late = await asyncio.to_thread(self._late)
        await self.wake(late)
        return len(late)

    def _late(self) -> list[str]:
        with self.ledger.read() as tx:
            return late_cases(tx, tx.now())


def _server_clock() -> Clock:
    """Temporal's time, going on from the instant at which this attempt started."""
    started, since = activity.info().started_time, monotonic()

    def now() -> datetime:
        return started + timedelta(seconds=monotonic() - since)

    return now


@contextlib.contextmanager
def _edge() -> Iterator[None]:
    """Gives errors names and words for the history, where neither values nor whole exceptions may go."""
    try:
        yield
    except Transient as trouble:
        raise ApplicationError(str(trouble), type="Transient") from None
    except TemplateProblem as problem:
        raise ApplicationError(str(problem), type="TemplateProblem", next_retry_delay=BROKEN_TEMPLATE) from None
    except DBAPIError as error:
        raise ApplicationError(f"the ledger cannot be reached: {error.orig}", type="LedgerAway") from None


@contextlib.asynccontextmanager
async def _alive() -> AsyncIterator[None]:
    """Gives signs of life while something is carried out."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            activity.heartbeat()

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
