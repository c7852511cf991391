"""The table of what an invoice or a credit note bills: its lines, and what leads to the sum to be paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from babel.numbers import format_decimal

from rules.money import Money
from worker.words.blocks import Row, Table
from worker.words.locale import Locale
from worker.words.message import BillLine, BillText

Labels = Mapping[str, str]


def table(bill: BillText, labels: Labels, locale: Locale, *, whole: bool) -> Table:
    """The lines and what they come to; a credit note's sums are below zero.

    `whole`: the invoice itself, whose lines all say quantity and unit price (C. com. L441-9; directive 2006/112/EC,
    art. 226). The narrow e-mail that brings it says them where a line has more than one of something.
    """
    counted = whole or any(line.quantity != 1 or line.unit for line in bill.lines)
    taxed = all(line.rate is not None for line in bill.lines)
    columns = ["text", *["quantity", "price"] * counted, "rate" if taxed else "vat", "net"]
    rows = tuple(_row(bill, line, columns, labels, locale) for line in bill.lines)
    head = tuple(labels[f"head_{each}"] for each in columns)
    return Table(head, rows, len(columns) - 1, tuple(_sums(bill, labels, locale)), labels["colon"])


def _row(bill: BillText, line: BillLine, columns: list[str], labels: Labels, locale: Locale) -> Row:
    cells = {
        "text": line.text,
        "quantity": " ".join(filter(None, (_number(line.quantity, locale), line.unit))),
        "price": locale.money(line.price or line.net),
        "rate": locale.percent(line.rate) if line.rate is not None else "",
        "vat": locale.money(_signed(bill, line.vat)),
        "net": locale.money(_signed(bill, line.net)),
    }
    said = labels["said_line"].format(text=line.text, net=cells["net"], vat=cells["rate"] or cells["vat"])
    return Row(tuple(cells[each] for each in columns), said)


def _sums(bill: BillText, labels: Labels, locale: Locale) -> Iterator[tuple[str, str]]:
    def said(money: Money) -> str:
        return locale.money(_signed(bill, money))

    yield labels["bill_net"], said(bill.net)
    for group in bill.groups:
        rate = locale.percent(group.rate)
        yield labels["bill_vat_on"].format(rate=rate, net=said(group.net)), said(group.vat)
    if not bill.groups:
        yield labels["bill_vat"], said(bill.vat)
    if bill.deposits:
        yield labels["bill_with_vat"], said(bill.gross)
    for deposit in bill.deposits:
        day = locale.short_date(deposit.issued)
        yield labels["bill_deposit"].format(number=deposit.number, issued=day), said(-deposit.amount)
    yield labels["bill_credit" if bill.reverses else "bill_gross"], said(bill.payable)


def _signed(bill: BillText, money: Money) -> Money:
    return -money if bill.reverses else money


def _number(value: Decimal, locale: Locale) -> str:
    return str(format_decimal(value, locale=locale.tag))
