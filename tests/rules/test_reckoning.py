"""Bounds of days: quiet periods with their first and last day, and the attempts of a call."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from rules.account import Climb
from rules.calendars import Calendar, Quiet
from rules.reckoning import concluded_call

WEEK = Calendar("week", ZoneInfo("Europe/Paris"), frozenset(range(5)), {}, date(2030, 12, 31))


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


def test_a_quiet_period_concerns_the_levels_that_it_names() -> None:
    period = Quiet((8, 1), (8, 22), frozenset({"notice"}), "quiet")
    assert [period.covers(date(2026, 8, 10), level) for level in ("notice", "reminder")] == [True, False]


@pytest.mark.parametrize(
    ("attempts", "free"), [(1, date(2026, 4, 3)), (2, date(2026, 4, 4)), (3, date(2026, 4, 7)), (4, date(2026, 4, 8))]
)
def test_the_day_after_the_last_attempt_is_free(attempts: int, free: date) -> None:
    """Queued on Thursday 2 April: attempts on the 2nd, the 3rd, Monday the 6th and the 7th."""
    climb = Climb("call", 1, "firm", date(2026, 4, 2), "sent")
    assert concluded_call(climb, attempts, WEEK) == free
