"""The agreement of people: asked, given, refused, not answered, and no longer enough."""

from __future__ import annotations

import pytest

from tests.rules.judgement.kit import ASSIGNMENT, Life, day

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
LETTER = "do: [{letter: {template: notice, to: billing, registered: paper}}]"


def policy(approval: str = "credit-controller", level: str = "notice", more: str = "") -> str:
    """A reminder on Wednesday 1 April, a notice with an approval on Wednesday 15 April 2026."""
    return f"""
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: notice, level: {level}, at: due+15d, approval: {approval}, {LETTER}}}
  - {{id: later, level: {level}, at: due+44d, {EMAIL}}}
{more}"""


def living(approval: str = "credit-controller", level: str = "notice", more: str = "") -> Life:
    """An invoice of 1,000 euros due on Tuesday 31 March 2026."""
    life = Life(policy(approval, level, more))
    life.invoice("INV-1", 1000, due="2026-03-31")
    return life


ONE = ("2026-04-01", "one")


def test_a_step_that_needs_an_approval_waits_for_it() -> None:
    life = living()
    life.until("2026-04-20")
    assert life.steps() == [ONE]
    assert life.asked() == [("2026-04-15", "notice", "credit-controller")]


def test_an_approved_step_leaves_at_once() -> None:
    life = living()
    life.approves("notice", on="2026-04-17")
    assert life.until("2026-12-31").steps()[1] == ("2026-04-17", "notice")


def test_an_approval_given_on_a_saturday_is_used_on_monday() -> None:
    life = living()
    life.approves("notice", on="2026-04-18")
    assert life.until("2026-12-31").steps()[1] == ("2026-04-20", "notice")


def test_an_approval_of_another_step_does_not_help() -> None:
    life = living()
    life.approves("later", on="2026-04-17")
    assert life.until("2026-05-30").steps() == [ONE]


def test_what_nobody_asked_for_cannot_be_approved() -> None:
    # approved on the 10th, before it was asked on the 15th
    life = living()
    life.approves("notice", on="2026-04-10")
    assert life.until("2026-05-30").steps() == [ONE]


@pytest.mark.parametrize("level", ["firm", "notice"])
def test_a_refused_step_is_skipped_and_after_a_heavy_one_a_person_says_what_follows(level: str) -> None:
    # due+44d is Thursday 14 May
    life = living(level=level)
    life.refuses("notice", on="2026-04-17", outcome="skip")
    if level == "notice":
        life.until("2026-04-19")
        assert (life.waits_for(), life.reviews()) == ("review", [("2026-04-17", "notice was refused: what follows?")])
        life.answers("proceed", on="2026-04-20")
    skipped = "2026-04-20" if level == "notice" else "2026-04-17"
    assert life.until("2026-12-31").outcomes()[2:] == [
        (skipped, "notice", "skipped: refused"),
        ("2026-05-14", "later", "sent"),
    ]


def test_after_a_refused_heavy_step_a_person_may_say_that_nothing_follows() -> None:
    life = living()
    life.refuses("notice", on="2026-04-17", outcome="skip")
    life.answers("stop", on="2026-04-20")
    assert life.until("2026-12-31").outcomes()[2:] == [("2026-04-20", "", "stopped: stopped")]


@pytest.mark.parametrize(
    ("outcome", "end"),
    [("skip", ("2026-04-17", "notice", "skipped: refused")), ("stop", ("2026-04-17", "", "stopped: stopped"))],
)
def test_a_refusal_counts_at_once_under_a_hold_too(outcome: str, end: tuple[str, str, str]) -> None:
    life = living(level="firm")
    life.hold("manual", on="2026-04-16", until="2026-04-30")
    life.refuses("notice", on="2026-04-17", outcome=outcome)
    assert life.until("2026-04-17").outcomes()[-1] == end


def test_a_step_that_was_refused_stays_so_where_an_edit_asks_for_no_approval_any_more() -> None:
    life = living(level="firm")
    life.hold("manual", on="2026-04-16", until="2026-04-16")
    life.refuses("notice", on="2026-04-16", outcome="skip")
    life.binds(policy(level="firm").replace("approval: credit-controller, ", ""), on="2026-04-16")
    assert life.until("2026-04-30").outcomes()[-1] == ("2026-04-16", "notice", "skipped: refused")


def test_a_refusal_of_a_step_that_the_ladder_has_no_more_skips_no_other() -> None:
    # asked about the notice of strategic customers on Wednesday 15 April; it is none of them from the 16th on
    special = f"{{id: special, level: notice, at: due+15d, approval: credit-controller, {LETTER}}}"
    life = Life(
        f"steps: [{{id: one, at: due+1d, {EMAIL}}}, {{id: later, at: due+20d, {EMAIL}}}]\n"
        f"variants: [{{id: v, when: {{customer.segment: strategic}}, insert: [{{after: one, step: {special}}}]}}]\n",
        segment="strategic",
    )
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.changes(on="2026-04-16", segment="small")
    life.refuses("special", on="2026-04-17", outcome="skip")
    assert life.until("2026-04-30").steps() == [ONE, ("2026-04-20", "later")]


def test_a_refused_step_may_be_postponed_and_is_asked_about_again() -> None:
    life = living()
    life.refuses("notice", on="2026-04-17", outcome="postpone", until="2026-04-27")
    life.approves("notice", on="2026-04-28")
    life.until("2026-04-30")
    assert [on for on, _, _ in life.asked()] == ["2026-04-15", "2026-04-27"]
    assert life.steps()[1] == ("2026-04-28", "notice")


def test_a_refused_heavy_step_may_stop_the_ladder_and_asks() -> None:
    life = living()
    life.refuses("notice", on="2026-04-17", outcome="stop")
    life.until("2026-12-31")
    assert life.outcomes()[-1] == ("2026-04-17", "", "stopped: stopped")
    assert life.reviews() == [("2026-04-17", "notice was refused: what follows?")]


def test_a_request_that_nobody_answers_escalates_and_waits_without_end() -> None:
    # five working days after Wednesday 15 April: the 22nd
    life = living()
    life.until("2026-12-31")
    assert life.steps() == [ONE]
    assert life.ended_approvals() == [("2026-04-22", "escalated")]
    ladder = life.account.receivables["INV-1"].ladder
    assert ladder is not None
    assert ladder.request is not None
    assert ladder.request.who == "owner@martin.example"


@pytest.mark.parametrize(("rule", "told"), [("", "2026-04-08"), ("{who: credit-director, within: 2bd}", "2026-04-03")])
def test_the_owner_is_told_of_a_question_that_nobody_answers(rule: str, told: str) -> None:
    """Asked on Wednesday 1 April: five working days later, or as long as its approval would wait. It waits on."""
    asked = f"approval: {rule}, " if rule else ""
    life = Life(f"steps: [{{id: one, at: due+1d, when: {{customer.segment: small}}, {asked}{EMAIL}}}]")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-12-31")
    why = "a fact is not known: customer.segment"
    assert life.reviews() == [("2026-04-01", why)]
    assert life.tasks() == [(told, f"Nobody has answered since 2026-04-01: {why}")]
    assert life.steps() == []


def test_nobody_is_told_of_a_question_that_was_answered_in_time() -> None:
    life = Life(f"steps: [{{id: one, at: due+1d, when: {{customer.segment: small}}, {EMAIL}}}]")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.answers("skip", on="2026-04-07")
    assert life.until("2026-12-31").tasks() == []


def test_a_policy_that_cannot_be_chosen_has_the_owner_of_the_assignment_told() -> None:
    routes = ASSIGNMENT.replace("routes: []", "routes: [{id: r, when: {customer.segment: small}, policy: mine}]")
    life = Life(policy(), more={"assignments/default.yaml": routes})
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-12-31")
    assert [on for on, _ in life.reviews()] == ["2026-03-01"]
    assert [on for on, _ in life.tasks()] == ["2026-03-06"]


def test_an_escalated_request_can_still_be_approved() -> None:
    life = living()
    life.approves("notice", on="2026-06-01")
    assert life.until("2026-12-31").steps()[1] == ("2026-06-01", "notice")


def test_a_request_that_nobody_answers_may_be_skipped() -> None:
    # two working days after Wednesday 15 April: Friday the 17th
    life = living("{who: credit-controller, within: 2bd, otherwise: skip}")
    assert life.until("2026-12-31").outcomes()[2] == ("2026-04-17", "notice", "skipped: no-approval")


def test_silence_may_count_as_assent_for_a_light_step() -> None:
    life = living("{who: credit-controller, within: 2bd, otherwise: send}", level="firm")
    life.until("2026-04-30")
    assert life.steps()[1] == ("2026-04-17", "notice")
    assert life.ended_approvals() == [("2026-04-17", "assumed")]


def test_an_approval_lapses_after_ten_working_days() -> None:
    # approved on Friday 17 April, held to 2 May; ten working days are over on Friday 1 May: asked anew on Monday 4
    life = living()
    life.hold("manual", on="2026-04-16", until="2026-05-02")
    life.approves("notice", on="2026-04-17")
    life.until("2026-05-08")
    assert life.steps() == [ONE]
    assert [on for on, _, _ in life.asked()] == ["2026-04-15", "2026-05-04"]


def test_an_approval_holds_on_its_last_day() -> None:
    life = living()
    life.hold("manual", on="2026-04-16", until="2026-04-30")
    life.approves("notice", on="2026-04-17")
    assert life.until("2026-05-08").steps()[1] == ("2026-05-01", "notice")


def test_an_approval_lapses_when_the_sum_rises() -> None:
    # 600 were shown; the payment of 400 comes back before the notice could leave
    life = living()
    payment = life.pays(400, on="2026-04-02", of="INV-1")
    life.hold("manual", on="2026-04-16", until="2026-04-20")
    life.approves("notice", on="2026-04-17")
    life.reverses(payment, on="2026-04-18")
    life.until("2026-04-23")
    assert life.steps() == [ONE]
    assert [on for on, _, _ in life.asked()] == ["2026-04-15", "2026-04-21"]


def test_an_approval_covers_a_smaller_sum() -> None:
    life = living()
    life.hold("manual", on="2026-04-16", until="2026-04-20")
    life.approves("notice", on="2026-04-17")
    life.pays(400, on="2026-04-18", of="INV-1")
    assert life.until("2026-04-23").steps()[1] == ("2026-04-21", "notice")


def test_an_approval_is_of_one_receivable_only() -> None:
    life = living()
    life.invoice("INV-2", 500, due="2026-03-31")
    life.approves("notice", on="2026-04-17", of="INV-1")
    life.until("2026-04-20")
    assert life.steps("INV-1")[1] == ("2026-04-17", "notice")
    assert life.steps("INV-2") == [ONE]


def test_a_condition_that_fails_while_an_answer_is_awaited_skips_the_step() -> None:
    conditional = policy().replace("approval:", "when: {account.overdue_balance: {gte: 300.00 EUR}}, approval:")
    life = Life(conditional)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.pays(900, on="2026-04-17", of="INV-1")
    life.approves("notice", on="2026-04-20")
    assert ("2026-04-17", "notice", "skipped: condition") in life.until("2026-05-30").outcomes()


def test_somebody_is_told_without_a_veto() -> None:
    # two working days before Wednesday 15 April
    policy = f"""
steps:
  - {{id: one, at: due+15d, notify: {{who: account-manager, before: 2bd}}, {EMAIL}}}
"""
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-12-31")
    assert life.notified() == [("2026-04-13", "one", "account-manager")]
    assert life.tasks() == [("2026-04-13", "one of INV-1 is planned for 2026-04-15")]
    assert life.steps() == [("2026-04-15", "one")]
    (task,) = life.account.tasks.values()
    assert (task.step, task.due) == ("one", day("2026-04-15"))


@pytest.mark.parametrize("outcome", ["proceed", "skip", "stop"])
def test_a_step_without_a_required_one_leaves_only_by_a_person_s_word(outcome: str) -> None:
    end = f"{{id: end, level: notice, at: due+44d, {EMAIL}}}"
    life = Life(f"steps: [{{id: notice, level: notice, at: due+15d, {LETTER}}}, {end}]")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.answers(outcome, on="2026-04-20")
    first = life.until("2026-04-30").outcomes()[0]
    assert (
        first
        == {
            "proceed": ("2026-04-20", "notice", "sent"),
            "skip": ("2026-04-20", "notice", "skipped: review"),
            "stop": ("2026-04-20", "", "stopped: stopped"),
        }[outcome]
    )
