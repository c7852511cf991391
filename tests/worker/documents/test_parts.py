"""An invoice payable in parts on paper, in XML and in the ledger: one number, found by it and by that of each part."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from rules import facts as f
from rules.decision import Act, Bill, Send
from tests.worker.documents.papers import BOOK, EXAMPLE, PARTS, RECEIPT, agreed
from tests.worker.documents.test_store import NOW, START, TODAY, made
from tests.world import World, day, euros
from worker.cli.invoice import shown_parts
from worker.documents.cii import cii
from worker.documents.issuing import credit, invoice_of, issue
from worker.documents.mentions import missing_mentions
from worker.documents.notes import tongue_of
from worker.documents.paper import told
from worker.documents.store import find, paper
from worker.documents.ubl import ubl
from worker.judging import judge
from worker.ledger.errors import LedgerError
from worker.ledger.views import customer_of_number
from worker.record import Refused, Request, record
from worker.subjects import subject
from worker.words.blocks import Pairs
from worker.words.render import Words
from worker.words.tables import Tables
from worker.words.transfer import payload
from worker.workspace import load

__all__ = ["made"]
HALVES = f.Net(instalments=(f.Instalment(Decimal(50), 0), f.Instalment(Decimal(50), 30)))
FRENCH = (
    "Payable en 3 échéances : 453,60 € au plus tard le 1er janvier 2027 ; 604,80 € au plus tard le 31 janvier 2027 ; "
    "453,60 € au plus tard le 2 mars 2027."
)


def plain(text: str) -> str:
    """With ordinary spaces."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("write", [cii, ubl])
def test_the_xml_states_the_first_date_and_all_of_them_in_words(write) -> None:
    """EN 16931, BT-9: for partial payments the first due date; BT-20 describes the rest. 30 % of 1,512.00 is 453.60."""
    said = plain(write(agreed(PARTS)).decode())
    assert FRENCH in said
    assert ("20270101" if write is cii else "<cbc:DueDate>2027-01-01<") in said


def test_the_transfer_that_the_paper_shows_is_of_the_first_part() -> None:
    said = told(agreed(PARTS), BOOK.business)
    assert plain(said.bill.falls_due) == FRENCH
    assert "EUR453.60" in payload(said, said.bill.reference)
    shown = Tables(said, Words(load(EXAMPLE).templates).labels("fr"), tongue_of("fr")).get("payment")
    assert isinstance(shown, Pairs)
    assert ("Première échéance :", "453,60 €") in [(plain(label), plain(value)) for label, value in shown.rows]


@pytest.mark.parametrize("write", [cii, ubl])
def test_an_invoice_due_by_its_receipt_states_no_date(write) -> None:
    said = plain(write(agreed(RECEIPT, "DE")).decode())
    assert "Payable à 30 jours de la réception." in said
    assert "DueDate" not in said


def test_french_law_wants_a_date_on_the_invoice_and_it_is_asked_for() -> None:
    assert any("no due date" in each for each in missing_mentions(agreed(RECEIPT)))
    assert missing_mentions(agreed(RECEIPT, "DE")) == []


# --- in the ledger ----------------------------------------------------------------------------------------------------


def terms(made: World, net: f.Net, law: str = "FR") -> None:
    with made.office.ledger.begin() as tx:
        known = tx.account("C-1").contracts["M-1"]
        changed = replace(known, law=law, schedule=replace(known.schedule, net=net))
        tx.record("C-1", [f.ContractRecorded(NOW, changed, str(tx.active_rulebook()))])


def issued(made: World, net: f.Net = HALVES, law: str = "FR") -> f.Issued:
    terms(made, net, law)
    with made.office.ledger.begin() as tx:
        act = judge(tx, "M-1", NOW).act
        assert act is not None
        assert isinstance(act.what, Bill)
        found = issue(tx, "C-1", act.what, NOW, TODAY)
        assert found == issue(tx, "C-1", act.what, NOW, TODAY)
    assert found is not None
    return found


def say(made: World, what: str, **values: str) -> str:
    with made.office.ledger.begin() as tx:
        return record(tx, Request(what, values, f"{what}{values}", "anne")).text


def balances(made: World) -> list[tuple[str, str]]:
    with made.office.ledger.read() as tx:
        return [(item.number, str(item.balance)) for item in tx.account("C-1").receivables.values()]


def test_one_paper_and_one_number_whichever_part_is_asked_for(made: World) -> None:
    first = issued(made)
    with made.office.ledger.read() as tx:
        (row,) = find(tx, number="F-2027-0001")
        assert (first.number, first.part_of, row.number, row.amount) == (
            "F-2027-0001/1", "F-2027-0001", "F-2027-0001", euros(100),
        )  # fmt: skip
        assert customer_of_number(tx, "F-2027-0001") == ("C-1", f"M-1/{START}")
        assert customer_of_number(tx, "F-2027-0001/2") == ("C-1", f"M-1/{START}/2")
        assert customer_of_number(tx, "F-2027") is None
    with made.office.ledger.begin() as tx:
        assert invoice_of(tx, f"M-1/{START}/2") == paper(tx, "F-2027-0001")


def test_every_part_is_shown_with_its_date(made: World) -> None:
    """Half of 100.00 EUR at once and half 30 days later."""
    on = issued(made).issued
    with made.office.ledger.read() as tx:
        lines = shown_parts(paper(tx, "F-2027-0001"))
    assert lines == [f"  50.00 EUR due on {on}", f"  50.00 EUR due on {on + timedelta(days=30)}"]
    assert shown_parts(agreed(RECEIPT, "DE")) == []


def test_a_payment_that_names_the_invoice_pays_its_parts_in_their_order(made: World) -> None:
    issued(made)
    say(made, "payment", amount="70.00 EUR", invoices="F-2027-0001", reference="VIR-1")
    assert balances(made) == [("F-2027-0001/1", "0.00 EUR"), ("F-2027-0001/2", "30.00 EUR")]


def test_a_payment_that_names_a_part_pays_that_part(made: World) -> None:
    issued(made)
    say(made, "payment", amount="50.00 EUR", invoices="F-2027-0001/2", reference="VIR-1")
    assert balances(made) == [("F-2027-0001/1", "50.00 EUR"), ("F-2027-0001/2", "0.00 EUR")]


def test_a_whole_credit_takes_back_every_part_and_no_more(made: World) -> None:
    issued(made)
    with made.office.ledger.begin() as tx:
        assert credit(tx, f"M-1/{START}/2", lines=(), now=NOW, today=TODAY, reason="annulé").gross == euros(100)
    assert balances(made) == [("F-2027-0001/1", "0.00 EUR"), ("F-2027-0001/2", "0.00 EUR")]
    with pytest.raises(LedgerError, match=r"0\.00 EUR of F-2027-0001 is left"), made.office.ledger.begin() as tx:
        credit(tx, f"M-1/{START}", lines=(), now=NOW, today=TODAY, reason="encore")


def test_a_refusal_by_the_platform_is_of_the_whole_invoice(made: World) -> None:
    issued(made)
    say(made, "e-invoice", invoice="F-2027-0001", status="210")
    with made.office.ledger.read() as tx:
        assert [item.refused for item in tx.account("C-1").receivables.values()] == [True, True]


def test_what_is_said_of_one_part_names_it(made: World) -> None:
    issued(made)
    with pytest.raises(Refused, match="payable in parts: name one of them, F-2027-0001/1 and F-2027-0001/2"):
        say(made, "write-off", invoice="F-2027-0001", reason="perdu")


@pytest.mark.parametrize(("part", "asked"), [("", "40.00"), ("/2", "50.00")])
def test_a_reminder_about_a_part_asks_for_what_is_left_of_it(made: World, part: str, asked: str) -> None:
    """Of two halves of 100.00 EUR, 10.00 came in: the transfer is of what is claimed, not of the first part."""
    issued(made)
    say(made, "payment", amount="10.00 EUR", invoices="F-2027-0001/1", reference="VIR-1")
    name, total = f"M-1/{START}{part}", euros(asked)
    send = Send("email", "reminder-1", "fr", "billing", (name,), total=total, attach=("invoice",))
    act = Act("k/0", "M-1", ("M-1",), "step", "reminder", TODAY, NOW, send)
    with made.office.ledger.read() as tx:
        business = made.office.workspace.rulebook.business
        told = subject(act, tx.account("C-1"), tx.card("C-1"), business, Words(), tx.bill(name))
    assert told.transferred == total
    assert f"EUR{asked}" in str(payload(told, "F-1"))


def test_the_receipt_gives_the_due_date(made: World) -> None:
    """30 days after 8 January 2027: 7 February."""
    issued(made, f.Net(30, runs_from="receipt"), "DE")
    made.now += timedelta(days=4)
    assert say(made, "received", invoice="F-2027-0001", on="2027-01-08").endswith("due on 2027-02-07.")
    with made.office.ledger.read() as tx:
        (item,) = tx.account("C-1").receivables.values()
    assert (item.received, item.due) == (day("2027-01-08"), day("2027-02-07"))


def test_an_invoice_whose_terms_count_from_its_issue_has_no_receipt(made: World) -> None:
    issued(made, f.Net(30))
    with pytest.raises(Refused, match="does not fall due by its receipt"):
        say(made, "received", invoice="F-2027-0001", on=START)
