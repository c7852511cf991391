"""Beside the ladder: reactions, internal deadlines, what follows the last step, the limits of a business."""

from __future__ import annotations

import pytest

from rules import facts as f
from tests.rules.judgement.kit import PLAIN, Life, day, money

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
LETTER = "do: [{letter: {template: notice, to: billing, registered: paper}}]"
ONE = f"steps: [{{id: one, at: due+1d, {EMAIL}}}]\n"
TASK = "do: [{task: {queue: credit-control, title: Look at it}}]"


def life_of(policy: str, **more: object) -> Life:
    """One invoice of 1,000 euros, due on Tuesday 31 March 2026."""
    life = Life(policy, **more)  # type: ignore[arg-type]
    life.invoice("INV-1", 1000, due="2026-03-31")
    return life


# --- reactions ---------------------------------------------------------------------------------------------------


def reacting(event: str, do: str = TASK, when: str = "") -> str:
    """One step and a reaction."""
    condition = f"when: {when}, " if when else ""
    return f"{ONE}reactions: [{{event: {event}, {condition}{do}}}]\n"


MAIL = "do: [{email: {template: told, to: billing}}]"


def test_a_broken_promise_is_reacted_to_once() -> None:
    life = life_of(reacting("promise-broken"))
    life.hold("promise", on="2026-04-03", promised="2026-04-10")
    assert life.until("2026-12-31").tasks() == [("2026-04-11", "Look at it")]


def test_a_kept_promise_is_not() -> None:
    life = life_of(reacting("promise-broken"))
    life.hold("promise", on="2026-04-03", promised="2026-04-10")
    life.pays(1000, on="2026-04-09", of="INV-1")
    assert life.until("2026-12-31").tasks() == []


def test_a_payment_is_thanked_for_at_once_and_that_is_no_contact() -> None:
    # thanks on Thursday 9 April do not keep back the next step
    policy = reacting("payment-received", MAIL).replace(
        ONE, ONE.replace("}]\n", f"}}, {{id: two, at: due+10d, {EMAIL}}}]\n")
    )
    life = life_of(policy)
    life.pays(100, on="2026-04-09", of="INV-1")
    life.until("2026-12-31")
    assert [line[:2] for line in life.sent()] == [
        ("2026-04-01", "reminder"),
        ("2026-04-09", "told"),
        ("2026-04-10", "reminder"),
    ]


def test_one_payment_of_three_invoices_is_answered_once_about_all_of_them_and_so_is_its_return() -> None:
    back = "do: [{email: {template: back, to: billing}}]"
    answers = f"[{{event: payment-received, {MAIL}}}, {{event: payment-reversed, {back}}}]"
    life = Life(f"{ONE}reactions: {answers}\n")
    for n in (1, 2, 3):
        life.invoice(f"INV-{n}", 100 * n, due="2026-03-31")
    payment = life.pays(600, on="2026-04-07", of={"INV-1": 100, "INV-2": 200, "INV-3": 300})
    life.reverses(payment, on="2026-04-20")
    life.credits(200, on="2026-04-20", of="INV-2")
    every = ("INV-1", "INV-2", "INV-3")
    assert life.until("2026-05-31").sent() == [
        ("2026-04-01", "reminder", every),
        ("2026-04-07", "told", every),
        ("2026-04-20", "back", every),
    ]
    assert str(life.messages[-1].said.total) == "400.00 EUR"  # all of it less the credit note


def test_what_was_answered_stays_so_where_the_invoice_that_was_answered_about_has_no_ladder_any_more() -> None:
    # INV-1 is open again and begins anew, but its policy is for small customers: it has no ladder any more
    only_small = "money: {reopen: restart}\napplies_to: {customer.segment: small}\n"
    life = Life(only_small + reacting("payment-received"), segment="small")
    life.invoice("INV-1", 100, due="2026-03-31")
    life.invoice("INV-2", 200, due="2026-03-31")
    life.pays(150, on="2026-04-07", of={"INV-1": 50, "INV-2": 100})
    rest = life.pays(50, on="2026-04-08", of="INV-1")
    life.changes(on="2026-04-14", segment="large")
    life.reverses(rest, on="2026-04-15")
    life.until("2026-05-31")
    assert life.account.receivables["INV-1"].ladder is None
    assert life.tasks() == [("2026-04-07", "Look at it"), ("2026-04-08", "Look at it")]


def test_a_dispute_before_the_first_reminder_is_confirmed_at_once() -> None:
    # what is disputed is below the thresholds of `applies_to`, which ends the ladder, but not what was begun with it
    life = life_of(reacting("dispute-opened", MAIL) + "applies_to: {invoice.balance: {gte: 20.00 EUR}}\n")
    life.ends(life.hold("dispute", on="2026-03-10"), on="2026-04-20", outcome="founded")
    life.until("2026-04-19")
    assert [line[:2] for line in life.sent()] == [("2026-03-10", "told")]


def test_what_no_policy_applies_to_is_not_answered() -> None:
    life = life_of(reacting("dispute-opened", MAIL) + "applies_to: {invoice.balance: {gte: 2000.00 EUR}}\n")
    life.hold("dispute", on="2026-03-10")
    assert life.until("2026-12-31").sent() == []


def test_a_payment_is_not_short_of_what_was_given_up() -> None:
    life = life_of(reacting("short-paid"))
    life.happens(f.WrittenOff(life.instant("2026-04-08"), "INV-1", "hopeless"))
    life.pays(500, on="2026-04-20", of="INV-1")
    assert life.until("2026-12-31").tasks() == []


def test_a_payment_that_came_back_is_not_short() -> None:
    # fifty cents less are within the tolerance; once the payment came back, it was not the fifty cents that are missing
    life = life_of(reacting("short-paid") + "money: {tolerance: 1.00 EUR}\n")
    life.reverses(life.pays("999.50", on="2026-04-08", of="INV-1"), on="2026-04-20")
    assert life.until("2026-12-31").tasks() == []


def test_a_deadline_that_passed_is_told_once_though_the_payment_comes_back() -> None:
    # the message of Wednesday 1 April names the 9th
    life = life_of(reacting("deadline-passed").replace("id: one,", "id: one, deadline: {of: 8d, from: sent},"))
    life.reverses(life.pays(1000, on="2026-04-15", of="INV-1"), on="2026-04-20")
    assert life.until("2026-12-31").tasks() == [("2026-04-10", "Look at it")]


def test_a_reaction_that_is_a_contact_waits_while_credit_covers_what_it_is_about() -> None:
    # the debit fails on Friday 3 April; credit covers the invoice until Monday the 20th
    life = life_of(reacting("payment-failed", MAIL))
    credit = life.pays(1000, on="2026-04-02")
    life.happens(f.PaymentFailed(life.instant("2026-04-03"), "D-1", "INV-1", money(1000), "AC04"))
    life.reverses(credit, on="2026-04-20")
    life.until("2026-12-31")
    assert [line[:2] for line in life.sent()] == [("2026-04-01", "reminder"), ("2026-04-20", "told")]


def test_a_reaction_has_conditions_on_what_happened() -> None:
    life = life_of(reacting("payment-failed", TASK, "{payment.reason: [AC04, MD01]}"))
    life.happens(f.PaymentFailed(life.instant("2026-04-03"), "D-1", "INV-1", money(1000), "AC04"))
    life.happens(f.PaymentFailed(life.instant("2026-04-10"), "D-2", "INV-1", money(1000), "AM04"))
    assert life.until("2026-12-31").tasks() == [("2026-04-03", "Look at it")]


def test_a_reaction_that_is_a_contact_waits_for_a_hold_and_then_counts() -> None:
    # the debit fails on Friday 3 April under a hold that lasts to Wednesday the 8th; told on Thursday the 9th
    life = life_of(reacting("payment-failed", MAIL))
    life.hold("manual", on="2026-04-02", until="2026-04-08")
    life.happens(f.PaymentFailed(life.instant("2026-04-03"), "D-1", "INV-1", money(1000), "AC04"))
    life.until("2026-12-31")
    assert life.sent()[-1][:2] == ("2026-04-09", "told")
    assert str(life.account.last_contact) == "2026-04-09"


def test_a_confirmation_is_never_held() -> None:
    life = life_of(reacting("dispute-opened", MAIL))
    life.hold("dispute", on="2026-04-02")
    life.until("2026-12-31")
    assert life.sent()[-1][:2] == ("2026-04-02", "told")


def test_no_reaction_that_is_a_contact_leaves_on_the_day_of_a_step() -> None:
    # both on Wednesday 1 April: the step leaves, the reaction follows on Thursday
    life = life_of(reacting("payment-failed", MAIL))
    life.happens(f.PaymentFailed(life.instant("2026-04-01"), "D-1", "INV-1", money(1000), "AC04"))
    life.until("2026-12-31")
    assert [line[:2] for line in life.sent()] == [("2026-04-01", "reminder"), ("2026-04-02", "told")]


def test_one_decision_never_holds_two_contacts() -> None:
    life = life_of(reacting("payment-failed", MAIL))
    life.happens(f.PaymentFailed(life.instant("2026-04-01"), "D-1", "INV-1", money(1000), "AC04"))
    life.until(life.instant("2026-04-01"))
    assert len(life.now("2026-04-01", "16:30").acts) == 1


def test_one_decision_holds_one_contact_for_each_customer_and_a_confirmation_beside_it() -> None:
    # C-1 pays a part of INV-1. The debits of two invoices of C-2 and one of C-3 fail; C-4's calendar is not known
    answers = f"reactions: [{{event: payment-failed, {MAIL}}}, {{event: payment-received, {MAIL}}}]\n"
    life = Life("calendar: {by: customer.country, FR: plain, otherwise: plain}\n" + ONE + answers, country="FR")
    life.pays_for("C-2", "M-2", country="FR")
    life.pays_for("C-3", "M-3", country="FR")
    life.pays_for("C-4", "M-4")
    dues = {
        "INV-4": "04-28",
        "INV-1": "04-29",
        "INV-2": "04-30",
        "INV-3": "05-01",
        "INV-2b": "05-04",
        "INV-1b": "05-05",
    }
    for name, due in dues.items():
        life.invoice(name, 1000, due=f"2026-{due}", contract=f"M-{name[4]}")
    life.until("2026-04-06")
    at = life.instant("2026-04-07", "16:00")
    put = (f.Share("INV-1", 10000),)
    life.account.record(f.Paid(at, "P-1", "C-1", money(100), day("2026-04-07"), put))
    for name in ("INV-4", "INV-2", "INV-3", "INV-2b", "INV-1b"):
        life.account.record(f.PaymentFailed(at, f"D-{name}", name, money(1000), "AC04"))
    answered = [(act.step, *act.what.lines) for act in life.now("2026-04-07", "16:00").acts]  # type: ignore[union-attr]
    assert answered == [
        ("payment-received", "INV-1"),
        ("payment-failed", "INV-2"),
        ("payment-failed", "INV-3"),
        ("payment-failed", "INV-1b"),
    ]


def test_at_most_one_reaction_that_is_a_contact_leaves_on_a_day() -> None:
    life = life_of(reacting("payment-failed", MAIL))
    for name in ("D-1", "D-2", "D-3"):
        life.happens(f.PaymentFailed(life.instant("2026-04-07"), name, "INV-1", money(1000), "AC04"))
    life.until("2026-12-31")
    assert [on for on, template, _ in life.sent() if template == "told"] == ["2026-04-07", "2026-04-08", "2026-04-09"]


def test_after_a_reaction_that_is_a_contact_the_next_step_keeps_the_gap() -> None:
    # told on Tuesday 31 March: `one` leaves three working days later, on Friday 3 April
    life = life_of(reacting("payment-failed", MAIL))
    life.happens(f.PaymentFailed(life.instant("2026-03-31"), "D-1", "INV-1", money(1000), "AC04"))
    life.until("2026-12-31")
    assert life.steps() == [("2026-04-03", "one")]


def test_a_payment_that_comes_back_and_a_dispute_that_is_decided_are_events_too() -> None:
    for event in ("payment-reversed", "dispute-resolved"):
        life = life_of(reacting(event))
        life.reverses(life.pays(100, on="2026-04-03", of="INV-1"), on="2026-04-10")
        life.ends(life.hold("dispute", on="2026-04-03"), on="2026-04-10", outcome="founded")
        assert life.until("2026-12-31").tasks() == [("2026-04-10", "Look at it")]


def test_a_reaction_on_a_fact_that_is_not_known_asks() -> None:
    life = life_of(reacting("promise-made", TASK, "{customer.segment: small}"))
    life.hold("promise", on="2026-04-03", promised="2026-04-10")
    life.until("2026-04-09")
    assert (life.tasks(), len(life.reviews())) == ([], 1)


def test_the_owner_is_told_of_a_question_about_a_reaction_or_a_deadline_that_nobody_answers() -> None:
    # asked on Friday 3 and, five days before Monday 20 April, on Wednesday the 15th; told five working days after each
    task = "do: [{task: {queue: insurer, title: Tell them}}]"
    insurer = f"deadlines: [{{id: insurer, at: due+20d, warn: 5d, when: {{customer.insured: true}}, {task}}}]\n"
    life = life_of(insurer + reacting("promise-made", TASK, "{customer.segment: small}"))
    life.hold("promise", on="2026-04-03", promised="2026-04-10")
    react = "whether to react to promise-made is not known: customer.segment"
    apply = "whether insurer applies is not known: customer.insured"
    assert life.until("2026-12-31").reviews() == [("2026-04-03", react), ("2026-04-15", apply)]
    assert life.tasks() == [
        ("2026-04-10", f"Nobody has answered since 2026-04-03: {react}"),
        ("2026-04-22", f"Nobody has answered since 2026-04-15: {apply}"),
    ]


def test_a_reaction_that_is_a_contact_waits_beyond_the_day_s_limit() -> None:
    life = life_of(reacting("payment-failed", MAIL), business="limits: {contacts_per_day: 2}\n")
    life.business.contacts[life.instant("2026-04-07", "12:00").date()] = 2
    life.happens(f.PaymentFailed(life.instant("2026-04-07"), "D-1", "INV-1", money(1000), "AC04"))
    life.until("2026-12-31")
    assert life.sent()[-1][:2] == ("2026-04-08", "told")


def test_a_confirmation_is_never_limited() -> None:
    life = life_of(reacting("payment-received", MAIL), business="limits: {contacts_per_day: 2}\n")
    life.business.contacts[life.instant("2026-04-07", "12:00").date()] = 2
    life.pays(100, on="2026-04-07", of="INV-1")
    life.until("2026-12-31")
    assert ("2026-04-07", "told") in [line[:2] for line in life.sent()]


def test_a_call_that_answers_an_event_waits_beyond_the_day_s_limit() -> None:
    calling = "do: [{call: {queue: calls, script: first}}]"
    life = life_of(reacting("payment-failed", calling), business="limits: {calls_per_day: 3}\n")
    life.business.calls[life.instant("2026-04-07", "12:00").date()] = 3
    life.happens(f.PaymentFailed(life.instant("2026-04-07"), "D-1", "INV-1", money(1000), "AC04"))
    assert life.until("2026-12-31").tasks() == [("2026-04-08", "call:first")]


def test_no_step_leaves_on_the_day_of_a_reaction_that_is_a_contact() -> None:
    # with no gap at all, the debit that fails on the morning of `one` takes its day
    life = life_of("pacing: {min_gap: 0d}\n" + reacting("payment-failed", MAIL).replace("at: due+1d", "at: due+2d"))
    life.happens(f.PaymentFailed(life.instant("2026-04-01"), "D-1", "INV-1", money(1000), "AC04"))
    life.happens(f.PaymentFailed(life.instant("2026-04-01"), "D-2", "INV-1", money(1000), "AC04"))
    life.until("2026-12-31")
    assert [line[:2] for line in life.sent()] == [
        ("2026-04-01", "told"),
        ("2026-04-02", "reminder"),
        ("2026-04-03", "told"),
    ]


# --- internal deadlines ------------------------------------------------------------------------------------------


def insured(at: str = "due+60d", warn: str = "10d") -> str:
    """A deadline of the credit insurer."""
    return f"{ONE}deadlines: [{{id: insurer, at: {at}, warn: {warn}, when: {{customer.insured: true}}, {TASK}}}]\n"


def dues(life: Life) -> list[tuple[str, str]]:
    """(day opened, due date) of every task."""
    return [(task.on.isoformat(), str(task.due)) for task in life.account.tasks.values()]


def test_a_deadline_warns_before_it_and_the_task_is_due_on_it() -> None:
    # 31 March and 60 days are 30 May; ten days before is Wednesday 20 May
    life = life_of(insured(), insured=True)
    assert dues(life.until("2026-12-31")) == [("2026-05-20", "2026-05-30")]


def test_a_warning_on_a_weekend_comes_on_the_working_day_before() -> None:
    # 30 May less 7 days is Saturday 23 May: Friday the 22nd
    life = life_of(insured(warn="7d"), insured=True)
    assert dues(life.until("2026-12-31")) == [("2026-05-22", "2026-05-30")]


def test_a_hold_delays_no_deadline() -> None:
    life = life_of(insured(), insured=True)
    life.hold("dispute", on="2026-03-20")
    assert dues(life.until("2026-12-31")) == [("2026-05-20", "2026-05-30")]


def test_a_deadline_passes_over_what_is_settled_or_not_concerned() -> None:
    paid, not_insured = life_of(insured(), insured=True), life_of(insured(), insured=False)
    paid.pays(1000, on="2026-05-19", of="INV-1")
    assert dues(paid.until("2026-12-31")) == []
    assert dues(not_insured.until("2026-12-31")) == []


def test_a_late_ladder_moves_no_deadline() -> None:
    # known on 10 April, the ladder counts from then; the insurer counts from the due date all the same
    life = Life(insured(), insured=True)
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-04-10")
    assert dues(life.until("2026-12-31")) == [("2026-05-20", "2026-05-30")]


def test_a_stopped_ladder_keeps_its_deadlines_while_it_is_open() -> None:
    policy = f"{insured()}".replace(
        "steps: [", f"steps: [{{id: ask, at: due+0d, approval: credit-controller, {EMAIL}}}, "
    )
    life = life_of(policy, insured=True)
    life.refuses("ask", on="2026-04-01", outcome="stop")
    assert dues(life.until("2026-12-31")) == [("2026-05-20", "2026-05-30")]


def test_a_deadline_that_was_missed_when_the_invoice_came_is_told_at_once() -> None:
    life = Life(insured(), insured=True)
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-06-15")
    assert dues(life.until("2026-12-31")) == [("2026-06-15", "2026-05-30")]


@pytest.mark.parametrize(
    "more", [{"delivered": None}, {"approval": "rejected"}, {"custom": {"project": "gone"}, "delivered": None}]
)
def test_an_invoice_without_a_ladder_keeps_its_deadlines(more: dict[str, object]) -> None:
    life = Life(insured(), insured=True)
    life.invoice("INV-1", 1000, due="2026-03-31", **more)  # type: ignore[arg-type]
    assert dues(life.until("2026-12-31")) == [("2026-05-20", "2026-05-30")]
    assert life.steps() == []


def test_what_a_deadline_tells_others_is_told_without_a_ladder_too() -> None:
    hook = insured().replace(TASK, "do: [{webhook: {to: insurer}}]")
    life = Life(hook, business="gateways: {insurer: {url: https://insurer.example}}\n", insured=True)
    life.invoice("INV-1", 1000, due="2026-03-31", delivered=None)
    life.until("2026-12-31")
    assert [(message.on, message.said.channel) for message in life.messages] == [("2026-05-20", "webhook")]


@pytest.mark.parametrize("leaving_out", ["applies_to: {customer.kind: consumer}\n", "effective_from"])
def test_a_policy_that_does_not_mean_an_invoice_has_no_deadline_for_it(leaving_out: str) -> None:
    life = Life(insured() + (leaving_out if ":" in leaving_out else ""), insured=True, kind="business")
    issued = None if ":" in leaving_out else "1999-12-01"
    due = "2026-03-31" if ":" in leaving_out else "1999-12-31"
    life.invoice("INV-1", 1000, due=due, issued=issued)
    assert dues(life.until("2026-12-31")) == []


def test_a_deadline_is_told_once_though_the_invoice_is_delivered_or_opened_again_later() -> None:
    hook = insured().replace(TASK, "do: [{webhook: {to: insurer}}]") + "money: {reopen: one-lower}\n"
    life = Life(hook, business="gateways: {insurer: {url: https://insurer.example}}\n", insured=True)
    life.invoice("INV-1", 1000, due="2026-03-31", delivered=None)
    life.happens(f.Delivered(life.instant("2026-05-25"), "INV-1", day("2026-05-25")))
    life.reverses(life.pays(1000, on="2026-06-01", of="INV-1"), on="2026-06-10")
    life.until("2026-12-31")
    assert [m.on for m in life.messages if m.said.channel == "webhook"] == ["2026-05-20"]


# --- after the last step -----------------------------------------------------------------------------------------

AFTER = f"""
steps: [{{id: one, at: due+1d, deadline: {{of: 8d, from: sent}}, {EMAIL}}}]
after_last_step: {{at: one.deadline+2bd, {TASK}}}
"""


def test_after_the_last_step_its_tasks_are_opened_once() -> None:
    # `one` on Wednesday 1 April, deadline Thursday 9, two working days: Monday 13 April
    assert life_of(AFTER).until("2026-12-31").tasks() == [("2026-04-13", "Look at it")]


def test_after_the_last_step_nothing_follows_on_a_stopped_ladder() -> None:
    life = life_of(AFTER)
    life.pays(1000, on="2026-04-10", of="INV-1")
    assert life.until("2026-12-31").tasks() == []


def test_what_follows_the_last_step_goes_on_under_a_hold() -> None:
    life = life_of(AFTER)
    life.hold("dispute", on="2026-04-10")
    assert life.until("2026-12-31").tasks() == [("2026-04-13", "Look at it")]


def test_after_a_skipped_last_step_the_day_counts_on_which_it_was_skipped() -> None:
    # skipped on Wednesday 1 April: two working days later is Friday the 3rd
    life = life_of(AFTER.replace("at: due+1d", "at: due+1d, when: {customer.country: BE}"), country="FR")
    assert life.until("2026-12-31").tasks() == [("2026-04-03", "Look at it")]


# --- the limits of a business ------------------------------------------------------------------------------------


def test_beyond_the_day_s_limit_nothing_leaves_and_one_hold_is_placed() -> None:
    life = life_of(ONE, business="limits: {contacts_per_day: 2}\n")
    life.business.contacts[life.instant("2026-04-01", "12:00").date()] = 2
    life.until("2026-04-05")
    assert life.steps() == [("2026-04-02", "one")]
    assert [state.hold.reason for state in life.business.holds.values()] == [
        "3 contacts would pass the limit of 2 a day"
    ]


@pytest.mark.parametrize("resume", ["shift", "keep", "never"])
def test_the_day_of_a_limit_moves_and_ends_nothing_whatever_manual_holds_do(resume: str) -> None:
    # `one` waits from Wednesday 1 to Thursday 2 April; `two` keeps Friday the 10th
    two = ONE.replace("}]\n", f"}}, {{id: two, at: due+10d, {EMAIL}}}]\n")
    life = life_of(f"holds: {{manual: {{resume: {resume}}}}}\n{two}", business="limits: {contacts_per_day: 2}\n")
    life.business.contacts[day("2026-04-01")] = 2
    assert life.until("2026-04-30").steps() == [("2026-04-02", "one"), ("2026-04-10", "two")]


def test_what_waits_for_the_limit_leaves_on_the_next_day_though_a_task_was_opened_beside_it() -> None:
    # on Wednesday 1 April `two` of INV-1 is beyond the limit, and `one` of INV-2 opens its task in the same minute
    two = f"{{id: two, level: firm, at: due+15d, {EMAIL}}}"
    policy = f"consolidate: {{by: invoice}}\nsteps: [{{id: one, at: due+1d, {TASK}}}, {two}]\n"
    life = Life(policy, business="limits: {contacts_per_day: 2}\n")
    life.business.contacts[day("2026-04-01")] = 2
    life.invoice("INV-1", 1000, due="2026-03-17")
    life.invoice("INV-2", 1000, due="2026-03-31")
    life.until("2026-04-05")
    assert life.steps("INV-2") == [("2026-04-01", "one")]
    assert life.steps("INV-1") == [("2026-03-18", "one"), ("2026-04-02", "two")]


def test_the_day_of_a_limit_lets_no_lighter_step_leave_before_the_heavier_whoever_looks() -> None:
    # the notice of INV-1, approved on Thursday 2 April, is beyond the limit until the 3rd; the task of INV-2 waits for
    # its deadline of Saturday the 11th, though somebody looks that afternoon
    look = f"{{id: look, level: firm, at: due+20d, {TASK}}}"
    letter = "do: [{letter: {template: notice, to: billing}}]"
    asked = "approval: credit-controller, deadline: {of: 8d, from: sent}"
    notice = f"{{id: notice, level: notice, at: due+30d, {asked}, {letter}}}"
    policy = f"consolidate: {{by: invoice}}\nsteps: [{{id: one, at: due+1d, {EMAIL}}}, {look}, {notice}]\n"
    life = Life(policy, business="limits: {contacts_per_day: 2}\n")
    life.business.contacts[day("2026-04-02")] = 2
    life.invoice("INV-1", 1000, due="2026-03-02")
    life.invoice("INV-2", 500, due="2026-03-13")
    life.approves("notice", on="2026-04-02")
    life.happens(f.TaskDone(life.instant("2026-04-02", "15:00"), "nothing", "customer", "C-1", "nobody"))
    life.until("2026-04-14")
    assert life.steps("INV-1")[-1] == ("2026-04-03", "notice")
    assert life.steps("INV-2") == [("2026-03-16", "one"), ("2026-04-13", "look")]


def test_a_person_may_release_that_day() -> None:
    life = life_of(ONE, business="limits: {contacts_per_day: 2}\n")
    life.business.contacts[life.instant("2026-04-01", "12:00").date()] = 2
    life.until(life.instant("2026-04-01", "14:00"))
    life.ends("limit/2026-04-01", on="2026-04-01", at="15:00", scope="business")
    assert life.until("2026-04-05").steps() == [("2026-04-01", "one")]


@pytest.mark.parametrize(("customers", "leaves"), [(19, "2026-04-01"), (20, "2026-04-02"), (40, "2026-04-01")])
def test_the_share_of_customers_applies_from_twenty_on(customers: int, leaves: str) -> None:
    # four were contacted; a fifth is more than 20% of 20, and less than 20% of 40
    life = life_of(ONE, business="limits: {share_of_customers: 20%}\n")
    life.business.customers_open = customers
    life.business.contacts[life.instant("2026-04-01", "12:00").date()] = 4 if customers == 20 else 5
    life.until("2026-04-05")
    assert life.steps() == [(leaves, "one")]


TEXT = "{sms: {template: reminder, to: billing}}"
LATE_TEXTS = PLAIN.replace("sms: {from: 09:00, to: 17:00}", "sms: {from: 14:00, to: 17:00}").replace(
    "complete_until", "quiet: [{from: 04-02, to: 04-05, levels: [firm], name: Spring}]\ncomplete_until"
)


@pytest.mark.parametrize(("level", "opens"), [("reminder", "2026-04-02"), ("firm", "2026-04-06")])
def test_beyond_the_limit_a_step_waits_for_its_own_hours(level: str, opens: str) -> None:
    # a text in place of a debit without a mandate; firm steps are quiet until Sunday the 5th
    life = life_of(
        f"steps: [{{id: one, level: {level}, at: due+1d, do: [{{debit: {{fallback: {TEXT}}}}}]}}]\n",
        business="limits: {contacts_per_day: 2}\ndebits: {creditor: DE98ZZZ09999999999, lead: 2bd, notice: 14d}\n",
        more={"calendars/plain.yaml": LATE_TEXTS},
        payment_method="debit",
    )
    life.business.contacts[day("2026-04-01")] = 2
    life.until(life.instant("2026-04-01", "13:00"))
    decision = life.now("2026-04-01", "16:30")
    assert decision.waits("INV-1") == ("limit", ("3 contacts would pass the limit of 2 a day",))
    wake = decision.wake["M-1"]
    assert wake is not None
    assert life.instant(opens, "14:00") <= wake < life.instant(opens, "17:00")
    assert life.until("2026-04-10").steps() == [(opens, "one")]


def test_a_task_is_never_limited() -> None:
    life = life_of(f"steps: [{{id: one, at: due+1d, {TASK}}}]", business="limits: {contacts_per_day: 1}\n")
    life.business.contacts[life.instant("2026-04-01", "12:00").date()] = 5
    assert life.until("2026-04-05").steps() == [("2026-04-01", "one")]


def test_a_call_that_an_email_would_bring_along_is_counted_as_well() -> None:
    # on Thursday 9 April the e-mail of NEW would speak at the level of `two`, which falls due on the 15th and calls
    window = "consolidate: {by: customer, window: 5bd}\n"
    call = "{call: {queue: calls, script: first}}"
    two = f"{{id: two, level: firm, at: due+15d, do: [{{email: {{template: reminder, to: billing}}}}, {call}]}}"
    one = f"{{id: one, at: due+1d, {EMAIL}}}"
    life = Life(f"{window}steps: [{one}, {two}]\n", business="limits: {calls_per_day: 1}\n")
    life.business.calls[life.instant("2026-04-09", "12:00").date()] = 1
    life.invoice("OLD", 1000, due="2026-03-31")
    life.invoice("NEW", 500, due="2026-04-08")
    life.until("2026-04-14")
    assert life.steps("NEW") == [("2026-04-10", "one")]
    assert life.tasks() == [("2026-04-10", "call:first")]
