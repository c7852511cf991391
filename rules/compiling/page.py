"""One file on its way to a value: its nodes become moments, amounts and dates, and what is wrong is collected.

A value that cannot be read is reported once and replaced by a harmless one, so that the rest is judged as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from rules.diagnostics import Diagnostic, Severity, did_you_mean, quoted
from rules.moments import Duration, Moment
from rules.money import Money, MoneyError
from rules.policy import Place
from rules.source import Entry, Node

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Known:
    """What the other files define, by name; roles and agencies are None where business.yaml could not be read."""

    names: Mapping[str, frozenset[str]]  # folder: the files in it, workspace and library
    roles: frozenset[str] | None = None
    agencies: frozenset[str] | None = None
    gateways: frozenset[str] | None = None
    custom: Mapping[str, str] | None = None
    language: str = "en"
    collects: bool | None = None  # whether the business has a creditor identifier


@dataclass(slots=True)
class Page:
    """A file while it is compiled. `references` collects (folder, name) of the files it names."""

    name: str
    root: Node
    known: Known
    diagnostics: list[Diagnostic] = field(default_factory=list)
    references: set[tuple[str, str]] = field(default_factory=set)

    def error(self, node: Node, code: int, message: str, advice: str | None = None) -> None:
        """Reports an error at a node."""
        self._report(node, "error", code, message, advice)

    def warn(self, node: Node, code: int, message: str, advice: str | None = None) -> None:
        """Reports a warning at a node."""
        self._report(node, "warning", code, message, advice)

    def said(self, node: Node, code: int, message: str) -> bool:
        """Whether this was reported at that node already."""
        here = (node.line, node.column, f"REL{code}", message)
        return any((d.line, d.column, d.code, d.message) == here for d in self.diagnostics)

    def _report(self, node: Node, severity: Severity, code: int, message: str, advice: str | None) -> None:
        found = Diagnostic(self.name, node.line, node.column, node.width, severity, f"REL{code}", message, advice)
        if found not in self.diagnostics:
            self.diagnostics.append(found)

    def place(self, node: Node) -> Place:
        """Where a node was written."""
        return Place(self.name, node.line, node.column)

    # --- single values -------------------------------------------------------------------------------------------

    def _read(self, node: Node, parse: Callable[[str], T], instead: T, what: str) -> T:
        try:
            return parse(node.text)
        except (ValueError, ArithmeticError) as error:
            message = str(error) if isinstance(error, MoneyError) else f"{quoted(node.text)} is not {what}"
            self.error(node, 210, message)
            return instead

    def moment(self, node: Node) -> Moment:
        """A moment such as due+10d."""
        return self._read(node, Moment.parse, Moment("due", Duration(0, "d")), "a moment such as due+10d")

    def duration(self, node: Node) -> Duration:
        """A duration such as 3bd."""
        return self._read(node, Duration.parse, Duration(0, "d"), "a duration such as 3bd")

    def money(self, node: Node) -> Money:
        """An amount such as 150.00 EUR."""
        return self._read(node, Money.parse, Money(0, "EUR"), "an amount such as 150.00 EUR")

    def number(self, node: Node) -> Decimal:
        """A number, exactly as written."""
        return self._read(node, Decimal, Decimal(0), "a number such as 40")

    def count(self, node: Node) -> int:
        """A whole number."""
        return self._read(node, int, 1, "a whole number such as 3")

    def percent(self, node: Node) -> Decimal:
        """`10.00%` as 10.00."""
        return self._read(node, lambda text: Decimal(text.removesuffix("%")), Decimal(0), "a percentage such as 20%")

    def share(self, node: Node) -> Decimal:
        """`30%` as 0.30."""
        return self.percent(node).scaleb(-2)

    def day(self, node: Node) -> date:
        """A calendar date; one that does not exist is error 110."""
        try:
            return date.fromisoformat(node.text)
        except ValueError:
            self.error(node, 110, f"{quoted(node.text)} is not a real date")
            return date.min

    def flag(self, node: Node) -> bool:
        """True or false."""
        return node.value is True

    def text(self, node: Node) -> str:
        """Text as it was written."""
        return node.text

    def texts(self, node: Node) -> tuple[str, ...]:
        """One text or a list of them."""
        return tuple(each.text for each in listed(node))

    def moneys(self, node: Node) -> tuple[Money, ...]:
        """One amount or one per currency; a second one in the same currency is an error."""
        amounts = tuple(self.money(each) for each in listed(node))
        for n, each in enumerate(listed(node)):
            if amounts[n].currency in {amount.currency for amount in amounts[:n]}:
                self.error(each, 210, f"there is already an amount in {amounts[n].currency}", "one per currency")
        return amounts

    # --- names ---------------------------------------------------------------------------------------------------

    def reference(self, node: Node, folder: str, what: str) -> str:
        """The name of another file of the workspace or the library."""
        names = self.known.names.get(folder, frozenset())
        if node.text in names:
            self.references.add((folder, node.text))
        else:
            self.error(node, 206, f"there is no {what} {quoted(node.text)}", _suggest(node.text, names))
        return node.text

    def role(self, node: Node) -> str:
        """A role, which business.yaml must give to somebody."""
        if self.known.roles is not None and node.text not in self.known.roles:
            advice = did_you_mean(node.text, self.known.roles) or "say who holds it, under `roles` in business.yaml"
            self.error(node, 207, f"nobody holds the role {quoted(node.text)} in business.yaml", advice)
        return node.text

    def roles(self, node: Node) -> tuple[str, ...]:
        """One role or several."""
        return tuple(self.role(each) for each in listed(node))

    def agency(self, node: Node) -> str:
        """An agency of business.yaml."""
        if self.known.agencies is not None and node.text not in self.known.agencies:
            advice = did_you_mean(node.text, self.known.agencies) or "add it, under `agencies` in business.yaml"
            self.error(node, 208, f"there is no agency {quoted(node.text)} in business.yaml", advice)
        return node.text

    def gateway(self, node: Node) -> str:
        """A gateway of business.yaml."""
        if self.known.gateways is not None and node.text not in self.known.gateways:
            advice = did_you_mean(node.text, self.known.gateways) or "add it, under `gateways` in business.yaml"
            self.error(node, 222, f"there is no gateway {quoted(node.text)} in business.yaml", advice)
        return node.text

    def once(self, nodes: Iterable[Node], what: str) -> None:
        """Reports every name that is there already."""
        seen: dict[str, Node] = {}
        for node in nodes:
            first = seen.setdefault(node.text, node)
            if first is not node:
                self.error(node, 205, f"the {what} {quoted(node.text)} is already on line {first.line}")


def listed(node: Node | None) -> tuple[Node, ...]:
    """The items of a list, or the one value where one or a list may stand."""
    if node is None:
        return ()
    return node.value if isinstance(node.value, tuple) else (node,)


def given(node: Node | None, key: str, convert: Callable[[Node], T], default: D) -> T | D:
    """The value under `key`, converted; `default` where it is not written."""
    found = node.get(key) if node is not None else None
    return default if found is None else convert(found)


def items(node: Node | None, key: str) -> Iterable[tuple[str, Entry]]:
    """The entries of the map under `key`; nothing where it is not written."""
    found = node.get(key) if node is not None else None
    return found.items() if found is not None else ()


def wanted(node: Node, key: str) -> Node:
    """The value of a key that the shape requires."""
    found = node.get(key)
    assert found is not None, f"{key} is there: the shape was checked"
    return found


def text(node: Node, key: str) -> str:
    """The text of a key, "" where it is not written."""
    found = node.get(key)
    return found.text if found is not None else ""


def _suggest(word: str, names: Iterable[str]) -> str:
    names = sorted(names)
    return did_you_mean(word, names) or f"there are: {', '.join(names)}"


def written(node: Node, prefix: str = "") -> set[str]:
    """The dotted keys that a file writes: pacing.min_gap, steps.reminder-1.at; list items by their id, else number.

    Inside `when` and `do` nothing is counted apart.
    """
    keys: set[str] = set()
    if isinstance(node.value, dict):
        for key, entry in node.items():
            keys |= _below(f"{prefix}{key}", entry.value)
    elif isinstance(node.value, tuple):
        for n, item in enumerate(node.value):
            name = item.get("id")
            keys |= _below(f"{prefix}{name.text if name else n + 1}", item)
    return keys


def _below(key: str, node: Node) -> set[str]:
    last = key.rpartition(".")[2]
    return {key} if last in ("when", "do", "applies_to") else {key} | written(node, f"{key}.")
