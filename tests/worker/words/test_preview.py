"""The page of `relance preview`, asked over HTTP: every message, about a customer of the ledger, as templates are."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner

from tests.world import day, instant, world
from worker.cli.app import relance
from worker.preview.book import Book
from worker.preview.server import Preview
from worker.words.render import Words

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    with world(tmp_path, instant("2040-03-20")) as made:
        made.customer("C-1")
        made.open_account("M-1", "C-1")
        made.invoice("F-7", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        server = Preview(Book(made.office, Words(None), day("2040-03-20")))
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()

        def got(path: str, host: str | None = None, origin: str | None = None, **query: str) -> tuple[int, str, str]:
            line = HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
            headers = {name: value for name, value in (("Host", host), ("Origin", origin)) if value is not None}
            try:
                line.request("GET", f"{path}?{urlencode(query)}", headers=headers)
                answer = line.getresponse()
                return answer.status, answer.getheader("Content-Security-Policy", ""), answer.read().decode()
            finally:
                line.close()

        got.templates = made.office.workspace.folder / "templates"  # type: ignore[attr-defined]
        got.made, got.address = made, server.server_address  # type: ignore[attr-defined]
        yield got
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_page_lists_messages_languages_and_who_owes(ask):
    status, guard, page = ask("/")
    assert status == 200
    assert "default-src 'none'" in guard
    for option in ("reminder-1.email", "nudge.sms", "formal-notice.letter", "fr", "en", "sample", "C-1"):
        assert f"<option>{option}</option>" in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("reminder-1.email", "F-7"),
        ("nudge.sms", "1200,00 EUR"),
        ("reminder-2.call", "Appeler"),
        ("formal-notice.letter", "data:image/png;base64,"),
        ("statement.document", "data:image/png;base64,"),
    ],
)
def test_each_channel_shows_what_the_customer_owes(ask, message, said):
    _, guard, page = ask("/message", message=message, language="fr", customer="C-1", part="html")
    assert said in page
    assert "script" not in guard


def test_every_message_of_the_house_shows_for_the_sample_and_for_the_book(ask):
    for customer in ("sample", "C-1"):
        for name, channel in Words().all():
            page = ask("/message", message=f"{name}.{channel}", language="en", customer=customer, part="text")[2]
            assert "would not be sent" not in page, (name, channel)


def test_an_edited_template_changes_the_stamp_and_the_message_and_a_broken_one_says_where(ask):
    before = ask("/stamp")[2]
    own = ask.templates / "fr" / "reminder-1.email.txt"
    own.parent.mkdir(parents=True)
    own.write_text("Subject: Bonjour\n\nÀ ma façon, {{ numbers }}.\n", "utf-8")
    assert ask("/stamp")[2] != before
    asked = {"message": "reminder-1.email", "language": "fr", "customer": "C-1", "part": "html"}
    assert "À ma façon, F-7." in ask("/message", **asked)[2]
    own.write_text("Subject: Bonjour\n\n{{ <b> }}\n", "utf-8")
    page = ask("/message", **asked)[2]
    assert "templates/fr/reminder-1.email.txt:3" in page


def test_what_does_not_exist_is_said_and_another_name_is_refused(ask):
    assert "no such template" in ask("/message", message="<x>.email", language="fr", customer="sample")[2]
    assert "<script>" not in ask("/message", message="reminder-1.email", language="fr", customer="<script>")[2]
    assert ask("/nothing")[0] == 404
    assert ask("/", host="evil.example")[0] == 403


def test_only_this_machine_and_its_own_page_are_answered(ask):
    name, port = ask.address
    assert name == "127.0.0.1"
    for host in (f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port}.evil.example", f"0.0.0.0:{port}", ""):
        assert ask("/", host=host)[::2] == (403, "not by this name")
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{port + 1}", ""):
        assert ask("/stamp", origin=origin)[::2] == (403, "not by this name")
    assert ask("/stamp", origin=f"http://127.0.0.1:{port}")[0] == 200


@pytest.mark.parametrize("way", ["../", "../../", "/", "..\\", "fr/../../"])
def test_no_file_outside_the_templates_is_shown(ask, way):
    secret = ask.templates.parent / "secret.email.txt"
    secret.write_text("Subject: S\n\nnobody reads this\n", "utf-8")
    ask.templates.mkdir(exist_ok=True)
    for path in (f"/{way}business.yaml", f"/{way}secret.email.txt", f"/page.js/{way}business.yaml"):
        assert ask(path)[0] == 404
    for choice in (
        {"message": f"{way}secret.email", "language": "fr"},
        {"message": "secret.email", "language": way.rstrip("/")},
        {"message": f"{secret.with_name('secret')}.email", "language": "fr"},
    ):
        status, _, page = ask("/message", customer="sample", part="html", **choice)
        assert status == 200
        assert "nobody reads this" not in page
        assert "would not be sent" in page


def test_a_customer_who_owes_much_is_shown_in_a_page_that_mail_readers_show_whole(ask):
    for n in range(300):
        ask.made.invoice(f"G-{n:03}", "M-1", 10, issued="2040-01-09", due="2040-02-08")
    for part in ("html", "text"):
        page = ask("/message", message="reminder-1.email", language="fr", customer="C-1", part=part)[2]
        assert "G-000" in page
        assert len(page.encode()) < 150_000
    assert (
        "data:image/png" in ask("/message", message="statement.document", language="fr", customer="C-1", part="html")[2]
    )


def test_a_browser_that_goes_away_is_not_spoken_of_and_the_next_one_is_answered(ask, capsys):
    query = urlencode({"message": "formal-notice.letter", "language": "fr", "customer": "sample", "part": "html"})
    for _ in range(3):
        with socket.create_connection(ask.address) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, not a farewell
            line.sendall(f"GET /message?{query} HTTP/1.0\r\nHost: {':'.join(map(str, ask.address))}\r\n\r\n".encode())
            time.sleep(0.05)
    assert ask("/message", message="formal-notice.letter", language="fr", customer="sample", part="html")[0] == 200
    time.sleep(0.5)
    assert capsys.readouterr().err == ""


def test_a_message_is_copied_once_and_validates(tmp_path: Path):
    with world(tmp_path, instant("2040-01-09")) as made:
        folder = made.office.workspace.folder
        run = CliRunner()
        first = run.invoke(relance, ["-w", str(folder), "new", "template", "reminder-1"], standalone_mode=False)
        assert "Made templates/en/reminder-1.email.txt." in first.output
        house = Words()._shelf.source("fr/reminder-1.email.txt")
        assert (folder / "templates" / "fr" / "reminder-1.email.txt").read_text("utf-8") == house
        again = run.invoke(relance, ["-w", str(folder), "new", "template", "reminder-1"])
        assert again.exit_code == 1
        assert "there already" in again.output
        wrong = run.invoke(relance, ["-w", str(folder), "new", "template", "remider-1"])
        assert "reminder-1" in wrong.output
