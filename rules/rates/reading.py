"""Reads a table of rates strictly: every key, date, figure and source is checked, and nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import cast

from rules.diagnostics import Diagnostic, did_you_mean, quoted
from rules.rates import Confidence, Rate, Table
from rules.source import Node, read

_KEYS = ("id", "title", "publisher", "read", "complete_until", "as_of", "sources", "rates")
_RATE_KEYS = ("from", "rate", "confidence", "sources", "note")
_PERCENT = re.compile(r"-?\d{1,2}\.\d{2}%")


def table(data: bytes, name: str) -> tuple[Table | None, list[Diagnostic]]:
    """The table of a file, None where anything is wrong with it; and every finding."""
    root, found = read(data, name)
    if root is None or found:
        return None, found
    page = _Page(name, found)
    made = page.table(root)
    return (None, sorted(found)) if found else (made, [])


class _Page:
    def __init__(self, name: str, found: list[Diagnostic]) -> None:
        self.name, self.found = name, found

    def fail(self, node: Node, code: str, message: str, advice: str | None = None) -> None:
        here = (node.line, node.column, node.width)
        self.found.append(Diagnostic(self.name, *here, "error", f"REL{code}", message, advice))

    def table(self, root: Node) -> Table | None:
        self.keys(root, _KEYS, _KEYS)
        if self.found:
            return None
        sources = {key: entry.value.text for key, entry in self.wanted(root, "sources").items()}
        rates = tuple(self.rates(self.wanted(root, "rates"), sources))
        way = self.wanted(root, "read")
        if way.text not in ("first-day", "eve"):
            self.fail(way, "103", f"{quoted(way.text)} is not allowed here, expected first-day or eve")
        until = self.day(self.wanted(root, "complete_until"))
        if self.found:
            return None
        name, title, publisher = (self.wanted(root, key).text for key in ("id", "title", "publisher"))
        return Table(name, title, publisher, "eve" if way.text == "eve" else "first-day", until, rates, sources)

    def rates(self, node: Node, sources: Mapping[str, str]) -> Iterable[Rate]:
        last = date.min
        if not isinstance(node.value, tuple) or not node.value:
            self.fail(node, "107", "a list of rates is needed here")
            return
        for item in node.value:
            if not self.keys(item, _RATE_KEYS, _RATE_KEYS[:4]):
                continue
            since, percent = self.day(self.wanted(item, "from")), self.wanted(item, "rate")
            if since <= last:
                self.fail(self.wanted(item, "from"), "203", f"{since} does not come after {last}", "list them by date")
            last = since
            if not _PERCENT.fullmatch(percent.text):
                self.fail(percent, "104", f"{quoted(percent.text)} is not a rate such as 2.15%")
                continue
            sure = self.wanted(item, "confidence")
            if sure.text not in ("A", "B", "C", "X"):
                self.fail(sure, "103", f"{quoted(sure.text)} is not allowed here, expected A, B, C or X")
            named = tuple(self.sources(self.wanted(item, "sources"), sources))
            note = item.get("note")
            value = Decimal(percent.text.removesuffix("%"))
            yield Rate(since, value, cast(Confidence, sure.text), named, note.text if note else "")

    def sources(self, node: Node, known: Mapping[str, str]) -> Iterable[str]:
        if not isinstance(node.value, tuple) or not node.value:
            self.fail(node, "107", "a list of sources is needed here")
            return
        for each in node.value:
            if each.text not in known:
                self.fail(each, "206", f"there is no source {quoted(each.text)} above", did_you_mean(each.text, known))
            yield each.text

    def day(self, node: Node) -> date:
        try:
            return date.fromisoformat(node.text)
        except ValueError:
            self.fail(node, "110", f"{quoted(node.text)} is not a real date")
            return date.max

    def keys(self, node: Node, allowed: tuple[str, ...], required: tuple[str, ...]) -> bool:
        before = len(self.found)
        for key, entry in node.items():
            if key not in allowed:
                self.fail(entry.key, "101", f"unknown key {quoted(key)}", did_you_mean(key, allowed))
        missing = [f"'{key}'" for key in required if node.get(key) is None]
        if missing:
            self.fail(node, "102", f"missing: {', '.join(missing)}")
        return len(self.found) == before

    @staticmethod
    def wanted(node: Node, key: str) -> Node:
        found = node.get(key)
        assert found is not None, key
        return found
