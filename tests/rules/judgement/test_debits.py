"""Collections by direct debit: who is debited, of how much, on which day, and what becomes of one."""

from __future__ import annotations

import pytest

from rules import facts as f
from tests.rules.judgement.kit import Life, day, money

BUSINESS = "debits: {creditor: DE98ZZZ09999999999, lead: 2bd, notice: 14d}\n"
EMAIL = "email: {template: reminder-1, to: billing}"
DEBIT = "{debit: {mandate: sepa}}"
# Due on Thursday 30 April 2026, which is followed by a day on which the euro does not settle, and a weekend.
STEPS = """
steps:
  - {{id: collect, level: courtesy, at: due-7d, do: [{do}]}}
  - {{id: one, level: reminder, at: due+10d, do: [{{{email}}}]}}
"""
COLLECT, ONE = ("2026-04-23", "collect"), ("2026-05-11", "one")


def living(do: str = DEBIT, *, business: str = BUSINESS, mandate: str | None = "RUM-1", **more: object) -> Life:
    """An invoice of 1,000 euros of a customer who pays by debit."""
    life = Life(STEPS.format(do=do, email=EMAIL), business=business, **{"payment_method": "debit", **more})  # type: ignore[arg-type]
    life.contract("M-1", sepa_mandate=mandate)
    life.invoice("INV-1", 1000, due="2026-04-30")
    return life


def fails(life: Life, reason: str, *, on: str, of: str = "INV-1") -> None:
    """The bank sends the collection back."""
    life.happens(f.PaymentFailed(life.instant(on), f"failed-{of}", of, money(1000), reason))


def collected(life: Life) -> list[tuple[str, str, str, str]]:
    """(day it left, receivable, amount, day of the collection) of everything collected."""
    every = ((message.on, each) for message in life.messages for each in message.said.collections)
    return [(on, each.receivable, str(each.amount), each.on.isoformat()) for on, each in every]


# --- what is collected -------------------------------------------------------------------------------------------


def test_the_open_amount_is_collected_on_the_due_date() -> None:
    life = living().until("2026-04-30")
    assert life.steps() == [COLLECT]
    assert collected(life) == [("2026-04-23", "INV-1", "1000.00 EUR", "2026-04-30")]
    assert life.messages[0].said.collections[0].mandate == "RUM-1"
    assert life.waits_for() == "held"


def test_credits_and_the_disputed_part_are_not_collected() -> None:
    life = living()
    life.credits(100, on="2026-04-10", of="INV-1")
    life.hold("dispute", on="2026-04-10", part=money(250))
    assert collected(life.until("2026-04-30")) == [("2026-04-23", "INV-1", "650.00 EUR", "2026-04-30")]


@pytest.mark.parametrize(
    ("due", "delivered", "on"),
    [
        ("2026-05-01", "2026-04-01", "2026-05-04"),  # Labour Day, when the euro does not settle, then a weekend
        ("2026-04-30", "2026-04-20", "2026-05-04"),  # told on the 20th: fourteen days later
        ("2026-04-06", "2026-04-02", "2026-04-16"),  # due on Easter Monday, told on the 2nd
    ],
)
def test_it_is_collected_when_the_customer_was_told_long_enough_and_the_euro_settles(
    due: str, delivered: str, on: str
) -> None:
    life = Life(STEPS.format(do=DEBIT, email=EMAIL), business=BUSINESS, payment_method="debit")
    life.contract("M-1", sepa_mandate="RUM-1")
    life.invoice("INV-1", 1000, due=due, issued=delivered)
    assert [day for *_, day in collected(life.until("2026-04-30"))] == [on]


def test_it_is_never_collected_sooner_than_the_bank_can() -> None:
    # found due on Wednesday 29 April with ten bank days to go: 13 May, since 1 May does not count
    life = living(business=BUSINESS.replace("2bd", "10bd"))
    life.hold("manual", on="2026-04-20", until="2026-04-27")
    assert collected(life.until("2026-05-10")) == [("2026-04-28", "INV-1", "1000.00 EUR", "2026-05-13")]


def test_a_bank_takes_a_collection_fourteen_days_ahead_at_the_earliest() -> None:
    life = Life(
        STEPS.replace("due-7d", "issued+1d").format(do=DEBIT, email=EMAIL), business=BUSINESS, payment_method="debit"
    )
    life.contract("M-1", sepa_mandate="RUM-1")
    life.invoice("INV-1", 1000, due="2026-04-30", issued="2026-03-31")
    life.until("2026-04-02")
    assert life.now("2026-04-03", "16:00").waits("INV-1") == ("collection", ("collect", day("2026-04-16")))
    assert collected(life.until("2026-05-01")) == [("2026-04-16", "INV-1", "1000.00 EUR", "2026-04-30")]


def test_invoices_of_the_same_step_are_collected_together_each_by_its_own_mandate() -> None:
    life = living()
    life.contract("M-2", sepa_mandate="RUM-2")
    life.invoice("INV-2", 500, due="2026-04-30", contract="M-2")
    life.until("2026-04-30")
    (message,) = life.messages
    assert [(each.receivable, each.mandate) for each in message.said.collections] == [
        ("INV-1", "RUM-1"),
        ("INV-2", "RUM-2"),
    ]
    assert message.said.total == money(1500)


def test_customers_of_one_payer_are_each_debited_by_themselves() -> None:
    policy = "consolidate: {by: payer}\n" + STEPS.format(do=DEBIT, email=EMAIL)
    life = Life(policy, business=BUSINESS, payment_method="debit")
    life.contract("M-1", sepa_mandate="RUM-1")
    life.pays_for("C-2", "M-2", payment_method="debit")
    life.contract("M-2", of="C-2", sepa_mandate="RUM-2")
    for name, contract in (("INV-1", "M-1"), ("INV-2", "M-2")):
        life.invoice(name, 500, due="2026-04-30", contract=contract)
    life.until("2026-04-27")
    assert [[each.mandate for each in message.said.collections] for message in life.messages] == [["RUM-1"], ["RUM-2"]]


def test_what_has_a_mandate_is_not_collected_with_what_has_a_fallback() -> None:
    life = living("{debit: {fallback: {email: {template: courtesy, to: billing}}}}")
    life.contract("M-2", sepa_mandate=None)
    life.invoice("INV-2", 500, due="2026-04-30", contract="M-2")
    life.until("2026-04-27")
    assert collected(life) == [("2026-04-23", "INV-1", "1000.00 EUR", "2026-04-30")]
    assert life.sent() == [("2026-04-23", "sepa", ("INV-1",)), ("2026-04-24", "courtesy", ("INV-2",))]


def test_a_message_about_another_invoice_never_takes_the_place_of_a_collection() -> None:
    # INV-2 is reminded two days before INV-1 is to be collected: the gap moves that to the 24th, nothing covers it
    life = living()
    life.invoice("INV-2", 500, due="2026-04-10", known="2026-04-21")
    life.until("2026-04-30")
    assert life.steps("INV-2") == [("2026-04-21", "one")]
    assert life.steps("INV-1") == [("2026-04-24", "collect")]
    assert [name for _, name, *_ in collected(life)] == ["INV-1"]


# --- who is not debited ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"payment_method": "transfer"}, "not-by-debit"),
        ({"business": ""}, "no-creditor"),
    ],
)
def test_who_is_not_debited_is_passed_over_with_the_reason(more: dict[str, str], why: str) -> None:
    life = living(**more)  # type: ignore[arg-type]
    assert life.until("2026-06-01").outcomes() == [("2026-04-23", "collect", f"skipped: {why}"), (*ONE, "sent")]


def test_what_is_assigned_is_reminded_and_never_debited() -> None:
    life = Life(
        STEPS.format(do=DEBIT, email=EMAIL),
        business=BUSINESS + "assignees: {factor: {name: Factor SA, iban: FR7630006000011234567890189}}\n",
        payment_method="debit",
    )
    life.contract("M-1", sepa_mandate="RUM-1")
    life.invoice("INV-1", 1000, due="2026-04-30", assigned_to="factor")
    assert life.until("2026-06-01").outcomes() == [("2026-04-23", "collect", "skipped: assigned"), (*ONE, "sent")]


def test_how_the_customer_pays_is_asked_where_it_is_not_known() -> None:
    life = living(payment_method=None)
    assert life.until("2026-04-30").reviews() == [("2026-04-23", "a fact is not known: customer.payment_method")]
    assert life.steps() == []


def test_without_a_mandate_a_person_is_asked() -> None:
    life = living(mandate=None)
    assert life.until("2026-04-30").reviews() == [("2026-04-23", "no mandate for the debit of collect")]
    assert life.steps() == []


def test_without_a_mandate_the_fallback_is_done() -> None:
    life = living("{debit: {fallback: {email: {template: courtesy, to: billing}}}}", mandate=None)
    life.until("2026-04-30")
    assert life.sent() == [("2026-04-23", "courtesy", ("INV-1",))]
    assert life.reviews() == []
    assert collected(life) == []


def test_only_euros_are_collected() -> None:
    life = Life(STEPS.format(do=DEBIT, email=EMAIL), business=BUSINESS, payment_method="debit")
    life.contract("M-1", sepa_mandate="RUM-1")
    life.invoice("INV-1", 1000, due="2026-04-30", currency="GBP")
    assert life.until("2026-04-30").reviews() == [("2026-04-23", "no mandate for the debit of collect")]


@pytest.mark.parametrize("kind", ["dispute", "promise", "payment-plan", "says-paid", "manual"])
def test_a_hold_stops_a_debit(kind: str) -> None:
    life = living()
    life.hold(kind, on="2026-04-10", promised="2026-06-30")
    assert life.until("2026-05-31").steps() == []


# --- a debit is no contact ---------------------------------------------------------------------------------------


def test_a_debit_makes_no_gap() -> None:
    # INV-1 is collected on Thursday 23 April; the reminder of INV-2, too late to be collected, leaves on the day after
    life = living()
    life.invoice("INV-2", 500, due="2026-04-14", known="2026-04-20")
    life.until("2026-05-31")
    assert life.steps("INV-1")[0] == COLLECT
    assert life.steps("INV-2") == [("2026-04-24", "one")]


# --- what comes back ---------------------------------------------------------------------------------------------


def test_a_settled_collection_is_a_payment() -> None:
    life = living()
    life.pays(1000, on="2026-04-30", of="INV-1")
    assert life.until("2026-12-31").outcomes()[-1] == ("2026-04-30", "", "stopped: paid")
    assert life.ended() == [("2026-04-30", "settled")]


def test_a_part_that_was_collected_ends_the_hold_and_the_rest_goes_on() -> None:
    # 250 of the 1,000 are disputed; 750 come in, and the dispute is unfounded later
    life = living()
    dispute = life.hold("dispute", on="2026-04-10", part=money(250))
    life.pays(750, on="2026-04-30", of="INV-1")
    life.ends(dispute, on="2026-05-04", outcome="unfounded")
    life.until("2026-05-31")
    assert life.ended() == [("2026-04-30", "settled"), ("2026-05-04", "unfounded")]
    assert life.steps() == [COLLECT, ONE]
    assert life.messages[-1].said.total == money(250)


def test_less_than_was_collected_does_not_end_the_hold() -> None:
    life = living()
    life.pays(100, on="2026-04-29", of="INV-1")
    life.until("2026-05-31")
    assert life.ended() == []
    assert life.steps() == [COLLECT]


def test_a_failed_collection_ends_the_hold_and_the_steps_go_on() -> None:
    life = living()
    fails(life, "AM04", on="2026-05-04")
    life.until("2026-05-31")
    assert life.ended() == [("2026-05-04", "failed")]
    assert life.steps() == [COLLECT, ONE]
    assert life.tasks() == []


def test_a_failed_collection_is_answered_by_a_reaction() -> None:
    reactions = "\nreactions: [{event: payment-failed, do: [{email: {template: payment-failed, to: billing}}]}]\n"
    life = Life(STEPS.format(do=DEBIT, email=EMAIL) + reactions, business=BUSINESS, payment_method="debit")
    life.contract("M-1", sepa_mandate="RUM-1")
    life.invoice("INV-1", 1000, due="2026-04-30")
    fails(life, "AM04", on="2026-05-04")
    life.until("2026-05-08")
    assert life.sent() == [("2026-04-23", "sepa", ("INV-1",)), ("2026-05-04", "payment-failed", ("INV-1",))]


def test_a_person_is_asked_about_a_collection_that_nobody_hears_of() -> None:
    # five working days of the calendar after Thursday 30 April: 7 May
    life = living()
    asked = "the debit of 1000.00 EUR on 2026-04-30 is neither paid nor failed: what became of it?"
    assert life.until("2026-06-30").reviews() == [("2026-05-07", asked)]
    assert life.steps() == [COLLECT]


def test_a_collection_that_could_not_be_handed_over_ends_its_hold_and_a_person_is_asked() -> None:
    life = living()
    life.fails("collect", on="2026-04-23")
    life.until("2026-05-31")
    assert life.ended() == [("2026-04-23", "failed")]
    assert [why for _, why in life.reviews()] == ["collect could not be sent: 550 no such user"]


def test_a_collection_is_finished_under_the_hold_that_it_placed_itself() -> None:
    life = living(f"{DEBIT}, {{{EMAIL}}}")
    act = life.claims("collect", on="2026-04-23")
    assert [state.hold.kind for state in life.account.holds.values()] == ["payment-pending"]
    again = life.now("2026-04-24", "16:00").acts
    assert [each.key for each in again] == [act.key]
    life.until("2026-04-30")
    assert [message.said.channel for message in life.messages] == ["debit", "email"]


def test_nothing_is_collected_twice_while_it_is_under_way() -> None:
    repeat = STEPS.replace("due-7d, do: [{do}]", "due, repeat: {{every: 2bd, times: 3}}, do: [{do}]")
    life = Life(repeat.format(do=DEBIT, email=EMAIL), business=BUSINESS, payment_method="debit")
    life.contract("M-1", sepa_mandate="RUM-1")
    life.invoice("INV-1", 1000, due="2026-04-30")
    fails(life, "AM04", on="2026-05-06")
    life.until("2026-05-31")
    # presented again in the next slot after it failed, for the first day that the bank can; then it is under way
    assert collected(life) == [
        ("2026-04-30", "INV-1", "1000.00 EUR", "2026-05-05"),
        ("2026-05-06", "INV-1", "1000.00 EUR", "2026-05-08"),
    ]


@pytest.mark.parametrize(("reason", "again"), [("AM04", True), ("MS03", True), ("AC04", False), ("MD01", False)])
def test_a_mandate_that_failed_for_good_is_not_used_again(reason: str, again: bool) -> None:
    life = living()
    life.invoice("INV-2", 500, due="2026-06-30")
    fails(life, reason, on="2026-05-04")
    life.pays(1000, on="2026-05-20", of="INV-1")
    life.until("2026-06-30")
    assert ("INV-2" in [name for _, name, *_ in collected(life)]) is again
    asked = [("2026-06-23", f"Ask for another mandate: RUM-1 of contract M-1 failed ({reason})")]
    assert life.tasks() == ([] if again else asked)
    assert {(task.queue, task.step) for task in life.account.tasks.values()} == (
        set() if again else {("credit-control", "collect")}
    )
    assert ("2026-06-23", "collect", "skipped: mandate-failed") in life.outcomes("INV-2") or again


def test_a_fallback_takes_the_place_of_a_mandate_that_failed_for_good() -> None:
    life = living("{debit: {fallback: {email: {template: courtesy, to: billing}}}}")
    life.invoice("INV-2", 500, due="2026-06-30")
    fails(life, "AC04", on="2026-05-04")
    life.pays(1000, on="2026-05-20", of="INV-1")
    life.until("2026-06-30")
    assert life.sent()[-1] == ("2026-06-23", "courtesy", ("INV-2",))
    assert life.tasks() == []


def test_where_a_person_says_so_it_is_debited_though_nobody_knows_how_the_customer_pays() -> None:
    life = living(payment_method=None)
    life.answers("proceed", on="2026-04-24")
    assert life.until("2026-04-30").steps() == [("2026-04-24", "collect")]


def test_what_the_debtor_refused_concerns_that_invoice_alone() -> None:
    life = living()
    life.invoice("INV-2", 500, due="2026-06-30")
    fails(life, "MD06", on="2026-05-04")
    life.pays(1000, on="2026-05-20", of="INV-1")
    assert [name for _, name, *_ in collected(life.until("2026-06-30"))] == ["INV-1", "INV-2"]


@pytest.mark.parametrize(("reason", "again"), [("MD06", False), ("MD01", False), ("AM04", True)])
def test_what_the_debtor_has_given_back_after_it_was_booked_is_not_collected_again(reason: str, again: bool) -> None:
    # settled on Tuesday 5 May, given back on the 21st: a new round begins
    policy = "money: {reopen: restart}\n" + STEPS.replace("due-7d", "due").format(do=DEBIT, email=EMAIL)
    life = Life(policy, business=BUSINESS, payment_method="debit")
    life.contract("M-1", sepa_mandate="RUM-1")
    life.invoice("INV-1", 1000, due="2026-04-30")
    paid = life.pays(1000, on="2026-05-05", of="INV-1")
    life.happens(f.Reversed(life.instant("2026-05-21"), paid, day("2026-05-21"), reason))
    life.until("2026-06-30")
    assert [on for on, *_ in collected(life)] == ["2026-04-30", *(["2026-05-21"] if again else [])]


def test_a_new_mandate_is_used() -> None:
    life = living()
    life.invoice("INV-2", 500, due="2026-06-30")
    fails(life, "MD01", on="2026-05-04")
    life.pays(1000, on="2026-05-20", of="INV-1")
    contract = f.Contract("M-1", "C-1", "open-account", law="FR", sepa_mandate="RUM-9")
    life.happens(f.ContractRecorded(life.instant("2026-06-01"), contract, life.book.digest))
    life.until("2026-06-30")
    assert life.messages[-1].said.collections[0].mandate == "RUM-9"


def test_nothing_overdue_is_collected_before_the_bank_data_cover_it() -> None:
    life = Life(
        STEPS.replace("due-7d", "due+3d").format(do=DEBIT, email=EMAIL),
        business=BUSINESS,
        bank="2026-04-29",
        payment_method="debit",
    )
    life.contract("M-1", sepa_mandate="RUM-1")
    life.invoice("INV-1", 1000, due="2026-04-30")
    life.bank("2026-05-05", on="2026-05-06")
    assert life.until("2026-05-06").steps() == [("2026-05-06", "collect")]


# --- what a promise names ----------------------------------------------------------------------------------------

# The customer promises on Friday 15 May 2026, with the invoice fifteen days late.
LADDER = """
holds: {{promise: {{tolerance: 2bd, broken: two}}}}
steps:
  - {{id: one, level: reminder, at: due+10d, do: [{{{email}}}]}}
  - {{id: two, level: firm, at: due+60d, do: [{{{email}}}]}}
"""


def promising(method: str | None = "debit", promised: str = "2026-06-10", **more: object) -> Life:
    """The promise to pay 1,000 euros on that day, by debit or otherwise."""
    life = Life(LADDER.format(email=EMAIL), business=BUSINESS, payment_method="debit")
    life.contract("M-1", **{"sepa_mandate": "RUM-1", **more})
    life.invoice("INV-1", 1000, due="2026-04-30")
    life.hold("promise", on="2026-05-15", promised=promised, method=method)
    return life


def test_a_debit_named_by_a_promise_is_collected_under_its_own_hold() -> None:
    # five bank days before Wednesday 10 June: the two that the bank needs, and three more
    life = promising()
    life.pays(1000, on="2026-06-10", of="INV-1")
    life.until("2026-12-31")
    assert collected(life) == [("2026-06-03", "INV-1", "1000.00 EUR", "2026-06-10")]
    assert sorted(life.ended()) == [("2026-06-10", "kept"), ("2026-06-10", "settled")]
    assert life.steps() == [ONE]


def test_a_promised_debit_is_collected_when_the_euro_settles_and_the_bank_can() -> None:
    life = promising(promised="2026-05-25")  # Whit Monday, on which it does
    assert [on for *_, on in collected(life.until("2026-05-31"))] == ["2026-05-25"]
    life = promising(promised="2026-05-16")  # a Saturday, sooner than the bank can
    assert collected(life.until("2026-05-31")) == [("2026-05-15", "INV-1", "1000.00 EUR", "2026-05-19")]


def test_a_promise_that_names_no_debit_is_not_collected() -> None:
    assert collected(promising(None).until("2026-12-31")) == []


def test_another_hold_stops_the_debit_of_a_promise() -> None:
    life = promising()
    life.ends(life.hold("dispute", on="2026-05-20"), on="2026-06-08", outcome="unfounded")
    assert [on for on, *_ in collected(life.until("2026-06-30"))] == ["2026-06-08"]


def test_a_debit_of_a_promise_that_fails_is_not_tried_again_and_breaks_it() -> None:
    life = promising()
    fails(life, "AM04", on="2026-06-11")
    life.until("2026-06-30")
    assert len(collected(life)) == 1
    assert life.ended() == [("2026-06-11", "failed"), ("2026-06-13", "broken")]


def test_without_a_mandate_a_person_is_asked_about_the_debit_of_a_promise() -> None:
    life = promising(sepa_mandate=None).until("2026-05-31")
    assert life.reviews() == [("2026-05-15", "no mandate for the debit that is promised for 2026-06-10")]


def test_what_a_dead_worker_left_of_the_debit_of_a_promise_is_finished() -> None:
    life = promising()
    act = life.claims("promised", on="2026-06-03")
    assert [each.key for each in life.now("2026-06-04", "16:00").acts] == [act.key]
    assert len(collected(life.until("2026-06-09"))) == 1


def test_the_instalments_of_a_plan_are_collected_by_the_steps_of_the_policy() -> None:
    life = living()
    plan = life.hold("payment-plan", on="2026-04-10")
    for n, due in enumerate(("2026-05-29", "2026-06-30"), start=1):
        life.invoice(f"{plan}/{n}", 500, due=due, known="2026-04-10", issued="2026-04-10", kind="instalment")
    assert collected(life.until("2026-06-22")) == [("2026-05-22", f"{plan}/1", "500.00 EUR", "2026-05-29")]


def test_a_lighter_message_does_not_delay_a_collection_that_waits_for_the_bank() -> None:
    # INV-1 is collected from Thursday 16 April on; the courtesy about INV-2 would leave on the 15th and take its day
    steps = f"""
steps:
  - {{id: collect, level: reminder, at: due-20d, when: {{invoice.balance: {{gte: 500.00 EUR}}}}, do: [{DEBIT}]}}
  - {{id: courtesy, level: courtesy, at: due-5d, do: [{{{EMAIL}}}]}}
"""
    life = Life("pacing: {min_gap: 3bd}\n" + steps, business=BUSINESS, payment_method="debit")
    life.contract("M-1", sepa_mandate="RUM-1")
    life.invoice("INV-1", 1000, due="2026-04-30")
    life.invoice("INV-2", 100, due="2026-04-20")
    life.until("2026-04-20")
    assert life.steps("INV-1") == [("2026-04-16", "collect")]
    assert life.steps("INV-2") == [("2026-04-17", "courtesy")]
