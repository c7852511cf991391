"""Whatever a file holds, it is read or refused: nothing crashes, and what is refused leaves no trace."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.worker.imports.conftest import CONTRACTS, CUSTOMERS, INVOICES
from tests.worker.imports.desk import Desk
from worker.imports.checking import KINDS
from worker.imports.importing import Wish, import_file
from worker.ledger.views import last_fact

CONTRACT = b"""\
- contract: M-9
  customer: C-104
  kind: recurring
  every: 3m
  day: 31
  in: arrears
  start: 2027-02-28
  terms: {net: 30d, end_of_month: after}
  tags: [vip, "2027"]
  lines: [{text: "Maintenance, 42 postes", amount: 1260.00 EUR, vat: 20%}]
  changes: [{from: 2028-01-01, line: 1, amount: 1290.00 EUR}]
"""
RETURNS = b"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><Ntfctn>
<Ntry><Amt Ccy="EUR">12.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2027-01-10</Dt></BookgDt>
<NtryDtls><TxDtls><Refs><EndToEndId>X-9</EndToEndId></Refs><RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf></TxDtls></NtryDtls>
</Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>
"""
PAYMENTS = b'reference;date;amount;invoice\nT-1;2027-01-10;100,00;F-1\nT-2;2027-01-11;"1 200,00";F-1|F-2\n'
FILES = {
    "customers.csv": CUSTOMERS.encode(),
    "contracts.csv": CONTRACTS.encode(),
    "contracts.yaml": CONTRACT,
    "invoices.csv": INVOICES.encode("utf-8-sig"),
    "payments.csv": PAYMENTS,
    "returns.csv": b"end_to_end,code,date,amount\nX-9,AM04,2027-01-10,12.00 EUR\n",
    "returns.xml": RETURNS,
    "credits.csv": b"number\tinvoice\tamount\tdate\nA-1\tF-1\t12.00 EUR\t2027-01-10\n",
}
NASTY = ["\x00", "\ufeff", '"', ";", "\t", "|", "\r", "\n\n", "'", "=1+1", "@SUM(A1)", "{", "- ", ": ", "&a *a", "!!x"]
NASTY += [
    "\u202e",
    "\ud7ff",
    "é",
    "١٢",
    "²",
    "1e9",
    "-0",
    "99999999999999999999",
    "0000-00-00",
    "9999-12-31",
    "2027-02-30",
]
NASTY += [
    "01/02/2027",
    "1.234,56",
    "1,234",
    "0.001",
    "-5 EUR",
    "5 ZZZ",
    "€",
    "+33",
    "a@b",
    "x" * 5000,
    "9999m",
    "0d",
    "1d",
]
NASTY += [
    "C-104",
    "M-2031",
    "F-1",
    "F-2",
    "T-1",
    "opening/F-2",
    "2027-01-10",
    "100.00 EUR",
    "FR7630006000011234567890189",
]
PLAIN = ["", "1", "12", "20%", "true", "no", "2026-12-31", "2027-03-31", "3m", "1w", "advance", "arrears", "one-off"]
PLAIN += [
    "open-account",
    "vip",
    "5.00",
    "5.00 GBP",
    "GBP",
    "BE",
    "732829320",
    "reminder-1",
    "transfer",
    "C-1|C-2",
    "X-9",
]
scraps = st.sampled_from([scrap.encode() for scrap in NASTY]) | st.binary(max_size=8)
patient = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@st.composite
def mutilated(draw: st.DrawFn) -> tuple[str, bytes]:
    """The name of a file, and its bytes with a few cut out, put in or said twice."""
    name = draw(st.sampled_from(sorted(FILES)))
    data = FILES[name]
    for _ in range(draw(st.integers(1, 4))):
        at, size = draw(st.integers(0, len(data))), draw(st.sampled_from((0, 0, 1, 7, 60)))
        data = data[:at] + draw(scraps | st.just(data[at : at + size] * 2)) + data[at + size :]
    return name, data


@st.composite
def retold(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good CSV with a line said twice, more of its kind's columns, and anything in a few cells."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    text = FILES[f"{kind}.csv"].decode("utf-8-sig")
    header, *rows = csv.reader(text.splitlines(), delimiter=max(",;\t", key=text.count))
    every = [column.name.replace("#", "2").replace("*", "siren") for column in KINDS[kind].columns]
    more = [
        column for column in draw(st.lists(st.sampled_from(every), max_size=4, unique=True)) if column not in header
    ]
    cell = st.sampled_from(NASTY + PLAIN) | st.text(st.characters(codec="utf-8"), max_size=12)
    lines = [[*row, *(draw(st.just("") | cell) for _ in more)] for row in [*rows, draw(st.sampled_from(rows))]]
    for line in lines:
        for _ in range(draw(st.integers(0, 2))):
            line[draw(st.integers(0, len(line) - 1))] = draw(cell)
    file = io.StringIO()
    csv.writer(file).writerows([header + more, *lines])
    return f"{kind}.csv", file.getvalue().encode()


@pytest.fixture
def backend() -> str:
    """On SQLite alone: what is tried here is the reading."""
    return "sqlite"


@pytest.mark.parametrize("partial", [False, True])
@given(file=mutilated() | retold())
@patient
def test_any_input_is_taken_once_or_refused_without_a_trace(
    desk: Desk, file: tuple[str, bytes], *, partial: bool
) -> None:
    name, data = file
    kind, _, _ = name.partition(".")
    path = desk.folder / name
    path.write_bytes(data)
    before = position(desk)
    report = import_file(desk.ledger, kind, path, Wish(partial=partial))
    assert report.recorded or report.problems
    assert all(problem.what and len(problem.text(name)) < 2000 for problem in report.problems)
    if not report.recorded:
        assert position(desk) == before
        return
    taken = position(desk)
    rejects = desk.folder / f"{kind}.rejects.csv"
    assert rejects.exists() == bool(report.refused)
    rejects.unlink(missing_ok=True)
    again = import_file(desk.ledger, kind, path, Wish(partial=partial))
    rejects.unlink(missing_ok=True)
    assert (again.new, again.refused) == (0, report.refused)
    assert again.changed == 0
    assert position(desk) == taken


def position(desk: Desk) -> int:
    with desk.ledger.read() as tx:
        return last_fact(tx)


@given(data=st.binary(max_size=300), suffix=st.sampled_from([".csv", ".yaml", ".xml"]))
@patient
def test_noise_is_read_or_refused(desk: Desk, data: bytes, suffix: str) -> None:
    path: Path = desk.folder / f"noise{suffix}"
    path.write_bytes(data)
    before = position(desk)
    for kind in KINDS:
        report = import_file(desk.ledger, kind, path, Wish(dry_run=True))
        assert report.problems or not (report.new or report.changed)
    assert position(desk) == before
