"""Why one invoice was written about or not: the past as it was recorded, one day of it judged anew, and what comes.

The past is judged by the facts that were recorded by then, under the rules that the case was bound to by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.account import Account, BusinessState, Receivable, Snapshot
from rules.changing import cure
from rules.decide import decide
from rules.decision import Bill, Decision, Reason
from rules.explain import DATED, called, coming, sentences, settled_by, waiting
from rules.policy import Place
from rules.simulate import Simulation, entries, is_shared
from rules.together import together
from worker.ledger.ledger import Transaction
from worker.ledger.views import Recorded, facts_between
from worker.past import SKIPPED, Happened, Tested, past

AHEAD = timedelta(days=180)
EVENING = time(18, 0)  # by then the slots of a day are over


@dataclass(frozen=True, slots=True)
class Explained:
    """One invoice, judged at an instant: what had happened by then, how it stood and why, and what would come next."""

    item: Receivable
    at: datetime
    country: str | None
    policy: str | None
    variant: str | None
    place: Place | None
    past: tuple[Happened, ...]
    reasons: tuple[str, ...]
    next: str
    coming: tuple[Happened, ...]
    changes: tuple[str, ...]


def explained(tx: Transaction, customer: str, receivable: str, day: date | None) -> Explained:
    """The invoice now, or in the evening of a past day; raises KeyError where it was not known by then."""
    business = tx.rulebook(str(tx.active_rulebook())).business
    zone = ZoneInfo(business.time_zone)
    at = tx.now() if day is None else min(datetime.combine(day, EVENING, zone), tx.now())
    told = [each for each in facts_between(tx, 0, told=True) if each.recorded_at <= at]
    account, state = as_recorded(tx.fellows(customer), told)
    item = account.receivables[receivable]
    tested = _tested(tx, customer, item, told)
    told = [each for each in told if each.customer in (None, customer)]
    rulebooks = tx.rulebooks_of(account)
    decision = decide(rulebooks, Snapshot(account.copy(), state.copy()), at)
    ladder = item.ladder
    policy = rulebooks[ladder.rulebook].policies.get(ladder.policy) if ladder else None
    variant = next((v for v in policy.variants if ladder and v.id == ladder.variant), None) if policy else None
    names = {each.id: each.number for each in account.receivables.values()}
    why, next_ = _next(item, decision, zone, names)
    life = Simulation(rulebooks, account.copy(), state.copy())
    life.business.record(f.BankConfirmed(at, (at + 2 * AHEAD).date()))  # and nothing in them
    life.run(at, at + AHEAD)
    return Explained(
        item,
        at,
        account.debtor(item).country,
        policy.id if policy else None,
        variant.id if variant else None,
        (variant.place if variant else None) or (policy.place if policy else None),
        tuple(past(account, item, [each.fact for each in told], at.astimezone(zone), tested)),
        tuple(sentences(_untold(decision.reasons.get(item.id, ())), zone, names)),
        next_,
        (*_coming(item, [fact for _, fact in life.told], zone), *_ending(item, life, names)),
        tuple(filter(None, [cure(why[0], called(why[1], names), item.number) if why else None])),
    )


def as_recorded(customers: Sequence[str], told: Iterable[Recorded]) -> tuple[Account, BusinessState]:
    """The account of customers who are judged together, and the business, as those facts make them."""
    accounts, business = {name: Account(f.Customer(name)) for name in customers}, BusinessState()
    for each in told:
        if is_shared(each.fact):
            business.record(each.fact)
        elif each.customer in accounts:
            accounts[each.customer].record(each.fact)
    return together(list(accounts.values())), business


def _tested(tx: Transaction, customer: str, item: Receivable, told: Sequence[Recorded]) -> Tested:
    """What the conditions of its steps found, each judged anew by what was recorded just before it left or was passed
    over."""
    fellows, found = tx.fellows(customer), {}
    known = [each for each in told if each.customer is None or each.customer in fellows]
    for n, each in enumerate(known):
        fact = each.fact
        if isinstance(fact, (f.Left, f.Skipped)) and fact.receivable == item.id and each.customer == customer:
            account, state = as_recorded(fellows, known[:n])
            decision = decide(tx.rulebooks_of(account), Snapshot(account, state), fact.at)
            for reason in decision.reasons.get(item.id, ()):
                if reason.code == "when" and reason.values == (fact.step,):
                    found[fact.step, fact.occurrence] = settled_by(reason)
    return found


def _next(
    item: Receivable, decision: Decision, zone: tzinfo, names: Mapping[str, str]
) -> tuple[tuple[str, tuple[object, ...]] | None, str]:
    """What it waits for, by code and values, and the next step in words."""
    why = decision.waits(item.id)
    step = decision.next_steps.get(item.id)
    if not item.open:
        return None, "nothing: it is settled"
    if any(not isinstance(act.what, Bill) and item.id in act.what.lines for act in decision.acts):
        return why, f"{step.step if step else 'a message'}, at once"
    if step is None:
        why = why or _refused(decision, item)
        return why, waiting(*why, names) if why else f"nothing more: {_over(item)}"
    to_come = step.at is not None and step.at > decision.at
    when = f", {step.at.astimezone(zone):%Y-%m-%d %H:%M}" if step.at and to_come else ", without a date"
    return why, f"{step.step}{when}" + (f": {coming(*why, names)}" if why else "")


def _untold(reasons: Iterable[Reason]) -> Iterator[Reason]:
    """All but the day on which it leaves, which the next step is said with."""
    return (each for each in reasons if each.code != "waits" or each.values[0] not in DATED)


def _refused(decision: Decision, item: Receivable) -> tuple[str, tuple[object, ...]] | None:
    """Why it has no ladder, where it has none."""
    refusals = [reason for reason in decision.reasons.get(item.id, ()) if reason.code == "not-enrolled"]
    return (refusals[-1].code, refusals[-1].values) if refusals else None


def _over(item: Receivable) -> str:
    stopped = item.ladder.stopped if item.ladder else None
    return OVER.get(stopped, stopped.replace("-", " ")) if stopped else "every step is done"


def _coming(item: Receivable, told: list[f.Fact], zone: tzinfo) -> Iterator[Happened]:
    for each in entries(told, zone):
        if each.receivable == item.id:
            outcome, _, why = each.outcome.partition(": ")
            yield Happened(each.day, each.step, outcome, SKIPPED.get(why, why.replace("-", " ")))


def _ending(item: Receivable, life: Simulation, names: Mapping[str, str]) -> Iterator[Happened]:
    """What the last step that could leave is followed by: what is waited for as long as nothing happens."""
    if life.last is None or item.id not in life.last.next_steps:
        return
    why, ladder = life.last.waits(item.id), life.account.receivables[item.id].ladder
    asked = ladder.request if ladder is not None else None
    if asked is not None and asked.state in ("asked", "escalated"):  # whatever else comes first by then
        why = "approval", (asked.who, asked.asked)
    if why is not None:
        yield Happened(None, life.last.next_steps[item.id].step, "waits", waiting(*why, names))


OVER = {  # what ended the steps of what is still open
    "handed-off": "it is handed over to somebody else",
    "below-minimum": "what is open is too little for its policy",
    "insolvency": "the customer is insolvent, and the claim is frozen",
    "stopped": "a person said to stop",
    "refused": "a person refused it",
    f.PLAN_ENDED: "its plan is over, and what it covered is owed instead",
}
