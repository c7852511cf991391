"""What a file says about lint itself: `allow: [CODE]` of a policy or step, and comments with a reason.

    at: due+20d   # lint: allow REL312 because the sales team asked for it

On a line of its own such a comment is about the next line; above the first key it is about the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rules.compiling.page import items, listed, text
from rules.diagnostics import BREAKS
from rules.lint.look import Doubt
from rules.policy import Place
from rules.source import Node

CODE = "REL398"

_COMMENT = re.compile(r"(?:^|\s)#\s*lint:(?P<rest>.*)$")
_ALLOW = re.compile(r"\s*allow\s+(?P<codes>REL3\d\d(?:\s*,\s*REL3\d\d)*)(?:\s+because\s+(?P<reason>\S.*))?\s*")
_FORM = "write `# lint: allow REL302 because ...` and the reason"


@dataclass(slots=True)
class Silences:
    """The codes that a file silences: everywhere, on a line, or for a step."""

    everywhere: set[str] = field(default_factory=set)
    by_line: dict[int, set[str]] = field(default_factory=dict)
    by_step: dict[str, set[str]] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)

    def silent(self, code: str, doubt: Doubt) -> bool:
        """Whether the file has said that this is meant."""
        here = self.everywhere | self.by_line.get(doubt.place.line, set())
        return code in here | (self.by_step.get(doubt.step, set()) if doubt.step is not None else set())


def silences(file: str, root: Node, source: str) -> Silences:
    """What a file silences; a comment that cannot be understood is a doubt of its own."""
    found = Silences({code.text for code in listed(root.get("allow"))})
    for name, step in _written_steps(root):
        found.by_step.setdefault(name, set()).update(code.text for code in listed(step.get("allow")))
    first = min((entry.key.line for _, entry in root.items()), default=1)
    covered = _scalars(root)
    lines = BREAKS.split(source)
    for number, line in enumerate(lines, 1):
        comment = _COMMENT.search(line)
        if comment is None or any(start <= comment.start("rest") < end for start, end in covered.get(number, ())):
            continue
        _said(found, Place(file, number, line.index("#", comment.start()) + 1), comment, lines, number < first)
    return found


def _said(found: Silences, place: Place, comment: re.Match[str], lines: list[str], above_all: bool) -> None:
    said = _ALLOW.fullmatch(comment["rest"])
    width = len(comment.string.rstrip()) - place.column + 1
    if said is None:
        found.doubts.append(Doubt(place, width, "this comment for lint is not understood", _FORM))
    elif said["reason"] is None:
        found.doubts.append(Doubt(place, width, "nothing is silenced without a reason", _FORM))
    else:
        codes = set(re.findall(r"REL3\d\d", said["codes"]))
        if above_all:
            found.everywhere |= codes
            return
        line = place.line
        if not comment.string[: place.column - 1].strip():
            line = next((n for n in range(line + 1, len(lines) + 1) if not _only_comment(lines[n - 1])), line)
        found.by_line.setdefault(line, set()).update(codes)


def _only_comment(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _scalars(root: Node) -> dict[int, list[tuple[int, int]]]:
    """Where text stands on each line, from and to, from 0: a # within it is no comment."""
    spans: dict[int, list[tuple[int, int]]] = {}
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node.value, tuple):
            waiting += node.value
        elif isinstance(node.value, dict):
            waiting += [part for entry in node.value.values() for part in (entry.key, entry.value)]
        else:
            spans.setdefault(node.line, []).append((node.column - 1, node.column - 1 + node.width))
    return spans


def _written_steps(root: Node) -> Iterator[tuple[str, Node]]:
    yield from ((text(step, "id"), step) for step in listed(root.get("steps")))
    for variant in listed(root.get("variants")):
        yield from ((name, entry.value) for name, entry in items(variant, "change"))
        inserted: Iterable[Node] = (
            step for item in listed(variant.get("insert")) if (step := item.get("step")) is not None
        )
        yield from ((text(step, "id"), step) for step in inserted)
