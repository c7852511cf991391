"""Every input that is named as bad: reckoned exactly, or refused with its reason. What is tested elsewhere is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rules import facts as f
from rules.billing import bill
from rules.duedates import discount, falls_due, instalments
from rules.interest import Method, NoInterest, Paydown, Quoted, accrue, days_between
from rules.moments import Duration
from rules.money import Money
from rules.rates import half_year
from tests.rules.judgement.kit import Life, day, money

REMINDED = "steps: [{id: one, at: due+1d, do: [{email: {template: reminder, to: billing}}]}]"
RATES = {half_year("2026-H1"): Decimal("12.15"), half_year("2026-H2"): Decimal("12.40")}


def ten(_half: date) -> Quoted:
    return Quoted(Decimal(10), "10 %")


def moving(half: date) -> Quoted:
    return Quoted(RATES[half], "by half-year")


def test_zero_bears_no_interest_and_has_no_parts() -> None:
    nothing = accrue(money(0), date(2027, 1, 4), date(2027, 3, 31), ten)
    assert (nothing.periods, nothing.accrued) == ((), money(0))
    assert instalments(money(0), [Decimal(50), Decimal(50)]) == (money(0), money(0))


def test_a_sum_below_zero_bears_no_interest_and_the_reason_is_said() -> None:
    with pytest.raises(NoInterest, match="a credit bears no late interest"):
        accrue(money(-1), date(2027, 1, 4), date(2027, 3, 31), ten)


def test_a_bill_below_zero_is_reckoned_to_the_cent_and_not_parted() -> None:
    """-50.00 with 20 % is -60.00; that no such invoice leaves is tested in documents/test_mentions.py."""
    halves = f.Net(instalments=(f.Instalment(Decimal(50), 0), f.Instalment(Decimal(50), 30)))
    plan = f.Schedule(
        Duration(1, "m"), day("2027-01-01"), net=halves, lines=(f.Line("Avoir", money(-50), Decimal(20)),)
    )
    made = bill(f.Contract("M", "C", "recurring"), plan, (plan.start, day("2027-01-31")), plan.start)
    assert (str(made.gross), made.parts) == ("-60.00 EUR", ())


@pytest.mark.parametrize(
    ("amount", "interest", "parts"),
    [
        ("1000.000 TND", "8.219 TND", ["333.330 TND", "333.330 TND", "333.340 TND"]),  # three decimals
        ("100000 JPY", "822 JPY", ["33333 JPY", "33333 JPY", "33334 JPY"]),  # none: 821.9
        ("0.001 TND", "0.000 TND", ["0.000 TND", "0.000 TND", "0.001 TND"]),
        ("1 JPY", "0 JPY", ["0 JPY", "0 JPY", "1 JPY"]),
    ],
)
def test_other_minor_units_are_exact(amount: str, interest: str, parts: list[str]) -> None:
    """30 days at 10 %; a third of each."""
    owed = Money.parse(amount)
    assert str(accrue(owed, date(2027, 1, 1), date(2027, 1, 31), ten).accrued) == interest
    thirds = [Decimal("33.333"), Decimal("33.333"), Decimal("33.334")]
    assert [str(part) for part in instalments(owed, thirds)] == parts


def test_a_discount_of_other_minor_units_is_exact() -> None:
    offered = f.Net(discount=f.Discount(Decimal("2.5"), 8))
    for amount, off in (("1000.001 TND", "25.000 TND"), ("999 JPY", "25 JPY"), ("0.10 EUR", "0.00 EUR")):
        found = discount(date(2027, 1, 1), offered, Money.parse(amount))
        assert found is not None
        assert str(found.off) == off
        assert found.off + found.pays == Money.parse(amount)


@pytest.mark.parametrize(
    ("issued", "net", "due"),
    [
        ("2028-01-30", f.Net(30), "2028-02-29"),
        ("2028-02-29", f.Net(0), "2028-02-29"),
        ("2028-01-15", f.Net(30, "after"), "2028-02-29"),
        ("2027-01-15", f.Net(30, "after"), "2027-02-28"),
        ("2028-02-29", f.Net(30, day=29), "2028-04-29"),
        ("2027-01-30", f.Net(0, day=29), "2027-02-28"),  # the last day where a month is shorter
        ("2026-12-31", f.Net(0, "after"), "2026-12-31"),
        ("2026-12-31", f.Net(1), "2027-01-01"),
        ("2026-12-02", f.Net(30, "before"), "2027-01-30"),
    ],
)
def test_29_february_and_year_ends_are_days_like_others(issued: str, net: f.Net, due: str) -> None:
    assert [str(each) for each in falls_due(day(issued), net)] == [due]


def test_29_february_is_a_day_of_delay() -> None:
    assert days_between("act-365", date(2028, 2, 28), date(2028, 3, 1)) == 2
    assert days_between("act-365", date(2027, 2, 28), date(2027, 3, 1)) == 1


def test_a_rate_that_changes_in_mid_delay_cuts_it_to_the_day() -> None:
    """1000.00 from 30 June to 1 July 2026: 0.33 at 12.15 % and 0.34 at 12.40 %."""
    working = accrue(money(1000), date(2026, 6, 29), date(2026, 7, 1), moving)
    assert [(str(each.last), str(each.amount)) for each in working.periods] == [
        ("2026-06-30", "0.33 EUR"),
        ("2026-07-01", "0.34 EUR"),
    ]


def paid(life: Life, amount: int, on: str, share: int, told: str) -> f.Paid:
    shares = (f.Share("INV-1", share * 100),) if share else ()
    return f.Paid(life.instant(told), "P-1", "C-1", money(amount), day(on), shares)


@pytest.mark.parametrize("share", [1200, 0])
def test_a_payment_before_the_issue_settles_and_bears_nothing(share: int) -> None:
    """Whether it is told afterwards and names the invoice, or was on the account before."""
    life = Life(REMINDED)
    life.happens(paid(life, 1200, "2026-03-01", share, "2026-04-01" if share else "2026-03-01"))
    life.invoice("INV-1", 1200, due="2026-04-30", issued="2026-03-31")
    assert life.until("2026-08-31").steps() == []
    early = Paydown(date(2026, 3, 1), money(1200))
    assert accrue(money(1200), date(2026, 4, 30), date(2026, 8, 31), ten, paydowns=[early]).accrued == money(0)


def test_an_overpayment_is_told_and_stays_with_the_customer() -> None:
    life = Life(REMINDED)
    life.invoice("INV-1", 1200, due="2026-04-30", issued="2026-03-31")
    life.happens(paid(life, 1500, "2026-05-10", 1200, "2026-05-10"))
    life.until("2026-06-30")
    (payment,) = life.account.payments.values()
    assert (payment.free, life.account.receivables["INV-1"].balance) == (money(300), money(0))
    over = accrue(
        money(1200), date(2026, 4, 30), date(2026, 6, 30), moving, paydowns=[Paydown(date(2026, 5, 10), money(1500))]
    )
    assert over.applied[0].left == money("296.01")  # of the 300.00, 3.99 pay ten days at 12.15 %


def test_a_credit_larger_than_the_invoice_never_makes_a_balance_below_zero() -> None:
    life = Life(REMINDED)
    life.invoice("INV-1", 1200, due="2026-04-30", issued="2026-03-31")
    shares = (f.Share("INV-1", 120000),)
    life.happens(f.Credited(life.instant("2026-04-10"), "A-1", "C-1", money(1500), day("2026-04-10"), shares))
    assert life.until("2026-08-31").steps() == []
    (credit,) = life.account.payments.values()
    assert (credit.free, life.account.receivables["INV-1"].balance) == (money(300), money(0))


def test_daily_rounding_knows_other_minor_units() -> None:
    """36500 JPY at 10 % are 10 a day; 1 TND is 0.000 a day, and nothing however long."""
    daily = Method(rounding="daily")
    for amount, days, interest in (("36500 JPY", 31, "310 JPY"), ("1.000 TND", 31, "0.000 TND")):
        last = date(2027, 1, 1 + days - 1)
        assert str(accrue(Money.parse(amount), date(2026, 12, 31), last, ten, method=daily).accrued) == interest
