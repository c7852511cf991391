"""Which facts a foreign ledger can give, and the value that a cell's text has as one of them. It never guesses."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from rules.vocabulary import FACTS
from worker.imports import cells
from worker.imports.cells import CellError
from worker.replay.mapping import Value
from worker.replay.written import Written

NEEDED = ("invoice.id", "invoice.issued", "invoice.amount", "invoice.currency", "customer.id")
CURRENCY = "invoice.currency"
_OWN = {  # facts of a ledger that no condition tests, or not in this form
    "invoice.id": "text",
    "invoice.amount": "amount",
    "invoice.currency": "text",
    "invoice.delivered": "date",
    "invoice.settled": "date",
    "invoice.settled_amount": "money",
    "customer.id": "text",
    "contract.id": "text",
}
_ONE_EACH = frozenset("id number issued due amount delivered settled settled_amount".split())
_COUNTED = frozenset({"customer.broken_promises", "contract.kind", "invoice.balance", "invoice.days_overdue"})
_GROUPS = ("customer", "contract", "invoice")


def names(custom: Map[str, str], *, constants: bool = False) -> frozenset[str]:
    """The facts that a ledger can give; with `constants`, those that can be the same for every row."""
    found = _names()
    if constants:
        found = frozenset(name for name in found if name.partition(".")[2] not in _ONE_EACH)
    return found | {f"custom.{name}" for name in custom}


@cache
def _names() -> frozenset[str]:
    found = {name for name in FACTS if name.partition(".")[0] in _GROUPS}
    return frozenset((found | set(_OWN)) - _COUNTED)


def meant(name: str, texts: Sequence[str], written: Written, currency: str, custom: Map[str, str]) -> Value:
    """The value of a fact; raises CellError. Tags take every text, any other fact the first."""
    kind = _OWN.get(name) or (FACTS[name].type if name in FACTS else custom[name.removeprefix("custom.")])
    text = texts[0] if texts else ""
    match kind:
        case "tags":
            return tuple(texts)
        case "choice":
            return cells.choice(text, FACTS[name].choices)
        case "country":
            return cells.country(text)
        case "flag":
            return cells.flag(text)
        case "number":
            return written.number(text)
        case "date":
            return written.day(text)
        case "money":
            return written.money(text, currency)
        case "amount":
            return cells.amount(text, currency or None)
    if not text:
        raise CellError("this is empty")
    return text


def whole(value: object) -> int | None:
    """A number as a whole one, for the day of a payment run; None when it is none."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else None
