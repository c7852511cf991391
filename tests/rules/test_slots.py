"""Calendars by hand: working days both ways, quiet periods, hours in common, and the minute of a customer."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from rules.calendars import Calendar, CalendarEnds, Quiet, Slot, add_months, slot_on_or_after
from rules.moments import Duration

EASTER_MONDAY = date(2026, 4, 6)
LAST = date(2026, 12, 31)
SUMMER = Quiet((8, 1), (8, 22), frozenset(), "summer")
NEW_YEAR = Quiet((12, 24), (1, 2), frozenset({"notice"}), "new year")
MORNING, NIGHT = (time(9, 30), time(12, 15)), (time(20), time(21))
OPEN = {"email": MORNING, "sms": (time(8), time(12)), "call": NIGHT, "letter": NIGHT}


def week(open_between: dict[str, tuple[time, time]] | None = None, *quiet: Quiet) -> Calendar:
    """Monday to Friday in Paris, closed on Easter Monday, known until the end of 2026."""
    zone = ZoneInfo("Europe/Paris")
    return Calendar("week", zone, frozenset(range(5)), {EASTER_MONDAY: "Easter"}, LAST, open_between or {}, quiet)


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "after", "before"),
    [
        ((4, 2), (4, 2), (4, 2)),  # Thursday
        ((4, 4), (4, 7), (4, 3)),  # Saturday before Easter
        ((4, 6), (4, 7), (4, 3)),  # Easter Monday
    ],
)
def test_the_nearest_working_day_each_way(
    day: tuple[int, int], after: tuple[int, int], before: tuple[int, int]
) -> None:
    assert week().working_on_or_after(date(2026, *day)) == date(2026, *after)
    assert week().working_on_or_before(date(2026, *day)) == date(2026, *before)


@pytest.mark.parametrize(
    ("start", "offset", "end"),
    [
        (date(2026, 4, 2), Duration(3, "d"), date(2026, 4, 5)),
        (date(2026, 4, 2), Duration(-3, "d"), date(2026, 3, 30)),
        (date(2026, 4, 2), Duration(2, "w"), date(2026, 4, 16)),
        (date(2026, 4, 2), Duration(-1, "w"), date(2026, 3, 26)),
        (date(2026, 1, 31), Duration(1, "m"), date(2026, 2, 28)),
        (date(2026, 3, 31), Duration(-1, "m"), date(2026, 2, 28)),
        (date(2026, 4, 2), Duration(1, "bd"), date(2026, 4, 3)),
        (date(2026, 4, 2), Duration(2, "bd"), date(2026, 4, 7)),  # Good Friday is worked, Easter Monday is not
        (date(2026, 4, 4), Duration(1, "bd"), date(2026, 4, 7)),
        (date(2026, 4, 7), Duration(-1, "bd"), date(2026, 4, 3)),
        (date(2026, 4, 8), Duration(-2, "bd"), date(2026, 4, 3)),
        (date(2026, 4, 4), Duration(0, "bd"), date(2026, 4, 4)),
    ],
)
def test_a_day_is_moved_by_days_weeks_months_and_working_days(start: date, offset: Duration, end: date) -> None:
    assert week().add(start, offset) == end


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 1, 15), 11, date(2026, 12, 15)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2027, 1, 15), -1, date(2026, 12, 15)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 1, 29), 1, date(2028, 2, 29)),
        (date(2027, 1, 29), 1, date(2027, 2, 28)),
        (date(2027, 1, 29), 2, date(2027, 3, 29)),
        (date(2027, 1, 28), 1, date(2027, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 10, 31), 0, date(2026, 10, 31)),
    ],
)
def test_months_are_counted_over_the_year_and_end_with_the_month(start: date, n: int, end: date) -> None:
    assert add_months(start, n) == end


def test_the_last_day_that_is_known_is_judged_and_the_next_is_not() -> None:
    assert week().is_working(LAST)
    with pytest.raises(CalendarEnds) as found:
        week().is_working(date(2027, 1, 1))
    assert str(found.value) == "calendar week is complete until 2026-12-31, and 2027-01-01 was asked of it"
    assert (found.value.calendar, found.value.day, found.value.until) == ("week", date(2027, 1, 1), LAST)


def test_the_local_clock_is_two_hours_ahead_in_summer_and_one_in_winter() -> None:
    assert week().at(date(2026, 7, 1), time(9, 5)) == datetime(2026, 7, 1, 7, 5, tzinfo=UTC)
    assert week().at(date(2026, 1, 1)) == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert week().at(date(2026, 1, 1)).tzinfo is UTC
    assert week().local_day(datetime(2026, 6, 30, 22, tzinfo=UTC)) == date(2026, 7, 1)
    assert week().local_day(datetime(2026, 6, 30, 21, 59, tzinfo=UTC)) == date(2026, 6, 30)


# --- quiet periods ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "quiet", "loud"),
    [
        ((8, 1), (8, 22), [(8, 1), (8, 10), (8, 22)], [(7, 31), (8, 23)]),
        ((12, 24), (1, 2), [(12, 24), (12, 31), (1, 1), (1, 2)], [(12, 23), (1, 3), (6, 1)]),
        ((5, 1), (5, 1), [(5, 1)], [(4, 30), (5, 2)]),
    ],
)
def test_a_quiet_period_includes_its_first_and_its_last_day(
    start: tuple[int, int], end: tuple[int, int], quiet: list[tuple[int, int]], loud: list[tuple[int, int]]
) -> None:
    period = Quiet(start, end, frozenset(), "quiet")
    assert all(period.covers(date(2026, *on), "notice") for on in quiet)
    assert not any(period.covers(date(2026, *on), "notice") for on in loud)


def test_a_quiet_period_concerns_the_levels_that_it_names_and_any_of_several_counts() -> None:
    calendar = week(None, SUMMER, NEW_YEAR)
    assert [calendar.is_quiet(date(2026, 12, 24), level) for level in ("notice", "reminder")] == [True, False]
    assert [calendar.is_quiet(date(2026, 8, 10), level) for level in ("notice", "reminder")] == [True, True]
    assert not calendar.is_quiet(date(2026, 6, 1), "notice")


# --- hours and slots --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channels", "hours"),
    [
        ({"email"}, MORNING),
        ({"email", "sms"}, (time(9, 30), time(12))),
        ({"email", "letter"}, MORNING),  # a letter leaves at any time
        ({"letter"}, (time(9), time(17))),
        ({"call"}, NIGHT),
        ({"email", "call"}, None),
        (set(), (time(9), time(17))),
    ],
)
def test_the_hours_of_several_channels_are_those_in_common(channels: set[str], hours: tuple[time, time] | None) -> None:
    assert week(OPEN).hours(frozenset(channels)) == hours


def test_a_channel_without_hours_is_open_all_day_and_hours_that_only_touch_have_nothing_in_common() -> None:
    assert week({"email": MORNING}).hours(frozenset({"sms"})) == (time(9), time(17))
    touching = {"email": (time(9), time(12)), "sms": (time(12), time(14))}
    assert week(touching).hours(frozenset({"email", "sms"})) is None


@pytest.mark.parametrize(
    ("hours", "opens"),
    [
        ((time(9), time(17)), time(12, 2)),  # 182 of 240 minutes
        ((time(9, 30), time(12, 15)), time(10, 18)),  # 48 of 82
        ((time(9, 45), time(11, 15)), time(10, 2)),  # 17 of 45
    ],
)
def test_a_customer_s_minute_lies_in_the_first_half_of_the_hours(hours: tuple[time, time], opens: time) -> None:
    """The check value of CRC-32 is that of "123456789": cbf43926, or 3,421,780,262. Its remainders are the minutes."""
    calendar, day = week({"email": hours}), date(2026, 4, 2)
    slot = slot_on_or_after(calendar, day, frozenset({"email"}), "reminder", "123456789")
    assert slot == Slot(day, calendar.at(day, opens), calendar.at(day, hours[1]))


@pytest.mark.parametrize("end", [time(9, 1), time(9, 3)])
@pytest.mark.parametrize("customer", ["123456789", "a"])
def test_hours_too_short_to_be_shared_out_are_opened_by_everybody_at_once(end: time, customer: str) -> None:
    """The CRC-32 of "a", e8b7be43, is odd; that of "123456789" is even."""
    calendar, day = week({"email": (time(9), end)}), date(2026, 4, 2)
    assert slot_on_or_after(calendar, day, frozenset({"email"}), "reminder", customer).opens == calendar.at(
        day, time(9)
    )


@pytest.mark.parametrize(
    ("day", "level", "found"),
    [
        (date(2026, 4, 4), "reminder", date(2026, 4, 7)),  # the weekend of Easter
        (date(2026, 7, 31), "reminder", date(2026, 7, 31)),  # a Friday
        (date(2026, 8, 1), "reminder", date(2026, 8, 24)),  # quiet until Saturday the 22nd
        (date(2026, 12, 24), "reminder", date(2026, 12, 24)),  # quiet for notices
    ],
)
def test_a_slot_is_on_the_first_working_day_that_is_not_quiet(day: date, level: str, found: date) -> None:
    calendar = week(OPEN, SUMMER, NEW_YEAR)
    slot = slot_on_or_after(calendar, day, frozenset({"letter"}), level, "")
    assert slot == Slot(found, calendar.at(found, time(9)), calendar.at(found, time(17)))


def test_no_slot_is_found_where_the_channels_are_never_open_together_or_the_calendar_ends() -> None:
    with pytest.raises(ValueError, match=r"^the channels call, email are never open together in week$"):
        slot_on_or_after(week(OPEN), date(2026, 4, 2), frozenset({"email", "call"}), "reminder", "C-1")
    with pytest.raises(CalendarEnds):
        slot_on_or_after(week(OPEN, NEW_YEAR), date(2026, 12, 24), frozenset({"email"}), "notice", "C-1")
