"""A running mail server, and a mark that counts how often it was set."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from worker.sandbox.smtp import SmtpSink


class Mark:
    """The caller's `attempting`: counts, and refuses when told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.count = 0
        self.error = error

    async def __call__(self) -> None:
        self.count += 1
        if self.error is not None:
            raise self.error


@pytest.fixture
def mark() -> Mark:
    return Mark()


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[SmtpSink]:
    with SmtpSink(tmp_path / "mail") as server:
        yield server
