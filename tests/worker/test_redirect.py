"""While somebody tries things out, no message reaches a customer."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from tests.world import PHONE, World, instant, world
from worker.judging import judge
from worker.main import open_gateways
from worker.performing import Hands
from worker.sending import Sender
from worker.words.render import Words

AT = instant("2027-03-09", "17:00")
KEY = "F-1/1/text/1/0"
TEXT = """\
steps:
  - {id: text, level: reminder, at: due+3d, do: [sms: {template: nudge, to: billing}]}
"""


async def nobody(_: object) -> None:
    """Wakes no case."""


async def send(found: World, **settings: str | None) -> None:
    """Sends the text that is due, with these settings."""
    office = replace(found.office, settings=replace(found.office.settings, **settings))  # type: ignore[arg-type]
    found.customer("C-1")
    found.open_account("A-1", "C-1")
    found.invoice("F-1", "A-1", 1200, issued="2027-01-20", due="2027-02-19")
    with office.ledger.begin() as tx:
        judged = judge(tx, "A-1", AT)
    assert judged.act is not None
    assert judged.act.key == KEY
    gateways = open_gateways(office)
    assert gateways.email is not None
    async with gateways.email:
        hands = Hands(office.ledger, Sender(Words(None), gateways), "hands", nobody)
        await hands.perform("A-1", KEY, "sms", lambda: AT)


@pytest.mark.asyncio
async def test_with_a_redirect_and_no_telephone_a_text_goes_there_by_email(tmp_path: Path) -> None:
    with world(tmp_path, AT, steps=TEXT) as found:
        await send(found, redirect="me@martin.example", redirect_phone=None)
        assert found.texts.messages == []
        (file,) = found.sink.folder.glob("*.eml")
        message = message_from_bytes(file.read_bytes(), policy=SMTP)
        assert (message["To"], message["Subject"]) == ("me@martin.example", f"SMS {PHONE}")
        assert "F-1" in message.get_content()
        assert [row.state for row in found.messages()] == ["sent"]


@pytest.mark.asyncio
async def test_with_a_telephone_of_its_own_a_text_stays_a_text(tmp_path: Path) -> None:
    with world(tmp_path, AT, steps=TEXT) as found:
        await send(found, redirect="me@martin.example", redirect_phone="+33639980009")
        assert ([each["to"] for each in found.texts.messages], found.mail()) == (["+33639980009"], [])


@pytest.mark.asyncio
async def test_without_a_redirect_a_text_reaches_the_customer(tmp_path: Path) -> None:
    with world(tmp_path, AT, steps=TEXT) as found:
        await send(found)
        assert ([each["to"] for each in found.texts.messages], found.mail()) == ([PHONE], [])
