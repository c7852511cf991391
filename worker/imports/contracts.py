"""The columns of a contracts file, and what one line of it says."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from rules import facts as f
from rules.account import Account
from rules.billing import UNITS
from rules.diagnostics import quoted
from rules.law import floors
from rules.terms import LEGAL
from rules.vat import CATEGORIES
from worker.imports import cells
from worker.imports.book import Book
from worker.imports.custom import custom_values
from worker.imports.entry import Column, Entry
from worker.imports.problems import CONFLICT, IMPOSSIBLE, UNKNOWN
from worker.imports.schedules import Kind, bills, schedule

COLUMNS = (
    Column("contract", "the contract's identifier, such as M-2031", required=True),
    Column("customer", "the identifier of its customer", required=True),
    Column("kind", "recurring, one-off or open-account", required=True),
    Column("law", "the law of the contract, two letters; the business's where empty"),
    Column("late_rate", "percent a year for late payment, such as 12%, where the contract fixes one"),
    Column("every", "how often it bills: 1w, 1m, 3m, 12m, ..."),
    Column("day", "the day of the month, 31 being the last"),
    Column("in", "advance (the default) or arrears"),
    Column("start", "the first day; of a one-off contract, the day of its invoice"),
    Column("end", "the last day"),
    Column("notice", "the notice to end it, such as 3m"),
    Column("billed_through", "the last day already billed; mandatory when the start is past"),
    Column("terms.net", "days to pay, such as 30d (the default)"),
    Column("terms.end_of_month", "after or before: the end of the month counts after or before those days"),
    Column("terms.day", "then the first such day of a month, 31 being the last"),
    Column("terms.weekend", "kept (the default), next or previous: where a due date on a weekend moves to"),
    Column("terms.from", "issue (the default) or receipt: from when the days count; a receipt is then asked for"),
    Column("terms.instalments.#.share", "an invoice payable in parts: the share of one, such as 30%"),
    Column("terms.instalments.#.net", "and its days to pay, such as 60d; the shares make 100%"),
    Column("terms.discount", "what an early payment takes off, such as 2%"),
    Column("terms.discount_within", "the days in which it does, such as 10d; none after the due date"),
    Column("currency", "where the amounts do not say it"),
    Column("lines.#.text", "what is billed"),
    Column(
        "lines.#.amount", "its price a period, net of tax; of one unit where there is a quantity; below zero: a rebate"
    ),
    Column("lines.#.quantity", "how many, such as 42 or 2.5; 1 where empty"),
    Column("lines.#.unit", f"what is counted: {', '.join(UNITS)}"),
    Column("lines.#.vat", "its VAT, such as 20%"),
    Column("lines.#.vat_category", f"why it bears none at 0%: {', '.join(CATEGORIES)}"),
    Column("lines.#.vat_reason", "the VATEX code of an exemption, such as VATEX-FR-FRANCHISE"),
    Column("changes.#.from", "a new price from the first period that starts on or after this date"),
    Column("changes.#.line", "the number of the line"),
    Column("changes.#.amount", "its new price"),
    Column("tags", "names parted by |"),
    Column("tags.#", "one tag"),
    Column("suspension_clause", "true where the contract allows to suspend"),
    Column("sepa_mandate", "the reference of the SEPA mandate by which the customer is debited"),
    Column("mandate_signed", "the day on which it was signed"),
    Column("mandate_scheme", "core (the default), or b2b: between businesses, without refund"),
    Column("order_number", "the customer's order"),
    Column("custom.*", "a fact that business.yaml declares as contract.NAME"),
)
KINDS = ("recurring", "one-off", "open-account")
SCHEDULED = ("every", "day", "start", "end", "notice", "billed_through")


def take(entry: Entry, book: Book) -> str | None:
    """Adds the line's contract to the book: new, changed or known; None when the line is wrong."""
    name = entry.identifier("contract", required=True)
    customer = entry.identifier("customer", required=True)
    account = book.account(customer) if customer else None
    if customer and account is None:
        entry.fail("customer", f"the customer {quoted(customer)} is not known", "import the customers first", UNKNOWN)
    holder = book.customer_of_contract(name) if name else None
    if holder is not None and customer and holder != customer:
        entry.fail(
            "customer",
            f"the contract {name} is {holder}'s",
            "a contract never changes customer: end it, open another",
            CONFLICT,
        )
    known = account.contracts.get(name) if account is not None and name else None
    contract = _contract(entry, book, name or "", customer or "", known)
    if account is not None and known is not None:
        _check_periods(entry, account, known, contract)
    if entry.problems or account is None:
        return None
    first = book.first_line(f"contract {name}", entry.row.line)
    if known == contract:
        return "known"
    if first is not None:
        entry.fail("contract", f"line {first} says something else of {name}", "keep one of the two", CONFLICT)
        return None
    rulebook = account.rulebooks[contract.id] if known else book.rulebook
    book.add(contract.customer, [f.ContractRecorded(book.now, contract, rulebook)])
    return "changed" if known else "new"


def _contract(entry: Entry, book: Book, name: str, customer: str, known: f.Contract | None) -> f.Contract:
    kind = cast(Kind | None, entry.choice("kind", KINDS, required=True))
    if known is not None and kind is not None and kind != known.kind:
        entry.fail("kind", f"the contract {name} is {known.kind}", "end it and open another", CONFLICT)
    said: dict[str, object] = {
        "law": entry.get("law", cells.country) or book.business.law,
        "tags": entry.tags() or None,
        "suspension_clause": entry.get("suspension_clause", cells.flag),
        "late_rate": entry.get("late_rate", cells.percent),
        "sepa_mandate": entry.text("sepa_mandate", limit=35),
        "mandate_signed": entry.day("mandate_signed"),
        "mandate_scheme": entry.choice("mandate_scheme", ("core", "b2b")),
        "order_number": entry.text("order_number", limit=64),
        "custom": custom_values(entry, book.business, "contract"),
    }
    start = known or f.Contract(name, customer, kind or "open-account", law=book.business.law)
    values = {column: value for column, value in said.items() if entry.speaks(column)}
    contract = replace(start, **values)  # type: ignore[arg-type]
    _check_late_rate(entry, book, contract)
    if kind == "open-account":
        _check_open_account(entry)
    elif kind == "recurring" or (kind == "one-off" and bills(entry)):
        contract = replace(contract, schedule=schedule(entry, book, kind, known.schedule if known else None))
    return contract


def _check_late_rate(entry: Entry, book: Book, contract: f.Contract) -> None:
    """A rate that the law of the contract does not let it fix; one that was recorded before is left to lint."""
    law, rate = contract.law, contract.late_rate
    why = (
        floors.too_low(law, rate, book.rates, book.today)
        if law and rate is not None and entry.has("late_rate")
        else None
    )
    if why is not None:
        cure = f"{floors.SOURCE}: leave it empty for the rate of the law, or see relance rates list {LEGAL}"
        entry.fail("late_rate", why, cure, IMPOSSIBLE)


def _check_open_account(entry: Entry) -> None:
    for column in SCHEDULED:
        if entry.has(column):
            cure = f"leave {column} empty, or make it recurring"
            entry.fail(column, "an open account bills nothing by itself", cure)
    if any(entry.groups("lines")):
        cure = "leave its lines out, or make it recurring"
        entry.fail("lines.1.amount", "an open account bills nothing by itself", cure)


def _check_periods(entry: Entry, account: Account, known: f.Contract, contract: f.Contract) -> None:
    """Once something was billed, the periods stay as they are: another cut would bill some days twice."""
    was, now = known.schedule, contract.schedule
    if was is None or now is None or (was.every, was.start) == (now.every, now.start):
        return
    if any(item.contract == known.id and item.period for item in account.receivables.values()):
        column = "start" if was.start != now.start else "every"
        what = f"{known.id} has billed every {was.every} from {was.start}, which never changes"
        entry.fail(column, what, "end it and open another", CONFLICT)
