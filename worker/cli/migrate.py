"""`relance migrate`."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import unified_diff

import click

from rules.diagnostics import Diagnostic, render
from rules.migrating import Migrated, migrate
from rules.vocabulary import FORMAT
from worker.cli import place
from worker.cli.app import Failure
from worker.cli.output import counted
from worker.workspace import Workspace


@click.command("migrate")
@click.argument("names", nargs=-1, metavar="[FILE]...")
@click.option("--write", is_flag=True, help="Write the files; without it, only the difference is shown.")
def migrate_(names: tuple[str, ...], *, write: bool) -> None:
    """Rewrite the workspace's files, or some of them, for this version of the language; comments stay.

    There is one version so far, relance/v1: until there is another, this finds nothing to do.

    Exit code 0: nothing to do, shown, or written. 1: a file cannot be read, and then none is written.

    \b
    Examples:
      relance migrate
      relance migrate policies/fr.yaml --write
    """
    workspace = place.workspace()
    rewritten = _rewritten(workspace, _chosen(workspace, names))
    for path, (old, made) in rewritten.items():
        lines = unified_diff(old.splitlines(), made.text.splitlines(), f"{path} ({made.steps[0]})", path, lineterm="")
        click.echo("\n".join(lines))
        if write:
            (workspace.folder / path).write_bytes(made.text.encode())
    if not rewritten:
        click.echo(f"Nothing to do: every file is in {FORMAT}.")
    elif write:
        click.echo(f"{counted(len(rewritten), 'file')} written. Then: relance validate && relance test")
    else:
        click.echo(f"{counted(len(rewritten), 'file')} to be written: relance migrate --write")


def _rewritten(workspace: Workspace, paths: Sequence[str]) -> dict[str, tuple[str, Migrated]]:
    """The files that change, before and after; raises Failure where one cannot be read."""
    found: dict[str, tuple[str, Migrated]] = {}
    problems: list[Diagnostic] = []
    for path in paths:
        match migrate(workspace.files[path], path):
            case Diagnostic() as problem:
                problems.append(problem)
            case Migrated(steps=[_]):
                pass
            case Migrated() as made:
                found[path] = workspace.files[path].decode("utf-8-sig"), made
    if problems:
        raise Failure(render(problems, workspace.sources).rstrip("\n"))
    return found


def _chosen(workspace: Workspace, names: Sequence[str]) -> list[str]:
    for name in names:
        if name not in workspace.files:
            raise Failure(f"there is no file {name} in {workspace.folder}.")
    return list(names) or list(workspace.files)
