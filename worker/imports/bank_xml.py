"""Reads what a bank answers to debits, ISO 20022 pain.002 and camt.052, .053 and .054, as lines of a returns file.

Of any version, by the names of the elements; everything else that a statement holds is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from worker.imports.problems import UNREADABLE, Problem, ReadingError
from worker.imports.table import Row, Table

NAMES = ("end_to_end", "code", "date", "amount", "currency")
_STATEMENTS = {"BkToCstmrAcctRpt": "Rpt", "BkToCstmrStmt": "Stmt", "BkToCstmrDbtCdtNtfctn": "Ntfctn"}
_REJECTED = "RJCT"


@dataclass(slots=True)
class Element:
    """An element without its namespace, and the line on which it begins."""

    name: str
    line: int
    attributes: dict[str, str]
    within: list[Element] = field(default_factory=list)
    text: str = ""

    def every(self, path: str) -> Iterator[Element]:
        """The elements at the end of a path such as `Refs/EndToEndId`."""
        name, _, rest = path.partition("/")
        for each in self.within:
            if each.name == name:
                yield from each.every(rest) if rest else (each,)

    def said(self, *paths: str) -> str:
        """What stands at the first of the paths that says anything, or nothing."""
        found = (each.text.strip() for path in paths for each in self.every(path))
        return next(filter(None, found), "")


def read_xml(data: bytes) -> Table:
    """The debits that came back; none where the file has no such news. Raises ReadingError."""
    root = _parsed(data)
    reports = [each for each in root.within if each.name == "CstmrPmtStsRpt" or each.name in _STATEMENTS]
    if not reports:
        cure = "a bank answers debits by pain.002, camt.052, camt.053 or camt.054; ask it for one of these"
        raise ReadingError(Problem(0, "", "is no status report and no statement of ISO 20022", cure, UNREADABLE))
    rows = (row for each in reports for row in (_returned(each) if each.name in _STATEMENTS else _rejected(each)))
    return Table(NAMES, tuple(rows))


def _rejected(report: Element) -> Iterator[Row]:
    """pain.002: refused before it was booked, one by one; a file or a batch that is refused whole names none."""
    day, groups = report.said("GrpHdr/CreDtTm")[:10], list(report.every("OrgnlGrpInfAndSts"))
    group = groups[0] if groups else report
    batches = list(report.every("OrgnlPmtInfAndSts"))
    if not batches and group.said("GrpSts") == _REJECTED:
        yield _whole(group, "file", group.said("OrgnlMsgId"))
    for batch in batches:
        status = batch.said("PmtInfSts") or group.said("GrpSts")
        found = list(batch.every("TxInfAndSts"))
        if not found and status == _REJECTED:
            yield _whole(batch, "batch", batch.said("OrgnlPmtInfId"))
        for each in found:
            if (each.said("TxSts") or status) == _REJECTED:
                code = next(filter(None, (_code(part, "StsRsnInf/Rsn") for part in (each, batch, group))), "")
                amounts = list(each.every("OrgnlTxRef/Amt/InstdAmt"))
                yield _row(each, each.said("OrgnlEndToEndId"), code, day, amounts[0] if amounts else None)


def _whole(refused: Element, what: str, name: str) -> Row:
    cure = "record each debit of it: `relance record payment-failed --invoice ... --reason ...`"
    why = _code(refused, "StsRsnInf/Rsn") or "no reason"
    said = f"the whole {what} {name} was refused ({why}): its debits are not named"
    return Row(refused.line, {}, broken=Problem(refused.line, "", said, cure, UNREADABLE))


def _returned(report: Element) -> Iterator[Row]:
    """camt: booked, and taken back from the account; what comes back of a transfer of ours is money that comes in."""
    for entry in report.every(f"{_STATEMENTS[report.name]}/Ntry"):
        if entry.said("Sts/Cd", "Sts") != "BOOK":
            continue
        day = entry.said("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")[:10]
        for each in entry.every("NtryDtls/TxDtls"):
            taken = (each.said("CdtDbtInd") or entry.said("CdtDbtInd")) == "DBIT"
            if taken and any(each.every("RtrInf")):
                paths = ("AmtDtls/InstdAmt/Amt", "AmtDtls/TxAmt/Amt", "Amt")
                amount = next((found for path in paths for found in each.every(path)), None)
                yield _row(each, each.said("Refs/EndToEndId"), _code(each, "RtrInf/Rsn"), day, amount)


def _code(of: Element, path: str) -> str:
    return of.said(f"{path}/Cd", f"{path}/Prtry")


def _row(of: Element, end_to_end: str, code: str, day: str, amount: Element | None) -> Row:
    sums = (amount.text.strip(), amount.attributes.get("Ccy", "")) if amount is not None else ("", "")
    cells = zip(NAMES, (end_to_end, code, day, *sums), strict=True)
    return Row(of.line, {name: cell for name, cell in cells if cell})


def _parsed(data: bytes) -> Element:
    """The root; a file that declares anything of its own (DOCTYPE) is refused, as none of a bank does."""
    parser = expat.ParserCreate()
    document = Element("", 0, {})
    open_ = [document]

    def begins(name: str, attributes: dict[str, str]) -> None:
        element = Element(name.rpartition(":")[2], parser.CurrentLineNumber, attributes)
        open_[-1].within.append(element)
        open_.append(element)

    def ends(_name: str) -> None:
        open_.pop()

    def says(text: str) -> None:
        open_[-1].text += text

    def declares(*_: object) -> None:
        raise ReadingError(Problem(parser.CurrentLineNumber, "", "declares a DOCTYPE", "remove it", UNREADABLE))

    parser.StartElementHandler, parser.EndElementHandler = begins, ends
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = says, declares
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        what = f"is not well-formed XML: {expat.ErrorString(error.code)}"
        raise ReadingError(Problem(error.lineno, "", what, "fetch it from the bank again", UNREADABLE)) from None
    return document.within[0]
