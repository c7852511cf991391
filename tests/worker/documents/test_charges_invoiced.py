"""The invoice of what a delay costs: numbered like the others, in words, without VAT, valid by the official rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules import facts as f
from rules.charging import charges_bill
from rules.money import Money
from tests.worker.documents import validators
from tests.world import World, day, euros, instant, world
from worker.documents.cii import cii
from worker.documents.invoice import Invoice
from worker.documents.issuing import invoice_of, issue
from worker.documents.ubl import ubl
from worker.judging import judge

START = "2027-01-05"
NOW = instant(START, "09:00")
LATER = "2027-02-20"


@pytest.fixture
def made(tmp_path: Path):
    with world(tmp_path, NOW) as here:
        here.customer("C-1")
        here.retainer("M-1", "C-1", start=START)
        with here.office.ledger.begin() as tx:
            act = judge(tx, "M-1", NOW).act
            assert act is not None
            issue(tx, "C-1", act.what, NOW, day(START))
        yield here


def invoiced(made: World, on: str, interest: str = "1.25") -> f.Issued | None:
    """What the delay of the retainer's first invoice cost, issued on that day."""
    with made.office.ledger.begin() as tx:
        account = tx.account("C-1")
        item = account.receivables[f"M-1/{START}"]
        bill = charges_bill(account, item, euros(40), Money.parse(f"{interest} EUR"), day(on))
        return issue(tx, "C-1", bill, instant(on, "10:00"), day(on)) if bill is not None else None


def paper(made: World, receivable: str) -> Invoice:
    with made.office.ledger.begin() as tx:
        found = invoice_of(tx, receivable)
    assert found is not None
    return found


def test_it_takes_the_next_number_and_says_what_it_is_for(made) -> None:
    issued = invoiced(made, LATER)
    assert (issued.number, issued.kind, str(issued.amount)) == ("F-2027-0002", "charges", "41.25 EUR")
    said = paper(made, issued.receivable)
    assert [(line.text, str(line.net)) for line in said.lines] == [
        ("Indemnité forfaitaire pour frais de recouvrement, facture F-2027-0001", "40.00 EUR"),
        ("Intérêts de retard sur la facture F-2027-0001, du 5\u00a0février 2027 au 20\u00a0février 2027", "1.25 EUR"),
    ]
    assert (str(said.vat), str(said.gross), {line.tax.category for line in said.lines}) == (
        "0.00 EUR",
        "41.25 EUR",
        {"outside"},
    )


def test_the_same_day_it_is_issued_once_and_later_for_the_rest(made) -> None:
    assert invoiced(made, LATER) is not None
    assert invoiced(made, LATER, "9.00") is None
    rest = invoiced(made, "2027-03-10", "2.00")
    assert (rest.number, str(rest.amount)) == ("F-2027-0003", "0.75 EUR")


@pytest.mark.parametrize("write", [cii, ubl])
def test_it_is_valid_by_the_official_rules(made, write) -> None:
    xml = write(paper(made, invoiced(made, LATER).receivable))
    assert validators.shape(xml) == []
    assert validators.rules(xml) == []


def test_it_changes_no_balance_of_the_ledger(made) -> None:
    with made.office.ledger.read() as tx:
        before = tx.account("C-1").receivables[f"M-1/{START}"].balance
    issued = invoiced(made, LATER)
    with made.office.ledger.read() as tx:
        items = tx.account("C-1").receivables
        assert items[f"M-1/{START}"].balance == before
        assert items[issued.receivable].due == date(2027, 2, 20)
