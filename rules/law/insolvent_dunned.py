"""REL338: dunning of what was owed before an insolvency, or of who is insolvent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.lint.look import CONTACTS, Doubt, Look, about, at, contacts, steps
from rules.policy import AllOf, AnyOf, Condition, Policy, Test

CODE = "REL338"
SOURCE = "C. com. L622-7, L622-21: no payment of earlier debts, no pursuit"
CONFIDENCE = "C"
INSOLVENT = re.compile(
    r"insolv|bankrupt|liquidation|redressement|sauvegarde|receivership|konkurs|fallit", re.IGNORECASE
)


def doubts(look: Look) -> Iterator[Doubt]:
    """Policies whose insolvency hold resumes; steps and reactions that write to whom they take for insolvent."""
    for policy, place in look.policies():
        yield from _resumed(look, policy, place.file)
        for step in steps(policy):
            words = next(_insolvent(step.when), None) if contacts(step) else None
            if words is not None:
                yield about(
                    step, f"'{step.id}' writes to customers of whom {words} is said", "open a task for a person"
                )
        for reaction in policy.reactions:
            words = next(_insolvent(reaction.when), None)
            if words is not None and reaction.place is not None and any(isinstance(a, CONTACTS) for a in reaction.do):
                message = f"this reaction writes to customers of whom {words} is said"
                yield Doubt(reaction.place, len(reaction.event), message, "open a task for a person")


def _resumed(look: Look, policy: Policy, file: str) -> Iterator[Doubt]:
    node = look.roots[file]
    for key in ("holds", "insolvency", "resume"):
        found = node.get(key)
        if found is None:
            return
        node = found
    if policy.hold("insolvency").resume != "never":
        message = "what was supplied before an insolvency is declared to the administrator, never dunned"
        yield at(file, node, message, "write resume: never, or remove it")


def _insolvent(condition: Condition) -> Iterator[str]:
    """The facts and values of a condition that speak of an insolvency, as far as it wants them."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _insolvent(part)
        case Test(fact, operator, values):
            if INSOLVENT.search(fact) and False not in values:
                yield fact
            elif operator in ("in", "has"):
                yield from (f"{fact} {value}" for value in values if INSOLVENT.search(str(value)))
