"""Moments that count from the payment run or the start of a month. One invoice, due on Tuesday 31 March 2026."""

from __future__ import annotations

import pytest

from tests.rules.judgement.kit import Life

EMAIL = "do: [{email: {template: reminder, to: billing}}]"


def life_of(at: str, **more: object) -> Life:
    """A step at that moment."""
    life = Life(f"steps: [{{id: one, at: {at}, {EMAIL}}}]\n", **more)  # type: ignore[arg-type]
    life.invoice("INV-1", 1000, due="2026-03-31")
    return life


@pytest.mark.parametrize(
    ("at", "run", "leaves"),
    [
        ("payment-run+3d", 10, "2026-04-13"),  # the run of Friday 10 April
        ("payment-run-3d", 10, "2026-04-07"),
        ("payment-run+3d", 31, "2026-04-03"),  # the run on the due date itself
        ("payment-run+3d", 30, "2026-05-04"),  # 30 April and three days is Sunday 3 May
        ("payment-run-20d", 10, "2026-03-23"),  # Saturday 21 March, before the due date
        ("month-start+3bd", None, "2026-04-06"),
        ("month-start", None, "2026-04-01"),
    ],
)
def test_the_first_run_or_month_from_the_due_date_on_counts(at: str, run: int | None, leaves: str) -> None:
    assert life_of(at, payment_run=run).until("2026-12-31").steps() == [(leaves, "one")]


def test_a_payment_run_that_is_not_known_is_asked_about_once_and_nothing_leaves() -> None:
    life = life_of("payment-run+3d")
    life.until("2026-12-31")
    assert life.steps() == []
    assert [why for _, why in life.reviews()] == ["a fact is not known: customer.payment_run"]


def test_a_payment_run_that_becomes_known_lets_the_step_leave() -> None:
    life = life_of("payment-run+3d")
    life.changes(on="2026-04-15", payment_run=10)
    assert life.until("2026-12-31").steps() == [("2026-04-15", "one")]


def test_a_step_before_the_due_date_that_missed_it_is_skipped() -> None:
    life = Life(
        f"steps: [{{id: early, at: payment-run-20d, {EMAIL}}}, {{id: one, at: due+10d, {EMAIL}}}]\n", payment_run=10
    )
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-04-02")
    assert life.until("2026-12-31").outcomes()[:2] == [
        ("2026-04-02", "early", "skipped: too-late"),
        ("2026-04-10", "one", "sent"),
    ]


def test_a_late_ladder_counts_the_run_from_where_it_began() -> None:
    # reminded first on Monday 1 June instead of due+1d: as if due on 31 May, the run of 10 June follows
    steps = f"steps: [{{id: one, at: due+1d, {EMAIL}}}, {{id: two, at: payment-run+3d, {EMAIL}}}]\n"
    life = Life(steps, payment_run=10)
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-06-01")
    assert life.until("2026-12-31").steps() == [("2026-06-01", "one"), ("2026-06-15", "two")]
