"""`relance validate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from rules.compile import BUSINESS
from rules.diagnostics import Diagnostic, as_github, as_json, as_junit, render
from worker.cli import checks, place
from worker.cli.output import counted, formats
from worker.workspace import load

ONLY_LINT = 3


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True), metavar="[FOLDER|FILE]...")
@click.option("--strict", is_flag=True, help="Warnings are errors.")
@formats("github", "junit")
def validate(paths: tuple[Path, ...], style: str, *, strict: bool) -> None:
    """Check a workspace, or some of its files: shape, meaning, risks, and the templates that policies name.

    Exit code 0: nothing found. 1: errors. 3: warnings only.

    \b
    Examples:
      relance validate
      relance validate policies/fr.yaml
      relance validate --format github --strict
    """
    found, sources, files = _look(paths or (place.settings().workspace,))
    say(found, sources, files, style)
    errors = any(d.severity == "error" or strict for d in found)
    raise click.exceptions.Exit(1 if errors else ONLY_LINT if found else 0)


def say(found: Sequence[Diagnostic], sources: Mapping[str, str], files: Sequence[str], style: str) -> None:
    """Prints findings in the style that was asked for; `files` are those that were looked at."""
    match style:
        case "json":
            click.echo(as_json(found), nl=False)
        case "github":
            click.echo(as_github(found), nl=False)
        case "junit":
            click.echo(as_junit(found, files), nl=False)
        case _:
            click.echo(render(found, sources), nl=False)
            if not found:
                click.echo(f"{counted(len(files), 'file')}, nothing to say.")


def _look(paths: Sequence[Path]) -> tuple[list[Diagnostic], dict[str, str], list[str]]:
    """The findings about these files and folders, the texts they point into, and the files looked at."""
    found: list[Diagnostic] = []
    sources: dict[str, str] = {}
    files: list[str] = []
    for path in paths:
        home = path if path.is_dir() and not _within(path) else place.home(path)
        if home is None:
            found += checks.alone(path, str(path))
            sources[str(path)] = path.read_text("utf-8-sig", "replace")
            files.append(str(path))
            continue
        workspace = load(home.resolve())
        name = path.resolve().relative_to(home.resolve())
        here = [d for d in checks.findings(workspace) if Path(d.file).is_relative_to(name)]
        mine = [file for file in workspace.files if Path(file).is_relative_to(name)]
        if not mine and path.is_file():
            mine = [name.as_posix()]
            if path.suffix in (".yaml", ".yml"):
                here += checks.alone(path, mine[0])
                sources[mine[0]] = path.read_text("utf-8-sig", "replace")
        found += [d for d in here if d not in found]
        sources |= workspace.sources | checks.texts(workspace, here)
        files += mine
    return found, sources, files


def _within(folder: Path) -> bool:
    """Whether it is a part of a workspace, such as its policies."""
    return not (folder / BUSINESS).is_file() and place.home(folder) is not None
