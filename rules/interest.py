"""Late interest: what a delay has cost by a day, with every figure that leads to it. Pure sums of dates and rates.

Interest never enters a balance and triggers nothing. A rate that is not known raises RateUnknown: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from rules.calendars import ONE_DAY, add_months
from rules.money import Money, exponent
from rules.rates import following, half_year_of

DayCount = Literal["act-365", "30-360"]
Rounding = Literal["period", "daily", "total"]
Compounding = Literal["none", "yearly"]
Pot = Literal["costs", "interest", "principal"]

PRINCIPAL_FIRST: tuple[Pot, ...] = ("principal", "interest", "costs")
YEAR = {"act-365": 365, "30-360": 360}


class NoInterest(ValueError):
    """A sum on which no interest can be reckoned; the message says why."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A yearly rate in percent, and the words that say where it comes from."""

    percent: Decimal
    words: str


RateOn = Callable[[date], Quoted]  # the rate of the half-year that begins on that day; raises RateUnknown


@dataclass(frozen=True, slots=True)
class Method:
    """How a law or a contract reckons: see `accrue`."""

    day_count: DayCount = "act-365"
    rounding: Rounding = "period"
    compounding: Compounding = "none"
    frozen_at_start: bool = False


@dataclass(frozen=True, slots=True)
class Paydown:
    """Money that came in `on` that day (which still bears interest), and what it pays first."""

    on: date
    amount: Money
    order: tuple[Pot, ...] = PRINCIPAL_FIRST


@dataclass(frozen=True, slots=True)
class Period:
    """Interest on `base` from `first` to `last`, both included, at `percent` a year."""

    first: date
    last: date
    days: int
    base: Money
    percent: Decimal
    rate: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Applied:
    """What of a paydown went where; `left` is what was more than was owed."""

    on: date
    costs: Money
    interest: Money
    principal: Money
    left: Money


@dataclass(frozen=True, slots=True)
class Working:
    """Every figure of one reckoning: the lines add up to `accrued`; `owed` is what payments have left of it."""

    formula: str
    method: Method
    through: date
    principal: Money
    periods: tuple[Period, ...]
    applied: tuple[Applied, ...]
    accrued: Money
    owed: Money
    principal_left: Money
    costs_left: Money
    added: tuple[tuple[date, Money], ...] = ()  # interest of a full year that became part of the base

    @property
    def days(self) -> int:
        """How many days bear interest."""
        return sum(period.days for period in self.periods)


def days_between(day_count: DayCount, start: date, last: date) -> int:
    """Days from the one after `start` to `last`, included; 30/360 gives every month thirty.

    >>> days_between("act-365", date(2026, 4, 1), date(2026, 5, 16)), days_between(
    ...     "30-360", date(2027, 1, 31), date(2027, 2, 28)
    ... )
    (45, 28)
    """
    if day_count == "act-365":
        return (last - start).days
    at = [day.year * 360 + day.month * 30 + min(day.day, 30) for day in (start, last)]
    return at[1] - at[0]


def simple(base: Money, percent: Decimal, days: int, method: Method) -> Money:
    """base x rate x days / 365 (or 360), rounded half up to the minor unit; or the rounded daily amount x days.

    >>> ten = Money.parse("1000.00 GBP")
    >>> print(simple(ten, Decimal("8.5"), 50, Method(rounding="daily")), simple(ten, Decimal("8.5"), 50, Method()))
    11.50 GBP 11.64 GBP
    """
    if method.rounding == "daily":
        return Money(Money.rounded(_exact(base, percent, 1, method), base.currency).minor * days, base.currency)
    return Money.rounded(_exact(base, percent, days, method), base.currency)


def _exact(base: Money, percent: Decimal, days: int, method: Method) -> Decimal:
    return base.amount * percent * days / (100 * YEAR[method.day_count])


def floor(percent: Decimal, least: Decimal) -> Decimal:
    """A contract's rate, never below the least that the law lets it fix (C. com. L441-10 II: three times the legal)."""
    return max(percent, least)


def half_percent_up(percent: Decimal) -> Decimal:
    """The next half percent: the Belgian commercial rate is ECB + 8 points, so rounded (law of 2 August 2002).

    >>> half_percent_up(Decimal("12.25"))
    Decimal('12.50')
    """
    return ((percent * 2).to_integral_value(ROUND_CEILING) / 2).quantize(Decimal("0.01"))


def apportion(payment: Money, owed: dict[Pot, int], order: Sequence[Pot]) -> dict[Pot, int]:
    """What of a payment goes to each pot, in that order, in minor units; what is left over is in none.

    >>> apportion(Money.parse("18000.00 EUR"), {"interest": 300000, "principal": 2000000}, ("interest", "principal"))
    {'interest': 300000, 'principal': 1500000}
    """
    rest, parts = payment.minor, dict[Pot, int]()
    for pot in order:
        parts[pot] = min(rest, max(owed.get(pot, 0), 0))
        rest -= parts[pot]
    return parts


def accrue(
    principal: Money,
    due: date,
    through: date,
    rate: RateOn,
    *,
    method: Method = Method(),
    paydowns: Iterable[Paydown] = (),
    costs: Money | None = None,
) -> Working:
    """Interest from the day after `due` to `through`, included, on what was open on each day.

    The delay is cut where the half-year changes (unless the first rate stays), where money came in and, where a full
    year compounds, on each anniversary. `rounding`: `period` rounds each line to the minor unit, `daily` the amount
    of a day, `total` the sum (lines are then differences of rounded sums, so that they still add up). Raises
    NoInterest for a negative sum or a payment in another currency, and whatever `rate` raises.
    """
    if principal.minor < 0:
        raise NoInterest(f"{principal} is owed by nobody: a credit bears no late interest")
    tally = _Tally(principal, costs or Money(0, principal.currency), method)
    paid = sorted(paydowns, key=lambda each: each.on)
    if any(each.amount.currency != principal.currency for each in paid):
        raise NoInterest(f"a payment is not in {principal.currency}: its rate of exchange is not known")
    if any(each.amount.minor < 0 for each in paid):
        raise NoInterest("a payment is negative: a reversed one is left out instead")
    for each in paid:
        if each.on <= due:
            tally.pay(each)
    last = due
    frozen = rate(half_year_of(due + ONE_DAY)) if method.frozen_at_start and through > due and tally.base else None
    anniversaries = _anniversaries(due, through) if method.compounding == "yearly" else set()
    for cut in _cuts(due, through, [each.on for each in paid], anniversaries, frozen is None):
        if tally.base:
            tally.run(last, cut, frozen or rate(half_year_of(cut)))
        for each in paid:
            if last < each.on <= cut:
                tally.pay(each)
        if cut in anniversaries:
            tally.compound(cut)
        last = cut
    return tally.working(through)


def _cuts(due: date, through: date, paid: Sequence[date], anniversaries: set[date], floating: bool) -> list[date]:
    cuts = {through, *paid, *anniversaries}
    if floating and through > due:
        begins = following(half_year_of(due + ONE_DAY))
        while begins <= through:
            cuts.add(begins - ONE_DAY)
            begins = following(begins)
    return sorted(cut for cut in cuts if due < cut <= through)


def _anniversaries(due: date, through: date) -> set[date]:
    """The last day of each full year of delay; of one that began on 29 February, the 28th where there is no other."""
    years = range(1, through.year - due.year + 1)
    return {day for n in years if (day := add_months(due, 12 * n)) <= through}


@dataclass(slots=True)
class _Tally:
    principal: Money
    costs: Money
    method: Method
    periods: list[Period] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    added: list[tuple[date, Money]] = field(default_factory=list)
    exact: Decimal = Decimal(0)  # all interest so far, not rounded
    accrued: int = 0
    paid: int = 0  # of the interest
    left: int = 0  # of the principal
    costs_left: int = 0
    in_base: int = 0  # interest that became part of the base

    def __post_init__(self) -> None:
        self.left, self.costs_left = self.principal.minor, self.costs.minor

    @property
    def base(self) -> Money:
        return Money(self.left + max(self.in_base - self.paid, 0), self.principal.currency)

    def run(self, start: date, last: date, quoted: Quoted) -> None:
        days = days_between(self.method.day_count, start, last)
        if days <= 0:  # the 31st, where every month has thirty
            return
        if self.method.rounding == "total":
            self.exact += _exact(self.base, quoted.percent, days, self.method)
            amount = Money(Money.rounded(self.exact, self.base.currency).minor - self.accrued, self.base.currency)
        else:
            amount = simple(self.base, quoted.percent, days, self.method)
        self.accrued += amount.minor
        self.periods.append(Period(start + ONE_DAY, last, days, self.base, quoted.percent, quoted.words, amount))

    def pay(self, paydown: Paydown) -> None:
        owed: dict[Pot, int] = {
            "costs": self.costs_left,
            "interest": self.accrued - self.paid,
            "principal": self.left,
        }
        parts = apportion(paydown.amount, owed, paydown.order)
        self.costs_left -= parts.get("costs", 0)
        self.paid += parts.get("interest", 0)
        self.left -= parts.get("principal", 0)
        currency = self.principal.currency
        went = {pot: Money(minor, currency) for pot, minor in parts.items()}
        nothing, rest = Money(0, currency), Money(paydown.amount.minor - sum(parts.values()), currency)
        costs, interest = went.get("costs", nothing), went.get("interest", nothing)
        self.applied.append(Applied(paydown.on, costs, interest, went.get("principal", nothing), rest))

    def compound(self, day: date) -> None:
        """The interest of a full year is added to the base, on which the next year's runs (BW 6:119 lid 2)."""
        fresh = self.accrued - max(self.in_base, self.paid)
        if fresh > 0:
            self.in_base = self.accrued
            self.added.append((day, Money(fresh, self.principal.currency)))

    def working(self, through: date) -> Working:
        currency = self.principal.currency
        return Working(
            formula(self.method, currency),
            self.method,
            through,
            self.principal,
            tuple(self.periods),
            tuple(self.applied),
            Money(self.accrued, currency),
            Money(self.accrued - self.paid, currency),
            Money(self.left, currency),
            Money(self.costs_left, currency),
            tuple(self.added),
        )


def formula(method: Method, currency: str) -> str:
    """How each line is reckoned, in words."""
    unit = Decimal(1).scaleb(-exponent(currency))
    year = YEAR[method.day_count]
    days = "calendar days" if method.day_count == "act-365" else "days of months of thirty"
    rounded = {
        "period": f"each line rounded to {unit} {currency}",
        "daily": f"the amount of a day rounded to {unit} {currency}, times the days",
        "total": f"the sum rounded to {unit} {currency}",
    }[method.rounding]
    more = ", the interest of each full year added to the base" if method.compounding == "yearly" else ""
    return f"base x rate x days / {year}, {days}, {rounded}{more}"
