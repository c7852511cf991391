"""The file of a hand-off holds what the agency's letter must state (CPCE R124-4), under French law and no other."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdf
import pytest

from rules import facts as f
from rules.decision import Claimed
from rules.money import Money
from rules.policy import Handoff
from tests.worker.test_sending import EUROS, NOON, TODAY, ready
from worker.gateways.handoff import Dossier
from worker.sending import Gateways, Sender
from worker.words.render import Words

IDENTITY = {"address": ("12 rue des Lilas", "69003 Lyon", "FR")}


def dossier(law: str = "FR", kind: str = "agency") -> Dossier:
    """One invoice of 120.00 EUR, its fixed sum charged, handed to an agency."""
    given = ready(("invoice",), ours=False)
    charged = f.Charged(NOON, "R-1", "notice", Money(4000, "EUR"), "late", law, "C. com. L441-10", "mention", TODAY)
    send = replace(
        given.send,
        channel="handoff",
        template="handoff",
        claimed=(Claimed("R-1", 1, "agency", 1, EUROS),),
        charges=(charged,),
        handoff=Handoff("recouvra", kind),
        handoff_to="recouvra",
    )
    business = replace(given.business, identity=IDENTITY, law=law, bank={"iban": "FR7630006000011234567890189"})
    account = given.account
    account.contracts["K-1"] = replace(account.contracts["K-1"], law=law)
    made = replace(given, act=replace(given.act, what=send), business=business)
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
