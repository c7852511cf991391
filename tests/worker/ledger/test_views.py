"""What people ask of the ledger, answered from the current tables."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rules import facts as f
from rules.decision import Decision
from rules.money import Money
from tests.worker.ledger.books import (
    CARD,
    NOW,
    TODAY,
    act,
    book,
    contracted,
    enrolled,
    eur,
    invoiced,
    known,
    left,
    paid,
)
from worker.ledger import views
from worker.ledger.ledger import Ledger, Transaction, Unknown
from worker.ledger.people import Card
from worker.ledger.views import AgedRow, ApprovalRow, CaseRow

HOUR = timedelta(hours=1)
HOLD = f.Hold("H1", "dispute", "receivable", "R1", TODAY, reason="broken on arrival")
STOP = f.Hold("stop", "manual", "business", "business", TODAY, reason="wrong bank data")


def settle(tx: Transaction, contract: str = "C1", wake: int | None = 1, *, ended: bool = False) -> None:
    """The case has judged by all that is known, and looks again `wake` hours after NOW."""
    at = NOW + wake * HOUR if wake is not None else None
    tx.told(contract, at, tx.position(tx.customer_of(contract=contract)), ended=ended)


def asked(receivable: str = "R1", step: str = "formal-notice", on: date = TODAY) -> f.ApprovalAsked:
    return f.ApprovalAsked(NOW, receivable, 1, step, 1, "credit-controller", eur(120000), on)


# --- which cases are late ---


def test_a_case_is_late_once_its_time_has_come(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx)
        assert views.late_cases(tx, NOW) == ["C1"]
        settle(tx)
        assert views.late_cases(tx, NOW + HOUR - timedelta(microseconds=1)) == []
        assert views.late_cases(tx, NOW + HOUR) == ["C1"]


def test_a_fact_of_the_customer_makes_all_its_cases_late_and_nobody_elses(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, contracted("C2"), invoiced())
        book(tx, customer="petit", contract="C3")
        settle(tx, "C1")
        settle(tx, "C2", ended=True)
        settle(tx, "C3", wake=None)
        assert views.late_cases(tx, NOW) == []
        tx.record("durand", [paid(100)])
        assert views.late_cases(tx, NOW) == ["C1", "C2"]
        settle(tx, "C1")
        assert views.late_cases(tx, NOW) == ["C2"]


def test_a_fact_of_the_business_makes_every_running_case_late(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, contracted("C2"))
        book(tx, customer="petit", contract="C3")
        settle(tx, "C1", wake=None)
        settle(tx, "C2", ended=True)
        settle(tx, "C3")
        tx.record_shared([f.BankConfirmed(NOW, TODAY)])
        assert views.late_cases(tx, NOW) == ["C1", "C3"]
        settle(tx, "C1", wake=None)
        settle(tx, "C3")
        assert views.late_cases(tx, NOW) == []


def test_a_case_that_is_over_has_no_time_to_come(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, contracted("C2"))
        settle(tx, "C1", wake=1, ended=True)
        assert views.next_wake(tx) is None
        settle(tx, "C2", wake=5)
        assert views.next_wake(tx) == NOW + 5 * HOUR
        assert views.late_cases(tx, NOW + 2 * HOUR) == []


# --- cases and what waits ---


def test_a_case_shows_what_is_open_and_overdue_and_how_far_it_climbed(ledger: Ledger) -> None:
    dollars = f.Issued(NOW, "R4", "C1", "N-R4", TODAY, date(2027, 3, 1), Money(700, "USD"))
    with ledger.begin() as tx:
        book(tx, invoiced("R1", 5000, date(2026, 12, 31)), invoiced("R2", 300, TODAY), invoiced("R3", 40), dollars)
        tx.record("durand", [enrolled("R1"), enrolled("R2"), enrolled("R3"), paid(40, ("R3", 40))])
        tx.record("durand", [left("R1", "formal-notice", (), level="notice"), left("R2", "reminder-1", ())])
        tx.record("durand", [left("R3", "agency", (), level="handoff")])
        settle(tx)
        assert views.cases(tx, TODAY) == [
            CaseRow(
                "C1",
                "durand",
                "fr-b2b-standard",
                "formal-notice",
                (eur(5300), Money(700, "USD")),
                (eur(5000),),
                NOW + HOUR,
                None,
                ended=False,
            )
        ]


def test_cases_are_found_by_customer_and_state(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, contracted("C2"), invoiced(), f.HoldPlaced(NOW, HOLD))
        book(tx, customer="petit", contract="C3")
        settle(tx, "C2", ended=True)
        assert [(row.contract, row.state, row.waiting) for row in views.cases(tx, TODAY)] == [
            ("C1", "held", "dispute"),
            ("C2", "ended", None),
            ("C3", "not-started", None),
        ]
        settle(tx, "C3")
        assert [row.state for row in views.cases(tx, TODAY, customer="petit")] == ["running"]
        assert [row.contract for row in views.cases(tx, TODAY, customer="petit")] == ["C3"]
        assert [row.contract for row in views.cases(tx, TODAY, state="held")] == ["C1"]
        assert [row.waiting for row in views.cases(tx, date(2027, 1, 4), customer="durand")] == [None, None]


def test_a_case_waits_for_a_persons_word_unless_it_is_held(ledger: Ledger) -> None:
    review = f.ReviewAsked(NOW, "Q1", "receivable", "R1", "a fact is not known", TODAY, "R1")
    with ledger.begin() as tx:
        book(tx, invoiced(), enrolled(), review)
        assert [(row.state, row.waiting) for row in views.cases(tx, TODAY)] == [("waiting", "review")]
        tx.record("durand", [asked()])
        assert [(row.state, row.waiting) for row in views.cases(tx, TODAY)] == [("waiting", "approval")]
        tx.record_shared([f.HoldPlaced(NOW, STOP)])
        assert [(row.state, row.waiting) for row in views.cases(tx, TODAY)] == [("held", "manual")]


def test_an_approval_is_listed_until_somebody_answers(ledger: Ledger) -> None:
    row = ApprovalRow(
        "R1", "N-R1", "durand", "C1", "formal-notice", "credit-controller", eur(120000), TODAY, state="asked"
    )
    with ledger.begin() as tx:
        book(tx, invoiced(), enrolled())
        assert views.approvals(tx) == []
        tx.record("durand", [asked()])
        assert views.approvals(tx) == [row]
        tx.record("durand", [f.ApprovalEnded(NOW, "R1", "formal-notice", "escalated", TODAY)])
        assert [each.state for each in views.approvals(tx)] == ["escalated"]
        tx.record("durand", [f.Approved(NOW, "R1", "formal-notice", "anne", TODAY)])
        assert views.approvals(tx) == []


@pytest.mark.parametrize(
    "over", [left(step="formal-notice", pending=()), f.ApprovalEnded(NOW, "R1", "formal-notice", "lapsed", TODAY)]
)
def test_an_approval_that_is_over_is_asked_anew(ledger: Ledger, over: f.Fact) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced(), enrolled(), asked(), over)
        assert views.approvals(tx) == []
        tx.record("durand", [asked(on=TODAY + timedelta(days=9))])
        assert [each.asked for each in views.approvals(tx)] == [date(2027, 1, 14)]


def test_tasks_are_listed_by_queue_until_done(ledger: Ledger) -> None:
    call = f.TaskOpened(NOW, "T1", "receivable", "R1", "credit-control", "Call", TODAY, date(2027, 1, 8), "R1", "phone")
    shared = f.TaskOpened(NOW, "T2", "business", "business", "accounting", "Confirm the bank", TODAY)
    with ledger.begin() as tx:
        book(tx, invoiced(), call)
        tx.record_shared([shared])
        assert [(row.task, row.customer, row.due) for row in views.tasks(tx)] == [
            ("T1", "durand", date(2027, 1, 8)),
            ("T2", None, None),
        ]
        assert [row.task for row in views.tasks(tx, queue="accounting")] == ["T2"]
        tx.record("durand", [f.TaskDone(NOW, "T1", "receivable", "R1", "anne")])
        tx.record_shared([f.TaskDone(NOW, "T2", "business", "business", "anne")])
        assert views.tasks(tx) == []
        assert [(row.task, row.done) for row in views.tasks(tx, open_only=False)] == [("T1", True), ("T2", True)]


def test_reviews_are_listed_until_answered(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, f.ReviewAsked(NOW, "Q1", "contract", "C1", "two periods were missed", TODAY))
        tx.record_shared([f.ReviewAsked(NOW, "Q2", "business", "business", "the calendar ends", TODAY)])
        assert [(row.review, row.why) for row in views.reviews(tx)] == [
            ("Q1", "two periods were missed"),
            ("Q2", "the calendar ends"),
        ]
        tx.record("durand", [f.Answered(NOW, "Q1", "contract", "C1", "anne", "skip")])
        assert [row.review for row in views.reviews(tx)] == ["Q2"]
        assert [row.answer for row in views.reviews(tx, open_only=False)] == ["skip", None]
        tx.record_shared([f.ReviewWithdrawn(NOW, "Q2", "business", "business", "the calendar is known", TODAY)])
        assert views.reviews(tx) == []
        assert [row.answer for row in views.reviews(tx, open_only=False)] == ["skip", "withdrawn"]


def test_holds_are_listed_until_ended(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced(), f.HoldPlaced(NOW, HOLD))
        tx.record_shared([f.HoldPlaced(NOW, STOP)])
        assert [(row.hold, row.kind, row.customer) for row in views.holds(tx)] == [
            ("H1", "dispute", "durand"),
            ("stop", "manual", None),
        ]
        tx.record("durand", [f.HoldEnded(NOW, "H1", "founded", date(2027, 1, 9), "receivable", "R1")])
        assert [row.hold for row in views.holds(tx)] == ["stop"]
        assert [(row.hold, row.outcome, row.ended) for row in views.holds(tx, active=False)] == [
            ("H1", "founded", date(2027, 1, 9)),
            ("stop", None, None),
        ]


def test_messages_are_found_by_state_customer_and_day(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced(), enrolled())
        tx.claim("durand", act(facts=(left(),)), NOW, "w1")
        tx.end_claim("durand", act(), NOW, "sent", reference="<1@martin.example>")
        tx.claim("durand", act(step="reminder-2", facts=(left(step="reminder-2"),)), NOW, "w1")
        assert [(row.step, row.state, row.reference) for row in views.messages(tx)] == [
            ("reminder-1", "sent", "<1@martin.example>"),
            ("reminder-2", "attempting", ""),
        ]
        assert [row.step for row in views.messages(tx, state="attempting")] == ["reminder-2"]
        assert len(views.messages(tx, customer="durand", day=TODAY)) == 2
        assert views.messages(tx, customer="petit") == []
        assert views.messages(tx, day=date(2027, 1, 6)) == []


# --- the aged balance ---


def test_a_balance_is_aged_by_the_days_overdue(ledger: Ledger) -> None:
    overdue = {0: 1, 1: 10, 30: 20, 31: 400, 60: 500, 61: 7000, 90: 1000, 91: 50000, 400: 10000}
    with ledger.begin() as tx:
        book(tx)
        for days, minor in overdue.items():
            tx.record("durand", [invoiced(f"R{days}", minor, TODAY - timedelta(days=days))])
        tx.record("durand", [f.Issued(NOW, "R-none", "C1", "N-none", TODAY, None, eur(2))])
        rows = views.aged(tx, TODAY)
    assert rows == [AgedRow("durand", "EUR", 3, 30, 900, 8000, 60000, 0)]
    assert rows[0].total == 68933


def test_unallocated_money_stands_against_what_is_open(ledger: Ledger) -> None:
    credit = f.Credited(NOW, "K1", "durand", Money(50, "USD"), TODAY)
    with ledger.begin() as tx:
        book(tx, invoiced("R1", 1000), paid(1500, ("R1", 600)), credit)
        tx.record("durand", [paid(77, payment="P2"), f.Reversed(NOW, "P2", TODAY)])
        book(tx, invoiced("R2", 9, date(2027, 1, 4), contract="C2"), customer="petit", contract="C2")
        rows = views.aged(tx, TODAY)
    assert rows == [
        AgedRow("durand", "EUR", 400, 0, 0, 0, 0, 900),
        AgedRow("durand", "USD", 0, 0, 0, 0, 0, 50),
        AgedRow("petit", "EUR", 0, 9, 0, 0, 0, 0),
    ]
    assert [row.total for row in rows] == [-500, -50, 9]
    assert views.totals(rows) == [
        AgedRow("", "EUR", 400, 9, 0, 0, 0, 900),
        AgedRow("", "USD", 0, 0, 0, 0, 0, 50),
    ]


# --- facts, decisions, owners ---


def test_facts_are_read_back_in_order(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        assert views.last_fact(tx) == 0
        book(tx, invoiced(), paid(100))
        book(tx, customer="petit", contract="C2")
        of_durand = views.facts_of(tx, customer="durand")
        assert [(each.stream, each.position, each.fact) for each in of_durand] == [
            ("customer/durand", 1, known()),
            ("case/C1", 1, contracted()),
            ("case/C1", 2, invoiced()),
            ("customer/durand", 2, paid(100)),
        ]
        assert {(each.effective_at, each.recorded_at) for each in of_durand} == {(NOW, NOW)}
        assert [each.kind for each in views.facts_of(tx, contract="C1")] == ["contract-recorded", "issued"]
        assert [each.fact for each in views.facts_of(tx, receivable="R1")] == [invoiced()]
        last = of_durand[-1].seq
        assert [each.kind for each in views.facts_between(tx, last)] == ["customer-recorded", "contract-recorded"]
        assert views.last_fact(tx) == last + 2
        with pytest.raises(Unknown):
            views.facts_of(tx, contract="C9")


def test_a_decision_is_kept_where_it_differs_from_the_last(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx)
        for n, digest in enumerate(["d1", "d1", "d2", "d1"]):
            tx.keep_decision("durand", Decision(NOW + n * HOUR), digest, "1", f"{{{n}}}")
        assert [(row.at, row.digest, row.body) for row in views.decisions(tx, "durand")] == [
            (NOW, "d1", "{0}"),
            (NOW + 2 * HOUR, "d2", "{2}"),
            (NOW + 3 * HOUR, "d1", "{3}"),
        ]
        assert {row.seen_fact for row in views.decisions(tx, "durand")} == {views.last_fact(tx)}


def test_owners_are_found_by_contract_payment_number_and_iban(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced(), paid(100), f.Credited(NOW, "K1", "durand", eur(5), TODAY))
        tx.record_customer(known("petit"), Card("Petit", CARD.iban))
        assert views.customer_of_contract(tx, "C1") == "durand"
        assert views.customer_of_contract(tx, "C9") is None
        assert views.customer_of_payment(tx, "P1") == "durand"
        assert views.customer_of_payment(tx, "K1") == "durand"
        assert views.customer_of_payment(tx, "P9") is None
        assert views.customer_of_number(tx, "N-R1") == ("durand", "R1")
        assert views.customer_of_number(tx, "N-R9") is None
        assert views.customers_of_iban(tx, CARD.iban) == ("durand", "petit")
        assert views.customers_of_iban(tx, "FR00") == ()
        tx.forget("durand")
        assert views.customers_of_iban(tx, CARD.iban) == ("petit",)
