"""Statements of account, once a month where a policy sends them: what is open, said to nobody as a reminder."""

from __future__ import annotations

from datetime import date

from rules import facts as f
from rules.account import Receivable
from rules.addressing import reachable
from rules.agenda import certain
from rules.assigning import assignee
from rules.calendars import add_months
from rules.decision import Act, Send
from rules.judgement import Judgement
from rules.money import Money, total
from rules.policy import Email, Policy, Statements

TEMPLATE = "statement"
ROLES = ("billing", "registered-office", "legal-representative")


def stated(judgement: Judgement) -> list[list[Receivable]]:
    """What each statement is about: a customer's open receivables of one policy and currency, oldest first."""
    groups: dict[tuple[str, str, str, str | None], list[Receivable]] = {}
    for item in judgement.living():
        policy = judgement.policy(item)
        if policy is not None and policy.statements is not None and item.open:
            owner = assignee(judgement.account, item)
            debtor = judgement.account.debtor(item).id
            groups.setdefault((debtor, policy.id, item.amount.currency, owner), []).append(item)
    return list(groups.values())


def statement(judgement: Judgement, leader: Receivable, items: list[Receivable]) -> Act | None:
    """The month's statement about these, where it is to be sent now; raises NotKnown."""
    policy = judgement.policy(leader)
    assert policy is not None
    assert policy.statements is not None
    account, owner = judgement.account, assignee(judgement.account, leader)
    rule, about = policy.statements, f"{policy.id}/{leader.amount.currency}{f'/{owner}' if owner else ''}"
    group = f"{TEMPLATE}/{account.debtor(leader).id}/{about}"
    calendar = judgement.calendar(leader, policy)
    today = calendar.local_day(judgement.now)
    month = today.replace(day=1)
    key = f"{group}/{month:%Y-%m}"
    before = f"{TEMPLATE}/{about}/{month:%Y-%m}"  # as it was called when customers shared it
    key = before if before in account.reacted else key
    judgement.wake(leader.contract, calendar.at(calendar.add(add_months(month, 1), rule.at.offset)))
    done = account.reacted.get(key)
    planned = calendar.add(month, rule.at.offset)
    ladder = leader.ladder
    if (done is not None and not done.pending) or ladder is None or ladder.enrolled > planned:
        return None
    slot = judgement.open_slot(account.debtor(leader), calendar, planned, "courtesy", frozenset({"email"}))
    if judgement.now < slot.opens:
        judgement.wake(leader.contract, slot.opens)
        return None
    why = "whether a statement of account is sent is not known"
    applies = certain(judgement, leader, rule.when, today, f"unknown/{group}", why)
    if applies is None:
        return None
    said = _said(judgement, policy, rule, items, today) if applies else None
    if said is None:
        judgement.emit(f.Reacted(judgement.now, key, leader.id, today))
        return None
    facts = () if done is not None else (f.Reacted(judgement.now, key, leader.id, today, (0,), key),)
    cases = tuple(sorted({item.contract for item in items}))
    return Act(f"{key}/0", leader.contract, cases, TEMPLATE, TEMPLATE, today, slot.closes, said, facts)


def _said(judgement: Judgement, policy: Policy, rule: Statements, items: list[Receivable], today: date) -> Send | None:
    """What is due and not held, and on request what is not due yet; None where there is nothing, or no address."""
    standing, currency = judgement.standing(today), items[0].amount.currency
    told = [item for item in items if standing.amount(item) and not judgement.holds_on(item, today)]
    due = [item for item in told if item.due is not None and item.due <= today]
    not_due = [item for item in told if item not in due] if "not-due" in rule.include else []
    role = reachable(judgement, Email(TEMPLATE, ROLES), judgement.account.debtor(items[0]))
    if role is None or not (due or not_due):
        return None
    free = standing.credit(items[0])
    return Send(
        "email",
        TEMPLATE,
        judgement.language(items[0], policy, today),
        role,
        tuple(item.id for item in due or not_due),
        not_due=tuple(item.id for item in not_due) if due else (),
        total=total((standing.amount(item) for item in due or not_due), currency),
        credit=Money(free, currency) if free else None,
        attach=(TEMPLATE,),
        assigned_to=assignee(judgement.account, items[0]),
    )
