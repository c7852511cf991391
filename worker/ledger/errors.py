"""What the ledger refuses: LedgerError, above Conflict (said otherwise already) and Unknown (no such thing)."""

from __future__ import annotations


class LedgerError(Exception):
    """What the ledger refuses, in words for the person who asked."""


class Conflict(LedgerError):
    """Another fact was recorded under the same natural key, or another worker has the claim; `key` is which."""

    def __init__(self, key: str, recorded: str, offered: str) -> None:
        super().__init__(f"{key} is recorded already, and says something else: {recorded} instead of {offered}")
        self.key = key


class Unknown(LedgerError):
    """No such customer, contract, receivable, ..."""
