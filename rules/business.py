"""What all customers of a business share: the fold of its own facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from rules import facts as f
from rules.altering import replace
from rules.rates import Rate
from rules.receivables import HoldState, Review


@dataclass(slots=True)
class BusinessState:
    """What all customers of the business share. `bank_through` None: never recorded, hence not known."""

    bank_through: date | None = None
    holds: dict[str, HoldState] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)
    tasks: dict[str, f.TaskOpened] = field(default_factory=dict)
    contacts: dict[date, int] = field(default_factory=dict)  # customers contacted about overdue items, per local day
    calls: dict[date, int] = field(default_factory=dict)  # calls put on a list, per local day
    customers_open: int = 0  # customers with something open
    rates: dict[str, dict[date, Rate]] = field(default_factory=dict)  # by table and half-year: what people stated

    def copy(self) -> BusinessState:
        """A shallow copy; values are immutable."""
        return BusinessState(
            self.bank_through,
            dict(self.holds),
            dict(self.reviews),
            dict(self.tasks),
            dict(self.contacts),
            dict(self.calls),
            self.customers_open,
            dict(self.rates),
        )

    def record(self, fact: f.Fact) -> None:
        """Folds one fact of the business's stream."""
        match fact:
            case f.BankConfirmed():
                self.bank_through = max(self.bank_through or fact.through, fact.through)
            case f.RateStated():
                stated = Rate(fact.half_year, fact.percent, "stated", (fact.source,))
                self.rates[fact.table] = {**self.rates.get(fact.table, {}), fact.half_year: stated}
            case f.HoldPlaced():
                self.holds[fact.hold.id] = HoldState(fact.hold, fact.at)
            case f.HoldEnded() if fact.hold in self.holds:
                self.holds[fact.hold] = replace(self.holds[fact.hold], end=fact.on, outcome=fact.outcome, ended=fact.at)
            case f.ReviewAsked():
                self.reviews.setdefault(fact.review, Review(fact))
            case f.Answered() if fact.review in self.reviews:
                self.reviews[fact.review] = replace(self.reviews[fact.review], answer=fact)
            case f.ReviewWithdrawn() if fact.review in self.reviews:
                self.reviews[fact.review] = replace(self.reviews[fact.review], withdrawn=fact)
            case f.TaskOpened():
                self.tasks.setdefault(fact.task, fact)
            case f.TaskDone():
                self.tasks.pop(fact.task, None)
