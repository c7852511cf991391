"""The published figures of receivables, each with its source; and references of ISO 11649 as the facts print them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from stdnum import iso11649

from rules.kpis import average_days_delinquent, best_possible_dso, collection_effectiveness, dso, dso_by_count_back


def D(*numbers: str) -> list[Decimal]:  # noqa: N802
    return [Decimal(each) for each in numbers]


def cents(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.01")))


def test_kpi_01_days_sales_outstanding() -> None:
    """trymesha.com: 150 000 of 1 800 000 over 365 days, printed as 30.4."""
    assert cents(dso(*D("150000", "1800000"), 365)) == "30.42"


@pytest.mark.parametrize(
    ("receivables", "months", "days", "source"),
    [
        ("212000", (("100000", 30), ("80000", 30), ("70000", 30)), "73.71", "KPI-02, trymesha.com, printed as 73.7"),
        ("2100000", (("900000", 31), ("800000", 28), ("700000", 31)), "76.71", "KPI-03, calculator7, recomputed"),
    ],
)
def test_dso_by_count_back(receivables, months, days, source) -> None:
    assert cents(dso_by_count_back(Decimal(receivables), [(Decimal(s), n) for s, n in months])) == days, source


def test_count_back_does_not_guess_beyond_the_sales_it_is_given() -> None:
    with pytest.raises(ValueError, match="give more"):
        dso_by_count_back(Decimal(100), [(Decimal(60), 30)])


@pytest.mark.parametrize(
    ("figures", "periods", "ends", "percent", "source"),
    [
        (("6200", "10890"), 3, ("6340", "3590"), "55.93", "KPI-04, CreditGuru, printed as 55.9"),
        (("100000", "1000000"), 1, ("120000", "100000"), "98.00", "KPI-05, Gaviti"),
    ],
)
def test_collection_effectiveness(figures, periods, ends, percent, source) -> None:
    assert cents(collection_effectiveness(*D(*figures), periods, *D(*ends))) == percent, source


def test_kpi_06_average_days_delinquent() -> None:
    """CreditGuru: 45 less 12 is 33."""
    assert cents(dso(*D("15000", "10000"), 30)) == "45.00"
    assert cents(best_possible_dso(*D("4000", "10000"), 30)) == "12.00"
    assert cents(average_days_delinquent(*D("15000", "4000", "10000"), 30)) == "33.00"


def test_pay_01_and_pay_02_references_of_iso_11649() -> None:
    """EPC069-12 and python-stdnum: the check of one, and the making of another (97-10 over the base and RF00)."""
    assert iso11649.is_valid("RF18539007547034")
    base = "2348231"
    check = 98 - int(base + "271500") % 97  # R is 27, F is 15
    assert f"RF{check:02d}{base}" == "RF712348231"
    assert iso11649.is_valid("RF712348231")
