"""Late interest as a letter says it: how much, until when, by which law."""

from __future__ import annotations

from datetime import date

import pytest

from rules.money import Money
from tests.worker.words.shelf_of_subjects import full
from tests.worker.words.test_messages import WORDS, read


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "€12.23 of interest for late payment until 3 Feb 2027 (C. com. L441-10)"),
        ("fr", "12,23 € de pénalités de retard arrêtées au 03/02/2027 (C. com. L441-10)"),
    ],
)
def test_a_letter_says_the_interest_beside_the_fixed_sum(language: str, said: str) -> None:
    owed = ((Money(1223, "EUR"), date(2027, 2, 3), "C. com. L441-10"),)
    text = " ".join(read(WORDS.letter(full("formal-notice", "letter", language, interest=owed))).split())
    assert said in text.replace("\u202f", " ").replace("\xa0", " ")
