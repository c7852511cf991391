"""The activities as workflows call them: by name, with types, bounds and retries. What they do is worker/'s matter."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from workflows.messages import Case, Order, Question, Record, Task, Verdict

LEAST = 10  # seconds that a hand has, however little is left of the slot
MOST = 12 * 3600
LONGEST = 120  # characters of a summary
_TOLD = ("amount", "part", "hold", "invoice", "invoices", "step", "outcome", "on", "until")
STALLED = timedelta(seconds=15)  # without a sign of life, a hand is taken for dead
_DATABASE = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(minutes=2))
_PROVIDER = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=15))


async def decide(question: Question, why: str) -> Verdict:
    """Asks the judgement. It is asked again until the ledger answers: nothing can be done without it.

    `why` it is asked stands in the timeline.
    """
    answer: Verdict = await workflow.execute_local_activity(
        "decide",
        question,
        result_type=Verdict,
        start_to_close_timeout=timedelta(minutes=1),
        local_retry_threshold=timedelta(seconds=10),
        retry_policy=_DATABASE,
        summary=why,
    )
    return answer


async def perform(case: Case, order: Order) -> Verdict:
    """Has an order carried out, and returns the verdict after it; raises ActivityError when its slot is over."""
    answer: Verdict = await workflow.execute_activity(
        "perform",
        Task(case, Order(order.key, order.channel)),
        result_type=Verdict,
        task_queue=f"{workflow.info().task_queue}-{order.channel}",
        start_to_close_timeout=timedelta(minutes=10),
        schedule_to_close_timeout=timedelta(seconds=min(max(order.seconds, LEAST), MOST)),
        heartbeat_timeout=STALLED,
        retry_policy=_PROVIDER,
        summary=order.line,
    )
    return answer


async def record(what: Record) -> str:
    """Has something recorded; returns what was done in words, and raises ActivityError where it is refused."""
    answer: str = await workflow.execute_activity(
        "record",
        what,
        result_type=str,
        start_to_close_timeout=timedelta(minutes=1),
        schedule_to_close_timeout=timedelta(minutes=10),
        retry_policy=_DATABASE,
        summary=_told(what),
    )
    return answer


def _told(what: Record) -> str:
    """`payment, 120.00 EUR, F-1`: what is said, short enough for Temporal whatever people type."""
    said = (what.values[name] for name in _TOLD if what.values.get(name))
    return ", ".join((what.kind, *said)).encode("ascii", "replace").decode()[:LONGEST]


async def sweep(business: str) -> int:
    """Has every late case woken; returns how many there were."""
    answer: int = await workflow.execute_activity(
        "sweep",
        business,
        result_type=int,
        start_to_close_timeout=timedelta(minutes=10),
        schedule_to_close_timeout=timedelta(minutes=30),
        retry_policy=_DATABASE,
    )
    return answer
