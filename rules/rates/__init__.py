"""Published rates of interest by half-year, each with source and confidence. What is not known for sure stops here.

A rate whose confidence is X (a conflict, or inferred) is not used until somebody states it with a source of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

Confidence = Literal["A", "B", "C", "X", "stated"]
FIXED = "fixed"  # the base of an interest that follows no published rate


@dataclass(frozen=True, slots=True)
class Rate:
    """`percent` a year in force from `since`; A official text, B secondary source, C from memory, X to be confirmed."""

    since: date
    percent: Decimal
    confidence: Confidence
    sources: tuple[str, ...] = ()
    note: str = ""


class RateUnknown(Exception):
    """A half-year whose rate is missing, or not confirmed; the message says how to add it."""

    def __init__(self, table: str, half_year: date, doubtful: Rate | None = None) -> None:
        name = name_of(half_year)
        why = f"is {doubtful.percent} % on doubtful sources only" if doubtful else "is not known"
        shown = f"{doubtful.percent}%" if doubtful else "RATE%"
        super().__init__(
            f"the rate {table} of {name} {why}: relance rates add {table} {name} {shown} --source 'where you read it'"
        )
        self.table, self.half_year, self.doubtful = table, half_year, doubtful


@dataclass(frozen=True, slots=True)
class Table:
    """One published rate. `read`: the rate of a half-year is the one in force on its first day, or on the eve of it."""

    id: str
    title: str
    publisher: str
    read: Literal["first-day", "eve"]
    complete_until: date
    rates: tuple[Rate, ...]  # by date
    sources: Mapping[str, str] = field(default_factory=dict)
    stated: Mapping[date, Rate] = field(default_factory=dict)  # by half-year: what people added or confirmed

    def reference(self, half_year: date) -> Rate:
        """The rate of the half-year that begins on that day; raises RateUnknown, and never takes the one before."""
        if half_year in self.stated:
            return self.stated[half_year]
        found = self.found(half_year)
        if found is None or found.confidence == "X":
            raise RateUnknown(self.id, half_year, found)
        return found

    def found(self, half_year: date) -> Rate | None:
        """What the table has for a half-year, sure or not."""
        day = half_year if self.read == "first-day" else half_year - timedelta(days=1)
        known = [rate for rate in self.rates if rate.since <= day] if day <= self.complete_until else []
        return known[-1] if known else None

    def adding(self, stated: Mapping[date, Rate]) -> Table:
        """The table with what people stated, which goes before what is shipped."""
        return replace(self, stated={**self.stated, **stated})

    @property
    def ends(self) -> date:
        """The first half-year, from the table's last on, whose rate is not known for sure."""
        half_year = half_year_of(min(self.complete_until, self.rates[-1].since))
        while True:
            try:
                self.reference(half_year)
            except RateUnknown:
                return half_year
            half_year = following(half_year)


def half_year_of(day: date) -> date:
    """The first day of the half-year of `day`.

    >>> half_year_of(date(2026, 8, 31))
    datetime.date(2026, 7, 1)
    """
    return date(day.year, 1 if day.month < 7 else 7, 1)


def following(half_year: date) -> date:
    """The first day of the next half-year."""
    return half_year_of(half_year + timedelta(days=190))


def name_of(half_year: date) -> str:
    """`2026-H2` for the half-year that begins on 1 July 2026."""
    return f"{half_year.year}-H{1 if half_year.month == 1 else 2}"


def half_year(name: str) -> date:
    """The first day of `2026-H2`; ValueError."""
    year, _, half = name.partition("-H")
    if half not in ("1", "2") or len(year) != 4 or not year.isdigit():
        raise ValueError(f"{name!r} is not a half-year such as 2026-H2")
    return date(int(year), 1 if half == "1" else 7, 1)


@cache
def shipped() -> Mapping[str, Table]:
    """The tables that come with Relance, by name; read once."""
    from rules.rates.reading import table

    found = {}
    for entry in sorted(files(__name__).iterdir(), key=lambda each: each.name):
        if entry.name.endswith(".yaml"):
            made, problems = table(entry.read_bytes(), f"rates/{entry.name}")
            assert made is not None, problems
            found[made.id] = made
    return found


def names() -> Iterable[str]:
    """Every base that an interest may name."""
    return (*shipped(), FIXED)
