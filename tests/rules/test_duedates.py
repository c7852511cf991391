"""When money falls due: the published cases with their sources, and dates that are odd."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.duedates import day_of_month, discount, due_date, instalments
from rules.facts import Discount, Net
from rules.money import Money
from tests.rules.laws import rulebook

A, B = Net(45, "after"), Net(45, "before")

CASES = [
    ("FR-03", "2023-01-15", A, "2023-03-31", "solon.law"),
    ("FR-03 leap", "2024-01-15", A, "2024-02-29", "solon.law's rule, computed (DER-03)"),
    ("FR-04", "2023-01-15", B, "2023-03-17", "solon.law, CEPC"),
    ("FR-05", "2023-02-15", A, "2023-04-30", "expertfiscal.fr"),
    ("FR-06", "2011-10-05", A, "2011-11-30", "Scribd, calcul date échéance"),
    ("FR-07", "2011-10-05", B, "2011-12-15", "Scribd, calcul date échéance"),
    ("FR-08", "2011-10-22", A, "2011-12-31", "Scribd, which prints the 30th"),
    ("FR-09", "2017-11-08", Net(30), "2017-12-08", "Scribd, calcul date échéance"),
    ("FR-10", "2011-10-07", Net(45), "2011-11-21", "Scribd, calcul date échéance"),
    ("FR-11", "2011-10-07", Net(60), "2011-12-06", "Scribd, calcul date échéance"),
    ("DER-04", "2026-11-10", B, "2027-01-14", "derived: beyond 60 days, and lawful"),
    ("DER-04 net", "2026-11-10", Net(60), "2027-01-09", "derived"),
]


@pytest.mark.parametrize(("case", "issued", "net", "due", "source"), CASES, ids=[each[0] for each in CASES])
def test_a_published_due_date(case: str, issued: str, net: Net, due: str, source: str) -> None:
    assert due_date(date.fromisoformat(issued), net) == date.fromisoformat(due), source


@pytest.mark.parametrize(("issued", "due"), [("2023-01-02", "2023-03-17"), ("2024-01-02", "2024-03-16")])
def test_rj_09_forty_five_days_from_31_january_are_no_15_march(issued: str, due: str) -> None:
    """blog.macompta.fr prints 15 March."""
    assert due_date(date.fromisoformat(issued), B) == date.fromisoformat(due)


# --- other terms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issued", "net", "due"),
    [
        ("2027-01-10", Net(0), "2027-01-10"),
        ("2027-01-15", Net(30, day=10), "2027-03-10"),  # 14 February, then the 10th that follows
        ("2027-01-11", Net(30, day=10), "2027-02-10"),  # it is the 10th
        ("2027-01-15", Net(30, "after", day=10), "2027-03-10"),  # end of February, the 10th of March
        ("2027-12-15", Net(30, day=31), "2028-01-31"),
        ("2028-01-30", Net(30, day=31), "2028-02-29"),
        ("2024-02-29", Net(365), "2025-02-28"),
    ],
)
def test_days_ends_of_months_and_fixed_days(issued: str, net: Net, due: str) -> None:
    assert due_date(date.fromisoformat(issued), net) == date.fromisoformat(due)


def test_days_may_count_from_the_receipt_which_must_be_known() -> None:
    net = Net(30, runs_from="receipt")
    assert due_date(date(2027, 1, 4), net, received=date(2027, 1, 11)) == date(2027, 2, 10)
    with pytest.raises(ValueError, match="receipt"):
        due_date(date(2027, 1, 4), net)


@pytest.mark.parametrize(("weekend", "due"), [("kept", 14), ("next", 15), ("previous", 12)])
def test_a_sunday_stays_or_moves_as_the_terms_say(weekend, due: int) -> None:
    """30 days after 15 January 2027 is Sunday 14 February (BGB 193 moves it; C. com. L441-10 says nothing)."""
    assert due_date(date(2027, 1, 15), Net(30, weekend=weekend)) == date(2027, 2, due)


def test_a_holiday_moves_like_a_weekend_where_a_calendar_is_given() -> None:
    """1 January 2027 is a Friday and a holiday in France: the next working day is Monday the 4th."""
    calendar = rulebook().calendars["fr-paris"]
    net = Net(30, weekend="next")
    assert due_date(date(2026, 12, 2), net) == date(2027, 1, 1)
    assert due_date(date(2026, 12, 2), net, calendar=calendar) == date(2027, 1, 4)


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 31))
def test_the_nth_of_a_month_is_the_first_that_comes(day: date, number: int) -> None:
    found = day_of_month(day, number)
    assert 0 <= (found - day).days <= 31
    assert found.day == number or (found.day < number and date.fromordinal(found.toordinal() + 1).day == 1)


# --- discounts and instalments ----------------------------------------------------------------------------------------


def test_a_discount_is_a_date_and_a_sum() -> None:
    """2 % within 10 days of 1234.56: 24.69 off."""
    offer = discount(date(2027, 1, 25), Net(30, discount=Discount(Decimal("2.00"), 10)), Money.parse("1234.56 EUR"))
    assert offer is not None
    assert (str(offer.until), str(offer.off), str(offer.pays)) == ("2027-02-04", "24.69 EUR", "1209.87 EUR")
    assert discount(date(2027, 1, 25), Net(30), Money.parse("1234.56 EUR")) is None


def test_instalments_make_up_the_whole() -> None:
    """30 % and the rest, of 1001 yen."""
    parts = instalments(Money.parse("1001 JPY"), (Decimal(30), Decimal(70)))
    assert [str(part) for part in parts] == ["300 JPY", "701 JPY"]


@pytest.mark.parametrize("shares", [(Decimal(50), Decimal(49)), (Decimal(110), Decimal(-10)), (Decimal(99),)])
def test_shares_that_make_no_whole_are_refused(shares) -> None:
    with pytest.raises(ValueError, match="make 100 %"):
        instalments(Money.parse("100.00 EUR"), shares)
