"""Rules of different parts that meet: each day is worked out by hand from the specification, and said beside it."""

from __future__ import annotations

from rules import facts as f
from tests.rules.judgement.kit import THREE_STEPS, Life, day

SHIFTED = "holds: {manual: {resume: shift}}\n" + THREE_STEPS


def test_holds_of_four_scopes_that_overlap_count_once_for_each_invoice() -> None:
    # INV-1: 3 to 16 April, recorded on the 10th, 14 days; INV-2, of the other contract: 8 to 16 April, 9 days.
    life = Life(SHIFTED)
    life.contract("M-2")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 1000, due="2026-03-31", contract="M-2")
    life.hold("manual", on="2026-04-10", start="2026-04-03", until="2026-04-12", of="M-1", scope="contract")
    life.hold("manual", on="2026-04-08", until="2026-04-14", of="C-1", scope="customer")
    life.hold("manual", on="2026-04-13", until="2026-04-16", of="business", scope="business")
    life.until("2026-06-30")
    # 10 April + 9 is Sunday the 19th, 30 April + 9 Saturday 9 May; the window brings no notice forward: 30 April + 14
    assert life.steps("INV-2") == [
        ("2026-04-03", "reminder-1"),
        ("2026-04-20", "reminder-2"),
        ("2026-05-11", "formal-notice"),
    ]
    assert life.steps("INV-1") == [
        ("2026-04-03", "reminder-1"),
        ("2026-04-24", "reminder-2"),
        ("2026-05-14", "formal-notice"),
    ]


def test_two_currencies_are_two_messages_and_the_second_waits_for_the_gap() -> None:
    life = Life(THREE_STEPS)
    life.invoice("INV-1", 1000, due="2026-03-31", currency="EUR")
    life.invoice("INV-2", 1000, due="2026-03-31", currency="USD")
    # 3 April is a Friday. The first message in dollars might leave on the 8th, but then the firmer one in euros of the
    # 10th would have to wait: it goes first, and three working days after it the dollars, and three after that again
    assert life.until("2026-05-10").sent() == [
        ("2026-04-03", "reminder-1", ("INV-1",)),
        ("2026-04-10", "reminder-2", ("INV-1",)),
        ("2026-04-15", "reminder-1", ("INV-2",)),
        ("2026-04-20", "reminder-2", ("INV-2",)),
        ("2026-04-30", "formal-notice", ("INV-1",)),
        ("2026-05-05", "formal-notice", ("INV-2",)),
    ]


def test_no_lighter_step_leaves_between_a_notice_and_its_deadline_and_then_the_gap_counts() -> None:
    life = Life(THREE_STEPS)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 1000, due="2026-04-27")
    life.until("2026-05-20")
    assert ("2026-04-30", "formal-notice") in life.steps("INV-1")  # to be paid by Friday 8 May
    assert life.steps("INV-2") == [("2026-05-11", "reminder-1"), ("2026-05-14", "reminder-2")]


def test_an_approval_lapses_where_a_payment_that_comes_back_makes_the_sum_rise() -> None:
    life = Life(THREE_STEPS.replace("level: notice\n", "level: notice\n    approval: credit-controller\n"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    payment = life.pays(400, on="2026-04-08", of="INV-1")
    life.hold("manual", on="2026-05-01", until="2026-05-06")
    life.approves("formal-notice", on="2026-05-01")
    life.reverses(payment, on="2026-05-04")
    life.until("2026-05-20")
    assert [on for on, _, _ in life.asked()] == ["2026-04-30", "2026-05-07"]
    assert ("formal-notice", "sent") not in [(step, how) for _, step, how in life.outcomes()]


def test_a_write_off_undone_goes_on_where_the_ladder_was() -> None:
    life = Life(THREE_STEPS)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.happens(f.WrittenOff(life.instant("2026-04-08"), "INV-1", "too old"))
    life.happens(f.WriteOffUndone(life.instant("2026-04-20"), "INV-1", "it was another"))
    assert life.until("2026-05-31").outcomes() == [
        ("2026-04-03", "reminder-1", "sent"),
        ("2026-04-08", "", "stopped: written-off"),
        ("2026-04-20", "", "reopened: resume"),
        ("2026-04-20", "reminder-2", "sent"),
        ("2026-04-30", "formal-notice", "sent"),
    ]


def test_what_is_left_of_a_disputed_invoice_whose_rest_is_paid_is_not_claimed_before_the_dispute_ends() -> None:
    life = Life(THREE_STEPS)
    life.invoice("INV-1", 1000, due="2026-03-31")
    dispute = life.hold("dispute", on="2026-04-06", part=None, reason="price")
    life.pays(600, on="2026-04-08", of="INV-1")
    life.ends(dispute, on="2026-04-20", outcome="unfounded")
    assert life.until("2026-04-28").steps() == [("2026-04-03", "reminder-1"), ("2026-04-20", "reminder-2")]


def test_a_free_credit_covers_the_oldest_first_and_only_the_rest_is_claimed() -> None:
    life = Life(THREE_STEPS)
    life.invoice("INV-1", 400, due="2026-03-31")
    life.invoice("INV-2", 1000, due="2026-04-02")
    life.credits(600, on="2026-04-07")
    life.until("2026-04-15")
    (first, second) = life.messages
    assert (first.on, first.said.lines, str(first.said.total)) == ("2026-04-03", ("INV-1", "INV-2"), "1400.00 EUR")
    # the credit leaves 800.00 of INV-2, whose own second reminder is of Sunday 12 April; INV-1 has nothing to claim
    assert (second.on, str(second.said.total)) == ("2026-04-13", "800.00 EUR")


def test_one_lower_after_a_charge_says_the_notice_again_and_charges_nothing_again() -> None:
    policy = "money: {reopen: one-lower}\n" + THREE_STEPS.replace(
        "registered: paper}}]", "registered: paper}}, {charge: {terms: late-payment, claim: mention}}]"
    )
    life = Life(policy, kind="business", country="FR")
    life.invoice("INV-1", 1000, due="2026-03-31")
    payment = life.pays(1000, on="2026-05-11", of="INV-1")
    life.reverses(payment, on="2026-06-01")
    life.until("2026-07-31")
    assert life.steps()[-2:] == [("2026-04-30", "formal-notice"), ("2026-06-01", "formal-notice")]
    charges = [fact for _, fact in life.simulation.told if isinstance(fact, f.Charged)]
    assert len(charges) == 1
    assert day("2026-04-30") == charges[0].on
