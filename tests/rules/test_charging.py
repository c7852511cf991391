"""What a step charges in a whole life: interest beside the fixed sum, once, never in the balance, never a guess."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from rules import facts as f
from rules.decision import Send
from rules.interest import Working
from rules.money import Money
from rules.terms import late_interest, tables
from tests.rules.judgement.kit import Life

EMAIL = "do: [{email: {template: reminder-1, to: billing}}]"
LETTER = "{letter: {template: formal-notice, to: billing, registered: paper}}"
CHARGE = "{charge: {terms: late-payment, claim: mention}}"
CHARGING = f"""
pacing: {{before_heavy: 1d}}
steps:
  - {{id: one, level: reminder, at: due+1d, {EMAIL}}}
  - {{id: notice, level: notice, at: due+15d, do: [{LETTER}, {CHARGE}]}}
  - {{id: again, level: notice, at: due+29d, do: [{LETTER}]}}
"""


def charged(life: Life) -> list[f.Charged]:
    return [fact for _, fact in life.simulation.told if isinstance(fact, f.Charged)]


def only(life: Life) -> Working:
    (fact,) = charged(life)
    assert fact.working is not None
    return fact.working


def said(life: Life, step: int) -> Send:
    return [message.said for message in life.messages][step]


def stated(life: Life, on: str, table: str, half_year: str, percent: str) -> None:
    at = life.instant(on)
    life.happens(f.RateStated(at, table, date.fromisoformat(half_year), Decimal(percent), "read", "anne"))


def test_a_charge_has_the_interest_of_that_day_beside_the_fixed_sum() -> None:
    """1000 due on 31 March 2026, the notice on 15 April: 15 days at 2.15 + 10, 4.99 EUR (C. com. L441-10)."""
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-03-31")
    working = only(life.until("2026-04-20"))
    assert charged(life)[0].amount == Money.parse("40.00 EUR")
    (line,) = working.periods
    assert (str(line.first), str(line.last), line.days, str(line.amount)) == (
        "2026-04-01",
        "2026-04-15",
        15,
        "4.99 EUR",
    )
    assert line.rate == "ecb-refi of 2026-H1, 2.15 %, + 10.00 points"


def test_a_later_message_has_the_interest_of_its_own_day_and_the_same_fixed_sum() -> None:
    """29 days later: 9.65 EUR. It was charged once."""
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-05-15")
    assert len(charged(life)) == 1
    (charge,) = said(life, 2).charges
    assert charge.amount == Money.parse("40.00 EUR")
    assert charge.working is not None
    assert (charge.working.days, str(charge.working.owed)) == (29, "9.65 EUR")
    assert said(life, 2).total == Money.parse("1000.00 EUR")


def test_an_unknown_rate_stops_the_interest_never_the_letter_and_is_asked_once() -> None:
    """Due on 30 June 2026: the rate of the second half is doubtful. The fixed sum is claimed."""
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-06-30")
    life.until("2026-08-15")
    (fact,) = charged(life)
    assert (fact.amount, fact.working) == (Money.parse("40.00 EUR"), None)
    assert [step for _, step in life.steps()] == ["one", "notice", "again"]
    ((day, why),) = life.reviews()
    assert day == "2026-07-15"
    assert "relance rates add ecb-refi 2026-H2 2.40%" in why


def test_a_rate_that_is_stated_later_is_in_the_next_message() -> None:
    """Stated on 20 July: the message of 29 July claims 29 days at 12.40 %, 9.85 EUR."""
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-06-30")
    stated(life, "2026-07-20", "ecb-refi", "2026-07-01", "2.40")
    life.until("2026-08-15")
    (charge,) = said(life, 2).charges
    assert charge.working is not None
    assert str(charge.working.owed) == "9.85 EUR"


def test_interest_stops_with_the_payment_and_stays_owed_after_it() -> None:
    """Paid on 20 April: 20 days, 6.66 EUR, still owed in December; the ladder is over."""
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.pays(1000, of="INV-1", on="2026-04-20")
    life.until("2026-12-31")
    assert [step for _, step in life.steps()] == ["one", "notice"]
    row = life.book.terms["late-payment"].row("FR")
    assert row is not None
    working = late_interest(
        life.account, life.account.receivables["INV-1"], row, tables(life.business), date(2026, 12, 31)
    )
    assert working is not None
    assert (working.days, str(working.owed), str(working.principal_left)) == (20, "6.66 EUR", "0.00 EUR")


def test_a_credit_was_never_owed_and_bears_nothing() -> None:
    """400 of 1000 credited on 10 April: 15 days of 600, 3.00 EUR."""
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.credits(400, on="2026-04-10", of="INV-1")
    working = only(life.until("2026-04-20"))
    assert [str(p.base) for p in working.periods] == ["600.00 EUR"]
    assert str(working.accrued) == "3.00 EUR"


def test_the_fixed_sum_follows_what_was_never_owed() -> None:
    """Late Payment Act 1998, s. 5A: 100 GBP for a debt of 10,000; a credit of 0.01 leaves 9,999.99, which owes 70."""
    life = Life(CHARGING)
    life.contract("M-2", law="GB")
    life.invoice("INV-1", 10000, currency="GBP", due="2026-03-31", contract="M-2")
    life.until("2026-04-20")
    assert str(charged(life)[0].amount) == "100.00 GBP"
    life.credits("0.01", on="2026-04-21", of="INV-1", currency="GBP")
    life.until("2026-05-15")
    assert [str(charge.amount) for charge in said(life, 2).charges] == ["70.00 GBP"]


def test_nothing_is_charged_before_the_delay_and_a_later_step_does() -> None:
    """The 40 EUR are owed from the day after the due date, 31 March 2026 (C. com. L441-10 II)."""
    early = CHARGING.replace("level: reminder, at: due+1d", "level: courtesy, at: due-5d").replace(
        "notice, at", "firm, at"
    )
    life = Life(early.replace(EMAIL, f"{EMAIL[:-1]}, {CHARGE}]"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-03-31")
    assert [message.on for message in life.messages] == ["2026-03-26"]
    assert charged(life) == []
    life.until("2026-04-30")
    assert [(fact.step, str(fact.amount)) for fact in charged(life)] == [("notice", "40.00 EUR")]


def test_a_reversed_payment_never_came() -> None:
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-03-31")
    payment = life.pays(400, of="INV-1", on="2026-04-05")
    life.reverses(payment, on="2026-04-08")
    assert [str(p.base) for p in only(life.until("2026-04-20")).periods] == ["1000.00 EUR"]


def test_money_on_the_account_is_counted_before_interest_is_claimed() -> None:
    """250 came in on 5 April for no invoice: 5 days of 1000 and 10 of 750."""
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.pays(250, on="2026-04-05", of="")
    periods = only(life.until("2026-04-20")).periods
    assert [(p.days, str(p.base)) for p in periods] == [(5, "1000.00 EUR"), (10, "750.00 EUR")]


def test_what_is_waived_is_not_claimed_any_more() -> None:
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.happens(f.ChargeWaived(life.instant("2026-04-20"), "INV-1", "interest", "a good customer", "anne"))
    life.until("2026-05-15")
    (charge,) = said(life, 2).charges
    assert (charge.amount, charge.working) == (Money.parse("40.00 EUR"), None)
    other = Life(CHARGING)
    other.invoice("INV-1", 1000, due="2026-03-31")
    other.happens(f.ChargeWaived(other.instant("2026-04-20"), "INV-1", "all", "a good customer", "anne"))
    other.until("2026-05-15")
    assert said(other, 2).charges == ()


def test_a_consumer_is_charged_nothing_and_a_person_is_told() -> None:
    life = Life(CHARGING, kind="consumer")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-04-20")
    assert charged(life) == []
    assert life.tasks() == [("2026-04-15", "Nothing is charged to a consumer: late-payment is for business")]


def test_swiss_interest_runs_from_the_first_reminder() -> None:
    """OR 102, 104: 5 % from the day after the reminder of 1 April, 14 days of 1000 CHF; no fixed sum."""
    life = Life(CHARGING)
    life.contract("M-2", law="CH")
    life.invoice("INV-1", 1000, due="2026-03-31", contract="M-2", currency="CHF")
    working = only(life.until("2026-04-20"))
    assert charged(life)[0].amount == Money(0, "CHF")
    assert [(str(p.first), p.days, str(p.amount)) for p in working.periods] == [("2026-04-02", 14, "1.92 CHF")]


def test_a_contract_s_own_rate_goes_before_the_law_s() -> None:
    """18 % a year for 15 days of 1000: 7.40 EUR."""
    life = Life(CHARGING)
    life.contract("M-2", law="FR", late_rate=Decimal("18.00"))
    life.invoice("INV-1", 1000, due="2026-03-31", contract="M-2")
    assert str(only(life.until("2026-04-20")).accrued) == "7.40 EUR"


def test_the_insolvency_of_another_customer_of_the_payer_ends_no_interest() -> None:
    """C-2 is insolvent since 11 April; what C-1 owes bears interest from 1 April to 1 May, 31 days."""
    life = Life(CHARGING)
    life.pays_for("C-2", "M-2")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("insolvency", on="2026-04-11", of="C-2", scope="customer", opened=date(2026, 4, 11))
    life.until("2026-05-01")
    row = life.book.terms["late-payment"].row("FR")
    assert row is not None
    item, known = life.account.receivables["INV-1"], tables(life.business)
    working = late_interest(life.account, item, row, known, date(2026, 5, 1))
    assert working is not None
    assert (str(working.through), working.days) == ("2026-05-01", 31)


def test_interest_ends_where_insolvency_begins() -> None:
    """Opened on 11 April: 10 days bear interest, whatever day is asked about."""
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("insolvency", on="2026-04-11", opened=date(2026, 4, 11))
    life.until("2026-05-01")
    row = life.book.terms["late-payment"].row("FR")
    assert row is not None
    working = late_interest(
        life.account, life.account.receivables["INV-1"], row, tables(life.business), date(2026, 5, 1)
    )
    assert working is not None
    assert (str(working.through), working.days) == ("2026-04-10", 10)
