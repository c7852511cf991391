"""Whether one step surely comes before another, from what is written alone: no calendar, no receivable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.moments import Duration, Moment
from rules.policy import Step


@dataclass(frozen=True, slots=True)
class Span:
    """The calendar days after `root` (due, issued or received) between which a step is planned, both included."""

    root: str
    first: int
    last: int

    def surely_before(self, other: Span) -> bool:
        """Whether every day of this one is before every day of the other."""
        return self.root == other.root and self.last < other.first

    def moved(self, offset: Duration) -> Span:
        """This span, an offset later."""
        first, last = days(offset)
        return Span(self.root, self.first + first, self.last + last)


def days(offset: Duration) -> tuple[int, int]:
    """The fewest and the most calendar days of an offset; working days with weekends, and a week for holidays.

    >>> days(Duration(5, "bd")), days(Duration(-1, "m"))
    ((5, 14), (-31, -28))
    """
    n = abs(offset.n)
    match offset.unit:
        case "d":
            span = (n, n)
        case "w":
            span = (7 * n, 7 * n)
        case "m":
            span = (28 * n, 31 * n)
        case "bd":
            span = (n, n + 2 * ((n + 4) // 5) + 7) if n else (0, 0)
    return span if offset.n >= 0 else (-span[1], -span[0])


def position(moment: Moment, spans: Mapping[str, Span | None], before: Sequence[Step]) -> Span | None:
    """Where a step lies when every step goes out on its day; None where that cannot be said.

    `spans` are those of the steps `before` it, by name.
    """
    if moment.anchor in ("due", "issued", "received"):
        return Span(moment.anchor, 0, 0).moved(moment.offset)
    if moment.anchor == "previous":
        anchor = spans[before[-1].id] if before else None
        return anchor.moved(moment.offset) if anchor else None
    step = next((step for step in before if step.id == moment.step), None)
    anchor = spans.get(step.id) if step else None
    if step is None or anchor is None or moment.anchor.endswith(".presented"):
        return None
    if moment.anchor.endswith(".deadline"):
        if step.deadline is None or step.deadline.since == "presented":
            return None
        anchor = anchor.moved(step.deadline.of)
    return anchor.moved(moment.offset)
