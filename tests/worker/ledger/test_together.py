"""Customers who have one payer: judged under one lock, each with its own stream, and told of what concerns them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.resources import files
from runpy import run_path

import pytest
from sqlalchemy import select, update

from rules import facts as f
from tests.worker.ledger.books import CARD, NOW, ON_POSTGRES, TODAY, contracted, enrolled, invoiced, known, left, opened
from worker.ledger import migrations
from worker.ledger import tables as t
from worker.ledger.ledger import Ledger, Transaction
from worker.ledger.views import facts_between


def one_payer(tx: Transaction, *customers: str, payer: str = "head") -> None:
    """Customers, each with a contract K-NAME and an enrolled invoice R-NAME, and who pays for them."""
    tx.record_customer(known(payer), CARD)
    for name in customers:
        tx.record_customer(known(name, payer=payer), CARD)
        issued = invoiced(f"R-{name}", contract=f"K-{name}")
        tx.record(name, [contracted(f"K-{name}", name), issued, enrolled(f"R-{name}")])


def message(lead: str, *carried: str) -> list[f.Left]:
    """A message to the payer, which leads with one customer's invoice and carries those of others."""
    key = f"R-{lead}/1/reminder-1/1"
    made = [left(f"R-{name}", message=key, to="head", covered=name != lead) for name in (lead, *carried)]
    return [replace(each, own="reminder-1") for each in made]


def outcomes(tx: Transaction, *customers: str) -> list[str]:
    ladders = [tx.account(name).receivables[f"R-{name}"].ladder for name in customers]
    return [ladder.climbs[-1].outcome for ladder in ladders if ladder is not None and ladder.climbs]


def test_who_names_a_payer_is_judged_with_it_and_with_the_others(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        one_payer(tx, "a", "b")
        one_payer(tx, "c", payer="other")
        assert [tx.fellows(name) for name in ("a", "head", "c")] == [("head", "a", "b")] * 2 + [("other", "c")]
    with ledger.read() as tx:
        assert tx.fellows("b") == ("head", "a", "b")
        assert sorted(tx.joint("b").receivables) == ["R-a", "R-b"]
        assert sorted(tx.account("b").receivables) == ["R-b"]
        assert [tx.joint("a").debtor(item).id for item in tx.joint("a").receivables.values()] == ["a", "b"]


def test_who_was_brought_together_stays_so_and_two_payers_become_one_account(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        one_payer(tx, "a", "b")
        one_payer(tx, "c", payer="other")
    with ledger.begin() as tx:
        tx.record_customer(replace(known("a", payer="other"), at=NOW.replace(hour=10)), CARD)
        assert tx.fellows("b") == ("other", "a", "b", "c", "head")
        assert tx.joint("b").others["a"].payer == "other"
    with ledger.begin() as tx:
        tx.record_customer(replace(known("a"), at=NOW.replace(hour=11)), CARD)
        assert tx.fellows("head") == ("other", "a", "b", "c", "head")


def test_each_fact_stands_in_the_stream_of_its_own_case_and_is_told_to_whom_it_concerns(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        one_payer(tx, "a", "b")
        tx.record("a", message("a", "b"))
        assert outcomes(tx, "a", "b") == ["leaving", "leaving"]
        ended = f.ActionEnded(NOW, "R-a/1/reminder-1/1", 0, "R-a", "email", "sent", TODAY)
        assert tx.record("a", [ended]) == [ended]
        assert tx.record("a", [ended]) == []
        assert outcomes(tx, "a", "b") == ["sent", "covered"]
        columns = t.fact.c
        rows = tx.connection.execute(select(columns.stream, columns.customer).where(columns.kind == "left"))
        assert sorted(map(tuple, rows)) == [("case/K-a", "a"), ("case/K-b", "b"), ("customer/head", "head")]
        assert tx.account("head").contacted == {"head": TODAY}
        assert tx.account("a").contacted == {"head": TODAY}
        assert tx.joint("b").contacted == {"head": TODAY}
        assert list(tx.verify()) == []
        assert sum(isinstance(each.fact, f.ActionEnded) for each in facts_between(tx, 0)) == 1
        assert sum(isinstance(each.fact, f.ActionEnded) for each in facts_between(tx, 0, told=True)) == 2
    with opened(str(ledger.url)) as again, again.read() as tx:
        assert outcomes(tx, "a", "b") == ["sent", "covered"]


def test_what_became_of_a_message_reaches_who_has_another_payer_by_then(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        one_payer(tx, "a", "b")
        tx.record_customer(known("other"), CARD)
        tx.record("a", message("a", "b"))
        tx.record_customer(replace(known("b", payer="other"), at=NOW.replace(hour=10)), CARD)
        tx.record("a", [f.ActionEnded(NOW, "R-a/1/reminder-1/1", 0, "R-a", "email", "failed", TODAY, "550")])
        assert outcomes(tx, "a", "b") == ["failed", "failed"]


def test_a_dead_address_is_the_payers_and_a_call_concerns_all_that_it_was_about(ledger: Ledger) -> None:
    reachable = {"billing": ("email",)}
    with ledger.begin() as tx:
        one_payer(tx, "a", "b")
        for name, payer in (("head", None), ("a", "head"), ("b", "head")):
            again = known(name, payer=payer, reachable=reachable)
            tx.record_customer(replace(again, at=NOW.replace(hour=10)), CARD)
        tx.record("a", message("a", "b"))
        tx.record("head", [f.Bounced(NOW, "head", "billing", "email", "R-a/1/reminder-1/1")])
        tx.record("a", [f.CallRecorded(NOW, "R-a", "reminder-1", "reached", TODAY)])
        assert [tx.account(name).customer.reachable["billing"] for name in ("head", "a", "b")] == [
            (),
            ("email",),
            ("email",),
        ]
        for name in ("a", "b"):
            ladder = tx.account(name).receivables[f"R-{name}"].ladder
            assert ladder is not None
            assert (ladder.climbs[-1].bounced, ladder.climbs[-1].reached) == (True, TODAY)
        assert sum(isinstance(event, f.Bounced) for event in tx.joint("a").events) == 1
        assert list(tx.verify()) == []


def test_one_contact_of_the_payer_is_counted(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        one_payer(tx, "a", "b")
        tx.record("a", message("a", "b"))
        assert [row.customer for row in tx.connection.execute(select(t.contact))] == ["head"]


def test_payers_that_were_recorded_before_are_brought_together(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        one_payer(tx, "a", "b")
        tx.record_customer(known("alone"), CARD)
        tx.connection.execute(update(t.customer).values(account=None))
        run_path(str(files(migrations) / "versions" / "0004_payers.py"))["bring_together"](tx.connection)
    with ledger.read() as tx:
        assert [tx.fellows(name) for name in ("b", "alone")] == [("head", "a", "b"), ("alone",)]


@ON_POSTGRES
@pytest.mark.parametrize("first", [("a", "b", "c"), ("c", "b", "a")])
def test_nobody_waits_for_somebody_who_waits_for_them(ledger: Ledger, url: str, first: tuple[str, ...]) -> None:
    with ledger.begin() as tx:
        one_payer(tx, "a", "b", "c")

    def paid(worker: int) -> None:
        with opened(url) as own:
            for n in range(20):
                with own.begin() as tx:
                    for name in first if worker % 2 else reversed(first):
                        one = f.Paid(NOW, f"{worker}/{n}/{name}", name, invoiced().amount, TODAY)
                        tx.record(name, [one])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(paid, range(4)))
    with ledger.read() as tx:
        assert [len(tx.account(name).payments) for name in first] == [80, 80, 80]
        assert list(tx.verify()) == []


@ON_POSTGRES
def test_customers_who_are_brought_together_at_once_are_one_account(ledger: Ledger, url: str) -> None:
    with ledger.begin() as tx:
        tx.record_customer(known("head"), CARD)
        for name in "abcd":
            tx.record_customer(known(name), CARD)

    def joins(name: str) -> None:
        with opened(url) as own, own.begin() as tx:
            tx.record_customer(replace(known(name, payer="head"), at=NOW.replace(hour=10)), CARD)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(joins, "abcd"))
    with ledger.read() as tx:
        assert {tx.fellows(name) for name in "abcd"} == {("head", "a", "b", "c", "d")}
