"""Text on its way to a spreadsheet: a cell that a spreadsheet would run as a formula is made plain text."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?%?(?: [A-Z]{3})?")


def neutral(cell: str) -> str:
    """The cell with an apostrophe before a leading = + - @, tab or return, unless it is a plain number or amount.

    One that has such apostrophes already gets another, so that taking one off always gives the cell back.

    >>> neutral("=HYPERLINK(0)"), neutral("-12.50 EUR"), neutral("Martin & Fils")
    ("'=HYPERLINK(0)", '-12.50 EUR', 'Martin & Fils')
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
