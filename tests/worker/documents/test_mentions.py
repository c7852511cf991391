"""What keeps an invoice from leaving, and that nothing keeps a right one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rules.facts import Line
from rules.money import Money
from tests.worker.documents.papers import (
    BOOK,
    FINCH,
    FINCH_CARD,
    LINE,
    MEERSMAN_CARD,
    VIALET,
    VIALET_CARD,
    abroad,
    account,
    billed,
    euros,
    invoice,
    papers,
)
from worker.documents.invoice import Invoice, drafted
from worker.documents.mentions import missing_mentions
from worker.ledger.people import Contact

SWISS = replace(FINCH, country="CH")
SWISS_CARD = replace(
    MEERSMAN_CARD,
    identifiers={"vat": "CHE-107.787.577"},
    contacts=(Contact("billing", "Rechnungen", "ap@muster.example", postal=("Musterweg 1", "3000 Bern", "CH")),),
)


@pytest.mark.parametrize("paper", papers().values(), ids=papers())
def test_nothing_keeps_a_right_one(paper):
    assert missing_mentions(paper) == []


@pytest.mark.parametrize("number", ["CHE-107.787.577", "CHE-107.787.577 MWST", "CHE107787577TVA"])
def test_swiss_numbers_are_checked_as_swiss(number):
    assert missing_mentions(buyer(country="CH", vat=number)) == []


def test_numbers_of_countries_whose_rule_nobody_wrote_are_taken_as_they_are():
    assert missing_mentions(buyer(country="LI", vat="LI54321")) == []
    assert missing_mentions(buyer(country="NO", vat="NO995525828MVA")) == []


def test_reverse_charge_within_france_is_for_those_who_say_why():
    line = Line("Gros œuvre, sous-traitance", euros("900.00"), Decimal(0), "reverse-charge", "VATEX-FR-AE")
    assert missing_mentions(invoice(line)) == []


def test_a_rebate_is_a_line_whose_quantity_is_below_zero():
    rebate = invoice(LINE, Line("Remise", euros("-60.00"), Decimal(20))).lines[1]
    assert (rebate.quantity, rebate.price, rebate.net) == (Decimal(-1), euros("60.00"), euros("-60.00"))
    wrong = replace(invoice(), lines=(replace(rebate, price=euros("-60.00")),))
    assert any("BR-27" in each for each in missing_mentions(wrong))


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
        (seller(legal=""), "identity.mentions, legal form and capital, is missing"),
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
        (replace(invoice(), gross=euros("-1.00")), "-1.00 EUR is to be paid back"),
        (buyer(country="CH", vat="CHE-107.787.578"), "CHE-107.787.578 is no VAT number"),
        (buyer(country="NO", vat="NO995525829MVA"), "NO995525829MVA is no VAT number"),
        (abroad("intra-community", customer=SWISS, card=SWISS_CARD), "another country of the Union, not to CH"),
        (abroad("intra-community", customer=VIALET, card=VIALET_CARD), "another country of the Union, not to FR"),
        (abroad("export"), "line 1: an export leaves the Union: BE is in it"),
        (abroad("reverse-charge", customer=VIALET, card=VIALET_CARD), "which say vat_reason VATEX-FR-AE"),
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


def test_buyers_siren_is_wanted_earlier_of_a_seller_that_issues_electronically_earlier():
    """Large businesses and those of middle size issue from 1 September 2026 (facts, 1.10)."""
    identity = {**BOOK.business.identity, "e_invoicing_from": "2026-09-01"}
    book = replace(BOOK, business=replace(BOOK.business, identity=identity))
    early = drafted(billed(LINE), account(VIALET), replace(VIALET_CARD, identifiers={}), book)
    assert any("identifiers.siren is missing" in each for each in missing_mentions(early))
