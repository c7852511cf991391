"""Deposits are invoiced here, deducted as far as they were paid, and asked about where they were not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rules import facts as f
from tests.worker.documents import validators
from tests.worker.documents.test_store import NOW, START, TODAY, bill, made
from tests.world import World, euros
from worker.documents.cii import cii
from worker.documents.invoice import Invoice
from worker.documents.issuing import credit, deposit
from worker.documents.store import paper
from worker.documents.ubl import ubl
from worker.judging import judge
from worker.ledger.errors import LedgerError
from worker.subjects import subject
from worker.words.render import Words

__all__ = ["made"]
LINE = f.Line("Acompte, 30 % de la commande 4711", euros(25), Decimal(20))


def asked(made: World, line: f.Line = LINE) -> Invoice:
    with made.office.ledger.begin() as tx:
        return deposit(tx, "M-1", line, now=NOW, today=TODAY)


def pay(made: World, invoice: Invoice) -> None:
    share = f.Share(f"M-1/deposit/{invoice.number}", invoice.gross.minor)
    made.record("C-1", f.Paid(NOW, "p-1", "C-1", invoice.gross, TODAY, (share,)))


def test_a_deposit_is_an_invoice_of_its_own_type(made):
    said = asked(made)
    assert (said.number, said.kind, said.gross, said.due) == (
        "F-2027-0001",
        "deposit",
        euros(30),
        TODAY.replace(month=2, day=4),
    )
    for write in (cii, ubl):
        xml = write(said)
        assert b">386</" in xml
        assert validators.shape(xml) == []
        assert validators.rules(xml) == validators.rules(xml, french=True) == []


def test_a_paid_deposit_is_deducted_from_the_next_invoice(made):
    """Of 100.00 without VAT, 30.00 were paid in advance."""
    pay(made, asked(made))
    issued = bill(made)
    with made.office.ledger.read() as tx:
        said = paper(tx, issued.number)
    assert (said.gross, said.payable, [each.number for each in said.deposits]) == (
        euros(100),
        euros(70),
        ["F-2027-0001"],
    )


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (25, ["Acompte, facture F-2027-0001 du 05/01/2027 : -30,00 €", "Net à payer : 70,00 €", "Montant : 70,00 €"]),
        (100, ["Net à payer : 0,00 €", "Rien n’est à payer : vos acomptes couvrent cette facture."]),
    ],
)
def test_the_message_that_brings_the_invoice_deducts_it_too(made, amount: int, said: list[str]):
    """30.00 of 100.00 with its VAT of 20 %; and 120.00, of which the invoice deducts all that it bills."""
    pay(made, asked(made, replace(LINE, amount=euros(amount))))
    bill(made)
    with made.office.ledger.read() as tx:
        act = judge(tx, "M-1", NOW).act
        account, card = tx.account("C-1"), tx.card("C-1")
        told = subject(act, account, card, made.office.workspace.rulebook.business, Words(), tx.bill(act.what.lines[0]))
    text = Words().text(told).replace("\u00a0", " ").replace("\u202f", " ")
    assert [each for each in said if each not in text] == []
    assert ("IBAN" in text) is (amount == 25)


def test_an_unpaid_deposit_is_asked_about_before_it_is_deducted(made):
    asked(made)
    assert bill(made) is None
    with made.office.ledger.begin() as tx:
        (review,) = tx.account("C-1").reviews.values()
        assert "deposit F-2027-0001: 0.00 EUR of 30.00 EUR is paid" in review.asked.why
        tx.record("C-1", [f.Answered(NOW, review.asked.review, "contract", "M-1", "anne", "proceed")])
    assert bill(made).amount == euros(70)


def test_a_deposit_of_the_first_day_is_not_taken_for_the_period(made):
    asked(made)
    with made.office.ledger.begin() as tx:
        act = judge(tx, "M-1", NOW).act
    assert act.key == f"bill/M-1/{START}"


def test_a_deposit_that_was_deducted_is_not_credited_too(made):
    said = asked(made)
    pay(made, said)
    bill(made)
    with pytest.raises(LedgerError, match=r"0\.00 EUR of F-2027-0001 is left"), made.office.ledger.begin() as tx:
        credit(tx, "M-1/deposit/F-2027-0001", lines=(), now=NOW, today=TODAY, reason="annulé")


def test_a_deposit_that_was_credited_is_not_deducted(made):
    said = asked(made)
    pay(made, said)
    with made.office.ledger.begin() as tx:
        credit(tx, "M-1/deposit/F-2027-0001", lines=(), now=NOW, today=TODAY, reason="annulé")
    assert bill(made).amount == euros(100)


def test_what_its_paper_would_lack_is_said_at_once(made):
    with pytest.raises(LedgerError, match="VAT of 0% needs its reason"):
        asked(made, f.Line("Acompte", euros(25)))
