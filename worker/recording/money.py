"""Money that came in or went back, credits, and what is given up."""

from __future__ import annotations

from rules import facts as f
from rules.account import Account, Payment, Receivable
from rules.charging import in_order
from rules.money import Money
from rules.policy import Terms
from rules.shares import shared
from rules.standing import by_age
from worker.imports.payments import METHODS, ORDERS
from worker.ledger import tables as t
from worker.recording.asked import Answer, Asked, Field, Kind, Refused, contracts, numbers


def payment(asked: Asked) -> Answer:
    """Money came in."""
    return _came_in(asked, credit=False)


def credit(asked: Asked) -> Answer:
    """A credit note."""
    return _came_in(asked, credit=True)


def _came_in(asked: Asked, *, credit: bool) -> Answer:
    amount, on = asked.money(), asked.past_day()
    if amount is None:
        raise Refused("amount: say how much, such as 1200.00 EUR.")
    reference = asked.text("reference") or asked.request.key
    noun = "credit" if credit else "payment"
    customer, items = asked.items()
    customer = customer or asked.customer()
    account = asked.account(customer)
    if (payer := asked.payer(reference)) is not None:
        return _again(asked, asked.account(payer).payments[reference], payer, (customer, amount, on, noun))
    if not credit and asked.text("order") != "named":
        items = in_order(account, items, _terms(asked, account, items))
    shares = _shares(account, amount, items)
    if credit:
        asked.record(customer, f.Credited(asked.now, reference, customer, amount, on, shares))
    else:
        method = asked.text("method") or None
        asked.record(customer, f.Paid(asked.now, reference, customer, amount, on, shares, method))
    used = [asked.tx.account(customer).receivables[share.receivable] for share in shares]
    left = amount - Money(sum(share.minor for share in shares), amount.currency)
    parts = [_put(shares, used, amount.currency), f"{left} stays on the account of {customer}" if left else ""]
    text = f"The {noun} of {amount} of {on} is recorded: {', '.join(filter(None, parts))}."
    return Answer(text, contracts(used) if used and not left else asked.contracts_of(customer))


def _put(shares: tuple[f.Share, ...], used: list[Receivable], currency: str) -> str:
    """What it is put on; with the sums where something of it pays for a delay, and what that leaves open."""
    if not any(item.is_charge for item in used):
        return f"on {numbers(used)}" if used else ""
    sums = [f"{Money(share.minor, currency)} on {item.number}" for share, item in zip(shares, used, strict=True)]
    still = [f"{item.balance} of {item.number} stays open" for item in used if item.open]
    return "; ".join((f"{', '.join(sums)}, what the delay costs first", *still))


def _terms(asked: Asked, account: Account, items: list[Receivable]) -> list[Terms]:
    """What the delay of these receivables costs, by their rulebooks."""
    digests = dict.fromkeys(account.rulebooks[item.contract] for item in items)
    return [terms for digest in digests for terms in asked.tx.rulebook(digest).terms.values()]


def _again(asked: Asked, known: Payment, payer: str, said: tuple[str, Money, object, str]) -> Answer:
    customer, amount, on, noun = said
    was = (payer, known.amount, known.on, "credit" if known.credit else "payment")
    if was != said:
        recorded = f"a {was[3]} of {known.amount} of {known.on}, {payer}'s"
        raise Refused(f"reference: {known.id} is {recorded}: give this one a reference of its own.")
    return Answer(f"The {noun} of {amount} of {on} was recorded already.", asked.contracts_of(customer))


def _shares(account: Account, amount: Money, named: list[Receivable]) -> tuple[f.Share, ...]:
    """On the invoices named, in their order; without names, on the oldest due first."""
    for item in named:
        if item.amount.currency != amount.currency:
            raise Refused(f"amount: {item.number} is in {item.amount.currency}, not in {amount.currency}.")
    every = sorted(account.receivables.values(), key=by_age)
    return shared(named or [item for item in every if item.amount.currency == amount.currency], amount)


def reversal(asked: Asked) -> Answer:
    """A payment came back: what it was put on is open again."""
    reference, on = asked.text("reference"), asked.past_day()
    customer = asked.payer(reference)
    if customer is None:
        asked.unknown("payment", reference, t.allocation.c.payment)
    account = asked.account(customer)
    known = account.payments[reference]
    if known.credit:
        raise Refused(f"reference: {reference} is a credit note, not a payment.")
    used = [account.receivables[share.receivable] for share in known.shares]
    text = f"The payment {reference} of {known.amount}"
    if known.reversed:
        return Answer(f"{text} was reversed already.", contracts(used))
    if on < known.on:
        raise Refused(f"on: {on} is before the payment itself, {known.on}.")
    asked.record(customer, f.Reversed(asked.now, reference, on, asked.text("reason")))
    again = f": {numbers(used)} is open again" if used else ""
    return Answer(f"{text} is reversed{again}.", contracts(used) or asked.contracts_of(customer))


def write_off(asked: Asked) -> Answer:
    """What is still open of an invoice is given up."""
    customer, item = asked.item()
    if not item.open:
        if not item.written_off:
            raise Refused(f"nothing is open of {item.number}.")
        given_up = Money(item.written_off, item.amount.currency)
        return Answer(f"{given_up} of {item.number} was written off already.", (item.contract,))
    asked.record(customer, f.WrittenOff(asked.now, item.id, asked.text("reason")))
    return Answer(f"{item.balance} of {item.number} is written off.", (item.contract,))


def undo_write_off(asked: Asked) -> Answer:
    """A write-off is taken back."""
    customer, item = asked.item()
    if not item.written_off:
        return Answer(f"Nothing of {item.number} is written off.", (item.contract,))
    asked.record(customer, f.WriteOffUndone(asked.now, item.id, asked.text("reason")))
    given_up = Money(item.written_off, item.amount.currency)
    return Answer(f"The write-off of {given_up} of {item.number} is taken back.", (item.contract,))


_CAME_IN = (
    Field("amount", "how much, such as 1200.00 EUR", required=True),
    Field("on", "the day, today where it is not given"),
    Field("invoices", "their numbers, by commas; without them the oldest due first"),
    Field("contract", "whose customer's money it is, where no invoice is named"),
    Field("customer", "or the customer"),
)
_INVOICE = Field("invoice", "the number of the invoice", required=True)
_REASON = Field("reason", "why", required=True)
KINDS = {
    "payment": Kind(
        "Money came in.",
        (
            *_CAME_IN,
            Field("reference", "the bank's: the same reference is the same payment"),
            Field("method", "how it came", choices=METHODS),
            Field(
                "order",
                "law: what was charged for a delay first, where the law says so; named: as you accept",
                choices=ORDERS,
            ),
        ),
        payment,
    ),
    "credit": Kind("A credit note.", (*_CAME_IN, Field("reference", "the number of the credit note")), credit),
    "reversal": Kind(
        "A payment came back.",
        (
            Field("reference", "the payment's", required=True),
            Field("on", "the day, today where it is not given"),
            Field("reason", "the bank's reason"),
        ),
        reversal,
    ),
    "write-off": Kind("What is still open is given up.", (_INVOICE, _REASON), write_off),
    "undo-write-off": Kind("A write-off is taken back.", (_INVOICE, _REASON), undo_write_off),
}
