"""Jinja's sandbox with a bound on work: a template that would never end, or fill the memory, is refused instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from contextvars import ContextVar
from functools import wraps
from itertools import count
from math import prod
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

MOST_TURNS = 200_000  # of all loops and calls in one rendering
LONGEST = 1_000_000  # characters of a text, items of a list
_SPREADING = ("replace", "join", "wordwrap")  # filters whose answer may be as long as their texts multiplied
_PADDING = ("center", "format", "indent")  # filters that make a short text as long as they are told
_turns: ContextVar[Iterator[int]] = ContextVar("turns")


class Bounded(SandboxedEnvironment):
    """Counts what loops and calls do, and how long their texts become. Raises SecurityError beyond the bounds."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, **options: Any) -> None:  # noqa: ANN401, as there
        super().__init__(**options)
        for name in _PADDING:
            del self.filters[name]
        del self.globals["lipsum"]
        self.filters |= {name: _spread(self.filters[name]) for name in _SPREADING}
        self.filters |= {"_counted": _counted, "_short": _short}

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805, ANN401, named as there
        """Calls as the sandbox does; no argument is a huge number, and no answer a huge text."""
        _turn()
        for value in (*args, *kwargs.values()):
            _small(value)
        if isinstance(owner := getattr(__obj, "__self__", None), str):
            _multiplied((owner, *args, *kwargs.values()))
        return _short(super().call(__context, __obj, *args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401, as there
        """Sums and products of what is small; no powers, and no texts filled in by `%`."""
        texts = isinstance(left, Sized) or isinstance(right, Sized)
        if operator == "**" or (operator == "%" and texts):
            raise SecurityError(f"the operator {operator} is not for templates")
        if operator == "*" and texts:
            size, times = (left, right) if isinstance(left, Sized) else (right, left)
            if isinstance(times, int) and len(size) * times > LONGEST:
                raise SecurityError(_too_long())
        return _short(super().call_binop(context, operator, left, right))

    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:  # noqa: ANN401, as there
        for loop in source.find_all(nodes.For):
            loop.iter = _filtered(loop.iter, "_counted")
        for block in source.find_all(nodes.AssignBlock):
            block.filter = _filtered(block.filter, "_short")
        for sum_ in source.find_all(nodes.Concat):
            sum_.nodes = [_filtered(each, "_short") for each in sum_.nodes]
        return super()._generate(source, *args, **options)


def begin() -> None:
    """Counts from zero: a rendering begins."""
    _turns.set(count())


def whole(pieces: Iterable[str]) -> str:
    """The pieces of a rendering as one text. Raises SecurityError where it grows too long."""
    kept, size = [], 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size > LONGEST:
            raise SecurityError(_too_long())
    return "".join(kept)


def _filtered(node: nodes.Node | None, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno if node else 0)


def _turn() -> None:
    if next(_turns.get()) >= MOST_TURNS:
        raise SecurityError(f"it takes more than {MOST_TURNS} turns of its loops")


def _counted(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        _turn()
        yield value


def _spread(made: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, which refuses what could make too long a text before it makes it."""

    @wraps(made)
    def bounded(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401, as there
        known = [list(_counted(each)) if isinstance(each, Iterator) else each for each in args]
        _multiplied((*known, *kwargs.values()))
        return made(*known, **kwargs)

    return bounded


def _multiplied(values: Iterable[object]) -> None:
    sizes = sorted((_size(each) for each in values if isinstance(each, Sized)), reverse=True)
    if prod(size + 1 for size in sizes[:2]) > LONGEST:
        raise SecurityError(_too_long())


def _size(value: Sized) -> int:
    texts = (each for each in value if isinstance(each, str)) if isinstance(value, list | tuple) else ()
    return len(value) + sum(map(len, texts))


def _short(value: Any) -> Any:  # noqa: ANN401, any value of a template
    if isinstance(value, str | list | tuple) and len(value) > LONGEST:
        raise SecurityError(_too_long())
    return value


def _small(value: object) -> None:
    if isinstance(value, int) and abs(value) > LONGEST:
        raise SecurityError(f"{value} is too large for a template")


def _too_long() -> str:
    return f"it makes a text of more than {LONGEST} characters"
