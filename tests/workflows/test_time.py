"""Cases on real timers, on a server whose time is skipped: years pass, and everything leaves on its day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from rules import facts as f
from tests.workflows.stage import closed_port, of_kind, skipped, until
from tests.world import PARIS
from worker.sandbox.smtp import SmtpSink

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("temporal")]

WAYS: Mapping[str, dict[str, Any]] = {
    "kept in memory": {},
    "replayed at every step": {"cached": 0},
    "sandboxed": {"runner": SandboxedWorkflowRunner()},
}


@pytest.mark.parametrize("way", WAYS)
async def test_an_open_account_climbs_its_ladder_on_the_planned_days(
    skipping: WorkflowEnvironment, tmp_path: Path, way: str
) -> None:
    async with skipped(skipping, tmp_path, "2040-01-09", **WAYS[way]) as stage:
        world = stage.world
        world.customer("C-1")
        world.open_account("M-1", "C-1")
        world.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        await stage.wake("M-1")
        await stage.pass_to("2040-02-29", "06:00")
        await stage.say("M-1", "approve", {"invoice": "F-1", "step": "notice", "by": "anne@martin.example"})
        await stage.pass_to("2040-06-30")

        assert world.steps("F-1") == [
            ("2040-02-03", "courtesy", "sent"),  # a Friday, five days before
            ("2040-02-13", "reminder", "sent"),  # three days after is a Saturday
            ("2040-02-28", "notice", "waiting: approval"),
            ("2040-02-29", "notice", "sent"),
            ("2040-03-15", "", "stopped: handed-off"),  # the deadline is 8 March, a Thursday; five working days more
            ("2040-03-15", "agency", "sent"),
        ]
        assert [each["to"] for each in world.sink.messages()] == [["c-1@client.example"]] * 2
        assert len(world.letters()) == 1


async def test_what_is_done_is_dated_by_the_time_of_the_server(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with skipped(skipping, tmp_path, "2040-01-09") as stage:
        world = stage.world
        world.customer("C-1")
        world.open_account("M-1", "C-1")
        world.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        await stage.wake("M-1")
        await stage.pass_to("2040-02-04")

        ended = [fact for fact in world.facts() if isinstance(fact, f.ActionEnded)]
        assert [fact.at.date().isoformat() for fact in ended] == ["2040-02-03"]


async def test_nothing_more_leaves_once_it_is_paid_and_a_reversal_starts_the_case_again(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with skipped(skipping, tmp_path, "2040-01-09") as stage:
        world = stage.world
        world.customer("C-1")
        world.open_account("M-1", "C-1")
        world.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        await stage.wake("M-1")
        await stage.pass_to("2040-02-06")
        payment = world.paid("F-1", 1200, on="2040-02-06")
        await stage.wake("M-1")
        await stage.pass_to("2040-02-19")
        paid = [("2040-02-03", "courtesy", "sent"), ("2040-02-06", "", "stopped: paid")]
        assert world.steps("F-1") == paid
        first = await stage.described("M-1")
        assert await stage.status("M-1") == "COMPLETED"

        world.reversed(payment, "C-1", on="2040-02-20")
        await stage.wake("M-1")
        await stage.pass_to("2040-02-22")
        assert world.steps("F-1") == [
            *paid,
            ("2040-02-19", "", "reopened: resume"),
            ("2040-02-20", "reminder", "sent"),
        ]
        assert await stage.status("M-1") == "RUNNING"
        assert (await stage.described("M-1")).execution.run_id != first.execution.run_id
        assert world.tasks() == []  # it was over, nobody stopped it


async def test_a_contract_bills_itself_on_the_31st_and_on_the_last_day_of_shorter_months(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with skipped(skipping, tmp_path, "2040-01-09") as stage:
        world = stage.world
        world.customer("C-1")
        world.retainer("M-1", "C-1", start="2040-01-31")
        await stage.wake("M-1")
        await stage.pass_to("2040-05-15")

        issued = [fact for fact in world.facts() if isinstance(fact, f.Issued)]
        assert [(fact.number, str(fact.issued), f"{fact.at.astimezone(PARIS):%Y-%m-%d %H:%M}") for fact in issued] == [
            ("F-2040-0001", "2040-01-31", "2040-01-31 06:00"),
            ("F-2040-0002", "2040-02-29", "2040-02-29 06:00"),
            ("F-2040-0003", "2040-03-31", "2040-03-31 06:00"),
            ("F-2040-0004", "2040-04-30", "2040-04-30 06:00"),
        ]
        invoices = [each for each in world.messages() if each.template == "invoice"]
        assert [each.state for each in invoices] == ["sent"] * 4


async def test_a_contract_that_ended_and_is_paid_is_over(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with skipped(skipping, tmp_path, "2040-01-09") as stage:
        world = stage.world
        world.customer("C-1")
        world.retainer("M-1", "C-1", start="2040-01-10", end="2040-02-09")
        await stage.wake("M-1")
        await stage.pass_to("2040-01-20")
        assert await stage.status("M-1") == "RUNNING"
        world.paid("M-1/2040-01-10", 100, on="2040-01-20")
        await stage.wake("M-1")
        assert await stage.case("M-1").result() == "over"


async def test_a_case_goes_on_as_new_after_a_month_and_repeats_nothing(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with skipped(skipping, tmp_path, "2040-01-09") as stage:
        world = stage.world
        world.customer("C-1")
        world.open_account("M-1", "C-1")
        world.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-06-29")
        await stage.wake("M-1")
        await stage.pass_to("2040-07-10")

        assert world.steps("F-1") == [
            ("2040-06-25", "courtesy", "sent"),  # five days before is a Sunday
            ("2040-07-02", "reminder", "sent"),
        ]
        runs = await stage.runs("M-1")
        assert len(runs) > 4
        timers = [event for run in runs for event in of_kind(run, "TIMER_STARTED")]
        sleeps = [event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta() for event in timers]
        assert max(sleeps) <= timedelta(days=31)
        assert min(len(of_kind(run, "TIMER_STARTED")) for run in runs) >= 1
        assert (await stage.attributes("M-1"))["RelanceStage"] == "reminder"


async def test_what_a_new_run_is_handed_is_not_said_again(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with skipped(skipping, tmp_path, "2040-01-09") as stage:
        world = stage.world
        world.customer("C-1")
        world.open_account("M-1", "C-1")
        world.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-06-29")
        await stage.wake("M-1")
        await stage.pass_to("2040-03-01")
        runs = await stage.runs("M-1")
        assert [len(of_kind(run, "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES")) for run in runs] == [1, 0]
        assert (await stage.attributes("M-1"))["RelanceCustomer"] == "C-1"


async def test_a_slot_that_ends_while_the_mail_server_is_down_leaves_the_message_for_the_next_one(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    port = closed_port()
    async with skipped(skipping, tmp_path, "2040-01-09", smtp_port=port) as stage:
        world = stage.world
        world.customer("C-1")
        world.open_account("M-1", "C-1")
        world.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        await stage.wake("M-1")
        await stage.pass_to("2040-02-04")
        assert world.steps("F-1") == []
        with SmtpSink(tmp_path / "later", port=port) as mended:
            await stage.pass_to("2040-02-09")
            assert len(mended.messages()) == 1
        assert world.steps("F-1") == [("2040-02-06", "courtesy", "sent")]  # Friday's slot is over: Monday's


async def test_money_that_comes_while_a_message_cannot_leave_keeps_it_from_leaving(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    port = closed_port()
    async with skipped(skipping, tmp_path, "2040-01-09", smtp_port=port) as stage:
        world = stage.world
        world.customer("C-1")
        world.open_account("M-1", "C-1")
        world.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        await stage.wake("M-1")
        await stage.pass_to("2040-02-03", "15:00")
        assert (await stage.state("M-1"))["performing"] == "email courtesy · F-1"
        world.paid("F-1", 1200, on="2040-02-03")
        await stage.waker.wake(["M-1"])
        with SmtpSink(tmp_path / "later", port=port) as mended:
            await stage.pass_to("2040-02-09")
            assert mended.messages() == []
        assert world.steps("F-1") == [("2040-02-03", "", "stopped: paid")]
        assert await stage.status("M-1") == "COMPLETED"


async def test_a_case_cancelled_while_a_message_cannot_leave_keeps_it_from_leaving(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    port = closed_port()
    async with skipped(skipping, tmp_path, "2040-01-09", smtp_port=port) as stage:
        world = stage.world
        world.customer("C-1")
        world.open_account("M-1", "C-1")
        world.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        await stage.wake("M-1")
        await stage.pass_to("2040-02-03", "15:00")
        await stage.case("M-1").cancel(reason="wrong customer")
        await until(lambda: len(world.tasks()) == 1)
        with SmtpSink(tmp_path / "later", port=port) as mended:
            await stage.pass_to("2040-02-07")  # this server cannot continue a cancelled case as new; the real one can
            assert mended.messages() == []
        assert await stage.status("M-1") == "RUNNING"
        assert world.steps("F-1") == []


async def test_an_address_that_is_dead_is_a_fact_and_a_person_is_asked(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with skipped(skipping, tmp_path, "2040-01-09") as stage:
        world = stage.world
        world.customer("C-1", email="bounce@client.example", channels=("email",))
        world.open_account("M-1", "C-1")
        world.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        await stage.wake("M-1")
        await stage.pass_to("2040-02-20")

        ended = [(fact.outcome, fact.reason) for fact in world.facts() if isinstance(fact, f.ActionEnded)]
        assert ended == [("failed", "5.1.1 No such user here")]
        bounced = [(fact.role, fact.channel) for fact in world.facts() if isinstance(fact, f.Bounced)]
        assert bounced == [("billing", "email")]
        assert [fact for fact in world.facts() if isinstance(fact, f.ReviewAsked)]


FALLBACK = """\
steps:
  - id: reminder
    level: reminder
    at: due+3d
    do: [email: {template: reminder-1, to: billing, fallback: {letter: {template: formal-notice, to: billing}}}]
"""


async def test_what_bounced_goes_by_its_fallback_the_day_after(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with skipped(skipping, tmp_path, "2040-01-09", steps=FALLBACK) as stage:
        world = stage.world
        world.customer("C-1", email="bounce@client.example")
        world.open_account("M-1", "C-1")
        world.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        await stage.wake("M-1")
        await stage.pass_to("2040-02-20")
        assert [fact for fact in world.facts() if isinstance(fact, f.ReviewAsked)] == []
        ended = [
            (str(fact.on), fact.channel, fact.outcome) for fact in world.facts() if isinstance(fact, f.ActionEnded)
        ]
        assert ended == [("2040-02-13", "email", "failed"), ("2040-02-14", "letter", "sent")]
        assert len(world.letters()) == 1
        assert world.mail() == []


async def test_a_ledger_that_is_away_is_asked_until_it_answers(
    skipping: WorkflowEnvironment, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with skipped(skipping, tmp_path, "2040-02-01") as stage:
        world = stage.world
        world.customer("C-1")
        world.open_account("M-1", "C-1")
        world.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        ledger = tmp_path / "relance.db"
        world.office.ledger.engine.dispose()
        ledger.rename(tmp_path / "away.db")
        ledger.mkdir()
        await stage.waker.wake(["M-1"])
        await until(lambda: "unable to open database file" in caplog.text or "ledger" in caplog.text)
        ledger.rmdir()
        (tmp_path / "away.db").rename(ledger)
        await stage.settled()
        await stage.pass_to("2040-02-04")
        assert world.steps("F-1") == [("2040-02-03", "courtesy", "sent")]
