"""What payments and credits have in common: a sum, a day, the invoices they are put on, and being known already."""

from __future__ import annotations

from datetime import date

from rules.account import Account, Receivable
from rules.diagnostics import quoted
from rules.money import Money
from worker.imports.book import Book
from worker.imports.entry import Entry
from worker.imports.problems import CONFLICT, CURRENCY, IMPOSSIBLE, UNKNOWN
from worker.ledger.invoices import number_of


def sum_and_day(entry: Entry, book: Book, negative: str) -> tuple[Money | None, date | None]:
    """The sum, above zero, and its date, never after today."""
    written = entry.raw("amount") or ""
    currency = entry.currency(book.business.currency)
    if not entry.has("currency") and written[-3:].isalpha():
        currency = None  # the amount says it itself
    amount = entry.money("amount", currency, required=True, negative=negative)
    day = entry.day("date", required=True)
    if day is not None and day > book.today:
        entry.fail("date", f"{day} is after today, {book.today}", "import it when that day has come", IMPOSSIBLE)
    return amount, day


def named_invoices(entry: Entry, book: Book, amount: Money | None) -> tuple[str, list[Receivable]] | None:
    """The customer and the receivables that the column invoice names, in their order; None after a mistake."""
    customers: dict[str, str] = {}
    items: list[Receivable] = []
    for number in entry.items("invoice"):
        found = book.named(number_of(number))
        if found is None:
            entry.fail(
                "invoice",
                f"the invoice {quoted(number)} is not known",
                "import the invoices first, or leave it empty and name the customer",
                UNKNOWN,
            )
            continue
        currency = found[1][0].amount.currency
        if amount is not None and currency != amount.currency:
            entry.fail(
                "amount",
                f"{amount} for {number}, which is in {currency}",
                "a sum is put on invoices of its own currency",
                CURRENCY,
            )
        customers[found[0]] = number
        items += found[1]
    if len(customers) > 1:
        names = " and ".join(f"{number} is {customer}'s" for customer, number in customers.items())
        entry.fail(
            "invoice", f"invoices of several customers: {names}", "split the line, one for each customer", CONFLICT
        )
    if entry.problems or not customers:
        return None
    return next(iter(customers)), items


def again(
    entry: Entry, book: Book, customer: str, reference: str, amount: Money, day: date, *, credit: bool
) -> str | None:
    """A reference that is known: the same sum on the same day, or a contradiction."""
    account: Account | None = book.account(customer)
    payment = account.payments.get(reference) if account else None
    column, noun = ("number", "credit") if credit else ("reference", "payment")
    if payment is None:
        return None
    where = book.lines.get(f"{noun} {reference}")
    source = f"line {where}" if where else "the ledger"
    cure = "correct the line, or give it a reference of its own"
    if payment.credit != credit:
        entry.fail(
            column, f"{reference!r} is a {'credit' if payment.credit else 'payment'} in {source}", cure, CONFLICT
        )
    elif payment.amount != amount:
        entry.fail("amount", f"{reference} is of {payment.amount} in {source}, of {amount} here", cure, CONFLICT)
    elif payment.on != day:
        entry.fail("date", f"{reference} is of {payment.on} in {source}, of {day} here", cure, CONFLICT)
    return None if entry.problems else "known"
