"""REL341: an order to pay that is to be served after its three months."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.lint.look import Doubt, Look
from rules.moments import Duration
from rules.policy import Task

CODE = "REL341"
SOURCE = "CPC 1411 as of decree 2026-96: orders issued from 1 September 2026 lapse after three months"
CONFIDENCE = "B"
ORDER = re.compile(r"injonction|order (?:for payment|to pay)", re.IGNORECASE)
LONGEST = {"d": 92, "w": 13, "m": 3, "bd": 63}


def doubts(look: Look) -> Iterator[Doubt]:
    """Internal deadlines about an order to pay that lie further off, counted from it."""
    for policy, _ in look.policies():
        for deadline in policy.deadlines:
            titles = " ".join(action.title for action in deadline.do if isinstance(action, Task))
            if ORDER.search(f"{deadline.id} {titles}") and _late(deadline.at.offset):
                assert deadline.place is not None
                message = "an order to pay lapses when it is not served within three months"
                yield Doubt(deadline.place, len(deadline.id), message, "count at most 3m from the order")


def _late(offset: Duration) -> bool:
    return offset.n > LONGEST[offset.unit]
