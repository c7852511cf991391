"""What the bank answers to a debit, as its files have it: found by its EndToEndId, recorded once, else said where."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from rules import facts as f
from tests.worker.test_debiting import AT, KEY, collecting
from tests.world import World, euros
from worker.cli.app import relance
from worker.imports.importing import Report, import_file

# The elements of pain.002.001.03 and .10, and of camt.054.001.02 and .08, that EPC130-08 and the Common Global
# Implementation have banks fill in; a status is text in the old statements and a code in the new.
PAIN002 = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}">
<CstmrPmtStsRpt><GrpHdr><MsgId>R-1</MsgId><CreDtTm>2027-02-12T17:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>M-1</OrgnlPmtInfId>
<TxInfAndSts><OrgnlEndToEndId>ACCEPTED</OrgnlEndToEndId><TxSts>ACCP</TxSts></TxInfAndSts>
<TxInfAndSts><StsId>S-1</StsId><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>RJCT</TxSts>
<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>
<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">1200.00</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>
"""
REFUSED = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>
<GrpHdr><MsgId>R-2</MsgId><CreDtTm>2027-02-12T17:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>
</OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>
"""
CAMT054 = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.{version}"><BkToCstmrDbtCdtNtfctn><Ntfctn>
<Ntry><Amt Ccy="EUR">1204.50</Amt><CdtDbtInd>{sense}</CdtDbtInd><Sts>{status}</Sts>
<BookgDt><Dt>2027-02-23</Dt></BookgDt>
<NtryDtls><TxDtls><Refs><AcctSvcrRef>B-9</AcctSvcrRef><EndToEndId>{name}</EndToEndId></Refs>
<AmtDtls><InstdAmt><Amt Ccy="EUR">1200.00</Amt></InstdAmt></AmtDtls>
<RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf></TxDtls></NtryDtls></Ntry>
</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>
"""


async def collected(found: World, hands: object) -> str:
    """The debit is handed over; the name that its file for the bank gives it."""
    await hands.perform("A-1", KEY, "debit", lambda: AT)  # type: ignore[attr-defined]
    (entry,) = found.debits()
    return str(entry["collections"][0]["end_to_end"])


def take(found: World, text: str, *, name: str = "answer.xml") -> Report:
    file = found.office.settings.workspace / name
    file.write_text(text, "utf-8")
    return import_file(found.office.ledger, "returns", file)


def failures(found: World) -> list[tuple[str, str, str]]:
    """(receivable, sum, code) of what failed, and (payment, day, code) of what was reversed, in order."""
    said = []
    for fact in found.facts():
        match fact:
            case f.PaymentFailed():
                said.append((fact.receivable, str(fact.amount), fact.reason))
            case f.Reversed():
                said.append((fact.payment, str(fact.on), fact.reason))
    return said


def later(found: World, days: int) -> None:
    with found.office.ledger.begin() as tx:
        tx.set_clock(AT + timedelta(days=days))


@pytest.mark.asyncio
@pytest.mark.parametrize(("version", "code"), [("03", "AC04"), ("10", "MD06")])
async def test_what_the_bank_rejects_is_recorded_once_and_is_no_longer_under_way(
    tmp_path: Path, version: str, code: str
) -> None:
    with collecting(tmp_path) as (found, hands):
        name = await collected(found, hands)
        answer = PAIN002.format(version=version, name=name, code=code)
        first, again = take(found, answer), take(found, answer, name="the-same.xml")
        assert (first.new, first.problems, first.contracts) == (1, (), ("A-1",))
        assert (again.new, again.known) == (0, 1)
        assert failures(found) == [("F-1", "1200.00 EUR", code)]


@pytest.mark.asyncio
@pytest.mark.parametrize(("version", "status"), [("02", "BOOK"), ("08", "<Cd>BOOK</Cd>")])
async def test_a_booked_debit_that_comes_back_reverses_its_payment_once(
    tmp_path: Path, version: str, status: str
) -> None:
    with collecting(tmp_path) as (found, hands):
        name = await collected(found, hands)
        later(found, 7)
        payment = found.paid("F-1", 1200, on="2027-02-19")
        later(found, 12)
        answer = CAMT054.format(version=version, sense="DBIT", status=status, name=name, code="AM04")
        assert [take(found, answer).new, take(found, answer).known] == [1, 1]
        assert failures(found) == [(payment, "2027-02-23", "AM04")]


@pytest.mark.asyncio
async def test_a_debit_that_comes_back_before_its_payment_was_read_failed(tmp_path: Path) -> None:
    with collecting(tmp_path) as (found, hands):
        name = await collected(found, hands)
        later(found, 12)
        answer = CAMT054.format(version="02", sense="DBIT", status="BOOK", name=name, code="MS02")
        assert take(found, answer).new == 1
        assert failures(found) == [("F-1", "1200.00 EUR", "MS02")]


@pytest.mark.asyncio
@pytest.mark.parametrize(("sense", "status"), [("CRDT", "BOOK"), ("DBIT", "PDNG")])
async def test_a_transfer_that_came_back_and_what_is_not_booked_are_passed_over(
    tmp_path: Path, sense: str, status: str
) -> None:
    with collecting(tmp_path) as (found, hands):
        name = await collected(found, hands)
        later(found, 12)
        report = take(found, CAMT054.format(version="02", sense=sense, status=status, name=name, code="AC01"))
        assert (report.new, report.problems, failures(found)) == (0, (), [])


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (PAIN002.format(version="03", name="X-1", code="AM04"), 7, "no debit of ours is called 'X-1'"),
        (REFUSED, 3, "the whole file M was refused (FF01): its debits are not named"),
        ("<Document><Else/></Document>", 0, "is no status report and no statement of ISO 20022"),
        ("<Document>\n<Else>", 2, "is not well-formed XML: no element found"),
        ('<!DOCTYPE a [<!ENTITY b "c">]>\n<a>&b;</a>', 1, "declares a DOCTYPE"),
        ("end_to_end,code,amount\nNAME,AM04,900.00\n", 2, "1200.00 EUR was collected for F-1, not 900.00 EUR"),
        ("end_to_end,code\nNAME,no money\n", 2, "'no money' is no code of a bank"),
    ],
)
async def test_what_cannot_be_matched_is_said_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with collecting(tmp_path) as (found, hands):
        name = await collected(found, hands)
        ending = "csv" if text.startswith("end") else "xml"
        report = take(found, text.replace("NAME", name), name=f"answer.{ending}")
        (problem,) = report.problems
        assert (report.recorded, problem.line, said in problem.what) == (False, line, True), problem
        assert failures(found) == []


@pytest.mark.asyncio
async def test_the_payment_of_the_next_debit_is_not_reversed_by_the_answer_to_the_first(tmp_path: Path) -> None:
    with collecting(tmp_path) as (found, hands):
        name = await collected(found, hands)
        answer = PAIN002.format(version="03", name=name, code="AM04")
        take(found, answer)
        later(found, 12)
        hold = f.Hold("debit/F-1/1/again/1/F-1", "payment-pending", "receivable", "F-1", AT.date(), part=euros(1200))
        found.record("C-1", f.HoldPlaced(AT + timedelta(days=10), hold))
        found.paid("F-1", 1200, on="2027-02-24")
        assert take(found, answer).known == 1
        assert failures(found) == [("F-1", "1200.00 EUR", "AM04")]


@pytest.mark.asyncio
async def test_the_command_reads_a_banks_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting(tmp_path) as (found, hands):
        name = await collected(found, hands)
        settings = found.office.settings
        later(found, 1)
        file = tmp_path / "bank.xml"
        file.write_text(PAIN002.format(version="03", name=name, code="AM04"), "utf-8")
        monkeypatch.setenv("RELANCE_WORKSPACE", str(settings.workspace))
        monkeypatch.setenv("RELANCE_DATABASE", settings.database)
        monkeypatch.setenv("RELANCE_OUT", str(settings.out))
        said = await asyncio.to_thread(CliRunner().invoke, relance, ["import", "returns", str(file)])
        assert "1 new, 0 changed, 0 known already, 0 refused." in said.output
        assert failures(found) == [("F-1", "1200.00 EUR", "AM04")]
