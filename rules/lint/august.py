"""REL315: formal notices in August, in countries that close for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rules.compiling.page import wanted
from rules.lint.look import Doubt, Look, at

CODE = "REL315"
_CLOSED = frozenset({"FR", "IT", "ES"})


def doubts(look: Look) -> Iterator[Doubt]:
    """The workspace's own calendars of France, Italy and Spain where notices leave on 15 August."""
    for path, root in look.of_kind("calendar"):
        holidays = root.get("holidays")
        country = holidays.get("country") if holidays is not None else None
        calendar = look.rulebook.calendars.get(wanted(root, "id").text)
        if country is None or country.text not in _CLOSED or calendar is None:
            continue
        if not calendar.is_quiet(date(look.today.year, 8, 15), "notice"):
            message = f"notices leave in August, when most businesses in {country.text} are closed"
            advice = "add `quiet: [{from: 08-01, to: 08-22, levels: [notice, handoff], name: Summer}]`"
            yield at(path, country, message, advice)
