"""Who gets a ladder and why not: what is recorded, what is said of it, and what an instalment takes from its plan."""

from __future__ import annotations

import pytest

from rules import facts as f
from rules.decision import Reason
from rules.money import Money
from tests.rules.judgement.kit import Life, day, money

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
STEPS = f"steps: [{{id: one, at: due+1d, {EMAIL}}}, {{id: two, level: firm, at: due+15d, {EMAIL}}}]\n"
LARGE = "applies_to: {invoice.balance: {gte: 600.00 EUR}}\n"
SEGMENT = "applies_to: {customer.segment: {in: [big]}}\n"


def living(more: str = "", amount: int = 1000, **about: object) -> Life:
    """INV-1, issued on 1 March 2026 and due on Tuesday 31 March."""
    life = Life(more + STEPS, **about)  # type: ignore[arg-type]
    life.invoice("INV-1", amount, due="2026-03-31")
    return life


def recorded(life: Life, of: str = "INV-1") -> list[str]:
    """Why it has no ladder, each time that was recorded."""
    told = (fact for _, fact in life.simulation.told if isinstance(fact, f.NotEnrolled))
    return [fact.why for fact in told if fact.receivable == of]


def said(life: Life, on: str) -> tuple[Reason, ...]:
    """What is said of INV-1 after that day."""
    life.until(on)
    return life.now(on, "23:59").reasons["INV-1"]


@pytest.mark.parametrize(("amount", "verdict"), [(600, "yes"), (599, "no")])
def test_what_a_policy_applies_to_is_said_with_what_was_compared(amount: int, verdict: str) -> None:
    life = living(LARGE, amount)
    compared = ("invoice.balance", money(amount), "gte", (Money(60000, "EUR"),))
    applies = next(reason for reason in said(life, "2026-03-02") if reason.code == "applies-to")
    assert (applies.verdict, applies.values) == (verdict, ("mine",))
    (part,) = applies.parts
    assert compared in (part.values, *(each.values for each in part.parts))
    assert recorded(life) == ([] if verdict == "yes" else ["applies_to"])


def test_the_route_is_said_and_that_a_policy_began_later() -> None:
    assert Reason("route", "yes", ("otherwise", "mine")) in said(living(), "2026-03-02")
    life = Life(STEPS)
    life.invoice("INV-1", 100, due="2026-03-31", issued="1999-12-31", known="2026-03-01")
    assert Reason("effective-from", "no", (day("1999-12-31"), day("2000-01-01"))) in said(life, "2026-03-02")
    assert recorded(life) == ["effective-from"]


@pytest.mark.parametrize("answer", ["skip", "stop"])
def test_a_fact_that_nobody_will_know_ends_it(answer: str) -> None:
    life = living(SEGMENT)
    life.answers(answer, on="2026-03-10")
    assert Reason("not-enrolled", "no", ("stopped",)) in said(life, "2026-04-30")
    assert recorded(life) == ["stopped"]
    assert life.steps() == []


def test_a_policy_applies_where_a_person_says_so_though_a_fact_is_not_known() -> None:
    life = living(SEGMENT)
    life.answers("proceed", on="2026-03-10")
    assert said(life, "2026-03-20")
    assert recorded(life) == []
    assert life.until("2026-12-31").steps()[0] == ("2026-04-01", "one")
    assert len(life.reviews()) == 1


def test_while_nobody_has_answered_it_is_unknown_and_nothing_is_recorded() -> None:
    life = living(SEGMENT)
    assert Reason("not-enrolled", "no", ("unknown",)) in said(life, "2026-04-30")
    assert recorded(life) == []


def test_a_question_is_called_by_where_its_fact_is_needed() -> None:
    life = living(SEGMENT).until("2026-03-02")
    assert list(life.account.reviews) == ["unknown/applies_to/C-1/customer.segment"]


@pytest.mark.parametrize(
    ("due", "delivered", "kept"), [(None, "2026-03-01", ["no-due-date"]), ("2026-03-31", None, [])]
)
def test_a_missing_due_date_is_recorded_and_a_missing_delivery_is_waited_for(
    due: str | None, delivered: str | None, kept: list[str]
) -> None:
    life = Life(STEPS)
    on = day(delivered) if delivered else None
    life.invoice("INV-1", 100, due=due, issued="2026-03-01", delivered=on)
    life.until("2026-03-20")
    assert recorded(life) == kept


def test_an_instalment_climbs_by_the_policy_of_its_plan_though_it_is_smaller_than_that_asks() -> None:
    # 16 May is a Saturday: reminded on Monday 18 May
    life = living(LARGE)
    at, on = life.instant("2026-04-10", "10:00"), day("2026-04-10")
    life.happens(f.HoldPlaced(at, f.Hold("plan", "payment-plan", "receivable", "INV-1", on)))
    for n, due in enumerate(("2026-05-15", "2026-06-15"), 1):
        part = f"plan/{n}"
        life.happens(f.Issued(at, part, "M-1", part, on, day(due), money(500), kind="instalment", delivered=on))
    life.until("2026-05-20")
    assert life.steps("plan/1") == [("2026-05-18", "one")]
    told = [fact for _, fact in life.simulation.told if isinstance(fact, f.Enrolled)]
    assert [(fact.receivable, fact.round, fact.policy, fact.late) for fact in told] == [
        ("INV-1", 1, "mine", False),
        ("plan/1", 1, "mine", False),
        ("plan/2", 1, "mine", False),
    ]
