"""REL355: a contract whose terms of payment are longer than its law allows."""

from __future__ import annotations

from collections.abc import Iterator

from rules.law.caps import beyond
from rules.lint.look import Doubt, Look, at

CODE = "REL355"
SOURCE = "C. com. L441-10 I, L441-16 (fines up to 2 000 000 EUR); directive 2011/7/EU art. 3 (5)"
CONFIDENCE = "A"


def doubts(look: Look) -> Iterator[Doubt]:
    """The contracts of the ledger, told at the business's law."""
    path, root = next(look.of_kind("business"))
    node = root.get("law") or root
    for terms in sorted(look.book.terms, key=lambda each: each.contract) if look.book is not None else ():
        why = beyond(terms.law, terms.net)
        if why is not None:
            yield at(path, node, f"contract {terms.contract}: {why}", "shorten the terms of the contract")
