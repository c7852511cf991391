"""What an invoice announces of early and of late payment, by its contract and its law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rules.facts import Discount, Net
from rules.rates import shipped
from tests.worker.documents.papers import euros
from worker.documents.notes import Announced, notes, offered

ABOUT = Announced("fr", "FR", "business", date(2026, 3, 2), euros("1200.00"))
TWO_IN_TEN = Net(30, discount=Discount(Decimal(2), 10))


def said(about: Announced, subject: str) -> str:
    (found,) = (note.text for note in notes(about, {}, shipped()) if note.subject == subject)
    return found.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fr",
            (
                "Escompte pour paiement anticipé : 2 % si vous réglez au plus tard le 12 mars 2026, "
                "soit 1 176,00 € à payer au lieu de 1 200,00 €."
            ),
        ),
        ("en", "Discount for early payment: 2% if you pay by 12 March 2026, that is €1,176.00 instead of €1,200.00."),
    ],
)
def test_the_discount_that_the_terms_offer_is_said_with_its_day_and_sum(language, words):
    assert said(replace(ABOUT, language=language, net=TWO_IN_TEN), "AAB") == words


def test_without_a_discount_that_is_said_too():
    assert said(ABOUT, "AAB") == "Pas d’escompte pour paiement anticipé."
    assert offered(ABOUT) == ""


@pytest.mark.parametrize(
    ("law", "day", "rate", "words"),
    [
        ("FR", date(2026, 3, 2), "5", "7,86 % par an, et au moins trois fois le taux de l’intérêt légal"),
        ("FR", date(2026, 3, 2), "12.5", "12,5 % par an, et au moins trois fois le taux de l’intérêt légal"),
        ("FR", date(2026, 9, 1), "5", "5 % par an, et au moins trois fois le taux de l’intérêt légal"),
        ("CH", date(2026, 3, 2), "4", "5 % par an."),
        ("DE", date(2026, 3, 2), "8", "8 % par an."),
    ],
)
def test_a_contracts_rate_is_announced_no_lower_than_the_law_lets_it_be(law, day, rate, words):
    """2.62 % x 3 = 7.86 % in the first half of 2026 (facts, FR-13); the second half's legal rate is not known."""
    assert words in said(replace(ABOUT, law=law, issued=day, late_rate=Decimal(rate)), "PMD")
