"""Foreign rows become facts, and bad ones are told with their lines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from rules import facts as f
from rules.money import Money
from tests.worker.replay.shelf import HEADER, MAPPING, business, mapping, replay
from worker.imports.problems import ReadingError
from worker.replay.reading import Refused, read_ledger
from worker.replay.sheet import MAX_LINE, rows
from worker.replay.written import Written

GOOD = "A-1;C-1;05.01.2026;04.02.2026;1.200,50;31.03.2026;J\n"
SEGMENT = "lookups: {customer.segment: {column: Streit, words: {J: paper, N: online}}}\n"


def winter(day: int, month: int = 1) -> datetime:
    """Midnight in Paris, in winter: eleven in the evening before in UTC."""
    return datetime(2026, month, day, tzinfo=UTC) - timedelta(hours=1)


def said(folder: Path, text: str, more: str = "", **files: str) -> list[str]:
    """What is wrong, a line each, without the cures."""
    with pytest.raises(Refused) as refused:
        replay(folder, text, more, **files)
    return [problem.text(file).split("\n")[0] for file, problem in refused.value.problems]


def test_a_row_is_a_customer_a_contract_an_invoice_and_its_payment(tmp_path: Path) -> None:
    (life,) = replay(tmp_path, GOOD).lives()
    contract = f.Contract("C-1", "C-1", "open-account")
    assert life.opening("abc") == (
        f.CustomerRecorded(winter(5), life.customer),
        f.ContractRecorded(winter(5), contract, "abc"),
    )
    assert (life.customer.kind, life.customer.country, life.customer.segment) == ("business", None, None)
    (at, issued), (paid_at, paid) = life.script
    assert isinstance(issued, f.Issued)
    assert (at, issued.at, issued.receivable, issued.contract, issued.number) == (
        winter(5),
        winter(5),
        "A-1",
        "C-1",
        "A-1",
    )
    assert (str(issued.issued), str(issued.due), str(issued.delivered)) == ("2026-01-05", "2026-02-04", "2026-01-05")
    assert issued.amount == Money(120050, "EUR")
    summer = datetime(2026, 3, 30, 22, tzinfo=UTC)
    assert (paid_at, paid) == (
        summer,
        f.Paid(
            summer,
            "A-1/payment/1",
            "C-1",
            issued.amount,
            summer.date() + timedelta(1),
            (f.Share("A-1", 120050),),
        ),
    )


def test_facts_of_one_day_are_recorded_in_their_order(tmp_path: Path) -> None:
    events = """\
events:
  file: e.csv
  invoice: nr
  name: what
  day: day
  ledger: {separator: comma, dates: YYYY-MM-DD, decimals: point}
  facts: {off: {write_off: true}, paid: {payment: sum}, credit: {credit: sum}, sent: {delivered: true}}
"""
    told = "nr,day,what,sum\n" + "".join(f"A-1,2026-01-05,{what},1.00\n" for what in ("off", "paid", "credit", "sent"))
    (life,) = replay(tmp_path, GOOD.replace("31.03.2026", ""), events, e=told).lives()
    assert [type(fact) for _, fact in life.script] == [f.Issued, f.Delivered, f.Credited, f.Paid, f.WrittenOff]


def test_money_beyond_what_is_open_stays_on_the_account(tmp_path: Path) -> None:
    settled = MAPPING.replace("invoice.settled: Bezahlt", "invoice.settled: Bezahlt\n  invoice.settled_amount: Streit")
    (life,) = replay(tmp_path, GOOD.replace(";J", ";1.300,00"), base=settled).lives()
    paid = life.script[-1][1]
    assert isinstance(paid, f.Paid)
    assert (paid.amount, paid.shares) == (Money(130000, "EUR"), (f.Share("A-1", 120050),))


def test_what_happened_before_the_invoice_is_recorded_with_it(tmp_path: Path) -> None:
    (life,) = replay(tmp_path, GOOD.replace("31.03.2026", "01.01.2026")).lives()
    at, paid = life.script[-1]
    assert isinstance(paid, f.Paid)
    assert (at, str(paid.on)) == (winter(5), "2026-01-01")


def test_a_customer_is_what_the_row_says_from_its_day_on(tmp_path: Path) -> None:
    text = "A-2;C-1;12.01.2026;;10,00;;N\nA-1;C-1;05.01.2026;;10,00;;J\nA-3;C-1;13.01.2026;;10,00;;N\n"
    (life,) = replay(tmp_path, text, SEGMENT).lives()
    changed = [(at, fact.customer.segment) for at, fact in life.script if isinstance(fact, f.CustomerRecorded)]
    assert (life.customer.segment, changed) == ("paper", [(winter(12), "online")])


def test_an_empty_cell_is_not_known(tmp_path: Path) -> None:
    (life,) = replay(tmp_path, "A-1;C-1;05.01.2026;;10,00;;\n", SEGMENT).lives()
    (_, issued) = life.script[0]
    assert isinstance(issued, f.Issued)
    assert (life.customer.segment, issued.due) == (None, None)


def test_odd_characters_of_identifiers_become_dashes(tmp_path: Path) -> None:
    (life,) = replay(tmp_path, "2026/A 1;C|1;05.01.2026;;10,00;;\n").lives()
    (_, issued) = life.script[0]
    assert isinstance(issued, f.Issued)
    assert (issued.receivable, issued.number, life.customer.id) == ("2026-A-1", "2026/A 1", "C-1")


def test_the_invoices_with_the_smallest_digests_are_kept(tmp_path: Path) -> None:
    names = [f"F{n}" for n in range(50)]
    wanted = sorted(names, key=lambda name: sha256(name.encode()).hexdigest())[:7]
    text = "".join(f"{name};{name};05.01.2026;;10,00;;\n" for name in names)
    assert replay(tmp_path, text, "select: {smallest_sha256: 7}\n").customers == tuple(sorted(wanted))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("A-1;C-1;2026-01-05;;10,00;;", "Datum: '2026-01-05' is not a date written DD.MM.YYYY [REL504]"),
        ("A-1;C-1;;;10,00;;", "Datum: this is empty, and must not be [REL503]"),
        ("A-1;;05.01.2026;;10,00;;", "Kunde: this is empty, and must not be [REL503]"),
        ("A-1;C-1;05.01.2026;;10.00;;", "Betrag: '10.00' is not a number with a decimal comma [REL504]"),
        ("A-1;C-1;05.01.2026;;10,001;;", "Betrag: '10,001' has more decimals than EUR has [REL504]"),
        ("A-1;C-1;05.01.2026;;-10,00;;", "Betrag: -10.00 EUR is not an amount to collect [REL507]"),
        ("A-1;C-1;05.01.2026;;;;", "Betrag: this is empty, and must not be [REL503]"),
        ("A-1;C-1;05.01.2026;;10,00", "this line has 5 cells, the header has 7 [REL501]"),
        ("A-1;C-1;05.01.2026;;10,00;;X", "Streit: nothing is said of 'X' [REL504]"),
    ],
)
def test_a_bad_row_is_told_with_its_line(tmp_path: Path, row: str, problem: str) -> None:
    assert said(tmp_path, f"G-1;C-9;05.01.2026;;10,00;;\n{row}\n", SEGMENT) == [f"ledger.csv:3: {problem}"]


def test_every_bad_row_is_told_at_once(tmp_path: Path) -> None:
    found = said(tmp_path, GOOD + "A-2;C-1;05.01.26;;x;;\n" + GOOD)
    assert found == [
        "ledger.csv:3: Datum: '05.01.26' is not a date written DD.MM.YYYY [REL504]",
        "ledger.csv:3: Betrag: 'x' is not a number with a decimal comma [REL504]",
        "ledger.csv:4: Nr: the invoice 'A-1' is on line 2 already [REL506]",
    ]


def test_a_contract_is_one_customers(tmp_path: Path) -> None:
    base = MAPPING.replace("columns:\n", "columns:\n  contract.id: Streit\n")
    (tmp_path / "ledger.csv").write_text(f"{HEADER}\n{GOOD}{GOOD.replace('A-1;C-1', 'A-2;C-2')}", encoding="utf-8")
    with pytest.raises(Refused, match="what is said of 'J' differs from line 2"):
        read_ledger(mapping(base=base), tmp_path / "ledger.csv", business())


EVENTS = "events: {file: e.csv, invoice: nr, name: what, day: day, facts: {paid: {payment: sum}, note: none}}\n"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("A-9;05.02.2026;paid;1,00", "nr: there is no invoice 'A-9' in the ledger [REL505]"),
        ("A-1;05.02.2026;payed;1,00", "what: nothing is said of the event 'payed' [REL504]"),
        ("A-1;5.2.2026;paid;1,00", "day: '5.2.2026' is not a date written DD.MM.YYYY [REL504]"),
        ("A-1;05.02.2026;paid;", "sum: '' is not a number with a decimal comma [REL504]"),
        ("A-1;05.02.2026;paid;-1,00", "sum: -1.00 EUR is negative [REL507]"),
    ],
)
def test_a_bad_event_is_told_with_its_line(tmp_path: Path, row: str, problem: str) -> None:
    told = f"nr;day;what;sum\nA-1;x;note;\n{row}\n"
    assert said(tmp_path, GOOD, EVENTS, e=told) == [f"e.csv:3: {problem}"]


def test_a_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = said(tmp_path, GOOD, "lookups: {customer.segment: {column: Streitt, words: {J: paper}}}\n")
    assert found == ["ledger.csv:1: Streitt: there is no such column [REL502]"]


def test_a_missing_second_file_is_told(tmp_path: Path) -> None:
    assert said(tmp_path, GOOD, EVENTS) == ["e.csv: cannot be read: No such file or directory [REL501]"]


def test_a_ledger_without_rows_is_refused(tmp_path: Path) -> None:
    assert said(tmp_path, "\n\n") == ["ledger.csv: there is no invoice in this file [REL503]"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"a\n\xff\n", "this is not text in utf-8"),
        (b"a\nx\x00y\n", "holds a NUL character"),
        (b'a\n"open\n', "a quotation mark"),
        (b"a\n" + b"x" * (MAX_LINE + 1), "more than 65,536 characters"),
        (b"a,a\n1,2\n", "this column stands twice"),
    ],
)
def test_a_hostile_file_is_refused(tmp_path: Path, data: bytes, problem: str) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(ReadingError, match=problem):
        list(rows(tmp_path / "a.csv", ["a"], Written()))


def test_progress_reaches_the_end_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("a\n€\n".encode("cp1252"))
    seen: list[tuple[str, int, int]] = []
    found = rows(tmp_path / "a.csv", ["a"], Written("windows-1252"), lambda *told: seen.append(told))
    assert [row.cells for row in found] == [("€",)]
    assert seen[-1] == ("a.csv", 4, 4)


PER_ROW = MAPPING.replace("invoice.settled: Bezahlt", "invoice.currency: Streit").replace("invoice.currency: EUR, ", "")


def test_the_currency_can_be_a_column(tmp_path: Path) -> None:
    (life,) = replay(tmp_path, "A-1;C-1;05.01.2026;;1.200;;JPY\n", base=PER_ROW).lives()
    (_, issued) = life.script[0]
    assert isinstance(issued, f.Issued)
    assert issued.amount == Money(1200, "JPY")


def test_the_words_of_a_currency_can_be_looked_up(tmp_path: Path) -> None:
    base = PER_ROW.replace("  invoice.currency: Streit\n", "")
    words = "lookups: {invoice.currency: {column: Streit, words: {Eur: EUR, Kr: SEK}}}\n"
    (life,) = replay(tmp_path, "A-1;C-1;05.01.2026;;1.200;;Kr\n", words, base=base).lives()
    (_, issued) = life.script[0]
    assert isinstance(issued, f.Issued)
    assert issued.amount == Money(120000, "SEK")


def test_a_row_without_currency_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"ledger\.csv:2: Streit: '' is not a currency of ISO 4217"):
        replay(tmp_path, "A-1;C-1;05.01.2026;;1.200;;\n", base=PER_ROW)


def test_a_sum_settled_needs_its_day(tmp_path: Path) -> None:
    base = MAPPING.replace("invoice.settled: Bezahlt", "invoice.settled: Bezahlt\n  invoice.settled_amount: Streit")
    with pytest.raises(Refused, match="Bezahlt: an amount is settled, and no day says when"):
        replay(tmp_path, GOOD.replace("31.03.2026;J", ";5,00"), base=base)


def test_facts_of_every_type_are_read_from_columns(tmp_path: Path) -> None:
    base = MAPPING.replace(
        "  invoice.due: Frist\n  invoice.amount: Betrag\n  invoice.settled: Bezahlt\n",
        "  invoice.amount: Betrag\n  customer.payment_run: Frist\n  custom.invoice.weight: Bezahlt\n"
        "  contract.law: Streit\n",
    )
    (life,) = replay(tmp_path, "A-1;C-1;05.01.2026;25;10,00;1,5;FR\n", base=base).lives()
    (_, issued) = life.script[0]
    assert isinstance(issued, f.Issued)
    assert (life.customer.payment_run, issued.custom, life.contracts[0].law) == (25, {"weight": Decimal("1.5")}, "FR")


def test_a_day_that_a_date_is_counted_from_may_be_missing(tmp_path: Path) -> None:
    rule = "dispute: {when: {Streit: J}, opens: due, closes: never}\n"
    (life,) = replay(tmp_path, GOOD.replace("04.02.2026", ""), rule).lives()
    assert [type(fact) for _, fact in life.script] == [f.Issued, f.Paid]


def test_a_delivery_after_the_issue_is_a_fact_of_its_own(tmp_path: Path) -> None:
    base = MAPPING.replace("invoice.due: Frist", "invoice.delivered: Frist").replace(
        "reckoned: {invoice.delivered: issued}", "reckoned: {invoice.due: delivered+30d}"
    )
    (life,) = replay(tmp_path, GOOD, base=base).lives()
    (_, issued), (at, delivered), (then, changed) = life.script[:3]
    assert isinstance(issued, f.Issued)
    assert (issued.delivered, issued.due) == (None, None)  # nobody knows them yet
    assert (at, delivered) == (winter(4, 2), f.Delivered(winter(4, 2), "A-1", date(2026, 2, 4)))
    assert (then, changed) == (at, f.ReceivableChanged(at, "A-1", "due", date(2026, 3, 6)))


def test_a_thousand_mistakes_are_enough(tmp_path: Path) -> None:
    assert len(said(tmp_path, "A;C;05.01.2026;;x;;\n" * 3000)) == 1000


def test_an_identifier_has_64_characters_at_most(tmp_path: Path) -> None:
    (found,) = said(tmp_path, GOOD.replace("C-1", "C" * 65))
    assert "cannot be an identifier" in found


def test_an_event_line_that_lacks_cells_is_told(tmp_path: Path) -> None:
    assert said(tmp_path, GOOD, EVENTS, e="nr;day;what;sum\nA-1;05.02.2026\n") == [
        "e.csv:2: this line has 2 cells, the header has 4 [REL501]"
    ]
