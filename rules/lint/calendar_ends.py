"""REL310: a calendar that ends within a year, after which nothing leaves by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from rules.compiling.page import wanted
from rules.lint.look import Doubt, Look, at, choices

CODE = "REL310"
_SOON = timedelta(days=365)


def doubts(look: Look) -> Iterator[Doubt]:
    """The workspace's own calendars, and those of the library where a policy names them."""
    own = {wanted(root, "id").text: path for path, root in look.of_kind("calendar")}
    for name, path in own.items():
        calendar = look.rulebook.calendars.get(name)
        if calendar is not None and calendar.complete_until < look.today + _SOON:
            node = wanted(look.roots[path], "complete_until")
            advice = "check the holidays of the next years and write a later date"
            yield at(path, node, f"this calendar ends in less than a year: nothing leaves after {node.text}", advice)
    for policy, place in look.policies():
        for name in choices(policy.calendar):
            calendar = look.rulebook.calendars[name]
            if name not in own and calendar.complete_until < look.today + _SOON:
                message = f"calendar '{name}' ends on {calendar.complete_until}: nothing leaves after that"
                yield at(place.file, wanted(look.roots[place.file], "calendar"), message, "update Relance, or copy it")
