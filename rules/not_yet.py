"""Words that the language has and the engine does not act on yet: each is a warning where it stands, never ignored."""

from __future__ import annotations

from collections.abc import Iterable

from rules.compiling.page import Page, items, listed
from rules.diagnostics import quoted
from rules.source import Node

ACTIONS = {"debit": "nothing is collected yet"}
STEP_ONLY = "{} is only carried out in a step, not here"
_STEP_ONLY = frozenset({"charge", "restrict", "handoff"})


def not_yet(page: Page, kind: str) -> None:
    """Warns, REL290, of every such word of a file."""
    if kind == "policy":
        for actions, in_step in _lists(page.root):
            for action in listed(actions):
                _action(page, action, in_step=in_step)


def _action(page: Page, action: Node, *, in_step: bool) -> None:
    for name, entry in action.items():
        fallback = entry.value.get("fallback")
        if name in ACTIONS:
            page.warn(entry.key, 290, ACTIONS[name])
        elif not in_step and name in _STEP_ONLY:
            page.warn(entry.key, 290, STEP_ONLY.format(quoted(name)))
        if fallback is not None:
            _action(page, fallback, in_step=in_step)


def _steps(root: Node) -> Iterable[Node]:
    """Every step or change of one, in the base and in variants."""
    yield from listed(root.get("steps"))
    for variant in listed(root.get("variants")):
        yield from (entry.value for _, entry in items(variant, "change"))
        yield from (step for item in listed(variant.get("insert")) if (step := item.get("step")) is not None)


def _lists(root: Node) -> Iterable[tuple[Node, bool]]:
    """Every `do`, and whether it is that of a step."""
    after = root.get("after_last_step")
    beside = [*listed(root.get("reactions")), *listed(root.get("deadlines")), *([after] if after is not None else [])]
    places = [(step, True) for step in _steps(root)] + [(place, False) for place in beside]
    return ((do, in_step) for place, in_step in places if (do := place.get("do")) is not None)
