"""What a good file adds, and what the second time adds: nothing."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from rules import facts as f
from rules.money import Money
from tests.worker.imports.conftest import CONTRACTS, CUSTOMERS, INVOICES, Write
from tests.worker.imports.shelf import NOW, Shelf
from worker.imports.cells import CellError, amount
from worker.imports.rejects import write_rejects

EUR = "EUR"


@pytest.mark.parametrize(("kind", "text"), [("customers", CUSTOMERS), ("contracts", CONTRACTS), ("invoices", INVOICES)])
def test_the_second_time_everything_is_known(shelf: Shelf, write: Write, kind: str, text: str) -> None:
    later = datetime(2028, 1, 1, tzinfo=UTC)
    checked, book = shelf.take(kind, write("again.csv", text), now=later)
    assert checked.counts == {"new": 0, "changed": 0, "known": text.count("\n") - 1}
    assert not book.facts
    assert not book.people


@pytest.mark.parametrize("written", ["[csv, ubl]", "csv|ubl"])
def test_the_formats_of_invoices_are_a_list_in_yaml_or_a_cell_with_bars(
    shelf: Shelf, write: Write, written: str
) -> None:
    text = f"- {{id: C-9, name: Petit SARL, country: FR, kind: business, invoice_formats: {written}}}\n"
    _, book = shelf.take("customers", write("c.yaml", text))
    assert [card.formats for _, card in book.people] == [("csv", "ubl")]


def test_an_invoice_of_a_customer_opens_its_open_account(shelf: Shelf) -> None:
    account = shelf.accounts["C-105"]
    assert account.contracts["C-105"].kind == "open-account"
    assert account.receivables["F-2"].contract == "C-105"


def test_a_balance_is_money_paid_before_and_nobody_is_thanked(shelf: Shelf) -> None:
    account = shelf.accounts["C-105"]
    assert account.receivables["F-2"].balance == Money(25000, EUR)
    paid = [fact for fact in account.events if isinstance(fact, f.Paid)]
    assert [fact.shares for fact in paid] == [()]


def test_an_imported_invoice_reached_its_customer_when_issued_unless_said(shelf: Shelf, write: Write) -> None:
    text = "number,contract,issued,due,amount,delivered\nF-8,M-2031,2027-01-02,2027-02-01,5.00,no\n"
    shelf.take("invoices", write("i.csv", text))
    items = shelf.accounts["C-104"].receivables
    assert items["F-1"].delivered == date(2026, 11, 1)
    assert items["F-8"].delivered is None


def test_a_changed_due_date_is_a_fact_and_a_changed_amount_an_error(shelf: Shelf, write: Write) -> None:
    moved = "number,contract,issued,due,amount\nF-1,M-2031,2026-11-01,2027-01-31,1512.00\n"
    checked, book = shelf.take("invoices", write("i.csv", moved))
    assert checked.counts["changed"] == 1
    assert book.facts == [f.ReceivableChanged(NOW, "F-1", "due", date(2027, 1, 31))]


def test_a_column_that_the_file_lacks_leaves_what_is_known(shelf: Shelf, write: Write) -> None:
    text = "id,name,country,kind,risk\nC-104,Boulangerie Durand,FR,business,high\n"
    checked, _ = shelf.take("customers", write("c.csv", text))
    customer = shelf.accounts["C-104"].customer
    assert checked.counts["changed"] == 1
    assert (customer.risk, customer.segment, customer.reachable["billing"]) == (
        "high",
        "small",
        ("email", "sms", "call"),
    )
    assert shelf.cards["C-104"].iban == "FR7630006000011234567890189"


def schedule(shelf: Shelf, contract: str = "M-2031") -> f.Schedule:
    found = shelf.accounts["C-104"].contracts[contract].schedule
    assert found is not None
    return found


def test_a_contract_keeps_what_a_file_with_fewer_columns_does_not_say(shelf: Shelf, write: Write) -> None:
    before = schedule(shelf)
    text = "contract,customer,kind,every,start,order_number\nM-2031,C-104,recurring,1m,2025-03-01,PO-1\n"
    checked, _ = shelf.take("contracts", write("c.csv", text))
    assert checked.counts["changed"] == 1
    assert shelf.accounts["C-104"].contracts["M-2031"].order_number == "PO-1"
    assert schedule(shelf) == before


def test_a_yaml_entry_without_billed_through_bills_nothing_again(shelf: Shelf, write: Write) -> None:
    text = "- {contract: M-2031, customer: C-104, kind: recurring, every: 1m, start: 2025-03-01, "
    text += "lines: [{text: Maintenance, amount: 1300.00 EUR}]}\n"
    checked, _ = shelf.take("contracts", write("c.yaml", text))
    assert checked.counts["changed"] == 1
    assert schedule(shelf).billed_through == date(2026, 12, 31)
    assert schedule(shelf).lines == (f.Line("Maintenance", Money(130000, EUR)),)


def test_a_contract_that_has_begun_since_is_known_without_billed_through(shelf: Shelf, write: Write) -> None:
    text = "contract,customer,kind,every,start,lines.1.text,lines.1.amount\n"
    path = write("c.csv", text + "M-1,C-104,recurring,1w,2027-02-01,Support,100.00 EUR\n")
    assert shelf.take("contracts", path)[0].counts["new"] == 1
    later = datetime(2028, 1, 1, tzinfo=UTC)
    assert shelf.take("contracts", path, now=later)[0].counts["known"] == 1


@pytest.mark.parametrize(("old", "new"), [("1m", "3m"), ("2025-03-01", "2025-02-01")])
def test_periods_do_not_change_once_something_was_billed(shelf: Shelf, write: Write, old: str, new: str) -> None:
    period = (date(2027, 1, 1), date(2027, 1, 31))
    billed = f.Issued(NOW, "M-2031/2027-01-01", "M-2031", "F-9", period[0], None, Money(1, EUR), period=period)
    shelf.accounts["C-104"].record(billed)
    checked, _ = shelf.take("contracts", write("c.csv", CONTRACTS.replace(old, new)))
    assert "which never changes" in checked.problems[-1].what


def test_a_dead_address_stays_dead_until_another_takes_its_place(shelf: Shelf, write: Write) -> None:
    shelf.accounts["C-105"].record(f.Bounced(NOW, "C-105", "billing", "email"))
    checked, _ = shelf.take("customers", write("again.csv", CUSTOMERS))
    assert checked.counts["known"] == 2
    shelf.take("customers", write("new.csv", CUSTOMERS.replace("compta@petit", "factures@petit")))
    assert shelf.accounts["C-105"].customer.reachable["billing"] == ("email",)


@pytest.mark.parametrize(
    ("rebate", "said"), [("-60.00", []), ("-1260.00", ["lines.1.amount"]), ("0.00", ["lines.2.amount"])]
)
def test_a_line_below_zero_is_a_rebate_that_leaves_something_to_bill(
    shelf: Shelf, write: Write, rebate: str, said: list[str]
) -> None:
    head, line, *_ = CONTRACTS.splitlines()
    head += ",lines.2.text,lines.2.amount,lines.2.vat"
    text = f"{head}\n{line.replace('M-2031', 'M-9')},Rebate,{rebate} EUR,20%\n"
    checked, _ = shelf.take("contracts", write("k.csv", text))
    assert [problem.column for problem in checked.problems] == said


def payments(shelf: Shelf, write: Write, *lines: str) -> dict[str, f.Paid]:
    text = "reference,date,amount,invoice,customer,iban\n" + "".join(f"{line}\n" for line in lines)
    checked, book = shelf.take("payments", write("p.csv", text))
    assert not checked.problems
    return {fact.payment: fact for fact in book.facts if isinstance(fact, f.Paid)}


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ("{net: 30d, discount: 2%, discount_within: 30d}", ""),
        ("{net: 30d, end_of_month: after, discount: 2%, discount_within: 40d}", ""),
        ("{net: 30d, discount: 2%, discount_within: 31d}", "a discount is for who pays before the due date"),
        ("{net: 30d, discount: 0%, discount_within: 10d}", "0% is no discount"),
        ("{net: 30d, discount: 100%, discount_within: 10d}", "100% is no discount"),
    ],
)
def test_a_discount_is_for_who_pays_early(shelf: Shelf, write: Write, terms: str, said: str) -> None:
    billed = "kind: one-off, start: 2027-03-01, lines: [{text: Support, amount: 100.00 EUR, vat: 20%}]"
    text = f"- {{contract: K-9, customer: C-104, {billed}, terms: {terms}}}\n"
    checked, _ = shelf.take("contracts", write("k.yaml", text))
    assert [problem.what for problem in checked.problems] == ([said] if said else [])


def test_a_payment_settles_the_invoice_it_names_and_the_rest_stays_on_the_account(shelf: Shelf, write: Write) -> None:
    paid = payments(shelf, write, "T-1,2027-01-10,1600.00,F-1,,")
    assert paid["T-1"].shares == (f.Share("F-1", 151200),)
    assert shelf.accounts["C-104"].payments["T-1"].free == Money(8800, EUR)


def test_two_payments_of_one_file_share_what_is_open(shelf: Shelf, write: Write) -> None:
    paid = payments(shelf, write, "T-1,2027-01-10,1500.00,F-1,,", "T-2,2027-01-10,100.00,F-1,,")
    assert paid["T-2"].shares == (f.Share("F-1", 1200),)


def test_a_payment_that_names_no_invoice_stays_unallocated(shelf: Shelf, write: Write) -> None:
    by_name, by_iban = "T-1,2027-01-10,10.00,,C-104,", "T-2,2027-01-10,10.00,,,FR76 3000 6000 0112 3456 7890 189"
    paid = payments(shelf, write, by_name, by_iban)
    assert [(fact.customer, fact.shares) for fact in paid.values()] == [("C-104", ()), ("C-104", ())]


def test_a_payment_may_name_several_invoices_in_their_order(shelf: Shelf, write: Write) -> None:
    shelf.take(
        "invoices", write("i.csv", "number,contract,issued,due,amount\nF-9,M-2031,2027-01-02,2027-02-01,50.00\n")
    )
    paid = payments(shelf, write, "T-1,2027-01-10,1530.00,F-1|F-9,,")
    assert paid["T-1"].shares == (f.Share("F-1", 151200), f.Share("F-9", 1800))


def test_an_account_shared_by_two_customers_is_not_guessed(shelf: Shelf, write: Write) -> None:
    shelf.take(
        "customers",
        write(
            "c.csv",
            CUSTOMERS.replace("small,FR76", ",FR76").replace(
                "business,fr,,,", "business,fr,,FR7630006000011234567890189,"
            ),
        ),
    )
    text = "reference,date,amount,iban\nT-1,2027-01-10,5.00,FR7630006000011234567890189\n"
    checked, _ = shelf.take("payments", write("p.csv", text))
    assert checked.problems[0].code == "REL509"


def test_a_payments_file_without_lines_or_without_a_byte_is_no_mistake(shelf: Shelf, write: Write) -> None:
    for content in ("", "reference,date,amount\n"):
        checked, book = shelf.take("payments", write("p.csv", content))
        assert not checked.problems
        assert not book.facts


def test_a_credit_lowers_its_invoice(shelf: Shelf, write: Write) -> None:
    shelf.take("credits", write("a.csv", "number,invoice,amount,date\nA-1,F-1,12.00 EUR,2027-01-10\n"))
    assert shelf.accounts["C-104"].receivables["F-1"].balance == Money(150000, EUR)


def test_days_may_come_first_when_said(shelf: Shelf, write: Write) -> None:
    text = "number;contract;issued;due;amount\nF-8;M-2031;02/01/2027;01/02/2027;1 000,50 €\n"
    checked, _ = shelf.take("invoices", write("i.csv", text), day_first=True)
    item = shelf.accounts["C-104"].receivables["F-8"]
    assert not checked.problems
    assert (item.issued, item.due, item.amount) == (date(2027, 1, 2), date(2027, 2, 1), Money(100050, EUR))


def test_rejects_come_back_as_they_were_once_corrected(shelf: Shelf, write: Write) -> None:
    text = "id,name,country,kind\nC-7,=cmd|' /C calc'!A0,FR,busines\nC-8,'+Plus,FR,firm\n"
    checked, _ = shelf.take("customers", write("c.csv", text))
    path = write("c.rejects.csv", "")
    write_rejects(checked, path)
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert [row["name"] for row in rows] == ["'=cmd|' /C calc'!A0", "'+Plus"]
    assert "'busines' is not one of" in rows[0]["reason"]
    path.write_text(path.read_text("utf-8-sig").replace("busines,", "business,").replace("firm,", "business,"), "utf-8")
    again, _ = shelf.take("customers", path)
    assert not again.problems
    assert [shelf.cards[name].name for name in ("C-7", "C-8")] == ["=cmd|' /C calc'!A0", "+Plus"]


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("1260.00 EUR", None, 126000),
        ("1260,5", EUR, 126050),
        ("1 260,00", EUR, 126000),
        ("1\u202f260\u00a0000,00 €", None, 126000000),
        ("-3 EUR", None, -300),
        ("1.500 TND", None, 1500),
        ("150 JPY", None, 150),
    ],
)
def test_amounts_are_read_to_the_minor_unit(written: str, currency: str | None, minor: int) -> None:
    assert amount(written, currency).minor == minor


@pytest.mark.parametrize(
    "written",
    ["1.260,00", "1,260", "12 60.00", "1e3", "١٢.00", "12.5.0", "EUR 12", "12.00 XXX", "NaN", "0x10", "1_000.00"],
)
def test_an_amount_that_could_mean_two_things_is_refused(written: str) -> None:
    with pytest.raises(CellError):
        amount(written, EUR)


def test_a_late_rate_below_three_times_the_legal_rate_is_refused(shelf: Shelf, write: Write) -> None:
    """FR-13 of the facts file: 7.86 % in the first half of 2026 (L441-10 II)."""
    text = "contract,customer,kind,law,late_rate\nM-9,C-104,open-account,{},{}\n"
    march = datetime(2026, 3, 1, tzinfo=UTC)
    checked, _ = shelf.take("contracts", write("low.csv", text.format("FR", "7.85%")), now=march)
    assert [problem.code for problem in checked.problems] == ["REL507"]
    assert "below three times the legal rate of 2026-H1, 7.86 %" in checked.problems[0].what
    for law, rate in (("FR", "7.86%"), ("DE", "1%")):
        assert not shelf.take("contracts", write(f"{law}.csv", text.format(law, rate)), now=march)[0].problems


def test_terms_in_parts_and_from_a_receipt_are_read(shelf: Shelf, write: Write) -> None:
    parts = "terms: {instalments: [{share: 40%, net: 0d}, {share: 60%, net: 45d}]}"
    receipt = "terms: {net: 20d, from: receipt}"
    lines = "lines: [{text: Site, amount: 900.00 EUR, vat: 20%}]"
    head = f"customer: C-104\n  kind: one-off\n  start: 2027-02-01\n  {lines}"
    text = f"- contract: S-1\n  {head}\n  {parts}\n- contract: S-2\n  {head}\n  {receipt}\n"
    assert shelf.take("contracts", write("c.yaml", text))[0].problems == ()
    known = shelf.accounts["C-104"].contracts
    assert known["S-1"].schedule.net.instalments == (f.Instalment(Decimal(40), 0), f.Instalment(Decimal(60), 45))
    assert (known["S-2"].schedule.net.days, known["S-2"].schedule.net.runs_from) == (20, "receipt")


def test_an_invoice_in_parts_is_paid_by_its_number_in_the_order_of_its_parts(shelf: Shelf, write: Write) -> None:
    rows = "F-7,1,C-105,2026-11-01,2026-12-01,50.00\nF-7,2,C-105,2026-11-01,2026-12-31,70.00\n"
    text = f"number,part,customer,issued,due,amount\n{rows}"
    assert shelf.take("invoices", write("i.csv", text))[0].counts["new"] == 2
    assert shelf.take("invoices", write("i.csv", text))[0].counts["known"] == 2
    shelf.take("payments", write("p.csv", "reference,date,amount,invoice\nV-1,2026-12-02,60.00,F-7\n"))
    items = shelf.accounts["C-105"].receivables
    assert [str(items[name].balance) for name in ("F-7/1", "F-7/2")] == ["0.00 EUR", "60.00 EUR"]
