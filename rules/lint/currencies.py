"""REL311: a threshold without an amount in a currency of the book: there it is not known, and a person is asked."""

from __future__ import annotations

from collections.abc import Iterator

from rules.compiling.page import listed
from rules.lint.look import Doubt, Look, at
from rules.source import Node
from rules.vocabulary import FACTS, OPERATORS

CODE = "REL311"


def doubts(look: Look) -> Iterator[Doubt]:
    """Thresholds of policies and routes; without a book, the currencies of the file's other thresholds are asked for.

    Where `if_unknown` is written, somebody has thought of it.
    """
    for path, root in (*look.of_kind("policy"), *look.of_kind("assignment")):
        found = list(_thresholds(root))
        used = look.book.currencies if look.book is not None else None
        why = "which the book has" if used is not None else "as others of this file have"
        asked = used if used is not None else {each for threshold in found for each in _currencies(threshold)}
        for threshold in found:
            if missing := sorted(asked - _currencies(threshold)):
                names = ", ".join(missing)
                message = f"this threshold has no amount in {names}, {why}: there a person is asked"
                yield at(path, threshold, message, f"add an amount in {names}")


def _thresholds(node: Node) -> Iterator[Node]:
    """The amounts that balances are compared with, each as the node that holds one or a list."""
    if isinstance(node.value, tuple):
        for item in node.value:
            yield from _thresholds(item)
    for key, entry in node.items():
        fact = FACTS.get(key)
        if fact is not None and fact.type == "amount" and entry.value.get("if_unknown") is None:
            yield from (each.value for name, each in entry.value.items() if name in OPERATORS["amount"])
        elif key == "below" and isinstance(entry.value.value, tuple):
            yield from (amount for row in entry.value.value if (amount := row.get("amount")) is not None)
        else:
            yield from _thresholds(entry.value)


def _currencies(threshold: Node) -> set[str]:
    return {amount.text.rpartition(" ")[2] for amount in listed(threshold)}
