"""`relance render`: a message in words, with sample data or about an invoice of the ledger. Nothing is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

import click

from rules.account import Account
from rules.decision import Act, Send
from worker.cli import desk, place
from worker.cli.app import Failure
from worker.cli.output import answer, formats, line
from worker.creditors import creditor
from worker.ledger.ledger import Transaction
from worker.ledger.views import customer_of_number
from worker.office import wall
from worker.record import Refused
from worker.rehearsal import message_ahead
from worker.subjects import owed_of, subject, written_to
from worker.words.message import Subject
from worker.words.render import Document, Words
from worker.words.sample import filled, sample

CHANNELS = ("email", "sms", "letter", "call", "document")
PRINTED = ("letter", "document")
AHEAD = timedelta(days=400)  # how far the message is looked for
DOCUMENTS: tuple[Document, ...] = ("invoice", "statement", "history", "handoff")


@click.command()
@click.argument("template")
@click.option("--channel", type=click.Choice(CHANNELS), default="email", show_default=True)
@click.option("--language", default=None, help="Such as fr; the business's own where it is not given.")
@click.option("--invoice", help="About this invoice of the ledger, as its policy would next send it.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Where a letter or a document is written.")
@formats()
def render(
    template: str, channel: str, language: str | None, invoice: str | None, pdf: Path | None, style: str
) -> None:
    """Show a message as it would be sent: about an invoice, or about three of a customer that does not exist.

    \b
    Examples:
      relance render reminder-1
      relance render nudge --channel sms --language en
      relance render reminder-1 --invoice F-1
      relance render formal-notice --channel letter --pdf notice.pdf
    """
    workspace = place.workspace()
    business = workspace.rulebook.business
    words = Words(workspace.templates)
    if invoice is not None:
        with desk.office() as office, office.ledger.read() as tx:
            given = _real(tx, invoice, template, channel, language, words)
    else:
        given = sample(creditor(business), template, channel, language or business.language, wall().date())
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


def _real(tx: Transaction, invoice: str, template: str, channel: str, language: str | None, words: Words) -> Subject:
    """The message about an invoice as it would next leave, or of today where no policy would send it.

    A promise, a plan, a dispute or a payment of which nothing is known is the sample's.
    """
    found = customer_of_number(tx, invoice)
    if found is None:
        raise Refused(f"there is no invoice {invoice}.")
    customer, name = found
    day = tx.now().date()
    act, account = message_ahead(tx, customer, name, template, channel, day + AHEAD) or (
        _of_today(tx.account(customer), name, template, channel, day),
        tx.account(customer),
    )
    business = tx.rulebook(account.rulebooks[act.case]).business
    assert isinstance(act.what, Send)
    spoken = language or act.what.language or business.language
    bill = tx.bill(name) if act.what.lines == (name,) else None
    send = replace(act.what, language=spoken)
    card, names = written_to(tx, send, account)
    told = subject(replace(act, what=send), account, card, business, words, bill, names)
    return replace(filled(told, sample(creditor(business), template, channel, spoken, day)), channel=channel)


def _of_today(account: Account, name: str, template: str, channel: str, day: date) -> Act:
    """The act that would say it about this one invoice; no policy asks for it: it has no charges and no deadline."""
    item, by = account.receivables[name], channel if channel in ("email", "sms", "letter") else "handoff"
    total, credit = owed_of(account, [item], day)
    send = Send(
        cast(Any, by),
        template,
        account.customer.language or "",
        "billing",
        (name,),
        total=total,
        credit=credit,
        attach=("history",) if channel == "document" else (),
    )
    return Act(
        f"render/{name}",
        item.contract,
        (item.contract,),
        template,
        "reminder",
        day,
        datetime.combine(day, time.max, UTC),
        send,
    )


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
