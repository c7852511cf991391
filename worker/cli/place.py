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
        raise Failure(f"there is no business.yaml in {found.workspace}: {_cure(found.workspace)}.")
    return found


def home(path: Path) -> Path | None:
    """The workspace that a file or folder lies in."""
    return next((folder for folder in path.resolve().parents if (folder / BUSINESS).is_file()), None)


def stem(name: str) -> str:
    """What a policy or a test is called where somebody names its file.

    >>> stem("policies/reminders.yaml"), stem("tests/reminders.test.yaml"), stem("reminders")
    ('reminders', 'reminders', 'reminders')
    """
    return Path(name).name.removesuffix(".yaml").removesuffix(".test")


def _cure(folder: Path) -> str:
    above, below = home(folder), sorted(path.parent.name for path in folder.glob(f"*/{BUSINESS}"))
    if above is not None:
        return f"it is in {above}, go there first"
    if below:
        return f"it is in {' and in '.join(below[:3])}, so first cd {below[0]}"
    return "begin with `relance new workspace NAME`, or name another folder with --workspace"


def workspace() -> Workspace:
    """The workspace, without its ledger."""
    return folders.load(settings().workspace)
