"""VAT: categories, reasons, and sums rounded once per group."""

from datetime import date
from decimal import Decimal

import pytest

from rules.billing import bill, groups_of
from rules.decision import Deposit
from rules.facts import Contract, Line, Schedule
from rules.moments import Duration
from rules.money import Money
from rules.vat import Tax, groups, problems, tax_of

JANUARY = (date(2027, 1, 1), date(2027, 1, 31))


def euros(cents: int) -> Money:
    return Money(cents, "EUR")


def billed(*lines: Line, deposits: tuple[Deposit, ...] = ()):
    schedule = Schedule(Duration(1, "m"), JANUARY[0], lines=lines)
    contract = Contract("K-1", "C-1", "recurring", order_number="PO-7", schedule=schedule)
    return bill(contract, schedule, JANUARY, JANUARY[0], deposits=deposits)


@pytest.mark.parametrize(
    ("rate", "category", "reason", "expected"),
    [
        ("20", None, None, Tax(Decimal(20), "standard", None)),
        ("0", None, None, Tax(Decimal(0), None, None)),
        ("0", "reverse-charge", None, Tax(Decimal(0), "reverse-charge", "VATEX-EU-AE")),
        ("0", "intra-community", None, Tax(Decimal(0), "intra-community", "VATEX-EU-IC")),
        ("0", "export", None, Tax(Decimal(0), "export", "VATEX-EU-G")),
        ("0", "exempt", "VATEX-FR-FRANCHISE", Tax(Decimal(0), "exempt", "VATEX-FR-FRANCHISE")),
    ],
)
def test_tax_of_a_line(rate, category, reason, expected):
    assert tax_of(Decimal(rate), category, reason) == expected


def test_tax_is_rounded_once_per_group():
    """EN 16931, BR-CO-17: 7 x 1.13 = 7.91, x 5.5% = 0.43505; line by line it would be 7 x 0.06 = 0.42."""
    lines = [(tax_of(Decimal("5.5")), euros(113))] * 7
    (group,) = groups(lines, "EUR")
    assert (group.net, group.vat) == (euros(791), euros(44))


def test_groups_are_by_rate_category_and_reason():
    lines = [
        (tax_of(Decimal(0), "exempt", "VATEX-EU-132"), euros(500)),
        (tax_of(Decimal("5.50")), euros(1000)),
        (tax_of(Decimal(20)), euros(2000)),
        (tax_of(Decimal("5.5")), euros(1000)),
        (tax_of(Decimal(0), "exempt", "VATEX-EU-135"), euros(700)),
    ]
    found = [(str(g.tax.rate), g.tax.reason, g.net.minor, g.vat.minor) for g in groups(lines, "EUR")]
    assert found == [
        ("20", None, 2000, 400),
        ("5.5", None, 2000, 110),
        ("0", "VATEX-EU-132", 500, 0),
        ("0", "VATEX-EU-135", 700, 0),
    ]


@pytest.mark.parametrize(
    ("tax", "law", "said"),
    [
        (Tax(Decimal(20), "standard"), "FR", None),
        (Tax(Decimal(19), "standard"), "DE", None),
        (Tax(Decimal(19), "standard"), "FR", "not a VAT rate of France"),
        (Tax(Decimal(0)), "FR", "needs its reason"),
        (Tax(Decimal(0), "standard"), "FR", "above 0%"),
        (Tax(Decimal(20), "reverse-charge", "VATEX-EU-AE"), "FR", "is 0%, not 20%"),
        (Tax(Decimal(0), "exempt"), "FR", "VATEX"),
    ],
)
def test_what_is_wrong_with_a_tax(tax, law, said):
    found = problems(tax, law)
    assert (said in found[0]) if said else found == []


def test_bill_multiplies_quantities():
    """42 x 30.00 = 1 260.00; 2.5 x 90.10 = 225.25; VAT 20% of 1 485.25 = 297.05."""
    made = billed(
        Line("Maintenance", euros(3000), Decimal(20), quantity=Decimal(42)),
        Line("Astreinte", euros(9010), Decimal(20), quantity=Decimal("2.5"), unit="hour"),
    )
    assert [line.net for line in made.lines] == [euros(126000), euros(22525)]
    assert (made.net, made.vat, made.gross, made.order_number) == (euros(148525), euros(29705), euros(178230), "PO-7")


def test_deposits_are_deducted_as_far_as_the_sum_reaches():
    deposits = (
        Deposit("D-1", "F-1", date(2026, 12, 1), euros(10000)),
        Deposit("D-2", "F-2", date(2026, 12, 2), euros(5000)),
    )
    made = billed(Line("Installation", euros(10000), Decimal(20)), deposits=deposits)
    assert [(each.receivable, each.amount) for each in made.deposits] == [("D-1", euros(10000)), ("D-2", euros(2000))]
    assert made.payable == euros(0)


def test_vat_summary_of_a_bill_is_of_its_lines():
    made = billed(Line("Maintenance", euros(3000), Decimal(20)))
    assert [group.vat for group in groups_of(made.lines)] == [euros(600)]
    assert groups_of(()) == ()
