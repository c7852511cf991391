"""Accounts kept folded between transactions, as of a committed fact. What is given out is not to be changed."""

from __future__ import annotations

from threading import Lock

from rules import facts as f
from rules.account import Account, BusinessState

_KEPT = 512  # accounts; the least recently used is the first to go


class Memory:
    """(number of the last fact, what was folded up to it) per customer, and of the business; safe for threads."""

    def __init__(self) -> None:
        self._accounts: dict[str, tuple[int, Account]] = {}
        self._state: tuple[int, BusinessState] = (0, BusinessState())
        self._lock = Lock()

    def account(self, customer: str) -> tuple[int, Account]:
        """What is remembered of a customer; (0, an empty account) where nothing is."""
        with self._lock:
            found = self._accounts.pop(customer, None)
            if found is None:
                return 0, Account(f.Customer(customer))
            self._accounts[customer] = found
            return found

    def keep_account(self, customer: str, seq: int, account: Account) -> None:
        """Remembers an account unless a newer one is; never one with facts not committed."""
        with self._lock:
            if self._accounts.get(customer, (0,))[0] >= seq:
                return
            while len(self._accounts) >= _KEPT:
                self._accounts.pop(next(iter(self._accounts)))
            self._accounts[customer] = (seq, account)

    def state(self) -> tuple[int, BusinessState]:
        """What is remembered of the business."""
        return self._state

    def keep_state(self, seq: int, state: BusinessState) -> None:
        """Remembers what all customers share unless something newer is; never with facts not committed."""
        with self._lock:
            if seq > self._state[0]:
                self._state = (seq, state)
