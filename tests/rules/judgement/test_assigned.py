"""A receivable that was sold or pledged: reminded for whoever owns it, to their account, and never handed over."""

from __future__ import annotations

import pytest

from rules import facts as f
from rules.moments import Duration
from tests.rules.judgement.kit import Life, day, money

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
FACTOR = "assignees: {factor: {name: Factor SA, iban: FR7630006000011234567890189}}\n"
STEPS = f"""
steps:
  - {{id: one, level: reminder, at: due+1d, {EMAIL}}}
  - id: agency
    level: handoff
    at: due+15d
    requires: []
    reason: agreed
    do: [{{handoff: {{to: recouvra, kind: agency}}}}]
"""


def life_of(*, business: str = FACTOR, **more: str) -> Life:
    """One invoice of 1,000 euros, due on Tuesday 31 March 2026."""
    life = Life(STEPS, business=business)
    life.invoice("INV-1", 1000, due="2026-03-31", **more)
    return life


@pytest.mark.parametrize("how", ["import", "hold"])
def test_it_is_reminded_for_the_assignee_and_never_handed_over(how: str) -> None:
    life = life_of(**({"assigned_to": "factor"} if how == "import" else {}))
    if how == "hold":
        life.hold("assigned", on="2026-03-20", reason="factor")
    life.until("2026-12-31")
    assert life.steps() == [("2026-04-01", "one")]
    assert life.messages[0].said.assigned_to == "factor"
    assert life.now("2026-12-31").waits("INV-1") == ("held", ("assigned", "INV-1", None))


def test_after_recourse_it_is_ours_again() -> None:
    life = life_of(assigned_to="factor")
    life.learns(on="2026-05-04", assigned_to=None)
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-05-04", "agency")]


def test_without_the_account_of_the_assignee_a_person_is_asked() -> None:
    life = life_of(business="", assigned_to="bank")
    life.until("2026-12-31")
    assert life.steps() == []
    why = "INV-1 is assigned to bank, whose account business.yaml does not name: is it written about?"
    assert life.reviews() == [("2026-04-01", why)]


def test_one_message_never_names_two_accounts() -> None:
    life = life_of(assigned_to="factor")
    life.invoice("INV-2", 500, due="2026-03-31")
    life.until("2026-04-10")
    assert [(line, owner) for line, owner in ((m.said.lines, m.said.assigned_to) for m in life.messages)] == [
        (("INV-1",), "factor"),
        (("INV-2",), None),
    ]


def test_what_is_handed_over_with_the_account_leaves_out_what_is_assigned() -> None:
    life = Life(STEPS.replace("kind: agency", "kind: agency, scope: account-overdue"), business=FACTOR)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-04-10", assigned_to="factor")
    life.until("2026-12-31")
    assert life.steps("INV-1")[-1][1] == "agency"
    assert "agency" not in [step for _, step in life.steps("INV-2")]


def test_an_invoice_of_ours_is_sent_for_whoever_owns_all_that_the_contract_bills() -> None:
    life = Life(STEPS, business=FACTOR)
    lines = (f.Line("Maintenance", money(100), category="exempt", reason="VATEX-FR-FRANCHISE"),)
    life.contract("M-2", kind="recurring", schedule=f.Schedule(Duration(1, "m"), day("2026-03-02"), lines=lines))
    life.hold("assigned", on="2026-03-01", of="M-2", scope="contract", reason="factor")
    life.until("2026-03-10")
    assert [(m.on, m.said.template, m.said.assigned_to) for m in life.messages] == [("2026-03-02", "invoice", "factor")]


def test_what_its_delay_costs_goes_to_the_owner_as_well() -> None:
    """Accessories go with the principal (C. civ. 1321): the invoice of charges, and its account."""
    charge = "{charge: {terms: late-payment, claim: invoice}}"
    life = Life(STEPS.replace("do: [{email", f"do: [{charge}, {{email", 1), business=FACTOR)
    life.contract("M-1", law="FR")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("assigned", on="2026-03-20", reason="factor")
    life.until("2026-04-02")
    assert {(m.said.template, m.said.assigned_to) for m in life.messages} == {
        ("reminder", "factor"),
        ("invoice", "factor"),
    }


def test_instalments_are_paid_to_the_owner_of_what_their_plan_covers() -> None:
    life = life_of(assigned_to="factor")
    at, on = life.instant("2026-03-20", "10:00"), day("2026-03-20")
    life.happens(f.HoldPlaced(at, f.Hold("plan", "payment-plan", "receivable", "INV-1", on)))
    part = ("plan/1", "M-1", "INV-1/1", on, day("2026-04-07"), money(1000))
    life.happens(f.Issued(at, *part, kind="instalment", delivered=on))
    life.until("2026-04-10")
    assert [(m.said.lines, m.said.assigned_to) for m in life.messages] == [(("plan/1",), "factor")]


def test_where_a_person_says_so_it_is_written_about_though_the_account_is_not_known() -> None:
    life = life_of(business="", assigned_to="factor")
    life.answers("proceed", on="2026-04-03")
    assert life.until("2026-04-10").steps() == [("2026-04-03", "one")]
