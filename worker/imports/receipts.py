"""The column `received` of an invoices file: the day from which a due date counts, by terms that say so."""

from __future__ import annotations

from dataclasses import replace

from rules import facts as f
from rules.calendars import CalendarEnds
from rules.duedates import WELL_BEFORE, after_receipt
from rules.facts import Contract
from worker.imports.book import Book
from worker.imports.entry import Entry


def received(entry: Entry, book: Book, issued: f.Issued, contract: Contract | None) -> f.Issued:
    """The invoice with its receipt, and the due date that it gives where the line names none."""
    on = entry.day("received")
    if on is None:
        return issued
    if on > book.today:
        entry.fail("received", f"{on} is after today, {book.today}", "import it when that day has come")
    if on < issued.issued - WELL_BEFORE:
        entry.fail("received", f"{on} is long before the date of issue, {issued.issued}")
    net = contract.schedule.net if contract and contract.schedule else None
    if issued.due is not None:
        return replace(issued, received=on)
    if net is None or net.runs_from != "receipt" or issued.kind != "invoice":
        cure = "write the due date, or leave received empty"
        entry.fail("received", "no terms of the contract count the due date from a receipt", cure)
        return issued
    try:
        dues = after_receipt(issued.issued, net, on, book.calendar)
    except CalendarEnds as end:
        entry.fail("received", str(end), "write the due date, or a later complete_until in the calendar")
        return issued
    place = int(issued.number.rpartition("/")[2]) if issued.part_of else len(dues)
    return replace(issued, received=on, due=dues[min(place, len(dues)) - 1])
