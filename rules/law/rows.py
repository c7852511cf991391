"""The rows of a workspace's own terms, where each is written."""

from __future__ import annotations

from collections.abc import Iterator

from rules.compiling.page import items, wanted
from rules.lint.look import Look
from rules.policy import Charge, Policy, TermsRow
from rules.source import Node


def rows(look: Look, *laws: str) -> Iterator[tuple[str, str, Node, TermsRow]]:
    """(file, law, key of the row, row) of every row looked up by contract.law; of these laws only, where any is."""
    for path, root in look.of_kind("terms"):
        terms = look.rulebook.terms.get(wanted(root, "id").text)
        if terms is None or terms.by != "contract.law":
            continue
        for law, entry in items(root, "rows"):
            if law in terms.rows and (not laws or law in laws):
                yield path, law, entry.key, terms.rows[law]


def charged(policy: Policy) -> set[str]:
    """The terms that a policy charges."""
    every = (policy.steps, *(variant.steps for variant in policy.variants))
    return {action.terms for steps in every for step in steps for action in step.do if isinstance(action, Charge)}
