"""Cases of other dunning systems that no other file tells, in our words; where ours decides otherwise, it is said.

The peers' `level by age of the oldest invoice` is written as conditions on the account; ours climbs per receivable.
Not told here: S35, S53 (a claim or a run in the past has no counterpart) and S37 (`plan` and `apply`).
"""

from __future__ import annotations

import pytest

from tests.rules.judgement.kit import ASSIGNMENT, HEAD, Life

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
TASK = "do: [{task: {queue: credit-control, title: Look}}]"


def by_age(*days: int, more: str = "consolidate: {by: invoice}\n") -> str:
    """A step per number of days after the due date, on every day of the week."""
    levels = ("reminder", "firm", "firm")
    lines = (f"  - {{id: od{n}, level: {levels[n - 1]}, at: due+{day}d, {EMAIL}}}\n" for n, day in enumerate(days, 1))
    return f"{more}pacing: {{min_gap: 0d}}\nsteps:\n{''.join(lines)}"


SUNDAYS = {
    "calendars/plain.yaml": """\
format: relance/v1
kind: calendar
id: plain
time_zone: Europe/Paris
working_days: [mon, tue, wed, thu, fri, sat, sun]
send_between: {email: {from: 09:00, to: 17:00}, sms: {from: 09:00, to: 17:00}, call: {from: 09:00, to: 17:00}}
complete_until: 2039-12-31
"""
}


def test_the_second_invoice_does_not_move_the_dates_of_the_first() -> None:
    """S01 and T5: invoices of 31 May and 30 June; 30, 40 and 50 days after the first: 30 June, 10 and 20 July."""
    life = Life(by_age(30, 40, 50), more=SUNDAYS)
    life.invoice("INV-1", "249.95", due="2012-05-31")
    life.invoice("INV-2", "249.95", due="2012-06-30")
    life.until("2012-07-25")
    assert life.steps("INV-1") == [("2012-06-30", "od1"), ("2012-07-10", "od2"), ("2012-07-20", "od3")]
    assert life.steps("INV-2") == []


@pytest.mark.parametrize("method", [None, "transfer", "card"])
def test_the_dates_do_not_depend_on_a_payment_method(method: str | None) -> None:
    """S21: with or without one, the dates are those of S01."""
    life = Life(by_age(30, 40, 50), more=SUNDAYS, payment_method=method)
    life.invoice("INV-1", "249.95", due="2012-05-31")
    assert [on for on, _ in life.until("2012-07-25").steps()] == ["2012-06-30", "2012-07-10", "2012-07-20"]


def test_a_ladder_in_time_climbs_one_step_after_the_other() -> None:
    """S15: five, seven and eleven days after 31 May: 5, 7 and 11 June."""
    life = Life(by_age(5, 7, 11), more=SUNDAYS)
    life.invoice("INV-1", 100, due="2012-05-31")
    assert [on for on, _ in life.until("2012-07-25").steps()] == ["2012-06-05", "2012-06-07", "2012-06-11"]


def test_after_a_standstill_the_next_step_comes_and_not_the_one_its_age_would_name() -> None:
    """S13, ours: nobody looked until 8 June, day 8. One step a day: the first on the 8th, the second on the 9th."""
    life = Life(by_age(5, 7, 11), more=SUNDAYS)
    life.invoice("INV-1", 100, due="2012-05-31", issued="2012-05-30")
    life.until("2012-05-31")
    life.lived = life.instant("2012-06-08")
    assert [on for on, _ in life.until("2012-07-25").steps()] == ["2012-06-08", "2012-06-09", "2012-06-11"]


COUNTED = f"""
consolidate: {{by: invoice}}
pacing: {{min_gap: 0d}}
applies_to: {{account.overdue_count: {{gte: 2}}}}
steps:
  - {{id: look, at: due+1d, {TASK}}}
"""


def test_a_threshold_may_count_the_unpaid_invoices() -> None:
    """S09: one unpaid invoice is none of our business; with the second, both are."""
    life = Life(COUNTED, more=SUNDAYS)
    life.invoice("INV-1", 100, due="2026-03-31")
    life.invoice("INV-2", 100, due="2026-04-09")
    life.until("2026-04-20")
    assert life.steps("INV-1") == [("2026-04-10", "look")]
    assert life.steps("INV-2") == [("2026-04-11", "look")]


def test_with_the_others_paid_a_single_one_stays_out() -> None:
    """S09: paid down to one, nothing more comes of it."""
    life = Life(COUNTED, more=SUNDAYS)
    life.invoice("INV-1", 100, due="2026-03-31")
    life.invoice("INV-2", 100, due="2026-04-09")
    life.pays(100, on="2026-04-10", of="INV-2")
    assert life.until("2026-05-20").steps("INV-1") == []


@pytest.mark.parametrize(
    ("condition", "tagged", "other"), [("has: [test]", True, False), ("lacks: [test]", False, True)]
)
def test_a_level_may_need_a_tag_or_its_absence(condition: str, tagged: bool, other: bool) -> None:
    """S19."""
    policy = f"steps: [{{id: one, at: due+30d, when: {{customer.tags: {{{condition}}}}}, {EMAIL}}}]"
    lives = [Life(policy, tags=tags) for tags in (("test",), ())]
    for life in lives:
        life.invoice("INV-1", 100, due="2026-03-31")
        life.until("2026-06-30")
    assert [bool(life.steps()) for life in lives] == [tagged, other]


@pytest.mark.parametrize(("gap", "leaves"), [("4d", "2026-04-05"), ("5d", "2026-04-06")])
def test_the_interval_is_counted_in_whole_days(gap: str, leaves: str) -> None:
    """S25: four days after the first of April is the fifth, at whatever hour the first one left."""
    policy = f"pacing: {{min_gap: {gap}}}\nsteps: [{{id: one, at: due+1d, {EMAIL}}}, {{id: two, at: due+2d, {EMAIL}}}]"
    life = Life(policy, more=SUNDAYS)
    life.invoice("INV-1", 100, due="2026-03-31")
    assert life.until("2026-06-30").steps() == [("2026-04-01", "one"), (leaves, "two")]


def lower(threshold: str) -> str:
    """A policy `other` that asks for that much."""
    head = HEAD.replace("id: mine", "id: other")
    applies = f"applies_to: {{account.overdue_balance: {{gte: {threshold}}}}}"
    return f"{head}calendar: plain\n{applies}\nsteps: [{{id: other, at: due+1d, {EMAIL}}}]\n"


@pytest.mark.parametrize(("amount", "steps"), [("50.00", ["other"]), ("1.00", [])])
def test_the_customer_s_own_policy_comes_before_that_of_the_house(amount: str, steps: list[str]) -> None:
    """S27: 50.00 is below the house's 50.99 and above the customer's 49.99; 1.00 is below both."""
    routes = "routes: [{id: own, when: {customer.segment: small}, policy: other}]"
    more = {
        "policies/other.yaml": lower("49.99 EUR"),
        "assignments/default.yaml": ASSIGNMENT.replace("routes: []", routes),
    }
    policy = f"applies_to: {{account.overdue_balance: {{gte: 50.99 EUR}}}}\nsteps: [{{id: one, at: due+1d, {EMAIL}}}]"
    life = Life(policy, more=more, segment="small")
    life.invoice("INV-1", amount, due="2026-03-31")
    assert [name for _, name in life.until("2026-06-30").steps()] == steps


def test_two_attempts_at_most_and_then_nothing_more() -> None:
    """S29, S33: two attempts two days apart, in dollars; then its own end, once, and never a third."""
    policy = f"""
pacing: {{min_gap: 2d}}
applies_to: {{account.overdue_balance: {{gte: [150.00 EUR, 100.00 USD]}}}}
steps: [{{id: ask, at: due+1d, repeat: {{every: 2d, times: 2}}, {EMAIL}}}]
after_last_step: {{at: ask+2d, do: [{{task: {{queue: collections, title: Finished}}}}]}}
"""
    life = Life(policy, more=SUNDAYS)
    life.invoice("USD", 120, due="2026-01-02", currency="USD")
    life.invoice("EUR", 149, due="2026-01-02")
    life.until("2026-12-31")
    assert life.steps("USD") == [("2026-01-03", "ask"), ("2026-01-05", "ask")]
    assert life.steps("EUR") == []
    assert life.tasks() == [("2026-01-07", "Finished")]


def test_a_step_that_waits_stays_where_it_is_however_old_the_invoice_grows() -> None:
    """S41: not approved, it is still the same step thirty days later, asked once and escalated once."""
    policy = f"""
steps:
  - {{id: one, level: firm, at: due+5d, approval: credit-controller, {EMAIL}}}
  - {{id: two, level: firm, at: due+10d, {EMAIL}}}
"""
    life = Life(policy)
    life.invoice("INV-1", 100, due="2026-03-31")
    life.until("2026-04-30")
    assert (life.steps(), len(life.asked()), len(life.ended_approvals())) == ([], 1, 1)


def test_each_step_is_one_message_told_with_its_level() -> None:
    """S47."""
    life = Life(by_age(5, 10), more=SUNDAYS)
    life.invoice("INV-1", 100, due="2026-03-31")
    life.until("2026-06-30")
    assert [m.said.claimed[0].step for m in life.messages] == ["od1", "od2"]
    assert life.outcomes() == [("2026-04-05", "od1", "sent"), ("2026-04-10", "od2", "sent")]


@pytest.mark.parametrize(
    ("due", "first", "second", "third"),
    [
        ("2024-01-15", "2024-01-25", "2024-02-15", "2024-02-25"),
        ("2024-01-31", "2024-02-10", "2024-02-29", "2024-03-10"),
    ],
)
def test_a_delay_in_months_ends_with_the_month(due: str, first: str, second: str, third: str) -> None:
    """S49, ours: there is no `end of month` for a step; a month after 31 January is the last day of February."""
    policy = f"""
pacing: {{min_gap: 0d}}
steps:
  - {{id: one, at: due+10d, {EMAIL}}}
  - {{id: two, at: due+1m, {EMAIL}}}
  - {{id: three, at: previous+10d, {EMAIL}}}
"""
    life = Life(policy, more=SUNDAYS)
    life.invoice("INV-1", 100, due=due)
    assert life.until("2024-12-31").steps() == [(first, "one"), (second, "two"), (third, "three")]


def test_without_terms_nothing_is_added_to_the_claim() -> None:
    """S57: 100 of which nobody charges anything: 100 are claimed."""
    life = Life(by_age(20), more=SUNDAYS)
    life.invoice("INV-1", 100, due="2026-03-31")
    (message,) = life.until("2026-06-30").messages
    assert (str(message.said.total), message.said.charges) == ("100.00 EUR", ())


def test_a_credit_of_its_own_settles_no_invoice_but_leaves_nothing_to_claim() -> None:
    """S61, third part: a credit note that names no invoice settles none; ours claims nothing while it is free."""
    life = Life(by_age(20), more=SUNDAYS)
    life.invoice("INV-1", 100, due="2026-03-31")
    life.credits(100, on="2026-04-10")
    life.until("2026-06-30")
    assert (life.outcomes(), life.waits_for()) == ([], "nothing-open")


def test_a_contract_s_tags_choose_the_policy() -> None:
    """S83: what concerns a membership goes by the membership's rules, whoever the customer is."""
    head = HEAD.replace("id: mine", "id: other")
    other = f"{head}calendar: plain\nsteps: [{{id: look, at: due+1d, {TASK}}}]\n"
    routes = "routes: [{id: members, when: {contract.tags: {has: membership}}, policy: other}]"
    more = {"policies/other.yaml": other, "assignments/default.yaml": ASSIGNMENT.replace("routes: []", routes)}
    life = Life(f"steps: [{{id: write, at: due+1d, {EMAIL}}}]", more=more)
    life.contract("M-2", tags=("membership",))
    life.contract("M-3", tags=())
    life.invoice("MEMBER", 100, due="2026-03-31", contract="M-2")
    life.invoice("GOODS", 100, due="2026-03-31", contract="M-3")
    life.until("2026-06-30")
    assert [name for _, name in life.steps("MEMBER")] == ["look"]
    assert [name for _, name in life.steps("GOODS")] == ["write"]
