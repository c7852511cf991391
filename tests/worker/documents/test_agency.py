"""The file of a hand-off holds what the agency's letter must state (CPCE R124-4), under French law and no other."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pypdf
import pytest

from rules import facts as f
from rules.decision import Claimed
from rules.money import Money
from rules.policy import Agency, Handoff
from tests.worker.test_sending import CARD, EUROS, NOON, TODAY, ready
from worker.gateways.handoff import Dossier
from worker.ledger.people import Contact
from worker.sending import Gateways, Sender
from worker.words.render import Words

IDENTITY = {"address": ("12 rue des Lilas", "69003 Lyon", "FR")}


def dossier(law: str = "FR", kind: str = "agency", language: str = "") -> Dossier:
    """One invoice of 120.00 EUR to a customer that reads French, its fixed sum charged, handed to an agency."""
    given = ready(("invoice",), ours=False)
    charged = f.Charged(NOON, "R-1", "notice", Money(4000, "EUR"), "late", law, "C. com. L441-10", "mention", TODAY)
    send = replace(
        given.send,
        channel="handoff",
        template="handoff",
        claimed=(Claimed("R-1", 1, "agency", 1, EUROS),),
        charges=(charged,),
        attach=("invoice", "statement", "history"),
        handoff=Handoff("recouvra", kind),
        handoff_to="recouvra",
    )
    agency = Agency(kind, "dossiers@recouvra.example", "Recouvra SARL", ("1 rue du Registre", "69002 Lyon"), language)
    bank = {"iban": "FR7630006000011234567890189"}
    business = replace(given.business, identity=IDENTITY, law=law, bank=bank, agencies={"recouvra": agency})
    card = replace(CARD, contacts=(*CARD.contacts, Contact("registered-office", postal=("3 quai Rouge", "69005 Lyon"))))
    account = given.account
    account.contracts["K-1"] = replace(account.contracts["K-1"], law=law)
    made = replace(given, act=replace(given.act, what=send), business=business, card=card)
    return Sender(Words(), Gateways())._dossier(made)


def read(file: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(file)).pages
    return " ".join(" ".join(each.extract_text() for each in pages).split()).replace("\u202f", " ").replace("\xa0", " ")


def test_the_manifest_states_who_claims_what_on_which_basis_and_how_it_is_paid():
    facts = dossier().facts
    assert facts["creditor"] == {"name": "Martin SAS", "address": ["12 rue des Lilas", "69003 Lyon", "FR"]}
    assert facts["basis"] == ["C. com. L441-10", "invoice F-7"]
    (claim,) = facts["claimed"]
    assert [claim[part] for part in ("principal", "interest", "accessories", "total")] == [
        "120.00 EUR",
        "0.00 EUR",
        "40.00 EUR",
        "160.00 EUR",
    ]
    assert facts["pay"]["iban"] == "FR7630006000011234567890189"
    assert facts["pay"]["reference"] == "F-7"


def test_the_document_states_them_too_and_quotes_the_code():
    said = read(dossier().files["handoff.pdf"])
    for part in (
        "Créancier : Martin SAS, 12 rue des Lilas, 69003 Lyon",
        "F-7 120,00 € 0,00 € 40,00 € 160,00 €",
        "Les frais de recouvrement entrepris sans titre exécutoire restent à la charge du créancier",
        "à la charge du débiteur de mauvaise foi",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("law", "kind", "quoted"), [("FR", "agency", True), ("DE", "agency", False), ("FR", "lawyer", False)]
)
def test_only_french_law_wants_its_code_quoted_and_only_by_agencies(law, kind, quoted):
    """Lawyers and commissaires de justice have a statute of their own, and are outside of it (CPCE L124-1)."""
    made = dossier(law, kind)
    assert ("reproduce" in made.facts) is quoted
    assert ("R124-4" in read(made.files["handoff.pdf"])) is quoted
    if quoted:
        assert "sauf disposition législative contraire.\n\nCependant," in str(*made.facts["reproduce"].values())


@pytest.mark.parametrize("file", ["handoff.pdf", "statement.pdf", "history.pdf"])
def test_each_paper_is_addressed_to_the_agency_names_the_debtor_and_asks_for_no_transfer(file):
    said = read(dossier().files[file])
    head = said.partition("Débiteur")[0]
    assert "Recouvra SARL 1 rue du Registre 69002 Lyon" in head
    assert "Atelier Brun" not in head
    assert "Débiteur : Atelier Brun SARL, 3 quai Rouge, 69005 Lyon, luc@brun.example" in said
    assert not re.search("à scanner|Montant :", said)


def test_the_papers_speak_the_language_of_the_agency_or_of_the_business():
    english = dossier(language="en").files
    assert "Please pay what you collect to this account" in read(english["handoff.pdf"])
    assert "Statement of account" in read(english["statement.pdf"])
    assert "Les fonds recouvrés sont à verser" in read(dossier().files["handoff.pdf"])


def test_the_cover_letter_is_signed_and_says_what_it_comes_with():
    said = read(dossier().files["handoff.pdf"])
    assert "Nom et qualité du signataire" in said
    assert "P.J. : relevé de compte, historique des démarches" in said
