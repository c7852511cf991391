"""Values to JSON and back, by their declared types: dataclasses, money, dates, instants, decimals, tuples, unions.

The text is canonical (sorted keys, no spaces), so that equal values have equal digests.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from rules.money import Money

T = TypeVar("T")
Decoder = Callable[[Any], Any]


def encode(value: object) -> str:
    """The canonical JSON of a value; TypeError for what the ledger does not keep."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def decode(text: str, kind: type[T]) -> T:
    """The value of that type; KeyError, TypeError or ValueError where the text is none."""
    value: T = _decoder(typing.cast(Any, kind))(json.loads(text))
    return value


def loads(text: str) -> Any:
    """A value whose type is not declared (a reason's values): tagged parts come back as what they were."""
    return _untagged(json.loads(text))


def _plain(value: Any) -> Any:
    match value:
        case None | str() | bool() | int():
            return value
        case Money():
            return {"$money": str(value)}
        case datetime():
            return {"$at": value.astimezone(UTC).isoformat()}
        case date():
            return {"$day": value.isoformat()}
        case Decimal():
            return {"$number": str(value)}
        case tuple() | list():
            return [_plain(each) for each in value]
        case frozenset() | set():
            return sorted(_plain(each) for each in value)
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
    if dataclasses.is_dataclass(value):
        fields = ((field, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {field.name: _plain(each) for field, each in fields if each is not None or field.default is not None}
    raise TypeError(f"the ledger keeps no {type(value).__name__}")


_TAGS: dict[str, Callable[[str], Any]] = {
    "$money": Money.parse,
    "$at": datetime.fromisoformat,
    "$day": date.fromisoformat,
    "$number": Decimal,
}


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_untagged(each) for each in value)
    if isinstance(value, dict):
        for tag, read in _TAGS.items():
            if tag in value:
                return read(value[tag])
        return {key: _untagged(each) for key, each in value.items()}
    return value


@cache
def _decoder(kind: Any) -> Decoder:
    if kind in (str, int, bool, Any, object, Money, date, datetime, Decimal):
        return _untagged
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return _untagged
    if origin in (typing.Union, types.UnionType):
        classes = [each for each in arguments if each is not types.NoneType]
        if len(classes) > 1:
            return _untagged  # of scalars, whose tags tell them apart
        inner = _decoder(classes[0])
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            item = _decoder(arguments[0])
            return lambda value: tuple(item(each) for each in value)
        items = [_decoder(each) for each in arguments]
        return lambda value: tuple(read(each) for read, each in zip(items, value, strict=True))
    if origin is frozenset:
        item = _decoder(arguments[0])
        return lambda value: frozenset(item(each) for each in value)
    if origin in (dict, Mapping):
        item = _decoder(arguments[1])
        return lambda value: {key: item(each) for key, each in value.items()}
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind)
    raise TypeError(f"the ledger cannot read back {kind}")


def _dataclass(kind: Any) -> Decoder:
    hints = typing.get_type_hints(kind)
    readers = {field.name: _decoder(hints[field.name]) for field in dataclasses.fields(kind)}
    return lambda value: kind(**{name: readers[name](each) for name, each in value.items()})
