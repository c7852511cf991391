"""An early payment with its discount: who pays in time what is left of the sum is quits, and nobody else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules import facts as f
from rules.moments import Duration
from tests.rules.judgement.kit import Life, day, money

STEPS = "steps: [{id: one, at: due+1d, do: [{email: {template: reminder, to: billing}}]}]"
NET = f.Net(30, discount=f.Discount(Decimal(2), 10))


def offered() -> Life:
    """An invoice of 1,200.00 of 15 January 2027, due on 14 February; 2 % (24.00) less by the 25th, by hand."""
    life = Life(STEPS)
    schedule = f.Schedule(Duration(12, "m"), day("2027-01-15"), billed_through=day("2039-01-14"), net=NET)
    life.contract("M-1", kind="recurring", schedule=schedule)
    life.invoice("INV-1", 1200, due="2027-02-14", issued="2027-01-15")
    return life


@pytest.mark.parametrize(
    ("paid", "on", "settled"),
    [
        (1176, "2027-01-25", True),
        (1180, "2027-01-20", True),
        ("1175.99", "2027-01-25", False),
        (1176, "2027-01-26", False),
    ],
)
def test_a_payment_less_the_discount_settles_until_its_date(paid: int | str, on: str, settled: bool) -> None:
    life = offered()
    life.pays(paid, on=on, of="INV-1")
    life.until("2027-06-30")
    assert (life.steps() == []) is settled
    assert life.account.receivables["INV-1"].open is not settled


def test_the_discount_is_a_fact_with_its_reason() -> None:
    life = offered()
    life.pays(1176, on="2027-01-25", of="INV-1")
    life.until("2027-01-31")
    assert [fact.reason for _, fact in life.simulation.told if isinstance(fact, f.WrittenOff)] == ["discount"]
    assert life.account.receivables["INV-1"].residue == 2400


def test_two_payments_in_time_settle_together() -> None:
    life = offered()
    life.pays(1000, on="2027-01-20", of="INV-1")
    life.pays(176, on="2027-01-25", of="INV-1")
    assert life.until("2027-06-30").steps() == []


@pytest.mark.parametrize(("paid", "settled"), [(980, True), ("979.99", False)])
def test_the_discount_is_of_what_a_credit_note_left(paid: int | str, settled: bool) -> None:
    """Of 1,200.00 less 200.00, 2 % are 20.00: 980.00 by hand."""
    life = offered()
    life.credits(200, on="2027-01-18", of="INV-1")
    life.pays(paid, on="2027-01-25", of="INV-1")
    life.until("2027-02-28")
    assert life.account.receivables["INV-1"].open is not settled


def test_the_day_of_the_payment_counts_and_not_that_on_which_it_was_told() -> None:
    life = offered()
    shares = (f.Share("INV-1", 117600),)
    life.happens(f.Paid(life.instant("2027-01-29"), "P", "C-1", money(1176), day("2027-01-25"), shares))
    assert life.until("2027-06-30").steps() == []


def test_a_discount_is_owed_again_when_its_payment_comes_back() -> None:
    life = offered()
    life.reverses(life.pays(1176, on="2027-01-25", of="INV-1"), on="2027-02-01")
    life.until("2027-02-28")
    assert [str(message.said.total) for message in life.messages] == ["1200.00 EUR"]


def test_without_a_discount_in_the_terms_what_is_left_stays_owed() -> None:
    life = Life(STEPS)
    life.invoice("INV-1", 1200, due="2027-02-14", issued="2027-01-15")
    life.pays(1176, on="2027-01-25", of="INV-1")
    assert life.until("2027-06-30").steps() == [("2027-02-15", "one")]


def tasks(identity: str = "") -> list[f.TaskOpened]:
    life = Life(STEPS, business=identity)
    schedule = f.Schedule(Duration(12, "m"), day("2027-01-15"), billed_through=day("2039-01-14"), net=NET)
    life.contract("M-1", kind="recurring", schedule=schedule)
    life.invoice("INV-1", 1200, due="2027-02-14", issued="2027-01-15")
    life.pays(1176, on="2027-01-25", of="INV-1")
    return list(life.until("2027-06-30").account.tasks.values())


def test_its_vat_is_asked_about_once_since_no_law_was_read_on_it() -> None:
    (task,) = tasks()
    assert task.title.startswith(
        "24.00 EUR of INV-1 was taken as discount: is its VAT to be corrected? relance invoice"
    )
    assert (task.queue, task.on, task.receivable) == ("credit-control", day("2027-01-25"), "INV-1")


def test_nobody_is_asked_where_the_invoices_mention_it() -> None:
    assert tasks("identity: {discount_vat: mention}\n") == []
