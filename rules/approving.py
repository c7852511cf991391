"""The agreement of people to a step: asked once for the sum that is shown, and what an answer or its absence does."""

from __future__ import annotations

from rules import facts as f
from rules.account import Ladder, Receivable, Request
from rules.asking import unanswered
from rules.assigning import assignee
from rules.conditions import resolve
from rules.judgement import Judgement, Wait
from rules.money import Money, total
from rules.plans import plan_of
from rules.policy import Approval
from rules.preparing import reminded, uncovered
from rules.turns import Tested, Turn, skip
from rules.waiting import APPROVAL_LAPSES, held_by


def approval(judgement: Judgement, turn: Turn) -> Tested:
    """The agreement of a person, where the step asks for one: asked once, up to the amount shown, for 10bd.

    Once somebody is asked, or a request ended, all is judged anew: only what stands says whom it waits for.
    """
    rule, request, now = turn.step.approval, turn.ladder.request, judgement.now
    if rule is None:
        return "passed"
    amount = at_stake(judgement, turn)
    if request is None or (request.step, request.occurrence) != (turn.step.id, turn.occurrence):
        return _ask_approval(judgement, turn, rule)
    calendar, today = turn.calendar, turn.today
    match request.state:
        case "postpone":
            if request.until is not None and today < request.until:
                return Wait("postponed", calendar.at(request.until), (request.until,))
            return _ask_approval(judgement, turn, rule)
        case "approved":
            lapses = calendar.add(request.since or request.asked, APPROVAL_LAPSES)
            if today <= lapses and amount <= request.amount:
                return "passed"
            judgement.emit(f.ApprovalEnded(now, turn.item.id, turn.step.id, "lapsed", today))
            return _ask_approval(judgement, turn, rule)
        case "asked":
            return _unanswered(judgement, turn, rule, request)
        case _:
            return Wait("approval", None, (request.who, request.asked))


def refusal(judgement: Judgement, turn: Turn) -> Tested:
    """What a person refused is over at once, whatever else keeps it: a light step is passed over.

    After a heavy one the ladder stands still and a person says what follows: the next step, or nothing any more.
    """
    request, item = turn.ladder.request, turn.item
    if request is None or (request.step, request.occurrence) != (turn.step.id, turn.occurrence):
        return "passed"
    if request.state not in ("skip", "stop"):
        return "passed"
    if turn.step.heavy:
        key, why = f"refused/{turn.key}", f"{turn.step.id} was refused: what follows?"
        review = judgement.ask(key, why, turn.today, scope="receivable", subject=item.id, item=item, step=turn.step.id)
        if request.state == "skip" and review.answer is None:
            return Wait("review", unanswered(judgement, item, review, turn.today, turn.step.approval), (why,))
        over = request.state == "stop" or (review.answer is not None and review.answer.outcome == "stop")
    else:
        over = request.state == "stop"
    if over:
        judgement.emit(f.Stopped(judgement.now, item.id, turn.ladder.round, "stopped", turn.today))
    else:
        skip(judgement, turn, "refused")
    return "skipped"


def at_stake(judgement: Judgement, turn: Turn) -> Money:
    """The sum that an approval shows: what is open of the receivable, or of all that goes with it."""
    standing = judgement.standing(turn.today)
    items = account_overdue(judgement, turn) if turn.whole_account else [turn.item]
    return total((standing.amount(item) for item in items), turn.item.amount.currency)


def account_overdue(judgement: Judgement, turn: Turn) -> list[Receivable]:
    """The receivable and all others of the customer that are overdue, reminded and not held, in its currency and
    under its rules."""

    def goes(item: Receivable) -> bool:
        ladder = item.ladder
        if item.id == turn.item.id:
            return True
        if ladder is None or ladder.stopped is not None or ladder.rulebook != turn.ladder.rulebook:
            return False
        if assignee(judgement.account, item) is not None:
            return False
        if ladder.climbs[-1:] and ladder.climbs[-1].outcome in ("leaving", "unknown"):
            return False
        return _ripe(judgement, item, ladder)

    found = judgement.standing(turn.today).overdue(turn.item)
    return [i for i in found if goes(i) and (i.id == turn.item.id or held_by(judgement, i, turn.today) is None)]


def _ripe(judgement: Judgement, item: Receivable, ladder: Ladder) -> bool:
    """Whether anything heavy may be done about it: it was reminded long enough before, and the bank's data cover it.

    An instalment is reminded and no more.
    """
    under, first = judgement.under(item), reminded(ladder)
    if under is None or first is None or plan_of(item) in judgement.account.holds:
        return False
    policy, calendar, today = under.policy, under.calendar, under.today
    if today < calendar.add(first, policy.pacing.before_heavy):
        return False
    return uncovered(judgement, item, policy, calendar, today) is None


def _ask_approval(judgement: Judgement, turn: Turn, rule: Approval) -> Tested:
    who = resolve(rule.who, judgement.lookup(turn.item, turn.today))
    assert who is not None  # a table without an `otherwise` is refused, REL211
    amount = at_stake(judgement, turn)
    judgement.emit(
        f.ApprovalAsked(
            judgement.now, turn.item.id, turn.ladder.round, turn.step.id, turn.occurrence, who, amount, turn.today
        )
    )
    return Wait("approval")


def _unanswered(judgement: Judgement, turn: Turn, rule: Approval, request: Request) -> Tested:
    until = turn.calendar.add(request.asked, rule.within)
    if turn.today < until:
        return Wait("approval", turn.calendar.at(until), (request.who, request.asked))
    match rule.otherwise:
        case "skip":
            skip(judgement, turn, "no-approval")
            return "skipped"
        case "send" if not turn.step.heavy:
            judgement.emit(f.ApprovalEnded(judgement.now, turn.item.id, turn.step.id, "assumed", turn.today))
            return "passed"
        case _:
            owner = turn.policy.owner
            judgement.emit(f.ApprovalEnded(judgement.now, turn.item.id, turn.step.id, "escalated", turn.today, owner))
            return Wait("approval")
