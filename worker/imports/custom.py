"""The facts of its own that a business declares in business.yaml, read from columns `custom.NAME`."""

from __future__ import annotations

from collections.abc import Callable

from rules.facts import Custom
from rules.policy import Business
from worker.imports import cells
from worker.imports.entry import Entry
from worker.imports.problems import COLUMN


def custom_values(entry: Entry, business: Business, subject: str) -> dict[str, Custom]:
    """The line's custom facts, each of the type that the business declares for `subject`.NAME."""
    readers: dict[str, Callable[[str], Custom]] = {
        "text": str,
        "number": cells.number,
        "amount": lambda written: cells.amount(written, business.currency),
        "date": lambda written: cells.day(written, day_first=entry.day_first),
        "flag": cells.flag,
    }
    values: dict[str, Custom] = {}
    for key in entry.row.cells:
        if not key.startswith("custom."):
            continue
        name = key.partition(".")[2]
        kind = business.custom.get(f"{subject}.{name}")
        if kind is None:
            cure = f"declare it in business.yaml: custom: {{{subject}.{name}: text}}"
            entry.fail(key, f"the custom fact {subject}.{name} is not declared", cure, COLUMN)
        elif (value := entry.get(key, readers[kind])) is not None:
            values[name] = value
    return values
