"""What is missing stops its own ladder and nothing else; what is asked is answered; what is over is not spoken of."""

from __future__ import annotations

import pytest

from rules import facts as f
from tests.rules.judgement.kit import Life, day, money, reaching

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
TWO = f"""
consolidate: {{by: customer, window: 3bd}}
steps:
  - {{id: one, level: reminder, at: due+1d, {EMAIL}}}
  - {{id: two, level: firm, at: due+15d, SECOND}}
"""
BY_FACT = "do: [{letter: {template: {by: customer.segment, big: b, otherwise: s}, to: billing}}]"


def two(second: str = EMAIL, **more: object) -> Life:
    """INV-1's second step falls due with INV-2's first: both on Wednesday 15 April 2026."""
    life = Life(TWO.replace("SECOND", second), **more)  # type: ignore[arg-type]
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-04-14")
    return life


def test_a_template_by_a_fact_that_is_not_known_keeps_its_own_step_back() -> None:
    life = two(BY_FACT).until("2026-05-31")
    assert life.steps("INV-2")[0] == ("2026-04-15", "one")
    assert life.steps("INV-1") == [("2026-04-01", "one")]
    assert any("customer.segment" in why for _, why in life.reviews())


def test_a_step_without_an_address_is_not_carried_by_a_lighter_message() -> None:
    letter = "do: [{letter: {template: firm, to: registered-office}}]"
    life = two(letter, reachable=reaching(billing=["email"])).until("2026-05-31")
    assert life.steps("INV-1") == [("2026-04-01", "one")]
    assert life.steps("INV-2")[0] == ("2026-04-15", "one")
    assert all(template for _, template, _ in life.sent())


QUIET = """\
format: relance/v1
kind: calendar
id: quiet
time_zone: Europe/Paris
working_days: [mon, tue, wed, thu, fri]
send_between: {email: {from: 09:00, to: 17:00}}
quiet: [{from: 04-10, to: 04-30, levels: [firm], name: Printemps}]
complete_until: COMPLETE
"""


def calendar(complete: str = "2039-12-31") -> dict[str, str]:
    return {"calendars/quiet.yaml": QUIET.replace("COMPLETE", complete)}


def test_a_step_in_its_quiet_period_does_not_speak_in_a_lighter_message() -> None:
    life = Life("calendar: quiet\n" + TWO.replace("SECOND", EMAIL), more=calendar())
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-04-14")
    life.until("2026-05-31")
    assert ("2026-05-01", "two") in life.steps("INV-1")
    assert life.steps("INV-2")[0] == ("2026-04-15", "one")


def test_after_a_hold_that_ends_in_its_hours_a_step_waits_for_the_next_that_are_its_own() -> None:
    # released on the afternoon of Thursday 9 April, the day of the firm step; it is quiet from the 10th to the 30th
    second = f"{{id: two, level: firm, at: due+9d, {EMAIL}}}"
    life = Life(f"calendar: quiet\nsteps: [{{id: one, at: due+1d, {EMAIL}}}, {second}]\n", more=calendar())
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.ends(life.hold("manual", on="2026-04-07"), on="2026-04-09", at="16:00")
    life.until(life.instant("2026-04-09", "16:30"))
    assert life.now("2026-04-09", "16:30").next_steps["INV-1"].at.date() == day("2026-05-01")


def test_a_step_that_waits_for_the_banks_data_is_looked_at_when_it_may_leave() -> None:
    # on Thursday 9 April the data of the 2nd are too old; firm steps are quiet from the 10th to the 30th
    second = f"{{id: two, level: firm, at: due+9d, {EMAIL}}}"
    policy = f"calendar: quiet\npacing: {{freshness: 2bd}}\nsteps: [{{id: one, at: due+1d, {EMAIL}}}, {second}]\n"
    life = Life(policy, more=calendar(), bank="2026-04-02")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until(life.instant("2026-04-09", "16:30"))
    decision = life.now("2026-04-09", "16:30")
    assert decision.waits("INV-1") == ("bank-data", (day("2026-04-02"), day("2026-04-07")))
    wake = decision.wake["M-1"]
    assert wake is not None
    assert wake.date() == day("2026-05-01")


def test_a_calendar_that_ends_asks_a_person_and_never_raises() -> None:
    life = Life("calendar: quiet\n" + TWO.replace("SECOND", EMAIL), more=calendar("2026-04-17"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-04-14")
    life.until("2026-05-31")
    assert any("complete until 2026-04-17" in why for _, why in life.reviews())


# --- reactions ---------------------------------------------------------------------------------------------------

BROKEN = f"""
holds: {{promise: {{tolerance: 1bd}}}}
reactions: [{{event: promise-broken, do: [{{email: {{template: broken, to: billing}}}}]}}]
steps: [{{id: one, level: reminder, at: due+1d, {EMAIL}}}]
"""


def broken(**more: object) -> Life:
    """A promise for Wednesday 8 April, broken when Friday the 10th begins."""
    life = Life(BROKEN, **more)  # type: ignore[arg-type]
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("promise", on="2026-04-02", promised="2026-04-08", at="10:00")
    return life


def test_a_broken_promise_is_written_about() -> None:
    life = broken().until("2026-04-30")
    assert ("2026-04-10", "broken", ("INV-1",)) in life.sent()


def test_nobody_is_written_to_about_what_was_paid_meanwhile() -> None:
    life = broken()
    at, share = life.instant("2026-04-10", "08:00"), f.Share("INV-1", 100000)
    life.happens(f.Paid(at, "p", "C-1", money(1000), day("2026-04-10"), (share,)))
    life.until("2026-04-30")
    assert [template for _, template, _ in life.sent()] == ["reminder"]


def test_a_reaction_about_an_overdue_invoice_waits_for_the_banks_data() -> None:
    policy = """
reactions: [{event: dispute-resolved, do: [{task: {queue: q, title: Look}}]},
            {event: bounced, do: [{letter: {template: returned, to: billing}}]}]
steps: [{id: one, level: reminder, at: due-1d, do: [{email: {template: reminder, to: billing}}]}]
"""
    life = Life(policy, bank=None)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.bounces("email", on="2026-04-02")
    life.until("2026-04-30")
    assert [template for _, template, _ in life.sent()] == ["reminder"]


# --- beside the ladder -------------------------------------------------------------------------------------------


def test_an_internal_deadline_waits_until_its_fact_is_known() -> None:
    task = "do: [{task: {queue: q, title: Tell}}]"
    life = Life(
        f"steps: [{{id: one, level: reminder, at: due+1d, {EMAIL}}}]\n"
        f"deadlines: [{{id: insurer, at: due+30d, warn: 10d, when: {{customer.insured: true}}, {task}}}]"
    )
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.changes(on="2026-04-24", insured=True)
    life.until("2026-05-31")
    assert ("2026-04-24", "Tell") in life.tasks()


LETTER = """
steps:
  - {id: one, level: reminder, at: due+1d, do: [{letter: {template: reminder, to: billing}}]}
  - id: notice
    level: notice
    at: due+15d
    deadline: {of: 8d, from: presented}
    do: [{letter: {template: notice, to: billing, registered: paper}}]
after_last_step: {at: notice.deadline+2bd, do: [{task: {queue: q, title: What now}}]}
"""


def test_a_letter_without_proof_asks_a_person_after_the_last_step_too() -> None:
    life = Life(LETTER)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-07-31")
    sent = next(on for on, step in life.steps() if step == "notice")
    assert sent == "2026-04-15"
    assert ("2026-05-13", "the post gives no proof for notice after 20bd") in life.reviews()


def test_an_unknown_address_opens_a_task_once() -> None:
    life = Life(LETTER)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.presents("notice", on="2026-04-20", how="unknown-address")
    life.until("2026-05-31")
    assert [title for _, title in life.tasks()] == ["Find the address: the post returned notice of INV-1"]


# --- money, holds, history ---------------------------------------------------------------------------------------


def test_a_few_cents_on_no_invoice_ask_nobody_while_nothing_is_overdue() -> None:
    step = f"{{id: early, level: courtesy, at: due-5d, {EMAIL}}}"
    policy = f"money: {{unallocated: {{share: 30%, then: review}}}}\nsteps: [{step}]"
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.pays(1, on="2026-03-10", of={})
    life.until("2026-04-30")
    assert life.steps() == [("2026-03-26", "early")]
    assert life.reviews() == []


@pytest.mark.parametrize(("outcome", "ended"), [("failed", "failed"), ("paid", "settled")])
def test_money_under_way_ends_its_hold_by_what_became_of_it(outcome: str, ended: str) -> None:
    life = Life(f"steps: [{{id: one, level: reminder, at: due+1d, {EMAIL}}}]")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("payment-pending", on="2026-03-25")
    if outcome == "paid":
        life.pays(1000, on="2026-04-07", of="INV-1")
    else:
        life.happens(f.PaymentFailed(life.instant("2026-04-07"), "sdd-1", "INV-1", money(1000), "AM04"))
    life.until("2026-04-30")
    assert life.ended() == [("2026-04-07", ended)]


def test_after_an_insolvency_the_administrator_is_written_to() -> None:
    reached = reaching(billing=["email"], administrator=["email"])
    life = Life(f"steps: [{{id: one, level: reminder, at: due+1d, {EMAIL}}}]", reachable=reached)
    life.hold("insolvency", on="2026-02-01", of="C-1", scope="customer", opened="2026-02-01")
    life.invoice("INV-1", 1000, due="2026-04-30")
    life.until("2026-05-02")
    (act,) = [message for message in life.messages if message.line[1] == "reminder"]
    assert act.said.role == "administrator"


def test_a_new_due_date_moves_a_late_ladder() -> None:
    life = Life(TWO.replace("SECOND", EMAIL))
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-06-01")
    life.learns(on="2026-06-03", due=day("2026-08-31"))
    life.until("2026-12-31")
    assert life.steps() == [("2026-06-01", "one"), ("2026-09-15", "two")]


def test_a_step_sent_by_the_system_before_is_a_contact_and_a_reminder() -> None:
    policy = f"""
pacing: {{late_start: from-history, min_gap: 3bd}}
steps:
  - {{id: one, level: reminder, at: due+1d, {EMAIL}}}
  - {{id: two, level: firm, at: due+2d, {EMAIL}}}
  - {{id: notice, level: notice, at: due+12d, do: [{{letter: {{template: notice, to: billing}}}}]}}
"""
    life = Life(policy)
    sent = {"last_step": "one", "last_step_on": day("2026-04-01")}
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-04-02", **sent)
    life.until("2026-05-31")
    # three working days after the 1st is the 6th; the notice eight days at least after the reminder of the 1st
    assert life.steps()[1:] == [("2026-04-06", "two"), ("2026-04-13", "notice")]
    assert life.reviews() == []


def test_a_step_of_the_past_that_the_policy_does_not_have_is_asked_about() -> None:
    policy = f"pacing: {{late_start: from-history}}\nsteps: [{{id: one, level: reminder, at: due+1d, {EMAIL}}}]"
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-04-02", last_step="letter-3")
    life.until("2026-04-03")
    assert "mine has no step letter-3" in life.reviews()[0][1]
