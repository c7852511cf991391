"""Twilio's Messages API on loopback, as published: keeps texts, checks credentials, fails for its magic numbers."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

import smsutil

# Twilio's own test numbers, and what it answers to them: (HTTP status, code, words).
MAGIC = {
    "+15005550001": (400, 21211, "The 'To' number {to} is not a valid phone number."),
    "+15005550002": (400, 21612, "The 'To' phone number: {to}, is not currently reachable."),
    "+15005550003": (400, 21408, "Permission to send an SMS has not been enabled for the region of {to}"),
    "+15005550004": (400, 21610, "Attempt to send to unsubscribed recipient {to}"),
    "+15005550009": (400, 21614, "'To' number {to} is not a valid mobile number"),
    # Ours: what a busy or broken provider answers.
    "+15005550029": (429, 20429, "Too Many Requests"),
    "+15005550050": (500, 20500, "Internal Server Error"),
    "+15005550053": (503, 20503, "Service Unavailable"),
}
HANGS_UP = "+15005550099"  # keeps the text, then closes the connection without an answer


class TwilioSandbox:
    """The server, running between `__enter__` and `__exit__` in threads of its own; `url` is its address.

    Accepted texts are in `messages`, and lines of `folder/sms.jsonl` where a folder is given. `clock` dates them.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        account: str = "AC" + "0" * 32,
        token: str = "sandbox",  # noqa: S107  (opens nothing but this sandbox)
        port: int = 0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.account = account
        self.token = token
        self.messages: list[dict[str, Any]] = []
        self._folder = folder
        self._port = port
        self._clock = clock
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where it listens, for the gateway's `api_url`."""
        assert self._server is not None, "it runs inside `with` only"
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        sandbox = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())
                answer = sandbox.answer(
                    self.path, self.headers["Authorization"] or "", {key: each[0] for key, each in form.items()}
                )
                if answer is None:
                    self.close_connection = True
                    return
                status, body = answer
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Says nothing: requests hold personal data."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Door)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="twilio-sandbox", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, authorization: str, form: dict[str, str]) -> tuple[int, dict[str, Any]] | None:
        """The status and body for a request; None to hang up."""
        if not self._knows(authorization):
            return self._error(401, 20003, "Authenticate")
        if path != f"/2010-04-01/Accounts/{self.account}/Messages.json":
            return self._error(404, 20404, f"The requested resource {path} was not found")
        to, text = form.get("To", ""), form.get("Body", "")
        if not to:
            return self._error(400, 21604, "A 'To' phone number is required.")
        if not text:
            return self._error(400, 21602, "Message body is required.")
        if not (form.get("From") or form.get("MessagingServiceSid")):
            return self._error(400, 21603, "A 'From' phone number is required.")
        if to in MAGIC:
            status, code, said = MAGIC[to]
            return self._error(status, code, said.format(to=to))
        kept = self._keep(to, text, form)
        return None if to == HANGS_UP else (201, kept)

    def _knows(self, authorization: str) -> bool:
        kind, _, given = authorization.partition(" ")
        return kind == "Basic" and b64decode(given).decode() == f"{self.account}:{self.token}"

    def _error(self, status: int, code: int, said: str) -> tuple[int, dict[str, Any]]:
        more = f"https://www.twilio.com/docs/errors/{code}"
        return status, {"code": code, "message": said, "more_info": more, "status": status}

    def _keep(self, to: str, text: str, form: dict[str, str]) -> dict[str, Any]:
        with self._lock:
            sid = "SM" + sha256(f"{len(self.messages)} {to} {text}".encode()).hexdigest()[:32]
            at = format_datetime(self._clock())
            message = {
                "account_sid": self.account,
                "api_version": "2010-04-01",
                "body": text,
                "date_created": at,
                "date_sent": None,
                "date_updated": at,
                "direction": "outbound-api",
                "error_code": None,
                "error_message": None,
                "from": form.get("From"),
                "messaging_service_sid": form.get("MessagingServiceSid"),
                "num_media": "0",
                "num_segments": str(len(smsutil.split(text).parts)),
                "price": None,
                "price_unit": "USD",
                "sid": sid,
                "status": "queued",
                "subresource_uris": {"media": f"/2010-04-01/Accounts/{self.account}/Messages/{sid}/Media.json"},
                "to": to,
                "uri": f"/2010-04-01/Accounts/{self.account}/Messages/{sid}.json",
            }
            self.messages.append(message)
            if self._folder is not None:
                self._folder.mkdir(parents=True, exist_ok=True)
                with (self._folder / "sms.jsonl").open("a", encoding="utf-8") as file:
                    file.write(json.dumps(message, ensure_ascii=False) + "\n")
        return message
