"""What was claimed and has not ended: carried out once more as it stands now, or given up with the reason."""

from __future__ import annotations

from dataclasses import replace

from rules import facts as f
from rules.decision import Act, Send
from tests.rules.judgement.kit import Life, day, money

TWO_MESSAGES = """
steps:
  - id: one
    at: due+1d
    do: [{email: {template: reminder, to: billing}}, {letter: {template: reminder, to: billing}}]
"""
THANKS = TWO_MESSAGES + "reactions: [{event: payment-received, do: [{email: {template: thanks, to: billing}}]}]\n"


def claimed(policy: str = TWO_MESSAGES) -> tuple[Life, Act]:
    """Two invoices carried by a message that was claimed on Wednesday 1 April 2026 at half past four."""
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-03-31")
    return life, life.claims("one", on="2026-04-01")


def said(life: Life) -> Send:
    """What would be handed over at half past four of that day."""
    (act,) = life.now("2026-04-01", "16:40").acts
    assert isinstance(act.what, Send)
    return act.what


def happened(life: Life, fact: f.Fact) -> None:
    """At twenty to five."""
    life.account.record(fact)


def paid(life: Life, name: str, amount: int) -> f.Paid:
    """A payment of that minute."""
    minor = money(amount).minor
    at = life.instant("2026-04-01", "16:35")
    return f.Paid(at, f"P-{name}", "C-1", money(amount), day("2026-04-01"), (f.Share(name, minor),))


def test_what_is_claimed_and_has_not_ended_is_to_be_done_still_once() -> None:
    life, act = claimed()
    (again,) = life.now("2026-04-01", "16:40").acts
    assert (again.key, again.what, again.facts, again.void) == (act.key, act.what, (), "")


def test_what_has_not_ended_by_the_evening_is_done_in_the_morning() -> None:
    # OLD, which comes before it, is held and has nothing on its way
    life = Life(TWO_MESSAGES)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("OLD", 100, due="2026-03-20")
    life.hold("manual", on="2026-03-20", of="OLD")
    act = life.claims("one", on="2026-04-01")
    evening = life.now("2026-04-01", "18:00")
    assert (evening.acts, [again.key for again in life.now("2026-04-02", "16:40").acts]) == ((), [act.key])
    wake = evening.wake["M-1"]
    assert wake is not None
    assert life.instant("2026-04-02", "09:00") <= wake < life.instant("2026-04-02", "13:00")


def test_the_second_action_follows_the_first() -> None:
    life, act = claimed()
    at = life.instant("2026-04-01", "16:35")
    happened(life, f.ActionEnded(at, act.message, 0, "INV-1", "email", "sent", day("2026-04-01")))
    assert said(life).channel == "letter"


def test_what_was_paid_since_is_no_longer_claimed() -> None:
    life, _ = claimed()
    happened(life, paid(life, "INV-2", 500))
    assert (said(life).lines, said(life).total) == (("INV-1",), money(1000))


def test_what_the_leader_s_message_carries_is_claimed_though_the_leader_was_paid() -> None:
    life, _ = claimed()
    happened(life, paid(life, "INV-1", 1000))
    assert (said(life).lines, said(life).total) == (("INV-2",), money(500))


def test_what_was_disputed_since_is_no_longer_claimed() -> None:
    life, _ = claimed()
    at = life.instant("2026-04-01", "16:35")
    happened(life, f.HoldPlaced(at, f.Hold("H", "dispute", "receivable", "INV-2", day("2026-04-01"))))
    assert said(life).lines == ("INV-1",)


def test_when_nothing_is_left_to_claim_it_is_given_up() -> None:
    life, _ = claimed()
    happened(life, paid(life, "INV-1", 1000))
    happened(life, paid(life, "INV-2", 500))
    (act,) = life.now("2026-04-01", "16:40").acts
    assert act.void == "settled"


def test_when_all_is_held_it_waits_for_the_hold_to_end() -> None:
    life, _ = claimed()
    at = life.instant("2026-04-01", "16:35")
    happened(life, f.HoldPlaced(at, f.Hold("H", "manual", "customer", "C-1", day("2026-04-01"))))
    assert life.now("2026-04-01", "16:40").acts == ()
    happened(life, f.HoldEnded(at, "H", "released", day("2026-04-01"), "customer", "C-1"))
    assert said(life).lines == ("INV-1", "INV-2")


def test_a_partial_payment_lowers_what_is_claimed() -> None:
    life, _ = claimed()
    happened(life, paid(life, "INV-1", 400))
    assert said(life).total == money(1100)


def test_a_case_is_not_over_while_an_answer_to_an_event_is_on_its_way() -> None:
    # paid at midnight of Thursday 2 April: the thanks leave in the morning, and then it is over
    life = Life(THANKS)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.pays(1000, on="2026-04-02", of="INV-1")
    life.until(life.instant("2026-04-02"))
    assert life.now("2026-04-02", "00:01").ended == frozenset()
    life.until("2026-04-02")
    assert life.now("2026-04-02", "23:00").ended == {"M-1"}


def test_of_two_answers_to_events_that_are_contacts_one_leaves_at_a_time() -> None:
    # two promises were broken at midnight of Tuesday 21 April; two confirmations of payment would both leave
    told = "reactions: [{event: EVENT, do: [{email: {template: told, to: billing}}]}]\n"
    for event, leave in (("promise-broken", 1), ("payment-received", 2)):
        life = Life(TWO_MESSAGES.replace("due+1d", "due+60d") + told.replace("EVENT", event))
        for name in ("INV-1", "INV-2"):
            life.invoice(name, 1000, due="2026-03-31")
            life.hold("promise", on="2026-04-10", promised="2026-04-20", of=name)
            life.pays(400, on="2026-04-21", of=name)
        life.until(life.instant("2026-04-21"))
        assert len(life.now("2026-04-21", "16:00").acts) == leave


def special() -> Life:
    """The firm step of a variant, with a deadline, was claimed on Tuesday 14 April and has not ended."""
    email = "do: [{email: {template: reminder, to: billing}}]"
    step = f"{{id: special, level: firm, at: due+14d, deadline: {{of: 8d, from: sent}}, {email}}}"
    life = Life(
        f"steps: [{{id: one, at: due+1d, {email}}}]\n"
        f"variants: [{{id: v, when: {{customer.segment: big}}, insert: [{{after: one, step: {step}}}]}}]\n",
        segment="big",
    )
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.claims("special", on="2026-04-14")
    return life


def test_what_is_finished_the_next_morning_names_the_deadline_of_the_day_it_was_claimed() -> None:
    (act,) = special().now("2026-04-15", "16:30").acts
    assert isinstance(act.what, Send)
    assert (act.step, act.what.deadline) == ("special", day("2026-04-22"))


def test_what_is_on_its_way_is_finished_though_its_address_is_gone_meanwhile() -> None:
    life = special()
    life.account.record(f.CustomerRecorded(life.instant("2026-04-15"), replace(life.customer, reachable={})))
    (act,) = life.now("2026-04-15", "16:30").acts
    assert isinstance(act.what, Send)
    assert (act.step, act.what.channel) == ("special", "email")


def test_of_a_step_that_the_policy_has_no_more_nothing_is_done_further() -> None:
    life = special()
    life.binds("steps: [{id: other, at: due+60d, do: [{email: {template: other, to: billing}}]}]\n", on="2026-04-15")
    life.until(life.instant("2026-04-15", "00:01"))
    assert life.now("2026-04-15", "16:30").acts == ()
