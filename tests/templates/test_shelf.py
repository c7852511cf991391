"""The house's templates as data: the same ones in each language, none that does not compile, and one sent for real."""

import tomllib
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from importlib.resources import files
from pathlib import Path

import pytest

from tests.worker.words.shelf_of_subjects import full
from worker.gateways.email import Attachment, EmailGateway, Envelope, Smtp, compose
from worker.sandbox.smtp import SmtpSink
from worker.words.render import Words
from worker.words.shelf import Shelf

HOUSE = Path(str(files("templates")))
NAMED_BY_POLICIES = {
    *((name, "email") for name in ("invoice", "courtesy", "reminder-1", "reminder-2", "last-email", "payment-failed")),
    *((name, "letter") for name in ("invoice", "formal-notice", "formal-notice-fr", "formal-notice-de")),
    *((name, "call") for name in ("reminder-2", "second-reminder")),
    *((name, "document") for name in ("invoice", "statement", "history", "handoff")),
    ("letter-before-action", "letter"),
    ("nudge", "sms"),
}


def names(language: str) -> set[str]:
    return {file.name for file in (HOUSE / language).iterdir()}


def labels(language: str) -> dict[str, str]:
    return tomllib.loads((HOUSE / language / "labels.toml").read_text("utf-8"))


def test_each_language_has_the_same_templates_and_labels():
    assert names("fr") == names("en")
    assert labels("fr").keys() == labels("en").keys()


def test_nothing_that_policies_name_is_missing():
    wanted = {(name, channel, language) for name, channel in NAMED_BY_POLICIES for language in ("fr", "en")}
    assert Words().missing(wanted) == []
    assert Words().problems(wanted) == []


@pytest.mark.parametrize("path", sorted(str(file.relative_to(HOUSE)) for file in HOUSE.rglob("*.txt")))
def test_template_compiles_and_ends_with_a_line(path):
    assert Shelf().compiled(path)
    text = (HOUSE / path).read_text("utf-8")
    assert text.endswith("\n")
    assert "\u00a0" not in text, "typography is the renderer's work"
    assert "'" not in text.partition("Subject:")[2] or path.endswith(".sms.txt"), "write the typographic apostrophe"


@pytest.mark.asyncio
async def test_a_rendered_message_travels_and_reads_the_same(tmp_path):
    async def mark() -> None:
        return None

    words, given = Words(), full("reminder-2")
    said = words.email(given)
    mail = compose(
        given.key,
        Envelope("compta@martin.example", (given.customer.email,), given.creditor.name, given.customer.name),
        subject=said.subject,
        text=said.text,
        html=said.html,
        attachments=[Attachment("relevé.pdf", words.document(given, "statement"))],
        at=datetime(2026, 12, 1, 9, tzinfo=UTC),
    )
    with SmtpSink(tmp_path) as sink:
        async with EmailGateway(Smtp("127.0.0.1", sink.port, tls="none")) as door:
            await door.send(mail, mark)
    got = message_from_bytes((tmp_path / "00001.eml").read_bytes(), policy=default)
    assert got["Subject"] == said.subject
    assert got.get_body(("plain",)).get_content().replace("\r\n", "\n") == said.text
    assert got.get_body(("html",)).get_content().replace("\r\n", "\n").strip() == said.html.strip()
    (attached,) = got.iter_attachments()
    assert attached.get_filename() == "relevé.pdf"
    assert attached.get_content().startswith(b"%PDF")
