"""REL330 looks at every law of the book: an interest that stops is told before it is needed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from rules.lint.look import Agreed
from tests.rules.linted import BOOK, CASES, linted

CHARGING = (CASES / "REL347.bad.yaml").read_text("utf-8").replace("applies_to: {customer.kind: consumer}\n", "")


def unknown(*agreed: Agreed) -> set[tuple[str, str]]:
    """(table, law) of every rate of 2026 that REL330 says is not known, of a policy that charges late-payment."""
    found = linted({"policies/mine.yaml": CHARGING}, replace(BOOK, terms=frozenset(agreed)))
    said = [d.message.split(" (")[0].split() for d in found if d.code == "REL330"]
    return {(words[2], words[-1]) for words in said}


def test_the_business_s_law_is_looked_at_without_any_contract() -> None:
    assert unknown() == {("ecb-refi", "FR")}


def test_the_law_of_each_contract_is_looked_at() -> None:
    found = unknown(Agreed("M-1", "DE"), Agreed("M-2", "GB"), Agreed("M-3", "US"))
    assert found == {("ecb-refi", "FR"), ("bundesbank-base", "DE"), ("boe-base", "GB")}


def test_a_contract_s_own_rate_needs_the_floor_s_rate_too() -> None:
    found = unknown(Agreed("M-1", "FR", late_rate=Decimal(12)))
    assert found == {("ecb-refi", "FR"), ("fr-legal-professional", "FR")}
