"""A day on the command line, as 2027-01-31; one that no business plans for is a slip of the keyboard."""

from __future__ import annotations

import re
from datetime import datetime

import click

from rules.diagnostics import quoted

FIRST, LAST = 1970, 2199  # years
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Day(click.DateTime):
    """Midnight of the day; refuses, as wrong use, what lies before 1970 or after 2199."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The day as a naive datetime at 0:00."""
        try:
            found: datetime = super().convert(value, param, ctx)
        except click.BadParameter:
            real = "is not a real date" if _DAY.fullmatch(str(value)) else "is not a date such as 2027-01-31"
            self.fail(f"{quoted(str(value))} {real}.", param, ctx)
        if not FIRST <= found.year <= LAST:
            self.fail(f"{found:%Y-%m-%d} lies outside the years {FIRST} to {LAST}.", param, ctx)
        return found


DAY = Day()
