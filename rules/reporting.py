"""What whoever has the file of a receivable is told the same day: money that came to us directly, or went back.

And what the file left out because it was disputed, once it is so no more.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from rules.account import Payment, Receivable
from rules.calendars import local_day
from rules.judgement import Judgement
from rules.money import Money


def report(judgement: Judgement, item: Receivable, today: date) -> None:
    """What whoever has the file of a receivable cannot know; nothing where nobody has it."""
    if item.handed_off is not None:
        _report_money(judgement, item, item.handed_off, today)
        _report_disputes(judgement, item, item.handed_off, today)


def _report_disputes(judgement: Judgement, item: Receivable, since: date, today: date) -> None:
    """A file never carries what is disputed: what was is asked for by nobody until they hear of it."""
    zone = ZoneInfo(judgement.rulebook(item).business.time_zone)
    for name, state in judgement.account.holds.items():
        hold = state.hold
        if hold.kind != "dispute" or hold.part is None or state.end is None or state.outcome == "founded":
            continue
        if local_day(zone, state.placed) <= since <= state.end and item.open and judgement.concerns(state, item):
            title = f"Report to whoever has the file that {hold.part} of {item.number} is disputed no more"
            _tell(judgement, item, f"handed-off/{item.id}/{name}", title, today)


def _report_money(judgement: Judgement, item: Receivable, since: date, today: date) -> None:
    """What came in for it, or went back, and was heard of since it is with somebody else."""
    zone = ZoneInfo(judgement.rulebook(item).business.time_zone)
    for payment in judgement.account.payments.values():
        minor = sum(share.minor for share in payment.shares if share.receivable == item.id)
        key, what = f"handed-off/{item.id}/{payment.id}", _what(payment, minor)
        told, came = key in judgement.account.tasks, local_day(zone, payment.known) >= since
        if payment.came_back is None:
            if minor and came:
                _tell(judgement, item, key, f"Report the {what} for {item.number} to whoever has the file", today)
        elif minor and local_day(zone, payment.came_back) >= since and (told or not came):
            title = f"Report to whoever has the file that the {what} for {item.number} came back"
            _tell(judgement, item, f"{key}/came-back", title, today)
        if came and item.open:
            _report_free(judgement, item, payment, today)


def _report_free(judgement: Judgement, item: Receivable, payment: Payment, today: date) -> None:
    """Money that nobody said what it is for is reckoned on the oldest of what is owed: it is told of, once."""
    whose = judgement.account.debtor(item).id
    theirs = judgement.account.whose("customer", payment.customer).id == whose
    if theirs and payment.left > 0 and payment.amount.currency == item.amount.currency:
        title = f"Report the {_what(payment, payment.left)} of {whose}, on no invoice yet, to whoever has the file"
        _tell(judgement, item, f"handed-off/{whose}/{payment.id}", title, today)


def _what(payment: Payment, minor: int) -> str:
    return f"{'credit' if payment.credit else 'payment'} of {Money(minor, payment.amount.currency)}"


def _tell(judgement: Judgement, item: Receivable, key: str, title: str, today: date) -> None:
    if key not in judgement.account.tasks:
        judgement.open_task(key, "credit-control", title, today, item=item)
