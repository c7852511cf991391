"""The longest terms of each law, at their limits; and that every rule of law says where it comes from."""

from __future__ import annotations

from datetime import date

import pytest

from rules.facts import Net
from rules.law.caps import CAPS, beyond, beyond_by_date
from rules.lint import LAW

A, B = "after", "before"


@pytest.mark.parametrize(
    ("law", "net", "periodic", "lawful"),
    [
        ("FR", Net(60), False, True),  # C. com. L441-10 I
        ("FR", Net(61), False, False),
        ("FR", Net(45, A), False, True),  # both countings, DGCCRF and CEPC, even beyond 60 days
        ("FR", Net(45, B), False, True),
        ("FR", Net(46, A), False, False),
        ("FR", Net(60, A), False, False),  # expertfiscal.fr: "60 jours fin de mois" is unlawful
        ("FR", Net(45), True, True),  # periodic invoices: 45 days, no end of month in the text
        ("FR", Net(46), True, False),
        ("FR", Net(30, A), True, False),
        ("FR", Net(30, day=10), False, True),
        ("FR", Net(45, day=10), False, False),  # up to 75 days
        ("DE", Net(60), False, True),  # BGB 271a
        ("DE", Net(90), False, False),
        ("BE", Net(30, A), False, True),
        ("BE", Net(31, A), False, False),
        ("AT", Net(60), False, True),  # the directive's limit, art. 3 (5)
        ("AT", Net(90), False, False),
        ("CH", Net(120), False, True),  # OR knows no limit
        ("US", Net(120), False, True),  # no limit is known
    ],
)
def test_terms_are_lawful_up_to_their_limit(law: str, net: Net, periodic: bool, lawful: bool) -> None:
    assert (beyond(law, net, periodic=periodic) is None) is lawful


@pytest.mark.parametrize(
    ("law", "issued", "due", "lawful"),
    [
        ("FR", "2026-11-10", "2027-01-09", True),  # 60 days: DER-04 of the facts file
        ("FR", "2026-11-10", "2027-01-14", True),  # DER-04: end of November + 45 days
        ("FR", "2026-11-10", "2027-01-15", False),
        ("FR", "2011-10-22", "2011-12-31", True),  # FR-08: 45 days, then the end of the month
        ("LU", "2026-11-10", "2027-01-14", False),  # no end of month in Luxembourg's law
        ("CH", "2026-11-10", "2027-06-30", True),
    ],
)
def test_an_invoice_from_elsewhere_is_judged_by_its_dates(law: str, issued: str, due: str, lawful: bool) -> None:
    assert (beyond_by_date(law, date.fromisoformat(issued), date.fromisoformat(due)) is None) is lawful


def test_what_is_too_long_is_told_with_its_source() -> None:
    assert beyond("FR", Net(75)) == "up to 75 days are more than the 60 of C. com. L441-10 I"
    assert "unless that was agreed expressly and is not grossly unfair" in str(beyond("DE", Net(90)))


@pytest.mark.parametrize("rule", LAW, ids=lambda rule: rule.CODE)
def test_every_rule_of_law_says_its_source_and_how_sure_it_is(rule) -> None:
    assert len(rule.SOURCE) >= 6
    assert rule.CONFIDENCE in ("A", "B", "C", "X")
    assert rule.__doc__.startswith(f"{rule.CODE}: ")


def test_every_limit_has_its_source() -> None:
    assert all(cap.source and cap.confidence in ("A", "B", "C") for cap in CAPS.values())
