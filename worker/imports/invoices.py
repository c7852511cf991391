"""The columns of an invoices file, and what one line of it says: invoices that another system has issued."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rules import facts as f
from rules.account import Account, Receivable
from rules.money import Money
from worker.imports import cells
from worker.imports.book import Book
from worker.imports.custom import custom_values
from worker.imports.entry import Column, Entry
from worker.imports.problems import AMBIGUOUS, CONFLICT, CURRENCY, MISSING, UNKNOWN
from worker.imports.receipts import received

COLUMNS = (
    Column("number", "the invoice's number", required=True),
    Column("contract", "the contract it bills; or name the customer"),
    Column("customer", "the customer, when no contract is named: its open account is used, or opened"),
    Column("issued", "the date of issue", required=True),
    Column("due", "the due date; without one there is no reminder, only a task"),
    Column("received", "the day goods or invoice came, the later; where due is empty the terms count from it"),
    Column("amount", "the sum with tax", required=True),
    Column("balance", "what is still open, when part of it was paid before"),
    Column("currency", "where the amounts do not say it; the business's where empty"),
    Column("kind", "invoice (the default), deposit, instalment or retention"),
    Column("part", "1, 2, ... where the invoice is payable in parts, a line for each with its due date and amount"),
    Column("document", "false where no document exists: the statement goes instead"),
    Column("delivered", "the day it reached the customer; the date of issue where empty; no when it has not"),
    Column("last_step", "the last step that went out already, by its name in the policy"),
    Column("last_step_at", "and on which day"),
    Column("approval", "pending, approved or rejected, on the customer's side"),
    Column("portal_status", "as the customer's platform says"),
    Column("order_number", "the customer's order"),
    Column("assigned_to", "the factor or bank that owns it"),
    Column("insured", "true or false"),
    Column("custom.*", "a fact that business.yaml declares as invoice.NAME"),
)
KINDS = ("invoice", "deposit", "instalment", "retention")
_CHANGING = ("due", "approval", "portal_status", "assigned_to", "insured", "order_number")


def take(entry: Entry, book: Book) -> str | None:
    """Adds the line's invoice to the book: new, changed or known; None when the line is wrong."""
    number, part_of = _number(entry, book)
    found = book.receivable(number) if number else None
    contract = _contract(entry, book) if found is None else None
    issued = _issued(entry, book, number or "", part_of)
    balance = _balance(entry, issued)
    if number and found is not None and issued is not None:
        return _again(entry, book, issued, *found, balance=balance)
    if entry.problems or issued is None or contract is None:
        return None
    customer, name, opening = contract
    billed = received(entry, book, issued, _known(book, customer, name))
    if entry.problems:
        return None
    facts: list[f.Fact] = []
    if opening:
        opened = f.Contract(name, customer, "open-account", law=book.business.law)
        facts.append(f.ContractRecorded(book.now, opened, book.rulebook))
        book.note(
            "1 open account opened, for the customer whose invoices name no contract",
            "{} open accounts opened, one for each customer whose invoices name no contract",
        )
    if billed.due is None:
        book.note(
            "1 invoice without a due date: it opens a task and is not reminded",
            "{} invoices without a due date: each opens a task, none is reminded",
        )
    facts.append(replace(billed, contract=name))
    book.add(customer, [*facts, *_already_paid(issued, customer, balance)])
    book.lines[f"invoice {issued.number}"] = entry.row.line
    return "new"


def _known(book: Book, customer: str, contract: str) -> f.Contract | None:
    account = book.account(customer)
    return account.contracts.get(contract) if account else None


def _number(entry: Entry, book: Book) -> tuple[str | None, str]:
    """The receivable's number, and that of the invoice of which it is a part, or nothing."""
    number = entry.identifier("number", required=True)
    part = entry.get("part", lambda written: cells.whole(written, 1, 99))
    other = None if number is None else book.receivable(number) if part else book.receivable(f"{number}/1")
    if other is not None:
        cure = "give every part its place in the column part, or none"
        entry.fail("part", f"{number} is there whole and in parts", cure, CONFLICT)
    return (f"{number}/{part}", number) if number and part else (number, "")


def _issued(entry: Entry, book: Book, number: str, part_of: str) -> f.Issued | None:
    """The invoice without its contract."""
    currency = entry.currency(book.business.currency)
    if not entry.has("currency") and (entry.raw("amount") or "")[-3:].isalpha():
        currency = None  # the amount says it itself
    amount = entry.money(
        "amount", currency, required=True, negative="a credit note goes in with `relance import credits`"
    )
    issued = entry.day("issued", required=True)
    due = entry.day("due")
    if issued is not None and issued > book.today:
        entry.fail("issued", f"{issued} is after today, {book.today}", "import it when that day has come")
    if issued is not None and due is not None and due < issued:
        entry.fail(
            "due", f"{due} is before the date of issue, {issued}", "an invoice falls due when it is issued, or later"
        )
    last_step, last_on = entry.get("last_step", cells.name), entry.day("last_step_at")
    if (last_step is None) != (last_on is None):
        missing = "last_step_at" if last_on is None else "last_step"
        entry.fail(missing, "last_step and last_step_at come together", f"give {missing}, or leave both empty", MISSING)
    delivered = _delivered(entry, issued)
    kind = entry.choice("kind", KINDS)
    document = entry.get("document", cells.flag)
    details = {
        "order_number": entry.text("order_number", limit=64),
        "approval": entry.choice("approval", ("pending", "approved", "rejected")),
        "portal_status": entry.text("portal_status", limit=64),
        "assigned_to": entry.text("assigned_to", limit=64),
    }
    insured = entry.get("insured", cells.flag)
    custom = custom_values(entry, book.business, "invoice")
    if amount is None or issued is None:
        return None
    return f.Issued(
        book.midnight(issued),
        number,
        "",
        number,
        issued,
        due,
        amount,
        kind=kind or "invoice",
        document=True if document is None else document,
        delivered=delivered,
        last_step=last_step,
        last_step_on=last_on,
        insured=insured,
        custom=custom,
        part_of=part_of or None,
        **details,  # type: ignore[arg-type]
    )


def _delivered(entry: Entry, issued: date | None) -> date | None:
    if entry.raw("delivered") == "no":
        return None
    delivered = entry.day("delivered")
    if delivered is not None and issued is not None and delivered < issued:
        entry.fail("delivered", f"{delivered} is before the date of issue, {issued}")
    return delivered or issued


def _balance(entry: Entry, issued: f.Issued | None) -> Money | None:
    """What is open, between nothing and the amount, in its currency."""
    amount = issued.amount if issued else None
    balance = (
        entry.get("balance", lambda written: cells.amount(written, amount.currency if amount else None))
        if amount
        else None
    )
    if balance is not None and amount is not None:
        if balance.minor < 0:
            entry.fail(
                "balance",
                f"{balance} is below zero",
                "0.00 when nothing is open; a credit goes in with `relance import credits`",
            )
        elif amount < balance:
            entry.fail("balance", f"{balance} is more than the amount, {amount}", "what is still open of the invoice")
    return balance


def _contract(entry: Entry, book: Book) -> tuple[str, str, bool] | None:
    """The customer, its contract, and whether that is an open account to be opened."""
    contract, customer = entry.identifier("contract"), entry.identifier("customer")
    if contract is None and customer is None:
        if not entry.has("contract") and not entry.has("customer"):
            entry.fail("contract", "neither a contract nor a customer is named", "name one of the two", MISSING)
        return None
    if contract is not None:
        found = book.customer_of_contract(contract)
        if found is None:
            entry.fail(
                "contract",
                f"the contract {contract!r} is not known",
                "import the contracts first, or name the customer",
                UNKNOWN,
            )
            return None
        if customer is not None and customer != found:
            entry.fail(
                "customer",
                f"the contract {contract} is {found}'s, not {customer}'s",
                "leave one of the two empty",
                CONFLICT,
            )
        return found, contract, False
    assert customer is not None
    account = book.account(customer)
    if account is None:
        entry.fail("customer", f"the customer {customer!r} is not known", "import the customers first", UNKNOWN)
        return None
    return _open_account(entry, book, account, customer)


def _open_account(entry: Entry, book: Book, account: Account, customer: str) -> tuple[str, str, bool] | None:
    accounts = [contract.id for contract in account.contracts.values() if contract.kind == "open-account"]
    if len(accounts) > 1:
        what = f"{customer} has {len(accounts)} open accounts: {', '.join(accounts)}"
        entry.fail("contract", what, "name the one in the column contract", AMBIGUOUS)
        return None
    if accounts:
        return customer, accounts[0], False
    if book.customer_of_contract(customer) is not None:
        entry.fail(
            "contract",
            f"{customer} has no open account, and its name is taken by another contract",
            "name a contract",
            AMBIGUOUS,
        )
        return None
    return customer, customer, True


def _already_paid(issued: f.Issued, customer: str, balance: Money | None) -> list[f.Fact]:
    """What was paid before the import: money put on the invoice afterwards, so that nobody is thanked for it now."""
    if balance is None or balance == issued.amount:
        return []
    paid = issued.amount - balance
    payment = f"opening/{issued.number}"
    share = f.Share(issued.receivable, paid.minor)
    return [
        f.Paid(issued.at, payment, customer, paid, issued.issued, method="opening-balance"),
        f.Allocated(issued.at, payment, (share,)),
    ]


# --- the second time ---------------------------------------------------------------------------------------------


def _again(
    entry: Entry, book: Book, said: f.Issued, customer: str, receivable: str, *, balance: Money | None
) -> str | None:
    """A number that is known: the same invoice, a changed detail of it, or a contradiction."""
    account = book.account(customer)
    item = account.receivables.get(receivable) if account else None
    if item is None:
        return None
    where = book.lines.get(f"invoice {said.number}")
    source = f"line {where}" if where else "the ledger"
    cure = "correct the line, or credit the invoice and issue another number"
    if said.amount.currency != item.amount.currency:
        entry.fail(
            "amount",
            f"{said.number} is in {item.amount.currency} in {source}, here in {said.amount.currency}",
            cure,
            CURRENCY,
        )
    elif said.amount != item.amount:
        entry.fail("amount", f"{said.number} is of {item.amount} in {source}, of {said.amount} here", cure, CONFLICT)
    if said.issued != item.issued:
        entry.fail(
            "issued", f"{said.number} was issued on {item.issued} in {source}, on {said.issued} here", cure, CONFLICT
        )
    _same_debtor(entry, item, customer, source)
    said = received(entry, book, said, _known(book, customer, item.contract))
    if entry.problems:
        return None
    changes = [
        f.ReceivableChanged(book.now, receivable, name, value)
        for name, value in _details(entry, said).items()
        if value != getattr(item, name, item.custom.get(name))
    ]
    if balance is not None and balance != item.balance:
        book.note(
            "1 balance differs from the ledger's, which only payments and credits change",
            "{} balances differ from the ledger's, which only payments and credits change",
        )
    first = where or book.first_line(f"details of {said.number}", entry.row.line)
    if not changes:
        return "known"
    if first is not None:
        entry.fail("number", f"line {first} says something else of {said.number}", "keep one of the two", CONFLICT)
        return None
    book.add(customer, changes)
    return "changed"


def _details(entry: Entry, said: f.Issued) -> dict[str, f.Custom | None]:
    """What an import may change of an invoice, of that which the file speaks of."""
    told = [name for name in _CHANGING if entry.speaks(name)]
    if said.received is not None:
        told += ["received", "due"] if said.due is not None else ["received"]
    return {name: getattr(said, name) for name in told} | dict(said.custom)


def _same_debtor(entry: Entry, item: Receivable, customer: str, source: str) -> None:
    said_customer, said_contract = entry.raw("customer"), entry.raw("contract")
    if said_contract is not None and said_contract != item.contract:
        entry.fail(
            "contract",
            f"{item.number} bills {item.contract} in {source}",
            "an invoice never changes contract",
            CONFLICT,
        )
    elif said_customer is not None and said_customer != customer:
        entry.fail(
            "customer", f"{item.number} is {customer}'s in {source}", "an invoice never changes customer", CONFLICT
        )
