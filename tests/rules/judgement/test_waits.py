"""What a receivable waits for, with the values that are put into words, and when its case looks again."""

from __future__ import annotations

from datetime import date

import pytest

from rules.decision import Reason
from tests.rules.judgement.kit import Life

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
LETTER = "do: [{letter: {template: notice, to: billing, registered: paper}}]"
CALL = "do: [{call: {queue: phone, script: polite, attempts: 2}}]"
HANDOFF = "do: [{handoff: {to: recouvra, kind: agency}}]"
ONE = f"id: one, at: due+1d, {EMAIL}"
TWO = f"id: two, level: firm, at: due+8d, {EMAIL}"
APPROVED = f"id: two, level: firm, at: due+8d, approval: {{who: credit-controller, within: 3bd}}, {EMAIL}"
NOTICE = f"id: notice, level: notice, at: due+15d, deadline: {{of: 8d, from: presented}}, {LETTER}"

Stands = tuple[str, tuple[object, ...], str | None]


def life_of(*steps: str, more: str = "", due: str = "2026-03-31", **about: object) -> Life:
    """INV-1 over 1,000 euros, due on Tuesday 31 March 2026; each message is about one invoice."""
    policy = more + "consolidate: {by: invoice}\nsteps:\n" + "".join(f"  - {{{step}}}\n" for step in steps)
    life = Life(policy, **about)  # type: ignore[arg-type]
    life.invoice("INV-1", 1000, due=due)
    return life


def stands(life: Life, on: str, of: str = "INV-1") -> Stands:
    """At four that day, in its hours: the code, its values, and the day on which the case looks again."""
    life.until(life.instant(on, "16:00"))
    decision = life.now(on, "16:00")
    why, values = decision.waits(of) or ("", ())
    wake = decision.wake["M-1"]
    if wake is None:
        return why, values, None
    local = wake.astimezone(life.zone)
    hours = {0: ""}.get(local.hour, " open" if 9 <= local.hour < 13 else f" {local:%H:%M}")
    return why, values, f"{local:%m-%d}{hours}"


def april(number: int) -> date:
    return date(2026, 4, number)


# --- its day ----------------------------------------------------------------------------------------------------------


def test_a_step_waits_for_its_day_and_for_the_working_day_after_it() -> None:
    assert stands(life_of(ONE), "2026-03-30") == ("planned", ("one", april(1), april(1)), "04-01 open")
    assert stands(life_of(ONE, due="2026-04-03"), "2026-04-02") == (
        "planned",
        ("one", april(4), april(6)),
        "04-06 open",
    )


def test_the_next_invoice_waits_for_the_gap_and_without_one_for_the_next_day() -> None:
    for pacing, why, on in (("3bd", "gap", 7), ("0d", "one-a-day", 3)):
        life = life_of(ONE, more=f"pacing: {{min_gap: {pacing}}}\n", due="2026-04-01")
        life.invoice("INV-2", 500, due="2026-04-01")
        assert stands(life, "2026-04-02", "INV-2") == (why, ("one", april(2), april(on)), f"04-{on:02} open")


# --- what others have to do first -------------------------------------------------------------------------------------


def test_a_hold_is_named_with_its_end() -> None:
    life = life_of(ONE)
    name = life.hold("manual", on="2026-03-31", until="2026-04-14")
    assert stands(life, "2026-04-01") == ("held", ("manual", name, april(14)), "04-15")


def test_an_invoice_that_the_customer_rejected_is_held_without_end() -> None:
    life = life_of(ONE, TWO)
    life.learns(on="2026-04-02", portal_status="rejected")
    assert stands(life, "2026-04-08") == ("held", ("invoice-refused", "refused/INV-1/1", None), None)


def test_an_approval_is_awaited_from_a_role_and_then_from_the_owner() -> None:
    # asked on Wednesday the 8th, three working days are over on Monday the 13th
    life = life_of(APPROVED)
    assert stands(life, "2026-04-08") == ("approval", ("credit-controller", april(8)), "04-13")
    assert stands(life, "2026-04-13") == ("approval", ("owner@martin.example", april(8)), None)


def test_a_postponed_approval_is_named_with_its_day() -> None:
    life = life_of(APPROVED)
    life.refuses("two", on="2026-04-09", outcome="postpone", until="2026-04-20")
    assert stands(life, "2026-04-10") == ("postponed", (april(20),), "04-20")


def test_a_fact_that_is_missing_is_asked_for() -> None:
    life = life_of(f"{ONE}, when: {{customer.segment: {{in: [big]}}}}")
    assert stands(life, "2026-04-01")[:2] == ("review", ("a fact is not known: customer.segment",))


def test_a_fact_without_which_no_step_can_be_chosen_is_looked_at_when_its_owner_is_to_be_told() -> None:
    # asked on Sunday 1 March, the day of the invoice; the fifth working day after it is Friday the 6th
    gentle = "variants: [{id: gentle, when: {customer.segment: strategic}, change: {one: {at: due+22d}}}]\n"
    assert stands(life_of(ONE, more=gentle), "2026-03-02") == (
        "review",
        ("a fact is not known: customer.segment",),
        "03-06",
    )


def test_a_question_about_a_step_waits_as_long_as_its_approval_would() -> None:
    # asked on Wednesday the 8th; three working days later is Monday the 13th
    unknown = APPROVED.replace("approval:", "when: {customer.segment: small}, approval:")
    assert stands(life_of(ONE, unknown), "2026-04-09")[2] == "04-13"


def test_what_follows_a_refusal_is_asked_for_as_long_as_its_approval_would_wait() -> None:
    # asked about on Wednesday the 15th, refused on Friday the 17th; three working days later is Wednesday the 22nd
    notice = f"id: notice, level: notice, at: due+15d, approval: {{who: credit-controller, within: 3bd}}, {LETTER}"
    life = life_of(ONE, notice)
    life.refuses("notice", on="2026-04-17")
    assert stands(life, "2026-04-20") == ("review", ("notice was refused: what follows?",), "04-22")
    (review,) = life.account.reviews.values()
    assert (review.asked.receivable, review.asked.step) == ("INV-1", "notice")


def test_what_a_person_cannot_replace_is_waited_for_after_they_said_to_go_on() -> None:
    # an address, and a fact that says which words are sent
    by_fact = "do: [{email: {template: {by: customer.segment, big: b, otherwise: s}, to: billing}}]"
    for life, why in (
        (life_of(ONE, reachable={}), "no address for the email of one"),
        (life_of(f"id: one, at: due+1d, {by_fact}"), "customer.segment"),
    ):
        life.answers("proceed", on="2026-04-02")
        assert stands(life, "2026-04-03") == ("review", (why,), None)


def test_bank_data_are_named_with_how_far_they_go_and_how_far_they_must() -> None:
    # a working day after the due date is Wednesday the 1st
    assert stands(life_of(ONE, bank=None), "2026-04-01") == ("bank-data", (None, april(1)), "04-02 open")
    late = life_of(ONE, bank="2026-03-31")
    assert stands(late, "2026-04-03") == ("bank-data", (date(2026, 3, 31), april(1)), "04-06 open")


def test_a_notice_waits_until_the_first_reminder_is_eight_days_old() -> None:
    life = life_of(ONE, f"id: notice, level: notice, at: due+5d, {LETTER}")
    assert stands(life, "2026-04-07") == ("before-heavy", (april(1), april(9)), "04-09 open")


def test_a_lighter_step_waits_for_a_heavier_one_that_is_asked_about() -> None:
    asked = f"id: notice, level: notice, at: due+8d, approval: credit-controller, {LETTER}"
    life = life_of(ONE, asked, more="pacing: {min_gap: 1d}\n")
    life.invoice("NEW", 100, due="2026-04-08")
    assert stands(life, "2026-04-09", "NEW")[:2] == ("heavier-first", ("notice", "INV-1"))


def test_a_lighter_step_waits_for_the_deadline_of_a_heavier_one() -> None:
    # the notice of Thursday the 16th gives eight days: NEW may be reminded from the 25th on, which is a Saturday
    notice = f"id: notice, level: notice, at: due+16d, deadline: {{of: 8d, from: sent}}, {LETTER}"
    life = life_of(ONE, notice, more="pacing: {min_gap: 1d}\n")
    life.invoice("NEW", 100, due="2026-04-16")
    assert stands(life, "2026-04-20", "NEW") == ("heavier-first", ("notice", "INV-1"), "04-25")
    assert stands(life, "2026-04-25", "NEW")[:2] == ("planned", ("one", april(17), april(27)))


def test_a_lighter_step_waits_for_a_heavier_one_whose_day_it_would_take() -> None:
    # OLD was reminded on 1 April: its notice leaves on Thursday the 9th, which a reminder of the 8th would put off
    life = life_of(ONE, f"id: notice, level: notice, at: due+5d, {LETTER}")
    life.invoice("NEW", 100, due="2026-04-07")
    assert stands(life, "2026-04-08", "NEW") == ("heavier-first", ("INV-1",), "04-09 open")


def test_the_next_step_is_named_with_its_level_and_its_instant() -> None:
    life = life_of(TWO)
    step = life.until("2026-03-30").now("2026-03-30").next_steps["INV-1"]
    assert (step.step, step.level, step.why) == ("two", "firm", "planned")
    assert step.at is not None
    assert step.at.astimezone(life.zone).date() == april(8)


def test_what_can_not_be_claimed_waits_for_nothing() -> None:
    life = life_of(ONE)
    life.credits(1000, on="2026-03-31")
    assert stands(life, "2026-04-01") == ("nothing-open", (), None)


# --- the step before it -----------------------------------------------------------------------------------------------


def test_a_message_that_is_on_its_way_or_whose_outcome_nobody_knows_is_named() -> None:
    life = life_of(ONE, TWO)
    life.claims("one", on="2026-04-01")
    assert life.now("2026-04-01", "16:40").waits("INV-1") == ("leaving", ("one",))
    life = life_of(ONE, TWO)
    life.fails("one", on="2026-04-01", outcome="unknown")
    assert life.now("2026-04-01", "16:40").waits("INV-1") == ("unknown-outcome", ("one",))


def test_a_message_that_could_not_be_sent_is_named_with_what_was_said() -> None:
    life = life_of(ONE, TWO)
    life.fails("one", on="2026-04-01")
    assert life.now("2026-04-01", "16:40").waits("INV-1") == ("failed", ("one", "550 no such user"))
    life.until("2026-04-02")
    assert life.reviews() == [("2026-04-01", "one could not be sent: 550 no such user")]


def test_a_call_is_being_tried_on_two_working_days() -> None:
    # queued on Wednesday the 1st, tried on the 1st and the 2nd: free on Friday the 3rd
    life = life_of(f"id: one, at: due+1d, {CALL}", TWO)
    assert stands(life, "2026-04-01") == ("call", ("one", april(3)), "04-03")


def test_a_letter_that_the_post_has_not_presented_is_waited_for_twenty_working_days() -> None:
    # sent on Wednesday the 15th; the twentieth working day after it is Wednesday 13 May
    life = life_of(ONE, NOTICE, f"id: last, level: handoff, at: notice.deadline+1d, {HANDOFF}")
    assert stands(life, "2026-04-16") == ("not-presented", ("notice",), "05-13")
    assert stands(life, "2026-05-13")[:2] == ("review", ("the post gives no proof for notice after 20bd",))


def test_a_step_names_the_file_that_is_with_an_agency() -> None:
    life = life_of(ONE, TWO, f"id: agency, level: handoff, at: due+15d, requires: [], reason: agreed, {HANDOFF}")
    life.invoice("NEW", 100, due="2026-04-07")
    assert stands(life, "2026-04-20", of="NEW") == ("handed-off", ("INV-1",), None)


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        ("proceed", ("not-presented", ("notice",), None)),
        ("skip", ("", (), None)),
    ],
)
def test_after_the_answer_about_the_post_it_is_waited_for_or_passed_over(answer: str, wait: Stands) -> None:
    life = life_of(ONE, NOTICE, f"id: last, level: handoff, at: notice.deadline+1d, {HANDOFF}")
    life.answers(answer, on="2026-05-14")
    assert stands(life, "2026-05-18") == wait
    assert life.outcomes()[2:] == ([] if answer == "proceed" else [("2026-05-14", "last", "skipped: review")])


def test_a_step_has_no_day_when_the_due_date_is_taken_back() -> None:
    life = life_of(ONE, TWO)
    life.learns(on="2026-04-07", due=None)
    assert stands(life, "2026-04-10") == ("no-due-date", ("",), None)


# --- no ladder --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "more", "why"),
    [
        (None, {"issued": "2026-03-01"}, "no-due-date"),
        ("2026-03-31", {"delivered": None}, "not-delivered"),
        ("2026-03-31", {"issued": "1999-12-31"}, "effective-from"),
    ],
)
def test_an_invoice_without_a_ladder_says_why(due: str | None, more: dict[str, object], why: str) -> None:
    life = life_of(ONE)
    life.invoice("NEW", 100, due=due, known="2026-03-15", **more)  # type: ignore[arg-type]
    life.until("2026-03-16")
    assert Reason("not-enrolled", "no", (why,)) in life.now("2026-03-16").reasons["NEW"]
