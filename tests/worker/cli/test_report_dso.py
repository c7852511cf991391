"""DSO and its kin from a ledger: the published examples of the facts file, lived as invoices and payments."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from rules import facts as f
from tests.worker.cli.conftest import Run
from tests.worker.cli.scene import eur, office
from worker.turnover import Figures, figures

PARIS = ZoneInfo("Europe/Paris")


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def invoice(number: str, issued: date, units: int, due: date) -> f.Issued:
    return f.Issued(at(issued), f"R-{number}", "K-1", number, issued, due, eur(units), delivered=issued)


def paid(number: str, on: date, units: int, *of: str) -> f.Paid:
    shares = tuple(f.Share(f"R-{each}", units * 100) for each in of)
    return f.Paid(at(on), number, "C-1", eur(units), on, shares)


def of(folder: Path, facts: Iterable[f.Fact], through: date, months: int) -> Figures:
    """The euros of a ledger in which C-1 lived these facts; what the scene has of December is credited away."""
    with office(folder) as found, found.ledger.begin() as tx:
        tx.set_clock(datetime(2028, 1, 1, tzinfo=UTC))
        tx.record("C-1", facts)
        (euros,) = figures(tx, through, months, PARIS)
        return euros


def test_kpi_03_count_back_uses_up_the_latest_months_first(shop: Path) -> None:
    """calculator7: 2.1 M open after 900 (March), 800 (February) and 700 thousand (January) give 76.71 days."""
    due = date(2027, 6, 30)
    facts: list[f.Fact] = [
        invoice("J", date(2027, 1, 31), 700_000, due),
        invoice("F", date(2027, 2, 28), 800_000, due),
        invoice("M", date(2027, 3, 31), 900_000, due),
        paid("P", date(2027, 3, 10), 300_000, "J"),
        f.Credited(at(date(2026, 12, 6)), "A-1", "C-1", eur(1200), date(2026, 12, 6), (f.Share("R-F-1", 120000),)),
        f.Credited(at(date(2026, 12, 6)), "A-2", "C-1", eur(350), date(2026, 12, 6), (f.Share("R-F-2", 30000),)),
    ]
    made = of(shop, facts, date(2027, 3, 31), 3)
    # C-2's 50 EUR of the scene stand against 50 EUR of free credit of C-1
    assert (made.receivables, made.sales, made.begin) == (eur(2_100_000), eur(2_400_000), eur(0))
    assert made.dso_by_count_back == Decimal("76.71")
    assert made.dso == Decimal("78.75")  # 2.1 / 2.4 x 90 days, by hand
    assert made.current == eur(2_100_000)


def test_delinquent_days_are_those_beyond_the_best_possible(shop: Path) -> None:
    """KPI-06 (CreditGuru) in April 2027 of 30 days: 15 000 of 10 000 is 45 days, 4 000 not due 12, late 33."""
    facts = [
        invoice("A", date(2027, 3, 1), 11_000 - 1550, date(2027, 4, 1)),  # with the scene's 1550: 11 000 before April
        invoice("B", date(2027, 4, 1), 6_000, date(2027, 4, 15)),
        invoice("C", date(2027, 4, 2), 4_000, date(2027, 5, 15)),
        paid("P", date(2027, 4, 20), 6_000, "B"),
    ]
    made = of(shop, facts, date(2027, 4, 30), 1)
    assert (made.begin, made.sales, made.receivables, made.current) == (
        eur(11_000),
        eur(10_000),
        eur(15_000),
        eur(4_000),
    )
    assert (made.dso, made.best_possible_dso, made.average_days_delinquent) == (
        Decimal("45.00"),
        Decimal("12.00"),
        Decimal("33.00"),
    )
    # by hand: (11 000 + 10 000 - 15 000) / (11 000 + 10 000 - 4 000)
    assert made.collection_effectiveness == Decimal("35.29")


def test_a_day_that_has_passed_stays_as_it_was(shop: Path) -> None:
    before = of(shop, [], date(2026, 12, 31), 1)
    after = of(shop, [paid("P", date(2027, 2, 1), 1200, "F-1")], date(2026, 12, 31), 1)
    assert before == after
    assert before.receivables == eur(1550)


def test_nothing_sold_gives_no_days(shop: Path) -> None:
    made = of(shop, [], date(2027, 6, 30), 3)
    assert (made.dso, made.best_possible_dso, made.collection_effectiveness) == (None, None, Decimal("0.00"))
    assert made.sales == eur(0)


def test_the_command_says_it_for_people_and_for_machines(run: Run, shop: Path) -> None:
    document = json.loads(run("report", "dso", "--at", "2026-12-31", "--months", "1", "--format", "json").stdout)
    (euros,) = document["currencies"]
    # 1550 of 1550 in 31 days, none of it late: 31 days, all of them the best possible
    assert (euros["dso"], euros["best_possible_dso"], euros["average_days_delinquent"]) == ("31.00", "31.00", "0.00")
    assert "DSO by count-back" in run("report", "dso").output
