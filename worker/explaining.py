"""Why one invoice was written about or not: the past as it was recorded, one day of it judged anew, and what comes.

The past is judged by the facts that were recorded by then, under the rules that the case was bound to by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.account import Account, BusinessState, HoldState, Receivable, Snapshot
from rules.changing import cure
from rules.decide import decide
from rules.decision import Bill, Decision
from rules.explain import called, sentences, waiting
from rules.offers import stands_until, state_of
from rules.policy import Place
from rules.simulate import Simulation, entries, is_shared
from rules.standing import covered
from rules.together import together
from worker.ledger.ledger import Transaction
from worker.ledger.views import Recorded, facts_between

AHEAD = timedelta(days=180)
EVENING = time(18, 0)  # by then the slots of a day are over


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the past or of what comes: `why` in words, empty where there is nothing to add."""

    on: date | None  # None: nobody can say when, as long as nothing happens
    step: str
    outcome: str
    why: str = ""


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
    told = [each for each in told if each.customer in (None, customer)]
    item = account.receivables[receivable]
    rulebooks = tx.rulebooks_of(account)
    decision = decide(rulebooks, Snapshot(account.copy(), state.copy()), at)
    ladder = item.ladder
    policy = rulebooks[ladder.rulebook].policies.get(ladder.policy) if ladder else None
    variant = next((v for v in policy.variants if ladder and v.id == ladder.variant), None) if policy else None
    names = {each.id: each.number for each in account.receivables.values()}
    why, next_ = _next(item, decision, zone, names)
    life = Simulation(rulebooks, account.copy(), state.copy())
    life.run(at, at + AHEAD)
    return Explained(
        item,
        at,
        account.debtor(item).country,
        policy.id if policy else None,
        variant.id if variant else None,
        (variant.place if variant else None) or (policy.place if policy else None),
        tuple(_past(account, item, [each.fact for each in told], at.astimezone(zone))),
        tuple(sentences(decision.reasons.get(item.id, ()), zone, names)),
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
    when = f", {step.at.astimezone(zone):%Y-%m-%d %H:%M}" if step.at else ", without a date"
    return why, f"{step.step}{when}" + (f": {waiting(*why, names)}" if why else "")


def _refused(decision: Decision, item: Receivable) -> tuple[str, tuple[object, ...]] | None:
    """Why it has no ladder, where it has none."""
    refusals = [reason for reason in decision.reasons.get(item.id, ()) if reason.code == "not-enrolled"]
    return (refusals[-1].code, refusals[-1].values) if refusals else None


def _over(item: Receivable) -> str:
    stopped = item.ladder.stopped if item.ladder else None
    return f"its ladder stopped, {stopped.replace('-', ' ')}" if stopped else "every step is done"


def _coming(item: Receivable, told: list[f.Fact], zone: tzinfo) -> Iterator[Happened]:
    for each in entries(told, zone):
        if each.receivable == item.id:
            yield Happened(each.day, each.step, each.outcome)


def _ending(item: Receivable, life: Simulation, names: Mapping[str, str]) -> Iterator[Happened]:
    """What the last step that could leave is followed by: what is waited for as long as nothing happens."""
    why = life.last.waits(item.id) if life.last is not None else None
    step = life.last.next_steps.get(item.id) if life.last is not None else None
    if why is not None and step is not None:
        code, values = why
        until = (values[0], None) if code == "bank-data" else values  # what is needed moves on with every day
        yield Happened(None, step.step, "waits", waiting(code, until, names))


def _past(account: Account, item: Receivable, told: list[f.Fact], now: datetime) -> Iterator[Happened]:
    """What was recorded of the invoice, with what kept each step: its message's end, an approval, a hold; and, in their
    place, offers that lapsed."""
    lapses = sorted(_lapses(account, item, told, now.date()), key=_day)
    for fact in told:
        found = _line(account, item, fact, now.tzinfo)
        if found is not None:
            while lapses and _day(lapses[0]) < _day(found):
                yield lapses.pop(0)
            yield found
    yield from lapses


def _day(line: Happened) -> date:
    return line.on or date.max  # what nobody can date stands last


def _lapses(account: Account, item: Receivable, told: list[f.Fact], today: date) -> Iterator[Happened]:
    for fact in told:
        if isinstance(fact, f.PlanOffered) and item.id in fact.receivables:
            until = stands_until(fact)
            if state_of(account, fact, today) == "lapsed":
                yield Happened(until + timedelta(days=1), "", "offer lapsed", f"nobody agreed to it by {until}")


def _line(account: Account, item: Receivable, fact: f.Fact, zone: tzinfo | None) -> Happened | None:
    on = fact.at.astimezone(zone).date()
    match fact:
        case f.HoldPlaced() if _concerns(account, account.holds.get(fact.hold.id), item):
            return Happened(fact.hold.start, "", f"held: {fact.hold.kind}", fact.hold.reason)
        case f.HoldEnded() if _concerns(account, account.holds.get(fact.hold), item):
            return Happened(fact.on, "", f"released: {account.holds[fact.hold].hold.kind}", fact.outcome)
        case f.PlanOffered() if item.id in fact.receivables:
            said = f"{len(fact.parts)} instalments, until {stands_until(fact)}"
            return Happened(fact.on, "", "plan offered", said)
        case f.Paid() | f.Credited() if any(share.receivable == item.id for share in fact.shares):
            return Happened(fact.on, "", "paid" if isinstance(fact, f.Paid) else "credited", str(fact.amount))
        case f.ActionEnded() if item.ladder and any(climb.message == fact.message for climb in item.ladder.climbs):
            step = next(climb.step for climb in item.ladder.climbs if climb.message == fact.message)
            return Happened(fact.on, step, f"{fact.channel} {fact.outcome}", fact.reason)
    if getattr(fact, "receivable", None) != item.id:
        return None
    match fact:
        case f.Enrolled():
            return Happened(fact.on, "", f"enrolled: {fact.policy}", "late" if fact.late else "")
        case f.NotEnrolled():
            return Happened(on, "", "not enrolled", waiting("not-enrolled", (fact.why,)))
        case f.Skipped():
            return Happened(fact.on, fact.step, "skipped", SKIPPED.get(fact.why, fact.why.replace("-", " ")))
        case f.Left():
            by = ", ".join(fact.channels) + (f", to {fact.to} who pays" if fact.to else "")
            return Happened(fact.on, fact.step, "covered" if fact.covered else "left", by)
        case f.ApprovalAsked():
            return Happened(fact.on, fact.step, "approval asked", f"{fact.who}, {fact.amount}")
        case f.Approved():
            return Happened(fact.on, fact.step, "approved", fact.by)
        case f.Refused():
            return Happened(on, fact.step, f"refused: {fact.outcome}", fact.reason)
        case f.Stopped():
            return Happened(fact.on, "", "stopped", fact.why)
        case f.Reopened():
            return Happened(fact.on, "", "reopened", fact.how)
        case f.ReviewAsked():
            return Happened(fact.on, fact.step or "", "a person is asked", fact.why)
        case f.ReviewWithdrawn():
            return Happened(fact.on, fact.step or "", "the question is taken back", fact.why)
    return None


def _concerns(account: Account, state: HoldState | None, item: Receivable) -> bool:
    return state is not None and any(each.id == item.id for each in covered(account, state))


SKIPPED = {
    "condition": "its condition did not hold",
    "too-late": "its day had passed when it could have left",
    "broken": "a broken promise or plan went on further up",
    "recalled": "the file came back, to go on further up",
    "refused": "a person refused it",
    "no-approval": "nobody approved it in time",
    "passed-over": "a later step had left already",
    "tone": "something firmer had left already: the tone never goes backwards",
    "history": "it was sent, or passed over, by the system before",
    "review": "a person said to skip it",
    "failed": "it could not be sent, and a person said to skip it",
    "no-suspension-clause": "the contract has no clause that allows it",
    "not-by-debit": "the customer does not pay by debit",
    "no-creditor": "business.yaml has no creditor identifier to collect by",
    "assigned": "it is assigned to somebody else, and never debited",
    "mandate-failed": "the mandate failed for good",
}
