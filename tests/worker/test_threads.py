"""E-mails as they arrive: one conversation across steps, after a reversal, together; and what travels with them."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

import pytest
from pypdf import PdfReader

from rules import facts as f
from rules.money import Money
from tests.world import STEPS, World, instant, world
from worker.gateways.email import EmailGateway, Smtp
from worker.judging import judge
from worker.performing import Hands
from worker.sending import Gateways, Sender
from worker.words.render import Words

pytestmark = pytest.mark.asyncio


async def nobody(contracts: object) -> None:
    del contracts


async def lived(made: World, until: datetime) -> None:
    """Everything that leaves by e-mail before `until`, at its moment."""
    async with EmailGateway(Smtp("127.0.0.1", made.sink.port, tls="none")) as door:
        hands = Hands(made.office.ledger, Sender(Words(), Gateways(email=door)), "test", nobody)
        while True:
            with made.office.ledger.begin() as tx:
                judged = judge(tx, "M-1", made.now)
            if judged.act is not None:
                await hands.perform("M-1", judged.act.key, "email", lambda: made.now)
                continue
            wake = judged.decision.wake["M-1"]
            if wake is None or wake > until:
                made.now = until
                return
            made.now = max(wake, made.now + timedelta(seconds=1))


def mails(made: World) -> list[EmailMessage]:
    """What arrived, in order."""
    files = [made.sink.folder / each["file"] for each in made.sink.messages()]
    return [cast(EmailMessage, message_from_bytes(file.read_bytes(), policy=default)) for file in files]


def refers(mail: EmailMessage) -> list[str]:
    """The messages that it goes on from, the last of them the one it replies to."""
    named = str(mail["References"] or "").split()
    assert (str(mail["In-Reply-To"]) if mail["In-Reply-To"] else None) == (named[-1] if named else None)
    return named


@pytest.mark.parametrize("reopen", ["resume", "restart"])
async def test_a_step_goes_on_from_those_before_it_in_its_round(tmp_path: Path, reopen: str) -> None:
    steps = STEPS + f"money: {{reopen: {reopen}}}\n"
    with world(tmp_path, instant("2040-01-30"), steps=steps) as made:
        made.customer("C-1")
        made.open_account("M-1", "C-1")
        made.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        await lived(made, instant("2040-02-06"))
        payment = made.paid("F-1", 1200, on="2040-02-06")
        await lived(made, instant("2040-02-07"))
        made.reversed(payment, "C-1", on="2040-02-07")
        await lived(made, instant("2040-02-25"))
        courtesy, *later = mails(made)
        assert refers(courtesy) == []
        assert later
        known = [str(courtesy["Message-ID"])] if reopen == "resume" else []  # another round is another conversation
        for mail in later:
            assert refers(mail) == known
            known.append(str(mail["Message-ID"]))


async def test_what_is_consolidated_goes_on_from_what_was_said_of_the_oldest(tmp_path: Path) -> None:
    with world(tmp_path, instant("2040-01-30")) as made:
        made.customer("C-1")
        made.open_account("M-1", "C-1")
        made.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        await lived(made, instant("2040-02-06"))
        made.invoice("F-2", "M-1", 300, issued="2040-01-10", due="2040-02-09")
        await lived(made, instant("2040-02-20"))
        said = mails(made)
        together = [mail for mail in said if "F-1" in _text(mail) and "F-2" in _text(mail)]
        assert together, [mail["Subject"] for mail in said]
        before = [str(mail["Message-ID"]) for mail in said[: said.index(together[0])] if "F-1" in _text(mail)]
        assert before
        assert refers(together[0])[: len(before)] == before
        assert len({str(mail["Message-ID"]) for mail in said}) == len(said)


async def test_one_payment_of_two_invoices_is_thanked_for_once_and_names_both(tmp_path: Path) -> None:
    thanks = "reactions:\n  - {event: payment-received, do: [{email: {template: payment-received, to: billing}}]}\n"
    with world(tmp_path, instant("2040-01-30"), steps=STEPS + thanks) as made:
        made.customer("C-1")
        made.open_account("M-1", "C-1")
        made.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        made.invoice("F-2", "M-1", 300, issued="2040-01-10", due="2040-02-09")
        await lived(made, instant("2040-02-13"))
        before = len(mails(made))
        shares = (f.Share("F-1", 120000), f.Share("F-2", 30000))
        made.record("C-1", f.Paid(made.now, "P-1", "C-1", Money(150000, "EUR"), made.now.date(), shares))
        await lived(made, instant("2040-03-20"))
        (mail,) = mails(made)[before:]
        assert "bien reçu, merci" in str(mail["Subject"])
        assert "Les factures F-1 et F-2 sont" in _text(mail)


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


async def test_an_email_that_does_not_list_everything_has_the_statement_that_does(tmp_path: Path) -> None:
    with world(tmp_path, instant("2040-01-30")) as made:
        made.customer("C-1")
        made.open_account("M-1", "C-1")
        for n in range(130):
            made.invoice(f"F-{n:03}", "M-1", 10, issued="2040-01-09", due="2040-02-08")
        await lived(made, instant("2040-02-06"))
        (mail,) = mails(made)
        assert "30 autres factures, au relevé joint : 300,00" in _text(mail).replace("\u00a0", " ")
        (enclosed,) = mail.iter_attachments()
        assert str(enclosed.get_filename()).startswith("Relevé de compte C-1")
        told = "".join(page.extract_text() for page in PdfReader(io.BytesIO(enclosed.get_content())).pages)
        assert all(f"F-{n:03}" in told for n in range(130))
