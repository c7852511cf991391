"""Calendars: the days of TARGET, closures of one's own, and the end of what is known."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

import rules.library
from rules.calendars import Calendar, CalendarEnds
from rules.moments import Duration
from tests.rules.shelf import compiled

TARGET_2027 = {  # European Central Bank: 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December
    date(2027, 1, 1),
    date(2027, 3, 26),
    date(2027, 3, 29),
    date(2027, 5, 1),
    date(2027, 12, 25),
    date(2027, 12, 26),
}
LIBRARY = {path.stem: path for path in sorted((Path(rules.library.__file__).parent / "calendars").glob("*.yaml"))}
OWN = """\
format: relance/v1
kind: calendar
id: mine
time_zone: Europe/Paris
working_days: [mon, tue, wed, thu, fri]
holidays: {country: FR, region: "57", extra: [{date: 2027-12-24, name: Fermeture}]}
complete_until: 2027-12-31
"""


def calendar(name: str, **files: str) -> Calendar:
    found = compiled(**files).rulebook
    assert found is not None
    return found.calendars[name]


def test_target_is_closed_on_six_days() -> None:
    target = calendar("eu-target")
    assert {day for day in target.holidays if day.year == 2027} == TARGET_2027


def test_a_region_and_a_closure_of_one_s_own_are_holidays() -> None:
    """Good Friday is one in Alsace-Moselle, and not in Paris; Christmas Eve is the company's."""
    mine = calendar("mine", calendars__mine=OWN)
    assert not mine.is_working(date(2027, 3, 26))
    assert not mine.is_working(date(2027, 12, 24))
    assert calendar("fr-paris").is_working(date(2027, 3, 26))


def test_nothing_is_reckoned_beyond_what_is_known() -> None:
    """Two working days after 30 December 2027 lie in 2028, which this calendar does not know."""
    mine = calendar("mine", calendars__mine=OWN)
    assert mine.add(date(2027, 12, 30), Duration(1, "bd")) == date(2027, 12, 31)
    with pytest.raises(CalendarEnds, match="complete until 2027-12-31, and 2028-01-01 was asked"):
        mine.add(date(2027, 12, 30), Duration(2, "bd"))


# --- an independent count ---------------------------------------------------------------------------------------------


def counted(start: date, end: date, holidays: set[date]) -> int:
    """Working days after `start`, up to `end`, by whole weeks and holidays on weekdays, without the calendar."""
    days = (end - start).days
    weeks, rest = divmod(days, 7)
    naive = weeks * 5 + sum((start.weekday() + n) % 7 < 5 for n in range(1, rest + 1))
    return naive - sum(start < day <= end and day.weekday() < 5 for day in holidays)


@pytest.mark.parametrize("name", ["fr-paris", "de-berlin", "gb-london", "eu-target"])
def test_working_days_are_those_of_an_independent_count(name: str) -> None:
    made = calendar(name)
    for first in range(0, 365, 13):
        start = date(2027, 1, 1) + timedelta(days=first)
        for length in (0, 1, 5, 30, 97, 366):
            end = start + timedelta(days=length)
            working = sum(made.is_working(start + timedelta(days=n)) for n in range(1, length + 1))
            assert working == counted(start, end, set(made.holidays)), (start, end)


@pytest.mark.parametrize("name", ["fr-paris", "eu-target"])
def test_adding_working_days_lands_on_a_working_day_at_that_count(name: str) -> None:
    made = calendar(name)
    for first in range(0, 365, 11):
        start = date(2027, 1, 1) + timedelta(days=first)
        for n in (1, 3, 8, 21):
            landed = made.add(start, Duration(n, "bd"))
            assert counted(start, landed, set(made.holidays)) == n
            assert counted(landed - timedelta(days=1), landed, set(made.holidays)) == 1


# --- numpy's busday, which shares no line with ours -------------------------------------------------------------------


@pytest.mark.parametrize("name", LIBRARY)
def test_working_days_are_those_of_numpy(name: str) -> None:
    """Every day of two years, and working days ahead and back from it."""
    np = pytest.importorskip("numpy", reason="numpy is not installed: make test does it")
    made = calendar(name, **{f"calendars__{name}": LIBRARY[name].read_text("utf-8")})
    week = [day in made.working_days for day in range(7)]
    theirs = np.busdaycalendar(weekmask=week, holidays=[np.datetime64(day) for day in made.holidays])
    for n in range(730):
        day = date(2026, 1, 1) + timedelta(days=n)
        at = np.datetime64(day)
        assert made.is_working(day) == np.is_busday(at, busdaycal=theirs)
        assert made.working_on_or_after(day) == np.busday_offset(at, 0, "forward", busdaycal=theirs)
        assert made.working_on_or_before(day) == np.busday_offset(at, 0, "backward", busdaycal=theirs)
        for count in (1, 8, 21):
            assert made.add(day, Duration(count, "bd")) == np.busday_offset(at, count, "backward", busdaycal=theirs)
            assert made.add(day, Duration(-count, "bd")) == np.busday_offset(at, -count, "forward", busdaycal=theirs)
