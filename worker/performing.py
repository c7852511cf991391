"""Carries out one act at most once: judged again, claimed at the moment of hand-over, and ended by what is known.

What the ledger says decides: an act whose hand-over began and whose end nobody recorded is *unknown*, and is never
begun again, except where the other side recognises the key (letters, debits and hand-offs are files named after it).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from rules import facts as f
from rules.decision import Act, Bill, Send
from worker.documents.files import kept, papers
from worker.documents.issuing import issue
from worker.documents.store import paper
from worker.gateways.base import Permanent, Transient, Uncertain
from worker.judging import Judged, judge
from worker.ledger.ledger import Ledger, Outcome, Transaction
from worker.ready import Ready
from worker.sending import Sender
from worker.subjects import written_to
from worker.words.shelf import TemplateProblem

T = TypeVar("T")
Clock = Callable[[], datetime]
Wake = Callable[[Iterable[str]], Awaitable[None]]
RECOGNISED = frozenset(
    {"letter", "handoff", "webhook", "debit"}
)  # the other side knows the key: to do it again is to do it once
DIED = "the worker died while it was handing it over"
_PAUSE, _LONGEST_PAUSE = 0.5, 30.0  # seconds between attempts to record an outcome
_EXPECTED = 200  # judgements kept for acts to come


class Moved(Exception):
    """Something changed between the judgement and the hand-over: to be judged anew, nothing was handed over."""


@dataclass(frozen=True, slots=True)
class Hands:
    """Carries out acts of one business; `name` is the worker's, which a claim bears.

    `wake` wakes the cases that what was done concerns as well; it does not raise.
    """

    ledger: Ledger
    sender: Sender
    name: str
    wake: Wake
    _ordered: dict[str, Judged] = field(default_factory=dict)  # by contract, what was judged and not begun yet

    def expect(self, judged: Judged) -> None:
        """Keeps what was just judged, so that an act that follows at once need not be judged again before it is put
        into words; it is claimed only where it stands then."""
        if judged.act is not None:
            self._ordered[judged.contract] = replace(judged, others=())  # they are woken already
            while len(self._ordered) > _EXPECTED:
                self._ordered.pop(next(iter(self._ordered)), None)

    async def perform(self, contract: str, key: str, channel: str, clock: Clock) -> Judged:
        """Carries out the act of that key if it is still to be done; returns the judgement after it.

        Raises Transient where it may be tried again, TemplateProblem, or OperationalError where the ledger is away.
        """
        while True:
            found = await asyncio.to_thread(self._begin, contract, key, channel, clock)
            if isinstance(found, Judged):
                await self.wake(found.others)
                return found
            await self.wake(found.judged.others)
            try:
                done = await self._hand_over(found, clock)
            except Moved:
                continue
            carried = [case for case in found.act.cases if case != contract]
            await self.wake((*carried, *done.others))
            return done

    # --- before --------------------------------------------------------------------------------------------------

    def _begin(self, contract: str, key: str, channel: str, clock: Clock) -> Judged | Ready:
        with self.ledger.begin() as tx:
            now = tx.clock() or clock()
            attempted = tx.claim_state(key) == "attempting"
            if attempted and channel not in RECOGNISED:
                tx.abandon(key, now, DIED)
            judged = self._ordered.pop(contract, None)
            if judged is None or attempted or not _stands(tx, judged, now):
                judged = judge(tx, contract, now)
            act = judged.act
            if act is None or act.key != key:
                return judged
            if isinstance(act.what, Bill):
                issue(tx, judged.customer, act.what, judged.now, act.on)
                return judge(tx, contract, now)
            if act.void:
                return self._end(tx, judged, act, clock, "released", act.void)
            if attempted:
                tx.try_again(act, now, DIED)
            return self._ready(tx, judged, act)

    def _ready(self, tx: Transaction, judged: Judged, act: Act) -> Ready:
        account, send = tx.joint(judged.customer), act.what
        business = tx.rulebook(account.rulebooks[act.case]).business
        assert isinstance(send, Send)
        bills = {name: bill for name in send.lines if (bill := tx.bill(name)) is not None}
        note = paper(tx, send.note) if send.note else None
        card, names = written_to(tx, send, account)
        return Ready(judged, act, account, card, business, bills, note=note, names=names)

    def _with_papers(self, ready: Ready) -> Ready:
        """With the invoices that travel with the message, as they are kept; made now where they were not."""
        send, ours = ready.send, [name for name in ready.send.lines if name in ready.bills]
        if self.sender.rehearsed or not ours or not ("invoice" in send.attach or send.channel == "handoff"):
            return ready
        formats = ready.card.formats if ready.card else ()
        if (note := ready.note) is not None:
            made = {m: kept(self.ledger, self.sender.words, ready.business, note, m) for m in ("pdf", *formats)}
            return replace(ready, papers={note.number: made})
        return replace(ready, papers=papers(self.ledger, self.sender.words, ready.business, ours, formats))

    # --- the hand-over -------------------------------------------------------------------------------------------

    async def _hand_over(self, ready: Ready, clock: Clock) -> Judged:
        attempted = False

        async def attempting() -> None:
            nonlocal attempted
            await asyncio.to_thread(self._claim, ready, clock)
            attempted = True

        end = partial(self._ended, ready, clock)
        try:
            sent = await self.sender.send(await asyncio.to_thread(self._with_papers, ready), attempting)
        except Permanent as refusal:
            return await end("failed", f"{refusal.code} {refusal.text}", facts=_unreachable(ready, refusal))
        except Uncertain as doubt:
            return await end("unknown", str(doubt))
        except Transient as trouble:
            if attempted:
                await self._recorded(partial(_again, ready.act, clock, str(trouble)))
            raise
        except TemplateProblem as problem:
            await self._recorded(partial(_ask_to_mend, ready, clock, problem))
            raise
        return await end("sent", reference=sent.reference)

    def _claim(self, ready: Ready, clock: Clock) -> None:
        """Claims the act at the instant of its hand-over; raises Moved unless it would be judged the same now."""
        with self.ledger.begin() as tx:
            judged, act = ready.judged, ready.act
            now = tx.clock() or clock()
            if not _stands(tx, judged, now):
                again = judge(tx, judged.contract, clock())
                if again.act is None or (again.act.key, again.act.what, again.act.void) != (act.key, act.what, ""):
                    raise Moved
                act = again.act
            tx.claim(judged.customer, act, now, self.name)

    # --- after ---------------------------------------------------------------------------------------------------

    async def _ended(
        self,
        ready: Ready,
        clock: Clock,
        outcome: Outcome,
        reason: str = "",
        *,
        reference: str = "",
        facts: Iterable[f.Fact] = (),
    ) -> Judged:
        def end(tx: Transaction) -> Judged:
            return self._end(tx, ready.judged, ready.act, clock, outcome, reason, reference, facts)

        return await self._recorded(end)

    def _end(
        self,
        tx: Transaction,
        judged: Judged,
        act: Act,
        clock: Clock,
        outcome: Outcome,
        reason: str = "",
        reference: str = "",
        facts: Iterable[f.Fact] = (),
    ) -> Judged:
        now = tx.clock() or clock()
        tx.lock(judged.customer)
        if outcome == "unknown":
            tx.abandon(act.key, now, reason)
        else:
            tx.end_claim(judged.customer, act, now, outcome, reason, reference)
        tx.record(judged.customer, facts)
        return judge(tx, judged.contract, now)

    async def _recorded(self, doing: Callable[[Transaction], T]) -> T:
        """Records what happened, and does not give up while the ledger is away: nobody else knows it."""
        pause = _PAUSE
        while True:
            try:
                return await asyncio.to_thread(self._at_once, doing)
            except OperationalError:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    def _at_once(self, doing: Callable[[Transaction], T]) -> T:
        with self.ledger.begin() as tx:
            return doing(tx)


def _stands(tx: Transaction, judged: Judged, now: datetime) -> bool:
    """Whether a judgement's act would be judged the same at `now`, for as long as the transaction lasts: its slot is
    open, nothing was recorded since, and no instant has come at which time alone changes something.

    Where contacts are counted, those of other customers count too: then it must be judged again.
    """
    act, customer = judged.act, judged.customer
    tx.lock(customer)
    wakes = judged.decision.wake.values()
    timely = act is not None and now < act.until and all(wake is None or now < wake for wake in wakes)
    return timely and tx.position(customer) == judged.position and not tx.bounded(customer)


def _unreachable(ready: Ready, refusal: Permanent) -> list[f.Fact]:
    if not refusal.unreachable:
        return []
    act = ready.act
    customer = ready.send.to or ready.judged.customer
    return [f.Bounced(ready.judged.now, customer, ready.send.role, ready.send.channel, act.message)]


def _ask_to_mend(ready: Ready, clock: Clock, problem: TemplateProblem, tx: Transaction) -> None:
    """A task, once per message: nothing is sent in other words than the workspace's."""
    act, item = ready.act, ready.send.lines[0]
    title = f"Mend {problem}. Then the message leaves by itself"
    task = f"template/{act.key}"
    if task not in tx.account(ready.judged.customer).tasks:
        now = tx.clock() or clock()
        asked = f.TaskOpened(now, task, "receivable", item, "credit-control", title, act.on, None, item, act.step)
        tx.record(ready.judged.customer, [asked])


def _again(act: Act, clock: Clock, why: str, tx: Transaction) -> None:
    tx.try_again(act, tx.clock() or clock(), why)
