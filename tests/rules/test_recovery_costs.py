"""The Dutch scale of recovery costs (Besluit vergoeding voor buitengerechtelijke incassokosten), by the facts."""

from __future__ import annotations

import pytest

from rules.money import Money
from rules.terms import recovery_costs
from tests.rules.judgement.kit import Life
from tests.rules.laws import row

STEPS = """
pacing: {{before_heavy: 1d}}
steps:
  - {{id: one, level: reminder, at: due+1d, do: [{{email: {{template: reminder-1, to: billing}}}}{early}]}}
  - id: notice
    level: notice
    at: due+15d
    requires: [one]
    do: [{{letter: {{template: formal-notice, to: billing, registered: paper}}}}, {charge}]
"""
CHARGE = "{charge: {terms: late-payment, claim: mention}}"


@pytest.mark.parametrize(
    ("principal", "costs"),
    [
        ("100.00", "40.00"),  # 15.00, and 40 at least
        ("266.67", "40.00"),  # 40.0005
        ("1000.00", "150.00"),
        ("2500.00", "375.00"),
        ("5000.00", "625.00"),  # 375 + 250
        ("10000.00", "875.00"),  # + 250
        ("200000.00", "2775.00"),  # + 1,900
        ("1000000.00", "6775.00"),  # + 4,000: the most
        ("2000000.00", "6775.00"),
        ("0.01", "40.00"),
    ],
)
def test_the_scale_band_by_band(principal: str, costs: str) -> None:
    scale = row("NL").scale
    assert scale is not None
    found = recovery_costs(scale, Money.parse(f"{principal} EUR"))
    assert found is not None
    assert str(found[1]) == f"{costs} EUR"


def test_the_scale_knows_no_other_currency() -> None:
    scale = row("NL").scale
    assert scale is not None
    assert recovery_costs(scale, Money.parse("1000.00 GBP")) is None


def charged(early: str, law: str = "NL", kind: str = "business", *, back: bool = False) -> list[str]:
    """What is charged for 3,000 EUR due on 31 March 2026, of which 1,000 were paid before the notice; and came back."""
    life = Life(STEPS.format(early=early, charge=CHARGE), kind=kind)
    life.contract("M-1", law=law)
    life.invoice("INV-1", 3000, due="2026-03-31")
    payment = life.pays(1000, on="2026-04-10", of="INV-1")
    if back:
        life.reverses(payment, on="2026-04-20")
    life.until("2026-05-31")
    return [str(charge.amount) for charge in life.account.receivables["INV-1"].charges]


def test_the_notice_brings_the_costs_of_what_is_open() -> None:
    """15 % of the 2,000.00 that are left."""
    assert charged("") == ["300.00 EUR"]


def test_what_grows_after_the_notice_raises_no_costs() -> None:
    """Besluit BIK, art. 2: costs are reckoned on the principal of the claim, which the notice states: 15 % of 2,000."""
    assert charged("", back=True) == ["300.00 EUR"]


def test_a_reminder_brings_the_fixed_sum_and_what_was_charged_is_charged_once() -> None:
    assert charged(f", {CHARGE}") == ["40.00 EUR"]


def test_other_laws_have_no_scale() -> None:
    assert charged("", "FR") == ["40.00 EUR"]


def test_a_consumer_is_charged_nothing() -> None:
    assert charged("", kind="consumer") == []
