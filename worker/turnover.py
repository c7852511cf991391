"""What was invoiced and what was open, as it stood on a day: the figures that DSO and its kin are made of.

Made from the facts by their own dates, so that a day that has passed gives the same figures for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules import facts as f
from rules import kpis
from rules.account import Account
from rules.calendars import ONE_DAY, add_months
from rules.money import Money
from worker.ledger.ledger import Transaction
from worker.ledger.views import facts_like

NEEDED = (
    f.Issued,
    f.ReceivableChanged,
    f.Paid,
    f.Credited,
    f.Allocated,
    f.Reversed,
    f.WrittenOff,
    f.WriteOffUndone,
)
LONGEST = 60  # months that count-back goes back
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one currency, for the months until `through`: amounts with VAT, days and percent with two decimals.

    A figure is None where its formula divides by nothing, or where sales do not reach back far enough.
    """

    currency: str
    since: date
    through: date
    begin: Money
    sales: Money
    receivables: Money
    current: Money
    dso: Decimal | None
    dso_by_count_back: Decimal | None
    best_possible_dso: Decimal | None
    average_days_delinquent: Decimal | None
    collection_effectiveness: Decimal | None


def figures(tx: Transaction, through: date, months: int, zone: ZoneInfo) -> list[Figures]:
    """The figures of every currency with sales or something open, for whole months back from `through`, included."""
    facts = [recorded.fact for recorded in facts_like(tx, *NEEDED)]
    since = _back(through, months)
    begin, end = _open(facts, since - ONE_DAY, zone), _open(facts, through, zone)
    current = _open(facts, through, zone, current=True)
    sales = [_sales(facts, _back(through, n + 1), _back(through, n) - ONE_DAY) for n in range(LONGEST)]
    currencies = sorted({*begin, *end, *(currency for each in sales for currency in each)})
    return [
        _figures(
            currency,
            since,
            through,
            months,
            (begin[currency], end[currency], current[currency]),
            [each[currency] for each in sales],
        )
        for currency in currencies
    ]


def _back(through: date, months: int) -> date:
    """The first day of that many months that end with `through`; the day after it for none."""
    return add_months(through + ONE_DAY, -months)


def _figures(
    currency: str, since: date, through: date, months: int, stood: tuple[int, int, int], sold: Sequence[int]
) -> Figures:
    begin, end, current = (Money(minor, currency) for minor in stood)
    sales = Money(sum(sold[:months]), currency)
    days = (through - since).days + 1
    lengths = [(_back(through, n) - _back(through, n + 1)).days for n in range(len(sold))]
    by_month = [(Money(minor, currency).amount, length) for minor, length in zip(sold, lengths, strict=True)]
    dso = best = delinquent = None
    if sales.minor > 0:
        dso = kpis.dso(end.amount, sales.amount, days)
        best = kpis.best_possible_dso(current.amount, sales.amount, days)
        delinquent = kpis.average_days_delinquent(end.amount, current.amount, sales.amount, days)
    return Figures(
        currency,
        since,
        through,
        begin,
        sales,
        end,
        current,
        _rounded(dso),
        _rounded(_count_back(end.amount, by_month)),
        _rounded(best),
        _rounded(delinquent),
        _rounded(_effectiveness(begin.amount, sales.amount, months, end.amount, current.amount)),
    )


def _count_back(receivables: Decimal, by_month: Sequence[tuple[Decimal, int]]) -> Decimal | None:
    try:
        return kpis.dso_by_count_back(receivables, by_month)
    except ValueError:
        return None


def _effectiveness(begin: Decimal, sales: Decimal, months: int, end: Decimal, current: Decimal) -> Decimal | None:
    if begin + sales / months == current:
        return None
    return kpis.collection_effectiveness(begin, sales, months, end, current)


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(CENT)


def _open(facts: Sequence[f.Fact], day: date, zone: ZoneInfo, *, current: bool = False) -> Counter[str]:
    """What was open at the end of `day`, by currency, in minor units, less what was on account; `current`: not due."""
    until = datetime.combine(day + timedelta(days=1), time(0), zone)
    account = Account(f.Customer(""))
    account.record_all(fact for fact in facts if fact.at < until)
    found: Counter[str] = Counter()
    for item in account.receivables.values():
        if item.is_charge:
            continue
        if not current or item.due is None or item.due >= day:
            found[item.amount.currency] += item.balance.minor
    for payment in account.payments.values() if not current else ():
        found[payment.amount.currency] -= payment.free.minor
    return found


def _sales(facts: Sequence[f.Fact], first: date, last: date) -> Counter[str]:
    """What was invoiced from `first` to `last`, less what was credited then."""
    found: Counter[str] = Counter()
    for amount, on in _moves(facts):
        if first <= on <= last:
            found[amount.currency] += amount.minor
    return found


def _moves(facts: Sequence[f.Fact]) -> Iterator[tuple[Money, date]]:
    for fact in facts:
        match fact:
            case f.Issued() if fact.kind != f.CHARGES:
                yield fact.amount, fact.issued
            case f.Credited():
                yield Money(-fact.amount.minor, fact.amount.currency), fact.on
