"""`relance test`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import click

from rules.diagnostics import Diagnostic, did_you_mean, render
from rules.policytest import Outcome, run
from rules.trial.recording import recorded
from rules.trial.report import as_annotations, as_junit, difference, report
from worker import workspace as folders
from worker.cli import checks, place
from worker.cli.app import Failure
from worker.cli.errors import sentence
from worker.cli.output import as_json, counted, formats
from worker.cli.place import stem
from worker.workspace import TESTS, Workspace

MANY = 8  # files from which a second process is worth its start


@click.command()
@click.argument("names", nargs=-1, metavar="[FILE]...")
@click.option("--record", is_flag=True, help="Write what happened into the files, as what is expected.")
@click.option("--watch", is_flag=True, help="Run again whenever a file of the workspace changes.")
@click.option("--jobs", type=click.IntRange(1), help="How many processes; one per core where there are many files.")
@formats("github", "junit")
def test(names: tuple[str, ...], style: str, jobs: int | None, *, record: bool, watch: bool) -> None:
    """Run the policy tests of the workspace, or those of some files.

    Each test lives one invoice forward on a virtual clock and compares what left with what was expected.
    What --record writes is to be read before it is kept: it is what the policy does, not what it should do.
    Exit code 0: all passed. 1: one failed, or a file has errors.

    \b
    Examples:
      relance test
      relance test tests/fr-b2b.test.yaml --format json
      relance test --record
      relance test --watch
    """
    if watch:
        for _ in changes(place.settings().workspace, _wait):
            click.clear()
            _once(names, style, jobs)
    elif record:
        _record(names, jobs)
    else:
        raise click.exceptions.Exit(0 if _told(names, style, jobs) else 1)


def changes(folder: Path, wait: Callable[[], bool]) -> Iterator[None]:
    """Once at first, then whenever `wait` returns and a file of rules is another; ends when `wait` says False."""
    seen: object = None
    while True:
        now = sorted((str(path), at.st_mtime_ns, at.st_size) for path in folder.rglob("*.y*ml") if (at := _stat(path)))
        if now != seen:
            seen = now
            yield
        if not wait():
            return


def _stat(path: Path) -> os.stat_result | None:
    """None for a file that went away meanwhile, as editors let them."""
    try:
        return path.stat()
    except OSError:
        return None


def _wait() -> bool:
    time.sleep(0.5)
    return True


def _once(names: Sequence[str], style: str, jobs: int | None) -> None:
    """One run while watching: what a person can cause is told, and the watch goes on."""
    try:
        _told(names, style, jobs)
    except Failure as failure:
        failure.show()
    except Exception as error:
        said = sentence(error)
        if said is None:
            raise
        click.echo(said, err=True)


def _told(names: Sequence[str], style: str, jobs: int | None) -> bool:
    """Runs the tests and reports them; whether all passed."""
    outcomes = [each for _, found in _outcomes(place.workspace(), names, jobs) for each in found]
    match style:
        case "json":
            click.echo(as_json([_document(each) for each in outcomes]))
        case "junit":
            click.echo(as_junit(outcomes), nl=False)
        case "github":
            click.echo(as_annotations(outcomes), nl=False)
        case _ if outcomes:
            click.echo(report(outcomes), nl=False)
        case _:
            click.echo(f"There are no tests: write one in {TESTS}/NAME.test.yaml.")
    return all(each.passed for each in outcomes)


def _record(names: Sequence[str], jobs: int | None) -> None:
    """Writes the files of which something happened otherwise."""
    workspace = place.workspace()
    changed = 0
    for path, outcomes in _outcomes(workspace, names, jobs):
        if problems := [problem for each in outcomes for problem in each.problems]:
            raise Failure(_shown(problems, workspace))
        before = workspace.files[path].decode("utf-8-sig")
        after = recorded(before, outcomes)
        if after != before:
            (workspace.folder / path).write_bytes(after.encode())
            failed = sum(not each.passed for each in outcomes)
            click.echo(f"{path}: {counted(failed, 'test')} recorded. Read what changed before you keep it.")
            changed += 1
    if not changed:
        click.echo("Everything is as expected: nothing was written.")


def _outcomes(workspace: Workspace, names: Sequence[str], jobs: int | None) -> list[tuple[str, list[Outcome]]]:
    """What became of the tests, by file; in several processes where that is asked for or worth it."""
    chosen = _chosen(workspace, names)
    for path in chosen:
        node, found = checks.tests_of(workspace, path)
        if node is None:
            raise Failure(_shown(found, workspace))
    _ = workspace.rulebook  # says what is wrong with the rules before any process starts
    many = min(len(chosen), jobs or ((os.cpu_count() or 1) if len(chosen) >= MANY else 1))
    if many <= 1:
        return [(path, _run(workspace, path)) for path in chosen]
    with ProcessPoolExecutor(many) as pool:
        found_ = pool.map(_apart, [str(workspace.folder)] * len(chosen), chosen)
        return list(zip(chosen, found_, strict=True))


@cache
def _loaded(folder: str) -> Workspace:
    return folders.load(Path(folder))


def _apart(folder: str, path: str) -> list[Outcome]:
    """In a process of its own, which reads the workspace once."""
    return _run(_loaded(folder), path)


def _run(workspace: Workspace, path: str) -> list[Outcome]:
    node, _ = checks.tests_of(workspace, path)
    return run(node, path, workspace.rulebook) if node is not None else []


def _chosen(workspace: Workspace, names: Sequence[str]) -> list[str]:
    """The paths of the test files that were named, all where none was."""
    known = [path for path in workspace.files if path.startswith(f"{TESTS}/")]
    wanted = [name if name.startswith(f"{TESTS}/") else f"{TESTS}/{name}" for name in names]
    for name in wanted:
        if name not in known:
            near = did_you_mean(f"{TESTS}/{stem(name)}", known)
            raise Failure(f"there is no test file {name} in {workspace.folder}" + (f": {near}" if near else "."))
    return wanted or known


def _shown(found: Sequence[Diagnostic], workspace: Workspace) -> str:
    return render(found, workspace.sources).rstrip("\n")


def _document(outcome: Outcome) -> dict[str, object]:
    return {
        "name": outcome.name,
        "file": outcome.file,
        "line": outcome.line,
        "passed": outcome.passed,
        "missing": str(outcome.missing) if outcome.missing else None,
        "extra": str(outcome.extra) if outcome.extra else None,
        "difference": difference(outcome),
        "problems": [f"{problem.file}:{problem.line}: {problem.message}" for problem in outcome.problems],
        "reached": sorted(outcome.reached),
        "never_reached": sorted(outcome.there - outcome.reached),
    }
