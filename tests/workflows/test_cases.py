"""Cases on the real server, on a test clock: what people say and click, two workers, lost wake-ups, what is shown."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import fields
from functools import partial
from pathlib import Path

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from rules import facts as f
from tests.workflows.stage import PATIENCE, Stage, of_kind, stepped, until
from tests.world import IBAN, PERSON, PHONE, STEPS, STREET, instant
from worker.ledger.views import holds
from worker.main import SWEEP_EVERY, register, working
from worker.server import Server
from workflows.contract import ContractWorkflow
from workflows.messages import Approve, Case, Dispute, Hold, Payment, Postpone, Promise, Refuse, Release, Skip

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("temporal")]

BY = "anne@martin.example"
NO_END = "a hold of kind manual needs an end: say until which day. What lasts until somebody says so is a stop."


def owing(stage: Stage, contract: str = "M-1", customer: str = "C-1", number: str = "F-1") -> None:
    """A customer with an invoice of 1200.00 EUR, due on Wednesday 8 February 2040."""
    stage.world.customer(customer)
    stage.world.open_account(contract, customer)
    stage.world.invoice(number, contract, 1200, issued="2040-01-09", due="2040-02-08")


def held(stage: Stage) -> list[tuple[str, str]]:
    """(subject, reason) of the active holds."""
    with stage.world.office.ledger.read() as tx:
        return [(hold.subject, hold.reason) for hold in holds(tx)]


# --- starting ----------------------------------------------------------------------------------------------------


async def test_a_case_that_is_woken_twice_at_once_starts_once(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await asyncio.gather(*(stage.waker.wake(["M-1", "M-1"]) for _ in range(4)))
        await stage.settled()
        runs = await stage.runs("M-1")
        assert len(runs) == 1
        assert len(of_kind(runs[0], "WORKFLOW_EXECUTION_SIGNALED")) == 4
        assert stage.world.tasks() == []


async def test_what_is_recorded_and_woken_twice_is_one_case_and_one_message(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        for _ in range(2):
            owing(stage)
            await stage.wake("M-1")
        first = (await stage.described("M-1")).execution.run_id
        await stage.step_to("2040-02-03", "16:00")
        assert len(stage.world.mail()) == 1
        assert (await stage.described("M-1")).execution.run_id == first


async def test_two_workers_send_each_message_once(server: Server, tmp_path: Path) -> None:
    names = [f"C-{n:02}" for n in range(30)]
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        async with working(stage.world.office, await Client.connect(server.address), name="second"):
            for name in names:
                owing(stage, name.replace("C", "M"), name, name.replace("C", "F"))
            await stage.wake(*(name.replace("C", "M") for name in names))
            await stage.step_to("2040-02-03", "16:00")
        to = Counter(address for each in stage.world.sink.messages() for address in each["to"])
        assert to == {f"{name.lower()}@client.example": 1 for name in names}


async def test_a_worker_that_stops_in_the_middle_goes_on_where_it_was(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09", idle=True) as stage:
        world = stage.world
        for n in range(8):
            owing(stage, f"M-{n}", f"C-{n}", f"F-{n}")
        every = [f"M-{n}" for n in range(8)]
        async with working(world.office, server.client, name="first"):
            await stage.wake(*every)
            world.step_to(instant("2040-02-03", "16:00"))
            await stage.waker.wake(every)
            await until(lambda: len(world.mail()) > 0)
        assert len(world.mail()) <= 8
        async with working(world.office, server.client, name="second"):
            await stage.settled()
        assert Counter(each["to"][0] for each in world.sink.messages()) == {
            f"c-{n}@client.example": 1 for n in range(8)
        }


async def test_every_customer_gets_its_statement(server: Server, tmp_path: Path) -> None:
    """The messages of two customers under one policy in one month bear two keys."""
    steps = f"{STEPS}statements: {{at: month-start+3bd, include: not-due}}\n"
    async with stepped(server.client, tmp_path, "2040-01-09", steps=steps) as stage:
        for n in (1, 2):
            owing(stage, f"M-{n}", f"C-{n}", f"F-{n}")
        await stage.wake("M-1", "M-2")
        for on in ("2040-02-03", "2040-02-06"):
            await stage.step_to(on, "16:00")
        sent = [(row.customer, row.state) for row in stage.world.messages() if row.template == "statement"]
        assert sorted(sent) == [("C-1", "sent"), ("C-2", "sent")]


# --- what people say ---------------------------------------------------------------------------------------------


async def test_a_hold_said_in_the_ui_is_answered_kept_and_released(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        said = await stage.say("M-1", "hold", {"reason": "they moved house", "until": "2040-06-30"})
        assert said.startswith("The manual hold on M-1 until 2040-06-30 is recorded")
        await stage.step_to("2040-02-03", "16:00")
        assert stage.world.mail() == []
        assert "held" in (await stage.state("M-1"))["waiting"]
        said = await stage.say("M-1", "release", {"hold": "", "reason": ""})
        assert said == "What was stopped for M-1 goes on."
        await stage.settled()
        await stage.step_to("2040-02-06", "16:00")
        assert stage.world.steps("F-1") == [("2040-02-06", "courtesy", "sent")]


async def test_an_approval_lets_the_step_leave_and_a_postponement_keeps_it(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        await _to_the_notice(stage)
        step = {"invoice": "F-1", "step": "notice", "by": BY}
        later = {**step, "reason": "they asked for a week", "until": "2040-03-06"}
        assert await stage.say("M-1", "postpone", later) == "notice of F-1 is postponed until 2040-03-06."
        await stage.settled()
        for on in ("2040-02-29", "2040-03-05", "2040-03-06"):
            await stage.step_to(on, "16:00")
        assert stage.world.letters() == []
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await stage.say("M-1", "approve", {**step, "by": "paul@martin.example"})
        assert "credit-controller: anne@martin.example" in str(refused.value.cause)
        assert await stage.say("M-1", "approve", step) == "notice of F-1 is approved, for 1200.00 EUR."
        await stage.settled()
        assert len(stage.world.letters()) == 1


async def test_a_refused_notice_stops_the_ladder(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        await _to_the_notice(stage)
        refusal = {"invoice": "F-1", "step": "notice", "by": BY, "reason": "a friend", "outcome": "stop", "until": ""}
        assert await stage.say("M-1", "refuse", refusal) == "notice of F-1 is refused: the ladder stops."
        await stage.settled()
        assert ("2040-02-28", "", "stopped: stopped") in stage.world.steps("F-1")
        assert stage.world.letters() == []


async def test_a_step_that_waits_for_nobody_can_be_skipped(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        skip = {"invoice": "F-1", "step": "courtesy", "by": BY, "reason": "they have just called"}
        assert await stage.say("M-1", "skip", skip) == "courtesy of F-1 is skipped."
        await stage.settled()
        for on in ("2040-02-03", "2040-02-13"):
            await stage.step_to(on, "16:00")
        assert [(step, outcome) for _, step, outcome in stage.world.steps("F-1")] == [
            ("courtesy", f"skipped: by {BY}: they have just called"),
            ("reminder", "sent"),
        ]


async def test_money_said_in_the_ui_stops_the_ladder_and_ends_the_case(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        paid = {"amount": "1200.00 EUR", "on": "2040-01-09", "reference": "VIR-1", "invoices": "F-1"}
        said = await stage.say("M-1", "record-payment", paid)
        assert said == "The payment of 1200.00 EUR of 2040-01-09 is recorded: on F-1."
        assert await asyncio.wait_for(stage.case("M-1").result(), PATIENCE) == "over"


async def test_a_dispute_and_a_promise_hold_the_invoice(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        owing(stage, "M-2", "C-2", "F-2")
        await stage.wake("M-1", "M-2")
        said = await stage.say("M-1", "record-dispute", {"invoice": "F-1", "reason": "never delivered", "part": ""})
        assert said.startswith("The dispute of the whole of F-1 is recorded")
        said = await stage.say("M-2", "record-promise", {"on": "2040-02-20", "invoices": "F-2"})
        assert said.startswith("The promise to pay F-2 by 2040-02-20 is recorded")
        await stage.settled()
        await stage.step_to("2040-02-03", "16:00")
        await stage.step_to("2040-02-13", "16:00")
        assert stage.world.mail() == []


@pytest.mark.parametrize(
    ("update", "what", "words"),
    [
        ("hold", {"reason": "", "until": "2040-02-01"}, "a hold of kind manual needs a reason."),
        ("hold", {"reason": "x", "until": ""}, NO_END),
        ("hold", {"reason": "x", "until": "2039-01-01"}, "until: 2039-01-01 is over, today is 2040-01-09."),
        ("release", {"hold": "", "reason": ""}, "nothing was stopped by hand for M-1."),
        (
            "approve",
            {"invoice": "F-1", "step": "notice", "by": BY},
            "notice waits for no approval: nothing of it does.",
        ),
        ("approve", {"invoice": "F-9", "step": "notice", "by": BY}, "no invoice 'F-9' is known: did you mean 'F-1'?"),
        (
            "record-payment",
            {"amount": "-5.00 EUR", "on": "2040-01-09", "reference": "V", "invoices": "F-1"},
            "amount: -5.00 EUR is not above zero.",
        ),
    ],
)
async def test_a_refusal_reaches_whoever_asked_and_the_case_goes_on(
    server: Server, tmp_path: Path, update: str, what: dict[str, str], words: str
) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        before = stage.world.facts()
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await stage.say("M-1", update, what)
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.message == words
        assert stage.world.facts() == before
        await stage.step_to("2040-02-03", "16:00")
        assert stage.world.steps("F-1") == [("2040-02-03", "courtesy", "sent")]


async def test_the_same_update_after_the_case_went_on_as_new_is_recorded_once(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        stage.world.customer("C-1")
        stage.world.open_account("M-1", "C-1")
        stage.world.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-06-29")
        await stage.wake("M-1")
        part = {"amount": "200.00 EUR", "on": "2040-01-09", "reference": "", "invoices": "F-1"}
        first = await stage.say("M-1", "record-payment", part, key="ui-1")
        await stage.settled()
        await stage.step_to("2040-02-13", "16:00", "M-1")
        await until(lambda: _runs(stage, "M-1", 2))
        again = await stage.say("M-1", "record-payment", part, key="ui-1")
        assert first == "The payment of 200.00 EUR of 2040-01-09 is recorded: on F-1."
        assert again == "The payment of 200.00 EUR of 2040-01-09 was recorded already."
        assert len([fact for fact in stage.world.facts() if isinstance(fact, f.Paid)]) == 1


async def test_somebody_who_speaks_while_the_case_ends_is_answered(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        stage.world.paid("F-1", 1200, on="2040-01-09")  # so that there is nothing to live for
        start = WithStartWorkflowOperation(
            ContractWorkflow.run,
            Case(stage.world.business, "M-1"),
            id=stage.world.case("M-1"),
            task_queue=stage.world.office.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        saying = server.client.execute_update_with_start_workflow(
            ContractWorkflow.hold, Hold("they moved house", "2040-06-30"), start_workflow_operation=start
        )
        assert (await asyncio.wait_for(saying, PATIENCE)).startswith(
            "The manual hold on M-1 until 2040-06-30 is recorded"
        )
        assert await asyncio.wait_for(stage.case("M-1").result(), PATIENCE) == "over"


async def test_what_an_update_leaves_out_is_asked_for_in_words(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        for update, said in (
            ("hold", "a hold of kind manual needs a reason"),
            ("approve", "invoice is missing"),
            ("refuse", "invoice is missing"),
            ("postpone", "invoice is missing"),
            ("skip", "invoice is missing"),
            ("record-payment", "amount is missing"),
            ("record-dispute", "invoice is missing"),
            ("record-promise", "on is missing"),
        ):
            with pytest.raises(WorkflowUpdateFailedError) as refused:
                await stage.say("M-1", update, {"by": "anne"} if update == "approve" else {})
            assert isinstance(refused.value.cause, ApplicationError)
            assert (refused.value.cause.type, said in refused.value.cause.message) == ("Refused", True), (
                update,
                refused.value.cause.message,
            )


async def _runs(stage: Stage, contract: str, least: int) -> bool:
    return len(await stage.runs(contract)) >= least


async def _to_the_notice(stage: Stage) -> None:
    """Until 28 February, when the notice waits for an approval."""
    owing(stage)
    await stage.wake("M-1")
    for on in ("2040-02-03", "2040-02-13", "2040-02-28"):
        await stage.step_to(on, "16:00")
    assert stage.world.steps("F-1")[-1] == ("2040-02-28", "notice", "waiting: approval")


# --- what people click -------------------------------------------------------------------------------------------


async def test_a_cancelled_case_is_on_hold_with_a_task_and_lives_on(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        await stage.case("M-1").cancel(reason="wrong customer")
        await until(lambda: len(held(stage)) == 1)
        await stage.settled()
        assert held(stage) == [("M-1", "its workflow was cancelled in Temporal: wrong customer")]
        assert [task.subject for task in stage.world.tasks()] == ["M-1"]
        await stage.step_to("2040-02-03", "16:00")
        assert stage.world.mail() == []
        assert await stage.status("M-1") == "RUNNING"
        await stage.say("M-1", "release", {"hold": "", "reason": ""})
        await stage.settled()
        await stage.step_to("2040-02-06", "16:00")
        assert len(stage.world.mail()) == 1


async def test_a_cancelled_case_goes_on_as_new_and_can_be_cancelled_again(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        await stage.case("M-1").cancel(reason="once")
        await until(lambda: len(stage.world.tasks()) == 1)
        await stage.settled()
        await stage.step_to("2040-02-13", "16:00", "M-1")
        await until(lambda: _runs(stage, "M-1", 2))
        await stage.case("M-1").cancel(reason="twice")
        await until(lambda: len(stage.world.tasks()) == 2)
        await stage.settled()
        assert await stage.status("M-1") == "RUNNING"
        assert [reason.rpartition(" ")[2] for _, reason in held(stage)] == ["once", "twice"]


async def test_a_case_already_on_hold_survives_being_cancelled(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        await stage.say("M-1", "hold", {"reason": "they moved house", "until": "2040-06-30"})
        await stage.settled()
        await stage.case("M-1").cancel()
        await until(lambda: len(stage.world.tasks()) == 1)
        await stage.settled()
        assert await stage.status("M-1") == "RUNNING"


async def test_a_case_cancelled_while_somebody_says_something_lives_on(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09", idle=True) as stage:
        owing(stage)
        await stage.waker.wake(["M-1"])
        paid = {"amount": "200.00 EUR", "on": "2040-01-09", "reference": "VIR-1", "invoices": "F-1"}
        saying = asyncio.create_task(stage.say("M-1", "record-payment", paid))
        await asyncio.sleep(0.2)
        await stage.case("M-1").cancel()
        async with working(stage.world.office, server.client, name="late"):
            assert (await saying).startswith("The payment of 200.00 EUR")
            await until(lambda: len(held(stage)) == 1)
            await stage.settled()
            assert await stage.status("M-1") == "RUNNING"


async def test_a_terminated_case_is_started_again_by_the_sweep_on_hold_with_a_task(
    server: Server, tmp_path: Path
) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        await stage.case("M-1").terminate("oops")
        stage.world.step_to(instant("2040-02-03", "16:00"))
        await _sweep(stage)
        await stage.settled()
        assert held(stage) == [("M-1", "its workflow was terminated in Temporal")]
        assert [task.subject for task in stage.world.tasks()] == ["M-1"]
        assert await stage.status("M-1") == "RUNNING"
        assert stage.world.mail() == []


async def test_the_sweep_makes_good_for_a_lost_wake_up(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        stage.world.paid("F-1", 1200, on="2040-01-09")  # and nobody wakes it
        await _sweep(stage)
        assert await asyncio.wait_for(stage.case("M-1").result(), PATIENCE) == "over"


async def _sweep(stage: Stage) -> None:
    """The schedule is there, once, and runs now."""
    for _ in range(2):
        await register(stage.client, stage.world.office)
    schedule = stage.client.get_schedule_handle(f"sweep/{stage.world.business}")
    described = await schedule.describe()
    assert described.schedule.spec.intervals[0].every == SWEEP_EVERY
    await schedule.trigger()


# --- a customer with two contracts -------------------------------------------------------------------------------


async def test_a_reversal_seen_first_by_another_case_is_no_termination(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        world = stage.world
        owing(stage)
        world.open_account("M-2", "C-1")
        world.invoice("F-2", "M-2", 300, issued="2040-01-09", due="2040-02-08")
        await stage.wake("M-1", "M-2")
        payment = world.paid("F-2", 300, on="2040-01-09")
        await stage.wake("M-1", "M-2")
        assert await asyncio.wait_for(stage.case("M-2").result(), PATIENCE) == "over"
        world.reversed(payment, "C-1", on="2040-01-09")
        await stage.wake("M-1")
        assert await stage.status("M-2") == "RUNNING"
        assert held(stage) == []
        assert world.tasks() == []


async def test_one_message_carries_two_contracts_and_both_cases_show_it(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        world = stage.world
        owing(stage)
        world.open_account("M-2", "C-1")
        world.invoice("F-2", "M-2", 300, issued="2040-01-09", due="2040-02-09")  # two days' window
        await stage.wake("M-1", "M-2")
        await stage.step_to("2040-02-03", "16:00")
        assert len(world.mail()) == 1
        assert world.steps("F-1") == [("2040-02-03", "courtesy", "sent")]
        assert world.steps("F-2") == [("2040-02-03", "courtesy", "covered")]
        await until(lambda: _attribute(stage, "M-2", "RelanceStage", "courtesy"))


async def _attribute(stage: Stage, contract: str, name: str, value: str) -> bool:
    return (await stage.attributes(contract)).get(name) == value


# --- what is shown -----------------------------------------------------------------------------------------------


async def test_a_case_shows_where_it_stands(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        await _to_the_notice(stage)
        await until(lambda: _waiting(stage, "M-1", "notice · F-1 · approval"))
        assert (await stage.state("M-1"))["performing"] is None
        shown = await stage.case("M-1").query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        assert shown.current_details == PAGE
        running = f"ExecutionStatus = 'Running' AND WorkflowId STARTS_WITH 'case/{stage.world.business}/'"
        for query in (
            "RelanceStage = 'reminder' AND RelanceWaiting = 'approval'",
            "RelanceOverdue = 120000 AND RelanceCurrency = 'EUR'",
            "RelanceCustomer = 'C-1' AND RelanceCountry = 'FR' AND RelancePolicy = 'standard'",
            "RelanceInvoices = 'F-1' AND RelanceContract = 'M-1'",
        ):
            await until(partial(_listed, stage, f"{running} AND {query}"), look=0.2)


PAGE = """\
**M-1 · reminder · 1200.00 EUR overdue, the oldest since 8 Feb 2040: 20 days on 28 Feb 2040**

- last contact: 13 Feb 2040 by email (reminder)
- next: notice of F-1 on 28 Feb 2040: credit-controller was asked to approve on 28 Feb 2040
- approval: notice of F-1 for 1200.00 EUR, asked of credit-controller on 28 Feb 2040
- F-1: 1200.00 EUR, due 8 Feb 2040

`relance case show M-1` says more."""


async def test_the_timeline_reads_as_a_story(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        await stage.step_to("2040-02-03", "16:00")
        part = {"amount": "200.00 EUR", "on": "2040-02-03", "reference": "VIR-1", "invoices": "F-1"}
        await stage.say("M-1", "record-payment", part)
        await stage.settled()
        told = [
            json.loads(e.user_metadata.summary.data)
            for e in (await stage.runs("M-1"))[0]
            if e.HasField("user_metadata")
        ]
        assert told == ["begins", "woken", "email courtesy · F-1", "payment, 200.00 EUR, F-1, 2040-02-03", "woken"]


async def test_a_case_is_found_and_named_in_its_later_runs_too(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        await stage.step_to("2040-02-13", "16:00", "M-1")
        await until(lambda: _runs(stage, "M-1", 2))
        await stage.settled()
        found = await stage.attributes("M-1")
        assert (found["RelanceContract"], found["RelanceInvoices"]) == ("M-1", ["F-1"])
        await until(lambda: _described(stage, "M-1", "**M-1 · reminder"))
        told = of_kind((await stage.runs("M-1"))[1], "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES")
        assert not any("RelanceInvoices" in str(event) for event in told), "what has not changed is not said again"


async def test_an_update_of_any_length_leaves_the_case_unharmed(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        with pytest.raises(WorkflowUpdateFailedError):
            await stage.say("M-1", "record-promise", {"on": "2040-02-20", "invoices": "né" * 2000})
        assert (await stage.say("M-1", "record-promise", {"on": "2040-02-20", "invoices": "F-1"})).startswith("The pro")


async def test_every_update_says_its_fields_and_its_effect(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        await stage.wake("M-1")
        shown = await stage.case("M-1").query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        said = {each.name: each.description for each in shown.definition.update_definitions}
        for name, what in UPDATES.items():
            assert {field.name for field in fields(what) if field.name not in said[name]} == set(), name
        assert set(said) == set(UPDATES)


UPDATES = {
    "hold": Hold,
    "release": Release,
    "approve": Approve,
    "refuse": Refuse,
    "postpone": Postpone,
    "skip": Skip,
    "record-payment": Payment,
    "record-dispute": Dispute,
    "record-promise": Promise,
}


async def _listed(stage: Stage, query: str) -> bool:
    return [found.id async for found in stage.client.list_workflows(query)] == [stage.world.case("M-1")]


async def test_an_attribute_that_no_longer_holds_is_taken_back_in_the_next_run(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        owing(stage)
        stage.world.retainer("M-2", "C-1", start="2040-12-31")
        stage.world.invoice("F-2", "M-2", 300, issued="2040-01-09", due="2040-02-08")
        await stage.wake("M-1", "M-2")
        await until(lambda: _attribute(stage, "M-2", "RelanceWaiting", "planned"))
        stage.world.step_to(instant("2040-02-02", "16:00"))
        await stage.step_to("2040-02-12", "16:00", "M-2")  # the first run goes on as new
        await until(lambda: _runs(stage, "M-2", 2))
        stage.world.paid("F-2", 300, on="2040-02-12")
        await stage.wake("M-2")
        await until(lambda: _gone(stage, "M-2", "RelanceWaiting"))
        await stage.step_to("2040-03-20", "16:00", "M-2")
        await until(lambda: _runs(stage, "M-2", 3))
        await until(lambda: _waiting(stage, "M-2", "next invoice"))
        assert await stage.status("M-2") == "RUNNING"


async def _waiting(stage: Stage, contract: str, what: str) -> bool:
    return bool((await stage.state(contract))["waiting"] == what)


async def _described(stage: Stage, contract: str, how: str) -> bool:
    return str((await stage.state(contract))["details"]).startswith(how)


async def _gone(stage: Stage, contract: str, name: str) -> bool:
    return name not in await stage.attributes(contract)


async def test_no_personal_data_is_in_the_history(server: Server, tmp_path: Path) -> None:
    async with stepped(server.client, tmp_path, "2040-01-09") as stage:
        stage.world.customer("C-2", email="bounce@client.example", channels=("email",))
        stage.world.open_account("M-2", "C-2")
        stage.world.invoice("F-2", "M-2", 80, issued="2040-01-09", due="2040-02-08")
        await stage.wake("M-2")
        await _to_the_notice(stage)
        await stage.say("M-1", "approve", {"invoice": "F-1", "step": "notice", "by": "anne"})
        await stage.settled()
        assert len(stage.world.letters()) == 1
        for contract in ("M-1", "M-2"):
            told = "".join(str(event) for run in await stage.runs(contract) for event in run)
            assert "F-" in told
            for private in (*PERSON.split(), STREET, PHONE, IBAN, "@client.example", "client.example"):
                assert private not in told, private


async def test_the_queues_of_two_businesses_do_not_meet(server: Server, tmp_path: Path) -> None:
    async with (
        stepped(server.client, tmp_path / "a", "2040-01-09") as one,
        stepped(server.client, tmp_path / "b", "2040-01-09") as other,
    ):
        for stage in (one, other):
            owing(stage)
            await stage.wake("M-1")
        await one.step_to("2040-02-03", "16:00")
        assert [len(stage.world.mail()) for stage in (one, other)] == [1, 0]
