"""The data of formal notices agree with the terms that are shipped, and with themselves."""

from __future__ import annotations

from datetime import date

import pytest

from rules.law.notice import ALWAYS, NOTICES
from rules.law.retention import ACCOUNTING, kept_until
from tests.rules.laws import row, rulebook


@pytest.mark.parametrize("law", sorted(NOTICES))
def test_a_notice_rests_on_something_and_says_what_every_notice_says(law: str) -> None:
    notice = NOTICES[law]
    assert notice.basis
    assert notice.must_say == ALWAYS
    assert 8 <= notice.days <= 15
    assert notice.may_claim[0].startswith("principal")
    assert notice.confidence in ("A", "B", "C")


@pytest.mark.parametrize("law", sorted(NOTICES))
def test_interest_waits_for_a_notice_where_the_terms_say_so(law: str) -> None:
    interest = row(law).interest
    assert interest is not None
    assert (interest.runs_from == "reminder") is NOTICES[law].needed


@pytest.mark.parametrize("law", sorted(NOTICES))
def test_a_fixed_sum_is_claimable_where_the_terms_have_one(law: str) -> None:
    assert any("40" in claim for claim in NOTICES[law].may_claim) is bool(row(law).flat)


def test_recovery_costs_stay_with_the_creditor_in_france() -> None:
    assert "L111-8" in NOTICES["FR"].may_not_claim[0]


def test_every_law_of_the_terms_that_charges_by_itself_knows_how_long_accounts_are_kept() -> None:
    charging = {law for law, row_ in rulebook().terms["late-payment"].rows.items() if row_.interest is not None}
    assert charging <= set(ACCOUNTING)
    assert all(keep.source and keep.years >= 6 for keep in ACCOUNTING.values())


def test_years_are_counted_from_the_end_of_the_invoice_s_year() -> None:
    assert kept_until("GB", date(2026, 1, 1)) == date(2032, 12, 31)
    assert kept_until("US", date(2026, 1, 1)) is None
