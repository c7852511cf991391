"""What an agency's own system reads of a hand-off: who claims what from whom, on which basis, and how it is paid.

The parts are those that the agency's letter must state (CPCE R124-4); what its law wants reproduced is quoted.
"""

from __future__ import annotations

from importlib.resources import files

from rules.decision import Send
from worker.words.message import Item, Split, Subject

_QUOTED = "CPCE L111-8, paragraphs 2 and 3"


def stated(told: Subject, send: Send, reference: str) -> dict[str, object]:
    """The facts of a hand-off, in JSON's own types; amounts as `1512.00 EUR`."""
    creditor, parts = told.creditor, {each.number: each for each in told.split}
    claimed = [_claim(item, parts[item.number]) for item in told.items if item.number in parts]
    facts: dict[str, object] = {
        "customer": told.customer_id,
        "debtor": told.customer.name,
        "creditor": {"name": creditor.name, "address": list(creditor.address)},
        "law": told.law,
        "basis": sorted(
            {f"invoice {each.number}" for each in told.split} | {each.source for each in send.charges if each.amount}
        ),
        "claimed": claimed,
        "total": str(send.total),
        "pay": {"to": creditor.name, "iban": creditor.iban, "bic": creditor.bic, "reference": reference},
    }
    if told.law == "FR" and told.handoff == "agency":
        facts["reproduce"] = {_QUOTED: quoted()}
    return facts


def quoted() -> str:
    """The words of the code, as the papers quote them."""
    said = files("templates").joinpath("_l111-8.txt").read_text("utf-8")
    return said.partition("#}")[2].strip().strip("«» ")


def _claim(item: Item, part: Split) -> dict[str, str]:
    return {
        "invoice": item.number,
        "issued": item.issued.isoformat(),
        "due": item.due.isoformat() if item.due else "",
        "amount": str(part.principal),
        "principal": str(part.principal),
        "interest": str(part.interest),
        "accessories": str(part.accessories),
        "total": str(part.whole),
    }
