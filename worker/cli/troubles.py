"""What a worker could not do and will try again, in one plain line each; what nobody foresaw keeps its traceback."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import click
from temporalio.exceptions import ApplicationError

AGAIN = 600.0  # seconds until the same sentence is said once more
MOST = 100  # sentences kept in mind


class Troubles(logging.Filter):
    """Says what our activities failed of by name (worker/activities.py) and keeps Temporal from logging it."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be logged after all."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, ApplicationError):
            return True
        last = self._said.pop(error.message, None)
        if last is None or record.created - last >= AGAIN:
            click.echo(f"{error.message.rstrip('.')}; trying again", err=True)
            last = record.created
        self._said[error.message] = last
        if len(self._said) > MOST:
            del self._said[next(iter(self._said))]
        return False


@contextmanager
def plainly() -> Iterator[None]:
    """While the block runs, activities fail in plain words."""
    logger, troubles = logging.getLogger("temporalio.activity"), Troubles()
    logger.addFilter(troubles)
    try:
        yield
    finally:
        logger.removeFilter(troubles)
