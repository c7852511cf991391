"""REL338: reminders that go on after an insolvency was opened."""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint.look import Doubt, Look, at

CODE = "REL338"
SOURCE = "C. com. L622-7, L622-21: no payment of earlier debts, no pursuit"
CONFIDENCE = "C"


def doubts(look: Look) -> Iterator[Doubt]:
    """Policies whose insolvency hold resumes."""
    for policy, place in look.policies():
        rule = policy.holds.get("insolvency")
        node = look.roots[place.file]
        for key in ("holds", "insolvency", "resume"):
            found = node.get(key)
            if found is None:
                break
            node = found
        else:
            if rule is not None and rule.resume != "never":
                message = "what was supplied before an insolvency is declared to the administrator, never dunned"
                yield at(place.file, node, message, "write resume: never, or remove it")
