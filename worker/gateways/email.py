"""E-mail by SMTP, command by command, so that what was refused, what was sent and what nobody knows stay three things.

`compose` makes the message, the same bytes for the same key; `EmailGateway` hands it over. Neither logs anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, getaddresses
from functools import lru_cache
from types import MappingProxyType, TracebackType
from typing import Literal, Self, cast

import aiosmtplib
from aiosmtplib.protocol import PERIOD_REGEX, normalize_message_line_endings

from worker.gateways.base import Attempting, Permanent, Sent, Transient, Uncertain, discreet


class _SubjectLine(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]  # typeshed: the two differ in max_count
    """Loses no space where it is folded between two encoded words, as the standard one does; RFC 2047, section 6.2."""

    def fold(self, *, policy: Policy) -> str:
        if self.isascii():
            return super().fold(policy=policy)
        said = Header(str(self), "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {said}{policy.linesep}"


class _Headers(HeaderRegistry):
    """Makes the class of a header once, and parses once what every message says of its parts; the standard one makes
    and parses both for every header of every message."""

    def __init__(self) -> None:
        super().__init__()
        self.map_to_type("subject", _SubjectLine)
        self._made: dict[str, type[BaseHeader]] = {}
        self._known = lru_cache(maxsize=256)(super().__call__)

    def __call__(self, name: str, value: str) -> BaseHeader:
        alike = name.lower() in _OF_PARTS and "boundary" not in value
        return self._known(name, str(value)) if alike else super().__call__(name, value)

    def __getitem__(self, name: str) -> type[BaseHeader]:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = super().__getitem__(name)
        return found


_OF_PARTS = frozenset({"mime-version", "content-type", "content-transfer-encoding"})
WIRE = SMTP.clone(header_factory=_Headers())
_LINES = re.compile(r"\s*[\r\n]\s*")  # a header is one line; its no-break spaces stay
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Smtp:
    """How to reach the mail server. `timeout` in seconds, per command; `redirect` receives all mail in place of all."""

    host: str
    port: int
    tls: Literal["none", "starttls", "implicit"] = "starttls"
    username: str | None = None
    password: str | None = None
    timeout: float = 60.0
    helo: str | None = None
    redirect: str | None = None
    ca_file: str | None = None  # trust this certificate authority and no other


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with the message; `name` is what people see, such as `facture-F-1.pdf`."""

    name: str
    content: bytes
    type: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom; addresses only, names where people see them."""

    sender: str
    to: tuple[str, ...]
    sender_name: str = ""
    to_name: str = ""
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: str | None = None


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a message: of its key and the sender's domain, nothing else.

    >>> message_id("M-1/0", "compta@martin.example")
    '<f4c0b11b89f0e1f5420a49ec89d492a5@martin.example>'
    """
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{_ascii(sender).rpartition('@')[2]}>"


def compose(
    key: str,
    envelope: Envelope,
    *,
    subject: str,
    text: str,
    html: str | None = None,
    attachments: Sequence[Attachment] = (),
    pictures: Mapping[str, bytes] = MappingProxyType({}),
    at: datetime,
    thread: Sequence[str] = (),
) -> EmailMessage:
    """The message for `key` at the aware instant `at`; `thread` holds the Message-IDs that it follows, oldest first.

    `pictures` are PNGs or JPEGs that travel inside the message, by the name under which `html` shows them (`cid:NAME`).
    Same arguments, same bytes. Bcc stays in the headers here and is taken out when the message is sent. Raises
    Permanent for an address that is none.
    """
    message = EmailMessage(policy=WIRE)
    message["From"] = _address(envelope.sender, envelope.sender_name)
    message["To"] = tuple(_address(each, envelope.to_name if n == 0 else "") for n, each in enumerate(envelope.to))
    for name, addresses in (("Cc", envelope.cc), ("Bcc", envelope.bcc)):
        if addresses:
            message[name] = tuple(_address(each) for each in addresses)
    if envelope.reply_to:
        message["Reply-To"] = _address(envelope.reply_to)
    message["Subject"] = _LINES.sub(" ", subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(key, envelope.sender)
    if thread:
        message["In-Reply-To"] = thread[-1]
        message["References"] = " ".join(thread)
    message.set_content(text, cte="quoted-printable")
    if html is not None:
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        shown = cast(list[EmailMessage], message.get_payload())[-1]
        for name, content in pictures.items():
            kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
            shown.add_related(content, "image", kind, cid=f"<{name}>", disposition="inline", filename=name)
    for file in attachments:
        main, _, sub = file.type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    for n, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"={hashlib.sha256(f'{key}/{n}'.encode()).hexdigest()[:32]}=")
    return message


class EmailGateway:
    """One connection to one mail server, reused from message to message; one message at a time."""

    def __init__(self, smtp: Smtp) -> None:
        self._smtp = smtp
        self._client: aiosmtplib.SMTP | None = None
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def send(self, message: EmailMessage, attempting: Attempting) -> Sent:
        """Hands the message over; `attempting` is awaited after the server's 354, before a byte of the message.

        Raises Transient (no connection, 4xx), Permanent (5xx), Uncertain (silence or a broken connection after the
        final dot), or what `attempting` raised. A refused copy (Cc, Bcc) is counted, not raised.
        """
        wanted, copies, content = self._prepare(message)
        async with self._lock:
            try:
                refused = await self._hand_over(str(message["From"].addresses[0].addr_spec), wanted, copies)
                answer = await self._deliver(content, attempting)
            except (Transient, Permanent):
                await self._reset()
                raise
            except BaseException:
                self._drop()
                raise
        if answer.code >= 400:
            raise _refusal(answer)
        return Sent(str(message["Message-ID"]), refused)

    async def close(self) -> None:
        """Says goodbye to the server; the gateway may be used again."""
        async with self._lock:
            if self._client is not None and self._client.is_connected:
                with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                    await self._client.quit(timeout=5)
            self._drop()

    def _prepare(self, message: EmailMessage) -> tuple[list[str], list[str], bytes]:
        """The addresses that must accept, those that may refuse, and the bytes to send."""
        named = {name: _addresses(message, name) for name in ("To", "Cc", "Bcc")}
        out = EmailMessage(policy=WIRE)
        out.set_payload(message.get_payload())  # shared, not copied: only headers differ
        for name, value in message.items():
            if name != "Bcc":
                out[name] = value
        if self._smtp.redirect is None:
            return named["To"], named["Cc"] + named["Bcc"], out.as_bytes()
        for name, addresses in named.items():
            del out[name]
            if addresses:
                out[f"X-Original-{name}"] = ", ".join(addresses)
        out["To"] = self._smtp.redirect
        return [self._smtp.redirect], [], out.as_bytes()

    async def _hand_over(self, sender: str, wanted: Sequence[str], copies: Sequence[str]) -> int:
        """MAIL, RCPT and DATA up to the 354; returns how many copies were refused."""
        client = await self._begin(_ascii(sender))
        refused = 0
        for n, address in enumerate((*wanted, *copies)):
            answer = await self._known(client.execute_command(b"RCPT", f"TO:<{_ascii(address)}>".encode()))
            if answer.code >= 400:
                if n < len(wanted):
                    raise _refusal(answer, recipient=True)
                refused += 1
        answer = await self._known(client.execute_command(b"DATA"))
        if answer.code != 354:
            raise _refusal(answer)
        return refused

    async def _begin(self, sender: str) -> aiosmtplib.SMTP:
        """A connection that has accepted MAIL. A reused one that turns out to be gone is replaced, once."""
        command = f"FROM:<{sender}>".encode()
        if self._client is not None and self._client.is_connected:
            try:
                answer = await self._client.execute_command(b"MAIL", command)
                if answer.code < 400:
                    return self._client
                if answer.code != 421:
                    raise _refusal(answer)
            except (aiosmtplib.SMTPException, OSError):
                pass
        self._drop()
        self._client = client = await self._connect()
        answer = await self._known(client.execute_command(b"MAIL", command))
        if answer.code >= 400:
            raise _refusal(answer)
        return client

    async def _connect(self) -> aiosmtplib.SMTP:
        smtp = self._smtp
        client = aiosmtplib.SMTP(
            hostname=smtp.host,
            port=smtp.port,
            use_tls=smtp.tls == "implicit",
            start_tls=smtp.tls == "starttls",
            username=smtp.username,
            password=smtp.password,
            timeout=smtp.timeout,
            local_hostname=smtp.helo,
            cert_bundle=smtp.ca_file,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise Transient(discreet(f"no connection to the mail server: {error}")) from error
        return client

    async def _deliver(self, content: bytes, attempting: Attempting) -> aiosmtplib.SMTPResponse:
        """The message and its final dot, and the server's answer to it."""
        protocol = self._client and self._client.protocol
        if not protocol:
            raise Transient("the mail server closed the connection before the message")
        try:
            await attempting()
        except BaseException:
            self._drop()  # the server waits for a message: only silence tells it that there is none
            raise
        try:
            protocol.write(PERIOD_REGEX.sub(b"..", normalize_message_line_endings(content)) + b".\r\n")
            return await protocol.read_response(timeout=self._smtp.timeout)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Uncertain(discreet(f"no answer after the message was handed over: {error}")) from error

    async def _known(self, command: Coroutine[object, object, aiosmtplib.SMTPResponse]) -> aiosmtplib.SMTPResponse:
        """The answer to a command before the message: whatever goes wrong there, nothing was handed over."""
        try:
            return await command
        except (aiosmtplib.SMTPException, OSError) as error:
            self._drop()
            raise Transient(discreet(f"the mail server stopped answering: {error}")) from error

    async def _reset(self) -> None:
        """Makes the connection ready for another message, or gives it up."""
        try:
            if self._client is not None and self._client.is_connected:
                await self._client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def _refusal(answer: aiosmtplib.SMTPResponse, *, recipient: bool = False) -> Transient | Permanent:
    """4xx may be tried again, 5xx is for good; RFC 3463 tells a dead address from a refused message."""
    text = discreet(answer.message)
    if answer.code < 500:
        return Transient(f"{answer.code} {text}")
    found = _ENHANCED.match(answer.message)
    dead = found[0].startswith(("5.1.", "5.2.1")) if found else answer.code in (550, 551, 553)
    code = found[0] if found else str(answer.code)
    return Permanent(code, text.removeprefix(code).strip(), unreachable=recipient and dead)


def _addresses(message: EmailMessage, name: str) -> list[str]:
    return [address for _, address in getaddresses([str(each) for each in message.get_all(name, [])]) if address]


def _address(address: str, name: str = "") -> Address:
    """Raises Permanent for what is not one address."""
    try:
        return Address(display_name=" ".join(name.split()), addr_spec=_ascii(address))
    except (ValueError, IndexError, MessageError) as error:  # the standard parser stumbles over `a@`
        raise Permanent("5.1.3", "not an e-mail address", unreachable=True) from error


def _ascii(address: str) -> str:
    """The address as every mail server carries it: the domain in ASCII (IDNA), the local part as it is.

    >>> _ascii("jean@société.example")
    'jean@xn--socit-esab.example'
    """
    local, at, domain = address.strip().rpartition("@")
    if not (local.isascii() and local and at):
        raise ValueError("an e-mail address has a name in ASCII letters, an @ and a domain")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
