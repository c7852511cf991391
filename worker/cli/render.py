"""`relance render`: a message in words, with sample data."""

from __future__ import annotations

from pathlib import Path

import click

from worker.cli import place
from worker.cli.app import Failure
from worker.cli.output import answer, formats, line
from worker.office import wall
from worker.subjects import creditor
from worker.words.message import Subject
from worker.words.render import Document, Words
from worker.words.sample import sample

CHANNELS = ("email", "sms", "letter", "call", "document")
PRINTED = ("letter", "document")
DOCUMENTS: tuple[Document, ...] = ("invoice", "statement", "history", "handoff")


@click.command()
@click.argument("template")
@click.option("--channel", type=click.Choice(CHANNELS), default="email", show_default=True)
@click.option("--language", default=None, help="Such as fr; the business's own where it is not given.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Where a letter or a document is written.")
@formats()
def render(template: str, channel: str, language: str | None, pdf: Path | None, style: str) -> None:
    """Show a message as it would be sent, about three invoices of a customer that does not exist.

    \b
    Examples:
      relance render reminder-1
      relance render nudge --channel sms --language en
      relance render formal-notice --channel letter --pdf notice.pdf
    """
    workspace = place.workspace()
    business = workspace.rulebook.business
    words = Words(workspace.templates)
    day = wall().date()
    given = sample(creditor(business), template, channel, language or business.language, day)
    if channel in PRINTED:
        if pdf is None:
            raise click.UsageError(f"A {channel} is a PDF: say --pdf FILE.")
        pdf.write_bytes(_printed(words, given))
        answer(style, {"pdf": str(pdf)}, lambda: line(f"Written to {pdf}."))
        return
    if pdf is not None:
        raise click.UsageError(f"Only letters and documents are PDFs, not an {channel}.")
    said = _said(words, given)
    answer(style, said, lambda: click.echo("\n".join(text for key, text in said.items() if key != "html")))


def _said(words: Words, given: Subject) -> dict[str, str]:
    match given.channel:
        case "sms":
            return {"text": words.sms(given)}
        case "call":
            return {"text": words.call(given)}
    said = words.email(given)
    return {"subject": said.subject, "text": said.text, "html": said.html}


def _printed(words: Words, given: Subject) -> bytes:
    if given.channel == "letter":
        return words.letter(given)
    kind = next((each for each in DOCUMENTS if each == given.template), None)
    if kind is None:
        raise Failure(f"there is no document {given.template}: it may be {', '.join(DOCUMENTS)}.")
    return words.document(given, kind)
