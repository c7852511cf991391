"""Invoices payable in parts: one number, a receivable for each part; and terms that count from a receipt."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules import facts as f
from rules.account import Receivable
from rules.billing import bill
from rules.decision import Deposit
from rules.law.caps import beyond
from tests.rules.judgement.kit import Life, day, money
from tests.rules.judgement.test_billing import POLICY, schedule

PARTS = f.Net(instalments=tuple(f.Instalment(Decimal(share), days) for share, days in ((30, 0), (40, 30), (30, 60))))
NAME = "M-1/2026-01-05"


def billed(net: f.Net, policy: str = POLICY, law: str = "FR", **more: object) -> Life:
    """One invoice of 120.00 with its VAT, issued on Monday 5 January 2026."""
    life = Life(policy)
    plan = schedule("12m", "2026-01-05", net=net, end="2026-12-31", **more)
    life.happens(
        f.ContractRecorded(
            life.instant("2026-01-04"), f.Contract("M-1", "C-1", "recurring", law, schedule=plan), life.book.digest
        )
    )
    return life.until("2026-01-06")


def parts(life: Life) -> list[Receivable]:
    return [item for item in life.account.receivables.values() if not item.is_charge]


def test_each_part_is_a_receivable_of_one_invoice() -> None:
    """120.00 at 30, 40 and 30 %: 36.00, 48.00 and 36.00, due at once, after 30 and after 60 days."""
    found = [(item.id, item.number, str(item.due), str(item.amount), item.paper) for item in parts(billed(PARTS))]
    assert found == [
        (NAME, f"{NAME}/1", "2026-01-05", "36.00 EUR", NAME),
        (f"{NAME}/2", f"{NAME}/2", "2026-02-04", "48.00 EUR", NAME),
        (f"{NAME}/3", f"{NAME}/3", "2026-03-06", "36.00 EUR", NAME),
    ]


def test_the_invoice_is_sent_once_for_its_whole_sum_and_arrives_with_all_its_parts() -> None:
    life = billed(PARTS)
    (message,) = (each for each in life.messages if each.said.template == "invoice")
    assert (message.said.lines, message.said.total) == ((NAME,), money(120))
    assert [str(item.delivered) for item in parts(life)] == ["2026-01-05"] * 3


def test_the_period_is_billed_once() -> None:
    assert len(parts(billed(PARTS).until("2026-06-30"))) == 3


def test_each_part_is_dunned_by_its_own_date() -> None:
    life = billed(PARTS)
    life.pays(48, on="2026-01-20", of=f"{NAME}/2")
    life.until("2026-04-30")
    assert [life.steps(item.id) for item in parts(life)] == [
        [("2026-01-06", "one")],
        [],
        [("2026-03-09", "one")],  # the 7th is a Saturday
    ]


def test_what_a_deposit_leaves_is_what_is_parted() -> None:
    plan, period = schedule("12m", "2026-01-05", net=PARTS), (day("2026-01-05"), day("2027-01-04"))
    made = bill(
        f.Contract("M-1", "C-1", "recurring"),
        plan,
        period,
        period[0],
        deposits=[Deposit("D", "D-1", period[0], money(20))],
    )
    assert [str(part.amount) for part in made.parts] == ["30.00 EUR", "40.00 EUR", "30.00 EUR"]


def test_a_sum_too_small_to_be_parted_is_due_at_the_last_day() -> None:
    line = f.Line("Timbre", money("0.01"), Decimal(0), "exempt", "VATEX-EU-132")
    (item,) = parts(billed(PARTS, lines=(line,)))
    assert (item.part_of, str(item.due), str(item.amount)) == (None, "2026-03-06", "0.01 EUR")


CHARGING = """
pacing: {before_heavy: 1d}
steps:
  - id: one
    level: reminder
    at: due+1d
    do: [{email: {template: reminder-1, to: billing}}, {charge: {terms: late-payment, claim: mention}}]
"""


@pytest.mark.parametrize(
    ("law", "sums"),
    [
        ("FR", ["40.00 EUR", "0.00 EUR", "0.00 EUR"]),  # D441-5: per invoice
        ("DE", ["40.00 EUR", "40.00 EUR", "40.00 EUR"]),  # BGB 288 V: of instalments too
    ],
)
def test_the_fixed_sum_is_owed_per_invoice_or_per_instalment(law: str, sums: list[str]) -> None:
    life = billed(PARTS, CHARGING, law).until("2026-03-31")
    assert [str(charge.amount) for item in parts(life) for charge in item.charges] == sums


# --- from a receipt ---------------------------------------------------------------------------------------------------

RECEIPT = f.Net(30, runs_from="receipt")


def test_without_a_receipt_there_is_no_due_date_and_somebody_is_asked() -> None:
    life = billed(RECEIPT, law="DE").until("2026-04-30")
    (item,) = parts(life)
    assert (item.due, life.steps(item.id)) == (None, [])
    (task,) = life.account.tasks.values()
    how = f"relance record received --invoice {NAME} --on DAY"
    assert task.title == f"Invoice {NAME} falls due by its receipt, which is not known: {how}"


def test_once_it_is_recorded_the_due_date_counts_from_it() -> None:
    life = billed(RECEIPT, law="DE")
    life.happens(f.ReceivableChanged(life.instant("2026-01-20"), NAME, "received", day("2026-01-12")))
    life.happens(f.ReceivableChanged(life.instant("2026-01-20"), NAME, "due", day("2026-02-11")))
    life.until("2026-04-30")
    assert life.steps(NAME) == [("2026-02-12", "one")]


@pytest.mark.parametrize(
    ("law", "net", "long"),
    [
        ("FR", PARTS, False),
        ("FR", f.Net(instalments=(f.Instalment(Decimal(50), 30), f.Instalment(Decimal(50), 61))), True),
        ("FR", f.Net(30, runs_from="receipt"), False),  # L441-10 I: what holds where nothing was agreed
        ("FR", f.Net(45, runs_from="receipt"), True),  # 60 days from the date of issue, not from the receipt
        ("DE", f.Net(60, runs_from="receipt"), False),  # BGB 271a: 60 days after the receipt
    ],
)
def test_the_law_s_limit_is_that_of_the_last_part_and_of_the_issue(law: str, net: f.Net, long: bool) -> None:
    assert (beyond(law, net) is not None) is long
