"""REL309: a language that customers of the book read, and in which a policy does not write to them."""

from __future__ import annotations

from collections.abc import Iterator

from rules.compiling.page import wanted
from rules.lint.look import Doubt, Look, at
from rules.policy import ByFact, Policy

CODE = "REL309"
_READS = "customer.language"


def doubts(look: Look) -> Iterator[Doubt]:
    """Languages that the book's customers read and the policy writes nothing in. Missing files are errors, REL401."""
    for policy, place in look.policies() if look.book is not None else ():
        assert look.book is not None
        root = look.roots[place.file]
        node = root.get("language") or wanted(root, "id")
        for message, advice in _unread(policy, look.book.languages):
            yield at(place.file, node, message, advice)


def _unread(policy: Policy, read: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Languages that customers read and the policy does not choose by."""
    match policy.language:
        case ByFact(fact=fact, cases=cases, otherwise=None) if fact == _READS and read - set(cases):
            others = ", ".join(sorted(read - set(cases)))
            yield f"the book has customers who read {others}, and for them no language is chosen", "add `otherwise:`"
        case str() as only if read - {only}:
            others = ", ".join(sorted(read - {only}))
            advice = f"write language: {{by: {_READS}, {min(read - {only})}: ..., otherwise: {only}}}"
            yield f"everybody is written to in '{only}', and the book has customers who read {others}", advice
