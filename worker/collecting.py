"""What a debit collects, with the account and the signature that only hands know; decides nothing."""

from __future__ import annotations

from rules.decision import Collection
from rules.policy import Business
from worker.documents.invoice import language_of
from worker.documents.pain008 import Creditor, Debt, end_to_end, pain008
from worker.gateways.base import Permanent, Transient
from worker.gateways.debit import Presented
from worker.ready import Ready
from worker.words.render import Words

NO_ACCOUNT = "business.yaml does not say on which account debits are collected, and by whom: bank.iban, debits"


def presented(ready: Ready, words: Words) -> Presented:
    """The collections of an act as their bank takes them.

    Raises Permanent where the customer's account or the day of a signature is missing, Transient where business.yaml
    does not say who collects, and on which account.
    """
    creditor = _creditor(ready.business)
    label = words.labels(language_of(ready.account, ready.business))["file_invoice"]
    debts = [_debt(ready, each, label) for each in ready.send.collections]
    said = [
        {
            "invoice": ready.account.receivables[each.receivable].number,
            "end_to_end": debt.end_to_end,
            "amount": str(debt.amount),
            "on": debt.on.isoformat(),
            "mandate": debt.mandate,
        }
        for each, debt in zip(ready.send.collections, debts, strict=True)
    ]
    xml = pain008(ready.act.key, creditor, debts, ready.judged.now)
    return Presented(ready.act.key, xml, ready.act.on, said)


def _creditor(business: Business) -> Creditor:
    if business.debits is None or "iban" not in business.bank:
        raise Transient(NO_ACCOUNT)
    return Creditor(business.name, business.debits.creditor, business.bank["iban"], business.bank.get("bic", ""))


def _debt(ready: Ready, what: Collection, label: str) -> Debt:
    item, card = ready.account.receivables[what.receivable], ready.card
    contract = ready.account.contracts[item.contract]
    if not what.mandate:
        raise Permanent("no-mandate", f"there is no mandate any more for {item.contract}")
    if card is None or not card.iban:
        raise Permanent("no-account", "the account (iban) of the customer is not known")
    if contract.mandate_signed is None:
        raise Permanent("no-signature", f"when the mandate of {item.contract} was signed (mandate_signed) is not known")
    return Debt(
        end_to_end(item.number, f"{ready.act.key}/{item.id}"),
        what.amount,
        what.on,
        what.mandate,
        contract.mandate_signed,
        contract.mandate_scheme or "core",
        card.name,
        card.iban,
        f"{label.format(number=item.paper)}, {ready.business.name}",
    )
