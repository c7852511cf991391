"""Collections as a bank takes them, against the scheme's own schema and read back by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree

from rules.money import Money
from worker.documents.pain008 import Creditor, Debt, end_to_end, pain008, plain

SCHEMA = Path(__file__).parents[4] / "shared/data/sepa_xsd_sepaxml/sepaxml/schemas/pain.008.001.08.xsd"
AT = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
CREDITOR = Creditor("Martin & Fils SAS", "FR72ZZZ123456", "FR7630006000011234567890189", "AGRIFRPP")
DEBT = Debt(
    "F-2027-0001-abc",
    Money(12050, "EUR"),
    date(2027, 3, 10),
    "RUM-1",
    date(2026, 1, 5),
    "core",
    "Étude Lœwe <notaires>",
    "BE68539007547034",
    "Facture F-2027-0001, Martin & Fils SAS",
)
LATER = replace(DEBT, end_to_end="F-2-x", amount=Money(5, "EUR"), on=date(2027, 3, 11), mandate="RUM-2")
TRADE = replace(DEBT, end_to_end="F-3-x", scheme="b2b")


def made(*debts: Debt, creditor: Creditor = CREDITOR) -> etree._Element:
    return etree.fromstring(pain008("F-1/1/collect/1/0", creditor, debts, AT))


def said(root: etree._Element, path: str) -> list[str]:
    """The texts at a path of local names."""
    return [str(each.text) for each in root.iterfind("/".join(f"{{*}}{name}" for name in path.split("/")))]


@pytest.mark.parametrize("creditor", [CREDITOR, replace(CREDITOR, bic="")])
def test_the_file_is_what_the_schema_of_iso_20022_asks(creditor: Creditor) -> None:
    if not SCHEMA.is_file():
        pytest.skip("the folder of other people's data, ../shared/data, is not here")
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    assert schema.validate(made(DEBT, LATER, TRADE, creditor=creditor)), schema.error_log


def test_a_collection_says_who_what_when_and_by_which_mandate() -> None:
    root, one = made(DEBT), "CstmrDrctDbtInitn/PmtInf/DrctDbtTxInf/"
    found = [
        said(root, f"CstmrDrctDbtInitn/PmtInf/{path}")[0]
        for path in ("PmtMtd", "PmtTpInf/LclInstrm/Cd", "PmtTpInf/SeqTp", "ReqdColltnDt", "CdtrAcct/Id/IBAN")
    ]
    assert found == ["DD", "CORE", "RCUR", "2027-03-10", "FR7630006000011234567890189"]
    assert said(root, "CstmrDrctDbtInitn/PmtInf/CdtrSchmeId/Id/PrvtId/Othr/Id") == ["FR72ZZZ123456"]
    assert said(root, f"{one}PmtId/EndToEndId") == ["F-2027-0001-abc"]
    assert said(root, f"{one}DrctDbtTx/MndtRltdInf/MndtId") == ["RUM-1"]
    assert said(root, f"{one}DrctDbtTx/MndtRltdInf/DtOfSgntr") == ["2026-01-05"]
    assert said(root, f"{one}Dbtr/Nm") == ["Etude Loewe notaires"]
    assert said(root, f"{one}DbtrAcct/Id/IBAN") == ["BE68539007547034"]
    assert said(root, f"{one}RmtInf/Ustrd") == ["Facture F-2027-0001, Martin + Fils SAS"]
    assert root.find(".//{*}InstdAmt").text == "120.50"
    assert root.find(".//{*}InstdAmt").get("Ccy") == "EUR"


def test_each_day_and_each_scheme_is_a_batch_and_the_sums_are_those_of_its_collections() -> None:
    root = made(LATER, DEBT, TRADE)
    batches = "CstmrDrctDbtInitn/PmtInf/"
    assert said(root, f"{batches}ReqdColltnDt") == ["2027-03-10", "2027-03-10", "2027-03-11"]
    assert said(root, f"{batches}PmtTpInf/LclInstrm/Cd") == ["B2B", "CORE", "CORE"]
    assert said(root, f"{batches}CtrlSum") == ["120.50", "120.50", "0.05"]
    assert said(root, "CstmrDrctDbtInitn/GrpHdr/NbOfTxs") == ["3"]
    assert said(root, "CstmrDrctDbtInitn/GrpHdr/CtrlSum") == ["241.05"]
    assert len(set(said(root, f"{batches}PmtInfId"))) == 3


def test_the_same_collections_are_the_same_bytes() -> None:
    assert pain008("K", CREDITOR, [DEBT, LATER], AT) == pain008("K", CREDITOR, [LATER, DEBT], AT)


@pytest.mark.parametrize("number", ["F-2027-0001", "F/2027/0001", "//", "Fact." * 20, "№ 7"])
def test_the_name_on_statements_is_short_and_in_letters_that_banks_take(number: str) -> None:
    name = end_to_end(number, "K")
    assert len(name) <= 35
    assert "/" not in name
    assert name == plain(name, 35)
    assert name != end_to_end(number, "L")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Straße 7 – Köln", "Strasse 7 - Koln"), ("/a//", "a"), ("Łódź", "Lodz"), ("x" * 80, "x" * 70)],
)
def test_names_are_written_in_letters_that_banks_take(text: str, shown: str) -> None:
    assert plain(text, 70) == shown
