"""How money is put on receivables: in their order, each up to what is open of it."""

from __future__ import annotations

from collections.abc import Iterable

from rules.account import Receivable
from rules.facts import Share
from rules.money import Money


def shared(items: Iterable[Receivable], amount: Money) -> tuple[Share, ...]:
    """The sum put on the receivables in their order, each up to what is open; what is left stays on the account.

    >>> shared([], Money(100, "EUR"))
    ()
    """
    left = amount.minor
    shares = []
    for item in {item.id: item for item in items}.values():
        part = min(left, item.balance.minor)
        if part > 0:
            shares.append(Share(item.id, part))
            left -= part
    return tuple(shares)
