"""The bounds that a policy sets to promises, disputes and unallocated money. One invoice, due on 31 March 2026."""

from __future__ import annotations

from rules import facts as f
from tests.rules.judgement.kit import PLAIN, Life, money

STEPS = """
steps:
  - {id: one, at: due+1d, do: [{email: {template: reminder, to: billing}}]}
  - {id: two, at: due+15d, do: [{email: {template: reminder, to: billing}}]}
"""


def life_of(rest: str) -> Life:
    """One invoice of 1,000 euros and two steps, on Wednesday 1 and Wednesday 15 April."""
    life = Life(STEPS + rest)
    life.invoice("INV-1", 1000, due="2026-03-31")
    return life


# --- promises ----------------------------------------------------------------------------------------------------

PROMISES = "holds: {promise: {max_ahead: 15d, max_times: 2}}\n"
TOLD = "reactions: [{event: promise-made, do: [{email: {template: told, to: billing}}]}]\n"


def test_a_promise_within_its_bounds_holds() -> None:
    life = life_of(PROMISES)
    life.hold("promise", on="2026-04-08", promised="2026-04-23")
    assert life.until("2026-04-22").steps() == [("2026-04-01", "one")]


def test_a_promise_too_far_ahead_holds_nothing_and_a_person_is_told() -> None:
    life = life_of(PROMISES)
    life.hold("promise", on="2026-04-08", promised="2026-04-24")
    life.until("2026-12-31")
    assert life.steps() == [("2026-04-01", "one"), ("2026-04-15", "two")]
    assert life.ended() == [("2026-04-08", "refused")]
    why = "The promise to pay on 2026-04-24 is refused: it lies more than 15d ahead"
    assert life.tasks() == [("2026-04-08", why)]


def test_a_refused_promise_is_not_confirmed_and_not_broken() -> None:
    life = life_of(PROMISES + TOLD)
    life.hold("promise", on="2026-04-08", promised="2026-04-24")
    life.until("2026-12-31")
    assert [template for _, template, _ in life.sent()] == ["reminder", "reminder"]
    assert life.account.holds["promise-1"].outcome == "refused"


def test_promises_beyond_their_number_are_refused() -> None:
    life = life_of(PROMISES)
    life.hold("promise", on="2026-04-02", promised="2026-04-03")
    life.hold("promise", on="2026-04-05", promised="2026-04-07")
    life.hold("promise", on="2026-04-09", promised="2026-04-20")
    life.until("2026-12-31")
    assert life.ended() == [("2026-04-04", "broken"), ("2026-04-08", "broken"), ("2026-04-09", "refused")]
    assert life.tasks() == [("2026-04-09", "A promise is refused: 2 were accepted before")]


def test_a_refused_promise_does_not_count_as_one() -> None:
    life = life_of(PROMISES.replace("max_times: 2", "max_times: 1"))
    life.hold("promise", on="2026-04-02", promised="2026-06-30")
    life.hold("promise", on="2026-04-08", promised="2026-04-20")
    assert life.until("2026-12-31").ended() == [("2026-04-02", "refused"), ("2026-04-21", "broken")]


def test_promises_about_another_invoice_do_not_count() -> None:
    life = life_of(PROMISES.replace("max_times: 2", "max_times: 1"))
    life.invoice("INV-2", 500, due="2026-03-31")
    life.hold("promise", on="2026-04-02", promised="2026-04-07", of="INV-2")
    life.hold("promise", on="2026-04-08", promised="2026-04-20")
    assert [outcome for _, outcome in life.until("2026-12-31").ended()] == ["broken", "broken"]


def test_a_promise_about_two_invoices_is_the_second_one_of_each() -> None:
    """Each was promised once, on two contracts; two of either are the bound, so the next one is refused."""
    life = life_of(PROMISES)
    life.contract("M-2")
    life.invoice("INV-2", 500, due="2026-03-31", contract="M-2")
    for name in ("INV-1", "INV-2"):
        life.hold("promise", on="2026-04-02", promised="2026-04-03", of=name)
    for on, promised in (("2026-04-09", "2026-04-13"), ("2026-04-16", "2026-04-20")):
        life.hold("promise", on=on, promised=promised, of="C-1", scope="customer")
    outcomes = [("2026-04-04", "broken")] * 2 + [("2026-04-14", "broken"), ("2026-04-16", "refused")]
    assert life.until("2026-12-31").ended() == outcomes


# --- disputes ----------------------------------------------------------------------------------------------------

DISPUTES = """
holds:
  dispute:
    reasons: {price: account-manager}
    review_after: 10d
    escalate: credit-director
    by_customer: {holds_for: 5bd, then: review}
"""


def queues(life: Life) -> list[tuple[str, str, str]]:
    """(day, role, title) of every task."""
    opened = (fact for _, fact in life.simulation.told if isinstance(fact, f.TaskOpened))
    return [(fact.on.isoformat(), fact.queue, fact.title) for fact in opened]


def test_the_reason_of_a_dispute_says_who_looks_into_it() -> None:
    life = life_of(DISPUTES)
    life.hold("dispute", on="2026-04-02", reason="price")
    life.until("2026-04-03")
    assert queues(life) == [("2026-04-02", "account-manager", "Look into the dispute: price")]


def test_a_reason_that_names_nobody_opens_no_task() -> None:
    life = life_of(DISPUTES)
    life.hold("dispute", on="2026-04-02", reason="quality")
    life.until("2026-04-03")
    assert queues(life) == []


def test_a_dispute_that_lasts_is_escalated_once() -> None:
    life = life_of(DISPUTES)
    life.hold("dispute", on="2026-04-02")
    life.until("2026-12-31")
    assert queues(life) == [("2026-04-12", "credit-director", "A dispute is undecided since 2026-04-02")]
    assert life.reviews() == [("2026-04-12", "the dispute is undecided after 10d")]


def test_a_dispute_of_the_customer_is_asked_about_first_and_escalated_later() -> None:
    # placed on Thursday 2 April: five working days later is Thursday the 9th
    life = life_of(DISPUTES)
    life.hold("dispute", on="2026-04-02", by="customer")
    life.until("2026-12-31")
    assert life.reviews() == [
        ("2026-04-09", "the customer disputes: is it founded?"),
        ("2026-04-12", "the dispute is undecided after 10d"),
    ]
    assert [on for on, *_ in queues(life)] == ["2026-04-12"]


def test_a_dispute_decided_in_time_is_not_escalated() -> None:
    life = life_of(DISPUTES)
    life.ends(life.hold("dispute", on="2026-04-02"), on="2026-04-11", outcome="unfounded")
    life.until("2026-12-31")
    assert queues(life) == []


# --- unallocated money -------------------------------------------------------------------------------------------

SHARE = "money: {unallocated: {share: 30%, then: review}}\n"


def test_unallocated_money_below_the_share_is_applied_without_asking() -> None:
    life = life_of(SHARE)
    life.pays(299, on="2026-03-20")
    life.until("2026-04-03")
    assert life.reviews() == []
    assert life.messages[0].said.total == money(701)


def test_from_the_share_on_a_person_is_asked_first() -> None:
    life = life_of(SHARE)
    life.pays(300, on="2026-03-20")
    life.until("2026-12-31")
    assert life.reviews() == [("2026-04-01", "300.00 EUR is on no invoice: what is it for?")]
    assert life.messages == []


def test_when_the_person_says_go_on_it_is_applied() -> None:
    life = life_of(SHARE)
    life.pays(300, on="2026-03-20")
    life.answers("proceed", on="2026-04-08")
    life.until("2026-04-09")
    assert life.sent() == [("2026-04-08", "reminder", ("INV-1",))]
    assert life.messages[0].said.total == money(700)


def test_when_it_is_put_on_an_invoice_the_question_is_over() -> None:
    life = life_of(SHARE)
    payment = life.pays(300, on="2026-03-20")
    life.happens(f.Allocated(life.instant("2026-04-08"), payment, (f.Share("INV-1", 30000),)))
    life.until("2026-04-09")
    assert life.messages[0].said.total == money(700)


def test_the_share_is_of_all_that_is_overdue() -> None:
    # 300 of 1,100: less than 30 %
    life = life_of(SHARE)
    life.invoice("INV-2", 100, due="2026-03-30")
    life.pays(300, on="2026-03-20")
    life.until("2026-04-03")
    assert life.reviews() == []


def test_on_the_last_day_of_its_calendar_a_step_is_judged_and_nothing_breaks() -> None:
    # `one` leaves on Wednesday 1 April, the last day known; whether the next day is one of work only a person can say
    ends = PLAIN.replace("complete_until: 2039-12-31", "complete_until: 2026-04-01")
    policy = """
consolidate: {by: invoice}
steps: [{id: one, at: due+1d, do: [{email: {template: reminder, to: billing}}]}]
"""
    life = Life(policy, more={"calendars/plain.yaml": ends})
    life.invoice("INV-1", 100, due="2026-03-31")
    life.invoice("INV-2", 100, due="2026-03-31")
    assert life.until("2026-04-20").steps("INV-1") == [("2026-04-01", "one")]
    assert life.steps("INV-2") == []
    assert [why for _, why in life.reviews()] == [
        "calendar plain is complete until 2026-04-01, and 2026-04-02 was asked of it"
    ]
