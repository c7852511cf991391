"""The figures by which receivables are judged, as the profession defines them (CRF; CreditGuru). Sums only.

Amounts are Decimal in one currency; "current" means not past due.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal


def dso(receivables: Decimal, sales: Decimal, days: int) -> Decimal:
    """Days sales outstanding: receivables / credit sales of the period x its days."""
    return receivables / sales * days


def dso_by_count_back(receivables: Decimal, months: Sequence[tuple[Decimal, int]]) -> Decimal:
    """The same by exhaustion: (sales, days) of the latest months first, the last one pro rata.

    ValueError where the months given do not use the receivables up.
    """
    left, days = receivables, Decimal(0)
    for sales, length in months:
        if left <= sales:
            return days + (left / sales * length if sales else Decimal(0))
        left, days = left - sales, days + length
    raise ValueError("these months of sales do not use up the receivables: give more of them")


def best_possible_dso(current: Decimal, sales: Decimal, days: int) -> Decimal:
    """DSO if everything were paid on time."""
    return dso(current, sales, days)


def average_days_delinquent(receivables: Decimal, current: Decimal, sales: Decimal, days: int) -> Decimal:
    """DSO less the best possible DSO."""
    return dso(receivables, sales, days) - best_possible_dso(current, sales, days)


def collection_effectiveness(
    begin: Decimal, sales: Decimal, periods: int, end_total: Decimal, end_current: Decimal
) -> Decimal:
    """CEI in percent: of what could be collected in one of `periods`, what was."""
    collectable = begin + sales / periods
    return (collectable - end_total) / (collectable - end_current) * 100
