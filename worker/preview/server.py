"""The page of `relance preview`: on loopback, for whoever sits here; it asks the outside world for nothing.

It answers only to its own name, so that no page from elsewhere can read it by calling this machine its own.
"""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Iterable
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from worker.ledger.errors import LedgerError
from worker.preview.book import Book
from worker.words.message import Subject
from worker.words.shelf import TemplateProblem

HERE = "127.0.0.1"
MOST_FILES = 2000
PATIENCE = 10.0  # seconds for a browser that opened a connection and says nothing
_GUARD = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
_OWN = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-src 'self'; style-src 'unsafe-inline'"


class Preview(ThreadingHTTPServer):
    """Serves the messages of a book; `port` 0 takes any free one."""

    daemon_threads = True

    def __init__(self, book: Book, port: int = 0) -> None:
        super().__init__((HERE, port), _Answer)
        self.book = book

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HERE}:{self.server_address[1]}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing of a browser that went away before it had its answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def stamp(self) -> str:
        """Changes when a template of the workspace or of the house does."""
        folders = [self.book.office.workspace.folder / "templates", Path(str(files("templates")))]
        found = [path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*"))[:MOST_FILES]]
        times = "".join(f"{path}{path.stat().st_mtime_ns}" for path in found if path.is_file())
        return hashlib.sha256(times.encode()).hexdigest()[:16]

    def page(self) -> str:
        """The page with its choices filled in."""
        words = self.book.fresh().words
        text = files("worker.preview").joinpath("page.html").read_text("utf-8")
        text = text.replace("MESSAGES", _options(f"{name}.{channel}" for name, channel in words.all()))
        text = text.replace("LANGUAGES", _options(words.languages()))
        return text.replace("CUSTOMERS", _options(self.book.customers()))

    def message(self, message: str, language: str, customer: str, part: str) -> str:
        """One message as a page of its own; what is wrong with its template in words instead."""
        name, _, channel = message.rpartition(".")
        book = self.book.fresh()
        try:
            return _drawn(book, book.about(customer, name, channel, language), part)
        except TemplateProblem as problem:
            return (
                f"<p><strong>It would not be sent, and a person be asked:</strong></p><pre>{escape(str(problem))}</pre>"
            )
        except LedgerError as error:
            return f"<p>{escape(str(error))}</p>"


def _drawn(book: Book, given: Subject, part: str) -> str:
    match given.channel:
        case "sms":
            return f"<pre>{escape(book.words.sms(given))}</pre>"
        case "call":
            return f'<pre style="white-space:pre-wrap">{escape(book.words.call(given))}</pre>'
        case "letter" | "document" if part == "html":
            pages = (_embedded(page) for page in book.words.pages(given))
            return "".join(f'<img alt="" style="width:100%;border:1px solid #888" src="{page}">' for page in pages)
        case "email":
            said = book.words.email(given)
            if part != "html":
                written = f"{said.subject}\n\n{said.text}"
                return f'<pre style="white-space:pre-wrap">{escape(written)}</pre>'
            html = said.html
            for name, content in said.pictures.items():
                html = html.replace(f"cid:{name}", _embedded(content))
            return f'<p style="font:15px sans-serif;padding:8px 16px">{escape(said.subject)}</p>{html}'
    return f'<pre style="white-space:pre-wrap">{escape(book.words.text(given))}</pre>'


def _embedded(picture: bytes) -> str:
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def _options(names: Iterable[str]) -> str:
    return "".join(f"<option>{escape(name)}</option>" for name in names)


class _Answer(BaseHTTPRequestHandler):
    server: Preview
    timeout = PATIENCE

    def do_GET(self) -> None:
        """The page, its script, the stamp, or one message."""
        own = self.server.url.rstrip("/")
        if self.headers.get("Host") != urlsplit(own).netloc or self.headers.get("Origin", own) != own:
            self._say(HTTPStatus.FORBIDDEN, "text/plain", "not by this name")
            return
        asked = urlsplit(self.path)
        match asked.path:
            case "/":
                self._say(HTTPStatus.OK, "text/html", self.server.page(), _OWN)
            case "/page.js":
                script = files("worker.preview").joinpath("page.js").read_text("utf-8")
                self._say(HTTPStatus.OK, "text/javascript", script)
            case "/stamp":
                self._say(HTTPStatus.OK, "text/plain", self.server.stamp())
            case "/message":
                given = {name: values[0][:100] for name, values in parse_qs(asked.query).items()}
                choice = [given.get(name, "") for name in ("message", "language", "customer", "part")]
                self._say(HTTPStatus.OK, "text/html", self.server.message(*choice), _GUARD)
            case _:
                self._say(HTTPStatus.NOT_FOUND, "text/plain", "there is no such page")

    def _say(self, status: HTTPStatus, kind: str, text: str, guard: str = _GUARD) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", guard),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing: addresses name customers."""
