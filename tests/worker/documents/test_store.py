"""From a bill to what is kept: numbered once, never changed, found again, credited; a wrong record stops it before."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from rules import facts as f
from rules.money import Money
from tests.world import World, day, euros, instant, world
from worker.documents.files import kept, papers
from worker.documents.issuing import credit, invoice_of, issue
from worker.documents.store import Listed, find, paper, stored
from worker.judging import judge
from worker.ledger import tables as t
from worker.ledger.errors import LedgerError, Unknown
from worker.words.render import Words

START = "2027-01-05"
NOW = instant(START, "09:00")
TODAY = day(START)


@pytest.fixture
def made(tmp_path: Path):
    with world(tmp_path, NOW) as here:
        here.customer("C-1")
        here.retainer("M-1", "C-1", start=START)
        yield here


def bill(made: World) -> f.Issued | None:
    with made.office.ledger.begin() as tx:
        act = judge(tx, "M-1", NOW).act
        assert act is not None
        return issue(tx, "C-1", act.what, NOW, TODAY)


def test_what_is_issued_is_kept_with_all_that_it_says(made):
    issued = bill(made)
    with made.office.ledger.read() as tx:
        said = paper(tx, issued.number)
    assert (said.number, said.gross, said.buyer.name, said.iban) == (
        "F-2027-0001",
        euros(100),
        "Anne Durand SARL",
        "FR7630006000011234567890189",
    )


def test_what_is_kept_does_not_follow_the_customers_record(made):
    bill(made)
    made.now += timedelta(days=1)
    made.customer("C-1", email="other@client.example")
    with made.office.ledger.begin() as tx:
        assert invoice_of(tx, f"M-1/{START}").buyer.email == "c-1@client.example"


def test_document_is_made_once_under_its_digest(made):
    bill(made)
    ledger, business = made.office.ledger, made.office.workspace.rulebook.business
    with ledger.read() as tx:
        said = paper(tx, "F-2027-0001")
    first = kept(ledger, Words(), business, said, "pdf")
    again = papers(ledger, Words(), business, [f"M-1/{START}"], ["ubl", "csv"])[f"M-1/{START}"]
    assert again["pdf"] == first
    assert sorted(again) == ["csv", "pdf", "ubl"]
    with ledger.read() as tx:
        assert stored(tx, "F-2027-0001", "pdf") == first
        digests = tx.connection.execute(t.document.select().with_only_columns(t.document.c.digest)).scalars().all()
    assert sha256(first).hexdigest() in digests


@pytest.mark.parametrize("table", [t.paper, t.document])
def test_the_database_refuses_to_change_what_is_kept(made, table):
    bill(made)
    business = made.office.workspace.rulebook.business
    papers(made.office.ledger, Words(), business, [f"M-1/{START}"])
    with pytest.raises(DatabaseError, match="only grows"), made.office.ledger.begin() as tx:
        tx.connection.execute(update(table).values(number="F-2027-9999"))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, 1),
        ({"number": "0001"}, 1),
        ({"number": "0002"}, 0),
        ({"customer": "C-1"}, 1),
        ({"customer": "C-2"}, 0),
        ({"amount": euros(100)}, 1),
        ({"amount": Money(10000, "GBP")}, 0),
        ({"since": TODAY, "until": TODAY}, 1),
        ({"since": TODAY + timedelta(days=1)}, 0),
        ({"until": TODAY - timedelta(days=1)}, 0),
    ],
)
def test_invoice_is_found_again(made, wanted, found):
    bill(made)
    with made.office.ledger.read() as tx:
        rows = find(tx, **wanted)
    assert rows == [Listed("F-2027-0001", "invoice", "C-1", f"M-1/{START}", TODAY, euros(100))][:found]


def test_a_wrong_record_stops_the_invoice_until_a_person_answers(made):
    with made.office.ledger.begin() as tx:
        known = tx.account("C-1").customer
        tx.record_customer(f.CustomerRecorded(NOW, known), tx.card("C-1").__class__("Anne Durand SARL"))
    assert bill(made) is None
    with made.office.ledger.begin() as tx:
        (name,) = tx.account("C-1").reviews
        asked = tx.account("C-1").reviews[name].asked
        assert "customer C-1: the postal address is missing" in asked.why
        assert judge(tx, "M-1", NOW).act is None
        tx.record("C-1", [f.Answered(NOW, name, "contract", "M-1", "anne", "proceed")])
        act = judge(tx, "M-1", NOW).act
        issued = issue(tx, "C-1", act.what, NOW, TODAY)
    assert issued is not None
    assert issued.number == "F-2027-0001"


def test_whole_credit_takes_the_next_number_and_settles(made):
    bill(made)
    with made.office.ledger.begin() as tx:
        note = credit(tx, f"M-1/{START}", lines=(), now=NOW, today=TODAY, reason="Site fermé")
        assert (note.number, note.gross, note.reverses.number) == ("F-2027-0002", euros(100), "F-2027-0001")
        assert not tx.account("C-1").receivables[f"M-1/{START}"].open
        assert [row.number for row in find(tx)] == ["F-2027-0002", "F-2027-0001"]


@pytest.mark.parametrize(("lines", "said"), [((), "0.00 EUR of F-2027-0001 is left to credit"), ((2,), "no line 2")])
def test_no_more_is_credited_than_was_billed(made, lines, said):
    bill(made)
    with made.office.ledger.begin() as tx:
        credit(tx, f"M-1/{START}", lines=(), now=NOW, today=TODAY, reason="Site fermé")
    with pytest.raises(LedgerError, match=said), made.office.ledger.begin() as tx:
        credit(tx, f"M-1/{START}", lines=lines, now=NOW, today=TODAY, reason="encore")


def deposited(made: World, amount: int, *, paid: bool = True) -> None:
    """A deposit of M-1, which its next invoice deducts."""
    made.record("C-1", f.Issued(NOW, "D-1", "M-1", "D-1", TODAY, TODAY, euros(amount), "deposit", delivered=TODAY))
    if paid:
        made.record("C-1", f.Paid(NOW, "p-1", "C-1", euros(amount), TODAY, (f.Share("D-1", amount * 100),)))


def test_whole_credit_gives_back_the_deposit_that_was_deducted(made):
    """Of 100.00, 30.00 were a deposit: 70.00 are no longer owed, and the next invoice deducts 30.00 again."""
    deposited(made, 30)
    assert bill(made).amount == euros(70)
    with made.office.ledger.begin() as tx:
        note = credit(tx, f"M-1/{START}", lines=(), now=NOW, today=TODAY, reason="Site fermé")
        account = tx.account("C-1")
    assert (note.gross, note.payable, [each.amount for each in note.deposits]) == (euros(100), euros(70), [euros(30)])
    assert not account.receivables[f"M-1/{START}"].open
    assert account.payments[note.number].free == euros(0)
    made.now = instant("2027-02-05", "09:00")
    with made.office.ledger.begin() as tx:
        (deposit,) = judge(tx, "M-1", made.now).act.what.deposits
    assert (deposit.receivable, deposit.amount) == ("D-1", euros(30))


def test_a_paid_invoice_is_credited_once(made):
    issued = bill(made)
    made.record("C-1", f.Paid(NOW, "p-1", "C-1", euros(100), TODAY, (f.Share(issued.receivable, 10000),)))
    with made.office.ledger.begin() as tx:
        note = credit(tx, issued.receivable, lines=(), now=NOW, today=TODAY, reason="Site fermé")
        assert tx.account("C-1").payments[note.number].free == euros(100)
    with pytest.raises(LedgerError, match=r"0\.00 EUR of F-2027-0001 is left"), made.office.ledger.begin() as tx:
        credit(tx, issued.receivable, lines=(), now=NOW, today=TODAY, reason="encore")


def test_what_was_billed_elsewhere_has_no_paper(made):
    made.open_account("A-1", "C-1")
    made.invoice("X-1", "A-1", 50, issued=START, due="2027-02-05")
    with made.office.ledger.begin() as tx:
        assert invoice_of(tx, "X-1") is None
        with pytest.raises(Unknown):
            paper(tx, "X-1")
        with pytest.raises(LedgerError, match="billed elsewhere"):
            credit(tx, "X-1", lines=(), now=NOW, today=date(2027, 1, 6), reason="x")
