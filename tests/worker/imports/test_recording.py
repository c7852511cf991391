"""What an import leaves in the ledger: everything, or nothing; once."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rules import facts as f
from rules.money import Money
from tests.worker.imports.conftest import CONTRACTS, CUSTOMERS, INVOICES
from tests.worker.imports.desk import Desk, opened
from tests.worker.imports.shelf import NOW
from worker.imports.importing import Wish, import_file
from worker.ledger.errors import LedgerError
from worker.ledger.people import Contact

HEADER = "number,contract,issued,due,amount\n"
BANK = "reference,date,amount,invoice,customer\n"


def test_a_customer_is_recorded_with_its_card(desk: Desk) -> None:
    with desk.ledger.read() as tx:
        account, card = tx.account("C-104"), tx.card("C-104")
    assert account.customer.segment == "small"
    assert account.customer.reachable == {"billing": ("email", "sms", "call"), "registered-office": ("letter",)}
    assert card is not None
    assert (card.name, card.iban) == ("Boulangerie Durand", "FR7630006000011234567890189")
    assert card.contact("billing") == Contact("billing", "", "compta@durand.example", "+33639981234")


def test_a_new_contract_is_bound_to_the_active_rulebook(desk: Desk) -> None:
    with desk.ledger.read() as tx:
        assert tx.account("C-104").rulebooks == {"M-2031": "digest"}


def test_a_contract_keeps_its_rulebook_when_another_becomes_active(desk: Desk) -> None:
    with desk.ledger.begin() as tx:
        tx.put_rulebook("another", {"business.yaml": b"martin"})
        tx.activate("another")
    changed = CONTRACTS.replace("1260.00", "1300.00") + "M-1,C-104,one-off,,,,,,,,,\n"
    report = desk.take("contracts", changed)
    assert (report.new, report.changed) == (1, 1)
    with desk.ledger.read() as tx:
        assert tx.account("C-104").rulebooks == {"M-2031": "digest", "M-1": "another"}


def test_the_second_time_nothing_is_recorded_and_nobody_woken(desk: Desk) -> None:
    before = desk.facts()
    desk.clock(NOW + timedelta(days=40))
    for kind, text in (("customers", CUSTOMERS), ("contracts", CONTRACTS), ("invoices", INVOICES)):
        report = desk.take(kind, text)
        assert (report.new, report.changed, report.known) == (0, 0, text.count("\n") - 1)
        assert report.contracts == ()
    assert desk.facts() == before


def test_every_case_of_a_customer_that_changed_is_to_be_woken(desk: Desk) -> None:
    report = desk.take("payments", BANK + "T-1,2027-01-10,100.00,F-1,\n")
    assert report.contracts == ("M-2031",)
    both = CUSTOMERS.replace("durand.example", "durand.test").replace("petit.example", "petit.test")
    assert desk.take("customers", both).contracts == ("M-2031", "C-105")


def test_one_mistake_refuses_the_whole_file(desk: Desk) -> None:
    before = desk.facts()
    text = HEADER + "F-7,M-2031,2027-01-02,2027-02-01,5.00\nF-8,M-9,2027-01-02,2027-02-01,5.00\n"
    report = desk.take("invoices", text)
    assert not report.recorded
    assert [(problem.line, problem.column) for problem in report.problems] == [(3, "contract")]
    assert (report.new, report.refused, report.contracts, report.rejects) == (1, 1, (), None)
    assert desk.facts() == before
    assert not (desk.folder / "invoices.rejects.csv").exists()


def test_how_a_refused_file_was_read_is_said_too(desk: Desk) -> None:
    path = desk.folder / "c.csv"
    path.write_bytes("id,name\nC-7,Crêperie\n".encode("cp1252"))
    assert "Windows-1252" in import_file(desk.ledger, "customers", path).notes[0]


def test_a_dry_run_counts_and_records_nothing(desk: Desk) -> None:
    before = desk.facts()
    report = desk.take("payments", BANK + "T-1,2027-01-10,100.00,F-1,\n", Wish(dry_run=True))
    assert (report.recorded, report.new, report.contracts) == (False, 1, ("M-2031",))
    assert report.bank_through == date(2027, 1, 10)
    assert desk.facts() == before


def test_in_part_the_right_lines_go_in_and_the_others_into_a_file(desk: Desk) -> None:
    text = HEADER + "F-7,M-2031,2027-01-02,2027-02-01,5.00\nF-8,M-9,2027-01-02,2027-02-01,5.00\n"
    report = desk.take("invoices", text, Wish(partial=True))
    assert (report.recorded, report.new, report.refused) == (True, 1, 1)
    assert report.rejects == desk.folder / "invoices.rejects.csv"
    rows = list(csv.DictReader(report.rejects.read_text("utf-8-sig").splitlines()))
    assert [(row["number"], row["reason"]) for row in rows] == [("F-8", "contract: the contract 'M-9' is not known")]
    with desk.ledger.read() as tx:
        assert set(tx.account("C-104").receivables) == {"F-1", "F-7"}


def test_a_file_of_rejects_is_not_written_over(desk: Desk) -> None:
    (desk.folder / "invoices.rejects.csv").write_text("being corrected")
    before = desk.facts()
    report = desk.take("invoices", HEADER + "F-7,M-2031,2027-01-02,2027-02-01,5.00\nF-8\n", Wish(partial=True))
    assert "is there already" in report.problems[0].what
    assert (desk.folder / "invoices.rejects.csv").read_text() == "being corrected"
    assert desk.facts() == before


def test_rejects_that_cannot_be_written_leave_the_ledger_as_it_was(desk: Desk) -> None:
    before = desk.facts()
    (desk.folder / ".invoices.rejects.csv.part").mkdir()
    with pytest.raises(IsADirectoryError):
        desk.take("invoices", HEADER + "F-7,M-2031,2027-01-02,2027-02-01,5.00\nF-8\n", Wish(partial=True))
    assert desk.facts() == before


def test_not_even_a_part_of_a_file_with_a_wrong_header_is_taken(desk: Desk) -> None:
    before = desk.facts()
    text = HEADER.replace("due", "dew") + "F-7,M-2031,2027-01-02,2027-02-01,5.00\n"
    assert not desk.take("invoices", text, Wish(partial=True)).recorded
    assert desk.facts() == before


def test_rejects_of_a_yaml_file_are_a_csv_that_can_be_imported(desk: Desk) -> None:
    text = "- {id: C-7, name: Seven, country: FR, kind: business, contacts: [{role: billing, email: '@'}]}\n"
    report = desk.take("customers", text, Wish(partial=True), name="c.yaml")
    assert report.rejects is not None
    corrected = report.rejects.read_text("utf-8-sig").replace("@", "a@seven.example")
    assert desk.take("customers", corrected).new == 1


def test_money_goes_to_the_invoice_it_names_once(desk: Desk) -> None:
    text = BANK + "T-1,2027-01-10,1000.00,F-1,\nT-2,2027-01-11,600.00,F-1,\nT-3,2027-01-11,40.00,,C-105\n"
    for expected in ((3, 0), (0, 3)):
        report = desk.take("payments", text)
        assert (report.new, report.known) == expected
    with desk.ledger.read() as tx:
        durand, petit = tx.account("C-104"), tx.account("C-105")
    assert durand.receivables["F-1"].balance == Money(0, "EUR")
    assert durand.payments["T-2"].free == Money(8800, "EUR")
    assert petit.payments["T-3"].free == Money(4000, "EUR")


def test_a_credit_is_recorded_once(desk: Desk) -> None:
    text = "number,invoice,amount,date\nA-1,F-1,12.00 EUR,2027-01-10\n"
    assert [desk.take("credits", text).new for _ in range(2)] == [1, 0]
    with desk.ledger.read() as tx:
        assert tx.account("C-104").receivables["F-1"].balance == Money(150000, "EUR")


def test_what_the_ledger_knows_contradicts_a_file(desk: Desk) -> None:
    desk.take("payments", BANK + "T-1,2027-01-10,1000.00,F-1,\n")
    report = desk.take("payments", BANK + "T-1,2027-01-10,1001.00,F-1,\n")
    assert [p.what for p in report.problems] == ["T-1 is of 1000.00 EUR in the ledger, of 1001.00 EUR here"]


# --- how far the bank's data go ----------------------------------------------------------------------------------


def bank_through(desk: Desk) -> date | None:
    with desk.ledger.read() as tx:
        return tx.state().bank_through


def test_payments_confirm_the_bank_through_the_last_of_them(desk: Desk) -> None:
    report = desk.take("payments", BANK + "T-1,2027-01-12,1.00,,C-104\nT-2,2027-01-08,1.00,,C-104\n")
    assert report.bank_through == bank_through(desk) == date(2027, 1, 12)


def test_a_day_that_is_not_over_is_not_confirmed(desk: Desk) -> None:
    desk.take("payments", BANK + "T-1,2027-01-15,1.00,,C-104\n")
    assert bank_through(desk) == date(2027, 1, 14)


def test_a_file_without_payments_confirms_the_day_before(desk: Desk) -> None:
    desk.take("payments", "")
    assert bank_through(desk) == date(2027, 1, 14)


def test_a_payments_file_may_be_said_to_go_further(desk: Desk) -> None:
    text = BANK + "T-1,2027-01-08,1.00,,C-104\n"
    assert desk.take("payments", text, Wish(through=date(2027, 1, 15))).bank_through == date(2027, 1, 15)
    assert bank_through(desk) == date(2027, 1, 15)
    assert desk.take("payments", text, Wish(through=date(2027, 1, 14))).bank_through is None
    assert "today is 2027-01-15" in desk.take("payments", text, Wish(through=date(2027, 1, 16))).problems[0].what


def test_an_old_file_imported_again_confirms_nothing(desk: Desk) -> None:
    text = BANK + "T-1,2027-01-08,1.00,,C-104\n"
    desk.take("payments", text)
    desk.clock(NOW + timedelta(days=10))
    assert desk.take("payments", text).bank_through is None
    assert bank_through(desk) == date(2027, 1, 8)


def test_payments_that_were_refused_leave_the_bank_unconfirmed(desk: Desk) -> None:
    text = BANK + "T-1,2027-01-08,1.00,,C-104\nT-2,2027-01-08,1.00,,C-999\n"
    report = desk.take("payments", text, Wish(partial=True))
    assert bank_through(desk) is None
    assert report.notes[-1].startswith("1 payment refused")


# --- the ledger itself -------------------------------------------------------------------------------------------


def test_the_chain_holds_after_imports(desk: Desk) -> None:
    with desk.ledger.read() as tx:
        assert list(tx.verify()) == []


def test_nothing_is_imported_before_a_rulebook_is_active(desk: Desk) -> None:
    with desk.ledger.begin() as tx:
        tx.activate(None)  # type: ignore[arg-type]
    with pytest.raises(LedgerError, match="no rulebook is active"):
        desk.take("customers", CUSTOMERS)


def test_instants_are_those_of_the_facts_not_of_the_import(desk: Desk) -> None:
    issued = [fact for fact in desk.facts() if isinstance(fact, f.Issued)]
    assert issued[0].at == datetime(2026, 10, 31, 23, 0, tzinfo=UTC)  # midnight in Paris


def test_progress_counts_lines_checked_then_customers_recorded(desk: Desk) -> None:
    told: list[tuple[str, int, int]] = []
    text = BANK + "T-1,2027-01-08,1.00,,C-104\nT-2,2027-01-08,1.00,,C-104\n"
    desk.take("payments", text, progress=lambda *where: told.append(where))
    assert told == [("checked", 1, 2), ("checked", 2, 2), ("recorded", 1, 1)]


def test_two_imports_at_once_record_each_line_once(desk: Desk, url: str, tmp_path: Path) -> None:
    customers = [f"C-{n}" for n in range(300, 330)]
    desk.take("customers", "id,name,country,kind\n" + "".join(f"{c},Nobody,FR,business\n" for c in customers))
    lines = [f"I-{c},{c},2027-01-02,2027-02-01,5.00\n" for c in customers]
    other = opened(url, tmp_path / "other")
    other.folder.mkdir()
    head = HEADER.replace("contract", "customer")
    with ThreadPoolExecutor(2) as pool:
        files = ((desk, head + "".join(lines)), (other, head + "".join(reversed(lines))))
        reports = list(pool.map(lambda file: file[0].take("invoices", file[1]), files))
    other.ledger.close()
    assert sorted((report.new, report.known) for report in reports) == [(0, 30), (30, 0)]
    assert sum(isinstance(fact, f.Issued) and fact.number.startswith("I-") for fact in desk.facts()) == 30
