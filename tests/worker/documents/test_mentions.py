"""What keeps an invoice from leaving, and that nothing keeps a right one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rules.facts import Line
from rules.money import Money
from tests.worker.documents.papers import FINCH, FINCH_CARD, MEERSMAN_CARD, VIALET_CARD, abroad, euros, invoice, papers
from worker.documents.invoice import Invoice
from worker.documents.mentions import missing_mentions


@pytest.mark.parametrize("paper", papers().values(), ids=papers())
def test_nothing_keeps_a_right_one(paper):
    assert missing_mentions(paper) == []


def seller(**changes: object) -> Invoice:
    given = invoice()
    return replace(given, seller=replace(given.seller, **changes))  # type: ignore[arg-type]


def buyer(**changes: object) -> Invoice:
    given = invoice()
    return replace(given, buyer=replace(given.buyer, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (replace(invoice(), iban="FR7630006000011234567890188"), "business.yaml: bank.iban"),
        (replace(invoice(), iban=""), "bank.iban is missing"),
        (replace(invoice(), bic="AGRI"), "bank.bic AGRI is no BIC"),
        (seller(vat="FR40303265046"), "FR40303265046 is no VAT number"),
        (seller(vat=""), "identity.vat, the VAT number, is missing"),
        (seller(siren="732829321"), "732829321 is no SIREN"),
        (seller(siren=""), "identity.siren is missing"),
        (seller(court=""), "identity.court"),
        (seller(address=()), "identity: the postal address is missing"),
        (seller(email="compta@"), "compta@ is no e-mail address"),
        (buyer(name=" "), "customer C-103: the name is missing"),
        (buyer(address=()), "customer C-103: the postal address is missing"),
        (buyer(country=""), "the country of the address is missing"),
        (buyer(siren="123456789"), "123456789 is no SIREN"),
        (buyer(siret="73282932000074"), "is not of the SIREN"),
        (buyer(email="a b@c"), "a b@c is no e-mail address"),
        (abroad("reverse-charge", card=replace(MEERSMAN_CARD, identifiers={})), "identifiers.vat is missing"),
        (invoice(Line("Forfait", euros("10.00"), Decimal(0))), "line 1: VAT of 0% needs its reason"),
        (invoice(Line("Forfait", euros("10.00"), Decimal(19))), "line 1: 19% is not a VAT rate of France"),
        (invoice(Line("", euros("10.00"), Decimal(20))), "line 1 does not say what is billed"),
        (replace(invoice(), notes=()), "terms: no file has a row for the law FR"),
        (replace(invoice(), due=date(2026, 12, 31)), "no due date on or after"),
        (replace(invoice(), number="F 2027/1"), "the number F 2027/1"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(given, said):
    (found,) = missing_mentions(given)
    assert said in found


def test_vat_in_another_currency_is_not_guessed():
    pounds = invoice(Line("Support", Money.parse("100.00 GBP"), Decimal(20)), customer=FINCH, card=FINCH_CARD)
    assert any("must be stated in EUR too" in each for each in missing_mentions(pounds))


def test_buyers_siren_is_wanted_once_every_business_issues_electronically():
    bare = invoice(card=replace(VIALET_CARD, identifiers={}))
    assert missing_mentions(bare) == []
    (found,) = missing_mentions(replace(bare, issued=date(2027, 9, 1), due=date(2027, 10, 1)))
    assert "identifiers.siren is missing" in found
