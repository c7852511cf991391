"""How close contacts come, which step goes first, how heavy ones are prepared, and where a late ladder begins."""

from __future__ import annotations

import pytest

from rules import facts as f
from tests.rules.judgement.kit import PLAIN, Life, day

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
TASK = "do: [{task: {queue: collections, title: Look at it}}]"
LETTER = "do: [{letter: {template: notice, to: billing, registered: paper}}]"
ALONE = "consolidate: {by: invoice}\n"


def steps(*lines: str, more: str = ALONE) -> str:
    """A policy of these steps, each written without its braces."""
    return more + "steps:\n" + "".join(f"  - {{{line}}}\n" for line in lines)


# Due on Tuesday 31 March 2026, due+1d is Wednesday 1 April.
TWO = steps(f"id: one, at: due+1d, {EMAIL}", f"id: two, level: firm, at: due+15d, {EMAIL}")


def life_of(policy: str, **more: object) -> Life:
    """One invoice of 1,000 euros, due on 31 March 2026."""
    life = Life(policy, **more)  # type: ignore[arg-type]
    life.invoice("INV-1", 1000, due="2026-03-31")
    return life


# --- the gap -----------------------------------------------------------------------------------------------------


def test_a_step_leaves_on_the_third_working_day_after_the_last_contact_at_the_earliest() -> None:
    # `one` on Wednesday 1 April; `two` is written for Thursday: Thursday, Friday, Monday 6 April
    life = life_of(steps(f"id: one, at: due+1d, {EMAIL}", f"id: two, at: due+2d, {EMAIL}"))
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-06", "two")]


def test_the_gap_is_kept_across_the_contracts_of_a_customer() -> None:
    life = life_of(TWO)
    life.contract("M-2")
    life.invoice("INV-2", 500, due="2026-04-01", contract="M-2")
    life.until("2026-04-10")
    assert life.steps("INV-1") == [("2026-04-01", "one")]
    assert life.steps("INV-2") == [("2026-04-06", "one")]


def test_a_step_that_the_gap_delayed_does_not_move_the_next_one() -> None:
    # the second invoice's `one` waits from 2 to 6 April; its `two` keeps its own day, Thursday 16 April ...
    # ... but INV-1's `two` left on the 15th: three working days later is Monday 20 April
    life = life_of(TWO)
    life.invoice("INV-2", 500, due="2026-04-01")
    assert life.until("2026-12-31").steps("INV-2") == [("2026-04-06", "one"), ("2026-04-20", "two")]


def test_a_task_is_no_contact_so_the_next_step_keeps_its_day() -> None:
    life = life_of(steps(f"id: look, at: due+1d, {TASK}", f"id: one, at: due+2d, {EMAIL}"))
    assert life.until("2026-12-31").steps() == [("2026-04-01", "look"), ("2026-04-02", "one")]


def test_two_steps_never_leave_on_one_day_even_if_they_are_tasks() -> None:
    life = life_of(
        steps(f"id: look, at: due+1d, {TASK}", f"id: again, at: due+1d, {TASK}", more="pacing: {min_gap: 0d}\n")
    )
    assert life.until("2026-12-31").steps() == [("2026-04-01", "look"), ("2026-04-02", "again")]


def test_without_a_gap_there_is_still_one_step_a_day() -> None:
    life = life_of(
        steps(f"id: one, at: due+1d, {EMAIL}", f"id: two, at: due+1d, {EMAIL}", more="pacing: {min_gap: 0d}\n")
    )
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-02", "two")]


def test_a_recorded_call_that_reached_the_customer_is_a_contact() -> None:
    # the call of Tuesday 14 April keeps the e-mail of the 15th back to Friday 17 April
    call = "do: [{call: {queue: credit-control, script: first}}]"
    life = life_of(steps(f"id: phone, at: due+13d, {call}", f"id: two, at: due+15d, {EMAIL}"))
    life.calls("phone", on="2026-04-14")
    assert life.until("2026-12-31").steps() == [("2026-04-13", "phone"), ("2026-04-17", "two")]


# --- who goes first ----------------------------------------------------------------------------------------------


def test_the_oldest_due_date_goes_first_then_the_smaller_identifier() -> None:
    life = Life(TWO)
    for name, due in (("C", "2026-03-31"), ("B", "2026-03-31"), ("A", "2026-04-01")):
        life.invoice(name, 100, due=due, known="2026-04-02")
    life.until("2026-04-10")
    assert [line[2] for line in life.sent()] == [("B",), ("C",), ("A",)]


def test_the_heaviest_goes_first() -> None:
    # both `two` of OLD and `one` of NEW are due on Wednesday 15 April
    life = Life(TWO)
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 100, due="2026-04-14")
    life.until("2026-04-30")
    assert life.steps("OLD") == [("2026-04-01", "one"), ("2026-04-15", "two")]
    assert life.steps("NEW")[0] == ("2026-04-20", "one")


def test_a_lighter_step_never_delays_a_heavier_one() -> None:
    # `one` of NEW would leave on Tuesday 14 April and push `two` of OLD from the 15th to the 17th: it waits
    life = Life(TWO)
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 100, due="2026-04-13")
    life.until("2026-04-27")
    assert life.steps("OLD") == [("2026-04-01", "one"), ("2026-04-15", "two")]
    assert life.steps("NEW") == [("2026-04-20", "one")]


NOTICE = steps(
    f"id: one, at: due+1d, {EMAIL}",
    f"id: notice, level: notice, at: due+15d, approval: credit-controller, deadline: {{of: 8d, from: sent}}, {LETTER}",
)


def test_from_the_request_of_a_heavy_step_to_its_deadline_nothing_lighter_leaves() -> None:
    # asked on Wednesday 15 April, approved and sent on Monday 20, deadline Tuesday 28: `one` of NEW, due on Friday 17,
    # leaves on the first working day after the deadline, Wednesday 29 April
    life = Life(NOTICE)
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 100, due="2026-04-16")
    life.approves("notice", on="2026-04-20", of="OLD")
    life.until("2026-04-30")
    assert life.steps("OLD") == [("2026-04-01", "one"), ("2026-04-20", "notice")]
    assert life.steps("NEW") == [("2026-04-29", "one")]


@pytest.mark.parametrize("outcome", ["skip", "stop"])
def test_a_refused_heavy_step_lets_the_lighter_ones_go(outcome: str) -> None:
    life = Life(NOTICE)
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 100, due="2026-04-16")
    life.refuses("notice", on="2026-04-20", of="OLD", outcome=outcome)
    assert life.until("2026-04-30").steps("NEW") == [("2026-04-20", "one")]


def test_an_escalated_request_makes_only_its_own_ladder_wait() -> None:
    # asked on Wednesday 15 April, five working days: escalated on Wednesday 22
    life = Life(NOTICE)
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 100, due="2026-04-16")
    life.until("2026-12-31")
    assert life.steps("OLD") == [("2026-04-01", "one")]
    assert life.steps("NEW") == [("2026-04-22", "one")]


def test_a_request_on_a_ladder_under_a_hold_keeps_no_other_waiting() -> None:
    life = Life(NOTICE)
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 100, due="2026-04-16")
    life.hold("dispute", on="2026-04-16", of="OLD")
    assert life.until("2026-04-30").steps("NEW") == [("2026-04-17", "one")]


def test_a_request_under_a_hold_hides_no_other() -> None:
    # both are asked about on Wednesday 15 April; that about OLD-2 is escalated on the 22nd
    life = Life(NOTICE)
    for name, due in (("OLD-1", "2026-03-31"), ("OLD-2", "2026-03-31"), ("NEW", "2026-04-16")):
        life.invoice(name, 100, due=due)
    life.hold("dispute", on="2026-04-16", of="OLD-1")
    assert life.until("2026-04-30").steps("NEW") == [("2026-04-22", "one")]


def test_an_approved_step_waits_for_a_heavier_one_that_is_asked_about() -> None:
    # A's firm step is approved on Thursday 16 April, the day after B's notice was asked about; escalated on the 22nd
    approved = f"approval: credit-controller, {EMAIL}"
    life = Life(
        steps(
            f"id: one, at: due+1d, {EMAIL}",
            f"id: two, level: firm, at: due+14d, when: {{invoice.kind: deposit}}, {approved}",
            f"id: notice, level: notice, at: due+15d, when: {{invoice.kind: invoice}}, {approved}",
        )
    )
    life.invoice("A", 100, due="2026-03-31", kind="deposit")
    life.invoice("B", 100, due="2026-03-31")
    life.approves("two", on="2026-04-16", of="A")
    assert life.until("2026-04-30").steps("A") == [("2026-04-01", "one"), ("2026-04-22", "two")]


def test_the_notice_of_a_ladder_that_a_person_stopped_keeps_no_other_waiting() -> None:
    # sent on Monday 20 April, stopped on the 22nd, before its deadline: NEW waits for the gap alone, until the 23rd
    life = Life(NOTICE)
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 100, due="2026-04-16")
    life.approves("notice", on="2026-04-20", of="OLD")
    life.happens(f.Stopped(life.instant("2026-04-22"), "OLD", 1, "stopped", day("2026-04-22")))
    assert life.until("2026-04-30").steps("NEW") == [("2026-04-23", "one")]


def test_an_approval_that_cannot_be_used_keeps_others_waiting_until_it_lapses() -> None:
    # approved on Monday 20 April on bank data that are too old; ten working days later is 4 May, the next day the 5th
    policy = NOTICE.replace(
        f"id: one, at: due+1d, {EMAIL}", f"id: one, at: due+1d, {EMAIL}, when: {{invoice.kind: invoice}}"
    )
    task = f"  - {{id: look, at: due+1d, when: {{invoice.kind: deposit}}, {TASK}}}\n"
    life = Life("pacing: {freshness: 2bd}\n" + policy.replace("steps:\n", "steps:\n" + task), bank="2026-04-14")
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 100, due="2026-04-16", kind="deposit")
    life.approves("notice", on="2026-04-20", of="OLD")
    life.until("2026-05-30")
    assert life.steps("OLD") == [("2026-04-01", "one")]
    assert life.steps("NEW") == [("2026-05-05", "look")]


# --- heavy steps -------------------------------------------------------------------------------------------------


def test_a_heavy_step_leaves_eight_days_after_the_first_reminder() -> None:
    # sent on Wednesday 1 April: Thursday 9 April, though it is written for the 3rd
    life = life_of(steps(f"id: one, at: due+1d, {EMAIL}", f"id: notice, level: notice, at: due+3d, {LETTER}"))
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-09", "notice")]


def test_a_heavy_step_without_a_reminder_asks_a_person() -> None:
    life = life_of(steps(f"id: notice, level: notice, at: due+3d, {LETTER}"))
    life.until("2026-12-31")
    assert life.steps() == []
    assert life.reviews() == [("2026-04-03", "no reminder went out before notice")]


@pytest.mark.parametrize("light", [f"id: one, level: courtesy, at: due+1d, {EMAIL}", f"id: one, at: due+1d, {TASK}"])
def test_neither_a_courtesy_nor_a_task_is_a_reminder(light: str) -> None:
    life = life_of(steps(light, f"id: notice, level: notice, at: due+15d, {LETTER}"))
    life.until("2026-12-31")
    assert life.reviews() == [("2026-04-15", "no reminder went out before notice")]


CALLED = steps(
    "id: phone, at: due+1d, do: [{call: {queue: credit-control, script: first}}]",
    f"id: notice, level: notice, at: due+15d, {LETTER}",
)


def test_a_call_that_reached_the_customer_is_a_reminder() -> None:
    life = life_of(CALLED)
    life.calls("phone", on="2026-04-02")
    assert life.until("2026-12-31").steps()[1] == ("2026-04-15", "notice")


def test_a_call_that_reached_nobody_is_none() -> None:
    life = life_of(CALLED)
    life.calls("phone", on="2026-04-02", outcome="no-answer")
    assert life.until("2026-12-31").reviews() == [("2026-04-15", "no reminder went out before notice")]


def test_a_reminder_that_bounced_is_none() -> None:
    life = life_of(steps(f"id: one, at: due+1d, {EMAIL}", f"id: notice, level: notice, at: due+15d, {LETTER}"))
    life.bounces("email", on="2026-04-02")
    assert life.until("2026-12-31").reviews() == [("2026-04-15", "no reminder went out before notice")]


def test_a_step_that_requires_one_that_was_skipped_asks_a_person() -> None:
    policy = steps(
        f"id: one, at: due+1d, {EMAIL}",
        f"id: two, at: due+8d, when: {{customer.country: BE}}, {EMAIL}",
        f"id: notice, level: notice, at: due+15d, requires: [two], {LETTER}",
    )
    life = life_of(policy, country="FR")
    life.until("2026-12-31")
    assert life.reviews() == [("2026-04-15", "notice requires two, which did not go out")]


def test_every_step_that_is_required_and_did_not_go_out_is_named_and_a_person_may_go_on() -> None:
    nobody = "when: {customer.country: BE}"
    life = life_of(
        steps(
            f"id: one, at: due+1d, {EMAIL}",
            f"id: two, at: due+8d, {nobody}, {EMAIL}",
            f"id: three, at: due+9d, {nobody}, {EMAIL}",
            f"id: notice, level: notice, at: due+15d, requires: [two, three], {LETTER}",
        ),
        country="FR",
    )
    life.answers("proceed", on="2026-04-17")
    life.until("2026-04-20")
    assert life.reviews() == [("2026-04-15", "notice requires two, three, which did not go out")]
    assert life.steps()[1:] == [("2026-04-17", "notice")]


def test_what_a_step_tested_is_told_with_the_step() -> None:
    life = life_of(steps(f"id: one, at: due+1d, when: {{customer.country: BE}}, {EMAIL}"), country="FR")
    life.until(life.instant("2026-03-31"))
    (told,) = (r for r in life.now("2026-04-01", "16:30").reasons["INV-1"] if r.code == "when")
    assert (told.verdict, told.values) == ("no", ("one",))
    (part,) = told.parts
    assert "customer.country" in str(part)


def test_unsent_steps_never_count_towards_heavier_ones() -> None:
    """S51 and T1: what was skipped climbed nowhere, so the notice that requires it stays behind."""
    policy = steps(
        f"id: one, at: due+1d, when: {{customer.country: BE}}, {EMAIL}",
        f"id: notice, level: notice, at: due+15d, requires: [one], {LETTER}",
    )
    assert life_of(policy, country="FR").until("2026-12-31").steps() == []


HANDOFF = "do: [{handoff: {to: recouvra, kind: agency}}]"


def test_a_handoff_requires_a_notice_though_none_is_named() -> None:
    life = life_of(steps(f"id: one, at: due+1d, {EMAIL}", f"id: agency, level: handoff, at: due+15d, {HANDOFF}"))
    life.until("2026-12-31")
    assert life.reviews() == [("2026-04-15", "agency requires a formal notice, which did not go out")]


def test_a_handoff_may_say_that_it_requires_nothing() -> None:
    policy = steps(
        f"id: one, at: due+1d, {EMAIL}",
        f"id: agency, level: handoff, at: due+15d, requires: [], reason: agreed, {HANDOFF}",
    )
    assert life_of(policy).until("2026-12-31").steps()[1] == ("2026-04-15", "agency")


# --- tone and order ----------------------------------------------------------------------------------------------


def test_the_tone_never_goes_backwards() -> None:
    policy = steps(
        f"id: firm, level: firm, at: due+1d, {EMAIL}",
        f"id: gentle, level: reminder, at: due+8d, {EMAIL}",
        f"id: firm-again, level: firm, at: due+15d, {EMAIL}",
    )
    life = life_of(policy)
    assert life.until("2026-12-31").outcomes() == [
        ("2026-04-01", "firm", "sent"),
        ("2026-04-01", "gentle", "skipped: tone"),
        ("2026-04-15", "firm-again", "sent"),
    ]


def test_a_step_before_the_due_date_is_skipped_once_it_has_passed() -> None:
    life = Life(steps(f"id: courtesy, level: courtesy, at: due-5d, {EMAIL}", f"id: one, at: due+3d, {EMAIL}"))
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-04-01")
    assert life.until("2026-12-31").outcomes() == [
        ("2026-04-01", "courtesy", "skipped: too-late"),
        ("2026-04-03", "one", "sent"),
    ]


def test_a_step_by_its_day_of_issue_is_too_late_too_where_that_day_comes_before_the_due_date() -> None:
    # issued on Sunday 1 March, due on Tuesday the 31st: the 29th day is Monday the 30th, the 30th is the due date
    for days, outcome in ((29, "skipped: too-late"), (30, "sent")):
        life = Life(steps(f"id: one, at: issued+{days}d, {EMAIL}"))
        life.invoice("INV-1", 1000, due="2026-03-31", known="2026-04-01")
        assert life.until("2026-12-31").outcomes() == [("2026-04-01", "one", outcome)]


def test_in_a_late_ladder_too_a_step_that_was_written_before_the_due_date_is_too_late() -> None:
    # known on Monday 4 May: `one` leaves, and the written distances count from it; `two` was written for 21 March
    life = Life(steps(f"id: one, at: due+1d, {EMAIL}", f"id: two, at: issued+20d, {EMAIL}"))
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-05-04")
    life.until("2026-12-31")
    assert sorted(life.outcomes()) == [("2026-05-04", "one", "sent"), ("2026-05-04", "two", "skipped: too-late")]


def test_a_step_before_the_due_date_still_leaves_on_the_due_date() -> None:
    life = Life(steps(f"id: courtesy, level: courtesy, at: due-5d, {EMAIL}", f"id: one, at: due+8d, {EMAIL}"))
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-03-31")
    assert life.until("2026-12-31").steps()[0] == ("2026-03-31", "courtesy")


def test_nothing_with_a_plus_leaves_before_the_due_date() -> None:
    """T9: 60 days after the due date is never before it. 31 March and 60 days: Saturday 30 May, Monday 1 June."""
    life = life_of(steps(f"id: one, at: due+60d, {EMAIL}"))
    assert life.until("2026-12-31").steps() == [("2026-06-01", "one")]


def test_fourteen_days_before_the_end_of_march_are_in_march() -> None:
    """S65: due on 31 March 2024, 14 days before: 17 March, which is a Sunday, so Monday the 18th."""
    life = Life(steps(f"id: courtesy, level: courtesy, at: due-14d, {EMAIL}"))
    life.invoice("INV-1", 1000, due="2024-03-31")
    assert life.until("2024-12-31").steps() == [("2024-03-18", "courtesy")]


def test_a_step_that_repeats_comes_again_while_it_is_open() -> None:
    # Wednesday 1 April, then every five working days, three times in all; paid after that changes nothing
    life = life_of(
        steps(f"id: one, at: due+1d, repeat: {{every: 5bd, times: 3}}, {EMAIL}", f"id: two, at: due+29d, {EMAIL}")
    )
    assert life.until("2026-12-31").steps() == [
        ("2026-04-01", "one"),
        ("2026-04-08", "one"),
        ("2026-04-15", "one"),
        ("2026-04-29", "two"),
    ]


def test_a_step_stops_repeating_when_it_is_paid() -> None:
    life = life_of(steps(f"id: one, at: due+1d, repeat: {{every: 5bd, times: 3}}, {EMAIL}"))
    life.pays(1000, on="2026-04-09", of="INV-1")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-08", "one")]


# --- late arrival ------------------------------------------------------------------------------------------------

FOUR = steps(
    f"id: courtesy, level: courtesy, at: due-5d, {EMAIL}",
    f"id: one, at: due+3d, {EMAIL}",
    f"id: two, level: firm, at: due+10d, {EMAIL}",
    f"id: notice, level: notice, at: due+30d, {LETTER}",
)


def test_an_invoice_two_hundred_days_late_begins_politely_and_keeps_the_written_distances() -> None:
    """S79: nothing is caught up at once. Known on Friday 16 October; 7 and 27 days later: the 23rd, 12 November."""
    life = Life(FOUR)
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-10-16")
    assert life.until("2027-12-31").outcomes() == [
        ("2026-10-16", "courtesy", "skipped: too-late"),
        ("2026-10-16", "one", "sent"),
        ("2026-10-23", "two", "sent"),
        ("2026-11-12", "notice", "sent"),
    ]


def test_the_whole_age_may_decide_instead() -> None:
    """S13, the other variant: nearest-step begins at the latest light step already due, never at a heavy one."""
    life = Life("pacing: {late_start: nearest-step}\n" + FOUR)
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-10-16")
    # two leaves on Friday 16 October as if it were due+10d; the notice 20 days later, Thursday 5 November
    assert life.until("2027-12-31").outcomes() == [
        ("2026-10-16", "courtesy", "skipped: too-late"),
        ("2026-10-16", "one", "skipped: too-late"),
        ("2026-10-16", "two", "sent"),
        ("2026-11-05", "notice", "sent"),
    ]


def test_a_hold_does_not_make_a_late_ladder_begin_further_up() -> None:
    # known on Thursday 9 April, when only `one` was due; held until the 20th, it begins with `one` all the same
    life = Life("pacing: {late_start: nearest-step}\n" + FOUR)
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-04-09")
    life.hold("manual", on="2026-04-09", until="2026-04-19")
    assert life.until("2026-04-30").steps() == [("2026-04-20", "one"), ("2026-04-27", "two")]


def test_an_import_may_continue_after_the_step_it_names() -> None:
    # the old system sent `one` on Monday 13 April; due+10d is past, so `two` leaves when known, Thursday 16 April, the
    # notice on its own day, Thursday 30 April
    life = Life("pacing: {late_start: from-history}\n" + FOUR)
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-04-16", last_step="one", last_step_on=day("2026-04-13"))
    assert life.until("2026-12-31").steps() == [("2026-04-13", "one"), ("2026-04-16", "two"), ("2026-04-30", "notice")]


@pytest.mark.parametrize(
    ("known", "one", "two"),
    [
        ("2026-04-02", "2026-04-03", "2026-04-10"),  # in time
        ("2026-04-03", "2026-04-03", "2026-04-10"),  # on the very day
        ("2026-04-07", "2026-04-07", "2026-04-14"),  # four days late: Tuesday 7 April and seven days
    ],
)
def test_a_ladder_is_late_when_it_is_enrolled_after_its_first_moment(known: str, one: str, two: str) -> None:
    life = Life(FOUR)
    life.invoice("INV-1", 1000, due="2026-03-31", known=known)
    assert life.until("2026-04-20").steps() == [(one, "one"), (two, "two")]


def test_a_moment_on_the_day_it_became_known_is_not_late_though_it_is_a_saturday() -> None:
    # due on Wednesday 1 April, due+3d is Saturday 4 April, known that day: `one` on Monday 6, the notice on Friday 1
    # May; a late ladder would count from Friday 3 April, and its notice would come on Monday 4 May
    life = Life(FOUR)
    life.invoice("INV-1", 1000, due="2026-04-01", known="2026-04-04")
    assert life.until("2026-05-20").steps() == [("2026-04-06", "one"), ("2026-04-13", "two"), ("2026-05-01", "notice")]


def test_a_moment_that_a_quiet_period_moved_is_not_late_before_that_period_is_over() -> None:
    # `one` is due on Friday 3 April and waits until Thursday the 9th, whether the invoice is known before or, as here,
    # on Tuesday the 7th: `two` keeps Friday the 10th and waits for the gap alone. A late ladder would say it on
    # Thursday the 16th
    quiet = PLAIN + "quiet: [{from: 04-01, to: 04-08, levels: [reminder], name: Spring}]\n"
    life = Life(FOUR, more={"calendars/plain.yaml": quiet})
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-04-07")
    assert life.until("2026-04-20").steps() == [("2026-04-09", "one"), ("2026-04-14", "two")]


def test_a_delay_by_the_gap_never_re_anchors() -> None:
    # INV-1 on Friday 3 and 10 April; INV-2's `one` waits for both, until Wednesday 15. Re-anchored, `two` would come
    # seven days later, on the 22nd; kept, it was due on the 10th and leaves after the gap, on Monday 20 April
    life = life_of(steps(f"id: one, at: due+3d, {EMAIL}", f"id: two, level: firm, at: due+10d, {EMAIL}"))
    life.invoice("INV-2", 500, due="2026-03-31")
    life.until("2026-12-31")
    assert life.steps("INV-1") == [("2026-04-03", "one"), ("2026-04-10", "two")]
    assert life.steps("INV-2") == [("2026-04-15", "one"), ("2026-04-20", "two")]


def test_a_step_whose_day_the_worker_slept_through_is_sent_once_when_it_wakes() -> None:
    """S69 and T2: due on 3 April; asked again only on Monday the 6th, it leaves then, once, and nothing is lost."""
    life = life_of(TWO)
    life.until("2026-03-05")
    life.lived = life.instant("2026-04-06")
    assert life.until("2026-04-10").steps() == [("2026-04-06", "one")]


def test_the_gap_at_go_live_keeps_twenty_old_invoices_from_leaving_in_a_burst() -> None:
    # Friday 16 October; on the 21st a second `one` would push the first one's `two` from the 23rd to the 26th: it waits
    # for it, then for the gap, Wednesday 28
    life = Life(FOUR)
    for n in range(20):
        life.invoice(f"INV-{n:02}", 100, due="2026-03-31", known="2026-10-16")
    life.until("2026-10-30")
    days = [message.on for message in life.messages]
    assert days == ["2026-10-16", "2026-10-23", "2026-10-28"]
