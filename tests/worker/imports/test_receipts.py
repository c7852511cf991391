"""The column `received`: a due date that counts from a receipt, when the invoice is imported or when it is known."""

from __future__ import annotations

from datetime import date

import pytest

from tests.worker.imports.conftest import CUSTOMERS, Write
from tests.worker.imports.shelf import Shelf

CONTRACTS = (
    "contract,customer,kind,every,start,terms.net,terms.from,terms.instalments.1.share,terms.instalments.1.net,"
    "terms.instalments.2.share,terms.instalments.2.net,lines.1.text,lines.1.amount,lines.1.vat\n"
    "M-R,C-104,recurring,1m,2027-02-01,30d,receipt,,,,,Maintenance,100.00 EUR,20%\n"
    "M-P,C-104,recurring,1m,2027-02-01,,receipt,50%,0d,50%,30d,Maintenance,100.00 EUR,20%\n"
)
HEAD = "number,part,contract,customer,issued,due,received,amount"


@pytest.fixture
def received(write: Write) -> Shelf:
    shelf = Shelf()
    for kind, text in (("customers", CUSTOMERS), ("contracts", CONTRACTS)):
        assert shelf.take(kind, write(f"{kind}.csv", text))[0].problems == ()
    return shelf


def taken(shelf: Shelf, write: Write, *lines: str, head: str = HEAD) -> list[str]:
    """What is said of the lines, imported on 15 January 2027."""
    checked, _ = shelf.take("invoices", write("i.csv", "\n".join((head, *lines, ""))))
    return [f"{problem.column}: {problem.what}" for problem in checked.problems]


def dates(shelf: Shelf, number: str) -> tuple[date | None, date | None]:
    customer, name = shelf.receivable(number) or ("", "")
    item = shelf.accounts[customer].receivables[name]
    return item.received, item.due


@pytest.mark.parametrize(
    ("line", "due"),
    [
        ("F-1,,M-R,,2027-01-04,,2027-01-10,120.00 EUR", date(2027, 2, 9)),  # 30 days
        ("F-1,,M-R,,2027-01-04,2027-03-01,2027-01-10,120.00 EUR", date(2027, 3, 1)),  # as written
        ("F-1,,M-R,,2027-01-04,,2026-11-20,120.00 EUR", date(2027, 1, 4)),  # never before the invoice
        ("F-1,,,C-105,2027-01-04,2027-02-03,2027-01-10,120.00 EUR", date(2027, 2, 3)),  # an open account
    ],
)
def test_where_no_due_date_is_written_the_terms_count_it_from_the_receipt(received, write, line, due) -> None:
    assert taken(received, write, line) == []
    assert dates(received, "F-1")[1] == due
    assert taken(received, write, line) == []


def test_a_receipt_that_is_known_later_gives_the_due_date(received: Shelf, write: Write) -> None:
    assert taken(received, write, "F-1,,M-R,,2027-01-04,,,120.00 EUR") == []
    assert dates(received, "F-1") == (None, None)
    head, line = "number,issued,received,amount", "F-1,2027-01-04,2027-01-12,120.00 EUR"
    assert taken(received, write, line, head=head) == []
    assert dates(received, "F-1") == (date(2027, 1, 12), date(2027, 2, 11))


def test_each_part_falls_due_by_its_own_days(received: Shelf, write: Write) -> None:
    lines = [f"F-1,{part},M-P,,2027-01-04,,2027-01-10,60.00 EUR" for part in (1, 2)]
    assert taken(received, write, *lines) == []
    assert [dates(received, f"F-1/{part}")[1] for part in (1, 2)] == [date(2027, 1, 10), date(2027, 2, 9)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("F-1,,,C-105,2027-01-04,,2027-01-10,9 EUR", "no terms of the contract count the due date from a receipt"),
        ("F-1,,M-R,,2027-01-04,,2027-01-16,9 EUR", "2027-01-16 is after today, 2027-01-15"),
        ("F-1,,M-R,,2027-01-04,,2025-12-01,9 EUR", "2025-12-01 is long before the date of issue, 2027-01-04"),
    ],
)
def test_a_receipt_that_cannot_be_is_refused(received: Shelf, write: Write, line: str, said: str) -> None:
    assert taken(received, write, line) == [f"received: {said}"]
