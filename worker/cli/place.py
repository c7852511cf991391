"""Which folder a command is about: settings and files, without the ledger, so that checking files stays quick."""

from __future__ import annotations

from pathlib import Path

import click

from worker import workspace as folders
from worker.settings import Settings, read
from worker.workspace import Workspace


def settings() -> Settings:
    """The settings, for the workspace named by --workspace or by the surroundings."""
    folder: Path | None = click.get_current_context().obj
    return read(folder)


def workspace() -> Workspace:
    """The workspace, without its ledger."""
    return folders.load(settings().workspace)
