"""Late interest as a letter says it: how much, until when, by which law."""

from __future__ import annotations

from datetime import date

import pytest

from rules.money import Money
from tests.worker.words.shelf_of_subjects import full
from tests.worker.words.test_messages import WORDS, read, spaced


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "€12.23 of interest for late payment up to 3 Feb 2027 (C. com. L441-10)"),
        ("fr", "12,23 € de pénalités de retard arrêtées au 03/02/2027 (C. com. L441-10)"),
    ],
)
def test_a_letter_says_the_interest_beside_the_fixed_sum(language: str, said: str) -> None:
    owed = ((Money(1223, "EUR"), date(2027, 2, 3), "C. com. L441-10"),)
    text = " ".join(read(WORDS.letter(full("formal-notice", "letter", language, interest=owed))).split())
    assert said in text.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("template", "channel"),
    [
        ("formal-notice", "email"),
        ("formal-notice", "letter"),
        ("formal-notice-de", "letter"),
        ("letter-before-action", "letter"),
    ],
)
def test_charges_come_on_top_and_the_total_with_them_is_said(template: str, channel: str) -> None:
    owed = ((Money(1223, "EUR"), date(2026, 12, 1), "C. com. L441-10"),)
    for language, said in (
        (
            "fr",
            (
                "Outre le principal, vous nous devez de plein droit",
                "1er décembre 2026 : 2 664,23 €.",
                "continuent de courir",
            ),
        ),
        (
            "en",
            (
                "In addition to the invoices, the following is payable",
                "1 December 2026: €2,664.23.",
                "continues to accrue",
            ),
        ),
    ):
        text = spaced(WORDS.text(full(template, channel, language, interest=owed)))
        assert all(each in text for each in said), text


def test_charges_in_another_currency_are_not_added_up() -> None:
    text = WORDS.text(full("formal-notice", charges=((Money(4000, "GBP"), "GB", "the Act"),)))
    assert "Cette somme s’ajoute au principal. Les pénalités continuent" in text


def test_interest_alone_is_claimed_too() -> None:
    owed = ((Money(1223, "EUR"), date(2026, 12, 1), "C. com. L441-10"),)
    assert "12,23" in WORDS.text(full("formal-notice", charges=(), interest=owed))


@pytest.mark.parametrize(
    ("fixed", "owed", "language", "said"),
    [
        (1, False, "fr", "Cette somme s’ajoute au principal. Notre créance avec frais au 1er décembre 2026"),
        (0, True, "fr", "Cette somme s’ajoute au principal. Notre créance avec pénalités au 1er décembre 2026"),
        (1, True, "fr", "Ces sommes s’ajoutent au principal. Notre créance avec frais et pénalités au 1er décembre"),
        (1, False, "en", "This amount comes on top of the invoice. Our claim with charges as at 1 December 2026"),
        (0, True, "en", "This amount comes on top of the invoice. Our claim with interest as at 1 December 2026"),
        (
            1,
            True,
            "en",
            "These amounts come on top of the invoice. Our claim with charges and interest as at 1 December",
        ),
    ],
)
def test_one_amount_is_spoken_of_as_one_and_only_what_is_claimed_is_named(
    fixed: int, owed: bool, language: str, said: str
) -> None:
    charges = ((Money(4000, "EUR"), "FR", "C. com."),) * fixed
    interest = ((Money(1223, "EUR"), date(2026, 12, 1), "C. com."),) if owed else ()
    given = full("formal-notice", "letter", language, count=1, charges=charges, interest=interest)
    assert said in spaced(WORDS.text(given))
