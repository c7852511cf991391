"""REL306: two routes or variants that share some of what they take, so that their order decides about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rules.conditions import Lookup, check
from rules.lint.look import Doubt, Look
from rules.policy import Route, Test, Variant
from rules.proving import contradicts, implies, needed

CODE = "REL306"


def doubts(look: Look) -> Iterator[Doubt]:
    """Pairs of which neither takes all that the other takes, and which share values of a fact, or real receivables."""
    book = look.book.open if look.book is not None else ()
    for policy, _ in look.policies():
        yield from _pairs("variant", policy.variants, book)
    place = look.rulebook.assignment.place
    if place is not None and place.file in look.roots:
        yield from _pairs("route", look.rulebook.assignment.routes, book)


def _pairs(what: str, found: Sequence[Route | Variant], book: Sequence[Lookup]) -> Iterator[Doubt]:
    for n, later in enumerate(found):
        for earlier in found[:n]:
            if implies(later.when, earlier.when) or implies(earlier.when, later.when):
                continue
            if contradicts(later.when, earlier.when):
                continue
            shared = _shared(earlier, later)
            said = f"both take {shared}; '{earlier.id}' gets it" if shared else _matched(earlier, later, book)
            if said is not None:
                assert later.place is not None
                message = f"{what} '{later.id}' and '{earlier.id}' before it {said}"
                yield Doubt(later.place, len(later.id), message, "make their conditions exclude each other")


def _matched(earlier: Route | Variant, later: Route | Variant, book: Sequence[Lookup]) -> str | None:
    """How many receivables of the book match both."""
    n = sum(all(check(each.when, facts).verdict == "yes" for each in (earlier, later)) for facts in book)
    whole = f"{len(book)} open receivable{'s' if len(book) != 1 else ''}"
    return f"both match {n} of the book's {whole}; '{earlier.id}' gets them" if n else None


def _shared(one: Route | Variant, other: Route | Variant) -> str | None:
    """What both take of one fact where neither contains the other."""
    for a in needed(one.when):
        for b in needed(other.when):
            found = _values(a, b) or _range(a, b) or _range(b, a)
            if a.fact == b.fact and found:
                return f"{a.fact} {found}"
    return None


def _values(a: Test, b: Test) -> str | None:
    if a.operator != "in" or b.operator != "in":
        return None
    both = set(a.values) & set(b.values)
    return ", ".join(sorted(map(str, both))) if both and both not in (set(a.values), set(b.values)) else None


def _range(a: Test, b: Test) -> str | None:
    """The span between a lower bound and an upper one."""
    if a.operator not in ("gte", "gt") or b.operator not in ("lte", "lt") or len(a.values) != 1 or len(b.values) != 1:
        return None
    low, high = a.values[0], b.values[0]
    if not (isinstance(low, Decimal) and isinstance(high, Decimal)):
        return None
    both_included = (a.operator, b.operator) == ("gte", "lte")
    return f"from {low} to {high}" if low < high or (low == high and both_included) else None
