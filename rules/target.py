"""The days on which the euro payment system settles: every weekday but six (European Central Bank, since 2002)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from rules.calendars import ONE_DAY

_CLOSED = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})


@cache
def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).

    >>> easter(2027)
    datetime.date(2027, 3, 28)
    """
    golden, (century, rest) = year % 19, divmod(year, 100)
    leaps, odd = divmod(century, 4)
    epact = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * odd + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def is_open(day: date) -> bool:
    """Whether a collection may be settled on that day."""
    sunday = easter(day.year)
    closed = (day.month, day.day) in _CLOSED or day in (sunday - timedelta(days=2), sunday + ONE_DAY)
    return day.weekday() < 5 and not closed


def open_on_or_after(day: date) -> date:
    """The first such day not before `day`."""
    while not is_open(day):
        day += ONE_DAY
    return day


def later(day: date, n: int) -> date:
    """The n-th such day strictly after `day`.

    >>> later(date(2027, 3, 25), 1)  # Maundy Thursday
    datetime.date(2027, 3, 30)
    """
    for _ in range(n):
        day = open_on_or_after(day + ONE_DAY)
    return day
