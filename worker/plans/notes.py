"""What keeps overdue messages from leaving whatever the rules say: a go-live that has not begun, bank data too old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rules.account import BusinessState
from rules.calendars import Calendar, CalendarEnds
from rules.moments import Duration
from rules.policy import Policy, Rulebook
from worker.plans.ahead import GUARD


def notes(rulebook: Rulebook, state: BusinessState, day: date) -> Iterator[str]:
    """A sentence for each; none where the day's messages may leave."""
    held = state.holds.get(GUARD)
    if held is not None and held.active:
        yield "An import of old receivables holds the whole business: nothing leaves before relance plan --go-live."
    if rulebook.business.bank_data and _too_old(rulebook, state.bank_through, day):
        known = f"The bank's data go to {state.bank_through}" if state.bank_through else "No bank data are confirmed"
        cure = "import payments, then relance bank confirm DAY"
        yield f"{known}: nothing overdue leaves before they are newer ({cure})."


def calendar_of(rulebook: Rulebook) -> Calendar:
    """The calendar of the policy that most customers have: the one that no route names."""
    policy = rulebook.policies.get(rulebook.assignment.otherwise.policy or "")
    found = [rulebook.calendars[name] for name in (_names(policy) if policy else ()) if name in rulebook.calendars]
    return found[0] if found else next(iter(rulebook.calendars.values()))


def _names(policy: Policy) -> list[str]:
    if isinstance(policy.calendar, str):
        return [policy.calendar]
    return [name for name in (policy.calendar.otherwise, *policy.calendar.cases.values()) if name]


def _too_old(rulebook: Rulebook, through: date | None, day: date) -> bool:
    """Whether the data are older than every policy allows."""
    return through is None or all(_stale(rulebook, policy, through, day) for policy in rulebook.policies.values())


def _stale(rulebook: Rulebook, policy: Policy, through: date, day: date) -> bool:
    freshness = policy.pacing.freshness
    found = [rulebook.calendars[name] for name in _names(policy) if name in rulebook.calendars]
    if freshness is None or not found:
        return False
    try:
        return all(through < each.add(day, Duration(-freshness.n, freshness.unit)) for each in found)
    except CalendarEnds:
        return False
