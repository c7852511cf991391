"""The columns of a payments file, and what one line of it says: money that came in, and what it was for."""

from __future__ import annotations

from rules import facts as f
from rules.account import Receivable
from rules.charging import in_order
from rules.money import Money
from rules.shares import shared
from worker.imports import cells
from worker.imports.book import Book
from worker.imports.entry import Column, Entry
from worker.imports.problems import AMBIGUOUS, CONFLICT, MISSING, UNKNOWN
from worker.imports.shares import again, named_invoices, sum_and_day

COLUMNS = (
    Column("reference", "the bank's reference: the same reference is the same payment", required=True),
    Column("date", "the value date", required=True),
    Column("amount", "the sum, above zero", required=True),
    Column("currency", "where the amount does not say it; the business's where empty"),
    Column("invoice", "the invoice paid, or several parted by |"),
    Column("invoice.#", "one of the invoices paid"),
    Column("customer", "the customer who paid, when no invoice is named"),
    Column("iban", "the payer's account, when neither is named"),
    Column("method", "transfer, debit, card, cheque or lcr"),
    Column("order", "law (the default): charges first, where the law says so; named: the invoices named alone"),
)
METHODS = ("transfer", "debit", "card", "cheque", "lcr")
ORDERS = ("law", "named")


def take(entry: Entry, book: Book) -> str | None:
    """Adds the line's payment to the book: new or known; None when the line is wrong."""
    reference = entry.text("reference", required=True, limit=140)
    amount, day = sum_and_day(entry, book, "a payment that came back goes in with `relance record reversal`")
    method, order = entry.choice("method", METHODS), entry.choice("order", ORDERS)
    if day is not None:
        book.latest = max(book.latest or day, day)
    if reference and amount and day and (known := book.customer_of_payment(reference)) is not None:
        return again(entry, book, known, reference, amount, day, credit=False)
    payer = _payer(entry, book, amount)
    if entry.problems or not reference or amount is None or day is None or payer is None:
        return None
    customer, items = payer
    account = book.account(customer)
    paid = in_order(account, items, book.terms) if account and order != "named" else items
    shares = shared(paid, amount)
    if sum(share.minor for share in shares) < amount.minor:
        rest = "money on the account, unallocated"
        book.note(f"1 payment leaves {rest}", f"{{}} payments leave {rest}")
    book.add(customer, [f.Paid(book.midnight(day), reference, customer, amount, day, shares, method)])
    book.lines[f"payment {reference}"] = entry.row.line
    return "new"


def _payer(entry: Entry, book: Book, amount: Money | None) -> tuple[str, list[Receivable]] | None:
    """Whose money it is, by invoice, then by customer, then by the payer's account; and the invoices it names."""
    customer = entry.identifier("customer")
    iban = entry.get("iban", cells.iban)
    if entry.items("invoice"):
        found = named_invoices(entry, book, amount)
        if (
            found is not None
            and customer is not None
            and customer != found[0]
            and not _pays_for(book, customer, found[0])
        ):
            entry.fail(
                "customer",
                f"the invoice is {found[0]}'s, not {customer}'s",
                "leave customer empty, or correct the invoice",
                CONFLICT,
            )
        return found
    if customer is not None:
        if book.account(customer) is None:
            entry.fail("customer", f"the customer {customer!r} is not known", "import the customers first", UNKNOWN)
        return customer, []
    if iban is not None:
        return _by_account(entry, book, iban)
    if not any(entry.has(column) for column in ("invoice", "customer", "iban")):
        entry.fail("invoice", "nobody is named: no invoice, no customer, no iban", "fill one of the three", MISSING)
    return None


def _pays_for(book: Book, payer: str, customer: str) -> bool:
    account = book.account(customer)
    return account is not None and account.customer.payer == payer


def _by_account(entry: Entry, book: Book, iban: str) -> tuple[str, list[Receivable]] | None:
    customers = book.customers_of_iban(iban)
    if len(customers) == 1:
        return customers[0], []
    if customers:
        what = f"{iban} is the account of {' and '.join(customers)}"
        entry.fail("iban", what, "name the invoice or the customer", AMBIGUOUS)
    else:
        entry.fail(
            "iban",
            f"no customer pays from {iban}",
            "name the invoice or the customer, or add the iban to the customer",
            UNKNOWN,
        )
    return None
