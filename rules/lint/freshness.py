"""REL301: reminders that leave on bank data of any age."""

from __future__ import annotations

from collections.abc import Iterator

from rules.compiling.page import Page
from rules.lint.look import Doubt, at
from rules.policy import Policy

CODE = "REL301"


def doubts(page: Page, made: object) -> Iterator[Doubt]:
    """A policy without `freshness`."""
    if isinstance(made, Policy) and made.pacing.freshness is None:
        node = page.root.get("pacing") or page.root.get("id")
        assert node is not None
        advice = "add freshness: 2bd to `pacing`, or silence with `allow: [REL301]`"
        yield at(page.name, node, "reminders leave on bank data of any age", advice)
