"""REL354: calls and texts outside the hours in which anybody expects them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time

from rules.compiling.page import wanted
from rules.lint.look import Doubt, Look, at

CODE = "REL354"
SOURCE = "C. conso D223-9 and the usage of French SMS: weekdays, 8 to 20, as a cautious measure"
CONFIDENCE = "B"
EARLIEST, LATEST, SUNDAY = time(8), time(20), 6


def doubts(look: Look) -> Iterator[Doubt]:
    """The workspace's own calendars."""
    for path, root in look.of_kind("calendar"):
        calendar = look.rulebook.calendars.get(wanted(root, "id").text)
        if calendar is None:
            continue
        if SUNDAY in calendar.working_days and calendar.zone.key.startswith("Europe/"):
            message = "by this calendar customers are written to and called on Sundays"
            yield at(path, wanted(root, "working_days"), message, "leave sun out")
        for channel in ("sms", "call"):
            hours = calendar.send_between.get(channel)
            if hours is not None and (hours[0] < EARLIEST or hours[1] > LATEST):
                node = wanted(wanted(root, "send_between"), channel)
                message = f"the hours of {channel} begin before 08:00 or end after 20:00"
                yield at(path, node, message, "write {from: 09:00, to: 19:00}, say")
