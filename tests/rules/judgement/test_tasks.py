"""What people are given to do and asked without a policy's saying so: to whom, about what, until when, and once."""

from __future__ import annotations

from datetime import date

import pytest

from rules import facts as f
from tests.rules.judgement.kit import Life, day, money

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
STEPS = f"steps: [{{id: one, at: due+1d, {EMAIL}}}, {{id: two, level: firm, at: due+15d, {EMAIL}}}]\n"

Given = tuple[str, str, str, str, str | None, str, date | None]


def living(more: str = "") -> Life:
    """INV-1 over 1,000 euros, due on Tuesday 31 March 2026."""
    life = Life(more + STEPS)
    life.invoice("INV-1", 1000, due="2026-03-31")
    return life


def given(life: Life) -> list[Given]:
    """(day, queue, scope, subject, receivable, title, due) of every task."""
    told = [fact for _, fact in life.simulation.told if isinstance(fact, f.TaskOpened)]
    return [(t.on.isoformat(), t.queue, t.scope, t.subject, t.receivable, t.title, t.due) for t in told]


def asked(life: Life) -> list[tuple[str, str, str, str | None, str]]:
    """(day, scope, subject, receivable, question) of every review."""
    told = [fact for _, fact in life.simulation.told if isinstance(fact, f.ReviewAsked)]
    return [(r.on.isoformat(), r.scope, r.subject, r.receivable, r.why) for r in told]


def test_an_invoice_without_a_due_date_is_completed_by_somebody() -> None:
    life = Life(STEPS)
    life.invoice("INV-1", 1000, due=None, issued="2026-03-01")
    life.until("2026-04-30")
    title = "Invoice INV-1 has no due date"
    assert given(life) == [("2026-03-01", "credit-control", "receivable", "INV-1", "INV-1", title, None)]


def test_the_tasks_of_an_insolvency_are_of_the_customer_and_have_their_days() -> None:
    # nothing is known but that it was opened on 10 April: two and three months from there
    life = living()
    life.hold("insolvency", on="2026-04-13", of="C-1", scope="customer", opened="2026-04-10")
    life.until("2026-12-31")
    assert [(on, queue, scope, of, title, due) for on, queue, scope, of, _, title, due in given(life)] == [
        ("2026-04-13", "credit-control", "customer", "C-1", title, day(due))
        for title, due in (
            ("Declare the claim in the insolvency", "2026-06-10"),
            ("Reclaim goods under retention of title", "2026-07-10"),
            ("Ask the administrator whether the contract goes on", "2026-04-10"),
        )
    ]


def test_an_insolvency_of_which_only_the_beginning_is_known_freezes_what_was_issued_before() -> None:
    # begun on Monday 13 April: INV-2 was issued the day before, INV-3 that day
    life = living()
    life.invoice("INV-2", 100, issued="2026-04-12", due="2026-05-12")
    life.invoice("INV-3", 100, issued="2026-04-13", due="2026-05-12")
    life.hold("insolvency", on="2026-04-13", of="C-1", scope="customer")
    life.until("2026-05-31")
    assert life.outcomes("INV-2") == [("2026-04-13", "", "stopped: insolvency")]
    assert life.steps("INV-3")[0] == ("2026-05-13", "one")
    assert {task[6] for task in given(life)} == {day("2026-06-13"), day("2026-07-13"), day("2026-04-13")}


def test_a_refused_promise_is_told_to_credit_control() -> None:
    life = living("holds: {promise: {max_ahead: 10d}}\n")
    life.hold("promise", on="2026-04-08", of="M-1", scope="contract", promised="2026-04-19")
    life.until("2026-04-30")
    why = "The promise to pay on 2026-04-19 is refused: it lies more than 10d ahead"
    assert given(life) == [("2026-04-08", "credit-control", "contract", "M-1", None, why, None)]


def test_a_refused_plan_is_told_to_credit_control_once() -> None:
    life = living("holds: {payment-plan: {max_instalments: 1}}\n")
    at, on = life.instant("2026-04-10", "10:00"), day("2026-04-10")
    life.happens(f.HoldPlaced(at, f.Hold("plan", "payment-plan", "customer", "C-1", on)))
    for n, due in enumerate(("2026-05-15", "2026-06-15"), 1):
        part = f"plan/{n}"
        life.happens(f.Issued(at, part, "M-1", part, on, day(due), money(500), kind="instalment", delivered=on))
    life.until("2026-05-31")
    why = "The payment plan is refused: 2 instalments, 1 at most"
    assert given(life) == [("2026-04-10", "credit-control", "customer", "C-1", None, why, None)]


def test_what_a_hold_asks_is_asked_about_what_it_holds() -> None:
    # by itself says-paid lasts five working days and an answer three: Wednesday 15 and Monday 13 April after the 8th
    life = living()
    life.hold("says-paid", on="2026-04-08", by="customer")
    life.hold("reply", on="2026-04-08", of="M-1", scope="contract", by="customer")
    life.until("2026-05-31")
    assert asked(life) == [
        ("2026-04-13", "contract", "M-1", None, "the customer's answer is not read"),
        ("2026-04-15", "receivable", "INV-1", None, "the customer says it is paid, and no payment has come"),
    ]


def test_what_is_not_known_is_asked_of_whom_it_is_about() -> None:
    condition = "{all: [{customer.segment: {in: [big]}}]}"
    life = Life(f"steps: [{{id: one, at: due+1d, when: {condition}, {EMAIL}}}]\n")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-04-30")
    assert [(on, scope, of, item) for on, scope, of, item, _ in asked(life)] == [
        ("2026-04-01", "customer", "C-1", "INV-1")
    ]


@pytest.mark.parametrize("more", ["when: {customer.segment: big}", "level: notice", "level: handoff"])
def test_what_is_asked_about_a_step_names_it(more: str) -> None:
    # a fact that it needs, a reminder before it, a notice before it
    life = Life(f"steps: [{{id: one, at: due+1d, {more}, do: [{{email: {{template: reminder, to: billing}}}}]}}]\n")
    life.invoice("INV-1", 1000, due="2026-03-31")
    (review,) = life.until("2026-04-02").account.reviews.values()
    assert (review.asked.receivable, review.asked.step) == ("INV-1", "one")
    (told,) = life.until("2026-04-10").account.tasks.values()  # to the owner, on the fifth working day after it
    assert (told.on, told.step) == (day("2026-04-08"), "one")


# --- files that somebody else has ---------------------------------------------------------------------------------

HANDED = f"""
pacing: {{before_heavy: 1d, min_gap: 1d}}
money: {{tolerance: [5.00 EUR]}}
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: agency, level: handoff, at: due+15d, requires: [one], do: [{{handoff: {{to: recouvra, kind: agency}}}}]}}
"""


def handed_off() -> Life:
    """INV-1's file is with the agency since Wednesday 15 April."""
    life = Life(HANDED)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-12-31")
    return life


def test_money_that_came_to_us_is_reported_to_whoever_has_the_file() -> None:
    # not what came before, what is for another invoice, nor what went back the same day
    life = handed_off()
    life.pays(100, on="2026-04-14", of="INV-1")
    life.pays(10, on="2026-04-15", of="INV-1", at="16:00")
    life.pays(250, on="2026-04-20", of={"INV-1": 200, "INV-2": 50})
    life.credits(30, on="2026-04-21", of="INV-1")
    life.pays(50, on="2026-04-22", of="INV-2")
    life.reverses(life.pays(40, on="2026-04-23", of="INV-1"), on="2026-04-23")
    life.until("2026-05-31")
    told = (("04-15", "payment of 10.00 EUR"), ("04-20", "payment of 200.00 EUR"), ("04-21", "credit of 30.00 EUR"))
    assert given(life) == [
        (
            f"2026-{on}",
            "credit-control",
            "receivable",
            "INV-1",
            "INV-1",
            f"Report the {what} for INV-1 to whoever has the file",
            None,
        )
        for on, what in told
    ]
