"""One sentence for each error that a user can cause, with its place and its cure. What is our own mistake has none."""

from __future__ import annotations

from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError

from rules.money import MoneyError
from worker.ledger.errors import LedgerError
from worker.plans.files import NoPlan
from worker.plans.going_live import NothingToStart
from worker.plans.versions import NoVersion
from worker.record import Refused
from worker.rehearsal import Problem
from worker.settings import SettingsError
from worker.words.shelf import TemplateProblem
from worker.workspace import Elsewhere, Invalid, Unreadable


def sentence(error: Exception) -> str | None:
    """What is said of the error; None where it is none of the user's."""
    match error:
        case Elsewhere():
            return str(error)
        case Unreadable():
            return f"{error}. Name the folder with --workspace, or begin with `relance new workspace NAME`."
        case NoPlan() | NothingToStart() | NoVersion() | Refused():
            return str(error)
        case Problem() | Invalid() | SettingsError() | LedgerError() | MoneyError() | TemplateProblem():
            return str(error)
        case ArgumentError() | NoSuchModuleError():
            return (
                "RELANCE_DATABASE is no address of a database such as sqlite:///FILE or postgresql+psycopg://HOST/NAME."
            )
        case OSError() if error.filename is not None:
            return f"{error.filename}: {(error.strerror or 'it cannot be used').lower()}."
    if type(error) in (OperationalError, DatabaseError):
        return f"cannot reach the database: {cause(error)}."
    return None


def cause(error: Exception) -> str:
    """The first line of what the database said, without the statement that was sent."""
    original = getattr(error, "orig", None) or error
    return next(iter(str(original).strip().splitlines()), type(original).__name__).rstrip(".")
