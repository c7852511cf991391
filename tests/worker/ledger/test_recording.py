"""Facts are recorded once, completely or not at all, and the account is their fold."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from rules import facts as f
from rules.account import Account
from tests.worker.ledger.books import (
    CARD,
    NOW,
    ON_POSTGRES,
    TODAY,
    book,
    contracted,
    enrolled,
    eur,
    invoiced,
    known,
    left,
    opened,
    paid,
)
from worker.ledger import tables as t
from worker.ledger.ledger import Conflict, Ledger, LedgerError, Unknown
from worker.ledger.people import Card

HOLD = f.Hold("H1", "dispute", "receivable", "R1", TODAY, reason="broken on arrival")


def rows(ledger: Ledger, table: object, *columns: str) -> list[tuple[object, ...]]:
    with ledger.read() as tx:
        found = tx.connection.execute(select(*(table.c[name] for name in columns)))  # type: ignore[attr-defined]
        return sorted(tuple(row) for row in found)


def test_recording_twice_is_recording_once(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced())
        assert tx.record("durand", [paid(50000, ("R1", 50000))]) != []
    with ledger.begin() as tx:
        assert tx.record("durand", [paid(50000, ("R1", 50000), at=NOW + timedelta(hours=1))]) == []
        assert tx.account("durand").receivables["R1"].balance == eur(70000)
    assert rows(ledger, t.receivable, "balance") == [(70000,)]


def test_twice_in_one_list_is_once(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced())
        assert len(tx.record("durand", [paid(50000), paid(50000)])) == 1


def test_another_amount_under_the_same_reference_is_a_conflict(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced(), paid(50000))
    with pytest.raises(Conflict, match="paid/P1"), ledger.begin() as tx:
        tx.record("durand", [paid(50001)])
    with pytest.raises(Conflict, match="paid/P2"), ledger.begin() as tx:
        tx.record("durand", [paid(1, payment="P2"), paid(2, payment="P2")])
    assert rows(ledger, t.fact, "key")[-1] == ("paid/P1",)


def test_a_conflict_among_shared_facts_records_nothing_of_the_others(ledger: Ledger) -> None:
    stop = f.Hold("stop", "manual", "business", "business", TODAY)
    with ledger.begin() as tx:
        book(tx)
        tx.record_shared([f.HoldPlaced(NOW, stop)])
        with pytest.raises(Conflict, match="hold-placed/stop"):
            tx.record("durand", [invoiced(), f.HoldPlaced(NOW, replace(stop, reason="other"))])
    assert rows(ledger, t.receivable, "id") == []


def test_what_follows_from_a_judgement_keeps_the_first(ledger: Ledger) -> None:
    later = replace(left(), at=NOW + timedelta(days=3), on=TODAY + timedelta(days=3))
    with ledger.begin() as tx:
        book(tx, invoiced(), enrolled(), left())
        assert tx.record("durand", [later]) == []
        ladder = tx.account("durand").receivables["R1"].ladder
        assert ladder is not None
        assert [climb.on for climb in ladder.climbs] == [TODAY]


def test_nobody_knows_the_customer(ledger: Ledger) -> None:
    with pytest.raises(Unknown, match="no customer petit"), ledger.begin() as tx:
        tx.record("petit", [invoiced()])
    with pytest.raises(Unknown, match="no receivable R9"), ledger.read() as tx:
        tx.customer_of(receivable="R9")
    with pytest.raises(Unknown, match="no contract C9"), ledger.read() as tx:
        tx.customer_of(contract="C9")
    with pytest.raises(Unknown, match="no rulebook"), ledger.read() as tx:
        tx.rulebook("0123456789abcdef")


def test_a_number_names_one_receivable(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced())
    with pytest.raises(LedgerError, match="the number N-R1 is another receivable's: R1"), ledger.begin() as tx:
        tx.record("durand", [replace(invoiced("R2"), number="N-R1")])


def test_the_account_is_the_fold_of_its_facts(ledger: Ledger, url: str) -> None:
    stated = [
        contracted(),
        invoiced(),
        invoiced("R2", 5000, custom={"invoice.weight": Decimal("1.50")}),
        paid(60000, ("R1", 50000)),
        f.Allocated(NOW, "P1", (f.Share("R2", 5000),)),
        f.HoldPlaced(NOW, HOLD),
        enrolled(),
        left(),
        f.ActionEnded(NOW, "m/reminder-1", 0, "R1", "email", "sent", TODAY),
        f.HoldEnded(NOW, "H1", "unfounded", TODAY, "receivable", "R1"),
        f.Reversed(NOW, "P1", TODAY, "AC04"),
    ]
    expected = Account(f.Customer("durand", country="FR", score=Decimal(38)))
    expected.record_all(stated)
    with ledger.begin() as tx:
        tx.record_customer(known(country="FR", score=Decimal(38)), CARD)
        for fact in stated:
            tx.record("durand", [fact])
        assert tx.account("durand") == expected
    with opened(url) as another, another.read() as tx:
        assert tx.account("durand") == expected
        assert tx.card("durand") == CARD


def test_a_rolled_back_transaction_leaves_no_trace_in_memory(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced())
        tx.record_shared([f.BankConfirmed(NOW, TODAY)])
    with pytest.raises(ZeroDivisionError):
        _record_much_and_fail(ledger)
    with ledger.begin() as tx:
        assert tx.account("durand").receivables["R1"].balance == eur(120000)
        assert tx.account("durand").customer.country is None
        assert tx.state().bank_through == TODAY
        with pytest.raises(Unknown):
            tx.account("petit")
        tx.record("durand", [paid(20000, ("R1", 20000))])
    assert rows(ledger, t.receivable, "balance") == [(100000,)]
    assert rows(ledger, t.customer, "id") == [("durand",)]
    assert rows(ledger, t.allocation, "payment", "part", "minor") == [("P1", 0, 20000), ("P1", 1, 0)]


def _record_much_and_fail(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        tx.record("durand", [paid(50000, ("R1", 50000))])
        tx.record_customer(known(country="BE", at=NOW + timedelta(hours=1)), CARD)
        tx.record_shared([f.BankConfirmed(NOW, date(2027, 6, 1))])
        tx.record_customer(known("petit"), CARD)
        assert tx.account("durand").receivables["R1"].balance == eur(70000)
        assert tx.position("petit") > 0
        raise ZeroDivisionError


@ON_POSTGRES
def test_an_account_read_before_its_lock_is_read_again(ledger: Ledger, url: str) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced())
    with ledger.begin() as tx, opened(url) as another:
        assert tx.account("durand").payments == {}
        assert tx.state().bank_through is None
        with another.begin() as faster:
            faster.record("durand", [paid(50000, ("R1", 50000))])
            faster.record_shared([f.BankConfirmed(NOW, TODAY)])
        tx.record("durand", [paid(30000, ("R1", 30000), payment="P2")])
        tx.record_shared([f.HoldPlaced(NOW, f.Hold("stop", "manual", "business", "business", TODAY))])
        assert tx.state().bank_through == TODAY
    assert rows(ledger, t.receivable, "balance") == [(40000,)]


def test_a_transaction_that_wrote_half_of_something_is_not_kept(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx)
    twins = [invoiced("R1"), replace(invoiced("R2"), number="N-R1")]
    with pytest.raises(LedgerError, match="cannot be kept"), ledger.begin() as tx, suppress(IntegrityError):
        tx.record("durand", twins)
    assert rows(ledger, t.receivable, "id") == []


def test_a_customer_told_anew_with_nothing_new_is_not_recorded(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        assert tx.record_customer(known(country="FR"), CARD)
        assert not tx.record_customer(known(country="FR", at=NOW + timedelta(days=1)), CARD)
        assert tx.record_customer(known(country="BE", at=NOW + timedelta(days=1)), CARD)
        assert tx.record_customer(known(country="BE", at=NOW + timedelta(days=2)), Card("Durand & fils"))
        assert tx.account("durand").customer.country == "BE"
        assert tx.card("durand") == Card("Durand & fils")
    assert rows(ledger, t.customer, "country", "iban") == [("BE", None)]


def test_a_customer_corrected_at_the_same_instant_is_recorded_each_time(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        for name in ("Durant", "Durand", "Durant"):
            assert tx.record_customer(known(), Card(name))
        assert tx.card("durand") == Card("Durant")
        assert list(tx.verify()) == []


def test_a_value_corrected_at_the_same_instant_is_recorded_each_time(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced())
        for value in ("refused", "accepted", "accepted", "refused"):
            tx.record("durand", [f.ReceivableChanged(NOW, "R1", "portal_status", value)])
            assert tx.account("durand").receivables["R1"].portal_status == value
    assert len([key for (key,) in rows(ledger, t.fact, "key") if str(key).startswith("receivable-changed")]) == 3


def test_a_contract_said_again_keeps_the_rulebook_it_is_bound_to(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, f.CaseBound(NOW, "C1", "digest-2"))
        assert tx.record("durand", [contracted(at=NOW + timedelta(days=1))]) == []
        changed = f.ContractRecorded(NOW + timedelta(days=2), f.Contract("C1", "durand", "one-off"), "digest-1")
        tx.record("durand", [changed])
        assert tx.account("durand").rulebooks == {"C1": "digest-2"}
    assert rows(ledger, t.contract, "kind", "rulebook") == [("one-off", "digest-2")]


def test_facts_go_to_the_stream_of_what_they_concern(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced(), f.HoldPlaced(NOW, HOLD), paid(1))
        tx.record("durand", [f.BankConfirmed(NOW, TODAY)])
    assert rows(ledger, t.fact, "stream", "position", "kind", "contract", "receivable", "customer") == [
        ("business", 1, "bank-confirmed", None, None, None),
        ("case/C1", 1, "contract-recorded", "C1", None, "durand"),
        ("case/C1", 2, "issued", "C1", "R1", "durand"),
        ("case/C1", 3, "hold-placed", "C1", "R1", "durand"),
        ("customer/durand", 1, "customer-recorded", None, None, "durand"),
        ("customer/durand", 2, "paid", None, None, "durand"),
    ]


def test_the_test_clock_tells_the_time_from_when_it_is_set(ledger: Ledger) -> None:
    then = NOW + timedelta(days=30)
    with ledger.begin() as tx:
        assert (tx.clock(), tx.now()) == (None, NOW)
        tx.set_clock(then)
        assert tx.now() == then
    with ledger.begin() as tx:
        assert (tx.clock(), tx.now()) == (then, then)
        tx.activate("digest-1")
        tx.set_clock(None)
        assert tx.now() == NOW
    with ledger.read() as tx:
        assert (tx.clock(), tx.active_rulebook()) == (None, "digest-1")


def test_a_ladder_handed_off_and_recalled_may_stop_again(ledger: Ledger) -> None:
    stops = [
        f.Stopped(NOW, "R1", 1, "handed-off", TODAY),
        f.Recalled(NOW, "R1", TODAY),
        f.Stopped(NOW, "R1", 1, "paid", TODAY),
    ]
    with ledger.begin() as tx:
        book(tx, invoiced(), enrolled(), *stops)
    assert rows(ledger, t.receivable, "stopped") == [("paid",)]
