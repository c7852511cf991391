"""`relance invoice` in a workspace with one invoice of its own."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from rules import facts as f
from rules.moments import Duration
from rules.money import Money
from tests.worker.cli.scene import START, office
from tests.worker.documents import validators
from tests.worker.documents.papers import invoice
from worker.cli.app import relance
from worker.documents import sheets
from worker.documents.issuing import issue
from worker.judging import judge
from worker.ledger.people import Card, Contact

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "acme"
    assert CliRunner().invoke(relance, ["new", "workspace", str(made)]).exit_code == 0
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    with office(made) as found:
        digest = found.adopt()
        with found.ledger.begin() as tx:
            tx.set_clock(START)
            seat = Contact(
                "billing", "Jean Petit", "jean@client.example", "", ("3 place du Marché", "38000 Grenoble", "FR")
            )
            known = f.Customer("C-1", "FR", language="fr", kind="business", reachable={"billing": ("email",)})
            tx.record_customer(f.CustomerRecorded(START, known), Card("Boulangerie Petit SARL", contacts=(seat,)))
            lines = (
                f.Line("=Maintenance", Money.parse("100.00 EUR"), Decimal(20), quantity=Decimal("2.5"), unit="hour"),
                f.Line("Licence", Money.parse("50.00 EUR"), Decimal(20)),
            )
            schedule = f.Schedule(Duration(1, "m"), START.date(), lines=lines)
            contract = f.Contract("K-1", "C-1", "recurring", law="FR", schedule=schedule)
            tx.record("C-1", [f.ContractRecorded(START, contract, digest)])
            act = judge(tx, "K-1", START).act
            assert issue(tx, "C-1", act.what, START, START.date()) is not None
    return made


def run(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(relance, ["-w", str(folder), "invoice", *map(str, arguments)])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["0001"], 1),
        (["C-1", "360.00 EUR"], 1),
        (["360.00", "2026-12-05"], 1),
        (["c-1", "2026-12-06"], 0),
        (["360.00 GBP"], 0),
        (["360,00"], 1),
        (["36"], 0),
        (["petit", "2026-12"], 1),
        (["petit", "2026-11"], 0),
    ],
)
def test_find_takes_a_number_a_customer_an_amount_or_a_date(folder, words, found):
    """2.5 x 100.00 + 50.00 = 300.00, with 20% VAT 360.00."""
    result = run(folder, "find", *words, "--format", "json")
    assert len(json.loads(result.output)) == found


def test_show_says_what_the_invoice_says(folder):
    said = json.loads(run(folder, "show", "F-2026-0001", "--format", "json").output)
    assert (said["buyer"], said["gross"], said["lacks"]) == ("Boulangerie Petit SARL", "360.00 EUR", [])
    assert "VAT 20% on 300.00 EUR: 60.00 EUR" in run(folder, "show", "F-2026-0001").output


def test_files_are_written_and_valid(folder, tmp_path):
    for name, arguments in {"f.pdf": ["pdf"], "c.xml": ["xml"], "u.xml": ["xml", "--ubl"]}.items():
        result = run(folder, *arguments[:1], "F-2026-0001", *arguments[1:], "--out", tmp_path / name)
        assert result.exit_code == 0, result.output
    assert (tmp_path / "f.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert [validators.rules((tmp_path / name).read_bytes(), french=True) for name in ("c.xml", "u.xml")] == [[], []]


def test_the_table_as_csv(folder, tmp_path):
    run(folder, "list", "--customer", "C-1", "--format", "csv", "--out", tmp_path / "t.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "t.csv").read_text("utf-8-sig"))))
    names = ("Désignation", "Quantité", "Prix unitaire HT", "Montant HT", "TVA %", "TVA de la pièce", "Net à payer")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("'=Maintenance", "2.5", "100.00", "250.00", "20", "60.00", "360.00"),
        ("Licence", "1", "50.00", "50.00", "20", "", ""),
    ]
    assert {row["Document"] for row in rows} == {"Facture"}


def test_the_table_as_xlsx(folder, tmp_path):
    run(folder, "list", "--format", "xlsx", "--out", tmp_path / "t.xlsx")
    with zipfile.ZipFile(tmp_path / "t.xlsx") as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        texts = etree.fromstring(book.read("xl/sharedStrings.xml"))
    assert "=Maintenance" in texts.itertext()
    assert [c.text for c in sheet.iter(f"{SHEET}f")] == []
    net = [c.findtext(f"{SHEET}v") for c in sheet.iter(f"{SHEET}c") if c.get("r", "").startswith("O")]
    assert net[1:] == ["250", "50"]


def test_columns_are_named_in_english_where_invoices_are_in_several_languages():
    mixed = [invoice(), replace(invoice(), language="en")]
    assert sheets.head(mixed)[-3:] == ("Total with VAT", "To pay", "Currency")
    assert sheets.head(mixed[:1])[-3:] == ("Total TTC", "Net à payer", "Devise")


def test_credit_of_one_line(folder):
    result = run(folder, "credit", "F-2026-0001", "--line", "2", "--reason", "not used")
    assert "F-2026-0002 credits 60.00 EUR of F-2026-0001." in result.output
    listed = json.loads(run(folder, "list", "--format", "json").output)
    assert [(row["number"], row["kind"], row["amount"]) for row in listed] == [
        ("F-2026-0002", "credit-note", "60.00 EUR"),
        ("F-2026-0001", "invoice", "360.00 EUR"),
    ]


def test_a_deposit_is_asked_for(folder):
    result = run(folder, "deposit", "K-1", "500.00 EUR", "--vat", "20%", "--text", "Acompte")
    assert "F-2026-0002 asks 600.00 EUR in advance for K-1, due on 2027-01-04." in result.output
    wrong = run(folder, "deposit", "K-1", "500.00 EUR", "--vat", "19%", "--text", "Acompte")
    assert wrong.exit_code == 1
    assert "19% is not a VAT rate of France" in wrong.output
    assert "above zero" in run(folder, "deposit", "K-1", "0.00 EUR", "--vat", "20%", "--text", "Acompte").output


@pytest.mark.parametrize("arguments", [["show", "F-9"], ["pdf", "F-9"], ["credit", "F-9", "--reason", "x"]])
def test_what_is_not_ours_is_said(folder, arguments):
    result = run(folder, *arguments)
    assert result.exit_code == 1
    assert "no invoice F-9 was issued here" in result.output
