"""`dataclasses.replace` in half the time, for the records that a judgement copies most."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TypeVar

T = TypeVar("T")


def replace(record: T, **changes: object) -> T:
    """A copy of a frozen dataclass with some fields changed; every field is one of its constructor's.

    >>> from rules.money import Money
    >>> replace(Money(100, "EUR"), minor=200)
    Money(200, 'EUR')
    """
    kind: type[T] = type(record)
    values, place = _fields(kind)  # type: ignore[arg-type]
    written = list(values(record))
    for name, value in changes.items():
        written[place[name]] = value
    return kind(*written)


@cache
def _fields(kind: type) -> tuple[Callable[[object], tuple[object, ...]], Mapping[str, int]]:
    names = [field.name for field in fields(kind)]
    return attrgetter(*names), {name: n for n, name in enumerate(names)}
