"""What people answer: approvals, refusals, reviews, tasks, and a step that is passed over by hand."""

from __future__ import annotations

from typing import Literal, cast

from rules import facts as f
from rules.account import Receivable, Request
from worker.ledger import tables as t
from worker.ledger.views import facts_of
from worker.outlook import judged
from worker.recording.asked import Answer, Asked, Field, Kind, Refused

_ANSWERED = ("approved", "skip", "stop")
_OUTCOMES = ("skip", "postpone", "stop")


def approve(asked: Asked) -> Answer:
    """A person agrees to a step, up to the amount shown."""
    customer, item = asked.item()
    request = _request(asked, item)
    if isinstance(request, Answer):
        return request
    _may_decide(asked, item, request)
    asked.record(customer, f.Approved(asked.now, item.id, request.step, asked.request.by, asked.today))
    return Answer(f"{request.step} of {item.number} is approved, for {request.amount}.", (item.contract,))


def refuse(asked: Asked) -> Answer:
    """A person refuses a step: skip it, postpone it until a day, or stop the ladder."""
    customer, item = asked.item()
    outcome = cast(Literal["skip", "postpone", "stop"], asked.text("outcome") or "skip")
    until = asked.coming_day("until", asked.today)
    if (outcome == "postpone") is not (until is not None):
        raise Refused("until: say until which day, and only where the step is postponed.")
    if not asked.text("reason"):
        raise Refused("reason: say why.")
    request = _request(asked, item)
    if isinstance(request, Answer):
        return request
    _may_decide(asked, item, request)
    said = f.Refused(asked.now, item.id, request.step, asked.request.by, outcome, asked.text("reason"), until=until)
    asked.record(customer, said)
    skipped = "is refused: say what follows" if _heavy(asked, item, request.step) else "is skipped"
    what = {"skip": skipped, "postpone": f"is postponed until {until}", "stop": "is refused: the ladder stops"}
    return Answer(f"{request.step} of {item.number} {what[outcome]}.", (item.contract,))


def _heavy(asked: Asked, item: Receivable, name: str) -> bool:
    """Whether the step is heavy: after its refusal a person says what follows."""
    if item.ladder is None:
        return False
    policy = asked.tx.rulebook(item.ladder.rulebook).policies[item.ladder.policy]
    steps = (*policy.steps, *(step for variant in policy.variants for step in variant.steps))
    return any(step.id == name and step.heavy for step in steps)


def _request(asked: Asked, item: Receivable) -> Request | Answer:
    """The request that waits for this answer; an Answer where the same was said before."""
    request, step = item.ladder.request if item.ladder else None, asked.text("step")
    if request is not None and step in ("", request.step) and request.state not in _ANSWERED:
        return request
    before = [
        recorded.fact
        for recorded in facts_of(asked.tx, receivable=item.id)
        if isinstance(recorded.fact, f.Approved | f.Refused) and step in ("", recorded.fact.step)
    ]
    if request is None or step not in ("", request.step):
        waits = f"{request.step} does" if request is not None else "nothing of it does"
        last = before[-1] if before else None
        if last is None or not _says_the_same(asked, last):
            raise Refused(f"{step or item.number} waits for no approval: {waits}.")
    if not before or not _says_the_same(asked, before[-1]):
        raise Refused(f"{step or item.number} was answered already: {request.state if request else 'done'}.")
    said = "approved" if isinstance(before[-1], f.Approved) else "refused"
    return Answer(f"{before[-1].step} of {item.number} was {said} already, by {before[-1].by}.", (item.contract,))


def _may_decide(asked: Asked, item: Receivable, request: Request) -> None:
    """Refuses who is none of those who were asked: a role's people, by business.yaml, or the owner it went to."""
    facts = (each.fact for each in facts_of(asked.tx, receivable=item.id))
    first = [fact.who for fact in facts if isinstance(fact, f.ApprovalAsked) and fact.step == request.step]
    roles = dict.fromkeys((request.who, *first[-1:]))
    people = [person for role in roles for person in (role, *asked.business.roles.get(role, ()))]
    known = {name.casefold() for person in people for name in (person, person.partition("@")[0])}
    if asked.request.by.strip().casefold() not in known:
        may = ", ".join(person for person in people if "@" in person) or "nobody whom business.yaml names"
        raise Refused(
            f"by: {asked.request.by} is not one of those who decide about {request.step} of {item.number}, "
            f"{' or '.join(roles)}: {may}. Say who decides, by address or role."
        )


def _says_the_same(asked: Asked, before: f.Approved | f.Refused) -> bool:
    if isinstance(before, f.Approved):
        return asked.request.kind == "approve"
    return asked.request.kind == "refuse" and before.outcome == (asked.text("outcome") or "skip")


def skip(asked: Asked) -> Answer:
    """The next step is passed over: by refusing its approval, by answering its question, or outright."""
    customer, item = asked.item()
    reason, by, ladder = asked.text("reason"), asked.request.by, item.ladder
    if (before := _skipped_today(asked, item)) is not None:
        return Answer(f"{before or 'A step'} of {item.number} was skipped already.", (item.contract,))
    account = asked.account(customer)
    decision = judged(asked.tx, customer, asked.now)
    step = decision.next_steps.get(item.id)
    if ladder is None or step is None:
        raise Refused(f"no step of {item.number} is next now: relance case show {item.number} says why.")
    if asked.text("step") not in ("", step.step):
        raise Refused(f"step: {step.step} comes next on {item.number}, not {asked.text('step')}.")
    questions = [r.asked for r in account.reviews.values() if r.open and _concerns(r.asked, item, step.step)]
    facts: list[f.Fact]
    waiting = ladder.request if ladder.request is not None and ladder.request.step == step.step else None
    if waiting is not None and waiting.state not in ("skip", "stop"):
        _may_decide(asked, item, waiting)
        facts = [f.Refused(asked.now, item.id, step.step, by, "skip", reason)]
    elif questions:
        facts = [f.Answered(asked.now, q.review, q.scope, q.subject, by, "skip", reason) for q in questions]
    else:
        occurrence = max((climb.occurrence for climb in ladder.climbs if climb.step == step.step), default=0) + 1
        why = _in_the_words_of(asked)
        facts = [
            f.Skipped(asked.now, item.id, ladder.round, step.step, occurrence, step.level, why, asked.today),
        ]
    asked.record(customer, *facts)
    return Answer(f"{step.step} of {item.number} is skipped.", (item.contract,))


def _in_the_words_of(asked: Asked) -> str:
    return f"by {asked.request.by}: {asked.text('reason')}"


def _skipped_today(asked: Asked, item: Receivable) -> str | None:
    """The step ("" for that of a question) that was skipped in the same words today; None where none was."""
    by, reason = asked.request.by, asked.text("reason")
    for recorded in reversed(facts_of(asked.tx, receivable=item.id)):
        if asked.local_day(recorded.recorded_at) != asked.today:
            return None
        match recorded.fact:
            case f.Skipped(step=step, why=why) if why == _in_the_words_of(asked):
                return step
            case f.Refused(step=step) as said if (said.by, said.outcome, said.reason) == (by, "skip", reason):
                return step
            case f.Answered() as said if (said.by, said.outcome, said.reason) == (by, "skip", reason):
                return ""
    return None


def _concerns(question: f.ReviewAsked, item: Receivable, step: str) -> bool:
    return question.receivable == item.id and question.step == step


def answer(asked: Asked) -> Answer:
    """A person answers a question of the judgement: go on, skip the step, or stop the ladder."""
    name = asked.text("review")
    outcome = cast(Literal["proceed", "skip", "stop"], asked.text("outcome"))
    row = asked.row(t.review, name)
    if row is None:
        asked.unknown("question", name, t.review.c.id)
    if row.answer == "withdrawn":
        raise Refused(f"{name} is not asked any more: what it asked for is known now.")
    if row.answer is not None and row.answer != outcome:
        raise Refused(f"{name} was answered already: {row.answer}.")
    if row.answer is not None:
        return Answer(f"{name} was answered already: {outcome}.")
    scope: f.Scope = row.scope
    asked.record(
        row.customer,
        f.Answered(asked.now, name, scope, row.subject, asked.request.by, outcome, asked.text("reason")),
    )
    return Answer(f"{name} is answered: {outcome}.", _woken(asked, row.customer, row.scope, row.subject))


def task_done(asked: Asked) -> Answer:
    """A person did a task."""
    name = asked.text("task")
    row = asked.row(t.task, name)
    if row is None:
        asked.unknown("task", name, t.task.c.id)
    if row.done:
        return Answer(f"{row.title}: done already.")
    scope: f.Scope = row.scope
    said = f.TaskDone(asked.now, name, scope, row.subject, asked.request.by, asked.text("note"))
    asked.record(row.customer, said)
    return Answer(f"{row.title}: done.", _woken(asked, row.customer, row.scope, row.subject))


def resolve(asked: Asked) -> Answer:
    """Somebody knows whether a message of unknown outcome was sent."""
    name, sent = asked.text("message"), asked.text("outcome") == "sent"
    row = asked.row(t.claim, name)
    if row is None:
        asked.unknown("message", name, t.claim.c.key)
    asked.tx.resolve(row.customer, name, asked.now, sent, asked.request.by)
    what = "was sent" if sent else "was not sent: its ladder may go on"
    return Answer(f"{name} {what}.", (row.contract,))


def _woken(asked: Asked, customer: str | None, scope: str, subject: str) -> tuple[str, ...]:
    if customer is None:
        return asked.everybody()
    items = asked.tx.account(customer).receivables
    if scope == "receivable" and subject in items:
        return (items[subject].contract,)
    return (subject,) if scope == "contract" else asked.contracts_of(customer)


_INVOICE = Field("invoice", "the number of the invoice", required=True)
_STEP = Field("step", "the step, where it is to be checked")
KINDS = {
    "approve": Kind("A step may leave.", (_INVOICE, _STEP), approve),
    "refuse": Kind(
        "A step may not leave.",
        (
            _INVOICE,
            _STEP,
            Field("outcome", "what becomes of it", choices=_OUTCOMES),
            Field("reason", "why", required=True),
            Field("until", "where it is postponed: asked again on that day"),
        ),
        refuse,
    ),
    "skip": Kind(
        "The next step is passed over for good.", (_INVOICE, _STEP, Field("reason", "why", required=True)), skip
    ),
    "answer": Kind(
        "A question of the judgement is answered.",
        (
            Field("review", "the question, as `case show` names it", required=True),
            Field("outcome", "go on, skip the step, or stop the ladder", True, ("proceed", "skip", "stop")),
            Field("reason", "why"),
        ),
        answer,
    ),
    "resolve": Kind(
        "A message of unknown outcome was sent, or was not.",
        (
            Field("message", "the message, as `message list` names it", required=True),
            Field("outcome", "what became of it", True, ("sent", "not-sent")),
        ),
        resolve,
    ),
    "task-done": Kind(
        "A task is done.",
        (Field("task", "the task, as `task list` names it", required=True), Field("note", "what came of it")),
        task_done,
    ),
}
