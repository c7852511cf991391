"""Money: whole minor units of one currency, read, shown and rounded by that currency's own digits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.money import Money, MoneyError, exponent, total


@pytest.mark.parametrize(
    ("text", "minor"),
    [("150.00 EUR", 15000), ("150 EUR", 15000), ("-1.5 EUR", -150), ("1234 JPY", 1234), ("1.234 TND", 1234)],
)
def test_an_amount_is_read_in_the_digits_of_its_currency(text: str, minor: int) -> None:
    assert Money.parse(text) == Money(minor, text[-3:])


@pytest.mark.parametrize(
    ("currency", "digits", "shown"), [("EUR", 2, "12.34"), ("JPY", 0, "1234"), ("TND", 3, "1.234")]
)
def test_an_amount_is_shown_in_the_digits_of_its_currency(currency: str, digits: int, shown: str) -> None:
    assert exponent(currency) == digits
    assert str(Money(1234, currency)) == f"{shown} {currency}"
    assert Money(1234, currency).amount == Decimal(shown)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("150,00 EUR", "'150,00 EUR' is not an amount such as 150.00 EUR"),
        ("1.00 XXX", "XXX is not a currency of ISO 4217, such as EUR"),
        ("1.50 JPY", "JPY has 0 decimals, found 1.50 JPY"),
        ("1.505 EUR", "EUR has 2 decimals, found 1.505 EUR"),
    ],
)
def test_what_is_no_amount_is_said_in_words(text: str, why: str) -> None:
    with pytest.raises(MoneyError, match=f"^{why}$"):
        Money.parse(text)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("0.125", "EUR", 13),
        ("0.124", "EUR", 12),
        ("0.135", "EUR", 14),
        ("2.5", "JPY", 3),
        ("0.0005", "TND", 1),
        ("-0.125", "EUR", -13),
    ],
)
def test_half_a_minor_unit_is_rounded_away_from_zero(amount: str, currency: str, minor: int) -> None:
    assert Money.rounded(Decimal(amount), currency) == Money(minor, currency)


def test_amounts_of_one_currency_are_added_taken_away_and_compared() -> None:
    ten, three = Money(1000, "EUR"), Money(300, "EUR")
    assert (ten + three, ten - three, -ten) == (Money(1300, "EUR"), Money(700, "EUR"), Money(-1000, "EUR"))
    assert three < ten
    assert not ten < ten
    assert ten <= ten
    assert not ten <= three
    assert bool(ten)
    assert not bool(Money(0, "EUR"))
    assert total([ten, three], "EUR") == Money(1300, "EUR")
    assert total([], "EUR") == Money(0, "EUR")


def test_nothing_is_summed_or_compared_across_currencies() -> None:
    euro, pound = Money(100, "EUR"), Money(100, "GBP")
    for across in (lambda: euro + pound, lambda: euro - pound, lambda: euro < pound, lambda: euro <= pound):
        with pytest.raises(MoneyError, match=r"^1\.00 EUR and 1\.00 GBP are of different currencies$"):
            across()
    with pytest.raises(MoneyError, match="different currencies"):
        total([pound], "EUR")
