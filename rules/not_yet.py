"""Words that the language has and the engine does not act on yet: each is a warning where it stands, never ignored."""

from __future__ import annotations

from collections.abc import Iterable

from rules.compiling.page import Page, items, listed
from rules.diagnostics import quoted
from rules.source import Node

# Keys and values by where they stand: `a.b` is a key, `a.b=c` a value of it.
NOT_YET: dict[str, dict[str, str]] = {
    "policy": {
        "statements": "no statements are sent yet",
        "consolidate.by=payer": "messages are not yet brought together by payer: each customer gets its own",
        "holds.payment-plan.max_instalments": "the instalments of a plan are not counted yet",
        "holds.payment-plan.max_length": "the length of a plan is not checked yet",
        "holds.payment-plan.first": "the first instalment of a plan is not checked yet",
        "holds.payment-plan.auto_accept": "every plan is still accepted by a person",
        "holds.payment-plan.broken": "a broken plan does not move the ladder yet",
        "holds.payment-plan.acceleration": "a broken plan does not make the rest due yet",
    },
    "business": {"limits.calls_per_day": "calls are not counted against a limit yet"},
}
ACTIONS = {
    "webhook": "no webhook is called yet",
    "debit": "nothing is collected yet",
    "restrict": "nothing is held back yet",
}
SCOPE = "only the receivables of the step are handed over yet"
TASKS_ONLY = "here only tasks are carried out yet, and {} is not"
_QUIET_ONLY = frozenset({"email", "sms", "letter", "call", "charge"})


def not_yet(page: Page, kind: str) -> None:
    """Warns, REL290, of every such word of a file."""
    for path, words in NOT_YET.get(kind, {}).items():
        found = _find(page.root, path)
        if found is not None:
            page.warn(found, 290, words)
    if kind == "policy":
        for actions, tasks_only in _lists(page.root):
            for action in listed(actions):
                _action(page, action, tasks_only=tasks_only)


def _find(node: Node, path: str) -> Node | None:
    """The key at a path, or its value where the path says which."""
    path, _, value = path.partition("=")
    *above, last = path.split(".")
    for key in above:
        below = node.get(key)
        if below is None:
            return None
        node = below
    entry = dict(node.items()).get(last)
    if entry is None or (value and entry.value.text != value):
        return None
    return entry.value if value else entry.key


def _action(page: Page, action: Node, *, tasks_only: bool) -> None:
    for name, entry in action.items():
        scope, fallback = (entry.value.get(key) for key in ("scope", "fallback"))
        if name in ACTIONS:
            page.warn(entry.key, 290, ACTIONS[name])
        elif tasks_only and name in _QUIET_ONLY:
            page.warn(entry.key, 290, TASKS_ONLY.format(quoted(name)))
        elif scope is not None and scope.text == "account-overdue":
            page.warn(scope, 290, SCOPE)
        if fallback is not None:
            _action(page, fallback, tasks_only=tasks_only)


def _steps(root: Node) -> Iterable[Node]:
    """Every step or change of one, in the base and in variants."""
    yield from listed(root.get("steps"))
    for variant in listed(root.get("variants")):
        yield from (entry.value for _, entry in items(variant, "change"))
        yield from (step for item in listed(variant.get("insert")) if (step := item.get("step")) is not None)


def _lists(root: Node) -> Iterable[tuple[Node, bool]]:
    """Every `do`, and whether only tasks are carried out there."""
    after = root.get("after_last_step")
    places = [(step, False) for step in _steps(root)]
    places += [(reaction, False) for reaction in listed(root.get("reactions"))]
    places += [(deadline, True) for deadline in listed(root.get("deadlines"))]
    places += [(after, True)] if after is not None else []
    return ((do, tasks_only) for place, tasks_only in places if (do := place.get("do")) is not None)
