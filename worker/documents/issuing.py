"""Invoices and credit notes as they are issued: checked before, numbered, and kept with all that they say."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from rules import facts as f
from rules.account import Account, Receivable
from rules.billing import bill as billed_for
from rules.collecting import postponed
from rules.contracts import mentions
from rules.decision import Bill, Deposit
from rules.duedates import discount
from rules.moments import Duration
from rules.money import Money, total
from rules.shares import shared
from rules.terms import tables
from rules.vat import groups
from worker.documents.invoice import Entry, Invoice, credited, drafted, language_of
from worker.documents.mentions import missing_mentions
from worker.documents.notes import phrases
from worker.documents.store import billed_as, keep
from worker.ledger.invoices import free_number, keep_bill
from worker.ledger.ledger import LedgerError, Transaction
from worker.words.locale import Locale


def issue(tx: Transaction, customer: str, bill: Bill, now: datetime, today: date) -> f.Issued | None:
    """Issues a bill once and keeps what its invoice says; None where a person is asked first about what it lacks.

    Whoever answers `proceed` answers for exactly what was shown: something else that is wrong is asked about anew.
    """
    tx.lock(customer)
    bill = _worded(tx, customer, bill)
    draft = _draft(tx, customer, bill)
    lacking = [*missing_mentions(draft), *_unpaid(tx.account(customer), bill)]
    if lacking:
        said = "; ".join(lacking)
        key = f"{mentions(bill.of or bill.contract, bill.period)}{sha256(said.encode()).hexdigest()[:8]}"
        review = tx.account(customer).reviews.get(key)
        if review is None or review.answer is None:
            why = f"the invoice of {bill.period[0]} to {bill.period[1]} cannot leave: {said}"
            tx.record(customer, [f.ReviewAsked(now, key, "contract", bill.contract, why, today)])
            return None
    issued = tx.issue(customer, bill, now)
    keep(tx, issued.receivable, replace(draft, number=issued.part_of or issued.number))
    return issued


def deposit(tx: Transaction, contract: str, line: f.Line, *, now: datetime, today: date) -> Invoice:
    """Issues the invoice of a deposit (type 386), which the contract's next invoices deduct; due by its terms.

    Raises LedgerError where its paper would lack something: nothing is asked, whoever wants it is there to mend it.
    """
    customer = tx.customer_of(contract=contract)
    tx.lock(customer)
    account = tx.account(customer)
    known = account.contracts[contract]
    terms = known.schedule.net if known.schedule else f.Net()
    net = replace(terms, runs_from="issue", instalments=())  # it is paid in advance, and at once
    once = f.Schedule(Duration(1, "d"), today, net=net, lines=(line,))
    business = tx.rulebook(account.rulebooks[contract]).business
    bill = postponed(billed_for(known, once, (today, today), today), account, business)
    draft = replace(_draft(tx, customer, bill), kind="deposit", period=None)
    if lacking := missing_mentions(draft):
        raise LedgerError(f"the deposit cannot be invoiced: {'; '.join(lacking)}")
    made = replace(draft, number=free_number(tx, today.year))
    receivable = f"{contract}/deposit/{made.number}"
    about = (receivable, contract, made.number, today, bill.due, bill.gross, "deposit", bill.order_number, bill.period)
    tx.record(customer, [f.Issued(now, *about)])
    keep_bill(tx, receivable, bill)
    keep(tx, receivable, made)
    return made


def _unpaid(account: Account, bill: Bill) -> Iterator[str]:
    """Deposits of which more would be deducted than was paid: what EN 16931 deducts was paid in advance (BT-113)."""
    for each in bill.deposits:
        item = account.receivables[each.receivable]
        paid = Money(item.paid - _deducted(account, item.id), each.amount.currency)
        if paid < each.amount:
            yield (
                f"deposit {each.number}: {paid} of {each.amount} is paid; wait for it, credit it, or deduct it all the "
                f"same, and it stays claimed by itself"
            )


def _deducted(account: Account, deposit: str) -> int:
    """What invoices deduct of a deposit."""
    shares = (share for other in account.receivables.values() for share in other.deposits)
    return sum(share.minor for share in shares if share.receivable == deposit)


def invoice_of(tx: Transaction, receivable: str) -> Invoice | None:
    """What the invoice of a receivable says; None for one that was billed elsewhere.

    One that was issued before papers were kept is drawn up by what is known now, and kept from here on.
    """
    found = billed_as(tx, receivable)
    bill = tx.bill(receivable) if found is None else None
    if bill is None:
        return found
    customer = tx.customer_of(receivable=receivable)
    account = tx.account(customer)
    first = account.parts(account.receivables[receivable])[0]
    drawn = replace(_draft(tx, customer, bill), number=first.paper)
    keep(tx, first.id, drawn)
    return drawn


def credit(
    tx: Transaction, receivable: str, *, lines: Collection[int], now: datetime, today: date, reason: str
) -> Invoice:
    """Credits an invoice of ours, whole or by lines (from 1; none: all): numbered, recorded and kept.

    First what was to be paid is taken back, of its parts those that fall due first; then what was deducted, which its
    deposits have again. Raises LedgerError where it was billed elsewhere, has no such line, or where more would be
    credited than billed.
    """
    customer = tx.customer_of(receivable=receivable)
    tx.lock(customer)
    invoice, account = invoice_of(tx, receivable), tx.account(customer)
    parts = account.parts(account.receivables[receivable])
    item = parts[0]
    if invoice is None:
        raise LedgerError(f"{item.number} was billed elsewhere: record its credit note with `record credit`")
    if unknown := [n for n in lines if not 1 <= n <= len(invoice.lines)]:
        raise LedgerError(f"{item.paper} has no line {unknown[0]}: its last is {len(invoice.lines)}")
    taken: list[Entry] = [each for n, each in enumerate(invoice.lines, start=1) if not lines or n in lines]
    draft = credited(invoice, taken, number="", on=today, reason=reason)
    before, currency = _credited_before(account, parts, invoice), invoice.currency
    left = Money(invoice.gross.minor - before - _deducted(account, item.id), currency)
    if left < draft.gross:
        raise LedgerError(f"{left} of {item.paper} is left to credit, not {draft.gross}")
    owed = sum(part.amount.minor for part in parts)
    over = [max(so_far - owed, 0) for so_far in (before, before + draft.gross.minor)]
    back = tuple(_given_back(item, invoice, Money(over[1] - over[0], currency)))
    made = replace(draft, number=free_number(tx, today.year), deposits=back)
    fact = f.Credited(
        now,
        made.number,
        customer,
        made.payable,
        today,
        shared(parts, made.payable),
        item.id,
        tuple(f.Share(each.receivable, each.amount.minor) for each in back) or None,
    )
    tx.record(customer, [fact])
    keep(tx, item.id, made)
    return made


def discount_note(tx: Transaction, receivable: str, *, now: datetime, today: date, reason: str) -> Invoice:
    """Credits the discount that an early payment took, with its VAT, in place of what was given up; numbered and kept.

    Each VAT group bears its share; a cent that no rounding of VAT reaches stays given up. Raises LedgerError where no
    discount was taken, or where it was credited already.
    """
    customer = tx.customer_of(receivable=receivable)
    tx.lock(customer)
    invoice, account = invoice_of(tx, receivable), tx.account(customer)
    item, contract = account.receivables[receivable], account.contracts[account.receivables[receivable].contract]
    net = contract.schedule.net if contract.schedule else f.Net()
    offer = discount(item.issued, net, item.amount)
    if invoice is None or offer is None or net.discount is None or not 0 < item.residue <= offer.off.minor:
        raise LedgerError(f"no discount was taken on {item.paper}, or it is credited already")
    taken = Money(item.residue, item.amount.currency)
    text = phrases(invoice.language)["discount_taken"].format(percent=f"{net.discount.percent.normalize():f}")
    lines = _discounted(invoice, taken, Locale(invoice.language).typography(text))
    made = credited(invoice, lines, number=free_number(tx, today.year), on=today, reason=reason)
    facts: list[f.Fact] = [f.WriteOffUndone(now, item.id, "its discount is credited")]
    share = f.Share(item.id, made.gross.minor)
    facts.append(f.Credited(now, made.number, customer, made.gross, today, (share,), item.id))
    if made.gross < taken:
        facts.append(f.WrittenOff(now, item.id, f.TOLERANCE))
    tx.record(customer, facts)
    keep(tx, item.id, made)
    return made


def _discounted(invoice: Invoice, taken: Money, text: str) -> list[Entry]:
    """A line for each VAT group, which together, with their VAT, are not more than was taken."""
    nets = [
        Money.rounded(group.net.amount * taken.amount / invoice.gross.amount, taken.currency)
        for group in invoice.groups
    ]
    while True:
        taxed = [(group.tax, net) for group, net in zip(invoice.groups, nets, strict=True)]
        whole = total((each.net + each.vat for each in groups(taxed, taken.currency)), taken.currency)
        if whole <= taken:
            return [Entry(text, Decimal(1), "unit", net, net, tax) for tax, net in taxed if net]
        largest = max(range(len(nets)), key=lambda n: nets[n].minor)
        nets[largest] -= Money(1, taken.currency)


def _worded(tx: Transaction, customer: str, bill: Bill) -> Bill:
    """What a delay costs, said in the customer's language; another bill as it is."""
    if bill.of is None:
        return bill
    account = tx.account(customer)
    language = language_of(account, tx.rulebook(account.rulebooks[bill.contract]).business)
    first, last = (Locale(language).long_date(day) for day in bill.period)
    number, said = account.receivables[bill.of].number, phrases(language)
    texts = (said[line.text].format(number=number, first=first, last=last) for line in bill.lines)
    return replace(bill, lines=tuple(replace(line, text=text) for line, text in zip(bill.lines, texts, strict=True)))


def _credited_before(account: Account, parts: list[Receivable], invoice: Invoice) -> int:
    """What of an invoice was credited so far, VAT included: by notes of ours, and by what was recorded of others."""
    names, item = {part.id for part in parts}, parts[0]
    notes = [each for each in account.payments.values() if each.invoice in names and not each.reversed]
    by_ours = sum(share.minor for note in notes for share in note.shares if share.receivable in names)
    given_back = sum(each.amount.minor for each in invoice.deposits) - sum(each.minor for each in item.deposits)
    credited_ = sum(part.credited for part in parts)
    return sum(note.amount.minor for note in notes) + credited_ - by_ours + given_back


def _given_back(item: Receivable, invoice: Invoice, amount: Money) -> Iterator[Deposit]:
    """That sum as parts of the deposits that the invoice deducts still, the last deducted first."""
    deducted = {share.receivable: Money(share.minor, amount.currency) for share in item.deposits}
    for each in reversed(invoice.deposits):
        part = min(deducted.get(each.receivable, Money(0, amount.currency)), amount)
        amount -= part
        if part:
            yield replace(each, amount=part)


def _draft(tx: Transaction, customer: str, bill: Bill) -> Invoice:
    account = tx.account(customer)
    rulebook = tx.rulebook(account.rulebooks[bill.contract])
    return drafted(bill, account, tx.card(customer), rulebook, rates=tables(tx.state()))
