"""The e-mail gateway against a real SMTP server: what is known, what is refused, what nobody knows."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
import pytest_asyncio

from worker.gateways.base import Permanent, Transient, Uncertain
from worker.gateways.email import Attachment, EmailGateway, Envelope, Smtp, compose, message_id
from worker.sandbox.smtp import SmtpSink

pytestmark = pytest.mark.asyncio
AT = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def letter(to: str = "jean@client.example", key: str = "M-1/0", **more) -> EmailMessage:
    envelope = Envelope("compta@martin.example", (to,), sender_name="Comptabilité Martin", to_name="Jean Petit", **more)
    return compose(
        key,
        envelope,
        subject="Facture F-1 échue",
        text="Bonjour\n.\nCordialement\n",
        html="<p>Bonjour</p>",
        attachments=[Attachment("facture-F-1.pdf", b"%PDF-1.7")],
        at=AT,
    )


def smtp(sink: SmtpSink, **more) -> Smtp:
    return Smtp("127.0.0.1", sink.port, **{"tls": "none", "timeout": 5, "helo": "test.localhost"} | more)


@pytest_asyncio.fixture
async def door(sink: SmtpSink) -> AsyncIterator[EmailGateway]:
    async with EmailGateway(smtp(sink)) as gateway:
        yield gateway


def received(sink: SmtpSink, n: int = 0) -> EmailMessage:
    return message_from_bytes((sink.folder / sink.messages()[n]["file"]).read_bytes(), policy=default)  # type: ignore[return-value]


async def test_message_arrives_whole(door, sink, mark):
    sent = await door.send(letter(), mark)
    got = received(sink)
    assert sent.reference == got["Message-ID"] == message_id("M-1/0", "compta@martin.example")
    assert mark.count == 1
    assert got["Subject"] == "Facture F-1 échue"
    assert got["From"] == "Comptabilité Martin <compta@martin.example>"
    assert got["Date"].datetime == AT
    assert got.get_body(("plain",)).get_content().replace("\r\n", "\n") == "Bonjour\n.\nCordialement\n"
    assert [part.get_filename() for part in got.iter_attachments()] == ["facture-F-1.pdf"]


async def test_same_arguments_make_the_same_bytes():
    assert letter().as_bytes() == letter().as_bytes()
    assert letter().as_bytes() != letter(key="M-2/0").as_bytes()


async def test_a_subject_is_read_as_it_was_written_wherever_it_is_folded():
    envelope = Envelope("compta@martin.example", ("jean@client.example",))
    said = (["Facture\u00a0: 504,00\u00a0€,", "à", "régler", "échue", "le", "31\u00a0août", "é" * 30, "soon"] * 5)[:30]
    for words in range(1, len(said)):
        for first in ("", "Votre facture F-2026-0001\u00a0: "):
            written = first + " ".join(said[:words])
            raw = compose("key", envelope, subject=written, text="Bonjour", at=AT).as_bytes()
            assert message_from_bytes(raw, policy=default)["Subject"] == written
            assert all(len(line) <= 78 for line in raw.partition(b"\r\n\r\n")[0].splitlines())


async def test_messages_share_no_header_that_one_of_them_changes():
    first, second = letter(), letter()
    before = second.as_bytes()
    for part in first.walk():
        part.set_param("charset", "latin-1")
    assert second.as_bytes() == letter().as_bytes() == before


async def test_bcc_receives_and_is_not_shown(door, sink, mark):
    await door.send(letter(cc=("a@client.example",), bcc=("zoe@martin.example",)), mark)
    assert sink.messages()[0]["to"] == ["jean@client.example", "a@client.example", "zoe@martin.example"]
    assert b"zoe@" not in (sink.folder / "00001.eml").read_bytes()


async def test_one_connection_carries_many_messages_even_after_a_refusal(door, sink, mark):
    await door.send(letter(), mark)
    with pytest.raises(Permanent):
        await door.send(letter("bounce@client.example"), mark)
    await asyncio.gather(*(door.send(letter(key=f"M-{n}/0"), mark) for n in range(5)))
    assert (len(sink.messages()), sink.connections) == (6, 1)
    await door.close()
    await door.send(letter(key="M-9/0"), mark)
    assert sink.connections == 2


async def test_a_connection_cut_while_idle_is_replaced(door, sink, mark):
    await door.send(letter(), mark)
    sink.drop_connections()
    await door.send(letter(key="M-2/0"), mark)
    assert (len(sink.messages()), sink.connections) == (2, 2)


@pytest.mark.parametrize(
    ("to", "error", "attempts"),
    [
        ("bounce", Permanent, 0),
        ("full", Permanent, 0),
        ("busy", Transient, 0),
        ("greylist", Transient, 0),
        ("drop-at-rcpt", Transient, 0),
        ("refuse", Permanent, 1),
        ("busy-after-data", Transient, 1),
        ("drop-after-data", Uncertain, 1),
    ],
)
async def test_each_misfortune_has_its_name_and_the_next_message_leaves(door, sink, mark, to, error, attempts):
    with pytest.raises(error) as caught:
        await door.send(letter(f"{to}@client.example"), mark)
    assert mark.count == attempts
    assert "@" not in str(caught.value)
    await door.send(letter(key="M-2/0"), mark)
    assert sink.messages()[-1]["message_id"] == message_id("M-2/0", "compta@martin.example")


@pytest.mark.parametrize(("to", "dead"), [("bounce", True), ("full", False), ("refuse", False)])
async def test_a_dead_address_is_told_from_a_refused_message(door, sink, mark, to, dead):
    with pytest.raises(Permanent) as caught:
        await door.send(letter(f"{to}@client.example"), mark)
    assert caught.value.unreachable is dead


async def test_greylisted_message_leaves_the_second_time(door, sink, mark):
    with pytest.raises(Transient):
        await door.send(letter("greylist@client.example"), mark)
    await door.send(letter("greylist@client.example"), mark)
    assert (len(sink.messages()), mark.count) == (1, 1)


async def test_a_refused_copy_is_counted_and_stops_nothing(door, sink, mark):
    sent = await door.send(letter(cc=("bounce@client.example",)), mark)
    assert sent.refused == 1
    assert sink.messages()[0]["to"] == ["jean@client.example"]


async def test_nothing_is_sent_when_the_mark_cannot_be_set(door, sink, mark):
    mark.error = Transient("the ledger is busy")
    with pytest.raises(Transient):
        await door.send(letter(), mark)
    assert sink.messages() == []
    mark.error = None
    await door.send(letter(key="M-2/0"), mark)
    assert [each["message_id"] for each in sink.messages()] == [message_id("M-2/0", "compta@martin.example")]


async def test_no_server_is_transient(sink, mark):
    door = EmailGateway(Smtp("127.0.0.1", 1, tls="none", timeout=2))
    with pytest.raises(Transient):
        await door.send(letter(), mark)
    assert mark.count == 0


async def test_silence_after_the_dot_is_uncertain(mark):
    gone = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mute\r\n")
        while line := await reader.readline():
            if line == b"DATA\r\n":
                writer.write(b"354 go\r\n")
                break
            writer.write(b"250 ok\r\n")
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    async with server, EmailGateway(Smtp("127.0.0.1", server.sockets[0].getsockname()[1], "none", timeout=0.3)) as door:
        with pytest.raises(Uncertain):
            await door.send(letter(), mark)
        assert mark.count == 1
        await gone.wait()


async def test_redirect_receives_everything_and_says_for_whom(sink, mark):
    async with EmailGateway(smtp(sink, redirect="essai@martin.example")) as door:
        await door.send(letter(cc=("a@client.example",)), mark)
    got = received(sink)
    assert sink.messages()[0]["to"] == ["essai@martin.example"]
    assert (got["To"], got["X-Original-To"], got["X-Original-Cc"]) == (
        "essai@martin.example",
        "jean@client.example",
        "a@client.example",
    )
    assert got["Cc"] is None


@pytest.mark.parametrize(
    "address", ["", "jean", "jean@", "a b@client.example", "élan@client.example", "a@b\r\nBcc: c@d"]
)
async def test_what_is_no_address_is_refused_before_any_connection(address):
    with pytest.raises(Permanent) as caught:
        letter(address)
    assert caught.value.unreachable


async def test_follow_up_is_threaded():
    mail = compose(
        "M-2/0", Envelope("a@b.example", ("c@d.example",)), subject="s", text="t", at=AT, thread=["<1@b>", "<2@b>"]
    )
    assert (mail["In-Reply-To"], mail["References"]) == ("<2@b>", "<1@b> <2@b>")


async def test_password_is_given_and_a_wrong_one_is_transient(tmp_path: Path, mark):
    with SmtpSink(tmp_path, credentials=("martin", "secret")) as sink:
        async with EmailGateway(smtp(sink, username="martin", password="secret")) as door:
            await door.send(letter(), mark)
        with pytest.raises(Transient):
            await EmailGateway(smtp(sink, username="martin", password="wrong", timeout=1)).send(letter(), mark)
        assert len(sink.messages()) == 1


async def test_starttls_is_used_and_required(tmp_path: Path, sink, mark):
    make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with SmtpSink(tmp_path / "tls", tls=context) as safe:
        async with EmailGateway(smtp(safe, tls="starttls", ca_file=str(tmp_path / "cert.pem"))) as door:
            await door.send(letter(), mark)
        assert len(safe.messages()) == 1
        for untrusting in (smtp(safe, tls="starttls"), smtp(sink, tls="starttls"), smtp(safe)):
            with pytest.raises((Transient, Permanent)):
                await EmailGateway(untrusting).send(letter(), mark)
    assert mark.count == 1


def make_certificate(folder: Path) -> None:
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    )
    files = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
