"""Each event of the language, on the day of the reaction. One invoice of 1,000 euros, due on 31 March 2026."""

from __future__ import annotations

from rules import facts as f
from tests.rules.judgement.kit import Life, day, money

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
ONE = f"  - {{id: one, at: due+1d, {EMAIL}}}\n"


def life_of(event: str, steps: str = ONE, rest: str = "", **more: object) -> Life:
    """A policy with these steps that opens a task when the event happens."""
    task = "do: [{task: {queue: credit-control, title: Look at it}}]"
    life = Life(f"steps:\n{steps}reactions: [{{event: {event}, {task}}}]\n{rest}", **more)  # type: ignore[arg-type]
    if event != "invoice-sent":
        life.invoice("INV-1", 1000, due="2026-03-31")
    return life


def reacted(life: Life) -> list[str]:
    """The days on which the task was opened, to the end of the year."""
    return [on for on, title in life.until("2026-12-31").tasks() if title == "Look at it"]


def test_an_invoice_is_sent_on_the_day_on_which_it_reaches_the_customer() -> None:
    life = life_of("invoice-sent")
    life.invoice("INV-1", 1000, due="2026-03-31", delivered=None)
    life.happens(f.Delivered(life.instant("2026-03-05", "10:00"), "INV-1", day("2026-03-05")))
    assert reacted(life) == ["2026-03-05"]


def test_an_invoice_that_was_imported_as_sent_is_no_event() -> None:
    life = life_of("invoice-sent")
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert reacted(life) == []


def test_an_invoice_is_approved() -> None:
    life = life_of("invoice-approved")
    life.learns(on="2026-03-10", approval="pending")
    life.learns(on="2026-03-16", approval="approved")
    assert reacted(life) == ["2026-03-16"]


def test_a_part_of_the_amount_is_short() -> None:
    life = life_of("short-paid")
    life.pays(400, on="2026-04-02", of="INV-1")
    life.pays(600, on="2026-04-20", of="INV-1")
    assert reacted(life) == ["2026-04-02"]


def test_the_whole_amount_is_not_short_even_if_it_comes_back() -> None:
    life = life_of("short-paid")
    life.reverses(life.pays(1000, on="2026-04-02", of="INV-1"), on="2026-04-10")
    assert reacted(life) == []


def test_what_came_back_before_does_not_make_a_part_whole() -> None:
    life = life_of("short-paid")
    life.reverses(life.pays(1000, on="2026-04-02", of="INV-1"), on="2026-04-10")
    life.pays(400, on="2026-04-20", of="INV-1")
    assert reacted(life) == ["2026-04-20"]


def test_a_residue_within_the_tolerance_is_not_short() -> None:
    life = life_of("short-paid", rest="money: {tolerance: 2.00 EUR}\n")
    life.pays(999, on="2026-04-02", of="INV-1")
    assert reacted(life) == []


def test_a_dispute_is_overdue_when_it_is_asked_about() -> None:
    life = life_of("dispute-overdue", rest="holds: {dispute: {review_after: 10d}}\n")
    life.hold("dispute", on="2026-04-03")
    assert reacted(life) == ["2026-04-13"]


def test_a_dispute_decided_in_time_is_not_overdue() -> None:
    life = life_of("dispute-overdue", rest="holds: {dispute: {review_after: 10d}}\n")
    life.ends(life.hold("dispute", on="2026-04-03"), on="2026-04-10", outcome="unfounded")
    assert reacted(life) == []


def test_a_message_bounces() -> None:
    life = life_of("bounced")
    life.bounces("email", on="2026-04-02")
    assert reacted(life) == ["2026-04-02"]


def test_the_customer_replies() -> None:
    life = life_of("replied")
    life.happens(f.Replied(life.instant("2026-04-07", "11:00"), "M-1", "INV-1/1/one/1"))
    assert reacted(life) == ["2026-04-07"]


def test_a_reply_about_several_invoices_is_one_event() -> None:
    life = life_of("replied")
    life.invoice("INV-2", 500, due="2026-03-31")
    life.happens(f.Replied(life.instant("2026-04-07", "11:00"), "M-1", "INV-1/1/one/1"))
    assert reacted(life) == ["2026-04-07"]


def test_a_letter_is_presented() -> None:
    letter = "  - {id: one, at: due+1d, do: [{letter: {template: notice, to: billing, registered: paper}}]}\n"
    life = life_of("presented", letter)
    life.presents("one", on="2026-04-09")
    assert reacted(life) == ["2026-04-09"]


DEADLINE = f"  - {{id: one, at: due+1d, deadline: {{of: 8d, from: sent}}, {EMAIL}}}\n"


def test_a_deadline_has_passed_on_the_day_after_it() -> None:
    # sent on Wednesday 1 April with eight days: Thursday 9 April
    assert reacted(life_of("deadline-passed", DEADLINE)) == ["2026-04-10"]


def test_a_deadline_does_not_pass_for_what_was_paid_on_it() -> None:
    life = life_of("deadline-passed", DEADLINE)
    life.pays(1000, on="2026-04-09", of="INV-1")
    assert reacted(life) == []


AGENCY = (
    ONE
    + """\
  - id: agency
    level: handoff
    at: due+15d
    requires: []
    reason: the contract says so
    do: [{handoff: {to: recouvra, kind: agency}}]
"""
)


def test_a_file_is_handed_over_once() -> None:
    life = life_of("handed-off", AGENCY)
    life.happens(f.Recalled(life.instant("2026-05-11"), "INV-1", day("2026-05-11")))
    assert reacted(life) == ["2026-04-15"]


def test_a_file_that_is_handed_over_again_is_told_again() -> None:
    life = life_of("handed-off", AGENCY)
    life.happens(f.Recalled(life.instant("2026-05-11"), "INV-1", day("2026-05-11"), "agency"))
    assert reacted(life) == ["2026-04-15", "2026-05-11"]


def test_a_file_is_taken_back() -> None:
    life = life_of("recalled", AGENCY)
    life.happens(f.Recalled(life.instant("2026-05-11"), "INV-1", day("2026-05-11")))
    assert reacted(life) == ["2026-05-11"]


def test_each_new_invoice_above_the_credit_limit_is_told_once() -> None:
    # 1,000 is within 1,200; 1,500 from 10 April and 1,600 from 20 April are not
    life = life_of("credit-limit-exceeded", credit_limit=money(1200))
    life.invoice("INV-2", 500, due="2026-05-10")
    life.invoice("INV-3", 100, due="2026-05-20")
    assert reacted(life) == ["2026-04-10", "2026-04-20"]


def test_a_credit_limit_that_is_not_known_is_not_passed() -> None:
    assert reacted(life_of("credit-limit-exceeded")) == []


# --- a call, and what became of it -------------------------------------------------------------------------------

CALL = "  - {id: one, at: due+1d, do: [{call: {queue: credit-control, script: first}}]}\n"


def test_what_became_of_a_call_may_be_answered() -> None:
    life = life_of("call-recorded, when: {call.outcome: wrong-number}", CALL)
    life.calls("one", on="2026-04-01", outcome="no-answer")
    life.calls("one", on="2026-04-02", outcome="wrong-number")
    assert reacted(life) == ["2026-04-02"]


def test_the_sum_that_came_back_may_be_tested() -> None:
    life = life_of("payment-reversed, when: {payment.amount: {gte: 500.00 EUR}}")
    life.reverses(life.pays(100, on="2026-04-02", of="INV-1"), on="2026-04-10")
    life.reverses(life.pays(900, on="2026-04-03", of="INV-1"), on="2026-04-20")
    assert reacted(life) == ["2026-04-20"]
