"""When a step is planned: its anchor, its offset, and the holds that shifted it. Dates only; slots come after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from rules.account import Climb, Receivable
from rules.calendars import Calendar
from rules.conditions import NotKnown
from rules.duedates import day_of_month
from rules.moments import Duration, Moment
from rules.policy import Step

PROOF_OF_PRESENTATION = Duration(20, "bd")


class NotDated(Exception):
    """An anchor has no date yet: `why` is a code (not-presented, no-anchor, no-due-date), `since` its first day."""

    def __init__(self, why: str, step: str, since: date | None = None) -> None:
        super().__init__(why)
        self.why, self.step, self.since = why, step, since


def planned(
    moment: Moment, item: Receivable, steps: Sequence[Step], calendar: Calendar, payment_run: int | None
) -> tuple[date, date]:
    """The day that `moment` names for this receivable's ladder, and the day from which holds shift it.

    `payment_run` is the day of the month on which the customer pays; raises NotKnown where it is needed and missing.
    That is the day of the sending that it counts from, which holds before it have moved already; else of the issue.
    """
    anchor = anchor_day(moment, item, steps, calendar, payment_run)
    return calendar.add(anchor, moment.offset), _since(moment, item)


def _since(moment: Moment, item: Receivable) -> date:
    ladder = item.ladder
    climbs = ladder.climbs if ladder else ()
    if not climbs:
        return item.issued
    sent = [climb.on for climb in climbs if climb.went_out]
    if moment.step is not None:
        return next((climb.on for climb in reversed(climbs) if climb.step == moment.step), item.issued)
    if moment.anchor == "previous" and sent:
        return sent[-1]
    return sent[0] if sent and ladder is not None and ladder.due is not None else item.issued


def anchor_day(
    moment: Moment, item: Receivable, steps: Sequence[Step], calendar: Calendar, payment_run: int | None
) -> date:
    """The date of an anchor; a payment run and a month's start are the first on or after the due date.

    Raises NotDated, and NotKnown as `planned` does.
    """
    ladder = item.ladder
    climbs = ladder.climbs if ladder else ()
    reanchored = ladder.due if ladder else None
    match moment.anchor:
        case "due":
            return reanchored or _known(item.due, "no-due-date")
        case "issued":
            return reanchored or item.issued
        case "received":
            return reanchored or _known(item.delivered, "not-delivered")
        case "payment-run" | "month-start":
            number = 1 if moment.anchor == "month-start" else payment_run
            if number is None:
                raise NotKnown("customer.payment_run")
            return day_of_month(reanchored or _known(item.due, "no-due-date"), number)
        case "previous":
            sent = [climb.on for climb in climbs if climb.went_out]
            return sent[-1] if sent else reanchored or _known(item.due, "no-due-date")
    name, _, what = moment.anchor.partition(".")
    climb = next((climb for climb in reversed(climbs) if climb.step == name), None)
    if climb is None:
        raise NotDated("no-anchor", name)
    if what == "presented":
        return _known(climb.presented if climb.went_out else climb.on, "not-presented", name, climb.on)
    if what == "deadline":
        return deadline_of(climb, steps, calendar)
    return climb.on


def deadline_of(climb: Climb, steps: Sequence[Step], calendar: Calendar) -> date:
    """The deadline that a climbed step named; the day it was skipped, where it did not go out."""
    if not climb.went_out:
        return climb.on
    if climb.deadline is not None:
        return climb.deadline
    step = next((step for step in steps if step.id == climb.step), None)
    if step is None or step.deadline is None:
        return climb.on
    start = climb.on
    if step.deadline.since == "presented":
        start = _known(climb.presented, "not-presented", climb.step, climb.on)
    return calendar.add(start, step.deadline.of)


def _known(day: date | None, why: str, step: str = "", since: date | None = None) -> date:
    if day is None:
        raise NotDated(why, step, since)
    return day


def shifted(day: date, since: date, spans: Sequence[tuple[date, date]]) -> date:
    """`day` moved by the length of the holds that began before it; `spans` are (first day, day of release), merged.

    Only what falls after `since` counts: a step that counts from a sending after the release is not moved twice.

    >>> shifted(date(2027, 1, 14), date(2027, 1, 4), [(date(2027, 1, 8), date(2027, 1, 15))])
    datetime.date(2027, 1, 21)
    """
    for start, end in spans:
        if start <= day and end > since:
            day += end - max(start, since)
    return day


def merged(spans: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """Overlapping spans count once.

    >>> merged([(date(2027, 1, 1), date(2027, 1, 5)), (date(2027, 1, 3), date(2027, 1, 9))])
    [(datetime.date(2027, 1, 1), datetime.date(2027, 1, 9))]
    """
    result: list[tuple[date, date]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        elif end > start:
            result.append((start, end))
    return result


def concluded_call(climb: Climb, attempts: int, calendar: Calendar) -> date | None:
    """The first day on which the step after a call may leave; None while the call is still being tried.

    One attempt per working day from the day it was queued; a day on which nobody records anything counts as one.
    """
    if climb.reached is not None:
        return climb.reached
    last = calendar.add(calendar.working_on_or_after(climb.on), Duration(attempts - 1, "bd"))
    return last + timedelta(days=1)
