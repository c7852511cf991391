"""Invoices as tables for people who reckon with them: one row per line, CSV or XLSX, the same bytes each time."""

from __future__ import annotations

import csv as writers
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from rules.money import Money
from worker.documents.invoice import Invoice
from worker.documents.notes import FALLBACK, phrases, unit
from worker.imports.spreadsheet import neutral

COLUMNS = (
    "number", "kind", "issued", "due", "customer", "contract", "order", "from", "to", "line", "text", "quantity",
    "unit", "price", "net", "rate", "vat_category", "vat", "gross", "payable", "currency",
)  # fmt: skip
Cell = str | int | Decimal | Money | date | None


def csv(invoices: Sequence[Invoice]) -> bytes:
    """UTF-8 with a mark at its beginning, commas, decimal points; texts that a spreadsheet would run are made plain."""
    out = io.StringIO(newline="")
    writer = writers.writer(out)
    writer.writerow(head(invoices))
    writer.writerows([_text(cell) for cell in row] for row in _rows(invoices))
    return out.getvalue().encode("utf-8-sig")


def xlsx(invoices: Sequence[Invoice]) -> bytes:
    """A workbook of one sheet, with dates and numbers as such and its first row fixed."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    newest = max((each.issued for each in invoices), default=date(2000, 1, 1))
    book.set_properties({"created": datetime(newest.year, newest.month, newest.day)})  # noqa: DTZ001 - local days
    sheet, bold = book.add_worksheet("invoices"), book.add_format({"bold": True})
    forms = {date: book.add_format({"num_format": "yyyy-mm-dd"}), Money: book.add_format({"num_format": "#,##0.00"})}
    sheet.write_row(0, 0, head(invoices), bold)
    sheet.freeze_panes(1, 0)
    for at, row in enumerate(_rows(invoices), start=1):
        for column, cell in enumerate(row):
            match cell:
                case Money():
                    sheet.write_number(at, column, float(cell.amount), forms[Money])
                case date():
                    sheet.write_datetime(at, column, cell, forms[date])
                case Decimal() | int():
                    sheet.write_number(at, column, float(cell))
                case str():
                    sheet.write_string(at, column, cell)
    sheet.autofit()
    book.close()
    return out.getvalue()


def head(invoices: Sequence[Invoice]) -> tuple[str, ...]:
    """The names of the columns, in the language of the invoices where they share one, else in English."""
    languages = {each.language for each in invoices}
    said = phrases(languages.pop() if len(languages) == 1 else FALLBACK)
    return tuple(said[f"sheet_{name}"] for name in COLUMNS)


def _rows(invoices: Iterable[Invoice]) -> Iterator[tuple[Cell, ...]]:
    """One row per line; VAT, gross and payable are those of the whole paper, once, on its first line."""
    for invoice in invoices:
        sign = -1 if invoice.kind == "credit-note" else 1
        first, last = invoice.period or (None, None)
        sums = (invoice.vat, invoice.gross, invoice.payable)
        for n, line in enumerate(invoice.lines, start=1):
            yield (
                invoice.number,
                phrases(invoice.language).get(f"kind_{invoice.kind}", invoice.kind),
                invoice.issued,
                invoice.due,
                invoice.customer,
                invoice.contract,
                invoice.order_number,
                first,
                last,
                n,
                line.text,
                line.quantity,
                unit(invoice.language, line.unit, line.quantity),
                line.price,
                Money(sign * line.net.minor, line.net.currency),
                line.tax.rate,
                line.tax.category or "",
                *(Money(sign * each.minor, each.currency) if n == 1 else None for each in sums),
                invoice.currency,
            )


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Money():
            return str(cell).rpartition(" ")[0]
        case str():
            return neutral(cell)
    return str(cell)
