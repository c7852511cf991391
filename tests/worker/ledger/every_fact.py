"""Strategies for hypothesis: any fact, of any kind, with any values of its declared types."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rules.facts import Customer
from rules.money import CURRENCIES, Money

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS,
    bool: st.booleans(),
    int: st.integers(-(10**12), 10**12),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    Money: st.builds(Money, st.integers(-(10**14), 10**14), st.sampled_from(sorted(CURRENCIES))),
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a declared type, as rules/facts declares them."""
    if kind in SCALARS:
        return SCALARS[kind]
    if kind is types.NoneType:
        return st.none()
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([any_of(each) for each in arguments])
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(any_of(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(any_of, arguments))
    if origin in (dict, Mapping):
        return st.dictionaries(WORDS, any_of(arguments[1]), max_size=3)
    assert dataclasses.is_dataclass(kind), kind
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{field.name: any_of(hints[field.name]) for field in dataclasses.fields(kind)})  # type: ignore[arg-type]


CUSTOMERS = any_of(Customer)
