"""A calendar file, with the public holidays that are looked up for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time

from rules.calendars import Calendar, Quiet
from rules.compiling.businesses import zone
from rules.compiling.page import Page, items, listed, text, wanted
from rules.diagnostics import quoted
from rules.source import Node

Holidays = Callable[[str, str | None, int, int], Mapping[date, str]]
"""(country, region, first year, last year): the public holidays by date, named in the local language.

`TARGET` is the country of the days on which the euro payment system is closed. LookupError: none are known.
"""

FIRST_YEAR = 2000  # holidays before it are not looked up: nothing is dunned that far back
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def calendar(page: Page, holidays: Holidays) -> Calendar:
    """The calendar of a file whose shape is right."""
    root = page.root
    until = page.day(wanted(root, "complete_until"))
    hours = {channel: _hours(page, entry.value) for channel, entry in items(root, "send_between")}
    days = frozenset(_WEEK.index(each.text) for each in listed(root.get("working_days")))
    if not days:
        page.error(wanted(root, "working_days"), 210, "a calendar has at least one working day")
    return Calendar(
        text(root, "id"),
        zone(page, wanted(root, "time_zone")),
        days,
        _holidays(page, root.get("holidays"), until, holidays),
        until,
        hours,
        tuple(_quiet(page, item) for item in listed(root.get("quiet"))),
    )


def _holidays(page: Page, node: Node | None, until: date, holidays: Holidays) -> dict[date, str]:
    """The country's and its own, own names first."""
    if node is None:
        return {}
    found: dict[date, str] = {}
    country, region = node.get("country"), node.get("region")
    if country is not None and until >= date(FIRST_YEAR, 1, 1):
        try:
            found.update(holidays(country.text, region.text if region else None, FIRST_YEAR, until.year))
        except LookupError:
            where, what = (country, country.text) if region is None else (region, f"{country.text}, {region.text}")
            page.error(where, 215, f"no public holidays are known for {quoted(what)}", "list them under `extra`")
        else:
            last = max(found, default=date.min)
            if last.year < until.year:
                message = f"the holidays of {country.text} are known until {last.year} only"
                page.error(wanted(page.root, "complete_until"), 215, message, f"write {last.year}-12-31 or earlier")
    for item in listed(node.get("extra")):
        found[page.day(wanted(item, "date"))] = text(item, "name")
    return found


def _hours(page: Page, node: Node) -> tuple[time, time]:
    start, end = (time.fromisoformat(text(node, key)) for key in ("from", "to"))
    if start >= end:
        page.error(wanted(node, "to"), 218, "the hours end before they start")
    return start, end


def _quiet(page: Page, node: Node) -> Quiet:
    start, end = (_month_day(page, wanted(node, key)) for key in ("from", "to"))
    levels = frozenset(each.text for each in listed(node.get("levels")))
    return Quiet(start, end, levels, text(node, "name"))


def _month_day(page: Page, node: Node) -> tuple[int, int]:
    """`08-01`; the 29th of February is one."""
    try:
        day = date.fromisoformat(f"2000-{node.text}")
    except ValueError:
        page.error(node, 110, f"{quoted(node.text)} is not a real date")
        return 1, 1
    return day.month, day.day
