"""The activities by themselves: what goes wrong gets a name and plain words, and nothing else goes into a history."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment

from rules import facts as f
from tests.workflows.stage import skipped
from tests.world import World, instant, world
from worker.activities import Activities
from worker.performing import Hands
from worker.sending import Gateways, Sender
from worker.words.render import Words
from workflows.messages import Case, Question

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("temporal")]


async def nobody(contracts: object) -> None:
    del contracts


def activities(made: World) -> Activities:
    sender = Sender(Words(None), Gateways())
    return Activities(made.office.ledger, Hands(made.office.ledger, sender, "test", nobody), nobody)


async def test_a_ledger_that_is_away_is_named_without_statement_or_values(tmp_path: Path) -> None:
    with world(tmp_path, instant("2040-01-09")) as made:
        made.office.ledger.engine.dispose()
        (tmp_path / "relance.db").unlink()
        (tmp_path / "relance.db").mkdir()
        question = Question(Case(made.business, "M-1"), instant("2040-01-09"))
        with pytest.raises(ApplicationError) as raised:
            await ActivityEnvironment().run(activities(made).decide, question)
    assert raised.value.type == "LedgerAway"
    assert raised.value.message == "the ledger cannot be reached: unable to open database file"
    assert raised.value.cause is None


async def test_a_business_without_a_sender_waits_and_blames_no_customer(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with skipped(skipping, tmp_path, "2040-01-09", senders="{name: Martin SAS}") as stage:
        made = stage.world
        made.customer("C-1")
        made.open_account("M-1", "C-1")
        made.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        await stage.wake("M-1")
        await stage.pass_to("2040-02-06")
        assert made.steps("F-1") == []
        assert [fact for fact in made.facts() if isinstance(fact, f.Bounced)] == []
