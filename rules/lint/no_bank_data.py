"""REL305: a business without bank data."""

from __future__ import annotations

from collections.abc import Iterator

from rules.compiling.page import Page
from rules.lint.look import Doubt, at
from rules.policy import Business

CODE = "REL305"


def doubts(page: Page, made: object) -> Iterator[Doubt]:
    """`bank_data: none`."""
    node = page.root.get("bank_data")
    if isinstance(made, Business) and not made.bank_data and node is not None:
        message = "without bank data a reminder can go to somebody who has paid"
        yield at(page.name, node, message, "import payments, or confirm the bank's data each day")
