"""The life of one contract: wait, ask what to do, have it done, and wait again, for years.

It holds identifiers and the last verdict, nothing else: facts are in the ledger, judgement is asked for, hands are
elsewhere. Its commands depend on verdicts alone, so a change of rules never breaks the replay of a running case.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():  # the sandbox's own datetime cannot be decoded
    from workflows import ports
    from workflows.attributes import updates
    from workflows.messages import (
        Approve,
        Case,
        Dispute,
        Hold,
        Order,
        Payment,
        Postpone,
        Promise,
        Question,
        Record,
        Refuse,
        Release,
        Skip,
        Verdict,
    )

LONGEST_SLEEP = timedelta(days=31)
LONGEST_RUN = timedelta(days=30)  # by the business's clock; then a new run begins at the first idle moment


@workflow.defn
class ContractWorkflow:
    """One per contract; its id is `case/BUSINESS/CONTRACT`."""

    @workflow.init
    def __init__(self, case: Case) -> None:
        self._case = case
        self._woken = False
        self._verdict: Verdict | None = None
        self._order: Order | None = None
        self._at = workflow.now()  # of the last verdict, by the business's clock
        self._began: datetime | None = None
        self._cancelled = False
        self._untold = False  # of that cancellation

    @workflow.run
    async def run(self, case: Case) -> str:
        """Lives until nothing is billable, open or claimable any more; returns why it ended."""
        first = "" if case.continued else workflow.info().run_id
        verdict = await self._decide("goes on" if case.continued else "begins", first)
        while True:
            if verdict.order is not None:
                verdict = await self._perform(verdict.order)
            elif await self._rest(verdict):
                return verdict.line
            else:
                verdict = await self._decide("woken" if self._woken else "its time has come")

    async def _decide(self, why: str, first: str = "") -> Verdict:
        self._woken = False
        question = Question(self._case, workflow.now(), first)
        if self._untold:
            self._untold = False
            reason = workflow.cancellation_reason() or ""
            question = replace(question, cancelled=workflow.info().run_id, reason=reason)
            why = "cancelled by hand"
        return await self._told(ports.decide(question, why))

    async def _perform(self, order: Order) -> Verdict:
        self._order = order
        try:
            verdict = await self._told(ports.perform(self._case, order))
        except ActivityError:
            verdict = await self._decide("the slot is over")
        self._order = None
        return verdict

    async def _told(self, asking: Coroutine[Any, Any, Verdict]) -> Verdict:
        self._verdict = verdict = await self._to_its_end(asking)
        self._at = verdict.at or workflow.now()
        return verdict

    async def _rest(self, verdict: Verdict) -> bool:
        """Shows where the case stands, then waits for a wake-up; True when the case is over."""
        began = self._began = self._began or self._at
        self._show(verdict)
        try:
            await workflow.wait_condition(workflow.all_handlers_finished)
            if self._woken:
                return False
            if verdict.ended:
                return True
            if self._at - began >= LONGEST_RUN or workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(Case(self._case.business, self._case.contract, continued=True))
            await self._wait(verdict)
        except asyncio.CancelledError:
            if not self._by_hand():
                raise
        return False

    async def _wait(self, verdict: Verdict) -> None:
        if verdict.stepped:
            await workflow.wait_condition(lambda: self._woken)
            return
        rest = min((verdict.wake or workflow.now() + LONGEST_SLEEP) - workflow.now(), LONGEST_SLEEP)
        if rest > timedelta(0):
            with contextlib.suppress(TimeoutError):
                await workflow.wait_condition(lambda: self._woken, timeout=rest, timeout_summary=verdict.line)

    def _show(self, verdict: Verdict) -> None:
        more = f"\n\n`relance case show {self._case.contract}` says more."
        workflow.set_current_details(verdict.details.removesuffix(more) + more)  # older verdicts end with it
        changes = updates(verdict.attributes, verdict.wake, workflow.info().typed_search_attributes)
        if changes:
            workflow.upsert_search_attributes(changes)

    # --- cancelled by hand: the case is put on hold, for what is owed does not go away with a click --------------

    def _by_hand(self) -> bool:
        """Whether somebody cancelled the case, which happens once in a run; else the worker lets go of it."""
        if workflow.cancellation_reason() is None or self._cancelled:
            return False
        self._cancelled = self._untold = True
        return True

    async def _to_its_end(self, doing: Coroutine[Any, Any, Verdict]) -> Verdict:
        """What was begun is ended, a cancellation notwithstanding: a hand is never stopped in mid-air."""
        task = asyncio.create_task(doing)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if not self._by_hand():
                raise
            await self._decide("cancelled by hand")
            self._woken = True
            return await task

    # --- what comes from outside ---------------------------------------------------------------------------------

    @workflow.signal(description="Something happened: look again. Carries nothing, so a lost one loses nothing.")
    def wake(self) -> None:
        """Asks for a new verdict."""
        self._woken = True

    @workflow.query(description="The last verdict: what is being done or waited for, until when, and why.")
    def state(self) -> dict[str, Any]:
        """The last verdict as plain values."""
        verdict = self._verdict
        return {
            "at": self._at.isoformat() if verdict else None,
            "performing": self._order.line if self._order else None,
            "wake": verdict.wake.isoformat() if verdict and verdict.wake else None,
            "waiting": verdict.line if verdict else "for the first judgement",
            "ended": verdict.ended if verdict else False,
            "details": verdict.details if verdict else "",
        }

    async def _record(self, kind: str, values: dict[str, str]) -> str:
        """Records what a person says; a refusal is told to that person and leaves the case unharmed."""
        info = workflow.current_update_info()
        assert info is not None
        given = {name: value for name, value in values.items() if value}
        try:
            answer = await ports.record(Record(self._case, kind, given, f"{workflow.info().workflow_id}/{info.id}"))
        except ActivityError as error:
            cause = error.cause
            if isinstance(cause, ApplicationError) and cause.type == "Refused":
                raise ApplicationError(cause.message, type="Refused", non_retryable=True) from None
            raise ApplicationError("not recorded: the ledger cannot be reached", non_retryable=True) from error
        self._woken = True
        return answer

    @workflow.update(
        description="Send no reminder for this case: a reason, and until, the last day as 2026-12-31. It may be "
        "released before."
    )
    async def hold(self, what: Hold) -> str:
        """Places a manual hold."""
        return await self._record("hold", {"reason": what.reason, "until": what.until})

    @workflow.update(
        description="End a hold: hold, its name as `relance hold list` shows it or empty for the manual one of this "
        "case, and a reason. What it held up goes on at its next slot."
    )
    async def release(self, what: Release) -> str:
        """Ends a hold."""
        return await self._record("release", {"hold": what.hold, "reason": what.reason})

    @workflow.update(
        description="Agree to a step that waits for approval: invoice, its number; step, as formal-notice; by, who "
        "agrees. It leaves at its next slot, for the amount that was asked."
    )
    async def approve(self, what: Approve) -> str:
        """Approves a step."""
        return await self._record("approve", {"invoice": what.invoice, "step": what.step, "by": what.by})

    @workflow.update(
        description="Refuse a step that waits for approval: invoice, step, by, reason, and outcome: skip (pass over "
        "the step), postpone (ask again after until, a day as 2026-12-31) or stop (nothing more for this invoice)."
    )
    async def refuse(self, what: Refuse) -> str:
        """Refuses a step."""
        values = {"invoice": what.invoice, "step": what.step, "by": what.by, "reason": what.reason}
        return await self._record("refuse", {**values, "outcome": what.outcome, "until": what.until})

    @workflow.update(
        description="Let a step that waits for approval wait longer: invoice, step, by, reason, and until, a day as "
        "2026-12-31. It is not sent before that day, and asks again."
    )
    async def postpone(self, what: Postpone) -> str:
        """Postpones a step."""
        values = {"invoice": what.invoice, "step": what.step, "by": what.by, "reason": what.reason}
        return await self._record("refuse", {**values, "outcome": "postpone", "until": what.until})

    @workflow.update(
        description="Pass over the next step of an invoice for good: invoice, step, by, reason. The ladder goes on "
        "with the step after it."
    )
    async def skip(self, what: Skip) -> str:
        """Skips a step."""
        values = {"invoice": what.invoice, "step": what.step, "by": what.by, "reason": what.reason}
        return await self._record("skip", values)

    @workflow.update(
        name="record-payment",
        description="Record money received: amount as '120.00 EUR', on as 2026-12-31, a reference, invoices separated "
        "by commas or empty for the oldest first. Reminders stop for what it covers.",
    )
    async def record_payment(self, what: Payment) -> str:
        """Records a payment."""
        values = {"amount": what.amount, "on": what.on, "reference": what.reference, "invoices": what.invoices}
        return await self._record("payment", values)

    @workflow.update(
        name="record-dispute",
        description="Record that the customer contests an invoice: invoice, reason, and part as '120.00 EUR' or empty "
        "for the whole. Nothing is claimed of it until the dispute is ended.",
    )
    async def record_dispute(self, what: Dispute) -> str:
        """Records a dispute."""
        return await self._record("dispute", {"invoice": what.invoice, "reason": what.reason, "part": what.part})

    @workflow.update(
        name="record-promise",
        description="Record a promise to pay: on, the day as 2026-12-31, and invoices separated by commas or empty for "
        "all that is due. Reminders pause until that day, and go on when it is not kept.",
    )
    async def record_promise(self, what: Promise) -> str:
        """Records a promise to pay."""
        return await self._record("promise", {"on": what.on, "invoices": what.invoices})
