"""The published rates: what must hold between them, what is not sure, and a reader that lets nothing pass."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rules.diagnostics import render
from rules.rates import Rate, RateUnknown, following, half_year, half_year_of, name_of, shipped
from rules.rates.checks import disagreements, endings
from rules.rates.reading import table

TODAY = date(2026, 11, 25)
HALVES = [f"{year}-H{half}" for year in range(2015, 2027) for half in (1, 2)]

# Law-and-finance facts, section 3: ECB, 3 x legal (professionals), Basiszinssatz, Belgium, Bank of England's reference.
PUBLISHED = """
2015-H1 0.05 2.79 -0.83 8.50 0.50
2016-H2 0.00 2.79 -0.88 8.00 0.50
2017-H1 0.00 2.70 -0.88 8.00 0.25
2018-H2 0.00 2.64 -0.88 8.00 0.50
2020-H2 0.00 2.52 -0.88 8.00 0.10
2022-H2 0.00 2.31 -0.88 8.00 1.25
2023-H1 2.50 6.18 1.62 10.50 3.50
2023-H2 4.00 12.66 3.12 12.00 5.00
2024-H2 4.25 14.76 3.37 12.50 5.25
2025-H1 3.15 11.13 2.27 11.50 4.75
2025-H2 2.15 8.28 1.27 10.50 4.25
2026-H1 2.15 7.86 1.27 10.50 3.75
"""


@pytest.mark.parametrize("line", PUBLISHED.strip().splitlines(), ids=lambda line: line[:7])
def test_a_half_year_has_its_published_rates(line: str) -> None:
    name, *figures = line.split()
    ecb, legal, german, belgian, english = (
        shipped()[each].reference(half_year(name)).percent
        for each in ("ecb-refi", "fr-legal-professional", "bundesbank-base", "be-b2b-reference", "boe-base")
    )
    assert [ecb, 3 * legal, german, belgian, english] == [Decimal(each) for each in figures]


@pytest.mark.parametrize("name", HALVES)
def test_the_basiszinssatz_is_the_ecb_s_rate_less_0_88(name: str) -> None:
    ecb, german = (shipped()[each].found(half_year(name)) for each in ("ecb-refi", "bundesbank-base"))
    assert ecb is not None
    assert german is not None
    assert german.percent == ecb.percent - Decimal("0.88")


@pytest.mark.parametrize("name", HALVES)
def test_the_english_reference_is_bank_rate_on_the_eve(name: str) -> None:
    """The rate of the change that came last before 1 January or 1 July."""
    boe, begins = shipped()["boe-base"], half_year(name)
    eve = max((rate for rate in boe.rates if rate.since < begins), key=lambda rate: rate.since)
    assert boe.found(begins) == eve


def test_the_shipped_tables_contradict_each_other_nowhere() -> None:
    assert list(disagreements(shipped(), TODAY)) == []


def test_a_table_that_was_copied_wrongly_is_found() -> None:
    wrong = {date(2025, 7, 1): Rate(date(2025, 7, 1), Decimal("1.77"), "stated")}
    tables = {**shipped(), "bundesbank-base": shipped()["bundesbank-base"].adding(wrong)}
    assert list(disagreements(tables, TODAY)) == [
        "bundesbank-base of 2025-H2 is 1.77 %, and by ecb-refi, 2.15 %, it would be 1.27 %"
    ]


# --- what is not sure -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "half", "why"),
    [
        ("ecb-refi", "2026-H2", "2.40 % on doubtful sources only"),
        ("boe-base", "2026-H2", "3.75 % on doubtful sources only"),
        ("fr-legal-professional", "2026-H2", "is not known"),
        ("fr-legal-professional", "2018-H1", "0.89 % on doubtful sources only"),
        ("ecb-refi", "2027-H1", "is not known"),
        ("bundesbank-base", "2027-H1", "is not known"),
        ("ecb-refi", "2014-H1", "is not known"),
    ],
)
def test_what_is_not_sure_stops_and_never_falls_back(name: str, half: str, why: str) -> None:
    with pytest.raises(RateUnknown) as stop:
        shipped()[name].reference(half_year(half))
    assert why in str(stop.value)
    assert f"relance rates add {name} {half}" in str(stop.value)


def test_what_somebody_states_is_used_for_its_half_year_only() -> None:
    stated = shipped()["ecb-refi"].adding({half_year("2026-H2"): Rate(half_year("2026-H2"), Decimal("2.40"), "stated")})
    assert stated.reference(half_year("2026-H2")).percent == Decimal("2.40")
    assert stated.ends == half_year("2027-H1")
    with pytest.raises(RateUnknown):
        stated.reference(half_year("2027-H1"))


def test_the_end_of_a_table_is_told_two_months_before() -> None:
    stated = shipped()["ecb-refi"].adding({half_year("2026-H2"): Rate(half_year("2026-H2"), Decimal("2.40"), "stated")})
    assert list(endings({"ecb-refi": stated}, date(2026, 10, 30))) == []
    assert list(endings({"ecb-refi": stated}, date(2026, 10, 31))) == ["ecb-refi is not known from 2027-H1 on"]


# --- half-years -------------------------------------------------------------------------------------------------------


def test_half_years_have_names_and_follow_each_other() -> None:
    assert name_of(half_year_of(date(2026, 6, 30))) == "2026-H1"
    assert name_of(half_year_of(date(2026, 7, 1))) == "2026-H2"
    assert following(date(2026, 7, 1)) == date(2027, 1, 1)
    for wrong in ("2026-H3", "2026", "26-H1", "2026-S1", ""):
        with pytest.raises(ValueError, match="is not a half-year"):
            half_year(wrong)


# --- the reader -------------------------------------------------------------------------------------------------------

GOOD = """\
id: test-rate
title: A rate
publisher: A bank
read: first-day
complete_until: 2026-12-31
as_of: 2026-11-23
sources: {WHERE: "a page"}
rates:
  - {from: 2026-01-01, rate: 1.00%, confidence: A, sources: [WHERE]}
  - {from: 2026-07-01, rate: -0.50%, confidence: B, sources: [WHERE]}
"""


def test_a_good_table_is_read() -> None:
    made, found = table(GOOD.encode(), "rates/test.yaml")
    assert found == []
    assert made is not None
    assert made.reference(date(2026, 7, 1)) == Rate(date(2026, 7, 1), Decimal("-0.50"), "B", ("WHERE",))


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("publisher: A bank\n", "", "missing: 'publisher'"),
        ("title:", "titel:", "unknown key 'titel'"),
        ("first-day", "last-day", "'last-day' is not allowed here"),
        ("2026-12-31", "2026-12-32", "'2026-12-32' is not a real date"),
        ("1.00%", "1.0", "'1.0' is not a rate such as 2.15%"),
        ("1.00%", "1,00%", "decimals take a dot"),
        ("confidence: A", "confidence: D", "'D' is not allowed here"),
        ("confidence: A, ", "", "missing: 'confidence'"),
        ("sources: [WHERE]}\n  - {from: 2026-07", "sources: [THERE]}\n  - {from: 2026-07", "no source 'THERE' above"),
        ("2026-07-01", "2026-01-01", "2026-01-01 does not come after 2026-01-01"),
        ("sources: [WHERE]}\n  - {from: 2026-07", "sources: []}\n  - {from: 2026-07", "a list of sources is needed"),
    ],
)
def test_a_bad_table_is_refused_where_it_is_wrong(was: str, now: str, said: str) -> None:
    assert was in GOOD
    made, found = table(GOOD.replace(was, now, 1).encode(), "rates/test.yaml")
    assert made is None
    assert said in render(found, {})
