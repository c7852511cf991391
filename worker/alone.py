"""One Temporal server for one database file: what a `relance dev` that was killed left running is ended first."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import IO

ENDS_WITHIN = 10.0  # seconds, before it is killed


@contextmanager
def alone(file: Path) -> Iterator[IO[str]]:
    """The lock of a database file, for the server to inherit: it lasts as long as either of the two processes.

    Whoever has it writes the server's process into it (see `named`), so that the next one can end what was left.
    """
    with file.with_suffix(".lock").open("a+", encoding="utf-8") as lock:
        if not _taken(lock):
            _end(lock, signal.SIGTERM)
        if not _taken(lock, ENDS_WITHIN):
            _end(lock, signal.SIGKILL)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def named(lock: IO[str], process: int) -> None:
    """Notes which process holds the lock beside this one."""
    lock.truncate(0)
    lock.write(str(process))
    lock.flush()


def _taken(lock: IO[str], within: float = 0.0) -> bool:
    until = monotonic() + within
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if monotonic() >= until:
            return False
        sleep(0.05)


def _end(lock: IO[str], sign: signal.Signals) -> None:
    """Tells the process that the lock names, which is alive, for it holds the lock."""
    lock.seek(0)
    with contextlib.suppress(ValueError, ProcessLookupError):
        os.kill(int(lock.read()), sign)
