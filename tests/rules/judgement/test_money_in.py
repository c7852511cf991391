"""Money that comes in, goes back or is given up: what it stops, what it opens again, and what is claimed."""

from __future__ import annotations

import pytest

from rules import facts as f
from tests.rules.judgement.kit import THREE_STEPS, Life, day, money

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
LETTER = "{letter: {template: notice, to: billing, registered: paper}}"
CHARGE = "{charge: {terms: late-payment, claim: mention}}"
# Due on Tuesday 31 March 2026: `one` on Wednesday 1 April, `two` on Wednesday 15 April, `three` on Wednesday 29 April.
STEPS = f"""
steps:
  - {{id: one, level: reminder, at: due+1d, {EMAIL}}}
  - {{id: two, level: firm, at: due+15d, {EMAIL}}}
  - {{id: three, level: firm, at: due+29d, {EMAIL}}}
"""
ONE, TWO, THREE = ("2026-04-01", "one"), ("2026-04-15", "two"), ("2026-04-29", "three")


def living(more: str = "", **keys: object) -> Life:
    """An invoice of 1,000 euros under the steps above."""
    life = Life(more + STEPS, **keys)  # type: ignore[arg-type]
    life.invoice("INV-1", 1000, due="2026-03-31")
    return life


def totals(life: Life) -> list[tuple[str, str]]:
    """(day, sum claimed) of every message."""
    return [(message.on, str(message.said.total)) for message in life.messages]


# --- settled, in part and in full --------------------------------------------------------------------------------


def test_payment_in_full_stops_the_ladder_at_once() -> None:
    """S43, S59, T14: nothing follows a payment in full, and what happens later changes nothing."""
    life = living()
    life.pays(1000, on="2026-04-08", of="INV-1")
    life.calls("one", on="2026-05-01")
    life.until("2026-12-31")
    assert life.outcomes() == [("2026-04-01", "one", "sent"), ("2026-04-08", "", "stopped: paid")]


def test_an_invoice_paid_before_its_first_step_is_never_dunned() -> None:
    life = living()
    life.pays(1000, on="2026-03-20", of="INV-1")
    life.until("2026-12-31")
    assert life.messages == []


def test_a_partial_payment_lowers_the_claim_and_never_worsens_the_stage() -> None:
    """S63: of 1,000, 400 are paid; 600 stay open, and each step keeps its day."""
    life = living()
    life.pays(400, on="2026-04-08", of="INV-1")
    assert life.until("2026-12-31").steps() == [ONE, TWO, THREE]
    assert totals(life) == [("2026-04-01", "1000.00 EUR"), ("2026-04-15", "600.00 EUR"), ("2026-04-29", "600.00 EUR")]


def test_two_partial_payments_that_make_up_the_sum_settle_it() -> None:
    life = living()
    life.pays(400, on="2026-04-08", of="INV-1")
    life.pays(600, on="2026-04-10", of="INV-1")
    assert life.until("2026-12-31").outcomes()[-1] == ("2026-04-10", "", "stopped: paid")


def test_when_one_is_settled_the_others_keep_their_own_dates() -> None:
    """S01 and S03: the second invoice neither moves with the first nor jumps when it is paid."""
    life = living("consolidate: {by: invoice}\n")
    life.invoice("INV-2", 1000, due="2026-04-30")
    life.pays(1000, on="2026-04-20", of="INV-1")
    life.until("2026-12-31")
    assert life.steps("INV-2") == [("2026-05-01", "one"), ("2026-05-15", "two"), ("2026-05-29", "three")]


def test_paying_only_the_second_of_two_leaves_the_first_claimed() -> None:
    """T7: a claim over two invoices is settled by neither of them alone."""
    life = living()
    life.invoice("INV-2", 500, due="2026-03-31")
    life.pays(500, on="2026-04-08", of="INV-2")
    life.until("2026-04-20")
    assert life.sent() == [("2026-04-01", "reminder", ("INV-1", "INV-2")), ("2026-04-15", "reminder", ("INV-1",))]


def test_overpayment_stays_on_the_account_and_is_applied_to_the_next_invoice() -> None:
    # 1,300 for 1,000: 300 are free and lower what is claimed of INV-2
    life = living()
    life.pays(1300, on="2026-04-08", of={"INV-1": 1000})
    life.invoice("INV-2", 500, due="2026-04-15")
    life.until("2026-04-17")
    assert totals(life)[-1] == ("2026-04-16", "200.00 EUR")
    assert life.messages[-1].said.credit == money(300)


@pytest.mark.parametrize(("residue", "settled"), [("0.12", False), ("0.10", True), ("0.09", True)])
def test_a_residue_within_the_tolerance_is_settled(residue: str, settled: bool) -> None:
    life = living("money: {tolerance: 0.10 EUR}\n")
    life.pays(str(money(1000) - money(residue)).split()[0], on="2026-04-08", of="INV-1")
    life.until("2026-12-31")
    assert (life.outcomes()[-1] == ("2026-04-08", "", "stopped: paid")) is settled


def test_a_tolerance_has_its_own_currency() -> None:
    """T8: 0.12 dollars are not within a tolerance of 0.10 euros, at whatever rate."""
    life = Life("money: {tolerance: [0.10 EUR, 0.05 USD]}\n" + STEPS)
    life.invoice("INV-1", 1000, due="2026-03-31", currency="USD")
    life.pays("999.90", on="2026-04-08", of="INV-1", currency="USD")
    assert life.until("2026-12-31").steps() == [ONE, TWO, THREE]


def test_a_small_invoice_is_not_settled_by_the_tolerance_alone() -> None:
    life = Life("money: {tolerance: 5.00 EUR}\n" + STEPS)
    life.invoice("INV-1", 4, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [ONE, TWO, THREE]


# --- credit ------------------------------------------------------------------------------------------------------


def test_a_credit_note_in_full_settles() -> None:
    """S61, first part."""
    life = living()
    life.credits(1000, on="2026-04-08", of="INV-1")
    assert life.until("2026-12-31").outcomes()[-1] == ("2026-04-08", "", "stopped: credited")


def test_a_cancelled_credit_note_opens_again() -> None:
    """S61, second part: `two` was due on the 15th and leaves when the note is cancelled, on Monday 20 April."""
    life = living()
    life.reverses(life.credits(1000, on="2026-04-08", of="INV-1"), on="2026-04-20")
    assert life.until("2026-12-31").steps() == [ONE, ("2026-04-20", "two"), THREE]


def test_a_credit_on_the_account_lowers_the_claim_and_is_shown() -> None:
    """S05, in part: a free credit is applied and shown on its own line."""
    life = living()
    life.credits(300, on="2026-04-08")
    life.until("2026-04-20")
    assert totals(life)[-1] == ("2026-04-15", "700.00 EUR")
    assert life.messages[-1].said.credit == money(300)


def test_a_free_credit_of_the_whole_sum_leaves_nothing_to_claim() -> None:
    """S05: a credit on the account of all that is owed."""
    life = living()
    life.credits(1000, on="2026-04-08")
    assert life.until("2026-12-31").steps() == [ONE]
    assert life.waits_for() == "nothing-open"


def test_a_free_credit_is_used_once_oldest_due_first() -> None:
    # 1,200 free: all of INV-1 (due in March) and 200 of INV-2; nothing is left for INV-3
    life = living()
    life.invoice("INV-2", 500, due="2026-04-14")
    life.invoice("INV-3", 500, due="2026-04-14")
    life.credits(1200, on="2026-04-02")
    life.until("2026-04-15")
    assert life.messages[-1].line == ("2026-04-15", "reminder", ("INV-2", "INV-3"))
    assert life.messages[-1].said.total == money(800)


def test_a_free_credit_in_another_currency_is_not_applied() -> None:
    life = living()
    life.credits(300, on="2026-04-02", currency="USD")
    life.until("2026-04-20")
    assert totals(life)[-1] == ("2026-04-15", "1000.00 EUR")
    assert life.messages[-1].said.credit is None


def test_money_put_on_an_invoice_later_is_no_longer_free() -> None:
    life = living()
    payment = life.pays(1000, on="2026-04-08")
    life.happens(f.Allocated(life.instant("2026-04-10"), payment, (f.Share("INV-1", 100000),)))
    assert life.until("2026-12-31").outcomes()[-1] == ("2026-04-10", "", "stopped: paid")


# --- reversal ----------------------------------------------------------------------------------------------------


def test_a_reversal_resumes_where_the_ladder_stood() -> None:
    """S07: paid on the 8th, back on Monday the 20th: `two`, due on the 15th, leaves then."""
    life = living()
    life.reverses(life.pays(1000, on="2026-04-08", of="INV-1"), on="2026-04-20")
    life.until("2026-12-31")
    assert life.outcomes() == [
        ("2026-04-01", "one", "sent"),
        ("2026-04-08", "", "stopped: paid"),
        ("2026-04-20", "", "reopened: resume"),
        ("2026-04-20", "two", "sent"),
        ("2026-04-29", "three", "sent"),
    ]


def test_a_reversal_opens_a_further_round_even_of_what_had_no_ladder() -> None:
    # NEW was paid before it reached the customer, INV-1 after its first step: it was in round one, NEW in none
    life = living("money: {reopen: restart}\n")
    life.invoice("NEW", 100, due="2026-03-31", delivered=None)
    for name in ("INV-1", "NEW"):
        life.reverses(life.pays(1000 if name == "INV-1" else 100, on="2026-04-02", of=name), on="2026-04-10")
    life.until("2026-04-10")
    told = [fact for _, fact in life.simulation.told if isinstance(fact, f.Reopened)]
    assert {(fact.receivable, fact.round, fact.how) for fact in told} == {("INV-1", 2, "restart"), ("NEW", 1, "resume")}


MINIMUM = "applies_to: {invoice.balance: {gte: 50.00 EUR}, invoice.days_overdue: {lt: 300}}\n"
FALLEN = ("2026-04-08", "", "stopped: below-minimum")


@pytest.mark.parametrize(
    ("back", "at", "two"), [("2026-04-20", "00:00", "2026-04-20"), ("2026-04-08", "10:00", "2026-04-15")]
)
def test_a_reversal_opens_what_had_fallen_below_the_thresholds(back: str, at: str, two: str) -> None:
    # 20 euros were left on Wednesday 8 April; the 980 come back later, or on that very morning
    life = living(MINIMUM)
    payment = life.pays(980, on="2026-04-08", of="INV-1")
    life.happens(f.Reversed(life.instant(back, at), payment, day(back)))
    life.until("2026-04-20")
    assert sorted(life.outcomes()[1:]) == sorted([FALLEN, (back, "", "reopened: resume"), (two, "two", "sent")])


def test_a_reversal_that_lifts_nothing_over_the_thresholds_opens_nothing() -> None:
    life = living(MINIMUM)
    life.pays(970, on="2026-04-08", of="INV-1")
    life.reverses(life.pays(10, on="2026-04-08", of="INV-1"), on="2026-04-20")
    assert life.until("2026-12-31").outcomes()[1:] == [FALLEN]


def test_a_reversal_of_another_payment_opens_nothing_though_the_thresholds_are_met() -> None:
    # of the account: the 1,000 of INV-2 are owed again, and of INV-1 the 20 that were left
    life = living("applies_to: {account.exposure: {gte: 50.00 EUR}}\n")
    life.invoice("INV-2", 1000, due="2026-03-31")
    life.pays(980, on="2026-04-08", of="INV-1")
    life.reverses(life.pays(1000, on="2026-04-08", of="INV-2"), on="2026-04-20")
    life.until("2026-04-20")
    assert life.outcomes("INV-1")[1:] == [FALLEN]
    assert ("2026-04-20", "", "reopened: resume") in life.outcomes("INV-2")


def test_a_reversal_opens_nothing_that_a_person_stopped() -> None:
    life = living(MINIMUM)
    life.reverses(life.pays(100, on="2026-04-08", of="INV-1"), on="2026-04-20")
    life.until("2026-04-09")
    item = life.account.receivables["INV-1"]
    life.happens(f.Stopped(life.instant("2026-04-10"), "INV-1", item.rounds, "stopped", day("2026-04-10")))
    assert life.until("2026-12-31").outcomes()[1:] == [("2026-04-10", "", "stopped: stopped")]


def test_a_reversal_may_begin_again_at_one_step_lower() -> None:
    # paid after `two`: it is sent once more on Monday 27 April, then `three` on its day
    life = living("money: {reopen: one-lower}\n")
    life.reverses(life.pays(1000, on="2026-04-17", of="INV-1"), on="2026-04-27")
    assert life.until("2026-12-31").steps() == [ONE, TWO, ("2026-04-27", "two"), ("2026-04-30", "three")]


def test_whoever_was_told_of_a_step_is_told_again_where_it_comes_again() -> None:
    # told two working days before Wednesday 15 April, and again when `two` comes a second time
    told = "notify: {who: account-manager, before: 2bd}"
    life = Life("money: {reopen: one-lower}\n" + STEPS.replace("at: due+15d,", f"at: due+15d, {told},"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.reverses(life.pays(1000, on="2026-04-17", of="INV-1"), on="2026-04-27")
    life.until("2026-12-31")
    assert [(on, step) for on, step, _ in life.notified()] == [("2026-04-13", "two"), ("2026-04-27", "two")]


@pytest.mark.parametrize(("reopen", "days"), [("resume", ["2026-05-01"]), ("one-lower", ["2026-05-01", "2026-06-12"])])
def test_what_follows_the_last_step_is_told_once_or_again_with_that_step(reopen: str, days: list[str]) -> None:
    # `three` on Wednesday 29 April, and again on Wednesday 10 June; each time two working days later, and no third time
    after = "after_last_step: {at: previous+2bd, do: [{webhook: {to: crm}}]}\n"
    gate = "gateways: {crm: {url: https://crm.example}}\n"
    life = Life(f"money: {{reopen: {reopen}}}\n{after}{STEPS}", business=gate)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.reverses(life.pays(1000, on="2026-05-20", of="INV-1"), on="2026-06-10")
    life.until("2026-12-31")
    assert [message.on for message in life.messages if message.said.channel == "webhook"] == days


@pytest.mark.parametrize("more", [{"delivered": None}, {"kind": "invoice", "approval": "rejected"}])
def test_a_residue_of_an_invoice_without_a_ladder_is_settled_too(more: dict[str, object]) -> None:
    life = Life("money: {tolerance: 0.10 EUR}\n" + STEPS)
    life.invoice("INV-1", 1000, due="2026-03-31", **more)  # type: ignore[arg-type]
    life.pays("999.95", on="2026-03-10", of="INV-1")
    assert life.until("2026-12-31").outcomes() == [("2026-03-10", "", "stopped: paid")]


def test_a_residue_after_a_fall_below_the_thresholds_is_settled_and_claimed_again_with_all_that_comes_back() -> None:
    life = Life("money: {tolerance: 1.00 EUR}\napplies_to: {invoice.balance: {gte: 50.00 EUR}}\n" + THREE_STEPS)
    life.invoice("INV-1", 1000, due="2026-03-31")
    most = life.pays(980, on="2026-04-08", of="INV-1")
    life.pays("19.50", on="2026-04-20", of="INV-1")
    assert not life.until("2026-04-26").account.receivables["INV-1"].open
    life.reverses(most, on="2026-04-27")  # 1000.00 less 19.50
    life.until("2026-05-31")
    assert str(life.account.receivables["INV-1"].balance) == "980.50 EUR"
    assert life.steps() == [("2026-04-03", "reminder-1"), ("2026-04-27", "reminder-2"), ("2026-04-30", "formal-notice")]


def test_a_reversal_may_begin_anew_and_then_keeps_the_written_distances() -> None:
    # begun anew on Monday 20 April: 14 and 28 days later are Monday 4 and 18 May
    life = living("money: {reopen: restart}\n")
    life.reverses(life.pays(1000, on="2026-04-17", of="INV-1"), on="2026-04-20")
    assert life.until("2026-12-31").steps() == [
        ONE,
        TWO,
        ("2026-04-20", "one"),
        ("2026-05-04", "two"),
        ("2026-05-18", "three"),
    ]


def test_a_reversal_of_a_part_claims_that_part_again() -> None:
    life = living()
    life.pays(600, on="2026-04-02", of="INV-1")
    life.reverses(life.pays(400, on="2026-04-08", of="INV-1"), on="2026-04-20")
    life.until("2026-04-22")
    assert totals(life)[-1] == ("2026-04-20", "400.00 EUR")


def test_a_reversal_before_the_first_step_leaves_the_dates_as_they_are() -> None:
    life = living()
    life.reverses(life.pays(1000, on="2026-03-10", of="INV-1"), on="2026-03-12")
    assert life.until("2026-12-31").steps() == [ONE, TWO, THREE]


def test_a_residue_given_up_is_claimed_again_when_the_payment_comes_back() -> None:
    life = living("money: {tolerance: 0.10 EUR}\n")
    life.reverses(life.pays("999.90", on="2026-04-08", of="INV-1"), on="2026-04-20")
    life.until("2026-04-22")
    assert totals(life)[-1] == ("2026-04-20", "1000.00 EUR")


def test_the_same_reversal_told_twice_counts_once() -> None:
    life = living()
    payment = life.pays(400, on="2026-04-08", of="INV-1")
    life.reverses(payment, on="2026-04-10")
    life.reverses(payment, on="2026-04-11")
    life.until("2026-04-20")
    assert totals(life)[-1] == ("2026-04-15", "1000.00 EUR")


# --- given up ----------------------------------------------------------------------------------------------------


def test_a_write_off_stops_and_its_undoing_resumes() -> None:
    life = living()
    life.happens(f.WrittenOff(life.instant("2026-04-08"), "INV-1", "hopeless"))
    life.happens(f.WriteOffUndone(life.instant("2026-04-20"), "INV-1", "not so hopeless"))
    life.until("2026-12-31")
    assert life.outcomes()[1:4] == [
        ("2026-04-08", "", "stopped: written-off"),
        ("2026-04-20", "", "reopened: resume"),
        ("2026-04-20", "two", "sent"),
    ]


def test_what_is_given_up_after_a_partial_payment_is_written_off_not_paid() -> None:
    life = living()
    life.pays(400, on="2026-04-02", of="INV-1")
    life.happens(f.WrittenOff(life.instant("2026-04-08"), "INV-1", "hopeless"))
    assert life.until("2026-12-31").outcomes()[-1] == ("2026-04-08", "", "stopped: written-off")


# --- bank data ---------------------------------------------------------------------------------------------------


def test_nothing_overdue_leaves_before_bank_data_cover_the_due_date_and_a_working_day() -> None:
    # due on Tuesday 31 March: data through 1 April are needed; they come on Thursday the 9th
    life = living(bank="2026-03-31")
    life.bank("2026-04-01", on="2026-04-09", at="08:00")
    assert life.until("2026-04-12").steps() == [("2026-04-09", "one")]


def test_bank_data_that_were_never_recorded_are_asked_for_once() -> None:
    life = living(bank=None)
    life.invoice("INV-2", 500, due="2026-03-31")
    life.until("2026-12-31")
    assert life.steps() == []
    assert life.reviews() == [("2026-04-01", "how far the bank's data go was never recorded")]


def test_with_freshness_nothing_leaves_on_data_older_than_that() -> None:
    # `two` on Wednesday 15 April needs data through Monday 13; those of the 10th are too old, those of the 14th come
    life = living("pacing: {freshness: 2bd}\n", bank="2026-04-10")
    life.bank("2026-04-14", on="2026-04-16", at="08:00")
    assert life.until("2026-04-20").steps() == [ONE, ("2026-04-16", "two")]


def test_a_courtesy_before_the_due_date_needs_no_bank_data() -> None:
    life = Life(f"steps: [{{id: courtesy, level: courtesy, at: due-5d, {EMAIL}}}]", bank=None)
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [("2026-03-26", "courtesy")]


def test_a_business_may_do_without_bank_data() -> None:
    life = living(bank=None, business="bank_data: none\n")
    assert life.until("2026-12-31").steps() == [ONE, TWO, THREE]


def test_a_handoff_needs_bank_data_as_well() -> None:
    agency = "do: [{handoff: {to: recouvra, kind: agency}}]"
    policy = f"""
pacing: {{freshness: 2bd}}
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: agency, level: handoff, at: due+15d, requires: [], reason: agreed, {agency}}}
"""
    life = Life(policy, bank="2026-04-02")
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [ONE]


# --- currencies --------------------------------------------------------------------------------------------------


def test_currencies_are_never_added_up_nor_written_in_one_message() -> None:
    """S29, S31 in ours: each currency has its own message, and the gap lies between the two."""
    life = living()
    life.invoice("INV-2", 500, due="2026-03-31", currency="USD")
    life.until("2026-04-10")
    assert [(m.line, m.said.total) for m in life.messages] == [
        (("2026-04-01", "reminder", ("INV-1",)), money(1000)),
        (("2026-04-06", "reminder", ("INV-2",)), money(500, "USD")),
    ]


def test_the_balance_of_the_account_is_that_of_the_currency() -> None:
    policy = f"steps: [{{id: one, at: due+1d, when: {{account.overdue_balance: {{gte: 1200.00 EUR}}}}, {EMAIL}}}]"
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-03-31", currency="USD")
    assert life.until("2026-12-31").outcomes() == [("2026-04-01", "one", "skipped: condition")]


# --- charges -----------------------------------------------------------------------------------------------------

CHARGING = f"""
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - id: notice
    level: notice
    at: due+15d
    do: [{LETTER}, {CHARGE}]
  - id: again
    level: notice
    at: due+29d
    do: [{LETTER}, {CHARGE}]
"""


def charges(life: Life) -> list[tuple[str, str]]:
    """(day, sum) of every charge."""
    return [(fact.on.isoformat(), str(fact.amount)) for _, fact in life.simulation.told if isinstance(fact, f.Charged)]


def test_a_charge_is_the_fixed_sum_of_the_contract_s_law_once() -> None:
    """S67, T3: the same terms are charged once however many steps name them. France: 40 euros, C. com. D441-5."""
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert charges(life.until("2026-12-31")) == [("2026-04-15", "40.00 EUR")]


def test_a_charge_is_no_part_of_the_balance() -> None:
    """S45, ours: what the delay costs is mentioned apart and never raises what is dunned."""
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-12-31")
    assert totals(life)[-1] == ("2026-04-29", "1000.00 EUR")


@pytest.mark.parametrize(
    ("amount", "fee"), [("999.99", "40.00 GBP"), ("1000.00", "70.00 GBP"), ("10000.00", "100.00 GBP")]
)
def test_a_graded_sum_follows_the_size_of_the_debt(amount: str, fee: str) -> None:
    """Late Payment of Commercial Debts (Interest) Act 1998, s. 5A."""
    life = Life(CHARGING)
    life.contract("M-2", law="GB")
    life.invoice("INV-1", amount, due="2026-03-31", contract="M-2", currency="GBP")
    assert charges(life.until("2026-12-31")) == [("2026-04-15", fee)]


def test_where_no_sum_is_known_the_letter_goes_and_a_person_is_asked() -> None:
    life = Life(CHARGING)
    life.contract("M-2", law="NO")
    life.invoice("INV-1", 1000, due="2026-03-31", contract="M-2", currency="NOK")
    life.until("2026-04-20")
    assert life.steps()[-1] == ("2026-04-15", "notice")
    assert life.tasks() == [("2026-04-15", "No fixed sum for law NO in NOK: ask legal@example.com")]
    assert list(life.account.tasks) == ["task/INV-1/1/notice/1/charge"]


def test_a_step_that_is_skipped_charges_nothing() -> None:
    """T12: no fee for a reminder that was not sent."""
    policy = CHARGING.replace("level: notice\n", "level: notice\n    when: {customer.country: BE}\n")
    life = Life(policy, country="FR")
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert charges(life.until("2026-12-31")) == []
