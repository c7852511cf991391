"""Reasons to send nothing for now: each kind, how it ends, and what becomes of the dates."""

from __future__ import annotations

import pytest

from rules.explain import sentences
from tests.rules.judgement.kit import ASSIGNMENT, HEAD, PLAIN, THREE_STEPS, Life, day, money

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
TASK = "do: [{task: {queue: collections, title: Look at it}}]"
# Due on Tuesday 31 March 2026: `one` on Wednesday 1 April, `two` on Wednesday 15 April, `three` on Wednesday 29 April.
STEPS = f"""
steps:
  - {{id: one, level: reminder, at: due+1d, {EMAIL}}}
  - {{id: two, level: firm, at: due+15d, {EMAIL}}}
  - {{id: three, level: firm, at: due+29d, {EMAIL}}}
"""
ONE, TWO, THREE = ("2026-04-01", "one"), ("2026-04-15", "two"), ("2026-04-29", "three")


def living(holds: str = "", **more: str) -> Life:
    """An invoice of 1,000 euros under the steps above."""
    life = Life(f"holds: {{{holds}}}\n{STEPS}", **more)  # type: ignore[arg-type]
    life.invoice("INV-1", 1000, due="2026-03-31")
    return life


# --- every hold --------------------------------------------------------------------------------------------------

WHOLE = ("dispute", "payment-plan", "payment-pending", "says-paid", "invoice-refused", "vulnerable", "manual")


@pytest.mark.parametrize("kind", WHOLE)
def test_nothing_leaves_under_a_hold_and_the_dates_are_kept_after_it(kind: str) -> None:
    # held from 10 to 17 April, a Friday: `two`, due on the 15th, leaves then
    life = living()
    life.ends(life.hold(kind, on="2026-04-10"), on="2026-04-17")
    assert life.until("2026-12-31").steps() == [ONE, ("2026-04-17", "two"), THREE]


@pytest.mark.parametrize(
    ("scope", "of"), [("receivable", "INV-1"), ("contract", "M-1"), ("customer", "C-1"), ("business", "business")]
)
def test_a_hold_may_concern_an_invoice_a_contract_a_customer_or_the_business(scope: str, of: str) -> None:
    life = living()
    life.hold("manual", on="2026-04-10", of=of, scope=scope, reason="asked")  # type: ignore[arg-type]
    assert life.until("2026-12-31").steps() == [ONE]
    assert life.waits_for() == "held"


def test_a_hold_on_one_contract_leaves_the_other_alone() -> None:
    life = living()
    life.contract("M-2")
    life.invoice("INV-2", 500, due="2026-03-31", contract="M-2")
    life.hold("manual", on="2026-03-20", of="M-2", scope="contract")
    life.until("2026-12-31")
    assert life.steps("INV-1") == [ONE, TWO, THREE]
    assert life.steps("INV-2") == []


def test_a_hold_that_begins_later_stops_nothing_before() -> None:
    life = living()
    life.hold("manual", on="2026-03-20", start="2026-04-10")
    assert life.until("2026-12-31").steps() == [ONE]


def test_a_customer_never_to_be_dunned_gets_nothing() -> None:
    life = living()
    life.hold("never-dun", on="2026-03-20", of="C-1", scope="customer")
    assert life.until("2026-12-31").steps() == []


def test_a_manual_hold_ends_after_its_last_day() -> None:
    """S81: a block whose last day is today blocks, one whose last day was yesterday does not."""
    life = living()
    life.hold("manual", on="2026-04-10", until="2026-04-16", reason="holidays")
    life.until("2026-12-31")
    assert life.steps() == [ONE, ("2026-04-17", "two"), THREE]
    assert life.ended() == [("2026-04-17", "expired")]


def test_an_invoice_issued_under_a_hold_is_reminded_when_it_ends() -> None:
    # the hold is older than the invoice and ends with 12 April, a Sunday: `one` leaves on Monday 13 April
    life = Life(STEPS)
    life.hold("manual", on="2026-02-01", of="C-1", scope="customer", until="2026-04-12")
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps()[0] == ("2026-04-13", "one")


def test_a_hold_that_ran_out_unnoticed_stops_nothing() -> None:
    life = Life(STEPS)
    life.hold("manual", on="2026-02-01", of="C-1", scope="customer", until="2026-02-20")
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [ONE, TWO, THREE]


def test_nothing_leaves_in_the_instant_of_a_release() -> None:
    # released at ten, within the hours: the earliest moment is the next slot, on Friday
    life = living()
    life.ends(life.hold("manual", on="2026-04-10"), on="2026-04-16", at="16:00")
    assert life.until("2026-12-31").steps()[1] == ("2026-04-17", "two")


def test_tasks_go_on_under_a_hold() -> None:
    # what goes on is what is made of tasks only
    policy = f"steps: [{{id: look, at: due+15d, {TASK}}}, {{id: write, at: due+16d, {EMAIL}}}]"
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("dispute", on="2026-04-10")
    life.until("2026-12-31")
    assert life.tasks() == [("2026-04-15", "Look at it")]
    assert life.messages == []


def test_a_step_with_a_task_and_an_email_waits_whole() -> None:
    both = "do: [{task: {queue: collections, title: Look at it}}, {email: {template: reminder, to: billing}}]"
    life = Life(f"steps: [{{id: one, at: due+15d, {both}}}]")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("dispute", on="2026-04-10")
    life.until("2026-12-31")
    assert (life.tasks(), life.messages) == ([], [])


def test_a_courtesy_that_a_hold_kept_back_is_skipped_on_the_day_after_the_due_date() -> None:
    life = Life(f"steps: [{{id: courtesy, level: courtesy, at: due-5d, {EMAIL}}}, {{id: one, at: due+15d, {EMAIL}}}]")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("manual", on="2026-03-20")
    assert life.until("2026-12-31").outcomes() == [("2026-04-01", "courtesy", "skipped: too-late")]


# --- resume ------------------------------------------------------------------------------------------------------


def test_shift_moves_the_later_steps_by_the_length_of_the_hold() -> None:
    # 10 to 17 April are 7 days: the 22nd and 6 May, both Wednesdays
    life = living("manual: {resume: shift}")
    life.ends(life.hold("manual", on="2026-04-10"), on="2026-04-17")
    assert life.until("2026-12-31").steps() == [ONE, ("2026-04-22", "two"), ("2026-05-06", "three")]


def test_never_ends_the_ladder() -> None:
    life = living("manual: {resume: never}")
    life.ends(life.hold("manual", on="2026-04-10"), on="2026-04-17")
    assert life.until("2026-12-31").outcomes() == [("2026-04-01", "one", "sent"), ("2026-04-17", "", "stopped: manual")]


def test_a_hold_that_was_called_off_before_it_began_ends_nothing() -> None:
    life = living("manual: {resume: never}")
    life.ends(life.hold("manual", on="2026-04-02", start="2026-04-08", until="2026-04-10"), on="2026-04-07")
    assert life.until("2026-04-30").steps()[:2] == [ONE, TWO]


def test_overlapping_holds_count_once() -> None:
    """T11: 10 to 17 April and 13 to 20 April are ten days together, a pause within a pause none more."""
    life = living("manual: {resume: shift}")
    outer, second = life.hold("manual", on="2026-04-10"), life.hold("manual", on="2026-04-13")
    inner = life.hold("manual", on="2026-04-11")
    life.ends(inner, on="2026-04-12")
    life.ends(outer, on="2026-04-17")
    life.ends(second, on="2026-04-20")
    # the 15th and ten days: Saturday 25 April, so Monday 27; the 29th and ten days: Saturday 9 May, so Monday 11
    assert life.until("2026-12-31").steps() == [ONE, ("2026-04-27", "two"), ("2026-05-11", "three")]


def test_a_hold_before_the_first_step_shifts_it_too() -> None:
    # 25 March to 1 April: 7 days; Wednesday 8, 22 April and 6 May
    life = living("manual: {resume: shift}")
    life.ends(life.hold("manual", on="2026-03-25"), on="2026-04-01")
    steps = life.until("2026-12-31").steps()
    assert steps == [("2026-04-08", "one"), ("2026-04-22", "two"), ("2026-05-06", "three")]


def test_a_hold_that_was_over_before_a_step_s_anchor_does_not_move_it_twice() -> None:
    # `two` counts from `one`, which itself was shifted to 8 April: Wednesday 22 April, no further
    policy = f"""
holds: {{manual: {{resume: shift}}}}
steps: [{{id: one, at: due+1d, {EMAIL}}}, {{id: two, at: previous+14d, {EMAIL}}}]
"""
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.ends(life.hold("manual", on="2026-03-25"), on="2026-04-01")
    assert life.until("2026-12-31").steps() == [("2026-04-08", "one"), ("2026-04-22", "two")]


def test_a_back_dated_hold_shifts_from_its_own_first_day() -> None:
    # told on 13 April that the dispute is of the 8th; founded on the 15th: seven days
    life = living("manual: {resume: shift}")
    life.ends(life.hold("manual", on="2026-04-13", start="2026-04-08"), on="2026-04-15")
    assert life.until("2026-12-31").steps()[1] == ("2026-04-22", "two")


def test_a_pause_neither_speeds_up_nor_forgets() -> None:
    """S73, ours: with `keep` the days run on under the pause and the step leaves when it ends, once."""
    life = living()
    life.ends(life.hold("manual", on="2026-04-02"), on="2026-04-27")
    assert life.until("2026-12-31").steps() == [ONE, ("2026-04-27", "two"), ("2026-04-30", "three")]


def test_two_pauses_that_touch_are_one() -> None:
    """S77: 10 to 15 April and 15 to 17 April are seven days."""
    life = living("manual: {resume: shift}")
    life.ends(life.hold("manual", on="2026-04-10"), on="2026-04-15")
    life.ends(life.hold("manual", on="2026-04-15"), on="2026-04-17")
    assert life.until("2026-12-31").steps()[1] == ("2026-04-22", "two")


# --- dispute -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("outcome", "two"), [("founded", "2026-04-22"), ("unfounded", "2026-04-17")])
def test_a_founded_dispute_shifts_and_an_unfounded_one_keeps(outcome: str, two: str) -> None:
    life = living()
    life.ends(life.hold("dispute", on="2026-04-10"), on="2026-04-17", outcome=outcome)
    assert life.until("2026-12-31").steps()[1] == (two, "two")


@pytest.mark.parametrize("outcome", ["founded", "unfounded"])
def test_one_word_of_resume_holds_for_both_outcomes_of_a_dispute(outcome: str) -> None:
    life = living("dispute: {resume: keep}")
    life.ends(life.hold("dispute", on="2026-04-10"), on="2026-04-17", outcome=outcome)
    assert life.until("2026-12-31").steps()[1] == ("2026-04-17", "two")


def test_a_dispute_about_a_part_leaves_the_rest_to_be_claimed() -> None:
    life = living()
    life.hold("dispute", on="2026-04-10", part=money(400))
    life.until("2026-12-31")
    assert life.steps() == [ONE, TWO, THREE]
    assert [m.said.total for m in life.messages] == [money(1000), money(600), money(600)]


def test_a_dispute_about_a_part_shifts_nothing_even_when_the_rest_was_paid() -> None:
    # of 1,000, 400 are disputed and 600 paid; the dispute is founded for its own part only
    life = living()
    dispute = life.hold("dispute", on="2026-04-02", part=money(400))
    life.pays(600, on="2026-04-13", of="INV-1")
    life.ends(dispute, on="2026-04-14", outcome="founded")
    assert life.until("2026-12-31").steps() == [ONE, TWO, THREE]


def test_a_dispute_about_more_than_is_owed_is_about_the_whole() -> None:
    life = living()
    life.hold("dispute", on="2026-04-10", part=money(1500))
    assert life.until("2026-12-31").steps() == [ONE]


def test_two_disputes_about_parts_take_both_off() -> None:
    life = living()
    life.hold("dispute", on="2026-04-10", part=money(400))
    life.hold("dispute", on="2026-04-11", part=money(100))
    life.until("2026-04-20")
    assert life.messages[-1].said.total == money(500)


def test_a_dispute_that_lasts_is_asked_about() -> None:
    # ten working days after Friday 10 April: Friday 24 April
    life = living("dispute: {review_after: 10bd}")
    life.hold("dispute", on="2026-04-10")
    assert life.until("2026-12-31").reviews() == [("2026-04-24", "the dispute is undecided after 10bd")]


def test_a_dispute_raised_by_the_customer_holds_for_its_time_then_a_person_looks() -> None:
    # five working days after Friday 10 April: Friday 17 April; it goes on holding
    life = living("dispute: {by_customer: {holds_for: 5bd, then: review}}")
    life.hold("dispute", on="2026-04-10", by="customer")
    life.until("2026-12-31")
    assert life.reviews() == [("2026-04-17", "the customer disputes: is it founded?")]
    assert life.steps() == [ONE]


def test_litigation_stops_everything_and_payment_clears_it() -> None:
    """S71: nothing under litigation; after it the ladder goes on where it was; paid, it is over."""
    life = living()
    life.ends(life.hold("dispute", on="2026-03-20"), on="2026-05-04", outcome="unfounded")
    life.pays(1000, on="2026-05-06", of="INV-1")
    life.until("2026-12-31")
    assert life.outcomes() == [("2026-05-04", "one", "sent"), ("2026-05-06", "", "stopped: paid")]


def test_a_stop_flag_set_and_removed_lets_the_due_step_leave_at_once() -> None:
    """S17: the step that came due under the hold leaves in the next slot."""
    life = living()
    life.ends(life.hold("manual", on="2026-04-02", of="C-1", scope="customer"), on="2026-04-16")
    assert life.until("2026-04-20").steps() == [ONE, ("2026-04-16", "two")]


# --- promise -----------------------------------------------------------------------------------------------------


def test_a_promise_holds_and_is_kept_by_payment() -> None:
    life = living("promise: {tolerance: 2bd}")
    life.hold("promise", on="2026-04-10", promised="2026-04-20")
    life.pays(1000, on="2026-04-20", of="INV-1")
    life.until("2026-12-31")
    assert life.outcomes() == [("2026-04-01", "one", "sent"), ("2026-04-20", "", "stopped: paid")]
    assert life.ended() == [("2026-04-20", "kept")]


def test_a_promise_is_broken_after_its_tolerance() -> None:
    # promised for Monday 20 April, two working days more: Wednesday 22; broken on Thursday 23, and `two` leaves
    life = living("promise: {tolerance: 2bd}")
    life.hold("promise", on="2026-04-10", promised="2026-04-20")
    life.until("2026-12-31")
    assert life.ended() == [("2026-04-23", "broken")]
    assert life.steps() == [ONE, ("2026-04-23", "two"), THREE]


def test_a_promise_without_tolerance_lasts_to_the_end_of_its_day() -> None:
    life = living()
    life.hold("promise", on="2026-04-10", promised="2026-04-20")
    assert life.until("2026-12-31").ended() == [("2026-04-21", "broken")]


def promised(more: str = "", *, promise: str | None = "2026-04-20", until: str | None = None, **about: object) -> Life:
    """INV-1, due on Tuesday 31 March and reminded on 1 April, is promised on the 2nd for the 20th."""
    email = "do: [{email: {template: one, to: billing}}]"
    steps = "".join(
        f"  - {{id: {name}, at: due+{n}d, {email}}}\n" for name, n in (("one", 1), ("two", 15), ("three", 30))
    )
    life = Life(f"{more}steps:\n{steps}", **about)  # type: ignore[arg-type]
    life.invoice("INV-1", 1000, due="2026-03-31")
    days = {key: value for key, value in (("promised", promise), ("until", until)) if value is not None}
    life.hold("promise", on="2026-04-02", **days)
    return life


@pytest.mark.parametrize(("promise", "until"), [("2026-04-20", "2026-04-20"), (None, "2026-04-20")])
def test_a_promise_with_an_end_is_broken_and_does_not_run_out(promise: str | None, until: str) -> None:
    life = promised(promise=promise, until=until)
    assert life.until("2026-04-25").ended() == [("2026-04-21", "broken")]


def test_without_bank_data_a_promise_is_broken_as_if_they_came_each_morning() -> None:
    # on Wednesday 22 April they would go to the 21st, the first day later than the promise
    life = promised(bank=None, business="bank_data: none\n")
    assert life.until("2026-04-25").ended() == [("2026-04-22", "broken")]


def test_a_case_looks_every_day_whether_the_bank_has_spoken_of_a_promise() -> None:
    life = promised(bank="2026-04-20").until("2026-04-22")
    decision = life.now("2026-04-22")
    assert decision.wake["M-1"] == life.instant("2026-04-23")
    assert "unproved" in [reason.code for reason in decision.reasons["INV-1"]]
    on_its_day = promised(bank="2026-04-19").until("2026-04-20").now("2026-04-20")
    assert "unproved" not in [reason.code for reason in on_its_day.reasons["INV-1"]]


def test_a_promise_that_free_money_keeps_passes_no_step_over() -> None:
    life = promised("holds: {promise: {broken: three}}\n")
    life.pays(1000, on="2026-04-15")
    life.until("2026-05-30")
    assert [how for _, how in life.ended()] == ["kept"]
    assert not [outcome for _, _, outcome in life.outcomes() if "broken" in outcome]


@pytest.mark.parametrize(("outcome", "stopped"), [("founded", True), ("unfounded", False)])
def test_a_founded_dispute_may_end_the_ladder(outcome: str, stopped: bool) -> None:
    email = "do: [{email: {template: one, to: billing}}]"
    resume = "holds: {dispute: {resume: {founded: never, unfounded: keep}}}\n"
    life = Life(f"{resume}steps: [{{id: one, at: due+1d, {email}}}]\n")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.ends(life.hold("dispute", on="2026-04-01"), on="2026-04-03", outcome=outcome)
    life.until("2026-04-30")
    assert (("2026-04-03", "", "stopped: dispute") in life.outcomes()) is stopped


def test_a_hold_wakes_the_cases_that_it_concerns() -> None:
    life = promised()
    life.contract("M-2")
    decision = life.until("2026-04-03").now("2026-04-03")
    assert decision.wake == {"M-1": life.instant("2026-04-21"), "M-2": None}


def test_a_promise_is_not_broken_before_the_bank_has_spoken() -> None:
    # bank data go to Monday 20 April until Thursday the 30th, when they reach the 29th
    life = living("promise: {tolerance: 2bd}", bank="2026-04-20")
    life.hold("promise", on="2026-04-10", promised="2026-04-20")
    life.bank("2026-04-29", on="2026-04-30", at="08:00")
    assert life.until("2026-12-31").ended() == [("2026-04-30", "broken")]


def test_the_bank_is_heard_of_a_promise_while_the_ladder_waits_for_a_person() -> None:
    # `one` failed and somebody is asked; the promise is broken as soon as the bank's data tell, all the same
    life = living(bank="2026-04-20")
    life.fails("one", on="2026-04-01")
    life.hold("promise", on="2026-04-10", promised="2026-04-20")
    life.bank("2026-04-21", on="2026-04-30", at="08:00")
    life.until("2026-04-29")
    said = sentences(life.now("2026-04-29").reasons["INV-1"])
    assert (
        "the promise of 2026-04-20 is judged when the bank's data go beyond 2026-04-20; they go to 2026-04-20" in said
    )
    assert life.until("2026-12-31").ended() == [("2026-04-30", "broken")]


def test_part_of_a_promise_does_not_keep_it() -> None:
    life = living()
    life.hold("promise", on="2026-04-10", promised="2026-04-20")
    life.pays(999, on="2026-04-20", of="INV-1")
    assert life.until("2026-12-31").ended() == [("2026-04-21", "broken")]


@pytest.mark.parametrize(
    ("came", "older", "disputed", "outcome"),
    [
        (1000, 0, 0, "kept"),
        (999, 0, 0, "broken"),
        (1000, 1, 0, "broken"),
        (1001, 1, 0, "kept"),
        (700, 0, 300, "broken"),
    ],
)
def test_money_on_no_invoice_keeps_a_promise_that_it_covers(came: int, older: int, disputed: int, outcome: str) -> None:
    # it is reckoned on the oldest first, so that an older invoice takes its part of it; what is disputed is not covered
    life = Life(THREE_STEPS)
    life.invoice("INV-1", 1000, due="2026-03-31")
    if older:
        life.invoice("INV-0", older, due="2026-03-30")
    if disputed:
        life.hold("dispute", on="2026-04-07", part=money(disputed))
    life.hold("promise", on="2026-04-08", promised="2026-04-20")
    life.pays(came, on="2026-04-20")
    life.until("2026-05-31")
    assert life.ended() == [("2026-04-21", outcome)]
    assert ("2026-04-21" in dict(life.steps())) == (outcome == "broken" and not disputed)


def test_a_broken_promise_goes_on_at_the_named_step() -> None:
    # broken on Tuesday 21 April: `two` is passed over, `three` keeps its own day
    life = living("promise: {broken: three}")
    life.hold("promise", on="2026-04-10", promised="2026-04-20")
    assert life.until("2026-12-31").outcomes() == [
        ("2026-04-01", "one", "sent"),
        ("2026-04-21", "two", "skipped: broken"),
        ("2026-04-29", "three", "sent"),
    ]


def test_after_a_broken_promise_each_ladder_goes_on_as_its_own_policy_says() -> None:
    """One promise of the customer, two contracts under two policies; broken when Wednesday 15 April begins."""
    email = "do: [{email: {template: reminder, to: billing}}]"
    other = f"""
calendar: plain
holds: {{promise: {{broken: gamma}}}}
steps:
  - {{id: alpha, level: reminder, at: due+1d, {email}}}
  - {{id: beta, level: reminder, at: due+20d, {email}}}
  - {{id: gamma, level: firm, at: due+25d, {email}}}
"""
    routes = ASSIGNMENT.replace("routes: []", "routes: [{id: r, when: {contract.kind: recurring}, policy: other}]")
    more = {
        "policies/other.yaml": HEAD.replace("mine", "other") + other,
        "assignments/default.yaml": routes,
    }
    life = Life(STEPS + "holds: {promise: {broken: three}}\n", more=more)
    life.contract("M-2", kind="recurring")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 1000, due="2026-04-01", contract="M-2")
    life.hold("promise", on="2026-04-10", of="C-1", scope="customer", promised="2026-04-14")
    life.until("2026-06-30")
    # INV-1: 31 March and 29 days; INV-2: after the gap, then 1 April and 25 days, a Sunday
    assert life.outcomes("INV-1") == [
        ("2026-04-01", "one", "sent"),
        ("2026-04-15", "two", "skipped: broken"),
        ("2026-04-30", "three", "sent"),
    ]
    assert life.outcomes("INV-2") == [
        ("2026-04-06", "alpha", "sent"),
        ("2026-04-15", "beta", "skipped: broken"),
        ("2026-04-27", "gamma", "sent"),
    ]


def test_a_broken_promise_never_goes_back() -> None:
    # it goes on at the named step, or at its next step if that is later
    life = living("promise: {broken: one}")
    life.hold("promise", on="2026-04-20", promised="2026-04-22")
    assert life.until("2026-12-31").steps() == [ONE, TWO, THREE]


def test_a_broken_promise_does_not_get_round_what_the_step_requires() -> None:
    policy = f"""
holds: {{promise: {{broken: notice}}}}
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: two, level: firm, at: due+15d, {EMAIL}}}
  - {{id: notice, level: notice, at: due+29d, requires: [two], {EMAIL}}}
"""
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("promise", on="2026-04-10", promised="2026-04-20")
    life.until("2026-12-31")
    assert life.steps() == [ONE]
    assert life.reviews() == [("2026-04-29", "notice requires two, which did not go out")]


def test_a_promise_made_before_the_invoice_s_first_step_ends_all_the_same() -> None:
    life = living()
    life.hold("promise", on="2026-03-10", promised="2026-03-20")
    assert life.until("2026-12-31").steps() == [ONE, TWO, THREE]


# --- the others --------------------------------------------------------------------------------------------------


def test_says_paid_holds_for_five_working_days_then_a_person_looks() -> None:
    # five working days after Friday 10 April: Friday 17 April
    life = living("says-paid: {for: 5bd}")
    life.hold("says-paid", on="2026-04-10", by="customer")
    life.until("2026-12-31")
    assert life.reviews() == [("2026-04-17", "the customer says it is paid, and no payment has come")]
    assert life.steps() == [ONE]


def test_an_answer_holds_the_case_until_it_is_read() -> None:
    # three working days after Friday 10 April: Wednesday 15 April; read on Thursday the 16th
    life = living()
    reply = life.hold("reply", on="2026-04-10", of="M-1", scope="contract", by="customer")
    life.ends(reply, on="2026-04-16", outcome="read")
    life.until("2026-12-31")
    assert life.reviews() == [("2026-04-15", "the customer's answer is not read")]
    assert life.steps() == [ONE, ("2026-04-16", "two"), THREE]


def test_an_insolvency_freezes_what_was_supplied_before_and_not_what_comes_later() -> None:
    # opened on 10 April: INV-1 was issued on 1 March, INV-2 on 20 April and is due on Wednesday 20 May
    life = living()
    life.invoice("INV-2", 500, issued="2026-04-20", due="2026-05-20")
    life.hold("insolvency", on="2026-04-13", of="C-1", scope="customer", opened="2026-04-10", published="2026-04-12")
    life.until("2026-12-31")
    assert life.outcomes("INV-1") == [("2026-04-01", "one", "sent"), ("2026-04-13", "", "stopped: insolvency")]
    assert life.steps("INV-2")[0] == ("2026-05-21", "one")


def test_what_is_supplied_before_the_opening_is_frozen_whenever_it_is_invoiced() -> None:
    """Opened on 1 July: June is invoiced on the 2nd, July was on 15 June and is reminded on Thursday the 16th."""
    life = Life(STEPS)
    life.invoice("JUNE", 500, issued="2026-07-02", due="2026-07-31", period=(day("2026-06-01"), day("2026-06-30")))
    life.invoice("JULY", 500, issued="2026-06-15", due="2026-07-15", period=(day("2026-07-01"), day("2026-07-31")))
    life.hold("insolvency", on="2026-07-06", of="C-1", scope="customer", opened="2026-07-01")
    life.until("2026-08-31")
    assert life.outcomes("JUNE") == [("2026-07-06", "", "stopped: insolvency")]
    assert life.steps("JULY")[0] == ("2026-07-16", "one")


def test_an_insolvency_has_its_dated_tasks() -> None:
    # published on 12 April: the claim by 12 June, goods by 12 July
    life = living()
    life.hold("insolvency", on="2026-04-13", of="C-1", scope="customer", opened="2026-04-10", published="2026-04-12")
    life.until("2026-12-31")
    dues = {task.title: task.due for task in life.account.tasks.values()}
    assert dues["Declare the claim in the insolvency"] == day("2026-06-12")
    assert dues["Reclaim goods under retention of title"] == day("2026-07-12")


@pytest.mark.parametrize("policy", ["mine", "none"])
def test_a_claim_is_declared_though_its_invoice_has_no_ladder(policy: str) -> None:
    """One that has not reached the customer, or that no policy duns, is lost all the same if nobody declares it."""
    otherwise = (
        f"otherwise: {{policy: {policy}, reason: Consumers}}" if policy == "none" else "otherwise: {policy: mine}"
    )
    routes = ASSIGNMENT.replace("otherwise: {policy: mine}", otherwise)
    life = Life(STEPS, more={"assignments/default.yaml": routes})
    life.invoice("INV-1", 1000, due="2026-03-31", delivered=None if policy == "mine" else day("2026-03-01"))
    life.hold("insolvency", on="2026-04-13", of="C-1", scope="customer", opened="2026-04-10", published="2026-04-12")
    life.until("2026-12-31")
    assert life.sent() == []
    assert ("2026-04-13", "Declare the claim in the insolvency") in life.tasks()
    assert len(life.tasks()) == 3


def test_what_was_frozen_stays_frozen_for_good() -> None:
    life = living()
    hold = life.hold("insolvency", on="2026-04-13", of="C-1", scope="customer", opened="2026-04-10")
    life.ends(hold, on="2026-06-01")
    assert life.until("2026-12-31").steps() == [ONE]


def test_an_invoice_that_the_platform_refuses_is_held_from_then_on() -> None:
    life = living()
    life.learns(on="2026-04-10", portal_status="refused")
    life.learns(on="2026-04-20", portal_status="deposited")
    assert life.until("2026-12-31").steps() == [ONE, ("2026-04-20", "two"), THREE]


@pytest.mark.parametrize("said", [{"portal_status": "210"}, {"portal_status": "213"}, {"approval": "rejected"}])
def test_an_invoice_that_is_refused_is_on_hold_until_it_is_issued_anew(said: dict[str, str]) -> None:
    # refused on Friday 10 April, issued anew on the 20th, due on 30 April: `two` on 15 May, `three` on the 29th
    life = living()
    life.learns(on="2026-04-10", **said)
    life.learns(on="2026-04-20", due=day("2026-04-30"))
    life.until("2026-12-31")
    assert life.ended() == [("2026-04-20", "released")]
    assert life.steps() == [ONE, ("2026-05-15", "two"), ("2026-05-29", "three")]


def test_the_hold_of_a_refused_invoice_resumes_as_the_policy_says() -> None:
    # held for ten days: `two` of Wednesday 15 April and `three` ten days later, or never
    life = living("invoice-refused: {resume: shift}")
    life.learns(on="2026-04-10", portal_status="refused")
    life.learns(on="2026-04-20", portal_status="approved")
    assert life.until("2026-12-31").steps()[1] == ("2026-04-27", "two")
    never = living("invoice-refused: {resume: never}")
    never.learns(on="2026-04-10", portal_status="refused")
    never.learns(on="2026-04-20", portal_status="approved")
    assert never.until("2026-12-31").outcomes()[-1] == ("2026-04-20", "", "stopped: invoice-refused")


def test_a_hold_that_a_person_placed_for_a_refusal_is_theirs_to_end() -> None:
    life = living()
    life.hold("invoice-refused", on="2026-04-10", by="anne")
    assert life.until("2026-12-31").ended() == []


def test_during_a_hold_a_payment_never_worsens_the_stage() -> None:
    """S75: paid in full under the hold, it is over; paid in part, the rest goes on as written when the hold ends."""
    for amount, after in ((1000, []), (400, [("2026-04-17", "two"), THREE])):
        life = living()
        hold = life.hold("manual", on="2026-04-10")
        life.pays(amount, on="2026-04-14", of="INV-1")
        life.ends(hold, on="2026-04-17")
        assert life.until("2026-12-31").steps() == [ONE, *after]


def test_a_hold_that_ran_out_was_over_when_its_day_began_though_that_is_noticed_late() -> None:
    # until Tuesday 14 April; nobody looks before the afternoon of the 15th, the day of `two`, which leaves then
    life = Life(
        "steps:\n"
        "  - {id: one, at: due+1d, do: [{email: {template: one, to: billing}}]}\n"
        "  - {id: two, at: due+15d, do: [{email: {template: two, to: billing}}]}\n"
    )
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("manual", on="2026-04-10", until="2026-04-14")
    life.until("2026-04-13")
    assert [act.step for act in life.now("2026-04-15", "16:30").acts] == ["two"]


def test_a_hold_lasts_until_its_last_day_is_over_where_the_step_leaves() -> None:
    """Until 16 April for both contracts: over in Tokyo at 17:00 of Paris, where `two` leaves from 17:30 on."""
    tokyo = PLAIN.replace("id: plain", "id: tokyo").replace("Europe/Paris", "Asia/Tokyo")
    evening = PLAIN.replace("id: plain", "id: evening").replace("from: 09:00, to: 17:00", "from: 17:30, to: 18:30")
    other = f"calendar: tokyo\nsteps: [{{id: far, level: reminder, at: due+60d, {EMAIL}}}]\n"
    more = {
        "calendars/tokyo.yaml": tokyo,
        "calendars/evening.yaml": evening,
        "policies/other.yaml": HEAD.replace("mine", "other") + other,
        "assignments/default.yaml": ASSIGNMENT.replace(
            "routes: []", "routes: [{id: r, when: {contract.kind: recurring}, policy: other}]"
        ),
    }
    life = Life("calendar: evening\n" + STEPS, more=more)
    life.contract("M-2", kind="recurring")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-03-31", contract="M-2")
    life.hold("manual", on="2026-04-10", of="C-1", scope="customer", until="2026-04-16")
    assert life.until("2026-04-20").steps() == [ONE, ("2026-04-17", "two")]


def test_a_hold_ends_though_one_of_another_invoice_began_before_it() -> None:
    life = Life("steps: [{id: one, at: due+1d, do: [{email: {template: one, to: billing}}]}]\n")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 1000, due="2026-03-31")
    life.hold("manual", on="2026-03-20", of="INV-2", until="2026-05-30")
    life.hold("manual", on="2026-03-25", of="INV-1", until="2026-04-10")
    life.until("2026-04-20")
    assert life.ended() == [("2026-04-11", "expired")]
    assert life.steps("INV-1") == [("2026-04-13", "one")]
    assert life.steps("INV-2") == []


def test_a_case_looks_again_when_a_hold_is_to_begin() -> None:
    life = Life("steps: [{id: one, at: due+1d, do: [{email: {template: one, to: billing}}]}]\n")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("manual", on="2026-03-10", start="2026-03-20", until="2026-04-10")
    life.until("2026-03-11")
    assert life.now("2026-03-11").wake["M-1"] == life.instant("2026-03-20")
