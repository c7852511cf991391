"""The tests of a step whose moment has come: bank data, condition, what it requires, its addresses, its approval."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from rules.addressing import hands_of
from rules.approving import approval
from rules.assigning import assignee
from rules.calendars import Slot
from rules.collecting import MANDATE, failed, mandate_of, taken_from
from rules.conditions import NotKnown, check, first_unknown, missing_threshold
from rules.decision import Reason
from rules.holding import break_plan
from rules.judgement import Judgement, Wait
from rules.moments import Duration
from rules.money import Money
from rules.plans import plan_of
from rules.policy import LEVELS, Debit, channel
from rules.preparing import reminded, uncovered
from rules.turns import Ready, Tested, Turn, answer, question, skip, unknown
from rules.waiting import handed_over, held_by

CLAUSE = "contract.suspension_clause"
_SPEAKING = ("email", "sms", "letter", "call", "handoff", "debit")  # what leaves only on fresh data of the bank
METHOD = "customer.payment_method"


def tested(judgement: Judgement, turn: Turn, slot: Slot) -> Ready | Wait | None:
    """The tests of a step whose moment has come, in order; the first that does not pass decides."""
    step = turn.step
    for test in _EVERY if step.heavy or step.requires or step.approval else _LIGHT:
        outcome = test(judgement, turn)
        if outcome == "passed":
            continue
        return None if outcome == "skipped" else outcome
    return Ready(turn, slot)


def bank_data(judgement: Judgement, turn: Turn) -> Tested:
    """Nothing overdue is said, or collected, before bank data cover the due date and a working day, nor on old data."""
    calendar = turn.calendar
    if turn.step.channels.isdisjoint(_SPEAKING):
        return "passed"
    needed = uncovered(judgement, turn.item, turn.policy, calendar, turn.today)
    if needed is None:
        return "passed"
    retry = judgement.open_slot(
        turn.to, calendar, calendar.add(turn.today, Duration(1, "d")), turn.step.level, turn.step.channels
    )
    return Wait("bank-data", retry.opens, (judgement.business.bank_through, needed))


def unallocated(judgement: Judgement, turn: Turn) -> Tested:
    """Money on no invoice that is a large share of what is overdue: a person says first what it is for."""
    share, currency = turn.policy.money.unallocated_share, turn.item.amount.currency
    if share is None or turn.step.quiet:
        return "passed"
    free = judgement.standing(turn.today).credit(turn.item)
    if not free:
        return "passed"
    if not _large(judgement, turn, share, free):
        return "passed"
    why = f"{Money(free, currency)} is on no invoice: what is it for?"
    customer = judgement.account.debtor(turn.item).id
    review = judgement.ask(
        f"unallocated/{customer}/{currency}/{free}", why, turn.today, scope="customer", subject=customer
    )
    return answer(judgement, turn, review) or "passed"


def _large(judgement: Judgement, turn: Turn, share: Decimal, free: int) -> bool:
    """Whether money on no invoice is that share of what is overdue, or more."""
    owed = judgement.standing(turn.today, gross=True)
    overdue = sum(owed.open[item.id] for item in owed.overdue(turn.item))
    return overdue > 0 and free >= share * overdue


def instalment(judgement: Judgement, turn: Turn) -> Tested:
    """An instalment is reminded and never dunned: where a firmer step would leave, its plan is broken instead."""
    firmer = LEVELS.index(turn.step.level) >= LEVELS.index("firm")
    if firmer and not turn.step.quiet and break_plan(judgement, turn.item, turn.policy, turn.today):
        return "skipped"
    return "passed"


def condition(judgement: Judgement, turn: Turn) -> Tested:
    """The step's `when`: false passes the step over for good, while an approval is awaited too; not known asks."""
    reason = check(turn.step.when, judgement.lookup(turn.item, turn.today))
    judgement.note(turn.item.id, Reason("when", reason.verdict, (turn.step.id,), (reason,)))
    if reason.verdict == "no":
        skip(judgement, turn, "condition")
        return "skipped"
    if reason.verdict == "unknown":
        return unknown(judgement, turn, first_unknown(reason), missing_threshold(reason)) or "passed"
    return "passed"


def clause(judgement: Judgement, turn: Turn) -> Tested:
    """Nothing is held back from a customer whose contract does not allow it."""
    if "restrict" not in turn.step.channels:
        return "passed"
    allowed = judgement.lookup(turn.item, turn.today)(CLAUSE)
    if allowed is None:
        return unknown(judgement, turn, CLAUSE) or "passed"
    if allowed is True:
        return "passed"
    return _left_out(judgement, turn, "no-suspension-clause")


def collectable(judgement: Judgement, turn: Turn) -> Tested:
    """Who pays by debit is debited, for ourselves; where the mandate failed for good, another one is asked for."""
    debit = next((action for action in turn.step.do if isinstance(action, Debit)), None)
    if debit is None:
        return "passed"
    item, lookup = turn.item, judgement.lookup(turn.item, turn.today)
    method, mandate = lookup(METHOD), lookup(MANDATE)
    if assignee(judgement.account, item) is not None:
        return _left_out(judgement, turn, "assigned")
    terms = judgement.rulebook(item).business.debits
    if terms is None:
        return _left_out(judgement, turn, "no-creditor")
    if method is None:
        return unknown(judgement, turn, METHOD) or "passed"
    if method != "debit":
        return _left_out(judgement, turn, "not-by-debit")
    code = failed(judgement.account, item, str(mandate))
    if code is None:
        return _not_too_early(judgement, turn, taken_from(item, terms))
    if debit.fallback is not None:
        return "passed"
    task = f"mandate/{item.contract}/{mandate}"
    if task not in judgement.account.tasks:
        title = f"Ask for another mandate: {mandate} of contract {item.contract} failed ({code})"
        judgement.open_task(task, "credit-control", title, turn.today, item=item, step=turn.step.id)
    return _left_out(judgement, turn, "mandate-failed")


def _not_too_early(judgement: Judgement, turn: Turn, first: date) -> Tested:
    """A bank takes a collection only so long before its day."""
    if turn.today >= first or mandate_of(judgement, turn.item, turn.today) is None:
        return "passed"
    return Wait(
        "collection",
        judgement.open_slot(turn.to, turn.calendar, first, turn.step.level, turn.step.channels).opens,
        (turn.step.id, first),
    )


def _left_out(judgement: Judgement, turn: Turn, why: str) -> Tested:
    skip(judgement, turn, why)
    return "skipped"


def requires(judgement: Judgement, turn: Turn) -> Tested:
    """Every required step went out; a hand-off requires a notice unless it says otherwise with a reason."""
    if not turn.step.requires and turn.step.level != "handoff":
        return "passed"
    sent = {climb.step for climb in turn.ladder.climbs if climb.went_out}
    missing = [name for name in turn.step.requires or () if name not in sent]
    noticed = any(climb.went_out and climb.level == "notice" for climb in turn.ladder.climbs)
    if turn.step.level == "handoff" and turn.step.requires is None and not noticed:
        missing.append("a formal notice")
    if not missing:
        return "passed"
    return (
        question(
            judgement,
            turn,
            f"requires/{turn.key}",
            f"{turn.step.id} requires {', '.join(missing)}, which did not go out",
        )
        or "passed"
    )


def before_heavy(judgement: Judgement, turn: Turn) -> Tested:
    """A heavy step leaves so long after the first reminder of the same receivable that was not returned."""
    if not turn.step.heavy:
        return "passed"
    first = reminded(turn.ladder)
    if first is None:
        return (
            question(judgement, turn, f"no-reminder/{turn.key}", f"no reminder went out before {turn.step.id}")
            or "passed"
        )
    earliest = turn.calendar.add(first, turn.policy.pacing.before_heavy)
    if turn.today >= earliest:
        return "passed"
    slot = judgement.open_slot(turn.to, turn.calendar, earliest, turn.step.level, turn.step.channels)
    return Wait("before-heavy", slot.opens, (first, earliest))


def would_pass(judgement: Judgement, turn: Turn) -> bool:
    """Whether a step that another's message covers would pass the tests of its own day; asks and records nothing."""
    item, money = turn.item, turn.policy.money
    sent = {climb.step for climb in turn.ladder.climbs if climb.went_out}
    free = judgement.standing(turn.today).credit(item)
    return (
        held_by(judgement, item, turn.today) is None
        and handed_over(judgement, turn) is None
        and assignee(judgement.account, item) in (None, *judgement.rulebook(item).business.assignees)
        and judgement.standing(turn.today).open.get(item.id, 0) > 0
        and bank_data(judgement, turn) == "passed"
        and (money.unallocated_share is None or not _large(judgement, turn, money.unallocated_share, free))
        and (LEVELS.index(turn.step.level) < LEVELS.index("firm") or plan_of(item) not in judgement.account.holds)
        and "restrict" not in turn.step.channels
        and all(name in sent for name in turn.step.requires or ())
        and check(turn.step.when, judgement.lookup(item, turn.today)).verdict == "yes"
        and all(hands_of(judgement, item, turn.policy, action, turn.today) is not None for action in turn.step.do)
    )


def payee(judgement: Judgement, turn: Turn) -> Tested:
    """A message about a receivable that was sold or pledged says to which account it is paid."""
    owner = assignee(judgement.account, turn.item)
    if owner is None or turn.step.quiet or owner in judgement.rulebook(turn.item).business.assignees:
        return "passed"
    why = f"{turn.item.number} is assigned to {owner}, whose account business.yaml does not name: is it written about?"
    return question(judgement, turn, f"assignee/{turn.key}", why) or "passed"


def addresses(judgement: Judgement, turn: Turn) -> Tested:
    """Every message of the step has somewhere to go, by its role or by its fallback."""
    for action in turn.step.do:
        try:
            missing = hands_of(judgement, turn.item, turn.policy, action, turn.today)
        except NotKnown as missing_fact:
            fact, of = missing_fact.fact, missing_fact.of
            return unknown(judgement, turn, fact, of=of) or Wait("review", None, (fact,))
        name = channel(action)
        asked = f"no-address/{turn.key}/{name}"
        if missing is None:
            whose = "" if turn.to is judgement.account.debtor(turn.item) else f" of {turn.to.id}, who pays,"
            lacks = "mandate" if isinstance(action, Debit) else f"address{whose}"
            why = f"no {lacks} for the {name} of {turn.step.id}"
            return question(judgement, turn, asked, why) or Wait("review", None, (why,))
        judgement.take_back(asked, turn.today, scope="receivable")
    return "passed"


_EVERY = (
    bank_data,
    unallocated,
    instalment,
    condition,
    clause,
    collectable,
    requires,
    before_heavy,
    payee,
    addresses,
    approval,
)
_LIGHT = (bank_data, unallocated, instalment, condition, collectable, payee, addresses)  # a step that is no more
