"""Where a command sits down: the office of the workspace that was named, and who is to be woken afterwards."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError

from worker.cli.app import Failure
from worker.cli.errors import cause
from worker.cli.place import settings
from worker.ledger.migrations import Newer
from worker.office import Office, opened
from worker.settings import Settings

__all__ = ["Away", "address", "local", "office", "settings", "today", "whoever", "woken"]


class Away(Failure):
    """The database cannot be reached."""


LATER = "Recorded; the case will go on when the worker is back."


@contextmanager
def office() -> Iterator[Office]:
    """The workspace with its ledger; a database that is away ends the command in one sentence."""
    given = settings()
    try:
        with opened(given) as found:
            found.adopt()
            yield found
    except Newer as error:
        raise Failure(f"the database {address(given)} was made by a newer Relance: update this one.") from error
    except DatabaseError as error:
        if type(error) not in (OperationalError, DatabaseError):
            raise
        raise Away(f"cannot reach the database {address(given)}: {cause(error)}.") from error


def woken(office: Office, contracts: Iterable[str]) -> str:
    """Wakes cases about which something was recorded; what is to be said where they cannot be reached."""
    concerned = tuple(contracts)
    if not concerned:
        return ""
    from worker.waking import wake  # with Temporal's client, which takes its time to load

    return "" if wake(office, concerned) else LATER


def whoever() -> str:
    """Who is at the keyboard, for what is recorded in their name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def local(office: Office, at: datetime) -> str:
    """An instant as the business's wall clock shows it, to the minute."""
    zone = ZoneInfo(office.workspace.rulebook.business.time_zone)
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def today(office: Office, now: datetime) -> date:
    """The local date of the business."""
    return now.astimezone(ZoneInfo(office.workspace.rulebook.business.time_zone)).date()


def address(given: Settings) -> str:
    """The database's address, without its password."""
    return make_url(given.database).render_as_string(hide_password=True)
