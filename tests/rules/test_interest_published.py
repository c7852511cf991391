"""The published and derived cases of late payment: each figure of interest, rates, dates and sums, with its source.

The ten published examples that are wrong are here as well: we differ, and say by how much.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from rules.interest import (
    Method,
    Paydown,
    Quoted,
    accrue,
    apportion,
    days_between,
    floor,
    half_percent_up,
    simple,
)
from rules.money import Money
from rules.rates import half_year, half_year_of, shipped
from rules.terms import flat_fee
from tests.rules.laws import row

ACT, DAILY, THIRTY = Method(), Method(rounding="daily"), Method("30-360")
PAYER, CREDITOR = ("principal", "interest"), ("interest", "principal")


def gbp(text: str) -> Money:
    return Money.parse(f"{text} GBP")


def eur(text: str) -> Money:
    return Money.parse(f"{text} EUR")


def at(*rates: tuple[str, str]) -> object:
    """The rate of each half-year, as the case states it."""
    table = {half_year(name): Quoted(Decimal(percent), name) for name, percent in rates}
    return lambda begins: table[begins]


# --- interest of one rate: (case, sum, rate, days, method, interest, who published it) --------------------------------

ONE_RATE = [
    ("UK-01", gbp("1000.00"), "8.50", 50, DAILY, "11.50", "GOV.UK, late commercial payments"),
    ("UK-01 unrounded", gbp("1000.00"), "8.50", 50, ACT, "11.64", "GOV.UK, late commercial payments"),
    ("UK-01 a day", gbp("1000.00"), "8.50", 1, ACT, "0.23", "GOV.UK, late commercial payments"),
    ("UK-01 a year", gbp("1000.00"), "8.50", 365, ACT, "85.00", "GOV.UK, late commercial payments"),
    ("UK-02", gbp("10000.00"), "11.75", 1, ACT, "3.22", "usewolfx.com, June 2026"),
    ("UK-03", gbp("5000.00"), "12.25", 101, DAILY, "169.68", "Paidnice"),
    ("UK-03 unrounded", gbp("5000.00"), "12.25", 101, ACT, "169.49", "Paidnice"),
    ("FR-01", eur("5000.00"), "10.00", 30, ACT, "41.10", "lesjooristes.fr"),
    ("DE-01", eur("1000.00"), "10.52", 30, ACT, "8.65", "public repository 71370876923"),
    ("DE-03", eur("1000.00"), "6.52", 30, ACT, "5.36", "public repository 68306151346, consumer rate"),
    ("DE-04", eur("10000.00"), "6.00", 210, THIRTY, "350.00", "p-konto.de"),
    ("DE-05", eur("420.00"), "8.12", 30, THIRTY, "2.84", "Bilendo"),
    ("DE-05 act", eur("420.00"), "8.12", 31, ACT, "2.90", "Bilendo, by calendar days"),
    ("DE-06", eur("10000.00"), "12.62", 30, THIRTY, "105.17", "public repository 57568036331"),
    ("AT-01", eur("1000.00"), "10.73", 30, ACT, "8.82", "public repository 68306151346"),
    ("CH-01", Money.parse("1000.00 CHF"), "5.00", 30, ACT, "4.11", "public repository 68306151346"),
    ("ES-01", eur("2300.00"), "5.00", 30, ACT, "9.45", "covline.es"),
]


@pytest.mark.parametrize(("case", "base", "rate", "days", "method", "interest", "source"), ONE_RATE)
def test_interest_is_what_was_published(case, base, rate, days, method, interest, source) -> None:
    assert str(simple(base, Decimal(rate), days, method)) == f"{interest} {base.currency}", source


def test_case_fr_02_from_1_may_to_1_july_2026() -> None:
    """A public repository (61429281494): 10 000 at 12.15 % for 61 days is 203.05."""
    assert days_between("act-365", date(2026, 5, 1), date(2026, 7, 1)) == 61
    assert simple(eur("10000.00"), Decimal("12.15"), 61, ACT) == eur("203.05")


def test_case_uk_03_with_its_fixed_sum() -> None:
    """Paidnice: 169.68 and 70.00 make 239.68."""
    fee = flat_fee(row("GB"), gbp("5000.00"))
    assert fee == gbp("70.00")
    assert simple(gbp("5000.00"), Decimal("12.25"), 101, DAILY) + fee == gbp("239.68")


@pytest.mark.parametrize(
    ("case", "debt", "fee"),
    [
        ("UK-04a", "999.99", "40.00"),
        ("UK-04b", "1000.00", "70.00"),
        ("UK-04c", "9999.99", "70.00"),
        ("UK-04d", "10000.00", "100.00"),
    ],
)
def test_cases_uk_04_fixed_sums(case: str, debt: str, fee: str) -> None:
    """GOV.UK, quoted verbatim: 40, 70 and 100 GBP."""
    assert flat_fee(row("GB"), gbp(debt)) == gbp(fee), case


def test_case_uk_05_takes_the_rate_before_the_half_year() -> None:
    """lovetts.co.uk, sgllp.co.uk: from 15 November 2017 on it is 8.25 %, though Bank Rate had risen on the 2nd."""
    reference = shipped()["boe-base"].reference(half_year_of(date(2017, 11, 15)))
    assert reference.percent + Decimal("8.00") == Decimal("8.25")


@pytest.mark.parametrize(
    ("half", "floor_", "source"),
    [("2023-H2", "12.66", "capeb09.fr"), ("2026-H1", "7.86", "legifiscal"), ("2024-H2", "14.76", "Bpifrance")],
)
def test_cases_fr_12_to_14_three_times_the_legal_rate(half: str, floor_: str, source: str) -> None:
    legal = shipped()["fr-legal-professional"].reference(half_year(half)).percent
    assert floor(Decimal("0.00"), 3 * legal) == Decimal(floor_), source


def test_case_fr_14_the_floor_is_above_the_default() -> None:
    """Bpifrance: 14.76 % against 14.25 % in the second half of 2024."""
    default = shipped()["ecb-refi"].reference(half_year("2024-H2")).percent + 10
    assert default == Decimal("14.25")
    assert floor(default, 3 * shipped()["fr-legal-professional"].reference(half_year("2024-H2")).percent) > default


def test_case_fr_15_a_partial_payment_goes_to_interest_first() -> None:
    """cours-de-droit.net on C. civ. 1343-1: of 18 000, 3 000 pay interest and 15 000 principal; 5 000 are left."""
    parts = apportion(eur("18000.00"), {"interest": 3000_00, "principal": 20000_00}, CREDITOR)
    assert parts == {"interest": 3000_00, "principal": 15000_00}


def test_case_gen_01_the_day_of_payment_counts() -> None:
    """paymentcheck.co.uk: due on 1 April, paid on 16 May, 45 days."""
    assert days_between("act-365", date(2026, 4, 1), date(2026, 5, 16)) == 45


def test_case_de_02_is_split_where_the_rate_changes() -> None:
    """A public repository (66600940105): 30 days at 10.27 % and 31 at 10.52 % on 10 000."""
    rates = at(("2026-H1", "10.27"), ("2026-H2", "10.52"))
    working = accrue(eur("10000.00"), date(2026, 5, 31), date(2026, 7, 31), rates)
    assert [(p.days, str(p.amount)) for p in working.periods] == [(30, "84.41 EUR"), (31, "89.35 EUR")]
    assert working.accrued == eur("173.76")


def test_case_de_06_has_its_fixed_sum() -> None:
    """Public repository 57568036331: 40 EUR beside the interest."""
    assert flat_fee(row("DE"), eur("10000.00")) == eur("40.00")


@pytest.mark.parametrize(
    ("half", "plus", "percent", "source"),
    [
        ("2020-H1", "8.00", "8.00", "BOE-A-2019-18736 (ES-03)"),
        ("2026-H1", "8.00", "10.15", "ECO, 16 January 2026 (PT-01)"),
        ("2024-H2", "8.00", "12.25", "Ministère de la Justice, Luxembourg (LU-01)"),
    ],
)
def test_cases_of_the_ecb_rate_and_points(half: str, plus: str, percent: str, source: str) -> None:
    assert shipped()["ecb-refi"].reference(half_year(half)).percent + Decimal(plus) == Decimal(percent), source


def test_case_es_02_of_2014_is_arithmetic_on_a_rate_that_our_table_does_not_reach() -> None:
    """BOE-A-2014-6914: 0.15 + 8 is 8.15 % for the second half of 2014; our table begins on 10 September 2014."""
    assert Decimal("0.15") + row("ES").interest.plus == Decimal("8.15")
    assert shipped()["ecb-refi"].found(half_year("2014-H2")) is None


@pytest.mark.parametrize(
    ("half", "ecb", "percent", "source"),
    [
        ("2015-H2", "0.05", "8.50", "BE-2015-H2, Schoups"),
        ("2024-H2", "4.25", "12.50", "BE-2024-H2, Forum for the Future"),
        ("2026-H1", "2.15", "10.50", "BE-2026-H1, Embuild"),
        ("2021-H1", "0.00", "8.00", "BE-2021-H1, phc-expert.be"),
    ],
)
def test_cases_be_are_rounded_up_to_the_half_percent(half: str, ecb: str, percent: str, source: str) -> None:
    assert half_percent_up(Decimal(ecb) + 8) == Decimal(percent), source
    assert shipped()["be-b2b-reference"].reference(half_year(half)).percent == Decimal(percent), source


# --- derived cases ----------------------------------------------------------------------------------------------------


def test_case_der_01_two_half_years_at_the_french_default() -> None:
    rates = at(("2026-H1", "12.15"), ("2026-H2", "12.40"))
    working = accrue(eur("12000.00"), date(2026, 5, 31), date(2026, 8, 29), rates)
    lines = [(str(p.first), str(p.last), p.days, str(p.percent), str(p.amount)) for p in working.periods]
    assert lines == [
        ("2026-06-01", "2026-06-30", 30, "12.15", "119.84 EUR"),
        ("2026-07-01", "2026-08-29", 60, "12.40", "244.60 EUR"),
    ]
    assert working.accrued == eur("364.44")
    assert flat_fee(row("FR"), eur("12000.00")) == eur("40.00")


@pytest.mark.parametrize(
    ("order", "second", "accrued", "owed", "base"),
    [
        (PAYER, "130.45", "333.50", "333.50", "6000.00"),  # DER-02a, the correct version of RJ-01
        (CREDITOR, "134.87", "337.92", "134.87", "6203.05"),  # DER-02b, C. civ. 1343-1
    ],
)
def test_cases_der_02_a_partial_payment_in_both_orders(order, second, accrued, owed, base) -> None:
    """61 days at 12.15 % up to the day of the payment, the last of the half-year; then 64 days at 12.40 %."""
    paid = Paydown(date(2026, 6, 30), eur("4000.00"), order)
    rates = at(("2026-H1", "12.15"), ("2026-H2", "12.40"))
    due, through = date(2026, 6, 30) - timedelta(days=61), date(2026, 6, 30) + timedelta(days=64)
    working = accrue(eur("10000.00"), due, through, rates, paydowns=[paid])
    assert [p.days for p in working.periods] == [61, 64]
    assert [str(p.amount) for p in working.periods] == ["203.05 EUR", f"{second} EUR"]
    assert (working.accrued, working.owed) == (eur(accrued), eur(owed))
    assert working.periods[-1].base == eur(base)


# --- published and wrong: we differ -----------------------------------------------------------------------------------

REJECTED = [
    ("RJ-01", "6000.00", "12.40", 64, "210.63", "130.45", "public repository 61429281494"),
    ("RJ-02", "2000.00", "13.25", 45, "32.66", "32.67", "toolfy.io"),
    ("RJ-03", "3000.00", "8.00", 30, "19.76", "19.73", "biancolavoro.it"),
    ("RJ-04", "1000.00", "3.75", 120, "12.38", "12.33", "emprendepyme.net"),
]


@pytest.mark.parametrize(("case", "base", "rate", "days", "printed", "right", "source"), REJECTED)
def test_a_wrong_example_is_not_reproduced(case, base, rate, days, printed, right, source) -> None:
    ours = simple(eur(base), Decimal(rate), days, ACT)
    assert ours == eur(right), source
    assert ours != eur(printed), source


def test_rj_05_a_basiszinssatz_of_1_77_is_not_in_our_table() -> None:
    """Klotzkette prints 1.77 for the second half of 2025; it was 1.27."""
    assert shipped()["bundesbank-base"].reference(half_year("2025-H2")).percent == Decimal("1.27")


def test_rj_06_and_rj_08_the_legal_rates_are_those_of_professionals_and_no_ecb_rates() -> None:
    """calculTIL prints 3.13, 3.15, 4.47 and 4.92 (rates of individuals); exeoffice calls the legal rate the ECB's."""
    professional, individual, ecb = (
        shipped()[name] for name in ("fr-legal-professional", "fr-legal-individual", "ecb-refi")
    )
    halves = [half_year(name) for name in ("2022-H1", "2022-H2", "2023-H1", "2023-H2")]
    assert [str(professional.reference(each).percent) for each in halves] == ["0.76", "0.77", "2.06", "4.22"]
    assert [str(individual.reference(each).percent) for each in halves[:3]] == ["3.13", "3.15", "4.47"]
    assert all(ecb.reference(each).percent != professional.reference(each).percent for each in halves)
    doubtful = professional.found(half_year("2024-H1"))
    assert doubtful is not None
    assert (str(doubtful.percent), doubtful.confidence) == ("5.07", "X")  # a conflict kept open


def test_rj_07_the_rate_of_1_july_counts_not_the_cut_of_september() -> None:
    """propulsebyca.fr uses 13.65 % for the second half of 2024; it was 4.25 + 10."""
    assert shipped()["ecb-refi"].reference(half_year("2024-H2")).percent + 10 == Decimal("14.25")


def test_rj_10_the_italian_sum_is_40_whatever_the_debt() -> None:
    """fatturaavvocato.it prints 40, 70 and 100 by amount."""
    assert {flat_fee(row("IT"), eur(debt)) for debt in ("10.00", "5000.00", "50000.00")} == {eur("40.00")}
