"""Durations and moments as a policy writes them, and nothing about when they are: calendars.py reckons dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

Unit = Literal["d", "bd", "w", "m"]

_NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_DURATION = re.compile(r"(?P<n>\d{1,4})(?P<unit>d|bd|w|m)")
_MOMENT = re.compile(
    rf"(?P<anchor>{_NAME}?(?:\.(?:presented|deadline))?)(?:(?P<sign>[+-])(?P<n>\d{{1,4}})(?P<unit>d|bd|w|m))?"
)
NAME = re.compile(_NAME)
RESERVED_ANCHORS = frozenset({"due", "issued", "received", "previous", "payment-run", "month-start"})
_UNITS: Mapping[Unit, str] = {  # as people say them
    "bd": "bd|business days?|working days?|jo|jours? ouvr[ée]s?",
    "d": "d|days?|j|jours?",
    "w": "w|weeks?|sem|semaines?",
    "m": "m|months?|mois",
}
_OFFSET = rf"(?P<n>[0-9]{{1,4}}) ?(?P<unit>{'|'.join(_UNITS.values())})"
_SAID = (
    re.compile(rf"(?:(?P<anchor>[a-z][a-z0-9.-]*?)(?: date)? ?(?P<sign>[+-]) ?)?{_OFFSET}"),
    re.compile(rf"{_OFFSET} (?P<sign>after|before) (?P<anchor>[a-z][a-z0-9.-]*)(?: date)?"),
    re.compile(r"(?P<anchor>[jd]) ?(?P<sign>[+-]) ?(?P<n>[0-9]{1,4})(?P<unit>)"),
)


@dataclass(frozen=True, slots=True)
class Duration:
    """`n` calendar days (d), working days (bd), weeks (w) or months (m); negative only inside a Moment.

    >>> str(Duration.parse("3bd"))
    '3bd'
    """

    n: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Reads `N d|bd|w|m`; raises ValueError."""
        match = _DURATION.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a duration such as 8d, 3bd, 2w or 1m")
        return cls(int(match["n"]), cast(Unit, match["unit"]))

    def __str__(self) -> str:
        return f"{self.n}{self.unit}"


@dataclass(frozen=True, slots=True)
class Moment:
    """A written anchor, then an offset: due+10d, previous+5bd, formal-notice.deadline+2bd.

    >>> Moment.parse("due-3d")
    Moment(anchor='due', offset=Duration(n=-3, unit='d'))
    """

    anchor: str
    offset: Duration

    @classmethod
    def parse(cls, text: str) -> Moment:
        """Reads `anchor[+|-N d|bd|w|m]`; raises ValueError."""
        match = _MOMENT.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a moment such as due+10d, due-3d, issued+30d or previous+5bd")
        n = int(match["n"] or 0) * (-1 if match["sign"] == "-" else 1)
        return cls(match["anchor"], Duration(n, cast(Unit, match["unit"] or "d")))

    @property
    def step(self) -> str | None:
        """The step that the anchor names, or None for due, issued, previous and the like."""
        name = self.anchor.split(".")[0]
        return None if name in RESERVED_ANCHORS else name

    def __str__(self) -> str:
        n, unit = self.offset.n, self.offset.unit
        return self.anchor if n == 0 else f"{self.anchor}{n:+d}{unit}"


def meant(text: str) -> str | None:
    """A moment or duration said in other words, as the language writes it; None where it is not clear.

    >>> meant("due + 10 days"), meant("J+3"), meant("3 jours ouvrés"), meant("2 weeks before due date"), meant("due+10")
    ('due+10d', 'due+3d', '3bd', 'due-2w', None)
    >>> meant("one.sent+5d"), meant("one.read+5d")
    ('one+5d', None)
    """
    said = " ".join(text.lower().replace("\u2013", "-").split())
    found = next((match for form in _SAID if (match := form.fullmatch(said))), None)
    if found is None:
        return None
    unit = next((unit for unit, words in _UNITS.items() if re.fullmatch(words, found["unit"])), "d")
    if found["anchor"] is None:
        return f"{found['n']}{unit}"
    sign = "-" if found["sign"] in ("-", "before") else "+"
    anchor = "due" if found["anchor"] in ("j", "d") else found["anchor"].removesuffix(".sent")
    moment = f"{anchor}{sign}{found['n']}{unit}"
    return moment if _MOMENT.fullmatch(moment) else None
