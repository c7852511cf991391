"""Webhooks against a real HTTP server: signed, sent again under the same id until confirmed, refused for good."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.world import PERSON, instant, world
from worker.gateways.base import Permanent, Transient
from worker.gateways.webhook import Notice, WebhookGateway, signature
from worker.main import open_gateways
from worker.performing import Hands
from worker.sending import Sender
from worker.words.render import Words

AT = datetime(2027, 1, 4, 9, tzinfo=UTC)
# The example of the Standard Webhooks specification, "Signature scheme".
SECRET, ID, STAMP = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330"
BODY = b'{"test": 2432232314}'


@contextmanager
def receiver(*answers: int) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A server that answers so, in turn; its address, and what it was told (headers in lower case, body)."""
    told: list[tuple[dict[str, str], bytes]] = []
    left = list(answers)

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(left.pop(0))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook?of=relance", told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def notice(url: str) -> Notice:
    return Notice("R-1/1/tell/1/0", url, AT, {"type": "tell", "customer": "C-1"})


def test_the_signature_is_that_of_the_specification() -> None:
    assert signature(SECRET, ID, STAMP, BODY) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.asyncio
async def test_a_webhook_is_called_with_its_id_and_a_signature_that_verifies(mark) -> None:
    with receiver(204) as (url, told):
        sent = await WebhookGateway(SECRET).send(notice(url), mark)
    assert sent.reference == "R-1/1/tell/1/0"
    ((headers, body),) = told
    assert headers["webhook-id"] == "R-1/1/tell/1/0"
    stamp = headers["webhook-timestamp"]
    assert stamp == str(int(AT.timestamp()))
    assert headers["webhook-signature"] == signature(SECRET, headers["webhook-id"], stamp, body)


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_receiver_in_trouble_is_called_again_under_the_same_id(mark, status: int) -> None:
    with receiver(status, 200) as (url, told):
        with pytest.raises(Transient, match=str(status)):
            await WebhookGateway(SECRET).send(notice(url), mark)
        await WebhookGateway(SECRET).send(notice(url), mark)
    assert len({headers["webhook-id"] for headers, _ in told}) == 1


@pytest.mark.asyncio
async def test_a_step_calls_its_webhook_once_it_is_confirmed_and_tells_nobodys_name(tmp_path: Path) -> None:
    steps = "steps: [{id: tell, level: reminder, at: due+3d, do: [{webhook: {to: crm}}]}]"
    at = instant("2027-03-09", "16:00")
    with receiver(500, 200) as (url, told), world(tmp_path, at, steps=steps, hook=url) as found:
        found.customer("C-1")
        found.open_account("A-1", "C-1")
        found.invoice("F-1", "A-1", 1200, issued="2027-01-20", due="2027-02-19")
        hands = Hands(found.office.ledger, Sender(Words(None), open_gateways(found.office)), "hands", _nobody)
        with pytest.raises(Transient):
            await hands.perform("A-1", "F-1/1/tell/1/0", "webhook", lambda: at)
        await hands.perform("A-1", "F-1/1/tell/1/0", "webhook", lambda: at)
        assert [row.state for row in found.messages()] == ["sent"]
    assert [json.loads(body)["invoices"] for _, body in told] == [
        [{"number": "F-1", "due": "2027-02-19", "open": "1200.00 EUR"}]
    ] * 2
    assert not any(PERSON in body.decode() for _, body in told)


async def _nobody(_: Iterable[str]) -> None:
    """Wakes no case."""


@pytest.mark.asyncio
async def test_a_refusal_is_for_good_and_silence_is_not(mark) -> None:
    with receiver(404) as (url, _), pytest.raises(Permanent, match="404"):
        await WebhookGateway(SECRET).send(notice(url), mark)
    with pytest.raises(Transient, match="no answer"):
        await WebhookGateway(SECRET).send(notice(url), mark)
