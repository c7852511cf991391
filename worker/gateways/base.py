"""What every gateway promises its caller: the three ways a hand-over ends, and the mark set just before it is real."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Attempting = Callable[[], Awaitable[None]]
"""Awaited exactly once, right before the first byte that could make the message real; if it raises, nothing is sent."""

_ADDRESS = re.compile(r"[^\s<>,;:\"']+@[^\s<>,;:\"']+|\+?\d[\d .-]{6,}\d")


class Transient(Exception):
    """Nothing was handed over; the same message may be tried again later. Says why, without addresses."""


class Permanent(Exception):
    """The provider refused for good, and nothing was handed over.

    `code` is the provider's (`5.1.1`, `21211`), `text` its words without addresses; `unreachable` says that the
    address itself is dead, which is true of every later message too.
    """

    def __init__(self, code: str, text: str, *, unreachable: bool = False) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
        self.unreachable = unreachable


class Uncertain(Exception):
    """The message was perhaps handed over: nobody knows. Never sent again on a guess."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Handed over. `reference` is the provider's name for it; `refused` counts copies that could not be delivered."""

    reference: str
    refused: int = 0


def discreet(text: str) -> str:
    """A provider's words on one line, without the addresses and numbers that it likes to quote.

    >>> discreet("5.1.1 <jean@client.example>: user unknown")
    '5.1.1 <…>: user unknown'
    """
    return _ADDRESS.sub("…", " ".join(text.split()))
