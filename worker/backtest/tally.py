"""What is counted of a life: messages, contacts, calls, charges, approvals; and where two lives differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from statistics import median_low

from rules import facts as f
from rules.policy import LEVELS
from rules.simulate import Scripted
from worker.backtest.wrong import CONTACTS, Wrong, wrong

MESSAGES = frozenset({"email", "sms", "letter"})
Within = Callable[[date], bool]
Sent = dict[tuple[str, str, int], date]  # receivable, step, occurrence: the day on which it left


@dataclass(slots=True)
class Tally:
    """Counts of one version of the rules. Days are local; amounts in minor units by currency."""

    customers: int = 0
    receivables: int = 0
    messages: Counter[tuple[str, str]] = field(default_factory=Counter)  # step, channel
    levels: dict[str, str] = field(default_factory=dict)  # step: level
    covered: int = 0  # receivables carried by another one's message
    contacts: Counter[int] = field(default_factory=Counter)  # messages of a customer: customers
    by_day: Counter[date] = field(default_factory=Counter)  # messages
    people: Counter[date] = field(default_factory=Counter)  # customers to whom messages went
    calls: Counter[date] = field(default_factory=Counter)
    charges: Counter[str] = field(default_factory=Counter)
    approvals: Counter[str] = field(default_factory=Counter)  # step
    reviews: Counter[str] = field(default_factory=Counter)  # why
    tasks: int = 0
    wrong: list[Wrong] = field(default_factory=list)

    def add(self, customer: str, told: list[Scripted], within: Within) -> Sent:
        """Counts a life; returns what left."""
        sent: Sent = {}
        contacts = 0
        days: set[date] = set()
        self.customers += 1
        self.wrong += (each for each in wrong(customer, told) if within(each.day))
        for at, fact in told:
            match fact:
                case f.Issued():
                    self.receivables += 1
                case f.Left() if within(fact.on):
                    sent[fact.receivable, fact.step, fact.occurrence] = fact.on
                    if self._left(fact):
                        contacts += 1
                        days.add(fact.on)
                case f.Charged() if within(fact.on):
                    self.charges[fact.amount.currency] += fact.amount.minor
                case f.ApprovalAsked() if within(fact.on):
                    self.approvals[fact.step] += 1
                case f.ReviewAsked() if within(fact.on):
                    self.reviews[fact.why if ":" not in fact.why else fact.why.partition(":")[0]] += 1
                case f.TaskOpened() if within(at.date()):
                    self.tasks += 1
        self.contacts[contacts] += 1
        self.people.update(days)
        return sent

    def _left(self, fact: f.Left) -> bool:
        """Counts a message once, for the receivable that leads it; whether any of its channels carries one."""
        if fact.covered:
            self.covered += 1
            return False
        self.levels[fact.own] = fact.level
        for channel in fact.channels:
            if channel in CONTACTS:  # a charge, a task or a restriction is none
                self.messages[fact.own, channel] += 1
        self.calls[fact.on] += fact.channels.count("call")
        n = len(MESSAGES & set(fact.channels))
        self.by_day[fact.on] += n
        return n > 0

    def merge(self, other: Tally) -> None:
        """Adds another's counts."""
        self.customers += other.customers
        self.receivables += other.receivables
        self.covered += other.covered
        self.tasks += other.tasks
        self.levels |= other.levels
        self.wrong += other.wrong
        for name in ("messages", "contacts", "by_day", "people", "calls", "charges", "approvals", "reviews"):
            getattr(self, name).update(getattr(other, name))

    @property
    def sent(self) -> int:
        """Messages to customers."""
        return sum(n for (_, channel), n in self.messages.items() if channel in MESSAGES)

    def steps(self) -> list[tuple[str, str, int]]:
        """(step, channel, how many), the lightest level first."""
        rank = {step: LEVELS.index(level) if level in LEVELS else 0 for step, level in self.levels.items()}
        return [(*key, self.messages[key]) for key in sorted(self.messages, key=lambda key: (rank[key[0]], *key))]


@dataclass(frozen=True, slots=True)
class Span:
    """A step that leaves earlier or later: how often, and the least, the middle and the most of its days."""

    step: str
    way: str
    count: int
    least: int
    median: int
    most: int


@dataclass(slots=True)
class Shift:
    """How what left under one version differs from another: `moved` counts steps by days, negative for earlier."""

    same: int = 0
    moved: Counter[tuple[str, int]] = field(default_factory=Counter)  # step, days
    only_old: Counter[str] = field(default_factory=Counter)  # step
    only_new: Counter[str] = field(default_factory=Counter)
    customers: int = 0  # for whom anything differs

    def add(self, old: Sent, new: Sent) -> None:
        """Compares what left in two lives of one customer."""
        for key, day in old.items():
            if key not in new:
                self.only_old[key[1]] += 1
            elif new[key] == day:
                self.same += 1
            else:
                self.moved[key[1], (new[key] - day).days] += 1
        self.only_new.update(key[1] for key in new if key not in old)
        self.customers += old != new

    def merge(self, other: Shift) -> None:
        """Adds another's counts."""
        self.same += other.same
        self.customers += other.customers
        for name in ("moved", "only_old", "only_new"):
            getattr(self, name).update(getattr(other, name))

    @property
    def earlier(self) -> int:
        """Steps that leave sooner."""
        return sum(n for (_, days), n in self.moved.items() if days < 0)

    @property
    def later(self) -> int:
        """Steps that leave later."""
        return sum(n for (_, days), n in self.moved.items() if days > 0)

    @property
    def days(self) -> Counter[int]:
        """Steps by the days by which they move."""
        found: Counter[int] = Counter()
        for (_, days), n in self.moved.items():
            found[days] += n
        return found

    def spans(self) -> list[Span]:
        """What moves, step by step, the earlier first."""
        found: dict[tuple[str, bool], list[int]] = {}
        for (step, days), n in self.moved.items():
            found.setdefault((step, days > 0), []).extend([abs(days)] * n)
        return [
            Span(step, "later" if later else "earlier", len(each), min(each), median_low(each), max(each))
            for (step, later), each in sorted(found.items())
        ]


def merged(parts: Iterable[tuple[Tally, Tally | None, Shift | None]]) -> tuple[Tally, Tally | None, Shift | None]:
    """One of many, in their order."""
    new, old, shift = Tally(), Tally(), Shift()
    compared = False
    for one, other, moved in parts:
        new.merge(one)
        if other is not None and moved is not None:
            compared = True
            old.merge(other)
            shift.merge(moved)
    return new, old if compared else None, shift if compared else None
