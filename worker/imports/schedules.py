"""What a line of a contracts file says of when a contract bills, and what: its schedule, lines and prices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal, cast

from rules import facts as f
from rules.billing import UNITS, all_periods
from rules.calendars import ONE_DAY
from rules.diagnostics import quoted
from rules.moments import Duration
from rules.vat import CATEGORIES, Category
from worker.imports import cells
from worker.imports.book import Book
from worker.imports.entry import Entry
from worker.imports.problems import CONFLICT, CURRENCY, IMPOSSIBLE, MISSING

REPEATING = ("every", "day", "end", "notice")
Kind = Literal["recurring", "one-off", "open-account"]


def bills(entry: Entry) -> bool:
    """Whether a one-off contract bills by itself: one without a day and lines is invoiced elsewhere."""
    return entry.has("start") or any(entry.groups("lines"))


def schedule(entry: Entry, book: Book, kind: Kind, known: f.Schedule | None) -> f.Schedule | None:
    """The schedule with what the line says of it, None where it cannot be made out; `known` is as recorded."""
    one_off = kind == "one-off"
    every = Duration(1, "m") if one_off else entry.get("every", cells.rhythm, required=True)
    for column in REPEATING if one_off else ():
        if entry.has(column):
            entry.fail(column, "a one-off contract bills once", f"leave {column} empty, or make it recurring")
    start = entry.day("start", required=True)
    lines = _lines(entry, book, known)
    said: dict[str, object] = {
        "day": entry.get("day", lambda written: cells.whole(written, 1, 31)),
        "in": entry.choice("in", ("advance", "arrears")) or "advance",
        "end": entry.day("end"),
        "notice": entry.get("notice", cells.duration),
        "terms": _net(entry),
        "lines": lines,
        "changes": _changes(entry, lines),
    }
    through = entry.day("billed_through")
    if not lines and not any(entry.groups("lines")):
        entry.fail("lines.1.amount", "the contract bills nothing", "give lines.1.text and lines.1.amount", MISSING)
    if start is None or every is None:
        return None
    fields = {"in": "billing", "terms": "net"}
    values = {fields.get(column, column): value for column, value in said.items() if entry.speaks(column)}
    made = replace(known or f.Schedule(every, start), every=every, start=start, **values)  # type: ignore[arg-type]
    made = replace(made, end=start if one_off else made.end, billed_through=through or made.billed_through)
    _check(entry, made)
    if known is None and made.start < book.today and not entry.has("billed_through"):
        cure = f"the last day already billed, or {start - ONE_DAY} if nothing was billed yet"
        entry.fail("billed_through", f"the start, {start}, is past: billed_through is missing", cure, MISSING)
    if through is not None and not entry.problems:
        _check_through(entry, made, through)
    return made


def _check(entry: Entry, made: f.Schedule) -> None:
    """Values that cannot be true together."""
    if made.end is not None and made.end < made.start:
        entry.fail("end", f"{made.end} is before the start, {made.start}", "the last day comes after the first")
    if made.day is not None and made.every.unit != "m":
        what = f"a contract billed every {made.every} has no day of the month"
        entry.fail("day", what, "leave day empty: it bills on the weekday of its start")


def _check_through(entry: Entry, made: f.Schedule, through: date) -> None:
    """The last day billed is the last day of a period: one billed in part would be billed again."""
    start, end = made.start, made.end
    if through < start - ONE_DAY or (end is not None and through > end):
        what = f"{through} is outside the contract ({start} to {end or 'no end'})"
        entry.fail("billed_through", what, "the last day already billed")
        return
    period = next((period for period in all_periods(made) if period[1] >= through), None)
    if period is None:
        entry.fail("every", f"from {start} to {through} there are too many periods", "begin the contract later")
        return
    first, last = period
    if through not in (last, start - ONE_DAY):
        what = f"{through} is in the middle of a period, {first} to {last}"
        entry.fail("billed_through", what, f"{last} when that period is billed, {first - ONE_DAY} when it is not")


def _net(entry: Entry) -> f.Net:
    end = entry.choice("terms.end_of_month", ("after", "before"))
    weekend = entry.choice("terms.weekend", ("kept", "next", "previous")) or "kept"
    net, runs_from = entry.get("terms.net", _days), entry.choice("terms.from", ("issue", "receipt")) or "issue"
    day = entry.get("terms.day", lambda written: cells.whole(written, 1, 31))
    discount, parts = _discount(entry), _instalments(entry)
    if runs_from == "receipt" and (end or day):
        entry.fail(
            "terms.from", "the end or a day of a month counts from the issue", "leave it empty, or say days alone"
        )
    if parts and discount is not None:
        entry.fail("terms.discount", "a discount is for one payment, not for instalments", "offer one of the two")
    if discount is not None and not 0 < discount.percent < 100:
        entry.fail("terms.discount", f"{discount.percent}% is no discount", "above 0%, below 100%")
    if discount is not None and not (end or day or parts) and discount.days > (30 if net is None else net):
        entry.fail(
            "terms.discount_within",
            "a discount is for who pays before the due date",
            "give no more days than terms.net",
        )
    if parts and net is not None:
        entry.fail("terms.net", "each instalment has days of its own", "leave terms.net empty")
    return f.Net(
        30 if net is None else net,
        cast(Literal["after", "before"] | None, end),
        day,
        cast(Literal["issue", "receipt"], runs_from),
        cast(Literal["kept", "next", "previous"], weekend),
        discount,
        parts,
    )


def _instalments(entry: Entry) -> tuple[f.Instalment, ...]:
    """The parts in which invoices are payable: two or more, in the order of their days, which make 100 %."""
    parts, column = [], "terms.instalments.1.share"
    for _, part in entry.groups("terms.instalments"):
        share, days = part.get("share", cells.percent, required=True), part.get("net", _days, required=True)
        if share is not None and days is not None:
            parts.append(f.Instalment(share, days))
    if not parts or entry.problems:
        return ()
    if len(parts) < 2 or any(part.percent <= 0 for part in parts) or sum(part.percent for part in parts) != 100:
        said = " + ".join(f"{part.percent}%" for part in parts)
        entry.fail(column, f"{said} are no instalments", "two shares or more, above zero, that make 100%")
    if any(later.days < sooner.days for sooner, later in pairwise(parts)):
        entry.fail(column, "the instalments are not in the order of their days", "put the one due first first")
    return tuple(parts)


def _discount(entry: Entry) -> f.Discount | None:
    percent, within = entry.get("terms.discount", cells.percent), entry.get("terms.discount_within", _days)
    if (percent is None) != (within is None):
        column = "terms.discount" if percent is None else "terms.discount_within"
        entry.fail(column, "a discount has a percentage and days", "give both, such as 2% and 10d", MISSING)
    return f.Discount(percent, within) if percent is not None and within is not None else None


def _days(written: str) -> int:
    value = cells.duration(written)
    if value.unit != "d" or value.n > 365:
        raise cells.CellError(f"{quoted(written)} is not a number of days such as 30d")
    return value.n


def _lines(entry: Entry, book: Book, known: f.Schedule | None) -> tuple[f.Line, ...]:
    if known is not None and not entry.speaks("lines"):
        return known.lines
    currency = entry.currency(book.business.currency)
    lines: list[f.Line] = []
    for number, (key, part) in enumerate(entry.groups("lines"), start=1):
        if key != str(number):
            part.fail(
                "amount", f"line {number} is missing before line {key}", "number the lines 1, 2, 3, ...", IMPOSSIBLE
            )
        text = part.text("text", required=True)
        amount = part.money("amount", _said(part, "amount", currency), required=True, rebate=True)
        vat = part.get("vat", cells.percent) or Decimal(0)
        category = cast(Category | None, part.choice("vat_category", tuple(CATEGORIES)))
        reason = part.get("vat_reason", cells.vatex)
        quantity = part.get("quantity", cells.quantity) or Decimal(1)
        unit = part.choice("unit", tuple(UNITS))
        if category is not None and (category == "standard") is (vat == 0):
            part.fail("vat_category", f"{category} does not go with VAT of {vat}%", "every category but standard is 0%")
        if text is not None and amount is not None:
            lines.append(f.Line(text, amount, vat, category, reason, quantity, unit))
    _one_currency(entry, "lines", [line.amount.currency for line in lines])
    if not entry.problems and lines and sum(line.amount.amount * line.quantity for line in lines) <= 0:
        entry.fail("lines.1.amount", "rebates take off all that the lines bill", "bill more than they take off")
    return tuple(lines)


def _said(part: Entry, column: str, currency: str | None) -> str | None:
    """An amount with its own currency needs no other, unless the line has a column for it."""
    return currency if part.row.cells.get("currency") or not (part.raw(column) or "")[-3:].isalpha() else None


def _changes(entry: Entry, lines: tuple[f.Line, ...]) -> tuple[f.PriceChange, ...]:
    changes: list[f.PriceChange] = []
    count = max(len(lines), len(list(entry.groups("lines"))))
    for _, part in entry.groups("changes"):
        since = part.day("from", required=True)
        line = part.get("line", lambda written: cells.whole(written, 1, 99), required=True)
        amount = part.money("amount", lines[0].amount.currency if lines else None, required=True, rebate=True)
        if line is not None and line > count:
            part.fail("line", f"there is no line {line}", f"its last line is {count}")
        if any((change.since, change.line) == (since, line) for change in changes):
            part.fail("line", f"line {line} has two prices from {since}", "keep one of the two", CONFLICT)
        if since is not None and line is not None and amount is not None:
            changes.append(f.PriceChange(since, line, amount))
    return tuple(changes)


def _one_currency(entry: Entry, column: str, currencies: Iterable[str]) -> None:
    found = sorted(set(currencies))
    if len(found) > 1:
        entry.fail(
            f"{column}.1.amount",
            f"two currencies in one contract: {', '.join(found)}",
            "one contract for each currency",
            CURRENCY,
        )
