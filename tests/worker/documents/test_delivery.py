"""Credit notes and deposits go where invoices go, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO

import pytest
from pypdf import PdfReader

from rules import facts as f
from tests.worker.documents.test_deposits import LINE
from tests.worker.documents.test_parts import HALVES, balances, plain, say, terms
from tests.worker.documents.test_store import NOW, START, TODAY, bill, made
from tests.world import World
from worker.documents.cii import cii
from worker.documents.issuing import credit, deposit
from worker.documents.store import paper
from worker.imports.importing import import_file
from worker.judging import judge
from worker.main import open_gateways
from worker.performing import Hands
from worker.sending import Sender
from worker.words.render import Words

__all__ = ["made"]


async def nobody(_: Iterable[str]) -> None:
    """Wakes no case."""


async def sent(made: World) -> list[str]:
    """Carries out everything that is due; the keys, in order."""
    gateways, keys = open_gateways(made.office), []
    assert gateways.email is not None
    async with gateways.email:
        hands = Hands(made.office.ledger, Sender(Words(), gateways), "hands", nobody)
        while True:
            with made.office.ledger.begin() as tx:
                act = judge(tx, "M-1", NOW).act
            if act is None:
                return keys
            keys.append(act.key)
            await hands.perform("M-1", act.key, act.queue, lambda: NOW)


def mails(made: World) -> list[EmailMessage]:
    found = [message_from_bytes(file.read_bytes(), policy=SMTP) for file in made.sink.folder.glob("*.eml")]
    return sorted(found, key=lambda each: each["Subject"])


@pytest.mark.asyncio
async def test_a_credit_note_is_sent_as_its_invoice_was(made: World) -> None:
    bill(made)
    assert await sent(made) == [f"deliver/M-1/{START}/0"]
    with made.office.ledger.begin() as tx:
        credit(tx, f"M-1/{START}", lines=(), now=NOW, today=TODAY, reason="Site fermé")
    assert await sent(made) == ["note/F-2027-0002/0"]
    assert await sent(made) == []
    note, invoice = mails(made)
    assert (note["To"], invoice["To"]) == ("Anne Durand <c-1@client.example>",) * 2
    assert note["Subject"].replace("\u202f", " ").replace("\xa0", " ") == "Votre avoir F-2027-0002 : 100,00 €"
    assert [each.get_filename() for each in note.iter_attachments()] == ["Avoir F-2027-0002.pdf"]
    text = " ".join(note.get_body(("plain",)).get_content().split())
    assert "sur la facture F-2027-0001 du 5 janvier 2027. Motif : Site fermé." in text
    assert "IBAN" not in text


def pay(made: World, amount: str) -> None:
    """A payment as the bank's file has it, with the reference that the paper of F-2027-0001 quotes."""
    file = made.office.settings.workspace / "bank.csv"
    file.write_text(f"reference,date,amount,currency,invoice\nB-1,{START},{amount},EUR,RF60 F202 7000 1\n", "utf-8")
    report = import_file(made.office.ledger, "payments", file)
    assert (report.new, report.problems) == (1, ())


@pytest.mark.asyncio
async def test_an_invoice_paid_before_it_left_leaves_and_says_that_nothing_remains(made: World) -> None:
    bill(made)
    pay(made, "100.00")
    assert await sent(made) == [f"deliver/M-1/{START}/0"]
    (mail,) = mails(made)
    text = plain(" ".join(mail.get_body(("plain",)).get_content().split()))
    assert "Cette facture est déjà réglée : il ne reste rien à payer." in text
    assert "acomptes" not in text
    assert "IBAN" not in text
    assert [each.get_filename() for each in mail.iter_attachments()] == ["Facture F-2027-0001.pdf"]


@pytest.mark.asyncio
async def test_an_invoice_taken_back_before_it_left_stays(made: World) -> None:
    bill(made)
    with made.office.ledger.begin() as tx:
        credit(tx, f"M-1/{START}", lines=(), now=NOW, today=TODAY, reason="Doublon")
    assert f"deliver/M-1/{START}/0" not in await sent(made)


@pytest.mark.asyncio
async def test_the_message_quotes_the_reference_of_the_paper(made: World) -> None:
    bill(made)
    pay(made, "40.00")
    await sent(made)
    (mail,) = mails(made)
    text = plain(" ".join(mail.get_body(("plain",)).get_content().split()))
    (paper,) = mail.iter_attachments()
    printed = " ".join(page.extract_text() for page in PdfReader(BytesIO(paper.get_content())).pages)
    assert "RF60 F202 7000 1" in text
    assert "RF60 F202 7000 1" in plain(printed)
    assert "Montant : 60,00 €" in text


def test_a_payment_recorded_by_hand_may_quote_the_reference_of_the_paper(made: World) -> None:
    bill(made)
    say(made, "payment", invoices="RF60F20270001", amount="40.00 EUR", on=START)
    assert balances(made) == [("F-2027-0001", "60.00 EUR")]


@pytest.mark.asyncio
async def test_an_invoice_due_at_once_that_is_debited_names_one_day_the_fourteenth_after(made: World) -> None:
    """Issued on 5 January, and told of 14 days ahead: it falls due and is debited on Tuesday the 19th."""
    made.customer("C-1", payment_method="debit")
    with made.office.ledger.begin() as tx:
        known = tx.account("C-1").contracts["M-1"]
        assert known.schedule is not None
        at_once = replace(known.schedule, net=f.Net(0))
        agreed = replace(known, schedule=at_once, sepa_mandate="RUM-1", mandate_signed=TODAY)
        tx.record("C-1", [f.ContractRecorded(NOW, agreed, str(tx.active_rulebook()))])
    bill(made)
    await sent(made)
    with made.office.ledger.read() as tx:
        assert str(tx.account("C-1").receivables[f"M-1/{START}"].due) == "2027-01-19"
        assert '<udt:DateTimeString format="102">20270119<' in cii(paper(tx, "F-2027-0001")).decode()
    (mail,) = mails(made)
    text = plain(" ".join(mail.get_body(("plain",)).get_content().split()))
    assert "prélèvement le 19 janvier 2027" in plain(mail["Subject"])
    assert "Elle est à régler au plus tard le 19 janvier 2027." in text
    assert "sera prélevé sur votre compte le 19 janvier 2027" in text
    assert text.count("5 janvier 2027") == 2  # its date, and the first day of its period


@pytest.mark.asyncio
async def test_a_deposit_is_sent_with_its_paper(made: World) -> None:
    with made.office.ledger.begin() as tx:
        deposit(tx, "M-1", LINE, now=NOW, today=TODAY)
    keys = await sent(made)
    assert "deliver/M-1/deposit/F-2027-0001/0" in keys
    (mail,) = mails(made)
    assert "Votre facture d’acompte F-2027-0001" in mail["Subject"]
    assert [each.get_filename() for each in mail.iter_attachments()] == ["Facture F-2027-0001.pdf"]
    assert "période" not in mail.get_body(("plain",)).get_content()


@pytest.mark.asyncio
async def test_an_invoice_payable_in_parts_is_sent_once_and_says_when_each_is_due(made: World) -> None:
    terms(made, HALVES)
    bill(made)
    assert await sent(made) == [f"deliver/M-1/{START}/0"]
    (mail,) = mails(made)
    text = plain(" ".join(mail.get_body(("plain",)).get_content().split()))
    assert plain(mail["Subject"]) == "Votre facture F-2027-0001 : 100,00 €"
    assert "Payable en 2 échéances : 50,00 € au plus tard le 5 janvier 2027 ; 50,00 € au plus tard le 4 février" in text
    assert "Première échéance : 50,00 €" in text
    assert [each.get_filename() for each in mail.iter_attachments()] == ["Facture F-2027-0001.pdf"]
