"""Quick records: what a frozen dataclass promises is kept, however it is made."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields

import pytest

from rules.altering import quick, replace
from rules.receivables import Receivable


@dataclass(frozen=True, slots=True)
class Plain:
    """What the quick one is compared with: a field of every sort."""

    kind: str
    twin: int
    made: tuple[int, ...] = ()
    record: dict[str, int] = field(default_factory=dict)


@quick
@dataclass(frozen=True, slots=True)
class Quick:
    """The same fields, made quickly; their names are those that the constructor might use itself."""

    kind: str
    twin: int
    made: tuple[int, ...] = ()
    record: dict[str, int] = field(default_factory=dict)


def shown(record: object) -> str:
    return repr(record).replace("Quick", "Plain")


@pytest.mark.parametrize(
    "make",
    [
        lambda kind: kind("a", 1),
        lambda kind: kind("a", twin=1, record={"b": 2}),
        lambda kind: kind("a", 1, (3,), {"b": 2}),
        lambda kind: replace(kind("a", 1, (3,)), twin=2, record={"c": 4}),
        lambda kind: replace(kind("a", 1, (3,))),
        lambda kind: copy.deepcopy(kind("a", 1, (3,), {"b": 2})),
        lambda kind: pickle.loads(pickle.dumps(kind("a", 1, (3,), {"b": 2}))),
    ],
)
def test_a_quick_record_is_what_a_plain_one_is(make: Callable[[type], object]) -> None:
    made, same = make(Quick), make(Quick)
    assert shown(made) == shown(make(Plain))
    assert type(made) is Quick
    assert made == same
    assert not hasattr(made, "__dict__")


def test_a_default_that_is_made_is_no_two_records_own() -> None:
    assert Quick("a", 1).record is not Quick("a", 1).record


def test_a_quick_record_stays_frozen_and_what_it_was_copied_from_as_it_was() -> None:
    one = Quick("a", 1)
    other = replace(one, twin=2)
    for record in (one, other):
        with pytest.raises(FrozenInstanceError):
            record.twin = 3  # type: ignore[misc]
    assert (one.twin, other.twin) == (1, 2)


def test_a_quick_record_with_equal_fields_is_found_in_a_set() -> None:
    assert len({Quick("a", 1, record=()), Quick("a", 1, record=())}) == 1  # type: ignore[arg-type]


def test_a_field_that_is_missing_or_not_there_is_refused() -> None:
    with pytest.raises(TypeError, match="twin"):
        Quick("a")  # type: ignore[call-arg]
    with pytest.raises(AttributeError, match="nobody"):
        replace(Quick("a", 1), nobody=2)


def test_records_that_are_not_quick_are_copied_too() -> None:
    assert replace(Plain("a", 1), twin=2) == Plain("a", 2)


def test_a_record_as_wide_as_a_receivable_keeps_every_field() -> None:
    names = [each.name for each in fields(Receivable)]
    made = Receivable(*names)  # type: ignore[arg-type]
    assert [getattr(made, name) for name in names] == names
    changed = replace(made, rounds=7)
    assert [getattr(changed, name) for name in names] == [7 if name == "rounds" else name for name in names]
