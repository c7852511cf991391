"""The days of TARGET, against the European Central Bank's list as another package keeps it."""

from __future__ import annotations

from datetime import date, timedelta

from rules.target import is_open, later, open_on_or_after
from worker.holidays import TARGET, public_holidays


def test_the_euro_settles_on_every_weekday_that_the_central_bank_does_not_list() -> None:
    listed = public_holidays(TARGET, None, 2002, 2060)
    days = [date(2002, 1, 1) + timedelta(days=n) for n in range(58 * 365)]
    assert [day for day in days if is_open(day) != (day.weekday() < 5 and day not in listed)] == []


def test_days_are_counted_over_easter() -> None:
    # Thursday 25 March 2027; the 26th is Good Friday and the 29th Easter Monday
    assert [later(date(2027, 3, 25), n) for n in range(3)] == [date(2027, 3, 25), date(2027, 3, 30), date(2027, 3, 31)]
    assert open_on_or_after(date(2027, 3, 26)) == date(2027, 3, 30)
