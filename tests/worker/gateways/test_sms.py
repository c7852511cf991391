"""The SMS gateway against a local server that answers as Twilio does."""

import asyncio
from collections.abc import Iterator

import pytest

from worker.gateways.base import Permanent, Transient, Uncertain
from worker.gateways.sms import SmsGateway, Twilio, e164
from worker.sandbox.twilio import HANGS_UP, TwilioSandbox

pytestmark = pytest.mark.asyncio
SENDERS = {"FR": "+33755550000", "GB": "Martin", "": "MG" + "1" * 32}


@pytest.fixture
def twilio() -> Iterator[TwilioSandbox]:
    with TwilioSandbox() as server:
        yield server


def door(twilio: TwilioSandbox, **more) -> SmsGateway:
    return SmsGateway(Twilio(twilio.account, twilio.token, SENDERS, api_url=twilio.url, **{"timeout": 5} | more))


async def test_text_arrives_with_the_sender_of_its_country(twilio, mark):
    sent = await door(twilio).send("+33 6 39 98 12 34", "Facture échue : 12 €", mark)
    assert mark.count == 1
    assert twilio.messages[0]["sid"] == sent.reference
    assert [twilio.messages[0][key] for key in ("to", "from", "body", "num_segments", "status")] == [
        "+33639981234",
        "+33755550000",
        "Facture échue : 12 €",
        "1",
        "queued",
    ]


@pytest.mark.parametrize(
    ("to", "key", "sender"),
    [("+447700900123", "from", "Martin"), ("+491511234567", "messaging_service_sid", SENDERS[""])],
)
async def test_sender_follows_the_country(twilio, mark, to, key, sender):
    await door(twilio).send(to, "hello", mark)
    assert twilio.messages[0][key] == sender


@pytest.mark.parametrize(
    ("to", "error", "dead"),
    [
        ("+15005550001", Permanent, True),
        ("+15005550003", Permanent, False),
        ("+15005550004", Permanent, True),
        ("+15005550009", Permanent, True),
        ("+15005550029", Transient, None),
        ("+15005550053", Transient, None),
        ("+15005550050", Uncertain, None),
        (HANGS_UP, Uncertain, None),
    ],
)
async def test_each_answer_has_its_meaning(twilio, mark, to, error, dead):
    with pytest.raises(error) as caught:
        await door(twilio).send(to, "hello", mark)
    assert mark.count == 1
    assert getattr(caught.value, "unreachable", None) is dead
    assert to not in str(caught.value)


@pytest.mark.parametrize("to", ["", "0639981234", "+33", "+3312", "hello"])
async def test_what_is_no_number_never_leaves(twilio, mark, to):
    with pytest.raises(Permanent) as caught:
        await door(twilio).send(to, "hello", mark)
    assert (mark.count, caught.value.unreachable, twilio.messages) == (0, True, [])


async def test_a_text_that_costs_too_much_never_leaves(twilio, mark):
    with pytest.raises(Permanent, match="too-long"):
        await door(twilio).send("+33639981234", "a" * 460, mark)
    assert mark.count == 0


async def test_a_country_without_sender_is_refused(twilio, mark):
    gateway = SmsGateway(Twilio(twilio.account, twilio.token, {"FR": "+33755550000"}, api_url=twilio.url))
    with pytest.raises(Permanent, match="no-sender"):
        await gateway.send("+447700900123", "hello", mark)


async def test_wrong_credentials_are_for_later(twilio, mark):
    gateway = SmsGateway(Twilio(twilio.account, "wrong", SENDERS, api_url=twilio.url))
    with pytest.raises(Transient):
        await gateway.send("+33639981234", "hello", mark)


async def test_no_server_is_transient_and_nothing_was_attempted(mark):
    gateway = SmsGateway(Twilio("AC0", "t", SENDERS, api_url="http://127.0.0.1:1"))
    with pytest.raises(Transient):
        await gateway.send("+33639981234", "hello", mark)
    assert mark.count == 0


async def test_nothing_is_sent_when_the_mark_cannot_be_set(twilio, mark):
    mark.error = Transient("the ledger is busy")
    with pytest.raises(Transient):
        await door(twilio).send("+33639981234", "hello", mark)
    assert twilio.messages == []


async def test_silence_is_uncertain(mark):
    gone = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(Uncertain):
            await SmsGateway(Twilio("AC0", "t", SENDERS, api_url=url, timeout=0.3)).send("+33639981234", "hello", mark)
        await gone.wait()
    assert mark.count == 1


async def test_redirect_receives_every_text(twilio, mark):
    await door(twilio, redirect="+33639980000").send("+447700900123", "hello", mark)
    assert twilio.messages[0]["to"] == "+33639980000"


async def test_number_is_written_as_the_network_wants_it():
    assert e164("+44 7700 900123") == ("+447700900123", "GB")
