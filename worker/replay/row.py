"""One row of a foreign ledger: its facts, by the names of the policy language and the types they have there."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field

from rules.diagnostics import quoted
from rules.facts import Custom
from rules.money import Money, total
from worker.imports import cells
from worker.imports.cells import CellError
from worker.imports.problems import IMPOSSIBLE, MISSING, VALUE, Problem
from worker.replay.mapping import Column, DisputeRule, Mapping, Value
from worker.replay.meant import meant
from worker.replay.written import Written

EMPTY = "this is empty, and must not be"
_ODD = re.compile(r"[\s/\\|]+")


@dataclass(slots=True)
class Cells:
    """The texts of a row by their columns. What is wrong with a fact is added to `problems`, and it is None."""

    line: int
    texts: dict[str, str]
    mapping: Mapping
    custom_facts: Map[str, str]
    problems: list[Problem] = field(default_factory=list)
    money: str = ""  # the row's currency, once it is known

    def wrong(self, name: str, what: str, code: str = VALUE, advice: str = "") -> None:
        """Reports what is wrong with a fact, under its column."""
        source = self.mapping.sources.get(name)
        self.under_column(source.name if isinstance(source, Column) else "", what, code, advice)

    def under_column(self, column: str, what: str, code: str = VALUE, advice: str = "") -> None:
        """Reports what is wrong in a column."""
        self.problems.append(Problem(self.line, column, what, advice, code))

    def fact(self, name: str) -> Value | None:
        """The value of a fact; None where it is not mapped, or the cell is empty: it is not known."""
        match self.mapping.sources.get(name):
            case None:
                return None
            case Column() as column:
                return self.under(name, column)
            case constant:
                return constant.value

    def under(self, name: str, column: Column) -> Value | None:
        """The value of a fact that a column holds."""
        text, written = self.texts[column.name], self.mapping.written
        if not text:
            return None
        try:
            if column.words is not None:
                text, written = _word(text, column), Written()  # words are values of the mapping, not of the file
            return meant(name, [text], written, self.money, self.custom_facts)
        except CellError as error:
            self.wrong(name, error.what, error.code, error.cure)
            return None

    def wanted(self, name: str) -> Value | None:
        """A fact that every row must state."""
        known = len(self.problems)
        value = self.fact(name)
        if value is None and len(self.problems) == known:
            self.wrong(name, EMPTY, MISSING)
        return value

    def identifier(self, name: str) -> str:
        """An identifier that can be part of a case's name: spaces, slashes and bars become dashes."""
        text = str(self.wanted(name) or "")
        try:
            return cells.identifier(_ODD.sub("-", text)) if text else ""
        except CellError as error:
            self.wrong(name, error.what, error.code, error.cure)
            return ""

    def group(self, group: str) -> dict[str, Value | None]:
        """The facts of a customer or contract that are mapped, its identifier apart."""
        names = [name for name in self.mapping.sources if name.startswith(f"{group}.") and name[-3:] != ".id"]
        return {name.partition(".")[2]: self.fact(name) for name in names}

    def custom(self, group: str) -> dict[str, Custom]:
        """The facts of the business's own that are mapped for a customer, contract or invoice."""
        prefix = f"custom.{group}."
        found = {name: self.fact(name) for name in self.mapping.sources if name.startswith(prefix)}
        return {
            name.removeprefix(prefix): value
            for name, value in found.items()
            if value is not None and not isinstance(value, tuple)
        }

    def currency(self) -> str:
        """The row's currency; amounts are read by it from then on."""
        self.money = self._currency()
        return self.money

    def _currency(self) -> str:
        match self.mapping.currency:
            case str(code):
                return code
            case Column(name=name) as column:
                try:
                    return cells.currency_code(_word(self.texts[name], column))
                except CellError as error:
                    self.under_column(name, error.what, error.code, error.cure)
                    return "EUR"

    def amount(self) -> Money:
        """The sum of the amount's columns; an empty one adds nothing, unless all are."""
        columns, currency = self.mapping.amount, self.currency()
        found: list[Money] = []
        for column in columns:
            try:
                if self.texts[column]:
                    found.append(self.mapping.written.money(self.texts[column], currency))
            except CellError as error:
                self.under_column(column, error.what, error.code, error.cure)
                return Money(0, currency)
        sum_ = total(found, currency)
        if not found:
            self.under_column(columns[0], EMPTY, MISSING)
        elif sum_.minor <= 0:
            self.under_column(columns[0], f"{sum_} is not an amount to collect", IMPOSSIBLE)
        return sum_

    def disputed(self) -> DisputeRule | None:
        """The rule of disputes, where it is about this row."""
        rule = self.mapping.dispute
        if rule is None or not all(self.texts[column] in values for column, values in rule.when.items()):
            return None
        return rule


def _word(text: str, column: Column) -> str:
    if column.words is None:
        return text
    found = column.words.get(text, column.otherwise)
    if found is None:
        raise CellError(f"nothing is said of {quoted(text)}", "list it in the mapping under lookups, or add otherwise")
    return found
