"""What was just judged is carried out without judging it again, but only where it would be judged the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from rules import facts as f
from tests.world import World, day, instant, world
from worker.judging import Judged, judge
from worker.main import open_gateways
from worker.performing import Hands
from worker.sending import Sender
from worker.words.render import Words

AT = instant("2027-03-09", "18:00")  # a Tuesday, 18 days after the due date; the reminder may leave until 18:30
KEY = "F-1/1/reminder/1/0"


async def nobody(_: Iterable[str]) -> None:
    """Wakes no case."""


@asynccontextmanager
async def ordered(folder: Path) -> AsyncIterator[tuple[World, Hands, Judged]]:
    """A reminder that was just judged due, and the hands that were told so."""
    with world(folder, AT) as found:
        found.customer("C-1")
        found.open_account("A-1", "C-1")
        found.invoice("F-1", "A-1", 1200, issued="2027-01-20", due="2027-02-19")
        gateways = open_gateways(found.office)
        assert gateways.email is not None
        async with gateways.email:
            hands = Hands(found.office.ledger, Sender(Words(None), gateways), "hands", nobody)
            with found.office.ledger.begin() as tx:
                judged = judge(tx, "A-1", AT)
            assert judged.act is not None
            assert judged.act.key == KEY
            hands.expect(judged)
            yield found, hands, judged


@pytest.mark.asyncio
async def test_what_was_just_judged_leaves_once(tmp_path: Path) -> None:
    async with ordered(tmp_path) as (found, hands, _):
        done = await hands.perform("A-1", KEY, "email", lambda: AT)
        again = await hands.perform("A-1", KEY, "email", lambda: AT)
        assert (done.act, again.act) == (None, None)
        assert [row.state for row in found.messages()] == ["sent"]
        assert len(found.mail()) == 1


@pytest.mark.asyncio
async def test_what_was_paid_since_the_judgement_does_not_leave(tmp_path: Path) -> None:
    async with ordered(tmp_path) as (found, hands, _):
        found.paid("F-1", 1200, on="2027-03-09")
        done = await hands.perform("A-1", KEY, "email", lambda: AT)
        assert done.act is None
        assert (found.mail(), found.messages()) == ([], [])


@pytest.mark.asyncio
async def test_what_was_paid_in_part_since_the_judgement_leaves_with_the_rest(tmp_path: Path) -> None:
    async with ordered(tmp_path) as (found, hands, _):
        found.paid("F-1", 1000, on="2027-03-09")
        await hands.perform("A-1", KEY, "email", lambda: AT)
        (file,) = found.sink.folder.glob("*.eml")
        message = message_from_bytes(file.read_bytes(), policy=SMTP)
        assert "Total à régler : 200,00 €" in " ".join(message.get_body(("plain",)).get_content().split())


@pytest.mark.asyncio
async def test_a_hold_of_the_whole_business_since_the_judgement_keeps_it_back(tmp_path: Path) -> None:
    async with ordered(tmp_path) as (found, hands, _):
        hold = f.Hold("stop", "manual", "business", "business", day("2027-03-09"), reason="stop", by="anne")
        with found.office.ledger.begin() as tx:
            tx.record_shared([f.HoldPlaced(AT, hold)])
        done = await hands.perform("A-1", KEY, "email", lambda: AT)
        assert done.act is None
        assert (found.mail(), found.messages()) == ([], [])


@pytest.mark.asyncio
async def test_what_was_judged_in_its_slot_does_not_leave_after_it(tmp_path: Path) -> None:
    async with ordered(tmp_path) as (found, hands, judged):
        assert judged.act is not None
        assert judged.act.until == AT + timedelta(minutes=30)
        done = await hands.perform("A-1", KEY, "email", lambda: AT + timedelta(minutes=30))
        assert done.act is None
        assert (found.mail(), found.messages()) == ([], [])
