"""The sweep: a Temporal Schedule runs it, and every case whose wake-up was lost is woken. Nothing waits forever."""

from __future__ import annotations

from temporalio import workflow

from workflows import ports


@workflow.defn
class SweepWorkflow:
    """One run looks once over all cases of a business."""

    @workflow.run
    async def run(self, business: str) -> int:
        """Returns how many late cases were woken."""
        return await ports.sweep(business)
