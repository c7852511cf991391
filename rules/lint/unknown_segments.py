"""REL319: a segment that no customer of the book is in."""

from __future__ import annotations

from collections.abc import Iterator

from rules.compiling.page import listed
from rules.diagnostics import did_you_mean, quoted
from rules.lint.look import Doubt, Look, at
from rules.source import Node

CODE = "REL319"
_FACT = "customer.segment"


def doubts(look: Look) -> Iterator[Doubt]:
    """The segments that conditions name and the book does not know, once per place."""
    if look.book is None or not look.book.segments:
        return
    for path, root in (*look.of_kind("policy"), *look.of_kind("assignment")):
        for named in _named(root):
            if named.text not in look.book.segments:
                advice = did_you_mean(named.text, look.book.segments)
                yield at(path, named, f"no customer of the book is in segment {quoted(named.text)}", advice)


def _named(node: Node) -> Iterator[Node]:
    if isinstance(node.value, tuple):
        for item in node.value:
            yield from _named(item)
    for key, entry in node.items():
        if key != _FACT:
            yield from _named(entry.value)
        elif isinstance(entry.value.value, dict):
            yield from (each for name in ("in", "not_in") for each in listed(entry.value.get(name)))
        else:
            yield from listed(entry.value)
