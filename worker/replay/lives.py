"""What a ledger tells of its customers, as facts on a time line: one life per customer, made when it is asked for.

A day's facts take effect at local midnight, all in one instant, recorded in the order of `ORDER`; within one kind, in
the order of the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Literal
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.altering import replace
from rules.calendars import add_months
from rules.moments import Duration
from rules.money import Money
from rules.simulate import Scripted

Kind = Literal["delivered", "due", "opens", "founded", "unfounded", "credit", "payment", "settled", "write-off"]
ORDER: tuple[Kind | Literal["customer", "invoice"], ...] = (
    "customer",
    "invoice",
    "delivered",
    "due",
    "opens",
    "founded",
    "unfounded",
    "credit",
    "payment",
    "settled",
    "write-off",
)
_RANK = {kind: n for n, kind in enumerate(ORDER)}
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that the ledger says happened to an invoice on a local day."""

    day: date
    kind: Kind
    amount: Money | None = None
    due: date | None = None


@dataclass(slots=True)
class Item:
    """One invoice of the ledger, with its customer and contract as its row states them, and what happened to it."""

    line: int
    customer: f.Customer
    contract: f.Contract
    issued: f.Issued
    happenings: list[Happening] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Life:
    """One customer's part of the ledger. `script` is what happens after the opening, in the order of recording."""

    customer: f.Customer
    contracts: tuple[f.Contract, ...]
    start: datetime
    script: tuple[Scripted, ...]

    def opening(self, rulebook: str) -> tuple[f.Fact, ...]:
        """What is known at `start`: the customer, and contracts bound to the rulebook of that digest."""
        recorded = (f.ContractRecorded(self.start, contract, rulebook) for contract in self.contracts)
        return (f.CustomerRecorded(self.start, self.customer), *recorded)

    def told(self, rulebook: str) -> tuple[Scripted, ...]:
        """The opening and the script: everything that the ledger says of this customer."""
        return (*((self.start, fact) for fact in self.opening(rulebook)), *self.script)


@dataclass(frozen=True, slots=True)
class Replay:
    """A ledger as it was read. `until` is the last day lived; `zone` says when a day begins."""

    id: str
    zone: ZoneInfo
    items: Map[str, Sequence[Item]]  # by customer
    first: date
    last: date
    until: date
    approve: Duration | None
    bank: bool

    @property
    def customers(self) -> tuple[str, ...]:
        """Their identifiers, in order."""
        return tuple(sorted(self.items))

    def lives(self) -> Iterator[Life]:
        """Every customer's life, in the order of their identifiers."""
        return (self.life(customer) for customer in self.customers)

    def life(self, customer: str) -> Life:
        """One customer's life, made anew at each call."""
        return _life(self.items[customer], self.zone)

    def part(self, customers: Sequence[str]) -> Replay:
        """The same with these customers only."""
        return replace(self, items={name: self.items[name] for name in customers})

    def customer_of(self, receivable: str) -> str:
        """Whose a receivable is; raises KeyError."""
        for customer, items in self.items.items():
            if any(item.issued.receivable == receivable for item in items):
                return customer
        raise KeyError(receivable)

    def end(self, until: date | None = None) -> datetime:
        """The last instant of the replay, or of a day."""
        return midnight((until or self.until) + _DAY, self.zone) - _INSTANT

    def bank_days(self, start: date | None = None) -> Iterator[Scripted]:
        """With `bank: daily`, what the bank confirms each morning from a day on: its data through the day before."""
        day = start or self.first
        while self.bank and day <= self.until:
            at = midnight(day, self.zone)
            yield at, f.BankConfirmed(at, day - _DAY)
            day += _DAY

    def answer(self, fact: f.Fact, now: datetime) -> Iterator[Scripted]:
        """What people do after a fact: they approve what is asked, so long after it, if they ever do."""
        if isinstance(fact, f.ApprovalAsked) and self.approve is not None:
            on = later(fact.on, self.approve)
            at = max(midnight(on, self.zone), now)
            yield at, f.Approved(at, fact.receivable, fact.step, fact.who, on)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which a local day begins."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def later(day: date, by: Duration) -> date:
    """`day` moved by days, weeks or months."""
    return add_months(day, by.n) if by.unit == "m" else day + by.n * (timedelta(weeks=1) if by.unit == "w" else _DAY)


@dataclass(slots=True)
class _Told:
    """What has been said of one invoice so far, which the next fact about it depends on."""

    open: int
    payments: int = 0
    credits: int = 0
    disputes: int = 0
    disputed: str | None = None


def _life(items: Sequence[Item], zone: ZoneInfo) -> Life:
    """Invoices in the order of their issue, then of their lines; the first one's row introduces the customer."""
    items = sorted(items, key=lambda item: (item.issued.issued, item.line))
    known, told = items[0].customer, {item.issued.receivable: _Told(item.issued.amount.minor) for item in items}
    script: list[Scripted] = []
    happened = sorted(_happened(items), key=lambda each: each[0])
    for day, of_day in groupby(happened, lambda each: each[0][0]):
        at, today = midnight(day, zone), [(item, each) for _, item, each in of_day]
        for item in (item for item, each in today if each is None and item.customer != known):
            known = item.customer
            script.append((at, f.CustomerRecorded(at, known)))
        for item, each in today:
            if each is None:
                script.append((at, replace(item.issued, at=at)))
            else:
                script += ((at, fact) for fact in _facts(item, each, told[item.issued.receivable], at, day))
    contracts = {item.contract.id: item.contract for item in items}
    start = midnight(items[0].issued.issued, zone)
    return Life(items[0].customer, tuple(contracts[name] for name in sorted(contracts)), start, tuple(script))


def _happened(items: Sequence[Item]) -> Iterator[tuple[tuple[date, int, int], Item, Happening | None]]:
    """What is to be sorted by day, kind and invoice; None is the invoice itself, before which nothing happens to it."""
    for n, item in enumerate(items):
        issued = item.issued.issued
        yield (issued, _RANK["invoice"], n), item, None
        for each in item.happenings:
            yield (max(each.day, issued), _RANK[each.kind], n), item, each


def _facts(item: Item, each: Happening, told: _Told, at: datetime, day: date) -> Iterator[f.Fact]:
    """The facts of one happening; none where it changes nothing, such as the end of a dispute that was never opened."""
    receivable, customer, currency = item.issued.receivable, item.customer.id, item.issued.amount.currency
    match each.kind:
        case "delivered":
            yield f.Delivered(at, receivable, each.day)
        case "due":
            yield f.ReceivableChanged(at, receivable, "due", each.due)
        case "opens" if told.disputed is None and told.open:
            told.disputes += 1
            told.disputed = f"{receivable}/dispute/{told.disputes}"
            yield f.HoldPlaced(at, f.Hold(told.disputed, "dispute", "receivable", receivable, day))
        case "founded" | "unfounded":
            yield from _over(told, at, day, receivable, each.kind)
        case "credit" | "payment" | "settled":
            amount = each.amount or Money(told.open, currency)
            used = min(amount.minor, told.open)
            told.open -= used
            shares = (f.Share(receivable, used),) if used else ()
            if each.kind == "credit":
                told.credits += 1
                yield f.Credited(at, f"{receivable}/credit/{told.credits}", customer, amount, each.day, shares)
            elif amount:
                told.payments += 1
                yield f.Paid(at, f"{receivable}/payment/{told.payments}", customer, amount, each.day, shares)
        case "write-off" if told.open:
            told.open = 0
            yield f.WrittenOff(at, receivable, "ledger")
    if not told.open:
        yield from _over(told, at, day, receivable, "unfounded")


def _over(told: _Told, at: datetime, day: date, receivable: str, outcome: str) -> Iterator[f.Fact]:
    """The end of a dispute, which a settlement is as well."""
    if told.disputed is not None:
        yield f.HoldEnded(at, told.disputed, outcome, day, "receivable", receivable)
        told.disputed = None
