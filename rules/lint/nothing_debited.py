"""REL320: `debits`, where no policy that is given to anybody debits: invoices announce what nobody will collect."""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint.look import Doubt, Look, at, steps
from rules.policy import Debit, Policy

CODE = "REL320"


def doubts(look: Look) -> Iterator[Doubt]:
    """The `debits` of business.yaml, where a customer of the book owes something and pays by debit."""
    paying = look.book.open if look.book is not None else ()
    if not any(known("customer.payment_method") == "debit" for known in paying):
        return
    chosen = look.rulebook.assignment
    named = {pin.policy for pin in chosen.pins} | {route.policy for route in (*chosen.routes, chosen.otherwise)}
    if any(policy.id in named and _debits(policy) for policy in look.rulebook.policies.values()):
        return
    for path, root in look.of_kind("business"):
        said = root.get("debits")
        if said is not None and look.rulebook.business.debits is not None:
            message = "invoices of customers who pay by debit announce a debit, and no policy in use makes one"
            yield at(path, said, message, "add a step with `debit` to a policy in use, or remove `debits`")


def _debits(policy: Policy) -> bool:
    return any(isinstance(action, Debit) for step in steps(policy) for action in step.do)
