"""Which folder a command is about: settings and files, without the ledger, so that checking files stays quick."""

from __future__ import annotations

from pathlib import Path

import click

from rules.compile import BUSINESS, FOLDERS
from worker import workspace as folders
from worker.cli.app import Failure
from worker.settings import Settings, read
from worker.workspace import Workspace


def settings() -> Settings:
    """The settings, for the workspace named by --workspace or by the surroundings; a folder of no rules is refused."""
    folder: Path | None = click.get_current_context().obj
    found = read(folder)
    if found.workspace.is_dir() and not any((found.workspace / name).exists() for name in (BUSINESS, *FOLDERS)):
        raise Failure(
            f"there is no business.yaml in {found.workspace}: begin with `relance new workspace NAME`,"
            " or name another folder with --workspace."
        )
    return found


def workspace() -> Workspace:
    """The workspace, without its ledger."""
    return folders.load(settings().workspace)
