"""Names on invoices: kept as long as the law wants, gone afterwards, and no digest changes."""

from __future__ import annotations

from hashlib import sha256

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from rules import facts as f
from tests.worker.documents.test_store import NOW, START, bill, made
from tests.world import PERSON, World, instant
from worker.documents.files import papers
from worker.documents.store import find, paper, redact, stored
from worker.forgetting import Forgetting, forget_contact, forget_customer
from worker.ledger import tables as t
from worker.ledger.errors import LedgerError
from worker.record import Refused
from worker.words.render import Words

__all__ = ["made"]
OVER, BEFORE = instant("2038-01-01"), instant("2037-12-31")


def settled(made: World) -> None:
    """One invoice of 2027 with its PDF, given up."""
    issued = bill(made)
    papers(made.office.ledger, Words(), made.office.workspace.rulebook.business, [issued.receivable], ["ubl"])
    made.record("C-1", f.WrittenOff(NOW, issued.receivable, "given up"))


def forgotten(made: World, at=OVER, **how: object) -> Forgetting:
    made.step_to(at)
    with made.office.ledger.begin() as tx:
        return forget_customer(tx, "C-1", law="FR", reason="kept long enough", by="anne", **{"despite": False, **how})


def everything(made: World) -> str:
    with made.office.ledger.read() as tx:
        return "".join(
            str(cell)
            for each in t.metadata.sorted_tables
            for row in tx.connection.execute(select(each))
            for cell in row
        )


def digests(made: World) -> list[str]:
    with made.office.ledger.read() as tx:
        rows = [*tx.connection.execute(select(t.paper.c.digest)), *tx.connection.execute(select(t.document.c.digest))]
    return sorted(row.digest for row in rows)


def test_after_its_years_an_invoice_loses_its_names_and_keeps_its_figures_and_digests(made):
    settled(made)
    before = digests(made)
    assert len(before) == 3
    assert PERSON in everything(made)
    done = forgotten(made)
    assert (done.invoices, done.files) == (("F-2027-0001",), ())
    for name in (PERSON, "c-1@client.example", "rue des Martyrs"):
        assert name not in everything(made)
    with made.office.ledger.read() as tx:
        said = paper(tx, "F-2027-0001")
        assert (said.buyer.name, str(said.gross)) == ("", "100.00 EUR")
        assert list(tx.verify()) == []
        with pytest.raises(LedgerError, match="erased on 2038-01-01"):
            stored(tx, "F-2027-0001", "pdf")
    assert digests(made) == before


def test_before_its_years_are_over_an_invoice_keeps_its_names_and_is_told(made):
    settled(made)
    with pytest.raises(Refused, match="kept until 2037-12-31"):
        forgotten(made, BEFORE)
    done = forgotten(made, BEFORE, despite=True)
    assert [(number, str(until)) for number, until in done.files] == [("F-2027-0001", "2037-12-31")]
    assert done.invoices == ()
    assert PERSON in everything(made)


def test_what_had_to_be_kept_is_forgotten_later(made):
    settled(made)
    forgotten(made, BEFORE, despite=True)
    with pytest.raises(Refused, match="forgotten already"):
        forgotten(made, BEFORE, despite=True)
    assert forgotten(made).invoices == ("F-2027-0001",)
    assert PERSON not in everything(made)


def test_a_contact_that_is_forgotten_is_told_of_the_invoices_that_bear_it(made):
    settled(made)
    made.step_to(NOW)
    with made.office.ledger.begin() as tx:
        done = forget_contact(tx, "C-1", "billing", law="FR", reason="asked", by="anne")
    assert [number for number, _ in done.files] == ["F-2027-0001"]


def test_names_erased_without_a_reason_on_record_are_found(made):
    settled(made)
    with made.office.ledger.begin() as tx:
        redact(tx, "F-2027-0001", OVER.date())
        found = [each.what for each in tx.verify()]
    assert found == ["its names were erased, and nobody asked for it"] * 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE paper SET forgotten = '2038-01-01', amount = 1",
        "UPDATE document SET forgotten = '2038-01-01', digest = 'x'",
        "UPDATE document SET content = 'x'",
        "DELETE FROM paper",
    ],
)
def test_nothing_but_names_can_go(made, statement):
    settled(made)
    with pytest.raises(DatabaseError, match="only grows"), made.office.ledger.begin() as tx:
        tx.connection.execute(text(statement))


def test_what_is_forgotten_does_not_come_back(made):
    settled(made)
    forgotten(made)
    with pytest.raises(DatabaseError, match="only grows"), made.office.ledger.begin() as tx:
        tx.connection.execute(update(t.paper).values(forgotten=None))


def test_the_digest_of_a_paper_is_that_of_what_it_says(made):
    bill(made)
    with made.office.ledger.read() as tx:
        row = tx.connection.execute(select(t.paper)).one()
        assert find(tx)[0].forgotten is None
    assert row.digest == sha256(row.body.encode()).hexdigest()
    assert START in row.body
