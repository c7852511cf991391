"""The PDF: valid PDF/A-3, with the XML inside, the same bytes each time, and everything that must be read on it."""

from __future__ import annotations

import io
from dataclasses import replace

import facturx
import page
import pypdf
import pytest
from lxml import etree

from tests.worker.documents.papers import BOOK, DEPOSIT, invoice, papers
from worker.documents.cii import cii
from worker.documents.embed import declared
from worker.documents.paper import bill_text, pdf, told
from worker.documents.ubl import ubl
from worker.words.render import Words
from worker.words.transfer import payload

WORDS = Words()
PAPERS = papers()


def made(name: str) -> bytes:
    return pdf(PAPERS[name], BOOK.business, WORDS)


def text(content: bytes) -> str:
    said = " ".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(content)).pages)
    return " ".join(said.split())


@pytest.mark.parametrize("name", PAPERS)
def test_each_paper_is_valid_pdf_a_3a(name):
    report = page.validate_pdf_bytes(made(name), profile=page.ValidationProfile.PDF_A_3A)
    assert [str(failure) for failure in report.failures] == []
    assert report.is_compliant


def test_the_pdf_carries_the_xml_as_factur_x():
    content = made("twelve lines, three rates")
    name, inside = facturx.get_xml_from_pdf(content, check_xsd=True)
    assert (name, inside) == ("factur-x.xml", cii(PAPERS["twelve lines, three rates"]))
    assert facturx.get_level(etree.fromstring(inside)) == "en16931"
    metadata = pypdf.PdfReader(io.BytesIO(content)).xmp_metadata
    assert metadata is not None
    uri = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
    said = {each.localName: each.firstChild.data for each in metadata.get_nodes_in_namespace("", uri)}
    assert said == {
        "DocumentFileName": "factur-x.xml",
        "DocumentType": "INVOICE",
        "Version": "1.0",
        "ConformanceLevel": "EN 16931",
    }


def test_the_same_invoice_gives_the_same_bytes():
    assert made("one line") == made("one line")


def test_what_is_no_pdf_of_typst_is_refused():
    with pytest.raises(ValueError, match="typst"):
        declared(b"%PDF-1.7\n%%EOF\n")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("one line", ("Facture F-2027-0001", "PO-2027-0047", "999999204", "FR54999999204", "FR40303265045")),
        ("one line", ("42", "30,00 €", "TVA 20 % sur 1 260,00 €", "252,00 €", "1 512,00 €", "31 janvier 2027")),
        ("one line", ("RF60 F202 7000 1", "majoré de 10 points", "40,00 €", "Pas d’escompte")),
        ("discount offered", ("2 % si vous réglez au plus tard le 11 janvier 2027", "1 481,76 €")),
        ("rebate", ("Remise fidélité", "-60,00 €", "1 200,00 €")),
        (
            "delivered elsewhere, VAT on debits",
            ("Dépôt d’Annonay, 2 quai des Brumes, 07100 Annonay", "d’après les débits"),
        ),
        (
            "delivered elsewhere, VAT on debits",
            ("livraison de biens et prestation de services", "SAS au capital de 50"),
        ),
        ("reverse charge", ("Reverse charge", "BE0999990024", "€2,800.00")),
        ("exempt", ("article 293 B du CGI", "Désignation Quantité Prix unitaire HT TVA HT")),
        ("deposit deducted", ("Total TTC", "Acompte, facture F-2026-0099", "-500,00 €", "1 012,00 €")),
        ("debited", ("RUM-2027-0103", "sera prélevée")),
        ("debited by us", ("Le montant de 1 512,00 € sera prélevé", "le 1er février 2027", "RUM-2027-0103")),
        ("debited by us", ("identifiant créancier SEPA : FR72ZZZ123456",)),
        ("debited in parts", ("à leurs échéances ou le jour ouvré suivant, la première le 15 janvier 2027",)),
        ("debited at once", ("€1,512.00 will be debited from your account on 15 January 2027", "RUM-2027-0103")),
        ("credited, with its deposit", ("-1 512,00 €", "Acompte, facture F-2026-0099", " 500,00 €", "-1 012,00 €")),
        ("whole credit", ("Avoir F-2027-0002", "F-2027-0001", "Site fermé", "-1 512,00 €")),
    ],
)
def test_what_must_be_read_is_there(name, words):
    said = text(made(name)).replace("\u202f", " ").replace("\xa0", " ")
    assert [each for each in words if each not in said] == []


def test_what_is_debited_or_credited_asks_for_no_transfer():
    assert "IBAN" not in text(made("debited"))
    assert "IBAN" not in text(made("debited by us"))
    assert "IBAN" not in text(made("whole credit"))


def test_the_code_to_scan_carries_the_structured_reference():
    """EPC069-12, version 002: the reference of ISO 11649 stands alone on the tenth line."""
    given = told(invoice(deposits=[DEPOSIT]), BOOK.business)
    lines = (payload(given, bill_text(invoice()).reference) or "").split("\n")
    assert lines[:2] == ["BCD", "002"]
    assert lines[7:] == ["EUR1012.00", "", "RF60F20270001"]


@pytest.mark.parametrize("write", [cii, ubl])
def test_the_discount_stands_in_the_payment_terms_of_the_xml(write):
    """BT-20: 1,512.00 less 2% is 1,481.76; without an offer there is no such text."""
    told_in = [part for part in etree.fromstring(write(PAPERS["discount offered"])).itertext() if "Escompte" in part]
    assert len(told_in) == 2
    assert all("1 481,76" in part for part in told_in)
    assert "PaymentTerms><ram:Description>" not in write(PAPERS["one line"]).decode()


def test_deposits_that_cover_everything_leave_nothing_to_pay():
    covered = invoice(deposits=[replace(DEPOSIT, amount=invoice().gross)])
    said = text(pdf(covered, BOOK.business, WORDS))
    assert "vos acomptes couvrent cette facture" in said
    assert "IBAN" not in said
