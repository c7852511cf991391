"""The least rate that French law lets a contract fix: 3 x the legal rate (FR-12 to FR-14 of the facts file)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rules.law.floors import too_low
from rules.rates import Rate, shipped
from rules.terms import LEGAL


@pytest.mark.parametrize(
    ("day", "least"),
    [("2023-09-30", "12.66"), ("2026-03-01", "7.86"), ("2024-12-31", "14.76")],
    ids=["FR-12 CAPEB", "FR-13 legifiscal", "FR-14 Bpifrance"],
)
def test_the_floor_is_three_times_the_legal_rate(day: str, least: str) -> None:
    on = date.fromisoformat(day)
    assert too_low("FR", Decimal(least), shipped(), on) is None
    assert f"legal rate of {on.year}" in str(too_low("FR", Decimal(least) - Decimal("0.01"), shipped(), on))


def test_a_half_year_that_is_not_known_says_so_until_it_is_stated() -> None:
    """The legal rate of the second half of 2026 was not found (facts file, section 0)."""
    said = too_low("FR", Decimal(1), shipped(), date(2026, 11, 28))
    assert said == "1 % is below three times the legal rate of 2026-H1, 7.86 %; 2026-H2 is not known yet"
    half_year = date(2026, 7, 1)
    stated = {LEGAL: shipped()[LEGAL].adding({half_year: Rate(half_year, Decimal("0.30"), "stated")})}
    assert too_low("FR", Decimal(1), stated, date(2026, 11, 28)) is None


def test_other_laws_have_no_such_floor() -> None:
    assert too_low("DE", Decimal(1), shipped(), date(2026, 3, 1)) is None
