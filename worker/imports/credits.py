"""The columns of a credits file, and what one line of it says: a credit note, put on an invoice or left free."""

from __future__ import annotations

from rules import facts as f
from rules.account import Receivable
from rules.money import Money
from rules.shares import shared
from worker.imports.book import Book
from worker.imports.entry import Column, Entry
from worker.imports.problems import CONFLICT, MISSING, UNKNOWN
from worker.imports.shares import again, named_invoices, sum_and_day

COLUMNS = (
    Column("number", "the credit note's number: the same number is the same credit", required=True),
    Column("date", "its date", required=True),
    Column("amount", "the sum, above zero", required=True),
    Column("currency", "where the amount does not say it; the business's where empty"),
    Column("invoice", "the invoice it lowers, or several parted by |"),
    Column("invoice.#", "one of the invoices it lowers"),
    Column("customer", "the customer, when no invoice is named"),
)


def take(entry: Entry, book: Book) -> str | None:
    """Adds the line's credit to the book: new or known; None when the line is wrong."""
    number = entry.identifier("number", required=True)
    amount, day = sum_and_day(entry, book, "write the credit without its sign")
    if number and amount and day and (known := book.customer_of_payment(number)) is not None:
        return again(entry, book, known, number, amount, day, credit=True)
    owner = _owner(entry, book, amount)
    if entry.problems or not number or amount is None or day is None or owner is None:
        return None
    customer, items = owner
    shares = shared(items, amount)
    if sum(share.minor for share in shares) < amount.minor:
        book.note("1 credit leaves a free credit on the account", "{} credits leave a free credit on the account")
    book.add(customer, [f.Credited(book.midnight(day), number, customer, amount, day, shares)])
    book.lines[f"credit {number}"] = entry.row.line
    return "new"


def _owner(entry: Entry, book: Book, amount: Money | None) -> tuple[str, list[Receivable]] | None:
    customer = entry.identifier("customer")
    if entry.items("invoice"):
        found = named_invoices(entry, book, amount)
        if found is not None and customer is not None and customer != found[0]:
            entry.fail(
                "customer",
                f"the invoice is {found[0]}'s, not {customer}'s",
                "leave customer empty, or correct the invoice",
                CONFLICT,
            )
        return found
    if customer is None:
        if not entry.has("customer"):
            entry.fail("invoice", "neither an invoice nor a customer is named", "name one of the two", MISSING)
        return None
    if book.account(customer) is None:
        entry.fail("customer", f"the customer {customer!r} is not known", "import the customers first", UNKNOWN)
    return customer, []
