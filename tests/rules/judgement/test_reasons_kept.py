"""What a waiting step says it waits for, and boundaries that mutation testing found nobody to notice."""

from __future__ import annotations

import pytest

from rules import facts as f
from tests.rules.judgement.kit import Life

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
LETTER = "do: [{letter: {template: notice, to: billing, registered: paper}}]"


def life_of(*steps: str, more: str = "consolidate: {by: invoice}\n") -> Life:
    """One invoice of 1,000 euros, due on Tuesday 31 March 2026."""
    life = Life(more + "steps:\n" + "".join(f"  - {{{step}}}\n" for step in steps))
    life.invoice("INV-1", 1000, due="2026-03-31")
    return life


def in_hours(life: Life, on: str) -> Life:
    """Lived until that afternoon, when the hours of this customer are open."""
    return life.until(life.instant(on, "15:00"))


ONE = f"id: one, at: due+1d, {EMAIL}"
APPROVED = f"id: two, level: firm, at: due+8d, approval: credit-controller, {EMAIL}"


def test_a_step_says_that_it_waits_for_approval_before_and_after_it_was_escalated() -> None:
    life = life_of(APPROVED)
    assert in_hours(life, "2026-04-09").waits_for() == "approval"
    assert in_hours(life, "2026-04-30").waits_for() == "approval"
    assert [how for _, how in life.ended_approvals()] == ["escalated"]


def test_a_postponed_step_says_so_and_is_asked_about_again_on_its_day() -> None:
    life = life_of(APPROVED)
    life.refuses("two", on="2026-04-10", outcome="postpone", until="2026-04-20")
    assert in_hours(life, "2026-04-13").waits_for() == "postponed"
    assert life.until("2026-04-20").asked() == [
        ("2026-04-08", "two", "credit-controller"),
        ("2026-04-20", "two", "credit-controller"),
    ]


def test_an_approval_lapses_when_the_sum_rises_and_is_asked_for_anew() -> None:
    # agreed under a hold; the payment that came before the request is reversed, and 1,000 are more than the 600 shown
    life = life_of(APPROVED)
    payment = life.pays(400, on="2026-04-02", of="INV-1")
    hold = life.hold("manual", on="2026-04-09")
    life.approves("two", on="2026-04-10")
    life.reverses(payment, on="2026-04-13")
    life.ends(hold, on="2026-04-14")
    assert life.until("2026-04-14").steps() == []
    assert life.ended_approvals() == [("2026-04-14", "lapsed")]
    assert [on for on, _, _ in life.asked()] == ["2026-04-08", "2026-04-14"]


def test_a_step_that_is_passed_over_keeps_what_was_tested_in_the_decision_that_does_it() -> None:
    # two steps of one day, both for 2,000 euros and more: each is passed over, and then looked at no more
    rich = "when: {invoice.balance: {gte: 2000.00 EUR}}"
    life = life_of(f"id: one, at: due+1d, {rich}, {EMAIL}", f"id: again, at: due+1d, {rich}, {EMAIL}", APPROVED)
    decision = life.until("2026-03-31").now("2026-04-01", "15:00")
    assert [fact.step for fact in decision.facts if isinstance(fact, f.Skipped)] == ["one", "again"]
    tested = [each for each in decision.reasons["INV-1"] if each.code == "when"]
    assert [(each.verdict, each.values) for each in tested] == [("no", ("one",)), ("no", ("again",))]


def test_a_step_that_needs_no_hands_keeps_what_was_tested_when_it_was_done() -> None:
    # a task is done as it is decided, and the next step looked at at once
    task = "do: [{task: {queue: desk, title: Look}}]"
    life = life_of(f"id: one, at: due+1d, when: {{invoice.balance: {{gte: 500.00 EUR}}}}, {task}", APPROVED)
    decision = life.until("2026-03-31").now("2026-04-01", "15:00")
    assert [fact.step for fact in decision.facts if isinstance(fact, f.Left)] == ["one"]
    tested = [(each.verdict, each.values) for each in decision.reasons["INV-1"] if each.code == "when"]
    assert tested == [("yes", ("one",))]


def test_a_refused_notice_asks_what_follows() -> None:
    life = life_of(ONE, f"id: notice, level: notice, at: due+15d, approval: credit-controller, {LETTER}")
    life.refuses("notice", on="2026-04-17", outcome="stop")
    life.until("2026-04-30")
    assert life.reviews() == [("2026-04-17", "notice was refused: what follows?")]
    assert life.outcomes()[-1] == ("2026-04-17", "", "stopped: stopped")


def test_a_notice_that_waits_for_its_days_says_so() -> None:
    life = life_of(ONE, f"id: notice, level: notice, at: due+5d, {LETTER}")
    assert in_hours(life, "2026-04-08").waits_for() == "before-heavy"


@pytest.mark.parametrize("channel", ["sms", "letter"])
def test_a_text_and_a_letter_are_reminders_too(channel: str) -> None:
    reminder = f"id: one, at: due+1d, do: [{{{channel}: {{template: reminder, to: billing}}}}]"
    life = life_of(reminder, f"id: notice, level: notice, at: due+15d, {LETTER}")
    assert life.until("2026-04-30").steps() == [("2026-04-01", "one"), ("2026-04-15", "notice")]


@pytest.mark.parametrize(("known", "first"), [("2026-04-14", "one"), ("2026-04-15", "two")])
def test_the_nearest_step_is_one_whose_day_has_come(known: str, first: str) -> None:
    life = Life(f"""
pacing: {{late_start: nearest-step}}
steps: [{{{ONE}}}, {{id: two, level: firm, at: due+15d, {EMAIL}}}]
""")
    life.invoice("INV-1", 1000, due="2026-03-31", known=known)
    assert life.until(known).steps() == [(known, first)]


def late(*steps: str, known: str = "2026-05-04") -> Life:
    """An invoice due on 31 March that is known on Monday 4 May, of a customer who pays on the 10th of the month."""
    life = Life(
        "pacing: {late_start: nearest-step}\nsteps:\n" + "".join(f"  - {{{s}}}\n" for s in steps), payment_run=10
    )
    life.invoice("INV-1", 1000, due="2026-03-31", known=known)
    return life.until(known)


def test_the_nearest_step_may_count_from_a_payment_run() -> None:
    # the first run after the due date is 10 April
    life = late(ONE, f"id: two, level: firm, at: payment-run+5d, {EMAIL}")
    assert life.steps() == [("2026-05-04", "two")]


def test_a_step_that_has_no_day_yet_does_not_hide_a_nearer_one() -> None:
    life = late(ONE, f"id: two, level: firm, at: one+5d, {EMAIL}", f"id: three, level: firm, at: due+20d, {EMAIL}")
    assert life.steps() == [("2026-05-04", "three")]


def test_where_only_heavy_steps_are_past_the_ladder_begins_at_the_first() -> None:
    life = late(f"id: notice, level: notice, at: due+1d, {LETTER}")
    assert life.reviews() == [("2026-05-04", "no reminder went out before notice")]


def test_a_notice_without_proof_keeps_lighter_steps_waiting_for_twenty_working_days() -> None:
    # OLD's notice leaves on Wednesday 15 April; until 13 May, the 20th working day after it, NEW's waits
    deadline = "deadline: {of: 8d, from: presented}"
    life = life_of(ONE, f"id: notice, level: notice, at: due+15d, {deadline}, {LETTER}")
    life.invoice("NEW", 100, due="2026-04-20")
    life.until("2026-05-20")
    assert life.steps("INV-1") == [("2026-04-01", "one"), ("2026-04-15", "notice")]
    assert life.steps("NEW") == [("2026-05-14", "one")]


def test_what_a_missing_fact_keeps_back_is_told_as_the_reason() -> None:
    """Whatever it is needed for: the calendar, the language, the day on which the customer pays."""
    calendar = "calendar: {by: customer.region, 57: plain, otherwise: plain}\n"
    for life in (life_of(f"id: one, at: payment-run+3d, {EMAIL}"), life_of(ONE, more=calendar)):
        decision = life.until("2026-04-20").now("2026-04-20")
        assert (decision.waits("INV-1") or ("",))[0] == "review"
        (asked,) = (why for _, why in life.reviews())
        assert asked.startswith("a fact is not known: ")
        assert (decision.waits("INV-1") or ("", ()))[1] == (asked,)
