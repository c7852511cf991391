"""The VAT on a discount that was taken: credited by a note of its own, or mentioned on the invoice beforehand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from rules import facts as f
from rules.moments import Duration
from tests.worker.documents import validators
from tests.worker.documents.papers import BOOK, JANUARY, LINE, VIALET, VIALET_CARD, account, billed, discounted
from tests.worker.documents.test_parts import plain, terms
from tests.worker.documents.test_store import NOW, START, TODAY, bill, made
from tests.world import World, euros
from worker.documents.cii import cii
from worker.documents.invoice import Invoice, drafted
from worker.documents.issuing import discount_note
from worker.documents.ubl import ubl
from worker.ledger.errors import LedgerError

__all__ = ["made"]
NAME = f"M-1/{START}"


def taken(made: World, off: str, *lines: f.Line) -> Invoice:
    """The credit note after all but `off` of an invoice was paid in time; its terms take off 2 %."""
    terms(made, f.Net(30, discount=f.Discount(Decimal(2), 10)))
    with made.office.ledger.begin() as tx:
        known = tx.account("C-1").contracts["M-1"]
        changed = replace(known, schedule=replace(known.schedule, lines=lines))
        tx.record("C-1", [f.ContractRecorded(NOW, changed, str(tx.active_rulebook()))])
    issued = bill(made)
    paid = issued.amount - euros(off)
    payment = f.Paid(NOW, "p-1", "C-1", paid, TODAY, (f.Share(NAME, paid.minor),))
    made.record("C-1", payment, f.WrittenOff(NOW, NAME, f.DISCOUNT))
    with made.office.ledger.begin() as tx:
        return discount_note(tx, NAME, now=NOW + timedelta(days=1), today=TODAY, reason="payé le 5 janvier")


def line(amount: str, vat: str) -> f.Line:
    return f.Line("Maintenance", euros(amount), Decimal(vat))


def test_the_discount_is_credited_with_its_vat_and_nothing_is_owed(made: World) -> None:
    """2 % of 120.00 are 2.40: 2.00 and 0.40 of VAT at 20 %."""
    note = taken(made, "2.40", line("100.00", "20"))
    assert (note.number, note.kind, note.net, note.vat, note.gross) == (
        "F-2027-0002", "credit-note", euros(2), euros("0.40"), euros("2.40"),
    )  # fmt: skip
    for write in (cii, ubl):
        assert validators.shape(write(note)) == validators.rules(write(note)) == []
    with made.office.ledger.read() as tx:
        item = tx.account("C-1").receivables[NAME]
    assert (item.balance, item.credited, item.written_off) == (euros(0), 240, 0)


def test_each_rate_bears_its_share(made: World) -> None:
    """2 % of 100.00 at 20 % and 100.00 at 10 %, 230.00 with VAT: 4.60, that is 2.40 and 2.20."""
    note = taken(made, "4.60", line("100.00", "20"), line("100.00", "10"))
    assert [(str(group.tax.rate), group.net, group.vat) for group in note.groups] == [
        ("20", euros(2), euros("0.40")),
        ("10", euros(2), euros("0.20")),
    ]


def test_a_cent_that_no_rounding_of_vat_reaches_stays_given_up(made: World) -> None:
    """0.03 cannot be a sum with its VAT of 20 %: 0.02 has none, 0.03 has 0.01."""
    note = taken(made, "0.03", line("100.00", "20"))
    assert note.gross == euros("0.02")
    with made.office.ledger.read() as tx:
        item = tx.account("C-1").receivables[NAME]
    assert (item.balance, item.credited, item.written_off) == (euros(0), 2, 1)


def test_it_is_credited_once(made: World) -> None:
    taken(made, "2.40", line("100.00", "20"))
    with pytest.raises(LedgerError, match="credited already"), made.office.ledger.begin() as tx:
        discount_note(tx, NAME, now=NOW, today=TODAY, reason="encore")


def test_an_invoice_mentions_it_where_the_business_says_so() -> None:
    said = "En cas d’escompte, seule la TVA sur le prix payé est déductible ; aucun avoir ne sera établi."
    business = replace(BOOK.business, identity={**BOOK.business.identity, "discount_vat": "mention"})
    schedule = f.Schedule(
        Duration(1, "m"), JANUARY[0], net=f.Net(30, "after", discount=f.Discount(Decimal(2), 10)), lines=(LINE,)
    )
    known = account(VIALET, schedule=schedule)
    told = drafted(billed(LINE), known, VIALET_CARD, replace(BOOK, business=business), "F-2027-0001")
    assert said in plain(told.terms)
    assert said not in plain(discounted().terms)
    assert validators.rules(cii(told), french=True) == []
