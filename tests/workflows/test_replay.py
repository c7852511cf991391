"""Cases that began under earlier code go on under this: recorded histories are lived again, command by command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from workflows.contract import ContractWorkflow
from workflows.messages import Case

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))
RUNNERS: dict[str, WorkflowRunner] = {
    "sandboxed": SandboxedWorkflowRunner(),
    "as in production": UnsandboxedWorkflowRunner(),
}


def recorded(file: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(f"case/{file.stem}", file.read_text("utf-8"))


def kinds(file: Path) -> set[str]:
    return {event["eventType"].removeprefix("EVENT_TYPE_") for event in json.loads(file.read_text("utf-8"))["events"]}


@pytest.mark.asyncio
@pytest.mark.parametrize("file", HISTORIES, ids=lambda file: file.stem)
@pytest.mark.parametrize("runner", RUNNERS)
async def test_a_recorded_case_is_lived_again(file: Path, runner: str) -> None:
    replayer = Replayer(workflows=[ContractWorkflow], workflow_runner=RUNNERS[runner])
    await replayer.replay_workflow(recorded(file))


def test_the_recorded_cases_cover_what_a_case_can_go_through() -> None:
    assert set().union(*map(kinds, HISTORIES)) >= {
        "WORKFLOW_EXECUTION_SIGNALED",
        "WORKFLOW_EXECUTION_UPDATE_COMPLETED",
        "WORKFLOW_EXECUTION_CANCEL_REQUESTED",
        "WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
        "WORKFLOW_EXECUTION_COMPLETED",
        "ACTIVITY_TASK_FAILED",
        "ACTIVITY_TASK_COMPLETED",
        "MARKER_RECORDED",
        "TIMER_STARTED",
        "TIMER_FIRED",
        "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
    }


def test_the_recorded_cases_say_what_they_are_found_by_and_what_was_postponed() -> None:
    told = "".join(file.read_text("utf-8") for file in HISTORIES if file.stem.startswith("found"))
    assert '"RelanceInvoices"' in told
    assert '"RelanceContract"' in told
    assert '"name": "postpone"' in told


@workflow.defn(name="ContractWorkflow")
class Hasty:
    """The same life with its first commands in another order: what a careless change looks like."""

    def __init__(self) -> None:
        self._woken = False

    @workflow.run
    async def run(self, case: Case) -> str:
        await workflow.sleep(1)
        return case.contract

    @workflow.signal
    def wake(self) -> None:
        self._woken = True


@pytest.mark.asyncio
async def test_a_changed_order_of_commands_is_noticed() -> None:
    replayer = Replayer(workflows=[Hasty], workflow_runner=UnsandboxedWorkflowRunner())
    with pytest.raises(workflow.NondeterminismError):
        await replayer.replay_workflow(recorded(next(file for file in HISTORIES if file.stem == "climb-1")))
