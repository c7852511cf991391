"""A business opened for work: its settings, its workspace and its ledger, whichever door one comes in by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from worker.ledger.ledger import Ledger
from worker.ledger.migrations import migrate
from worker.settings import Settings
from worker.workspace import Workspace, load, recompile


def wall() -> datetime:
    """The machine's clock, aware UTC; the one place that reads it for a business without a test clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Office:
    """Settings, workspace and ledger of one business."""

    settings: Settings
    workspace: Workspace
    ledger: Ledger

    @property
    def business(self) -> str:
        """The business's identifier."""
        return self.ledger.business

    @property
    def queue(self) -> str:
        """The task queue of its workflows; a channel's own is `QUEUE-CHANNEL`."""
        return self.settings.queue or f"relance-{self.business}"

    def adopt(self) -> str:
        """Keeps the workspace's rulebook and binds new cases to it where none is active yet; the active digest."""
        compiled = self.workspace.compiled
        digest = self.workspace.rulebook.digest
        with self.ledger.begin() as tx:
            active = tx.active_rulebook()
            if active is not None:
                return active
            tx.put_rulebook(digest, compiled.files)
            tx.activate(digest)
            return digest


@contextmanager
def opened(settings: Settings, *, clock: Callable[[], datetime] = wall) -> Iterator[Office]:
    """Opens a workspace and its ledger, which is created or brought up to date; the folder only where it is our own.

    Raises workspace.Unreadable, workspace.Invalid, or SQLAlchemy's OperationalError where the database is away.
    """
    workspace = load(settings.workspace)
    business = workspace.rulebook.business.id
    if (file := make_url(settings.database).database) and Path(file).parent == settings.state:
        settings.state.mkdir(exist_ok=True)
    migrate(settings.database)
    ledger = Ledger(settings.database, business=business, compile_=recompile, wall=clock)
    try:
        yield Office(settings, workspace, ledger)
    finally:
        ledger.close()


def in_folder(settings: Settings, folder: Path) -> Settings:
    """The same settings, keeping everything in another folder."""
    return replace(settings, database=f"sqlite:///{folder / 'relance.db'}", out=folder / "out")
