"""Cases of other dunning systems that no other file tells, in our words; where ours decides otherwise, it is said.

The peers' `level by age of the oldest invoice` is written as conditions on the account; ours climbs per receivable.
Each test names the scenarios it tells; the last one sees to it that none of the list is without a test.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from rules import facts as f
from rules.conditions import check
from rules.standing import Facts, Standing
from rules.standing import by_age as by_age_of
from tests.rules.judgement.kit import ASSIGNMENT, HEAD, PLAIN, Life, day, money
from tests.rules.shelf import compiled

SCENARIOS = Path(__file__).parents[4] / "shared" / "acceptance" / "peer-scenarios.md"

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


# --- the other progression, and figures of their own -------------------------------------------------------------


def test_where_age_decides_a_late_ladder_begins_at_the_step_its_age_names() -> None:
    """S13, the peer's: known on day 8 of 5, 7 and 11, it begins at the second; the distance to the third is kept."""
    life = Life(by_age(5, 7, 11).replace("min_gap: 0d", "min_gap: 0d, late_start: nearest-step"), more=SUNDAYS)
    life.invoice("INV-1", 100, due="2012-05-31", known="2012-06-08")
    assert life.until("2012-07-25").outcomes() == [
        ("2012-06-08", "od1", "skipped: too-late"),
        ("2012-06-08", "od2", "sent"),
        ("2012-06-12", "od3", "sent"),
    ]


def test_where_politeness_decides_the_same_ladder_begins_at_its_first_step() -> None:
    """S13, ours by default: 8 June, then two and four days later, as written; nothing on the days between."""
    life = Life(by_age(5, 7, 11), more=SUNDAYS)
    life.invoice("INV-1", 100, due="2012-05-31", known="2012-06-08")
    assert life.until("2012-07-25").outcomes() == [
        ("2012-06-08", "od1", "sent"),
        ("2012-06-10", "od2", "sent"),
        ("2012-06-14", "od3", "sent"),
    ]


GRADED = f"""
consolidate: {{by: invoice}}
steps:
  - {{id: od1, at: due+1d, when: {{account.overdue_count: {{gte: 2}}}}, {EMAIL}}}
  - {{id: od2, level: firm, at: due+2d, when: {{account.overdue_count: {{gte: 3}}}}, {EMAIL}}}
  - {{id: od3, level: firm, at: due+3d, when: {{account.overdue_count: {{gte: 5}}}}, {EMAIL}}}
"""


def graded(life: Life, on: str) -> int:
    """The highest step of GRADED whose condition holds on that day; 0 where none does."""
    item = min(life.account.receivables.values(), key=by_age_of)
    facts = Facts(Standing(life.account, day(on)), item)
    return sum(check(step.when, facts).verdict == "yes" for step in life.book.policies["mine"].steps)


def test_the_count_of_unpaid_invoices_raises_and_lowers_the_stage() -> None:
    """S09: with thresholds of 2, 3 and 5, one to five unpaid ones, then the newest paid first."""
    life = Life(GRADED)
    stages = []
    for n in range(1, 6):
        life.invoice(f"INV-{n}", 100, due=f"2026-03-{n:02}", known="2026-04-01")
        stages.append(graded(life.until(life.instant("2026-04-01")), "2026-04-01"))
    for n in (5, 4, 3, 2):
        life.pays(100, on="2026-04-02", of=f"INV-{n}")
        stages.append(graded(life.until(life.instant("2026-04-02")), "2026-04-02"))
    assert stages == [0, 1, 2, 2, 3, 2, 2, 1, 0]


def test_each_currency_has_its_own_attempts_and_none_is_made_twice() -> None:
    """S29, S33: dollars twice, euros twice once they reach 150 on the evening of the 5th: four messages, then silence.

    Ours counts the gap of two days across currencies: the euros follow on the 7th and 9th.
    """
    policy = f"""
pacing: {{min_gap: 2d}}
applies_to: {{account.overdue_balance: {{gte: [150.00 EUR, 100.00 USD]}}}}
steps: [{{id: ask, at: due+1d, repeat: {{every: 2d, times: 2}}, {EMAIL}}}]
after_last_step: {{at: ask+2d, do: [{{task: {{queue: collections, title: Finished}}}}]}}
"""
    life = Life(policy, more=SUNDAYS)
    life.invoice("USD", 120, due="2026-01-02", currency="USD")
    life.invoice("EUR", 149, due="2026-01-02")
    more = f.Issued(
        life.instant("2026-01-05", "18:00"), "MORE", "M-1", "MORE", day("2025-12-03"), day("2026-01-02"), money(10)
    )
    life.happens(replace(more, delivered=day("2025-12-03")))
    life.until("2026-12-31")
    assert life.sent() == [
        ("2026-01-03", "reminder", ("USD",)),
        ("2026-01-05", "reminder", ("USD",)),
        ("2026-01-07", "reminder", ("EUR", "MORE")),
        ("2026-01-09", "reminder", ("EUR", "MORE")),
    ]
    assert life.tasks() == [("2026-01-07", "Finished"), ("2026-01-11", "Finished"), ("2026-01-11", "Finished")]


def test_a_currency_without_a_threshold_is_asked_about_and_never_dunned() -> None:
    """S31: 50 dollars over a threshold of 40, 100 pounds that have none: one message, in dollars, and one question."""
    policy = f"""
applies_to: {{account.overdue_balance: {{gte: 40.00 USD}}}}
steps: [{{id: ask, at: due+1d, {EMAIL}}}]
"""
    life = Life(policy, more=SUNDAYS)
    life.invoice("USD", 50, due="2026-03-31", currency="USD")
    life.invoice("GBP", 100, due="2026-03-31", currency="GBP")
    life.until("2026-12-31")
    assert life.sent() == [("2026-04-01", "reminder", ("USD",))]
    lacks = "it is in GBP, and the policy compares it with USD only: write a threshold in GBP beside it"
    why = f"account.overdue_balance is not known, so applies_to cannot be decided ({lacks})"
    assert [asked for _, asked in life.reviews()] == [why]


def test_a_claim_never_mixes_currencies_nor_what_is_not_overdue() -> None:
    """S35: what the peer refuses cannot be said here. Two legal entities are two workspaces with two ledgers."""
    life = Life(f"steps: [{{id: ask, at: due+1d, {EMAIL}}}]")
    for name, due, currency in (
        ("LATE", "2026-03-31", "EUR"),
        ("POUNDS", "2026-03-31", "GBP"),
        ("YOUNG", "2026-04-02", "EUR"),
    ):
        life.invoice(name, 100, due=due, currency=currency)
    life.until("2026-04-01")
    (message,) = life.messages
    assert (message.said.lines, message.said.not_due) == (("LATE",), ())
    assert str(message.said.total) == "100.00 EUR"


LIMITED = f"""
applies_to: {{invoice.balance: {{gte: 40.00 EUR}}}}
steps: [{{id: one, at: due+1d, {EMAIL}}}, {{id: two, at: due+8d, {EMAIL}}}]
"""


@pytest.mark.parametrize(
    ("threshold", "after"),
    [
        ("999.99", [("2026-04-03", "", "stopped: below-minimum")]),
        ("50.00", [("2026-04-08", "two", "sent")]),
    ],
)
def test_an_edited_threshold_resets_no_counter(threshold: str, after: list[tuple[str, str, str]]) -> None:
    """S37, ours: what was sent stays sent. 50.01 reaches 50.00 and goes on; below 999.99 its ladder ends."""
    life = Life(LIMITED)
    life.invoice("INV-1", "50.01", due="2026-03-31")
    life.binds(LIMITED.replace("40.00", threshold), on="2026-04-03")
    assert life.until("2026-12-31").outcomes() == [("2026-04-01", "one", "sent"), *after]


def test_an_edit_that_nobody_applied_changes_no_case() -> None:
    """S37: cases that `apply` does not name go on by what they are bound to."""
    life = Life(LIMITED)
    life.invoice("INV-1", "50.01", due="2026-03-31")
    edited = Life(LIMITED.replace("40.00", "999.99")).book
    life.simulation.rulebooks = {**life.simulation.rulebooks, edited.digest: edited}
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-08", "two")]


def test_a_step_that_cannot_be_sent_for_half_a_year_is_still_the_first() -> None:
    """S51: unsent steps never escalate; released on Thursday 1 October, the first leaves and the second follows."""
    life = Life(by_age(5, 10), more=SUNDAYS)
    life.invoice("INV-1", 100, due="2026-03-31")
    life.ends(life.hold("payment-pending", on="2026-04-01"), on="2026-10-01", outcome="failed")
    assert life.until("2026-12-31").steps() == [("2026-10-01", "od1"), ("2026-10-02", "od2")]


@pytest.mark.parametrize("on", ["2026-03-31", "2026-04-05", "2026-04-07"])
def test_to_be_asked_about_an_earlier_day_sends_nothing(on: str) -> None:
    """S53: the peer rejects a run dated before the latest one; ours answers, and nothing leaves before the gap."""
    life = Life(by_age(5, 8).replace("min_gap: 0d", "min_gap: 3d"), more=SUNDAYS)
    life.invoice("INV-1", 100, due="2026-03-31")
    life.until("2026-04-05")
    assert life.now(on).acts == ()


def test_a_claim_that_is_paid_but_for_a_little_stays_open_for_that() -> None:
    """S63: of 110.41, 100 are paid: the next message claims 10.41."""
    life = Life(by_age(5, 10), more=SUNDAYS)
    life.invoice("INV-1", "110.41", due="2026-03-31")
    life.pays(100, on="2026-04-07", of="INV-1")
    life.until("2026-12-31")
    claimed = [(message.on, str(message.said.total)) for message in life.messages]
    assert claimed == [("2026-04-05", "110.41 EUR"), ("2026-04-10", "10.41 EUR")]


def test_a_payment_of_the_oldest_lets_the_account_fall_below_the_threshold_at_once() -> None:
    """S03: on 5 July the first is 35 days late and paid; the second, 5 days late, is not reminded before its own 30."""
    life = Life(by_age(30, 40, 50), more=SUNDAYS)
    life.invoice("INV-1", "249.95", due="2012-05-31")
    life.invoice("INV-2", "249.95", due="2012-06-30")
    life.pays("249.95", on="2012-07-05", of="INV-1")
    life.until("2012-07-29")
    assert life.outcomes("INV-1") == [("2012-06-30", "od1", "sent"), ("2012-07-05", "", "stopped: paid")]
    assert life.steps("INV-2") == []
    assert life.until("2012-07-30").steps("INV-2") == [("2012-07-30", "od1")]


def test_a_pause_from_day_five_to_day_twenty_nine_holds_the_same_step() -> None:
    """S73: paused from 6 to 30 October with the second step due on the 7th: it leaves on the 31st, once."""
    life = Life(by_age(5, 6), more=SUNDAYS)
    life.invoice("INV-1", 250, due="2026-10-01")
    life.hold("manual", on="2026-10-07", until="2026-10-30")
    assert life.until("2026-12-31").steps() == [("2026-10-06", "od1"), ("2026-10-31", "od2")]


def test_the_later_of_two_pauses_ends_with_the_resumption() -> None:
    """S77: pauses to 30 October and to 15 November; the second ended on the 31st, the step due on the 26th leaves."""
    life = Life(by_age(5, 25), more=SUNDAYS)
    life.invoice("INV-1", 250, due="2026-10-01")
    life.hold("manual", on="2026-10-25", until="2026-10-30")
    second = life.hold("manual", on="2026-10-30", until="2026-11-15")
    life.ends(second, on="2026-10-31")
    assert life.until("2026-12-31").steps() == [("2026-10-06", "od1"), ("2026-10-31", "od2")]


@pytest.mark.parametrize(("scope", "of"), [("customer", "C-1"), ("receivable", "INV-1")])
def test_a_block_names_its_reason_whether_on_the_customer_or_on_the_invoice(scope: str, of: str) -> None:
    """S81: the reason is told where somebody asks why nothing leaves."""
    life = Life(by_age(5), more=SUNDAYS)
    life.invoice("INV-1", 100, due="2026-03-31")
    life.hold("manual", on="2026-04-01", until="2026-04-07", of=of, scope=scope)  # type: ignore[arg-type]
    life.until("2026-04-07")
    assert life.waits_for() == "held"
    assert life.until("2026-04-08").steps() == [("2026-04-08", "od1")]


def test_a_policy_whose_levels_are_in_the_wrong_order_is_refused() -> None:
    """T13: a step that comes before the one listed above it is an error of the file, not of a customer's."""
    written = HEAD + f"calendar: plain\nsteps: [{{id: two, at: due+8d, {EMAIL}}}, {{id: one, at: due+1d, {EMAIL}}}]\n"
    found = compiled(policies__mine=written, calendars__plain=PLAIN).diagnostics
    assert [(d.file, d.code) for d in found if d.severity == "error"] == [("policies/mine.yaml", "REL203")]


# --- none is forgotten -------------------------------------------------------------------------------------------


@pytest.mark.corpus
def test_every_scenario_of_the_peers_is_told_by_a_test_that_names_it() -> None:
    listed = SCENARIOS.read_text("utf-8") if SCENARIOS.exists() else pytest.skip(f"there is no {SCENARIOS.name}")
    wanted = set(re.findall(r"^\| ([SL]\d+) \|", listed, re.MULTILINE)) | set(re.findall(r"\bT\d+(?= [a-z])", listed))
    told: set[str] = set()
    for file in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                told |= set(re.findall(r"\b[SLT]\d{1,2}\b", ast.get_docstring(node) or ""))
    assert len(wanted) >= 57
    assert wanted <= told, sorted(wanted - told)
