"""How long a question to a person may stay unanswered, and who is told then. The question itself waits without end."""

from __future__ import annotations

from datetime import date, datetime

from rules import facts as f
from rules.account import Receivable, Review
from rules.calendars import Calendar
from rules.conditions import NotKnown
from rules.judgement import Judgement
from rules.money import Money
from rules.policy import Approval
from rules.standing import Facts

PATIENCE = Approval("").within


def unanswered(
    judgement: Judgement, item: Receivable, review: Review, today: date, rule: Approval | None = None
) -> datetime | None:
    """When the owner of the policy is told that nobody has answered; tells them, once, where that is over (None).

    `rule`: the approval of the step that is asked about, whose time-out it shares.
    """
    asked, calendar, policy = review.asked, _calendar(judgement, item), judgement.policy(item)
    if calendar is None or not review.open:
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


def insisting(
    judgement: Judgement,
    fact: str,
    why: str,
    today: date,
    item: Receivable,
    *,
    where: str = "",
    of: str | None = None,
) -> Review:
    """The question about a fact without which nothing can be chosen: `proceed` tells none, so it is asked anew."""
    review, times = judgement.ask_fact(fact, why, today, item, where=where, of=of), 1
    while review.answer is not None and review.answer.outcome == "proceed":
        times += 1
        place = f"{where}/{times}" if where else str(times)
        review = judgement.ask_fact(
            fact, f"{why} (asked again: it is still not known)", today, item, where=place, of=of
        )
    return review


def take_back_known(judgement: Judgement) -> None:
    """Takes back the questions about facts that are known meanwhile, of a customer, a contract or a receivable.

    One that this very judgement puts stays. So does an amount's: it was known, and compared in another currency; and
    that about a group of customers, of whom the others may still lack the fact.
    """
    for review in [each for each in judgement.account.reviews.values() if each.open]:
        asked = review.asked
        if asked.review.startswith(UNKNOWN) and asked.review not in judgement.asked:
            told = ((item, _known(judgement, item, asked)) for item in judgement.items())
            item, known = next(((item, known) for item, known in told if known is not None), (None, None))
            if item is not None and known:
                judgement.withdraw(review, judgement.business_day(judgement.rulebook(item)))


UNKNOWN = "unknown/"  # how the keys begin of questions about a fact that is not known


def _fact_of(key: str) -> str:
    """The fact that a question is about: the last part of its key, before its round.

    >>> _fact_of("unknown/C-1/customer.score"), _fact_of("unknown/C-1/customer.score/2")
    ('customer.score', 'customer.score')
    """
    before, _, last = key.rpartition("/")
    return before.rpartition("/")[2] if last.isdigit() else last


def _known(judgement: Judgement, item: Receivable, asked: f.ReviewAsked) -> bool | None:
    """Whether what a question asks for is known; None where that has nothing to do with this receivable."""
    person = None
    match asked.scope:
        case "customer":
            person = judgement.account.person(asked.subject)
        case "contract" if item.contract != asked.subject:
            return None
        case "receivable" if item.id != asked.subject:
            return None
    standing = judgement.standing(judgement.business_day(judgement.rulebook(item)))
    value = Facts(standing, item, customer=person)(_fact_of(asked.review))
    return value is not None and not isinstance(value, Money)


def _calendar(judgement: Judgement, item: Receivable) -> Calendar | None:
    """The policy's calendar, or that of the business where which one it is is what nobody knows."""
    policy = judgement.policy(item)
    try:
        return judgement.calendar(item, policy) if policy is not None else judgement.rulebook(item).home
    except NotKnown:
        return judgement.rulebook(item).home
