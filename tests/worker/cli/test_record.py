"""What people may record: checked against the account, kept once under its key, and said in one sentence."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import facts as f
from rules.account import Account
from rules.facts.subjects import LIMIT
from rules.moments import Duration
from tests.worker.cli.scene import CARD, START, count, eur, last, live, office, populate, say
from worker.cli.record import EXAMPLES
from worker.cli.record import record as commands
from worker.ledger.ledger import Ledger, Transaction
from worker.ledger.views import last_fact
from worker.plans.going_live import GUARD, guard
from worker.record import KINDS, Field, Refused, Request, record


def account(folder: Path, customer: str = "C-1") -> Account:
    with office(folder) as found, found.ledger.read() as tx:
        return tx.account(customer)


# --- payment plans -----------------------------------------------------------------------------------------------


def test_a_plan_in_equal_parts_makes_instalments_of_their_own(shop: Path) -> None:
    told = say(shop, "plan", invoices="F-1,F-2", instalments="3", on="2027-01-31")
    assert told.text == "The plan for F-1 and F-2 is recorded: 3 instalments until 2027-03-31."
    parts = [i for i in account(shop).receivables.values() if i.kind == "instalment"]
    assert [(i.number, str(i.due), i.amount) for i in parts] == [
        ("F-1/1", "2027-01-31", eur(500)),
        ("F-1/2", "2027-02-28", eur(500)),
        ("F-1/3", "2027-03-31", eur(500)),
    ]


def test_money_for_an_instalment_goes_to_what_the_plan_covers(shop: Path) -> None:
    say(shop, "plan", invoices="F-1,F-2", instalments="3", on="2027-01-31")
    say(shop, "payment", key="k2", invoices="F-1/1", amount="500.00 EUR")
    items = account(shop).receivables
    assert (items["R-F-1"].balance, items["payment-plan/k1/1"].balance) == (eur(700), eur(0))
    with office(shop) as found, found.ledger.read() as tx:
        assert list(tx.verify()) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"parts": "2027-02-01 700.00 EUR"}, "they make 700.00 EUR, and 1500.00 EUR is open"),
        ({"parts": "2026-11-01 1500.00 EUR"}, "the days follow one another from today on, 2026-12-05"),
        ({"parts": "soon 1500.00 EUR"}, "'soon 1500.00 EUR' is not an instalment such as"),
        ({"instalments": "0", "on": "2027-01-31"}, "say how many instalments there are"),
        ({}, "say how many instalments there are and the day of the first one"),
    ],
)
def test_a_plan_that_does_not_add_up_is_refused(shop: Path, values: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        say(shop, "plan", invoices="F-1,F-2", **values)


def test_a_second_plan_for_the_same_invoice_is_refused(shop: Path) -> None:
    say(shop, "plan", invoices="F-1", instalments="2", on="2027-01-31")
    with pytest.raises(Refused, match="there is a plan already"):
        say(shop, "plan", key="k2", invoices="F-1", instalments="2", on="2027-01-31")


def test_a_plan_has_one_owner(shop: Path) -> None:
    say(shop, "changed", invoice="F-2", name="assigned_to", value="factor")
    with pytest.raises(Refused, match="these invoices belong to factor and you: make a plan for each owner"):
        say(shop, "plan", key="k2", invoices="F-1,F-2", instalments="2", on="2027-01-31")


def test_a_plan_that_is_offered_changes_nothing_until_it_is_agreed(shop: Path) -> None:
    told = say(shop, "plan-offer", invoices="F-1,F-2", instalments="3", on="2027-01-31", reply_by="2026-12-20")
    assert told.text == "The offer of 3 instalments for F-1 and F-2 stands until 2026-12-20."
    found = account(shop)
    assert [i for i in found.receivables.values() if i.kind == "instalment"] == []
    (offered,) = (fact for fact in found.events if isinstance(fact, f.PlanOffered))
    assert [(str(part.due), part.minor) for part in offered.parts] == [
        ("2027-01-31", 50000),
        ("2027-02-28", 50000),
        ("2027-03-31", 50000),
    ]


def test_an_offer_stands_until_its_first_instalment_at_the_latest(shop: Path) -> None:
    told = say(shop, "plan-offer", invoices="F-1", instalments="3", on="2027-01-31")
    assert told.text == "The offer of 3 instalments for F-1 stands until 2027-01-31."
    with pytest.raises(Refused, match="2027-02-01 is after the first instalment, 2027-01-31"):
        say(shop, "plan-offer", key="k2", invoices="F-1", instalments="3", on="2027-01-31", reply_by="2027-02-01")


@pytest.mark.parametrize("example", [each for examples in EXAMPLES.values() for each in examples])
def test_the_examples_of_help_can_be_typed(example: str) -> None:
    group, kind, *words = shlex.split(example)
    assert group == "record"
    assert commands.commands[kind].make_context(kind, words).params


# --- money -------------------------------------------------------------------------------------------------------


def test_a_payment_goes_on_the_oldest_due_first(shop: Path) -> None:
    told = say(shop, "payment", customer="C-1", amount="1300.00 EUR", reference="VIR-1")
    assert told.text == "The payment of 1300.00 EUR of 2026-12-05 is recorded: on F-1 and F-2."
    assert told.contracts == ("K-1",)
    items = account(shop).receivables
    assert (items["R-F-1"].balance, items["R-F-2"].balance) == (eur(0), eur(200))


def test_a_payment_goes_on_the_invoices_named_and_the_rest_stays(shop: Path) -> None:
    told = say(shop, "payment", invoices="F-2", amount="350.00 EUR")
    assert told.text.endswith("on F-2, 50.00 EUR stays on the account of C-1.")
    known = account(shop)
    assert known.receivables["R-F-1"].balance == eur(1200)
    assert known.payments["k1"].free == eur(50)


def test_the_same_payment_twice_is_one(shop: Path) -> None:
    values = {"customer": "C-1", "amount": "100.00 EUR", "reference": "VIR-1", "on": "2026-12-04"}
    say(shop, "payment", **values)
    before = count(shop)
    assert say(shop, "payment", **values).text.endswith("was recorded already.")
    assert count(shop) == before


def test_a_reference_with_another_amount_is_refused(shop: Path) -> None:
    say(shop, "payment", customer="C-1", amount="100.00 EUR", reference="VIR-1")
    with pytest.raises(Refused, match=r"VIR-1 is a payment of 100.00 EUR of 2026-12-05, C-1's"):
        say(shop, "payment", customer="C-1", amount="90.00 EUR", reference="VIR-1")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"amount": "0.00 EUR", "customer": "C-1"}, "0.00 EUR is not above zero"),
        ({"amount": "-5.00 EUR", "customer": "C-1"}, "is not above zero"),
        ({"amount": "12", "customer": "C-1"}, "'12' is not an amount such as 150.00 EUR"),
        ({"amount": "1.00 EUR", "customer": "C-11"}, "no customer 'C-11' is known: did you mean 'C-1'?"),
        ({"amount": "1.00 EUR", "contract": "K-9"}, "no contract 'K-9' is known"),
        ({"amount": "1.00 EUR", "invoices": "F-12"}, "no invoice 'F-12' is known: did you mean 'F-1'?"),
        ({"amount": "1.00 USD", "invoices": "F-1"}, "F-1 is in EUR, not in USD"),
        ({"amount": "1.00 EUR", "invoices": "F-1,F-9"}, "these are invoices of C-1 and C-2"),
        ({"amount": "1.00 EUR", "invoices": "F-1", "customer": "C-2"}, "F-1 is C-1's, not C-2's"),
        ({"amount": "1.00 EUR", "invoices": "F-1", "contract": "K-2"}, "not an invoice of the customer of K-2"),
        ({"amount": "1.00 EUR", "customer": "C-1", "on": "2026-12-06"}, "2026-12-06 is after today, 2026-12-05"),
        ({"amount": "1.00 EUR", "customer": "C-1", "on": "2026-02-30"}, "2026-02-30 is not a real date"),
        ({"amount": "1.00 EUR", "customer": "C-1", "on": "4/1/27"}, "'4/1/27' is not a date such as 2026-12-05"),
        ({"amount": "1.00 EUR"}, "nobody is named"),
        ({"customer": "C-1"}, "amount is missing"),
        ({"amount": "1.00 EUR", "customer": "C-1", "refrence": "x"}, "has no refrence: did you mean 'reference'?"),
        ({"amount": "1.00 EUR", "customer": "C-1", "method": "cash"}, "method may be transfer"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_in_plain_words(shop: Path, values: dict[str, str], said: str) -> None:
    before = count(shop)
    with pytest.raises(Refused) as refused:
        say(shop, "payment", **values)
    assert said in str(refused.value)
    assert count(shop) == before


def test_a_reversal_opens_the_invoice_again_once(shop: Path) -> None:
    say(shop, "payment", invoices="F-1", amount="1200.00 EUR", reference="VIR-1")
    assert say(shop, "reversal", reference="VIR-1", reason="AC04").text.endswith("is reversed: F-1 is open again.")
    assert account(shop).receivables["R-F-1"].balance == eur(1200)
    assert say(shop, "reversal", reference="VIR-1").text.endswith("was reversed already.")
    with pytest.raises(Refused, match="no payment 'VIR-2' is known"):
        say(shop, "reversal", reference="VIR-2")


def test_a_payment_that_failed_is_recorded_once_under_its_reference(shop: Path) -> None:
    values = {"invoice": "F-1", "reason": "am04", "reference": "R-1"}
    assert say(shop, "payment-failed", **values).text == "The payment of 1200.00 EUR for F-1 failed (AM04)."
    assert say(shop, "payment-failed", **values).text == "The payment of 1200.00 EUR for F-1 failed (AM04) already."
    failed = [fact for fact in account(shop).events if isinstance(fact, f.PaymentFailed)]
    assert [(fact.payment, fact.amount, fact.reason) for fact in failed] == [("R-1", eur(1200), "AM04")]


def test_a_failure_that_cannot_be_is_refused_in_plain_words(shop: Path) -> None:
    with pytest.raises(Refused, match="write the bank's code, such as AM04"):
        say(shop, "payment-failed", invoice="F-1", reason="no money")
    say(shop, "payment", invoices="F-1", amount="1200.00 EUR", reference="VIR-1")
    with pytest.raises(Refused, match="F-1 is settled: where its payment came back, record its reversal"):
        say(shop, "payment-failed", invoice="F-1", reason="AM04")


def test_a_credit_note_lowers_what_is_owed(shop: Path) -> None:
    say(shop, "credit", invoices="F-1", amount="200.00 EUR", reference="A-1")
    assert account(shop).receivables["R-F-1"].balance == eur(1000)
    with pytest.raises(Refused, match="A-1 is a credit note, not a payment"):
        say(shop, "reversal", reference="A-1")


def test_a_write_off_is_taken_back(shop: Path) -> None:
    values = {"invoice": "F-2", "reason": "a gesture"}
    assert say(shop, "write-off", **values).text == "300.00 EUR of F-2 is written off."
    assert say(shop, "write-off", **values).text == "300.00 EUR of F-2 was written off already."
    assert say(shop, "undo-write-off", **values).text == "The write-off of 300.00 EUR of F-2 is taken back."
    assert say(shop, "undo-write-off", **values).text == "Nothing of F-2 is written off."
    assert account(shop).receivables["R-F-2"].balance == eur(300)


# --- holds -------------------------------------------------------------------------------------------------------


def test_a_hold_is_placed_once_under_its_key_and_ends(shop: Path) -> None:
    told = say(shop, "hold", invoice="F-1", reason="on it", until="2026-12-20")
    assert told.text == "The manual hold on F-1 until 2026-12-20 is recorded, as hold manual/k1."
    assert say(shop, "hold", invoice="F-1", reason="on it", until="2026-12-20").text.endswith("was recorded already.")
    assert say(shop, "release", hold="manual/k1").text == "Hold manual/k1 has ended: released."
    assert say(shop, "release", hold="manual/k1").text == "Hold manual/k1 ended already, on 2026-12-05: released."


def test_temporal_ui_holds_and_releases_a_case_without_naming_it(shop: Path) -> None:
    """The update names the contract, and nothing else."""
    assert say(shop, "hold", contract="K-1", reason="talks", until="2026-12-20").contracts == ("K-1",)
    more = say(shop, "hold", contract="K-1", reason="more talks", until="2026-12-24", key="k2")
    assert more.contracts == ("K-1",)
    assert say(shop, "release", contract="K-1", key="k3").text == "What was stopped for K-1 goes on."
    assert not any(state.active for state in account(shop).holds.values())


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"invoice": "F-1"}, "a hold of kind manual needs a reason"),
        ({"invoice": "F-1", "reason": "x", "until": "2026-12-04"}, "2026-12-04 is over, today is 2026-12-05"),
        ({"invoice": "F-1", "reason": "x"}, "a hold of kind manual needs an end: say until which day"),
        ({"reason": "x", "until": "2026-12-20"}, "nobody is named"),
        ({"invoice": "F-1", "kind": "insolvency"}, "a hold of kind insolvency concerns a customer"),
        ({"invoice": "F-1", "kind": "manuel", "reason": "x"}, "did you mean 'manual'?"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(shop: Path, values: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        say(shop, "hold", **values)


def test_an_insolvency_keeps_its_dates(shop: Path) -> None:
    say(shop, "hold", customer="C-1", kind="insolvency", opened="2026-12-01", published="2026-12-03")
    hold = account(shop).holds["insolvency/k1"].hold
    assert (hold.scope, hold.subject, hold.opened, hold.published) == (
        "customer",
        "C-1",
        date(2026, 12, 1),
        date(2026, 12, 3),
    )


def test_a_dispute_is_the_customers_and_ends_founded(shop: Path) -> None:
    told = say(shop, "dispute", invoice="F-1", reason="wrong quantity", part="200.00 EUR")
    assert told.text == "The dispute of 200.00 EUR of F-1 is recorded, as hold dispute/k1."
    hold = account(shop).holds["dispute/k1"].hold
    assert (hold.by, hold.part, hold.reason) == ("customer", eur(200), "wrong quantity")
    assert say(shop, "release", hold="dispute/k1", outcome="founded").text.endswith("has ended: founded.")


def test_only_a_dispute_is_founded(shop: Path) -> None:
    say(shop, "hold", invoice="F-1", reason="x", until="2026-12-20")
    with pytest.raises(Refused, match="is no dispute"):
        say(shop, "release", hold="manual/k1", outcome="founded")


@pytest.mark.parametrize(
    ("part", "said"), [("1300.00 EUR", "only 1200.00 EUR of F-1 is open"), ("10.00 GBP", "F-1 is in EUR, not in GBP")]
)
def test_a_dispute_of_more_than_is_open_is_refused(shop: Path, part: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        say(shop, "dispute", invoice="F-1", reason="x", part=part)


def test_a_promise_covers_what_is_named_or_all_that_is_due(asked: Path) -> None:
    told = say(asked, "promise", on="2027-02-10", contract="K-1")
    assert told.text == "The promise to pay F-1 and F-2 by 2027-02-10 is recorded, as hold promise/k1."
    hold = account(asked).holds["promise/k1"].hold
    assert (hold.scope, hold.receivables, hold.promised) == ("customer", ("R-F-1", "R-F-2"), date(2027, 2, 10))
    assert say(asked, "promise", on="2027-02-10", invoices="F-2", key="k2").contracts == ("K-1",)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"on": "2026-12-04", "invoices": "F-1"}, "2026-12-04 is over"),
        ({"on": "2026-12-10", "customer": "C-1"}, "nothing of C-1 is due"),
        ({"on": "2026-12-10", "invoices": "F-1", "amount": "100.00 EUR"}, "a promise is for the whole; of F-1 1200.00"),
        ({"invoices": "F-1"}, "on is missing"),
    ],
)
def test_a_promise_that_cannot_be_is_refused(shop: Path, values: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        say(shop, "promise", **values)


def test_a_promise_may_name_a_debit(asked: Path) -> None:
    say(asked, "promise", on="2027-02-10", invoices="F-1", method="debit")
    assert account(asked).holds["promise/k1"].hold.method == "debit"
    with pytest.raises(Refused, match="method may be debit"):
        say(asked, "promise", on="2027-02-10", invoices="F-2", method="card", key="k2")


def test_a_promise_beyond_the_policys_limits_is_refused_at_once(folder: Path) -> None:
    policy = folder / "policies/reminders.yaml"
    policy.write_text(
        policy.read_text().replace("{tolerance: 2bd, ", "{tolerance: 2bd, max_ahead: 15d, max_times: 1, ")
    )
    populate(folder)
    before = count(folder)
    with pytest.raises(Refused, match=r"2027-03-01 is refused: it lies more than 15d ahead\. Nothing is recorded\."):
        say(folder, "promise", on="2027-03-01", invoices="F-1")
    assert count(folder) == before
    assert say(folder, "promise", on="2026-12-12", invoices="F-1").text.endswith("as hold promise/k1.")
    say(folder, "release", hold="promise/k1")
    with pytest.raises(Refused, match="A promise is refused: 1 were accepted before"):
        say(folder, "promise", on="2026-12-13", invoices="F-1", key="k2")


def test_a_second_dispute_of_the_same_invoice_waits_for_the_first(shop: Path) -> None:
    say(shop, "dispute", invoice="F-1", reason="one")
    with pytest.raises(Refused, match="there is one already, hold dispute/k1"):
        say(shop, "dispute", invoice="F-1", reason="two", key="k2")


def test_a_reply_holds_its_contract_until_it_is_read(shop: Path) -> None:
    assert say(shop, "reply", invoice="F-1").contracts == ("K-1",)
    assert say(shop, "reply", invoice="F-1").text == "The reply about K-1 was recorded already."
    assert say(shop, "release", hold="reply/k1").text == "Hold reply/k1 has ended: read."


def test_everything_stops_and_goes_on(shop: Path) -> None:
    told = say(shop, "stop", everything="yes", reason="wrong bank data")
    assert (told.text, set(told.contracts)) == ("Everything is stopped.", {"K-1", "K-2"})
    with office(shop) as found, found.ledger.read() as tx:
        assert [state.active for state in tx.state().holds.values()] == [True]
    assert say(shop, "resume", everything="yes").text == "What was stopped for the business goes on."
    assert say(shop, "resume", everything="yes").text == "Nothing is stopped by hand for the business any more."


def test_resuming_ends_neither_the_guard_of_going_live_nor_the_limit_of_a_day(shop: Path) -> None:
    with office(shop) as found, found.ledger.begin() as tx:
        today = tx.now().date()
        late = f.Issued(START, "R-F-8", "K-1", "F-8", date(2026, 9, 1), date(2026, 10, 1), eur(10))
        assert guard(tx, [late], today)
        limit = f.Hold("limit/2026-12-05", "manual", "business", "business", today, today, by=LIMIT)
        tx.record_shared([f.HoldPlaced(START, limit)])
    with pytest.raises(Refused, match="nothing was stopped by hand for the business"):
        say(shop, "resume", everything="yes")
    say(shop, "stop", everything="yes", reason="wrong bank data")
    say(shop, "resume", everything="yes", key="k2")
    with office(shop) as found, found.ledger.read() as tx:
        assert [name for name, state in tx.state().holds.items() if state.active] == [GUARD, "limit/2026-12-05"]


def test_resuming_a_contract_leaves_what_was_held_until_a_day(shop: Path) -> None:
    say(shop, "hold", contract="K-1", reason="talks", until="2026-12-20")
    say(shop, "stop", contract="K-1", reason="renegotiated")
    say(shop, "resume", contract="K-1", key="k2")
    assert [name for name, state in account(shop).holds.items() if state.active] == ["manual/k1"]


def test_what_was_never_stopped_cannot_be_resumed(shop: Path) -> None:
    with pytest.raises(Refused, match="nothing was stopped by hand for K-1"):
        say(shop, "resume", contract="K-1")


# --- answers -----------------------------------------------------------------------------------------------------


def test_an_approval_names_the_amount_and_counts_once(asked: Path) -> None:
    values = {"invoice": "F-1", "step": "formal-notice"}
    assert say(asked, "approve", **values).text == "formal-notice of F-1 is approved, for 1200.00 EUR."
    before = count(asked)
    assert say(asked, "approve", **values).text == "formal-notice of F-1 was approved already, by anne."
    assert count(asked) == before


@pytest.mark.parametrize("by", ["anne", "Anne@acme.example", "credit-controller"])
def test_who_was_asked_decides_by_name_address_or_role(asked: Path, by: str) -> None:
    assert say(asked, "approve", invoice="F-1", by=by).text == "formal-notice of F-1 is approved, for 1200.00 EUR."


@pytest.mark.parametrize(
    ("what", "values"), [("approve", {}), ("refuse", {"reason": "no"}), ("skip", {"reason": "no"})]
)
def test_nobody_else_decides_about_a_step_and_the_refusal_says_who_may(
    asked: Path, what: str, values: dict[str, str]
) -> None:
    before = count(asked)
    with pytest.raises(Refused) as refused:
        say(asked, what, invoice="F-1", by="mallory", **values)
    assert str(refused.value) == (
        "by: mallory is not one of those who decide about formal-notice of F-1, credit-controller: "
        "anne@acme.example. Say who decides, by address or role."
    )
    assert count(asked) == before


def test_an_approval_said_again_after_the_step_left_is_still_the_same(asked: Path) -> None:
    say(asked, "approve", invoice="F-1", step="formal-notice")
    live(asked, datetime(2027, 2, 5, 12, tzinfo=UTC))
    assert say(asked, "approve", invoice="F-1", step="formal-notice").text.endswith("was approved already, by anne.")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"invoice": "F-2"}, "F-2 waits for no approval: nothing of it does"),
        ({"invoice": "F-1", "step": "reminder-1"}, "reminder-1 waits for no approval: formal-notice does"),
    ],
)
def test_what_waits_for_no_approval_cannot_be_approved(asked: Path, values: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        say(asked, "approve", **values)


def test_a_refusal_postpones_skips_or_stops(asked: Path) -> None:
    told = say(asked, "refuse", invoice="F-1", reason="later", outcome="postpone", until="2027-02-12")
    assert told.text == "formal-notice of F-1 is postponed until 2027-02-12."
    live(asked, datetime(2027, 2, 3, 13, tzinfo=UTC))
    assert say(asked, "refuse", invoice="F-1", reason="no").text == "formal-notice of F-1 is refused: say what follows."
    with pytest.raises(Refused, match="F-1 was answered already: skip"):
        say(asked, "approve", invoice="F-1")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"outcome": "postpone", "reason": "x"}, "say until which day"),
        ({"outcome": "skip", "until": "2027-02-12", "reason": "x"}, "only where the step is postponed"),
        ({"outcome": "postpone", "until": "2027-02-03", "reason": "x"}, "2027-02-03 is over"),
        ({"outcome": "skip"}, "reason is missing"),
    ],
)
def test_a_refusal_that_says_too_little_is_refused(asked: Path, values: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        say(asked, "refuse", invoice="F-1", **values)


def test_a_step_is_skipped_before_it_asks_anybody(shop: Path) -> None:
    live(shop, datetime(2026, 12, 31, 12, tzinfo=UTC))
    assert say(shop, "skip", invoice="F-1", reason="phoned").text == "reminder-1 of F-1 is skipped."
    skipped = last(shop)
    assert isinstance(skipped, f.Skipped)
    assert (skipped.step, skipped.occurrence, skipped.why) == ("reminder-1", 1, "by anne: phoned")
    live(shop, datetime(2027, 1, 12, 12, tzinfo=UTC))
    ladder = account(shop).receivables["R-F-1"].ladder
    assert ladder is not None
    assert [(climb.step, climb.outcome) for climb in ladder.climbs] == [("courtesy", "sent"), ("reminder-1", "skipped")]


def test_a_skip_said_twice_skips_one_step(shop: Path) -> None:
    live(shop, datetime(2026, 12, 31, 12, tzinfo=UTC))
    say(shop, "skip", invoice="F-1", reason="phoned")
    assert say(shop, "skip", invoice="F-1", reason="phoned").text == "reminder-1 of F-1 was skipped already."
    assert say(shop, "skip", invoice="F-1", reason="phoned again").text == "reminder-2 of F-1 is skipped."


def test_a_step_that_waits_for_approval_is_skipped_by_refusing_it(asked: Path) -> None:
    say(asked, "skip", invoice="F-1", reason="no")
    refused = last(asked)
    assert isinstance(refused, f.Refused)
    assert (refused.outcome, refused.by) == ("skip", "anne")


def test_a_question_is_answered_once(shop: Path) -> None:
    live(shop, datetime(2027, 1, 7, 12, tzinfo=UTC), outcome="failed")
    with office(shop) as found, found.ledger.read() as tx:
        (question,) = [name for name, review in tx.account("C-2").reviews.items() if review.answer is None]
    assert say(shop, "answer", review=question, outcome="skip").contracts == ("K-2",)
    assert say(shop, "answer", review=question, outcome="skip").text == f"{question} was answered already: skip."
    with pytest.raises(Refused, match="was answered already: skip"):
        say(shop, "answer", review=question, outcome="proceed")


def test_a_question_that_was_taken_back_is_answered_by_nobody(shop: Path) -> None:
    about, day = (
        ("Q", "receivable", "R-F-1", "nobody knows", date(2026, 12, 30)),
        datetime(2026, 12, 30, 12, tzinfo=UTC),
    )
    with office(shop) as found, found.ledger.begin() as tx:
        tx.record("C-1", [f.ReviewAsked(day, *about), f.ReviewWithdrawn(day, *about)])  # type: ignore[arg-type]
    with pytest.raises(Refused, match="Q is not asked any more: what it asked for is known now"):
        say(shop, "answer", review="Q", outcome="proceed")


def test_a_message_of_unknown_outcome_is_settled(shop: Path) -> None:
    live(shop, datetime(2026, 12, 30, 12, tzinfo=UTC), outcome="unknown")
    name = "R-F-1/1/courtesy/1/0"
    assert say(shop, "resolve", message=name, outcome="not-sent").contracts == ("K-1",)
    climb = account(shop).receivables["R-F-1"].ladder.climbs[-1]  # type: ignore[union-attr]
    assert climb.outcome == "failed"
    with pytest.raises(Refused, match="did you mean 'R-F-1/1/courtesy/1/0'"):
        say(shop, "resolve", message="R-F-1/1/courtesy/1/1", outcome="sent")


# --- what happened -----------------------------------------------------------------------------------------------


def test_a_letter_is_presented(asked: Path) -> None:
    with pytest.raises(Refused, match="no letter has left for F-1"):
        say(asked, "presented", invoice="F-1", how="delivered")
    say(asked, "approve", invoice="F-1")
    live(asked, datetime(2027, 2, 8, 12, tzinfo=UTC))
    told = say(asked, "presented", invoice="F-1", how="delivered", on="2027-02-06")
    assert told.text == "The letter formal-notice of F-1 is recorded: delivered on 2027-02-06."
    assert "was recorded already" in say(asked, "presented", invoice="F-1", how="delivered", on="2027-02-06").text


def test_a_call_is_recorded_and_its_task_is_over_once_somebody_was_reached(folder: Path) -> None:
    policy = folder / "policies" / "reminders.yaml"
    email = "      - email: {template: reminder-2, to: billing, attach: [invoice, statement]}\n"
    call = "      - call: {queue: credit-control, script: reminder-2, attempts: 3, until: reached}\n"
    policy.write_text(policy.read_text("utf-8").replace(email, email + call), "utf-8")
    populate(folder)
    live(folder, datetime(2027, 1, 14, 17, tzinfo=UTC))  # Thursday, the day of reminder-2
    with pytest.raises(Refused, match="2027-01-13 is before the call was put on the list, 2027-01-14"):
        say(folder, "call", invoice="F-1", outcome="reached", on="2027-01-13")
    assert say(folder, "call", invoice="F-1", outcome="no-answer").text.endswith("is recorded: no-answer.")
    assert not account(folder).done_tasks
    assert say(folder, "call", invoice="F-1", outcome="reached").contracts == ("K-1",)
    assert account(folder).done_tasks == {"task/R-F-1/1/reminder-2/1/1"}
    assert "was recorded already" in say(folder, "call", invoice="F-1", outcome="reached").text


def test_a_task_is_done_once(asked: Path) -> None:
    say(asked, "approve", invoice="F-9")
    live(asked, datetime(2027, 2, 20, 12, tzinfo=UTC))
    (task,) = [name for name, each in account(asked, "C-2").tasks.items() if each.queue == "collections"]
    assert say(asked, "task-done", task=task, note="to court").contracts == ("K-2",)
    assert say(asked, "task-done", task=task).text == "Decide what follows the formal notice: done already."


def test_a_contract_ends_on_a_day_once(folder: Path) -> None:
    with office(folder) as found:
        digest = found.adopt()
        with found.ledger.begin() as tx:
            tx.set_clock(START)
            tx.record_customer(f.CustomerRecorded(START, f.Customer("C-1")), CARD)
            every = f.Schedule(Duration(1, "m"), date(2026, 12, 1))
            tx.record("C-1", [f.ContractRecorded(START, f.Contract("K-1", "C-1", "recurring", schedule=every), digest)])
    with pytest.raises(Refused, match="2026-11-30 is before the contract's start, 2026-12-01"):
        say(folder, "end", contract="K-1", on="2026-11-30")
    values = {"contract": "K-1", "on": "2027-01-31"}
    assert say(folder, "end", **values).text == "K-1 ends on 2027-01-31: nothing after that day is billed."
    assert say(folder, "end", **values).text == "K-1 ends on 2027-01-31 already."


def test_a_contract_ends_before_its_notice_only_where_somebody_says_why(folder: Path) -> None:
    with office(folder) as found:
        digest = found.adopt()
        with found.ledger.begin() as tx:
            tx.set_clock(datetime(2026, 11, 30, 9, tzinfo=UTC))
            tx.record_customer(f.CustomerRecorded(START, f.Customer("C-1")), CARD)
            every = f.Schedule(Duration(1, "m"), date(2026, 11, 1), notice=Duration(3, "m"))
            tx.record("C-1", [f.ContractRecorded(START, f.Contract("K-1", "C-1", "recurring", schedule=every), digest)])
    with pytest.raises(Refused, match="the notice is 3m, to 2027-02-28 from today; to end it before, say why"):
        say(folder, "end", contract="K-1", on="2027-02-27")
    say(folder, "end", contract="K-1", on="2027-02-28")
    assert "ends on 2026-12-31" in say(folder, "end", contract="K-1", on="2026-12-31", reason="both agreed").text


def test_only_what_was_handed_over_is_recalled(shop: Path) -> None:
    with pytest.raises(Refused, match="F-1 is handed to nobody"):
        say(shop, "recall", invoice="F-1")


def test_a_recall_names_a_step_that_there_is(shop: Path) -> None:
    with office(shop) as found, found.ledger.begin() as tx:
        known, now = tx.account("C-1"), tx.now()
        digest = known.rulebooks[known.receivables["R-F-1"].contract]
        policy = tx.rulebook(digest).assignment.otherwise.policy
        assert policy is not None
        tx.record(
            "C-1",
            [
                f.Enrolled(now, "R-F-1", 1, digest, policy, late=False, on=now.date()),
                f.Stopped(now, "R-F-1", 1, "handed-off", now.date()),
            ],
        )
        steps = [step.id for step in tx.rulebook(digest).policies[policy].variant(None)]
    with pytest.raises(Refused, match=f"step: {policy} has no step {steps[0]}x: did you mean '{steps[0]}'"):
        say(shop, "recall", invoice="F-1", step=f"{steps[0]}x")
    assert say(shop, "recall", key="k2", invoice="F-1", step=steps[0]).text == "The recall of F-1 is recorded."


def test_a_delivery_is_told_once(shop: Path) -> None:
    assert say(shop, "delivered", invoice="F-1").text == "F-1 was delivered already, on 2026-12-05."


def test_what_is_known_of_an_invoice_changes(shop: Path) -> None:
    assert say(shop, "changed", invoice="F-1", name="approval", value="rejected").text == "approval of F-1 is rejected."
    assert say(shop, "changed", invoice="F-1", name="approval", value="rejected").text.endswith("is rejected already.")
    say(shop, "changed", invoice="F-1", name="due", value="2027-01-31")
    say(shop, "changed", invoice="F-1", name="insured", value="true")
    item = account(shop).receivables["R-F-1"]
    assert (item.approval, item.due, item.insured) == (None, date(2027, 1, 31), True)  # issued anew: refused no longer
    with pytest.raises(Refused, match="did you mean 'portal_status'"):
        say(shop, "changed", invoice="F-1", name="portal-status", value="x")


def test_an_address_that_is_dead_is_not_used_again(shop: Path) -> None:
    values = {"customer": "C-1", "role": "billing", "channel": "email"}
    assert say(shop, "bounced", **values).text == "billing of C-1 is no longer reached by email."
    assert say(shop, "bounced", **values).text == "billing of C-1 has no email."
    with pytest.raises(Refused, match="C-1 has no contact biling: did you mean 'billing'"):
        say(shop, "bounced", customer="C-1", role="biling", channel="email")


def test_bank_data_are_confirmed_up_to_today_at_most(folder: Path) -> None:
    with office(folder) as found:
        found.adopt()
        with found.ledger.begin() as tx:
            tx.set_clock(datetime(2027, 1, 12, 9, tzinfo=UTC))
    assert say(folder, "bank", through="2027-01-11").text == "The bank's data are complete through 2027-01-11."
    assert say(folder, "bank", through="2027-01-10").text.endswith("were confirmed through 2027-01-11 already.")
    with pytest.raises(Refused, match="2027-01-13 is after today"):
        say(folder, "bank", through="2027-01-13")


def test_only_a_contract_that_bills_ends(shop: Path) -> None:
    with pytest.raises(Refused, match="K-1 bills nothing by itself"):
        say(shop, "end", contract="K-1", on="2027-01-31")


def test_an_unknown_kind_is_answered_with_the_nearest(shop: Path) -> None:
    with pytest.raises(Refused, match="did you mean 'payment'"):
        say(shop, "paymnet")


@pytest.mark.parametrize("reason", ["a\x00b", "\ud800", "x" * 2001, "\u202egpj.exe"])
def test_what_cannot_be_kept_is_refused(shop: Path, reason: str) -> None:
    with pytest.raises(Refused, match="reason is longer than 2000 characters, or has one that cannot be kept"):
        say(shop, "write-off", invoice="F-1", reason=reason)


NAMES = "F-1 F-2 F-9 R-F-1 K-1 K-2 C-1 C-2 F-1,F-2 yes billing email due approval formal-notice".split()
DAYS = "2027-02-03 2027-02-10 2027-01-20 9999-12-31 0001-01-01 2027-02-30".split()
AMOUNTS = "1200.00 EUR|0.01 EUR|999999999999999.99 EUR|1.00 JPY|-1.00 EUR|1.00EUR".split("|")
WORDS = st.sampled_from([*NAMES, *DAYS, *AMOUNTS, " ", "%_", "../..", "é" * 50])
LIKELY = {
    "invoice": "F-1 F-2 F-9",
    "contract": "K-1 K-2",
    "customer": "C-1 C-2",
    "on": "2027-02-03 2027-02-10",
    "reason": "x",
}


@pytest.fixture
def ledger(asked: Path) -> Iterator[Ledger]:
    with office(asked) as found:
        yield found.ledger


def drawn(data: st.DataObject, field: Field) -> str:
    """A value: one of its choices, one that may well be right, or any."""
    if field.choices:
        return data.draw(st.sampled_from(field.choices), label=field.name)
    likely = st.sampled_from(LIKELY[field.name].split()) if field.name in LIKELY else WORDS
    return data.draw(likely | WORDS, label=field.name)


@given(kind=st.sampled_from(sorted(KINDS)), data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_said_is_recorded_once_or_refused(ledger: Ledger, kind: str, data: st.DataObject) -> None:
    fields = [field for field in KINDS[kind].fields if field.required or data.draw(st.booleans(), label=field.name)]
    request = Request(kind, {field.name: drawn(data, field) for field in fields}, "k", "anne")
    with ledger.engine.connect() as connection:
        tx = Transaction(ledger, connection)
        with suppress(Refused):
            assert record(tx, request).text.endswith(".")
            facts = last_fact(tx)
            assert record(tx, request).text.endswith(".")
            assert last_fact(tx) == facts


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_refuses_what_names_nobody(shop: Path, kind: str) -> None:
    """No kind writes anything, or breaks, where nothing is said."""
    before = count(shop)
    with pytest.raises(Refused):
        say(shop, kind)
    assert count(shop) == before
