"""REL303: a route or variant that is never chosen, because whatever matches it matches one before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.compiling.page import Page
from rules.lint.look import Doubt
from rules.policy import Assignment, Policy, Route, Variant
from rules.proving import implies

CODE = "REL303"


def doubts(page: Page, made: object) -> Iterator[Doubt]:
    """The shadowed variants of a policy, or routes of an assignment."""
    del page
    match made:
        case Policy():
            yield from _shadowed("variant", made.variants)
        case Assignment():
            yield from _shadowed("route", made.routes)


def _shadowed(what: str, found: Sequence[Route | Variant]) -> Iterator[Doubt]:
    for n, later in enumerate(found):
        earlier = next((each for each in found[:n] if implies(later.when, each.when)), None)
        if earlier is not None:
            assert later.place is not None
            message = f"{what} '{later.id}' is never chosen: '{earlier.id}' before it takes all of it"
            yield Doubt(later.place, len(later.id), message, "put the narrower one first")
