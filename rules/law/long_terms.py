"""REL355: terms of payment that are longer than the law of the contract allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rules.law.caps import beyond, beyond_by_date
from rules.lint.look import Dated, Doubt, Look, at

CODE = "REL355"
SOURCE = "C. com. L441-10 I, L441-16 (fines up to 2 000 000 EUR); directive 2011/7/EU art. 3 (5)"
CONFIDENCE = "A"


def doubts(look: Look) -> Iterator[Doubt]:
    """The contracts of the ledger and the invoices that it was given, told at the business's law."""
    path, root = next(look.of_kind("business"))
    for said, advice in (*_contracts(look), *_invoices(look)):
        yield replace(at(path, root.get("law") or root, said, advice), source="")


def _contracts(look: Look) -> Iterator[tuple[str, str]]:
    for terms in look.agreed():
        why = beyond(terms.law, terms.net, periodic=terms.periodic) if terms.net is not None else None
        if why is not None:
            yield f"contract {terms.contract}: {why}", "shorten the terms of the contract"


def _invoices(look: Look) -> Iterator[tuple[str, str]]:
    """Once per contract, with the one that is furthest off."""
    found: dict[str, list[Dated]] = {}
    for item in look.book.invoices if look.book is not None else ():
        if beyond_by_date(item.law, item.issued, item.due) is not None:
            found.setdefault(item.contract, []).append(item)
    for contract, items in sorted(found.items()):
        item = max(items, key=lambda each: ((each.due - each.issued).days, each.number))
        more = f" ({len(items)} invoices of contract {contract})" if len(items) > 1 else ""
        why = beyond_by_date(item.law, item.issued, item.due)
        yield f"invoice {item.number}: {why}{more}", "agree on a shorter term of payment"
