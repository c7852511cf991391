"""Working days, sending hours and date arithmetic. Holiday dates come in as data; nothing here asks a clock."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zlib import crc32
from zoneinfo import ZoneInfo

from rules.altering import quick
from rules.moments import Duration

ANY_TIME = (time(9, 0), time(17, 0))  # letters, tasks and the like leave at any time of a working day
ONE_DAY = timedelta(days=1)
MIDNIGHT = time(0, 0)


class CalendarEnds(Exception):
    """A date after `complete_until`: the calendar does not know its holidays, so nothing may be decided by it."""

    def __init__(self, calendar: str, day: date, until: date) -> None:
        super().__init__(f"calendar {calendar} is complete until {until}, and {day} was asked of it")
        self.calendar, self.day, self.until = calendar, day, until


@dataclass(frozen=True, slots=True)
class Quiet:
    """Days of every year (month, day), both included, on which steps of these levels wait; empty: all levels."""

    start: tuple[int, int]
    end: tuple[int, int]
    levels: frozenset[str]
    name: str

    def covers(self, day: date, level: str) -> bool:
        """Whether a step of `level` waits on `day`; a period may run over the new year."""
        if self.levels and level not in self.levels:
            return False
        at = (day.month, day.day)
        return self.start <= at <= self.end if self.start <= self.end else at >= self.start or at <= self.end


@dataclass(frozen=True, slots=True)
class Calendar:
    """A time zone, its working days (0 is Monday) and holidays, and the hours of each channel (end excluded)."""

    id: str
    zone: ZoneInfo
    working_days: frozenset[int]
    holidays: Mapping[date, str]
    complete_until: date
    send_between: Mapping[str, tuple[time, time]] = field(default_factory=dict)
    quiet: tuple[Quiet, ...] = ()
    _sending: dict[tuple[date, str, frozenset[str]], tuple[date, time, time]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )  # what `sending` found before
    _added: dict[tuple[date, int], date] = field(default_factory=dict, init=False, repr=False, compare=False)  # `add`

    def local_day(self, instant: datetime) -> date:
        """The local date of an aware instant."""
        return local_day(self.zone, instant)

    def at(self, day: date, when: time = MIDNIGHT) -> datetime:
        """The instant, in UTC, at which the local clock shows `when` on `day`."""
        return instant(self.zone, day, when)

    def is_working(self, day: date) -> bool:
        """Raises CalendarEnds after `complete_until`: an unknown day is never "no holiday"."""
        if day > self.complete_until:
            raise CalendarEnds(self.id, day, self.complete_until)
        return day.weekday() in self.working_days and day not in self.holidays

    def working_on_or_after(self, day: date) -> date:
        """The first working day not before `day`."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def working_on_or_before(self, day: date) -> date:
        """The last working day not after `day`."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def add(self, day: date, offset: Duration) -> date:
        """`day` moved by `offset`: the n-th working day strictly after or before it, or n days, weeks or months.

        31 January + 1 m is the last day of February. Zero of any unit is `day` itself.
        """
        n = offset.n
        match offset.unit:
            case "d":
                return day + timedelta(days=n)
            case "w":
                return day + timedelta(weeks=n)
            case "m":
                return add_months(day, n)
            case "bd":
                found = self._added.get((day, n))
                return found if found is not None else self._working(day, n)

    def _working(self, day: date, n: int) -> date:
        """The n-th working day strictly after `day`, or before it."""
        found, step = day, ONE_DAY if n > 0 else -ONE_DAY
        for _ in range(abs(n)):
            found += step
            while not self.is_working(found):
                found += step
        self._added[day, n] = found
        return found

    def is_quiet(self, day: date, level: str) -> bool:
        """Whether steps of `level` wait on `day`."""
        return any(quiet.covers(day, level) for quiet in self.quiet)

    def hours(self, channels: frozenset[str]) -> tuple[time, time] | None:
        """The local hours in which all `channels` are open; None when they never are together."""
        spans = [
            self.send_between.get(channel, ANY_TIME) for channel in channels if channel in ("email", "sms", "call")
        ]
        start, end = max((s for s, _ in spans), default=ANY_TIME[0]), min((e for _, e in spans), default=ANY_TIME[1])
        return (start, end) if start < end else None

    def sending(self, day: date, level: str, channels: frozenset[str]) -> tuple[date, time, time]:
        """The first day from `day` on when a step of `level` may be sent, and the local hours in which `channels` are
        all open; ValueError when they never are together."""
        found = self._sending.get((day, level, channels))
        if found is None:
            hours = self.hours(channels)
            if hours is None:
                raise ValueError(f"the channels {', '.join(sorted(channels))} are never open together in {self.id}")
            sent = self.working_on_or_after(day)
            while self.is_quiet(sent, level):
                sent = self.working_on_or_after(sent + ONE_DAY)
            found = self._sending[day, level, channels] = (sent, *hours)
        return found


@lru_cache(maxsize=4096)
def local_day(zone: ZoneInfo, at: datetime) -> date:
    """The local date of an aware instant."""
    return at.astimezone(zone).date()


@lru_cache(maxsize=4096)
def instant(zone: ZoneInfo, day: date, when: time = MIDNIGHT) -> datetime:
    """The instant, in UTC, at which the local clock shows `when` on `day`."""
    return datetime.combine(day, when, zone).astimezone(UTC)


@quick
@dataclass(frozen=True, slots=True)
class Slot:
    """When, on one local day, a customer may be contacted: from `opens` (its own minute) until `closes`, in UTC."""

    day: date
    opens: datetime
    closes: datetime


def slot_on_or_after(calendar: Calendar, day: date, channels: frozenset[str], level: str, customer: str) -> Slot:
    """The first slot on `day` or later; ValueError when the channels' hours never meet.

    The minute within the hours is spread by the customer's identifier, the same every time, so that a thousand
    reminders do not leave in one second and a simulation says the minute that production will use.
    """
    day, start, end = calendar.sending(day, level, channels)
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    spread = crc32(customer.encode()) % max((last - first) // 2, 1)  # the first half: a late worker still finds hours
    hour, minute = divmod(first + spread, 60)
    return Slot(day, calendar.at(day, time(hour, minute)), calendar.at(day, end))


def add_months(day: date, n: int) -> date:
    """`day` moved by n months; a day that the month lacks becomes its last.

    >>> add_months(date(2027, 1, 31), 1)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    last = 28 if day.day <= 28 else months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
