"""The burst guard: beyond a business's daily limit nothing leaves until a person releases that day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from rules import facts as f
from rules.account import Receivable
from rules.calendars import Calendar
from rules.facts.subjects import LIMIT
from rules.judgement import Judgement, Wait
from rules.policy import MESSAGES, Action, Call, Limits, channel

UNLIMITED = Limits()
SHARE_APPLIES_FROM = 20  # customers with something open


def within_limits(
    judgement: Judgement, item: Receivable, do: Sequence[Action], calendar: Calendar, today: date, level: str
) -> Wait | None:
    """None when one more customer may be contacted today; else places the one hold of the day, and waits.

    `do` is what would be done of a step or of a reaction.
    """
    limits, business = judgement.rulebook(item).business.limits, judgement.business
    if limits == UNLIMITED:
        return None
    contacts = any(isinstance(action, MESSAGES) for action in do)
    calls = sum(isinstance(action, Call) for action in do)
    why = _contacts(limits, business.contacts.get(today, 0) + 1, business.customers_open) if contacts else None
    why = why or (_calls(limits, business.calls.get(today, 0) + calls) if calls else None)
    key = f"limit/{today}"
    if why is None or (key in business.holds and not business.holds[key].active):
        return None
    if key not in business.holds:
        hold = f.Hold(key, "manual", "business", "business", today, today, reason=why, by=LIMIT)
        judgement.emit(f.HoldPlaced(judgement.now, hold))
    channels = frozenset(channel(action) for action in do)
    to = judgement.addressee(item, judgement.policy(item))
    return Wait("limit", judgement.open_slot(to, calendar, _tomorrow(today), level, channels).opens, (why,))


def _calls(limits: Limits, calls: int) -> str | None:
    if limits.calls_per_day is None or calls <= limits.calls_per_day:
        return None
    return f"{calls} calls would pass the limit of {limits.calls_per_day} a day"


def _contacts(limits: Limits, contacts: int, customers: int) -> str | None:
    if limits.contacts_per_day is not None and contacts > limits.contacts_per_day:
        return f"{contacts} contacts would pass the limit of {limits.contacts_per_day} a day"
    if limits.share_of_customers is None or customers < SHARE_APPLIES_FROM:
        return None
    if Decimal(contacts) <= limits.share_of_customers * customers:
        return None
    share = f"{limits.share_of_customers * 100:f}".rstrip("0").rstrip(".")
    return f"{contacts} contacts would pass {share}% of the {customers} customers with something open"


def _tomorrow(day: date) -> date:
    return day + date.resolution
