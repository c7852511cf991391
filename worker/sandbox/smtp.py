"""A real SMTP server on loopback that delivers into a folder, and misbehaves for certain local parts. Never relays."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP as WIRE
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

# What a recipient's local part (up to a `+`) makes the server answer to RCPT.
RECIPIENT_ANSWERS = {
    "bounce": "550 5.1.1 No such user here",
    "full": "552 5.2.2 Mailbox full",
    "busy": "451 4.3.2 Try again later",
}
GREYLIST = "451 4.7.1 Greylisted, try again later"  # `greylist`: the first time only
REFUSED = "554 5.7.1 Message refused"  # `refuse`: after the final dot
BUSY = "451 4.3.0 Try again later"  # `busy-after-data`: after the final dot
HANGUPS = frozenset({"drop-at-rcpt", "drop-after-data"})  # the latter keeps the message first


class SmtpSink:
    """The server, running between `__enter__` and `__exit__` in a thread of its own.

    Each message becomes `folder/<n>.eml` and a line of `folder/index.jsonl` (file, message_id, to, subject, date,
    received). `port` 0 lets the system choose; `clock` dates what is received. `credentials` (user, password) makes
    the server ask for them, `tls` offers STARTTLS.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        credentials: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.folder = folder
        self.host = "127.0.0.1"
        self.port = port
        self.connections = 0  # how many were opened so far
        self._kept = 0
        self._clock = clock
        self._credentials = credentials
        self._tls = tls
        self._greeted: set[str] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp-sink", daemon=True)
        self._server: asyncio.Server | None = None
        self._open: set[SMTP] = set()

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._kept = len(list(self.folder.glob("*.eml")))
        listening = socket.create_server((self.host, self.port))
        self.port = listening.getsockname()[1]
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(listening), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def messages(self) -> list[dict[str, Any]]:
        """The index, oldest first."""
        index = self.folder / "index.jsonl"
        return [json.loads(line) for line in index.read_text("utf-8").splitlines()] if index.exists() else []

    def drop_connections(self) -> None:
        """Cuts every open connection, as a server that restarts does."""
        self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for each in list(self._open):
            _abort(each)
        self._open.clear()

    async def _listen(self, listening: socket.socket) -> asyncio.Server:
        return await self._loop.create_server(self._protocol, sock=listening)

    async def _stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self._cut()
        others = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _protocol(self) -> SMTP:
        self.connections += 1
        server = SMTP(
            self,
            hostname="sandbox.localhost",
            loop=self._loop,
            tls_context=self._tls,
            require_starttls=self._tls is not None,
            authenticator=self._authenticate if self._credentials else None,
            auth_require_tls=self._tls is not None,
        )
        self._open.add(server)
        return server

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object
    ) -> AuthResult:
        del server, session, envelope, mechanism
        given = (login.login.decode(), login.password.decode()) if isinstance(login, LoginPassword) else None
        return AuthResult(success=given == self._credentials)

    # --- aiosmtpd's hooks, by its own names ----------------------------------------------------------------------

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accepts a sender, once it has said who it is where credentials are asked for."""
        del server
        if self._credentials and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answers a recipient: 250, or what its local part asks for."""
        del session, options
        behaviour = _behaviour(address)
        if behaviour == "drop-at-rcpt":
            _abort(server)
        if behaviour == "greylist" and address not in self._greeted:
            self._greeted.add(address)
            return GREYLIST
        if behaviour in RECIPIENT_ANSWERS:
            return RECIPIENT_ANSWERS[behaviour]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keeps the message and accepts it, unless a recipient's local part asks for something else."""
        del session
        asked = {_behaviour(address) for address in envelope.rcpt_tos}
        if "refuse" in asked:
            return REFUSED
        if "busy-after-data" in asked:
            return BUSY
        file = self._keep(envelope.content or b"", envelope.rcpt_tos)
        if "drop-after-data" in asked:
            _abort(server)
        return f"250 2.0.0 OK {file}"

    def _keep(self, content: bytes | str, recipients: list[str]) -> str:
        raw = content.encode() if isinstance(content, str) else content
        headers = message_from_bytes(raw, policy=WIRE)
        self._kept += 1
        file = f"{self._kept:05}.eml"
        (self.folder / file).write_bytes(raw)
        line = {
            "file": file,
            "message_id": headers["Message-ID"],
            "to": recipients,
            "subject": headers["Subject"],
            "date": headers["Date"],
            "received": self._clock().isoformat(),
        }
        with (self.folder / "index.jsonl").open("a", encoding="utf-8") as index:
            index.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        return file


def _abort(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()


def _behaviour(address: str) -> str:
    return address.partition("@")[0].partition("+")[0].lower()
