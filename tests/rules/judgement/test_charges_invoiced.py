"""`claim: invoice`: what a delay costs becomes an invoice of its own, which is never dunned and in no balance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rules import facts as f
from rules.account import Receivable
from rules.charging import charges_bill, in_order
from rules.standing import Facts, Standing
from tests.rules.judgement.kit import Life, money
from tests.rules.laws import rulebook

EMAIL = "do: [{email: {template: reminder-1, to: billing}}]"
LETTER = "{letter: {template: formal-notice, to: billing, registered: paper}}"
CHARGE = "{charge: {terms: late-payment, claim: invoice}}"
CHARGING = f"""
pacing: {{before_heavy: 1d}}
steps:
  - {{id: one, level: reminder, at: due+1d, {EMAIL}}}
  - {{id: notice, level: notice, at: due+15d, do: [{LETTER}, {CHARGE}]}}
  - {{id: again, level: notice, at: due+29d, do: [{LETTER}]}}
"""


def charging(until: str, law: str = "FR") -> Life:
    """1000 EUR due on 31 March 2026, charged with the notice of 15 April."""
    life = Life(CHARGING)
    life.contract("M-1", law=law)
    life.invoice("INV-1", 1000, due="2026-03-31")
    return life.until(until)


def charges(life: Life) -> list[Receivable]:
    return [item for item in life.account.receivables.values() if item.is_charge]


def test_a_charge_is_invoiced_once_with_the_day_s_interest_and_without_vat() -> None:
    """15 days at 2.15 + 10 on 1000 are 4.99 EUR (1000 x 0.1215 x 15 / 365), beside 40 EUR (C. com. L441-10)."""
    (item,) = charges(charging("2026-08-31"))
    assert (str(item.amount), item.issued, item.due, item.of) == (
        "44.99 EUR",
        date(2026, 4, 15),
        date(2026, 4, 15),
        "INV-1",
    )


def test_it_has_no_ladder_and_is_part_of_no_balance() -> None:
    life = charging("2026-08-31")
    (item,) = charges(life)
    assert item.ladder is None
    assert {name for message in life.messages for name in message.said.lines if message.said.template != "invoice"} == {
        "INV-1"
    }
    facts = Facts(Standing(life.account, date(2026, 8, 31)), life.account.receivables["INV-1"])
    assert facts("invoice.balance") == facts("account.overdue_balance") == facts("account.exposure") == money(1000)


def test_it_reaches_the_customer_as_an_invoice() -> None:
    life = charging("2026-08-31")
    assert [message.said.template for message in life.messages].count("invoice") == 1


def test_it_stays_owed_after_the_principal_is_paid_and_is_paid_by_its_own_number() -> None:
    life = charging("2026-04-20")
    (item,) = charges(life)
    life.pays(1000, on="2026-04-21", of="INV-1")
    life.until("2026-12-31")
    assert charges(life)[0].balance == money("44.99")
    life.pays("44.99", on="2027-01-04", of=item.id)
    life.until("2027-01-31")
    assert not charges(life)[0].open


def test_a_waived_charge_is_not_invoiced() -> None:
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.happens(f.ChargeWaived(life.instant("2026-04-10"), "INV-1", "all", "a good customer", "anne"))
    assert charges(life.until("2026-08-31")) == []


def test_an_unknown_rate_waits_and_the_invoice_follows_when_it_is_stated() -> None:
    """The ECB's rate of 1 July 2026 is doubtful; stated as 2.40 on 20 July, 20 days are 1000 x 0.1240 x 20 / 365."""
    life = Life(CHARGING)
    life.invoice("INV-1", 1000, due="2026-06-30")
    assert charges(life.until("2026-07-16")) == []
    at = life.instant("2026-07-20")
    life.happens(f.RateStated(at, "ecb-refi", date(2026, 7, 1), Decimal("2.40"), "ECB", "anne"))
    life.until("2026-07-20")
    (item,) = charges(life)
    assert str(item.amount) == "46.79 EUR"  # 6.79 and 40


# --- sums and orders ------------------------------------------------------------------------------------------------


def test_a_later_invoice_is_for_the_rest_of_the_interest_alone() -> None:
    life = charging("2026-04-20")
    item = life.account.receivables["INV-1"]
    later = charges_bill(life.account, item, money(40), money("9.99"), date(2026, 4, 30))
    assert later is not None
    assert [(line.text, str(line.net)) for line in later.lines] == [("charges_late_interest", "5.00 EUR")]
    assert later.period == (date(2026, 4, 16), date(2026, 4, 30))
    assert charges_bill(life.account, item, money(40), money("4.99"), date(2026, 4, 30)) is None


@pytest.mark.parametrize(
    ("law", "first"),
    [
        ("FR", "charges"),  # C. civ. 1343-1
        ("CH", "charges"),  # OR 85
        ("DE", "charges"),  # BGB 367
        ("LU", "principal"),  # the facts file gives no order
    ],
)
def test_a_payment_that_names_the_invoice_goes_in_the_order_of_the_law(law: str, first: str) -> None:
    life = charging("2026-04-20")
    (item,) = charges(life)
    life.contract("M-1", law=law)
    named = [life.account.receivables["INV-1"]]
    found = in_order(life.account, named, rulebook().terms.values())
    assert [each.id for each in found] == ([item.id, "INV-1"] if first == "charges" else ["INV-1"])
    assert in_order(life.account, [item], rulebook().terms.values()) == [item]
