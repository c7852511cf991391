"""One message for several receivables: which it carries, how it speaks, and what becomes of their ladders."""

from __future__ import annotations

import pytest

from rules import facts as f
from tests.rules.judgement.kit import Life, day, money

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
FIRM = "do: [{email: {template: firm, to: billing}}]"
LETTER = "do: [{letter: {template: notice, to: billing, registered: paper}}]"


def policy(by: str = "customer", window: str = "3bd", more: str = "") -> str:
    """`one` on due+1d, `two` (firm) on due+15d, `notice` on due+29d."""
    return f"""
consolidate: {{by: {by}, window: {window}}}
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: two, level: firm, at: due+15d, {FIRM}}}
  - {{id: notice, level: notice, at: due+29d, {LETTER}}}
{more}"""


# 31 March 2026 is a Tuesday; `one` of an invoice due then leaves on Wednesday 1 April.


@pytest.mark.parametrize(
    ("by", "carried"),
    [
        ("invoice", [("INV-1",), ("INV-2",), ("INV-3",)]),
        ("contract", [("INV-1", "INV-2"), ("INV-3",)]),
        ("customer", [("INV-1", "INV-2", "INV-3")]),
    ],
)
def test_messages_are_brought_together_by_invoice_contract_or_customer(by: str, carried: list[tuple[str, ...]]) -> None:
    life = Life(policy(by))
    life.contract("M-2")
    life.invoice("INV-1", 100, due="2026-03-31")
    life.invoice("INV-2", 200, due="2026-03-31")
    life.invoice("INV-3", 400, due="2026-03-31", contract="M-2")
    life.until("2026-04-12")
    assert [line[2] for line in life.sent()] == carried


def test_the_message_claims_the_sum_of_what_it_carries() -> None:
    life = Life(policy())
    life.invoice("INV-1", 100, due="2026-03-31")
    life.invoice("INV-2", 200, due="2026-03-31")
    life.pays(50, on="2026-03-20", of="INV-2")
    life.until("2026-04-12")
    assert life.messages[0].said.total == money(250)


@pytest.mark.parametrize(("due", "together"), [("2026-04-01", True), ("2026-04-06", False)])
def test_a_message_takes_along_what_falls_due_within_the_window_but_is_overdue(due: str, together: bool) -> None:
    # leaving on Monday 6 April; `one` of the other is due on 2 April, or on 7 April, before whose eve nothing is owed
    life = Life(policy())
    life.invoice("INV-1", 100, due="2026-04-05")
    life.invoice("INV-2", 200, due=due)
    life.hold("manual", on="2026-03-20", until="2026-04-05", of="C-1", scope="customer")
    life.until("2026-04-06")
    assert {line[2] for line in life.sent()} == ({("INV-2", "INV-1")} if together else {("INV-1",)})


def test_a_step_after_the_due_date_is_never_covered_before_it() -> None:
    """T9: INV-2 is due on 2 April and its `one` falls within the window, but on the 1st nothing of it is overdue."""
    life = Life(policy())
    life.invoice("INV-1", 100, due="2026-03-31")
    life.invoice("INV-2", 200, due="2026-04-02")
    life.until("2026-04-07")
    assert life.steps("INV-1") == [("2026-04-01", "one")]
    assert life.steps("INV-2") == [("2026-04-06", "one")]


def test_the_window_ends_on_its_last_working_day_and_the_message_speaks_for_what_is_heavier() -> None:
    # NEW's reminder leaves on Friday 10 April; OLD's firm step of Wednesday the 15th is three working days away
    life = Life(policy())
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 200, due="2026-04-09")
    life.until("2026-04-16")
    assert life.sent()[1:] == [("2026-04-10", "firm", ("OLD", "NEW"))]
    assert life.steps("OLD")[1:] == [("2026-04-10", "two")]


@pytest.mark.parametrize(
    ("more", "along"),
    [
        ("requires: [one]", True),
        ("requires: [zero]", False),
        ("when: {customer.country: FR}", True),
        ("when: {customer.country: BE}", False),
    ],
)
def test_only_what_would_pass_its_own_tests_is_taken_along(more: str, along: bool) -> None:
    # as above; `zero` is for Belgians, so it was skipped
    zero = f"  - {{id: zero, level: courtesy, at: due, when: {{customer.country: BE}}, {EMAIL}}}\n"
    made = policy().replace("steps:\n", f"steps:\n{zero}").replace("at: due+15d,", f"at: due+15d, {more},")
    life = Life(made, country="FR")
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 200, due="2026-04-09")
    life.until("2026-04-10")
    assert life.sent()[1:] == [
        ("2026-04-10", "firm", ("OLD", "NEW")) if along else ("2026-04-10", "reminder", ("NEW",))
    ]


def test_a_step_on_the_due_date_is_taken_along_before_it_and_its_invoice_listed_apart() -> None:
    life = Life(
        f"consolidate: {{by: customer, window: 3bd}}\nsteps: [{{id: hint, level: courtesy, at: due, {EMAIL}}}]\n"
    )
    life.invoice("INV-1", 100, due="2026-03-31")
    life.invoice("INV-2", 200, due="2026-04-01")
    life.until("2026-04-07")
    (said,) = (message.said for message in life.messages)
    assert (said.lines, said.not_due, said.total) == (("INV-1",), ("INV-2",), money(100))


def test_a_message_names_its_own_deadline() -> None:
    life = Life(policy().replace("at: due+15d,", "at: due+15d, deadline: {of: 8d, from: sent},"))
    life.invoice("INV-1", 100, due="2026-03-31")
    life.until("2026-04-20")
    assert [message.said.deadline for message in life.messages] == [None, day("2026-04-23")]


def test_what_bank_data_do_not_cover_yet_is_not_taken_along() -> None:
    # INV-2 is due on Wednesday 1 April: on the 2nd it needs data through the 2nd, and they go to the 1st
    life = Life(policy(), bank="2026-04-01")
    life.invoice("INV-1", 100, due="2026-03-31", known="2026-04-02")
    life.invoice("INV-2", 200, due="2026-04-01")
    life.until("2026-04-02")
    assert life.sent() == [("2026-04-02", "reminder", ("INV-1",))]


def test_a_message_speaks_at_the_highest_level_and_each_ladder_climbs_by_its_own_step() -> None:
    # on Wednesday 15 April: `two` of OLD, and `one` of NEW which was due on Tuesday 14 April
    life = Life(policy())
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 200, due="2026-04-14")
    life.until("2026-04-15")
    assert life.sent()[-1] == ("2026-04-15", "firm", ("OLD", "NEW"))
    assert life.said("OLD")[-1] == ("2026-04-15", "OLD", "two", "sent")
    assert life.said("NEW")[-1] == ("2026-04-15", "NEW", "one", "covered")


def test_a_covered_step_counts_as_sent_on_that_day() -> None:
    # NEW's `one` was covered on Wednesday 15 April; `two` keeps its own day, due+15d, Wednesday 29 April
    life = Life(policy())
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 200, due="2026-04-14")
    life.pays(100, on="2026-04-16", of="OLD")
    assert life.until("2026-05-05").steps("NEW") == [("2026-04-15", "one"), ("2026-04-29", "two")]


def test_a_covered_step_is_what_previous_counts_from() -> None:
    made = policy().replace("at: due+15d", "at: previous+10d")
    life = Life(made)
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 200, due="2026-04-06")
    # OLD: 1 April, then 13 April (Saturday 11th); NEW's `one`, due on Tuesday the 7th, leaves then; ten days: the 17th
    life.until("2026-04-20")
    assert life.steps("OLD") == [("2026-04-01", "one"), ("2026-04-13", "two")]
    assert life.steps("NEW") == [("2026-04-07", "one"), ("2026-04-17", "two")]


def test_a_heavy_message_carries_only_those_whose_own_next_step_it_is() -> None:
    # the notice of OLD on Wednesday 29 April; `two` of NEW, due that day as well, waits for the gap: Monday 4 May
    life = Life(policy())
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 200, due="2026-04-14")
    life.until("2026-05-10")
    assert life.sent()[-2:] == [("2026-04-29", "notice", ("OLD",)), ("2026-05-04", "firm", ("NEW",))]


def test_a_heavy_message_carries_the_same_step_of_another_that_may_leave() -> None:
    life = Life(policy())
    life.invoice("INV-1", 100, due="2026-03-31")
    life.invoice("INV-2", 200, due="2026-03-31")
    life.until("2026-05-10")
    assert life.sent()[-1] == ("2026-04-29", "notice", ("INV-1", "INV-2"))


def test_a_heavy_message_leaves_behind_what_is_not_approved() -> None:
    made = policy().replace("level: notice,", "level: notice, approval: credit-controller,")
    life = Life(made)
    life.invoice("INV-1", 100, due="2026-03-31")
    life.invoice("INV-2", 200, due="2026-03-31")
    life.approves("notice", on="2026-04-30", of="INV-1")
    life.until("2026-05-01")
    assert life.sent()[-1] == ("2026-04-30", "notice", ("INV-1",))


def test_a_step_that_waits_for_approval_takes_nobody_with_it() -> None:
    made = policy().replace("id: two, level: firm,", "id: two, level: firm, approval: credit-controller,")
    life = Life(made)
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 200, due="2026-04-14")
    life.until("2026-04-16")
    assert life.steps("OLD") == [("2026-04-01", "one")]
    assert life.steps("NEW") == [("2026-04-15", "one")]


def test_nothing_that_is_held_disputed_or_paid_is_taken_along() -> None:
    """T6: one message, and only of what may be claimed."""
    life = Life(policy())
    for name in ("FINE", "HELD", "DISPUTED", "PAID"):
        life.invoice(name, 100, due="2026-03-31")
    life.hold("manual", on="2026-03-20", of="HELD")
    life.hold("dispute", on="2026-03-20", of="DISPUTED")
    life.pays(100, on="2026-03-20", of="PAID")
    assert life.until("2026-04-10").sent() == [("2026-04-01", "reminder", ("FINE",))]


def test_currencies_and_policies_are_never_mixed() -> None:
    life = Life(policy())
    life.invoice("INV-1", 100, due="2026-03-31")
    life.invoice("INV-2", 200, due="2026-03-31", currency="GBP")
    life.until("2026-04-10")
    assert [line[2] for line in life.sent()] == [("INV-1",), ("INV-2",)]


def test_items_not_yet_due_are_listed_apart_and_never_claimed() -> None:
    courtesy = f"steps: [{{id: courtesy, level: courtesy, at: due-5d, {EMAIL}}}, {{id: one, at: due+1d, {EMAIL}}}]"
    life = Life("consolidate: {by: customer, window: 3bd}\n" + courtesy)
    # INV-1's reminder on Wednesday 1 April; the courtesy of INV-2, due on Monday 6 April, falls on that day as well
    life.invoice("INV-1", 100, due="2026-03-31")
    life.invoice("INV-2", 200, due="2026-04-06")
    life.until("2026-04-01")
    said = life.messages[-1].said
    assert (said.lines, said.not_due, said.total) == (("INV-1",), ("INV-2",), money(100))


def test_a_task_of_another_ladder_is_never_swallowed_by_a_message() -> None:
    made = f"""
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: look, level: firm, at: due+8d, do: [{{task: {{queue: collections, title: Look at it}}}}]}}
"""
    life = Life(made)
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 200, due="2026-04-06")
    # NEW's reminder, due on Tuesday the 7th, would push OLD's heavier task from the 8th: it leaves on the 9th, alone;
    # NEW's own task comes on Tuesday 14 April
    life.until("2026-04-20")
    assert life.steps("OLD") == [("2026-04-01", "one"), ("2026-04-08", "look")]
    assert life.steps("NEW") == [("2026-04-09", "one"), ("2026-04-14", "look")]
    assert len(life.tasks()) == 2


def test_a_task_of_the_same_level_is_not_swallowed_either() -> None:
    # NEW's reminder of Tuesday 7 April does not carry OLD's task of the 8th, which waits for the gap until the 10th
    look = "do: [{task: {queue: collections, title: Look at it}}]"
    life = Life(f"steps: [{{id: one, at: due+1d, {EMAIL}}}, {{id: look, level: reminder, at: due+8d, {look}}}]\n")
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 200, due="2026-04-06")
    life.until("2026-04-20")
    assert life.steps("OLD") == [("2026-04-01", "one"), ("2026-04-10", "look")]
    assert life.steps("NEW") == [("2026-04-07", "one"), ("2026-04-14", "look")]


def test_a_late_ladder_that_is_covered_counts_from_that_day() -> None:
    # NEW is known 60 days late, on Monday 27 April, when OLD's `two` leaves; its `two` comes 14 days later, 11 May
    life = Life(policy())
    life.invoice("OLD", 100, due="2026-04-12")
    life.invoice("NEW", 200, due="2026-02-26", known="2026-04-27")
    life.pays(100, on="2026-04-28", of="OLD")
    life.until("2026-05-11")
    assert life.said("NEW")[0] == ("2026-04-27", "NEW", "one", "covered")
    assert life.steps("NEW") == [("2026-04-27", "one"), ("2026-05-11", "two")]


def test_the_charge_of_a_step_concerns_the_ladders_whose_own_step_it_is() -> None:
    charge = "{charge: {terms: late-payment, claim: mention}}"
    made = policy().replace(FIRM, FIRM.replace("}}]", "}}, " + charge + "]"))
    life = Life(made)
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 200, due="2026-04-14")
    life.until("2026-04-15")
    assert [fact.receivable for _, fact in life.simulation.told if isinstance(fact, f.Charged)] == ["OLD"]


def test_a_group_keeps_the_gap_like_one_message() -> None:
    life = Life(policy())
    for n in range(5):
        life.invoice(f"INV-{n}", 100, due="2026-03-31")
    life.until("2026-04-30")
    assert [message.on for message in life.messages] == ["2026-04-01", "2026-04-15", "2026-04-29"]


def test_whoever_asks_gets_one_message_for_both_contracts() -> None:
    life = Life(policy())
    life.contract("M-2")
    life.invoice("INV-1", 100, due="2026-03-31")
    life.invoice("INV-2", 200, due="2026-03-31", contract="M-2")
    life.until(life.instant("2026-04-01", "00:00"))
    (act,) = life.now("2026-04-01", "16:00").acts
    assert act.cases == ("M-1", "M-2")
    assert [claimed.receivable for claimed in act.what.claimed] == ["INV-1", "INV-2"]  # type: ignore[union-attr]


def test_an_instalment_has_its_own_ladder() -> None:
    life = Life(policy())
    life.invoice("INV-1", 100, due="2026-03-31", kind="instalment", delivered=day("2026-03-01"))
    assert life.until("2026-04-10").steps() == [("2026-04-01", "one")]
