"""What a policy has for tests to reach, and what a simulated life reached of it."""

from __future__ import annotations

from collections.abc import Iterable

from rules import facts as f
from rules.conditions import Lookup, check
from rules.policy import Assignment, Policy

Part = tuple[str, str, str]  # kind (step, variant, reaction, route), the policy or assignment, its name there
KINDS = ("step", "variant", "reaction", "route")


def there(policy: Policy) -> frozenset[Part]:
    """Everything in a policy that can be reached: steps, variants and reactions."""
    steps = (step.id for steps in (policy.steps, *(v.steps for v in policy.variants)) for step in steps)
    found = {("step", policy.id, step) for step in steps}
    found |= {("variant", policy.id, variant.id) for variant in policy.variants}
    found |= {("reaction", policy.id, _reaction(policy, each.id)) for each in policy.reactions}
    return frozenset(found)


def routes(assignment: Assignment) -> frozenset[Part]:
    """What a test of routes can reach."""
    return frozenset(("route", assignment.id, route.id) for route in (*assignment.routes, assignment.otherwise))


def reached(policy: Policy, told: Iterable[f.Fact]) -> frozenset[Part]:
    """The steps that left, the variants under which they did, and the reactions of which something was done."""
    found: set[Part] = set()
    for fact in told:
        match fact:
            case f.Left():
                found.add(("step", policy.id, fact.step))
                if fact.variant is not None:
                    found.add(("variant", policy.id, fact.variant))
            case f.TaskOpened(task=task) if task.startswith("reaction/"):
                found.add(("reaction", policy.id, _reaction(policy, task.split("/")[-2])))
            case f.Reacted(event=key, pending=pending) if pending and key.startswith("reaction/"):
                found.add(("reaction", policy.id, _reaction(policy, key.rpartition("/")[2])))
    return frozenset(found)


def route(assignment: Assignment, lookup: Lookup) -> frozenset[Part]:
    """The route that these facts choose; none where a fact that a route tests is not known."""
    for each in assignment.routes:
        verdict = check(each.when, lookup).verdict
        if verdict != "no":
            return frozenset({("route", assignment.id, each.id)} if verdict == "yes" else ())
    return frozenset({("route", assignment.id, assignment.otherwise.id)})


def _reaction(policy: Policy, name: str) -> str:
    """Its event, numbered where several answer the same."""
    event = next(reaction.event for reaction in policy.reactions if reaction.id == name)
    same = [reaction.id for reaction in policy.reactions if reaction.event == event]
    return event if len(same) == 1 else f"{event} {same.index(name) + 1}"
