"""What `diff`, `plan` and `backtest` share: rules that are called by a name, with the ledger where there is one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as Bar
from sqlalchemy.engine import make_url

from worker.cli import desk, place
from worker.plans.versions import version
from worker.workspace import Workspace


def named(*names: str) -> list[Workspace]:
    """The rules called so; a ledger is opened where the workspace has one, and never made for this."""
    workspace, settings = place.workspace(), place.settings()
    file = make_url(settings.database).database
    if settings.database.startswith("sqlite") and not (file and settings.state.joinpath(file).is_file()):
        return [version(name, workspace) for name in names]
    with desk.office() as office, office.ledger.read() as tx:
        return [version(name, office.workspace, tx) for name in names]


def has_ledger() -> bool:
    """Whether the workspace has a ledger already."""
    settings = place.settings()
    file = make_url(settings.database).database
    return not settings.database.startswith("sqlite") or bool(file and settings.state.joinpath(file).is_file())


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal's error stream: called with how much is done, and of how much."""
    with Bar(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)
