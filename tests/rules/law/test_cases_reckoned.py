"""The published cases once more, reckoned from the facts file itself: what it expects is what comes out.

The other tests hold the values themselves and name their sources; here nothing was copied. Skipped without the facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from stdnum import iso11649

from rules.duedates import due_date
from rules.facts import Net
from rules.interest import Method, apportion, days_between, floor, half_percent_up, simple
from rules.kpis import average_days_delinquent, best_possible_dso, collection_effectiveness, dso, dso_by_count_back
from rules.money import Money
from rules.rates import half_year_of, shipped
from rules.terms import flat_fee
from tests.rules.law.test_cases_named import FACTS, cases
from tests.rules.laws import row
from worker.documents.invoice import reference

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not FACTS.is_file(), reason="the facts are not at hand")]
Case = dict[str, Any]
CENT = Decimal("0.01")


def cents(value: Decimal) -> str:
    return str(value.quantize(CENT))


def euros(text: str) -> Money:
    return Money.parse(f"{text} EUR")


def interest(given: Case) -> Case:
    days, base, rate = given["days"], euros(given["principal"]), Decimal(given["rate_pct"])
    count = "30-360" if given["day_count"] == "30/360" else "act-365"
    exact, daily = Method(count), Method(count, "daily")
    chosen = daily if "rounding" in given else exact
    compensation = flat_fee(row("GB"), Money(base.minor, "GBP"))
    said = {
        "interest": simple(base, rate, days, chosen),
        "unrounded": simple(base, rate, days, exact),
        "daily": simple(base, rate, 1, exact),
        "annual": simple(base, rate, 365, exact),
        "compensation": compensation,
        "total": simple(base, rate, days, chosen) + Money(compensation.minor if compensation else 0, "EUR"),
        "fixed_sum": flat_fee(row("DE"), base),
    }
    return {name: cents(value.amount) for name, value in said.items() if value is not None}


def split(given: Case) -> Case:
    parts = [simple(euros(given["principal"]), Decimal(rate), days, Method()) for rate, days in given["segments"]]
    return {"segments": [cents(part.amount) for part in parts], "interest": cents(sum(part.amount for part in parts))}


def rate(given: Case) -> Case:
    if "starts" in given:
        known = shipped()["boe-base"].reference(half_year_of(date.fromisoformat(given["starts"]))).percent
        return {"rate_pct": cents(known + 8)}
    return {"rate_pct": cents(Decimal(given["mro"]) + 8)}


def due(given: Case) -> Case:
    days, how = re.fullmatch(r"(\d+) (net|FDM A|FDM B)", given["rule"]).groups()  # type: ignore[union-attr]
    net = Net(int(days), {"net": None, "FDM A": "after", "FDM B": "before"}[how])  # type: ignore[arg-type]
    return {"due": str(due_date(date.fromisoformat(given["invoice"]), net))}


def partial(given: Case) -> Case:
    owed = {"interest": euros(given["interest"]).minor, "principal": euros(given["principal"]).minor}
    went = apportion(euros(given["payment"]), owed, ("interest", "principal"))  # type: ignore[arg-type]
    left = owed["principal"] - went["principal"]
    said = {"interest_paid": went["interest"], "principal_paid": went["principal"], "principal_left": left}
    return {name: cents(Money(minor, "EUR").amount) for name, minor in said.items()}


def legal(given: Case) -> Case:
    half = date(int(given["semester"][:4]), 1 if given["semester"].endswith("1") else 7, 1)
    default = shipped()["ecb-refi"].reference(half).percent + 10
    return {"floor_pct": cents(floor(Decimal(0), 3 * Decimal(given["legal_pct"]))), "default_pct": cents(default)}


def numbers(given: Case, *names: str) -> list[Decimal]:
    return [Decimal(given[name]) for name in names]


def add(given: Case) -> Case:
    receivables, current, sales = numbers(given, "ar", "current", "sales")
    said = {
        "dso": dso(receivables, sales, given["days"]),
        "bpdso": best_possible_dso(current, sales, given["days"]),
        "add": average_days_delinquent(receivables, current, sales, given["days"]),
    }
    return {name: cents(value) for name, value in said.items()}


RECKONED: dict[str, Callable[[Case], Case]] = {
    "interest": interest,
    "interest_split": split,
    "reference_rate": rate,
    "due_date": due,
    "partial_payment": partial,
    "floor": legal,
    "add": add,
    "uk_compensation": lambda g: {"compensation": cents(flat_fee(row("GB"), Money.parse(f"{g['debt']} GBP")).amount)},
    "day_count": lambda g: {
        "days": days_between("act-365", *(date.fromisoformat(g[name]) for name in ("due", "paid")))
    },
    "be_rounding": lambda g: {"rate_pct": cents(half_percent_up(Decimal(g["mro"]) + 8))},
    "dso_simple": lambda g: {"days": cents(dso(*numbers(g, "ar", "sales"), g["days"]))},
    "dso_countback": lambda g: {
        "days": cents(dso_by_count_back(Decimal(g["ar"]), [(Decimal(sales), days) for sales, days in g["months"]]))
    },
    "cei": lambda g: {
        "pct": cents(
            collection_effectiveness(*numbers(g, "beg_ar", "sales"), g["n"], *numbers(g, "end_total", "end_current"))
        )
    },
    "rf_check": lambda g: {"valid": iso11649.is_valid(g["ref"])},
    "rf_make": lambda g: {"ref": reference(g["base"])},
}


@pytest.mark.parametrize("case", cases("acceptance_cases") if FACTS.is_file() else [], ids=lambda case: case["id"])
def test_the_case_comes_out_as_it_was_published(case: Case) -> None:
    found = RECKONED[case["kind"]](case["input"])
    assert {name: found[name] for name in case["expected"]} == case["expected"], case["source"]
