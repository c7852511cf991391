"""REL314: a policy that nobody is given."""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint.look import Doubt, Look

CODE = "REL314"


def doubts(look: Look) -> Iterator[Doubt]:
    """Policies that no pin, no route and no `otherwise` names."""
    chosen = look.rulebook.assignment
    named = {pin.policy for pin in chosen.pins} | {route.policy for route in (*chosen.routes, chosen.otherwise)}
    for policy, place in look.policies():
        if policy.id not in named:
            message = f"nobody is routed to policy '{policy.id}'"
            yield Doubt(place, len(policy.id), message, "name it in assignments/, or remove the file")
