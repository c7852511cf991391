"""What a mapping says of a foreign ledger: which column means what, and how its dates and amounts are written.

Values only: `mapfile.py` makes them from YAML, `reading.py` applies them.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Literal

from rules.facts import Custom
from rules.moments import Duration, Moment
from worker.replay.written import Written

Value = Custom | tuple[str, ...]
Dispute = Literal["opens", "founded", "unfounded"]


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value for every row."""

    value: Value


@dataclass(frozen=True, slots=True)
class Column:
    """What stands under a column. With `words`, each of them means another; `otherwise` is for those not listed."""

    name: str
    words: Map[str, str] | None = None
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class DisputeRule:
    """When rows whose columns hold these values (all of them) are disputed; `closes` None is never."""

    when: Map[str, frozenset[str]]
    opens: Moment
    closes: Moment | None
    outcome: Literal["founded", "unfounded"] = "unfounded"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one kind of event means; none of it: nothing. `payment` and `credit` name the column of the amount."""

    delivered: bool = False
    due: Duration | None = None  # the due date becomes the event's day and so much more
    dispute: Dispute | None = None
    credit: str | None = None
    payment: str | None = None
    write_off: bool = False


@dataclass(frozen=True, slots=True)
class Events:
    """The second file: one row per thing that happened to an invoice. The first three name columns."""

    invoice: str
    name: str
    day: str
    file: str
    facts: Map[str, Meaning]
    written: Written


@dataclass(frozen=True, slots=True)
class Mapping:
    """See the manual in `examples/replay/README.md`.

    `sources` say where each fact comes from, by its name in the policy language; `amount` are the columns whose sum is
    the invoice's amount. `approve` None: nobody ever does. `select` keeps so many invoices, `until` is how long after
    the ledger's last day the replay goes on.
    """

    id: str
    written: Written
    currency: Column | str
    amount: tuple[str, ...]
    sources: Map[str, Column | Constant]
    reckoned: Map[str, Moment]
    dispute: DisputeRule | None = None
    events: Events | None = None
    approve: Duration | None = None
    bank: Literal["none", "daily"] = "none"
    select: int | None = None
    until: Duration = Duration(90, "d")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the ledger that is read, once."""
        named = [source.name for source in self.sources.values() if isinstance(source, Column)]
        named += self.amount
        named += [self.currency.name] if isinstance(self.currency, Column) else []
        named += self.dispute.when if self.dispute else ()
        return tuple(dict.fromkeys(named))
