"""What leaves by which door: an act's message is put into words, addressed, and handed to its gateway."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from worker.collecting import presented
from worker.documents.agency import stated
from worker.documents.files import ENDINGS
from worker.documents.paper import told
from worker.gateways.base import Attempting, Sent, Transient
from worker.gateways.debit import DebitGateway
from worker.gateways.email import Attachment, EmailGateway, Envelope, compose, message_id
from worker.gateways.handoff import Dossier, HandoffGateway
from worker.gateways.letter import LetterGateway, Posting
from worker.gateways.sms import SmsGateway
from worker.gateways.webhook import Notice, WebhookGateway
from worker.ready import Ready
from worker.subjects import contact_for, subject
from worker.words.message import Subject
from worker.words.render import Document, Words

T = TypeVar("T")
ENCLOSED: tuple[Document, ...] = ("handoff", "statement", "history")
NO_MAIL = "no mail server is set: RELANCE_SMTP_HOST"
NO_SENDER = "business.yaml names no address that e-mail comes from: senders.email"
NO_TEXTS = "no SMS account is set: RELANCE_TWILIO_ACCOUNT"
NO_TEXTS_INSTEAD = "messages are redirected: name a telephone for texts in RELANCE_REDIRECT_PHONE"
NO_LETTERS = "no folder for letters, debits and hand-offs is set"
NO_WEBHOOKS = "no secret to sign webhooks with is set: RELANCE_WEBHOOK_SECRET"


@dataclass(frozen=True, slots=True)
class Gateways:
    """The doors that are open; None: nothing can leave by that channel yet.

    `texts_to`: an e-mail address that receives the texts of customers in their place.
    """

    email: EmailGateway | None = None
    sms: SmsGateway | None = None
    letter: LetterGateway | None = None
    handoff: HandoffGateway | None = None
    webhook: WebhookGateway | None = None
    texts_to: str | None = None
    debit: DebitGateway | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends an act's message. `rehearsed`: everything is done but the sending."""

    words: Words
    gateways: Gateways
    rehearsed: bool = False

    async def send(self, ready: Ready, attempting: Attempting) -> Sent:
        """Hands the message to its gateway. Raises what gateways raise (gateways/base.py), and TemplateProblem."""
        if self.rehearsed:
            await attempting()
            return Sent("rehearsed")
        match ready.send.channel:
            case "email":
                return await self._email(ready, _door(self.gateways.email, NO_MAIL), attempting)
            case "sms":
                return await self._text(ready, attempting)
            case "letter":
                posting = await asyncio.to_thread(self._posting, ready)
                return await _door(self.gateways.letter, NO_LETTERS).send(posting, attempting)
            case "debit":
                return await _door(self.gateways.debit, NO_LETTERS).send(presented(ready, self.words), attempting)
            case "webhook":
                return await _door(self.gateways.webhook, NO_WEBHOOKS).send(_notice(ready), attempting)
            case _:
                dossier = await asyncio.to_thread(self._dossier, ready)
                return await _door(self.gateways.handoff, NO_LETTERS).send(dossier, attempting)

    async def _text(self, ready: Ready, attempting: Attempting) -> Sent:
        """A text; by e-mail where e-mail is redirected and no telephone is named that receives texts."""
        said = await asyncio.to_thread(lambda: self.words.sms(self._subject(ready)))
        phone, instead = contact_for(ready.card, ready.send.role).phone, self.gateways.texts_to
        if instead is None:
            return await _door(self.gateways.sms, NO_TEXTS).send(phone, said, attempting)
        if self.gateways.email is None:
            raise Transient(NO_TEXTS_INSTEAD)
        envelope = Envelope(_from(ready), (instead,))
        message = compose(ready.act.key, envelope, subject=f"SMS {phone}", text=said, at=ready.judged.now)
        return await self.gateways.email.send(message, attempting)

    async def _email(self, ready: Ready, gateway: EmailGateway, attempting: Attempting) -> Sent:
        envelope = _envelope(ready)
        said = await asyncio.to_thread(lambda: self.words.email(self._subject(ready)))
        files = await asyncio.to_thread(self._attachments, ready, abridged=said.abridged)
        message = compose(
            ready.act.key,
            envelope,
            subject=said.subject,
            text=said.text,
            html=said.html,
            attachments=files,
            pictures=said.pictures,
            at=ready.judged.now,
            thread=_thread(ready),
        )
        return await gateway.send(message, attempting)

    def _posting(self, ready: Ready) -> Posting:
        address = (ready.card.name if ready.card else "", *contact_for(ready.card, ready.send.role).postal)
        enclosures = {file.name: file.content for file in self._attachments(ready)}
        pdf = self.words.letter(self._subject(ready))
        return Posting(ready.act.key, pdf, address, ready.send.registered, ready.act.on, enclosures)

    def _subject(self, ready: Ready) -> Subject:
        bill = ready.bills.get(ready.send.lines[0]) if len(ready.send.lines) == 1 else None
        said = subject(ready.act, ready.account, ready.card, ready.business, self.words, bill, ready.names)
        if ready.note is None:
            return said
        note = told(ready.note, ready.business)
        return replace(said, items=note.items, total=ready.note.payable, bill=note.bill)

    def _attachments(self, ready: Ready, *, abridged: bool = False) -> list[Attachment]:
        """The files that travel with a message; an `abridged` one names the statement, so it is there."""
        send, items = ready.send, ready.account.receivables
        if ready.note is not None:
            number = ready.note.number
            name = self.words.labels(send.language)["file_credit_note"]
            made = ready.papers[number].items()
            return [Attachment(file_name(name, ENDINGS[media], number=number), content) for media, content in made]
        ours = [name for name in send.lines if name in ready.bills and "invoice" in send.attach]
        once = {items[name].paper: name for name in reversed(ours)}  # an invoice of which several parts are claimed
        labels = self.words.labels(send.language)
        files = [
            Attachment(file_name(labels["file_invoice"], ENDINGS[media], number=number), content)
            for number, name in reversed(once.items())
            for media, content in ready.papers[name].items()
        ]
        elsewhere = "invoice" in send.attach and len(ours) < len(send.lines)  # billed there: the statement goes instead
        if elsewhere or abridged or "statement" in send.attach:
            told = self._subject(ready)
            name = file_name(labels["file_statement"], customer=told.customer_id, day=told.day.isoformat())
            files.append(Attachment(name, self.words.document(told, "statement")))
        return files

    def _dossier(self, ready: Ready) -> Dossier:
        told, send = self._subject(ready), ready.send
        files = {f"{name}.pdf": self.words.document(told, name) for name in ENCLOSED}
        ours = tuple(name for name in send.lines if name in ready.bills)
        copies = replace(send, attach=("invoice",), lines=ours, language=told.language)
        invoices = replace(ready, act=replace(ready.act, what=copies))
        files |= {file.name: file.content for file in self._attachments(invoices)}
        facts = stated(told, send, self.words.reference(told))
        kind = send.handoff.kind if send.handoff else ""
        to = send.handoff_to or ""
        return Dossier(ready.act.key, to, kind, ready.act.on, files, facts)


def _notice(ready: Ready) -> Notice:
    """What a webhook tells: identifiers and sums, nobody's name."""
    act, send, items = ready.act, ready.send, ready.account.receivables
    open_ = {each.receivable: str(each.amount) for each in send.claimed}
    invoices = [
        {"number": items[name].number, "due": str(items[name].due), "open": open_.get(name, str(items[name].balance))}
        for name in send.lines
    ]
    body = {
        "id": act.key,
        "type": act.step,
        "day": act.on.isoformat(),
        "business": ready.business.id,
        "customer": ready.judged.customer,
        "contract": act.case,
        "invoices": invoices,
    }
    return Notice(act.key, ready.business.gateways[send.role], ready.judged.now, body)


def file_name(label: str, ending: str = "pdf", **values: str) -> str:
    """The name of a file as people read it, and as every system keeps it.

    >>> file_name("Facture {number}", number="F/2026:0001")
    'Facture F-2026-0001.pdf'
    """
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "-", label.format(**values)) + f".{ending}"


def _door(gateway: T | None, closed: str) -> T:
    """A gateway; raises Transient with what opens it."""
    if gateway is None:
        raise Transient(closed)
    return gateway


def _envelope(ready: Ready) -> Envelope:
    senders, roles = ready.business.senders, ready.business.roles
    contact = contact_for(ready.card, ready.send.role)

    def addresses(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(address for name in names for address in _of(name))

    def _of(name: str) -> tuple[str, ...]:
        return roles.get(name) or tuple(filter(None, (contact_for(ready.card, name).email,)))

    role = ready.send.sender or ""
    own, signer = roles.get(role, ()), ready.business.signatures.get(role, ())
    company = senders.get("name", ready.business.name)
    return Envelope(
        sender=own[0] if own else _from(ready),
        to=(contact.email,),
        sender_name=f"{signer[0]}, {ready.business.name}" if signer else company,
        to_name=contact.name,
        cc=addresses(ready.send.cc),
        bcc=addresses(ready.send.bcc),
        reply_to=senders.get("reply_to"),
    )


def _from(ready: Ready) -> str:
    """The address that e-mail comes from; raises Transient where business.yaml names none."""
    sender = ready.business.senders.get("email")
    if not sender:
        raise Transient(NO_SENDER)
    return sender


def _thread(ready: Ready) -> list[str]:
    """The e-mails about the leading receivable that went before, so that mail readers show one conversation."""
    account, item = ready.account, ready.account.receivables[ready.send.lines[0]]
    sender = _envelope(ready).sender
    climbs = item.ladder.climbs if item.ladder else ()
    invoice = account.reacted.get(f"deliver/{item.id}")
    keys = [f"{invoice.message}/0"] if invoice is not None and not invoice.failed and not invoice.pending else []
    keys += [
        f"{climb.message}/{n}"
        for climb in climbs
        if climb.went_out and climb.message and climb.message != ready.act.message
        for n, channel in enumerate(climb.channels)
        if channel == "email" and n not in climb.failed
    ]
    return [message_id(key, sender) for key in dict.fromkeys(keys)]
