"""Late interest beyond the published cases: roundings, compounding, frozen rates, and input that is odd."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.interest import Method, NoInterest, Paydown, Quoted, RateOn, accrue, days_between, formula, simple
from rules.money import Money
from rules.rates import RateUnknown, half_year, shipped
from rules.terms import rate_of
from tests.rules.laws import row


def flat(percent: str) -> RateOn:
    """The same rate for ever."""
    return lambda _: Quoted(Decimal(percent), "fixed")


def eur(text: str) -> Money:
    return Money.parse(f"{text} EUR")


def d(text: str) -> date:
    return date.fromisoformat(text)


# --- the three roundings ----------------------------------------------------------------------------------------------


def test_each_line_is_rounded_or_the_day_or_the_sum() -> None:
    """1000 at 10 %, 10 days of June and 10 of July: 2.7397 twice, 2.74 a line; a day is 0.27; the sum 5.48."""
    due, through = d("2026-06-20"), d("2026-07-10")
    by_line, by_day, by_sum = (
        accrue(eur("1000.00"), due, through, flat("10"), method=Method(rounding=mode))
        for mode in ("period", "daily", "total")
    )
    assert [str(p.amount) for p in by_line.periods] == ["2.74 EUR", "2.74 EUR"]
    assert by_day.accrued == eur("5.40")
    assert by_sum.accrued == eur("5.48")


def test_lines_of_a_rounded_sum_still_add_up() -> None:
    """100 at 10 % for 2 and 2 days: 0.0548 twice; rounded sums 0.05 and 0.11 leave lines of 0.05 and 0.06."""
    working = accrue(eur("100.00"), d("2026-06-28"), d("2026-07-02"), flat("10"), method=Method(rounding="total"))
    assert [str(p.amount) for p in working.periods] == ["0.05 EUR", "0.06 EUR"]
    assert working.accrued == eur("0.11")


def test_the_formula_says_how_each_line_is_reckoned() -> None:
    assert formula(Method(), "EUR") == "base x rate x days / 365, calendar days, each line rounded to 0.01 EUR"
    assert "months of thirty" in formula(Method("30-360", "daily", "yearly"), "EUR")
    assert "rounded to 1 JPY" in formula(Method(), "JPY")


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "last", "actual", "thirty"),
    [
        ("2024-02-28", "2024-03-01", 2, 3),  # over 29 February; months of thirty: from the 28th to the 31st
        ("2026-01-30", "2026-01-31", 1, 0),  # the 31st does not count
        ("2026-01-31", "2026-07-31", 181, 180),
        ("2026-12-31", "2027-12-31", 365, 360),
        ("2027-12-31", "2028-12-31", 366, 360),
    ],
)
def test_days_are_counted_by_the_calendar_or_by_months_of_thirty(start, last, actual, thirty) -> None:
    assert days_between("act-365", d(start), d(last)) == actual
    assert days_between("30-360", d(start), d(last)) == thirty


def test_a_leap_year_bears_366_days_of_365() -> None:
    """1000 at 10 % over the 366 days of 2028: 100.27, not 100.00 (Italy divides by 36500 in leap years as well)."""
    assert simple(eur("1000.00"), Decimal(10), 366, Method()) == eur("100.27")


@settings(deadline=None)
@given(st.dates(d("2015-01-01"), d("2035-12-31")), st.integers(0, 2000), st.integers(0, 2000))
def test_months_of_thirty_add_up_wherever_they_are_cut(start: date, first: int, second: int) -> None:
    middle = date.fromordinal(start.toordinal() + first)
    end = date.fromordinal(middle.toordinal() + second)
    parts = days_between("30-360", start, middle) + days_between("30-360", middle, end)
    assert parts == days_between("30-360", start, end)


# --- half-years, frozen rates, compounding ----------------------------------------------------------------------------


def test_an_english_rate_stays_that_of_the_first_day() -> None:
    """SI 2002/1675: interest that starts in December 2022 keeps 1.25 + 8 through 2023, when Bank Rate was 3.5 to 5."""
    rate = rate_of(row("GB"), shipped())
    assert rate is not None
    frozen = Method(frozen_at_start=True)
    working = accrue(Money.parse("1000.00 GBP"), d("2022-12-01"), d("2023-12-01"), rate, method=frozen)
    assert [(str(p.percent), p.days, str(p.amount)) for p in working.periods] == [("9.25", 365, "92.50 GBP")]


def test_dutch_interest_of_a_full_year_bears_interest() -> None:
    """BW 6:119: 1000 at 10 %: 100 after the first year (in two half-years 49.59 + 50.41), then 10 % of 1100."""
    working = accrue(eur("1000.00"), d("2024-12-31"), d("2026-12-31"), flat("10"), method=Method(compounding="yearly"))
    assert [(str(on), str(amount)) for on, amount in working.added] == [
        ("2025-12-31", "100.00 EUR"),
        ("2026-12-31", "110.00 EUR"),
    ]
    assert [str(p.base) for p in working.periods] == ["1000.00 EUR"] * 2 + ["1100.00 EUR"] * 2
    assert working.accrued == eur("210.00")


def test_a_year_that_began_on_29_february_is_full_on_the_28th() -> None:
    working = accrue(eur("1000.00"), d("2024-02-29"), d("2025-03-31"), flat("10"), method=Method(compounding="yearly"))
    assert [str(on) for on, _ in working.added] == ["2025-02-28"]


# --- floors and contract rates ----------------------------------------------------------------------------------------


def test_a_contract_s_rate_is_lifted_to_three_times_the_legal_rate() -> None:
    """C. com. L441-10 II: 8 % against 3 x 4.92 in the second half of 2024, and against 3 x 2.62 in 2026."""
    rate = rate_of(row("FR"), shipped(), Decimal("8.00"))
    assert rate is not None
    assert rate(half_year("2024-H2")).percent == Decimal("14.76")
    assert "3 x fr-legal-professional of 2024-H2, 4.92 %" in rate(half_year("2024-H2")).words
    assert rate(half_year("2026-H1")).percent == Decimal("8.00")


def test_a_silent_contract_keeps_the_default_even_below_the_floor() -> None:
    """Whether the floor lifts the default of 14.25 % in late 2024 is not settled: it is not lifted."""
    rate = rate_of(row("FR"), shipped())
    assert rate is not None
    assert rate(half_year("2024-H2")).percent == Decimal("14.25")


def test_a_floor_that_is_not_known_stops_the_contract_s_rate() -> None:
    """The arrêté of June 2026 was not found."""
    rate = rate_of(row("FR"), shipped(), Decimal("12.00"))
    assert rate is not None
    with pytest.raises(RateUnknown, match="relance rates add fr-legal-professional 2026-H2"):
        rate(half_year("2026-H2"))


def test_a_swiss_contract_below_five_percent_gives_way() -> None:
    """OR 104: 5 % even where less was agreed; more stays."""
    low, high = (rate_of(row("CH"), shipped(), Decimal(agreed)) for agreed in ("3.00", "7.00"))
    assert low is not None
    assert high is not None
    assert low(half_year("2026-H2")).percent == Decimal("5.00")
    assert high(half_year("2026-H2")).percent == Decimal("7.00")


def test_in_canada_only_the_contract_gives_a_rate() -> None:
    assert rate_of(row("CA"), shipped()) is None
    agreed = rate_of(row("CA"), shipped(), Decimal("12.00"))
    assert agreed is not None
    assert agreed(half_year("2027-H1")).percent == Decimal("12.00")


# --- money that comes in ----------------------------------------------------------------------------------------------


def test_a_payment_still_bears_interest_on_its_own_day() -> None:
    paid = Paydown(d("2026-02-10"), eur("1000.00"))
    working = accrue(eur("1000.00"), d("2026-01-31"), d("2026-06-30"), flat("10"), paydowns=[paid])
    assert [(str(p.last), p.days) for p in working.periods] == [("2026-02-10", 10)]
    assert (working.owed, working.principal_left) == (eur("2.74"), eur("0.00"))


@pytest.mark.parametrize("on", ["2025-12-20", "2026-01-15", "2026-01-31"])
def test_what_was_paid_by_the_due_date_bears_nothing(on: str) -> None:
    """Before the issue, before the due date, on it."""
    paid = Paydown(d(on), eur("400.00"))
    working = accrue(eur("1000.00"), d("2026-01-31"), d("2026-02-10"), flat("10"), paydowns=[paid])
    assert [str(p.base) for p in working.periods] == ["600.00 EUR"]


def test_what_is_paid_too_much_is_told_and_bears_nothing() -> None:
    paid = Paydown(d("2026-02-10"), eur("1200.00"))
    working = accrue(eur("1000.00"), d("2026-01-31"), d("2026-06-30"), flat("10"), paydowns=[paid])
    assert working.applied[0].interest == eur("2.74")  # after the principal, what the delay had cost
    assert working.applied[0].left == eur("197.26")
    assert working.owed == eur("0.00")


def test_costs_come_before_interest_and_principal_where_the_law_says_so() -> None:
    """BGB 367: of 100 EUR, 40 pay costs, 8.22 interest (30 days of 1000 at 10 %), 51.78 principal."""
    paid = Paydown(d("2026-03-02"), eur("100.00"), ("costs", "interest", "principal"))
    working = accrue(eur("1000.00"), d("2026-01-31"), d("2026-03-02"), flat("10"), paydowns=[paid], costs=eur("40.00"))
    applied = working.applied[0]
    assert (applied.costs, applied.interest, applied.principal) == (eur("40.00"), eur("8.22"), eur("51.78"))
    assert (working.owed, working.costs_left) == (eur("0.00"), eur("0.00"))


# --- odd input --------------------------------------------------------------------------------------------------------


def test_nothing_is_reckoned_on_nothing_nor_before_the_delay() -> None:
    assert accrue(eur("0.00"), d("2026-01-31"), d("2026-06-30"), flat("10")).periods == ()
    assert accrue(eur("10.00"), d("2026-01-31"), d("2026-01-31"), flat("10")).periods == ()
    assert accrue(eur("10.00"), d("2026-01-31"), d("2025-01-31"), flat("10")).accrued == eur("0.00")


@pytest.mark.parametrize(
    ("principal", "paid"), [("-10.00 EUR", "1.00 EUR"), ("10.00 EUR", "1.00 USD"), ("10.00 EUR", "-1.00 EUR")]
)
def test_what_makes_no_sense_is_refused(principal: str, paid: str) -> None:
    with pytest.raises(NoInterest):
        accrue(
            Money.parse(principal),
            d("2026-01-31"),
            d("2026-06-30"),
            flat("10"),
            paydowns=[Paydown(d("2026-02-01"), Money.parse(paid))],
        )


@pytest.mark.parametrize(
    ("amount", "interest"), [("100000 JPY", "822 JPY"), ("1000.000 TND", "8.219 TND"), ("1000.00 EUR", "8.22 EUR")]
)
def test_every_currency_is_rounded_to_its_own_minor_unit(amount: str, interest: str) -> None:
    """30 days at 10 %: 821.9178 yen, 8.219178 dinars and euros."""
    assert str(simple(Money.parse(amount), Decimal(10), 30, Method())) == interest


def test_an_unknown_half_year_stops_the_whole_sum_and_is_named() -> None:
    rate = rate_of(row("FR"), shipped())
    assert rate is not None
    with pytest.raises(RateUnknown, match=r"ecb-refi of 2026-H2 is 2\.40 % on doubtful") as stop:
        accrue(eur("1000.00"), d("2026-05-31"), d("2026-07-01"), rate)
    assert stop.value.half_year == d("2026-07-01")
    assert accrue(eur("1000.00"), d("2026-05-31"), d("2026-06-30"), rate).accrued == eur("9.99")  # 30 days at 12.15


AMOUNTS = st.integers(0, 10**9).map(lambda minor: Money(minor, "EUR"))
DAYS = st.dates(d("2020-01-01"), d("2024-12-31"))


@settings(deadline=None)
@given(
    AMOUNTS,
    DAYS,
    st.integers(0, 1500),
    st.sampled_from(["period", "daily", "total"]),
    st.sampled_from(["none", "yearly"]),
    st.lists(st.tuples(st.integers(-100, 1600), st.integers(0, 10**8)), max_size=4),
)
def test_lines_add_up_and_nothing_is_lost(amount, due, late, rounding, compounding, paid) -> None:
    through = date.fromordinal(due.toordinal() + late)
    paydowns = [Paydown(date.fromordinal(due.toordinal() + on), Money(minor, "EUR")) for on, minor in paid]
    working = accrue(
        amount, due, through, flat("12.15"), method=Method("act-365", rounding, compounding), paydowns=paydowns
    )
    assert sum(p.amount.minor for p in working.periods) == working.accrued.minor
    spent = [part for each in working.applied for part in (each.principal, each.interest, each.left)]
    assert sum(each.minor for each in spent) == sum(p.amount.minor for p in paydowns if p.on <= through)
    assert working.principal_left.minor == amount.minor - sum(each.principal.minor for each in working.applied)
    assert 0 <= working.owed.minor <= working.accrued.minor
    days = [(p.first, p.last) for p in working.periods]
    assert all(earlier[1] < later[0] for earlier, later in pairwise(days))
