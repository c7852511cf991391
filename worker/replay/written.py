"""How a foreign file is written: its characters, separator, dates and decimals. It reads exactly, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from rules.money import Money, exponent
from worker.imports.cells import CellError

ENCODINGS = ("utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "utf-16")
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
DECIMALS = {"point": ".", "comma": ","}
_PARTS = {
    "YYYY": r"(?P<year>\d{4})",
    "MM": r"(?P<month>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{2})",
    "D": r"(?P<day>\d{1,2})",
    "hh": r"\d{2}",
    "mm": r"\d{2}",
    "ss": r"\d{2}(?:\.\d+)?",
}
_PART = re.compile("|".join(_PARTS))
_LONGEST = 60
_YEARS = (1900, 2199)


@dataclass(frozen=True, slots=True)
class DateForm:
    """How dates are written: YYYY, MM or M, DD or D, and hh, mm, ss, which are read and left out.

    >>> DateForm("M/D/YYYY").read("4/6/2013")
    datetime.date(2013, 4, 6)
    """

    form: str
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises ValueError for what does not name year, month and day once each."""
        parts = _PART.findall(self.form)
        letters = [part[0] for part in parts]
        if not {"Y", "M", "D"} <= set(letters) or len(letters) != len(set(letters)):
            raise ValueError(self.form)
        if re.search(r"\w", re.sub("[TZ]", "", _PART.sub("", self.form))):
            raise ValueError(self.form)
        pieces = re.split(f"({_PART.pattern})", self.form)
        pattern = "".join(_PARTS.get(piece, re.escape(piece)) for piece in pieces)
        object.__setattr__(self, "_pattern", re.compile(pattern, re.ASCII))

    def read(self, text: str) -> date:
        """The day; raises CellError."""
        match = self._pattern.fullmatch(text)
        if match is None:
            raise CellError(f"{text[:_LONGEST]!r} is not a date written {self.form}")
        try:
            day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            raise CellError(f"{text!r} is not a real date") from None
        if not _YEARS[0] <= day.year <= _YEARS[1]:
            raise CellError(f"{text!r} is not a likely date", "leave the cell empty where there is no date")
        return day


ISO = DateForm("YYYY-MM-DD")
_DIGITS, _DECIMALS = re.compile("-?[0-9]{1,15}"), re.compile("[0-9]{1,15}")
_GROUPED = {  # by the decimal mark: the other one, or a space, may stand between groups of three
    ".": re.compile("-?[0-9]{1,3}(?:[, \u00a0\u202f][0-9]{3}){1,4}"),
    ",": re.compile("-?[0-9]{1,3}(?:[. \u00a0\u202f][0-9]{3}){1,4}"),
}


@dataclass(frozen=True, slots=True)
class Written:
    """`separator` is one character; `decimal` the mark before decimals, the other one may group thousands."""

    encoding: str = "utf-8"
    separator: str = ","
    dates: DateForm = ISO
    decimal: str = "."

    def day(self, text: str) -> date:
        """A date in the file's form; raises CellError."""
        return self.dates.read(text)

    def number(self, text: str) -> Decimal:
        """A number with the file's decimals, exactly; raises CellError.

        >>> Written(decimal=",").number("1.234,50")
        Decimal('1234.50')
        """
        whole, mark, decimals = text.partition(self.decimal)
        read = _DIGITS.fullmatch(whole) or _GROUPED[self.decimal].fullmatch(whole)
        if read is None or (mark and not _DECIMALS.fullmatch(decimals)):
            named = next(name for name, each in DECIMALS.items() if each == self.decimal)
            raise CellError(f"{text[:_LONGEST]!r} is not a number with a decimal {named}")
        return Decimal(re.sub("[^0-9-]", "", whole) + (f".{decimals}" if mark else ""))

    def money(self, text: str, currency: str) -> Money:
        """An amount in `currency`, to the minor unit; raises CellError where it would have to be rounded.

        >>> Written().money("46.00", "EUR")
        Money(minor=4600, currency='EUR')
        """
        if text.endswith(f" {currency}"):
            text = text.removesuffix(currency).rstrip()
        scaled = self.number(text).scaleb(exponent(currency))
        if scaled != scaled.to_integral_value():
            raise CellError(f"{text!r} has more decimals than {currency} has")
        return Money(int(scaled), currency)
