"""What is still to come for one customer, lived ahead by the simulator, and how two such lives differ.

Nobody pays there, the bank's data are kept up, and people approve what is asked the day after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from rules import facts as f
from rules.account import Account, BusinessState
from rules.policy import Rulebook
from rules.simulate import Scripted, Simulation

GUARD = "go-live"  # the hold of a business whose old receivables have not been let go
AHEAD = timedelta(days=180)
_FRESH, _DAY = timedelta(days=3660), timedelta(days=1)
What = Literal["sooner", "later", "new", "gone"]


@dataclass(frozen=True, slots=True)
class Shift:
    """A step that leaves on another day under the new rules; None: on no day."""

    step: str
    occurrence: int
    old: date | None
    new: date | None

    @property
    def what(self) -> What:
        """Whether it comes sooner, later, is new, or is gone."""
        if self.old is None or self.new is None:
            return "gone" if self.new is None else "new"
        return "sooner" if self.new < self.old else "later"

    @property
    def days(self) -> int:
        """By how many days it moves."""
        return abs((self.new - self.old).days) if self.old and self.new else 0


def lived(
    rulebooks: Mapping[str, Rulebook], account: Account, state: BusinessState, now: datetime, until: datetime
) -> list[Scripted]:
    """Everything that would happen until then. A go-live that has not begun counts as begun; nothing given is changed.

    >>> from datetime import UTC
    >>> nobody = Account(f.Customer("C-1"))
    >>> lived({}, nobody, BusinessState(), datetime(2027, 1, 4, tzinfo=UTC), datetime(2027, 7, 4, tzinfo=UTC))
    []
    """
    business = state.copy()
    business.holds.pop(GUARD, None)
    business.record(f.BankConfirmed(now, until.date() + _FRESH))
    life = Simulation(rulebooks, account.copy(), business, _agree)
    life.run(now, until)
    return life.told


def _agree(fact: f.Fact, now: datetime) -> Iterator[Scripted]:
    if isinstance(fact, f.ApprovalAsked):
        yield now + _DAY, f.Approved(now + _DAY, fact.receivable, fact.step, fact.who, fact.on + _DAY)


def shifts(
    old: list[Scripted], new: list[Scripted], renamed: Mapping[str, Mapping[str, str]]
) -> dict[str, tuple[Shift, ...]]:
    """What differs by receivable, in the order of the days; `renamed` gives the steps' new names by receivable."""
    before = {(r, renamed.get(r, {}).get(step, step), n): on for (r, step, n), on in _left(old).items()}
    after = _left(new)
    found: dict[str, list[Shift]] = {}
    for key in sorted({*before, *after}, key=lambda key: (after.get(key) or before[key], key)):
        shift = Shift(*key[1:], before.get(key), after.get(key))
        if shift.old != shift.new:
            found.setdefault(key[0], []).append(shift)
    return {receivable: tuple(each) for receivable, each in found.items()}


def _left(told: list[Scripted]) -> dict[tuple[str, str, int], date]:
    return {(fact.receivable, fact.step, fact.occurrence): fact.on for _, fact in told if isinstance(fact, f.Left)}
