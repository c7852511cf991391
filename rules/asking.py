"""How long a question to a person may stay unanswered, and who is told then. The question itself waits without end."""

from __future__ import annotations

from datetime import date, datetime

from rules import facts as f
from rules.account import Receivable, Review
from rules.calendars import Calendar
from rules.conditions import NotKnown
from rules.judgement import Judgement
from rules.policy import Approval

PATIENCE = Approval("").within


def unanswered(
    judgement: Judgement, item: Receivable, review: Review, today: date, rule: Approval | None = None
) -> datetime | None:
    """When the owner of the policy is told that nobody has answered; tells them, once, where that is over (None).

    `rule`: the approval of the step that is asked about, whose time-out it shares.
    """
    asked, calendar, policy = review.asked, _calendar(judgement, item), judgement.policy(item)
    if calendar is None or review.answer is not None:
        return None
    limit = calendar.add(asked.on, rule.within if rule is not None else PATIENCE)
    if today < limit:
        return calendar.at(limit)
    key = f"notify/unanswered/{asked.review}"
    if key not in judgement.account.tasks and key not in judgement.business.tasks:
        owner = policy.owner if policy is not None else judgement.rulebook(item).assignment.owner
        title = f"Nobody has answered since {asked.on}: {asked.why}"
        if asked.scope == "business":
            judgement.emit(f.TaskOpened(judgement.now, key, "business", "business", owner, title, today))
        else:
            judgement.open_task(key, owner, title, today, item=item, step=asked.step)
    return None


def _calendar(judgement: Judgement, item: Receivable) -> Calendar | None:
    """The policy's calendar, or that of the business where which one it is is what nobody knows."""
    policy = judgement.policy(item)
    try:
        return judgement.calendar(item, policy) if policy is not None else judgement.rulebook(item).home
    except NotKnown:
        return judgement.rulebook(item).home
