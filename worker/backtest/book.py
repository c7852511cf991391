"""The business's own ledger as lives to be lived again: what the world did, without what Relance made of it.

Facts count from the day on which they were true: the day of an invoice, of a payment, of a dispute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.facts import Fact
from rules.moments import Duration
from rules.simulate import Scripted
from worker.ledger.ledger import Transaction
from worker.ledger.views import facts_between
from worker.replay.lives import Life, later, midnight

HAPPENED = (  # what people and the world say, in the order of recording within a day
    f.CustomerRecorded,
    f.Issued,
    f.Delivered,
    f.ReceivableChanged,
    f.HoldPlaced,
    f.HoldEnded,
    f.Credited,
    f.Paid,
    f.Allocated,
    f.Reversed,
    f.PaymentFailed,
    f.WrittenOff,
    f.WriteOffUndone,
    f.Bounced,
    f.Replied,
)
_SAID = frozenset({"released", "founded", "unfounded", "read"})  # ends of holds that people say; others follow
_DAY, _INSTANT = timedelta(days=1), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Book:
    """Lives of customers, as a Replay has them; those who are judged together live one life.

    `approve` is how long after a request somebody agrees, if ever.
    """

    id: str
    zone: ZoneInfo
    told: dict[str, tuple[Fact, ...]]  # by customer, in the order of recording
    bank: date | None  # how far the bank's data go
    first: date
    until: date
    approve: Duration | None

    @property
    def customers(self) -> tuple[str, ...]:
        """Their identifiers, in order."""
        return tuple(sorted(self.told))

    def life(self, customer: str) -> Life:
        """One customer's life, from the first day on which anything was true."""
        told = self.told[customer]
        people = [fact.customer for fact in told if isinstance(fact, f.CustomerRecorded)]
        person = next((each for each in people if each.id == customer), people[0])
        contracts = {fact.contract.id: fact.contract for fact in told if isinstance(fact, f.ContractRecorded)}
        happened = [fact for fact in told if isinstance(fact, HAPPENED)]
        days = [
            (max(day_of(fact, self.zone), date.min), HAPPENED.index(type(fact)), n) for n, fact in enumerate(happened)
        ]
        order = sorted(range(len(happened)), key=days.__getitem__)
        start = min(
            (each[0] for each, fact in zip(days, happened, strict=True) if not isinstance(fact, f.CustomerRecorded)),
            default=self.first,
        )
        begins = midnight(start, self.zone)
        script = [self._scripted(happened[n], max(days[n][0], start)) for n in order]
        billed = tuple(replace(each, kind="open-account", schedule=None) for each in contracts.values())
        return Life(person, billed, begins, tuple(script))

    def part(self, customers: Sequence[str]) -> Book:
        """The same with these customers only."""
        return replace(self, told={name: self.told[name] for name in customers})

    def _scripted(self, fact: Fact, day: date) -> Scripted:
        at = midnight(day, self.zone)
        if isinstance(fact, f.Issued) and fact.period is not None and fact.delivered is None:
            fact = replace(fact, delivered=fact.issued)  # our own invoices went out when they were issued
        return at, replace(fact, at=at)

    def bank_days(self, start: date | None = None) -> Iterator[Scripted]:
        """Each morning, that the bank's data are complete through the day before, as far as they ever were."""
        day = start or self.first
        while self.bank is not None and day <= min(self.until, self.bank + _DAY):
            at = midnight(day, self.zone)
            yield at, f.BankConfirmed(at, day - _DAY)
            day += _DAY

    def end(self, until: date | None = None) -> datetime:
        """The last instant that is lived."""
        return midnight((until or self.until) + _DAY, self.zone) - _INSTANT

    def answer(self, fact: Fact, now: datetime) -> Iterator[Scripted]:
        """What people do after a fact: they approve what is asked, so long after it, if they ever do."""
        if isinstance(fact, f.ApprovalAsked) and self.approve is not None:
            on = later(fact.on, self.approve)
            at = max(midnight(on, self.zone), now)
            yield at, f.Approved(at, fact.receivable, fact.step, fact.who, on)


def day_of(fact: Fact, zone: ZoneInfo) -> date:
    """The local day from which a fact is true."""
    match fact:
        case f.Issued():
            return fact.issued
        case f.Delivered() | f.Paid() | f.Credited() | f.Reversed() | f.HoldEnded():
            return fact.on
        case f.HoldPlaced():
            return fact.hold.start
    return fact.at.astimezone(zone).date()


def read_book(tx: Transaction, zone: ZoneInfo, until: date, approve: Duration | None) -> Book:
    """The whole ledger, until the end of a day."""
    told: dict[str, list[Fact]] = {}
    bank: date | None = None
    first = until
    for each in facts_between(tx, 0):
        fact = each.fact
        if isinstance(fact, f.BankConfirmed):
            bank = max(bank or fact.through, fact.through)
        elif each.customer is not None and _happened(fact):
            told.setdefault(tx.fellows(each.customer)[0], []).append(fact)
            if isinstance(fact, f.Issued):
                first = min(first, fact.issued)
    return Book(tx.business, zone, {name: tuple(facts) for name, facts in told.items()}, bank, first, until, approve)


def _happened(fact: Fact) -> bool:
    match fact:
        case f.HoldEnded():
            return fact.outcome in _SAID
        case f.HoldPlaced():
            return fact.hold.by not in ("limit", "relance")
        case f.WrittenOff() | f.WriteOffUndone():
            return not isinstance(fact, f.WrittenOff) or fact.reason not in f.SETTLING
    return isinstance(fact, (f.ContractRecorded, *HAPPENED))
