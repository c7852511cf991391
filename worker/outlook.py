"""What a day brings: the steps that leave, and all that waits for a person. It judges ahead and keeps nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.account import Account
from rules.decide import decide
from rules.decision import Bill, Decision
from rules.money import Money
from rules.offers import stands_until, state_of
from rules.policy import Business
from rules.standing import Standing
from worker.ledger.errors import Unknown
from worker.ledger.ledger import Transaction
from worker.ledger.views import (
    ApprovalRow,
    MessageRow,
    ReviewRow,
    TaskRow,
    approvals,
    cases,
    customer_of_contract,
    customer_of_number,
    facts_like,
    late_cases,
    messages,
    reviews,
    tasks,
)

LAPSED = timedelta(days=7)  # for so long a lapsed offer is told


@dataclass(frozen=True, slots=True)
class Leaving:
    """Something that leaves on the day, `at` an instant; `about` are invoice numbers, `why` as NextStep says it."""

    at: datetime
    customer: str
    contract: str
    step: str
    about: tuple[str, ...]
    amount: Money | None
    why: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A payment plan that was offered: it stands until that day, or has lapsed."""

    customer: str
    about: tuple[str, ...]
    parts: int
    until: date
    lapsed: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """One local day of the business."""

    day: date
    bank_through: date | None
    leaving: tuple[Leaving, ...]
    sent: tuple[MessageRow, ...]
    approvals: tuple[ApprovalRow, ...]
    reviews: tuple[ReviewRow, ...]
    tasks: tuple[TaskRow, ...]
    unknown: tuple[MessageRow, ...]
    held: int  # cases that a hold stops
    offers: tuple[Offered, ...] = ()  # of payment plans that stand, or that lapsed in the last days

    @property
    def waiting(self) -> int:
        """How many things wait for a person."""
        return len(self.approvals) + len(self.reviews) + len(self.tasks) + len(self.unknown)


def judged(tx: Transaction, customer: str, now: datetime) -> Decision:
    """The judgement of a customer, of which nothing is kept."""
    return decide(tx.rulebooks_of(tx.joint(customer)), tx.snapshot(customer, now), now)


def find(tx: Transaction, name: str) -> tuple[str, str | None, str | None] | None:
    """(customer, contract, receivable) that a contract, an invoice's number or a customer names; None for nobody."""
    if (customer := customer_of_contract(tx, name)) is not None:
        return customer, name, None
    if (found := customer_of_number(tx, name)) is not None:
        return found[0], None, found[1]
    try:
        return tx.account(name).customer.id, None, None
    except Unknown:
        return None


def called(tx: Transaction, customer: str | None, scope: str, subject: str) -> str:
    """What a hold or a task is about, as people call it: an invoice by its number."""
    item = tx.account(customer).receivables.get(subject) if customer and scope == "receivable" else None
    return item.number if item is not None else subject


def outlook(tx: Transaction, business: Business, now: datetime) -> Outlook:
    """The local day that `now` lies in."""
    zone = ZoneInfo(business.time_zone)
    day = now.astimezone(zone).date()
    known = cases(tx, day)
    ends = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
    late = set(late_cases(tx, now))  # nobody has judged them since something happened
    soon = {
        case.customer
        for case in known
        if case.contract in late or (case.next_wake is not None and case.next_wake < ends and not case.ended)
    }
    leaving = [each for customer in sorted(soon) for each in _leaving(tx, customer, now, ends)]
    return Outlook(
        day,
        tx.state().bank_through,
        tuple(sorted(leaving, key=lambda each: (each.at, each.customer, each.step))),
        tuple(messages(tx, state="sent", day=day)),
        tuple(approvals(tx)),
        tuple(reviews(tx)),
        tuple(tasks(tx)),
        tuple(messages(tx, state="unknown")),
        sum(case.state == "held" for case in known),
        tuple(_offers(tx, day)),
    )


def _offers(tx: Transaction, day: date) -> Iterable[Offered]:
    """Offers that nobody has agreed to yet; one that lapsed is told for a week."""
    for each in facts_like(tx, f.PlanOffered):
        offer = each.fact
        assert isinstance(offer, f.PlanOffered)
        until = stands_until(offer)
        if each.customer is None or day - until > LAPSED:
            continue
        account = tx.account(each.customer)
        state = state_of(account, offer, day)
        if state in ("stands", "lapsed"):
            about = _numbers(account, offer.receivables)
            yield Offered(each.customer, about, len(offer.parts), until, state == "lapsed")


def _leaving(tx: Transaction, customer: str, now: datetime, ends: datetime) -> Iterable[Leaving]:
    """What may leave at once, then what is planned for later in the day, unless a person or a hold is waited for."""
    account, joint, decision = tx.account(customer), tx.joint(customer), judged(tx, customer, now)
    told = set()
    for act in decision.acts:
        if act.case not in account.contracts:  # it is led by a customer who has the same payer
            told |= set(act.what.lines) if not isinstance(act.what, Bill) else set()
        elif isinstance(act.what, Bill):
            yield Leaving(now, customer, act.case, "invoice", (), act.what.gross, "planned")
        else:
            told |= set(act.what.lines)
            about = _numbers(joint, act.what.lines)
            yield Leaving(now, customer, act.case, act.step, about, act.what.total, "planned")
    standing = Standing(account, now.date())
    for name, step in decision.next_steps.items():
        if name in account.receivables and name not in told and step.at is not None and now < step.at < ends:
            item = account.receivables[name]
            amount = standing.amount(item)
            yield Leaving(step.at, customer, item.contract, step.step, (item.number,), amount, step.why)


def _numbers(account: Account, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(account.receivables[name].number for name in names)
