"""When a recurring contract bills, which period and what: pure dates and sums, no numbers and no documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from rules.calendars import ONE_DAY, Calendar, add_months
from rules.decision import Bill, BilledLine, Deposit, Part
from rules.duedates import falls_due, instalments
from rules.facts import Contract, Line, Net, Schedule
from rules.money import Money, total
from rules.vat import Group, groups, tax_of

UNITS: Mapping[str, str] = {  # what a line counts, as UN/ECE Recommendation 20 codes it
    "unit": "C62",
    "hour": "HUR",
    "day": "DAY",
    "month": "MON",
    "year": "ANN",
    "lump-sum": "LS",
    "kilogram": "KGM",
    "kilometre": "KMT",
    "litre": "LTR",
    "metre": "MTR",
    "square-metre": "MTK",
    "cubic-metre": "MTQ",
    "kilowatt-hour": "KWH",
}
Period = tuple[date, date]  # first and last day, both included
_LATEST_ISSUE = timedelta(days=62)  # no period is issued so long after its last day


def periods(schedule: Schedule, through: date) -> Iterator[tuple[Period, date]]:
    """Every (period, day of issue) issued on or before `through` and not billed yet, oldest first.

    Periods are counted from `start` and never drift: one that starts on the 31st starts on the last day of a shorter
    month, and where `day` is 31 a start on the last day of a shorter month stands for it. The last is cut at
    `end`. See `issue_day` for when each is invoiced.

    >>> from rules.moments import Duration
    >>> monthly = Schedule(Duration(1, "m"), date(2027, 1, 31))
    >>> [str(issued) for _, issued in periods(monthly, date(2027, 4, 30))]
    ['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30']
    """
    for period in all_periods(schedule):
        issued = issue_day(schedule, period)
        if issued > through:
            return
        if schedule.billed_through is None or period[1] > schedule.billed_through:
            yield period, issued


def following_issue(schedule: Schedule, after: date) -> date | None:
    """The first day of issue after `after`; None when the contract bills no more."""
    found = all_periods(schedule, _before(schedule, after - _LATEST_ISSUE))
    return next((day for period in found if (day := issue_day(schedule, period)) > after), None)


def all_periods(schedule: Schedule, since: int = 0) -> Iterator[Period]:
    """Every period, to the end of the contract if it has one; `since`: from that one on, 0 is the first."""
    upcoming = _start(schedule, since)
    for n in range(since + 1, since + 10_000):
        first, upcoming = upcoming, _start(schedule, n)
        if schedule.end is not None and first > schedule.end:
            return
        yield first, upcoming - ONE_DAY if schedule.end is None else min(upcoming - ONE_DAY, schedule.end)


def issue_day(schedule: Schedule, period: Period) -> date:
    """When a period is invoiced.

    In advance: on the last `day` of a month not after the period's first day, though never before the contract
    starts; in arrears: on the first `day` not before its last day. Without `day`: on the first day, or the day after
    the last. 31 is the last day where a month is shorter.
    """
    first, last = period
    if schedule.day is None or schedule.every.unit != "m":
        return first if schedule.billing == "advance" else last + ONE_DAY
    if schedule.billing == "advance":
        day = _in_month(first, schedule.day)
        return max(
            day if day <= first else _in_month(add_months(first.replace(day=1), -1), schedule.day), schedule.start
        )
    day = _in_month(last, schedule.day)
    return day if day >= last else _in_month(add_months(last.replace(day=1), 1), schedule.day)


def _in_month(month: date, day: int) -> date:
    return month.replace(day=min(day, _month_end(month).day))


def _start(schedule: Schedule, n: int) -> date:
    """The first day of the n-th period (0 begins on `start`)."""
    match schedule.every.unit:
        case "m":
            return _in_month(add_months(schedule.start.replace(day=1), n * schedule.every.n), _anchor(schedule))
        case "w":
            return schedule.start + timedelta(weeks=n * schedule.every.n)
        case _:
            return schedule.start + timedelta(days=n * schedule.every.n)


def _before(schedule: Schedule, day: date) -> int:
    """The number of a period that began before that day, a late one; 0 where none did."""
    start, every = schedule.start, schedule.every
    match every.unit:
        case "m":
            number = (12 * (day.year - start.year) + day.month - start.month) // every.n
        case "w":
            number = (day - start).days // (7 * every.n)
        case _:
            number = (day - start).days // every.n
    return max(number - 1, 0)


def _anchor(schedule: Schedule) -> int:
    """The day of the month that periods start on: the 31st too where a start in a shorter month stands for it."""
    if schedule.day is not None and _in_month(schedule.start, schedule.day) == schedule.start:
        return schedule.day
    return schedule.start.day


def _month_end(day: date) -> date:
    return add_months(day.replace(day=1), 1) - ONE_DAY


def bill(
    contract: Contract,
    schedule: Schedule,
    period: Period,
    issued: date,
    *,
    deposits: Iterable[Deposit] = (),
    calendar: Calendar | None = None,
) -> Bill:
    """What the contract bills for a period: each line at the price in force on its first day, VAT rounded per group.

    `deposits` are deducted in their order, as far as the sum reaches. By the holidays of `calendar` a due date moves
    where the terms say so; raises CalendarEnds.
    """
    currency = schedule.lines[0].amount.currency
    lines = tuple(_line(line, _price(schedule, n, period[0])) for n, line in enumerate(schedule.lines, start=1))
    net = total((line.net for line in lines), currency)
    vat = total((group.vat for group in groups_of(lines)), currency)
    deducted = tuple(_deducted(deposits, net + vat))
    dues = falls_due(issued, schedule.net, calendar=calendar)
    due = dues[-1] if dues else None
    whole = Bill(contract.id, period, issued, due, lines, net, vat, net + vat, contract.order_number, deducted)
    parts = tuple(_parts(whole.payable, schedule.net, dues))
    return replace(whole, due=parts[0].due, parts=parts) if parts else whole


def _parts(payable: Money, net: Net, dues: Sequence[date]) -> Iterator[Part]:
    """The parts in which a sum is payable; none where it is payable at once, or too small to be parted."""
    amounts = instalments(payable, [each.percent for each in net.instalments]) if net.instalments else ()
    if all(amount.minor > 0 for amount in amounts):
        yield from (Part(dues[n] if dues else None, amount) for n, amount in enumerate(amounts))


def groups_of(lines: Sequence[BilledLine]) -> tuple[Group, ...]:
    """The VAT summary of billed lines; empty for lines billed before they said how they are taxed."""
    taxed = [(line.tax, line.net) for line in lines if line.tax is not None]
    return groups(taxed, lines[0].net.currency) if lines else ()


def _line(line: Line, price: Money) -> BilledLine:
    net = Money.rounded(price.amount * line.quantity, price.currency)
    tax = tax_of(line.vat, line.category, line.reason)
    vat = Money.rounded(net.amount * line.vat / 100, net.currency)
    return BilledLine(line.text, net, vat, tax, line.quantity, line.unit, price)


def _deducted(deposits: Iterable[Deposit], gross: Money) -> Iterator[Deposit]:
    left = gross
    for deposit in deposits:
        part = min(deposit.amount, left)
        if part:
            yield replace(deposit, amount=part)
        left = left - part


def _price(schedule: Schedule, line: int, first_day: date) -> Money:
    changes = [change for change in schedule.changes if change.line == line and change.since <= first_day]
    return max(changes, key=lambda change: change.since).amount if changes else schedule.lines[line - 1].amount
