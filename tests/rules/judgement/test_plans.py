"""Payment plans: instalments with reminders of their own, the bounds of the policy, breach and what follows."""

from __future__ import annotations

import pytest

from rules import facts as f
from rules.offers import state_of
from rules.standing import Standing
from tests.rules.judgement.kit import Life, day, money

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
# Due on Tuesday 31 March 2026: `one` on Wednesday 1 April, `two` on Wednesday 15 April, `three` on Wednesday 29 April.
STEPS = f"""
steps:
  - {{id: one, level: reminder, at: due+1d, {EMAIL}}}
  - {{id: two, level: firm, at: due+15d, {EMAIL}}}
  - {{id: three, level: firm, at: due+29d, {EMAIL}}}
"""
ONE = ("2026-04-01", "one")
FIRST, SECOND = "plan/1", "plan/2"
HALVES = (("2026-05-15", 500), ("2026-06-15", 500))  # a Friday, a Monday


def agreed(
    rule: str = "broken: three", parts: tuple[tuple[str, int], ...] = HALVES, by: str = "anne", rest: str = ""
) -> Life:
    """An invoice of 1,000 euros, on a plan since Friday 10 April."""
    life = Life(f"holds: {{payment-plan: {{{rule}}}}}\n{STEPS}{rest}")
    life.invoice("INV-1", 1000, due="2026-03-31")
    at, on = life.instant("2026-04-10", "10:00"), day("2026-04-10")
    life.happens(f.HoldPlaced(at, f.Hold("plan", "payment-plan", "receivable", "INV-1", on, by=by)))
    for n, (due, amount) in enumerate(parts, 1):
        name = f"plan/{n}"
        life.happens(f.Issued(at, name, "M-1", name, on, day(due), money(amount), kind="instalment", delivered=on))
    return life


def test_instalments_paid_in_time_settle_what_the_plan_covers() -> None:
    life = agreed()
    life.pays(500, on="2026-05-14", of=FIRST)
    life.pays(500, on="2026-06-12", of=SECOND)
    life.until("2026-12-31")
    assert life.steps("INV-1") == [ONE]
    assert life.steps(FIRST) == life.steps(SECOND) == []
    assert life.ended() == [("2026-06-12", "kept")]
    assert not life.account.receivables["INV-1"].open
    assert ("2026-05-14", "", "stopped: paid") in life.outcomes(FIRST)


def test_money_for_the_invoice_itself_pays_the_first_instalments() -> None:
    life = agreed()
    life.pays(600, on="2026-05-14", of="INV-1")
    life.until("2026-05-20")
    parts = life.account.receivables
    assert (parts[FIRST].balance, parts[SECOND].balance) == (money(0), money(400))


@pytest.mark.parametrize(("limit", "told"), [(1200, []), (800, [("2026-03-01", "Look")])])
def test_a_plan_raises_no_credit(limit: int, told: list[tuple[str, str]]) -> None:
    # 1,000 before the plan and after it: above 800 from the day of its issue, Sunday 1 March, and told once
    reaction = "reactions: [{event: credit-limit-exceeded, do: [{task: {queue: boss, title: Look}}]}]\n"
    life = agreed(rest=reaction)
    life.changes(on="2026-02-01", credit_limit=money(limit))
    assert life.until("2026-05-10").tasks() == told


def test_nothing_is_owed_twice_while_a_plan_runs() -> None:
    life = agreed().until("2026-05-01")
    standing = Standing(life.account, day("2026-05-01"))
    assert sum(standing.open.values()) == money(1000).minor


def test_an_instalment_is_reminded_and_where_a_firmer_step_would_leave_the_plan_is_broken() -> None:
    # 16 May is a Saturday, and so is 30 May: reminded on the 18th, broken on Monday 1 June, `three` the day after
    life = agreed().until("2026-12-31")
    assert life.steps(FIRST) == [("2026-05-18", "one")]
    assert life.steps(SECOND) == []
    assert life.ended() == [("2026-06-01", "broken")]
    assert life.outcomes("INV-1")[1:3] == [("2026-06-01", "two", "skipped: broken"), ("2026-06-02", "three", "sent")]
    assert ("2026-06-01", "", "stopped: plan-ended") in life.outcomes(SECOND)


def test_an_instalment_paid_after_its_reminder_keeps_the_plan() -> None:
    life = agreed()
    life.pays(500, on="2026-05-29", of=FIRST)
    life.pays(500, on="2026-06-15", of=SECOND)
    life.until("2026-12-31")
    assert life.steps(FIRST) == [("2026-05-18", "one")]
    assert life.steps("INV-1") == [ONE]


def test_a_payment_that_comes_back_opens_its_instalment_again() -> None:
    life = agreed()
    payment = life.pays(500, on="2026-05-14", of=FIRST)
    life.reverses(payment, on="2026-05-20")
    life.until("2026-05-21")
    assert life.account.receivables[FIRST].balance == money(500)
    assert life.account.receivables["INV-1"].balance == money(1000)


def test_a_policy_without_a_firmer_step_waits_ten_working_days_after_the_last_reminder() -> None:
    life = Life(f"steps: [{{id: one, level: reminder, at: due+1d, {EMAIL}}}]")
    life.invoice("INV-1", 1000, due="2026-03-31")
    at, on = life.instant("2026-04-10", "10:00"), day("2026-04-10")
    life.happens(f.HoldPlaced(at, f.Hold("plan", "payment-plan", "receivable", "INV-1", on)))
    life.happens(f.Issued(at, FIRST, "M-1", FIRST, on, day("2026-05-15"), money(1000), kind="instalment", delivered=on))
    life.until("2026-12-31")
    assert life.ended() == [("2026-06-01", "broken")]


BOUNDS = (
    ("max_instalments: 1", "2 instalments, 1 at most"),
    ("max_length: 2m", "it lasts until 2026-06-15, longer than 2m"),
    ("first: 60%", "the first instalment, 500.00 EUR, is too small"),
)


@pytest.mark.parametrize(("rule", "why"), BOUNDS)
def test_a_plan_beyond_the_bounds_holds_nothing_and_a_person_is_told(rule: str, why: str) -> None:
    life = agreed(rule).until("2026-12-31")
    assert life.ended() == [("2026-04-10", "refused")]
    assert ("2026-04-10", f"The payment plan is refused: {why}") in life.tasks()
    assert life.steps("INV-1") == [ONE, ("2026-04-15", "two"), ("2026-04-29", "three")]
    assert life.steps(FIRST) == []


@pytest.mark.parametrize("rule", ["max_instalments: 2", "max_length: 66d", "first: 50%"])
def test_a_plan_at_its_bounds_holds(rule: str) -> None:
    # 15 June is the 66th day after 10 April
    life = agreed(rule).until("2026-04-30")
    assert life.ended() == []
    assert life.steps("INV-1") == [ONE]


def test_it_is_the_first_instalment_that_must_be_large_enough() -> None:
    life = agreed("first: 50%", parts=(("2026-05-15", 400), ("2026-06-15", 600))).until("2026-04-30")
    why = "The payment plan is refused: the first instalment, 400.00 EUR, is too small"
    assert ("2026-04-10", why) in life.tasks()


@pytest.mark.parametrize(("answer", "ended"), [("proceed", []), ("stop", [("2026-04-14", "refused")])])
def test_what_a_customer_proposes_goes_by_the_answer(answer: str, ended: list[tuple[str, str]]) -> None:
    life = agreed(by="customer")
    life.answers(answer, on="2026-04-14")
    assert life.until("2026-04-30").ended() == ended
    assert life.tasks() == ([("2026-04-14", "The payment plan is refused")] if ended else [])


def test_what_a_customer_proposes_holds_until_a_person_has_answered() -> None:
    life = agreed(by="customer").until("2026-04-30")
    assert [why for _, why in life.reviews()] == ["the customer proposes a payment plan: is it accepted?"]
    assert life.steps("INV-1") == [ONE]


def test_what_a_customer_proposes_within_the_bounds_is_accepted_where_the_policy_says_so() -> None:
    life = agreed("auto_accept: true, max_instalments: 2", by="customer").until("2026-04-30")
    assert life.reviews() == []
    assert life.steps("INV-1") == [ONE]


def test_what_a_customer_proposes_ends_when_a_person_refuses_it() -> None:
    life = agreed(by="customer")
    life.answers("stop", on="2026-04-14")
    life.until("2026-12-31")
    assert life.ended() == [("2026-04-14", "refused")]
    assert life.steps("INV-1")[1:] == [("2026-04-15", "two"), ("2026-04-29", "three")]


@pytest.mark.parametrize(("rule", "due"), [("acceleration: true", "2026-06-01"), ("broken: three", "2026-09-30")])
def test_acceleration_makes_due_at_once_what_a_broken_plan_covered(rule: str, due: str) -> None:
    life = Life(f"holds: {{payment-plan: {{{rule}}}}}\n{STEPS}")
    life.invoice("INV-1", 1000, due="2026-09-30", issued="2026-03-01")
    at, on = life.instant("2026-04-10", "10:00"), day("2026-04-10")
    life.happens(f.HoldPlaced(at, f.Hold("plan", "payment-plan", "receivable", "INV-1", on)))
    for n, (when, amount) in enumerate(HALVES, 1):
        name = f"plan/{n}"
        life.happens(f.Issued(at, name, "M-1", name, on, day(when), money(amount), kind="instalment", delivered=on))
    life.until("2026-06-10")
    assert life.account.receivables["INV-1"].due == day(due)


def test_a_plan_that_a_person_ends_takes_its_instalments_back() -> None:
    life = agreed()
    life.ends("plan", on="2026-04-20")
    life.until("2026-04-21")
    assert not life.account.receivables[FIRST].open
    assert life.account.receivables["INV-1"].balance == money(1000)


# --- what the customer is told -----------------------------------------------------------------------------------

TOLD = "reactions: [{event: %s, do: [{email: {template: %s, to: billing}}]}]\n"


def test_an_agreed_plan_is_confirmed_the_same_day_though_it_holds_its_invoice() -> None:
    life = agreed(rest=TOLD % ("plan-agreed", "plan-agreed")).until("2026-05-01")
    assert ("2026-04-10", "plan-agreed") in [line[:2] for line in life.sent()]


def test_an_offered_plan_is_told_once_and_reminders_go_on() -> None:
    life = Life(STEPS + TOLD % ("plan-proposed", "plan-proposed"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    at = life.instant("2026-04-10", "10:00")
    parts = (f.Part(day("2026-05-15"), 50000), f.Part(day("2026-06-15"), 50000))
    life.happens(f.PlanOffered(at, "offer", ("INV-1",), parts, day("2026-04-10"), day("2026-04-17")))
    life.until("2026-05-10")
    assert [line[:2] for line in life.sent()] == [
        ("2026-04-01", "reminder"),
        ("2026-04-10", "plan-proposed"),
        ("2026-04-15", "reminder"),
        ("2026-04-29", "reminder"),
    ]


def test_an_offer_that_has_lapsed_is_not_told_any_more() -> None:
    """Made after hours on Friday 17 April, for that day: its message would leave on Monday."""
    life = Life(STEPS + TOLD % ("plan-proposed", "plan-proposed"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    parts, friday = (f.Part(day("2026-05-15"), 100000),), day("2026-04-17")
    life.happens(f.PlanOffered(life.instant("2026-04-17", "18:00"), "offer", ("INV-1",), parts, friday, friday))
    life.until("2026-05-10")
    assert "plan-proposed" not in [line[1] for line in life.sent()]


@pytest.mark.parametrize(
    ("on", "reply_by", "state"),
    [
        ("2026-04-17", "2026-04-17", "stands"),
        ("2026-04-18", "2026-04-17", "lapsed"),
        ("2026-05-15", None, "stands"),  # the day of its first instalment
        ("2026-05-16", None, "lapsed"),
    ],
)
def test_an_offer_stands_until_its_day_and_then_lapses(on: str, reply_by: str | None, state: str) -> None:
    life = Life(STEPS)
    life.invoice("INV-1", 1000, due="2026-03-31")
    parts, last = (f.Part(day("2026-05-15"), 100000),), day(reply_by) if reply_by else None
    offer = f.PlanOffered(life.instant("2026-04-10"), "offer", ("INV-1",), parts, day("2026-04-10"), last)
    life.until("2026-04-09")
    assert state_of(life.account, offer, day(on)) == state


def test_an_offer_is_over_once_a_plan_is_agreed_or_all_is_paid() -> None:
    parts = (f.Part(day("2026-05-15"), 100000),)
    life = agreed()
    offer = f.PlanOffered(life.instant("2026-04-09"), "offer", ("INV-1",), parts, day("2026-04-09"))
    assert state_of(life.until("2026-05-01").account, offer, day("2026-06-01")) == "agreed"
    paid = Life(STEPS)
    paid.invoice("INV-1", 1000, due="2026-03-31")
    paid.pays(1000, on="2026-04-12", of="INV-1")
    assert state_of(paid.until("2026-05-01").account, offer, day("2026-06-01")) == "settled"


def test_a_hold_without_instalments_confirms_no_plan() -> None:
    life = Life(STEPS + TOLD % ("plan-agreed", "plan-agreed"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("payment-plan", on="2026-04-10", until="2026-06-15")
    life.until("2026-05-01")
    assert "plan-agreed" not in [line[1] for line in life.sent()]


# --- what holds the invoice holds its instalments --------------------------------------------------------------------


def test_what_is_disputed_of_an_invoice_is_not_asked_for_by_instalments() -> None:
    # decided on Monday 25 May, when the first instalment's reminder of the 18th leaves; its `two`, 15 days after
    # 15 May, would leave on Monday 1 June and breaks the plan
    life = agreed()
    dispute = life.hold("dispute", on="2026-05-04")
    life.ends(dispute, on="2026-05-25", outcome="unfounded")
    life.until("2026-06-01")
    assert life.steps(FIRST) == [("2026-05-25", "one")]
    assert life.ended() == [("2026-05-25", "unfounded"), ("2026-06-01", "broken")]


def test_a_plan_is_not_broken_by_what_is_disputed_wholly() -> None:
    life = agreed()
    life.hold("dispute", on="2026-05-04")
    life.until("2026-12-31")
    assert life.steps(FIRST) == life.steps(SECOND) == life.ended() == []


def test_a_disputed_part_is_taken_off_the_last_instalments() -> None:
    # of 600 the second instalment bears 500 and the first 100; broken on Monday 1 June, the invoice asks for its rest
    life = agreed()
    life.hold("dispute", on="2026-05-04", part=money(600))
    life.until("2026-12-31")
    assert life.steps(FIRST) == [("2026-05-18", "one")]
    assert life.steps(SECOND) == []
    assert life.steps("INV-1") == [ONE, ("2026-06-02", "three")]
    assert [message.said.total for message in life.messages] == [money(1000), money(400), money(400)]


def test_a_hold_on_the_invoice_holds_its_instalments() -> None:
    life = agreed()
    life.hold("manual", on="2026-05-04", until="2026-06-30")
    assert life.until("2026-07-02").steps(FIRST) == [("2026-07-01", "one")]


def test_a_plan_frees_nothing_that_an_insolvency_froze() -> None:
    """The instalments are issued after the opening; what they stand for was supplied before it."""
    life = agreed()
    life.hold("insolvency", on="2026-04-08", of="C-1", scope="customer", opened="2026-04-06")
    life.until("2026-12-31")
    assert life.steps(FIRST) == life.steps(SECOND) == life.ended() == []


def test_a_plan_is_not_broken_under_a_hold() -> None:
    # reminded on Monday 18 May and waited for ten working days, until Monday 1 June: the hold lasts until 10 June
    life = Life(f"steps: [{{id: one, level: reminder, at: due+1d, {EMAIL}}}]\n")
    life.invoice("INV-1", 1000, due="2026-03-31")
    on, at = day("2026-04-10"), life.instant("2026-04-10")
    life.happens(f.HoldPlaced(at, f.Hold("plan", "payment-plan", "receivable", "INV-1", on, by="anne")))
    part = f.Issued(at, FIRST, "M-1", FIRST, on, day("2026-05-15"), money(1000), kind="instalment", delivered=on)
    life.happens(part)
    life.hold("manual", on="2026-05-25", of="C-1", scope="customer", until="2026-06-10")
    life.until("2026-12-31")
    assert life.steps(FIRST) == [("2026-05-18", "one")]
    assert life.ended() == [("2026-06-11", "expired"), ("2026-06-11", "broken")]


def test_what_a_broken_plan_releases_is_not_taken_along_in_that_instant() -> None:
    """INV-3's reminders leave with the instalment's on Monday 18 May, and on Monday 1 June, when the plan breaks.

    The invoice's `three` leaves in a later slot: after the gap, on Thursday 4 June.
    """
    life = agreed(rest="consolidate: {by: customer, window: 3bd}\n")
    life.invoice("INV-3", 300, due="2026-05-17")
    life.until("2026-06-05")
    carried = [(message.on, message.said.lines) for message in life.messages]
    assert carried[1:] == [("2026-05-18", (FIRST, "INV-3")), ("2026-06-01", ("INV-3",)), ("2026-06-04", ("INV-1",))]
