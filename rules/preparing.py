"""What must be so before anything overdue is said, or anything heavy: the bank's data, and a reminder before it."""

from __future__ import annotations

from datetime import date

from rules.account import Climb, Ladder, Receivable
from rules.calendars import Calendar
from rules.judgement import Judgement
from rules.moments import Duration
from rules.policy import Policy

_COVER = Duration(1, "bd")  # bank data must cover the due date and one working day more


def uncovered(judgement: Judgement, item: Receivable, policy: Policy, calendar: Calendar, today: date) -> date | None:
    """The day to which bank data must go before anything overdue of `item` is said, where they do not; asks once."""
    if not judgement.rulebook(item).business.bank_data or item.due is None or today <= item.due:
        return None
    through, freshness = judgement.business.bank_through, policy.pacing.freshness
    needed = calendar.add(item.due, _COVER)
    if freshness is not None:
        needed = max(needed, calendar.add(today, Duration(-freshness.n, freshness.unit)))
    if through is not None:
        judgement.take_back("bank-data", today, scope="business")
    if through is not None and through >= needed:
        return None
    if through is None:
        why = "how far the bank's data go was never recorded"
        judgement.ask("bank-data", why, today, scope="business", subject="business")
    return needed


def reminded(ladder: Ladder) -> date | None:
    """The day of the first reminder of a receivable that was not returned; None where there was none."""
    return min((day for climb in ladder.climbs if (day := _reminded_by(climb)) is not None), default=None)


def _reminded_by(climb: Climb) -> date | None:
    """The day on which a climb reminded the customer, by a message that did not bounce or a call that reached them."""
    if climb.level not in ("reminder", "firm") or not climb.went_out:
        return None
    handed_over = {name for n, name in enumerate(climb.channels) if n not in climb.failed}
    if {"email", "sms", "letter"} & handed_over and not climb.bounced:
        return climb.on
    return climb.reached
