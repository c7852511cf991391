"""When money falls due: days net, end of month in both ways, the n-th of a month, instalments, discounts.

Dates and sums only. Whether the law allows a term is for rules/law to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from rules.calendars import ONE_DAY, Calendar, add_months
from rules.facts import Net
from rules.money import Money, total

WELL_BEFORE = timedelta(days=366)  # goods are not invoiced later than that after their receipt


@dataclass(frozen=True, slots=True)
class Offer:
    """An early-payment discount: who pays by `until`, included, pays `pays` and is quits."""

    until: date
    off: Money
    pays: Money


def due_date(issued: date, net: Net, *, received: date | None = None, calendar: Calendar | None = None) -> date:
    """When an invoice issued on that day falls due; ValueError where the receipt that it counts from is not known.

    `calendar`: its holidays count as a weekend does.

    >>> due_date(date(2027, 1, 15), Net(30, "after"))  # 14 February, then the end of its month
    datetime.date(2027, 2, 28)
    >>> due_date(date(2023, 1, 15), Net(45, "before"))  # the end of January, then 45 days
    datetime.date(2023, 3, 17)
    >>> due_date(date(2027, 1, 15), Net(30, day=10))
    datetime.date(2027, 3, 10)
    """
    start = issued if net.runs_from == "issue" else received
    if start is None:
        raise ValueError("the invoice falls due so long after its receipt, which is not known")
    match net.end_of_month:
        case "after":
            day = month_end(start + timedelta(days=net.days))
        case "before":
            day = month_end(start) + timedelta(days=net.days)
        case None:
            day = start + timedelta(days=net.days)
    return rolled(day if net.day is None else day_of_month(day, net.day), net, calendar)


def day_of_month(day: date, number: int) -> date:
    """The first `number`-th of a month on or after `day`; 31 is the last day where a month is shorter.

    >>> day_of_month(date(2027, 2, 11), 31), day_of_month(date(2027, 2, 11), 10)
    (datetime.date(2027, 2, 28), datetime.date(2027, 3, 10))
    """
    for first in (day.replace(day=1), add_months(day.replace(day=1), 1)):
        found = first.replace(day=min(number, month_end(first).day))
        if found >= day:
            return found
    raise AssertionError(number)


def rolled(day: date, net: Net, calendar: Calendar | None = None) -> date:
    """`day`, or the working day that the terms move it to (BGB 193; French law moves nothing by itself)."""
    if net.weekend == "kept":
        return day
    step = ONE_DAY if net.weekend == "next" else -ONE_DAY
    while not (calendar.is_working(day) if calendar else day.weekday() < 5):
        day += step
    return day


def discount(issued: date, net: Net, gross: Money) -> Offer | None:
    """What an early payment of an invoice saves; None where the terms offer nothing.

    >>> from rules.facts import Discount
    >>> offer = discount(date(2027, 1, 15), Net(30, discount=Discount(Decimal("2"), 10)), Money.parse("1200.00 EUR"))
    >>> print(offer.until, offer.off, offer.pays)
    2027-01-25 24.00 EUR 1176.00 EUR
    """
    if net.discount is None:
        return None
    off = Money.rounded(gross.amount * net.discount.percent / 100, gross.currency)
    return Offer(issued + timedelta(days=net.discount.days), off, gross - off)


def falls_due(issued: date, net: Net, *, received: date | None = None, calendar: Calendar | None = None) -> list[date]:
    """The due date, or those of the instalments; none while the receipt that they count from is not known.

    >>> from rules.facts import Instalment
    >>> halves = Net(instalments=(Instalment(Decimal(50), 0), Instalment(Decimal(50), 30)))
    >>> [str(day) for day in falls_due(date(2027, 1, 15), halves)]
    ['2027-01-15', '2027-02-14']
    """
    if net.runs_from == "receipt" and received is None:
        return []
    every = [replace(net, days=part.days) for part in net.instalments] or [net]
    return [due_date(issued, each, received=received, calendar=calendar) for each in every]


def after_receipt(issued: date, net: Net, received: date, calendar: Calendar | None = None) -> list[date]:
    """The due dates that a receipt gives, none before the invoice."""
    return [max(due, issued) for due in falls_due(issued, net, received=received, calendar=calendar)]


def instalments(gross: Money, shares: Sequence[Decimal]) -> tuple[Money, ...]:
    """The parts of a sum, each share in percent rounded, the last one what is left: nothing is lost.

    ValueError where the shares do not make 100.

    >>> thirds = (Decimal("33.33"), Decimal("33.33"), Decimal("33.34"))
    >>> [str(part) for part in instalments(Money.parse("100.01 EUR"), thirds)]
    ['33.33 EUR', '33.33 EUR', '33.35 EUR']
    """
    if sum(shares) != 100 or any(share <= 0 for share in shares):
        raise ValueError("the shares of instalments are above zero and make 100 % together")
    parts = [Money.rounded(gross.amount * share / 100, gross.currency) for share in shares[:-1]]
    return (*parts, gross - total(parts, gross.currency))


def month_end(day: date) -> date:
    """The last day of its month."""
    return add_months(day.replace(day=1), 1) - ONE_DAY
