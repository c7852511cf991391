"""The hash chain of a stream: each fact's digest covers the one before, so that nothing can be changed unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """What a digest covers: the fact's row without its number. `personal` is a salted digest, never the data."""

    stream: str
    position: int
    key: str
    kind: str
    effective_at: str
    recorded_at: str
    body: str
    personal: str

    def digest(self, previous: str) -> str:
        """The link's own digest, given the one before it in the stream."""
        parts = (
            previous,
            self.stream,
            str(self.position),
            self.key,
            self.kind,
            self.effective_at,
            self.recorded_at,
            self.body,
            self.personal,
        )
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def salted(salt: bytes, body: str) -> str:
    """The digest by which personal data enter the chain."""
    return hashlib.sha256(salt + body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold, and why, in words; `position` 0: a row of the current tables, named by `key`."""

    stream: str
    position: int
    key: str
    what: str

    def __str__(self) -> str:
        """As people read it.

        >>> str(Break("case/K-1", 2, "issued/F-1", "the fact is not what was recorded"))
        'case/K-1, fact 2 (issued/F-1): the fact is not what was recorded'
        """
        place = f"fact {self.position} ({self.key})" if self.key else f"fact {self.position}"
        return f"{self.stream}, {place if self.position else self.key}: {self.what}"


def breaks(links: Iterable[tuple[Link, str]]) -> Iterator[Break]:
    """The first break of each stream; `links` are (link, recorded digest), in the order of stream and position."""
    stream, position, previous, broken = "", 0, START, False
    for link, recorded in links:
        if link.stream != stream:
            stream, position, previous, broken = link.stream, 0, START, False
        if broken:
            continue
        position += 1
        if link.position != position:
            broken = True
            yield Break(stream, position, link.key, f"fact {position} is missing: the next is {link.position}")
        elif link.digest(previous) != recorded:
            broken = True
            yield Break(stream, position, link.key, "the fact is not what was recorded")
        previous = recorded
