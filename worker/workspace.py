"""A workspace on disk: one folder per business, read with bounds and compiled. It writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rules import library
from rules.compile import BUSINESS, FOLDERS, LIBRARY, Compiled, compile_workspace
from rules.diagnostics import render
from rules.policy import Rulebook
from rules.source import MAX_BYTES
from worker.holidays import public_holidays

MAX_FILES = 500
TESTS = "tests"


class Unreadable(Exception):
    """The folder is no workspace that can be read: it is missing, or too large."""


class Elsewhere(Unreadable):
    """A file or folder of the workspace is a link to somewhere else; the message says which, with its code."""


class Invalid(Exception):
    """The files have errors. The message is the findings, as a person reads them; `compiled` has them one by one."""

    def __init__(self, compiled: Compiled, sources: Mapping[str, str]) -> None:
        super().__init__(render(compiled.diagnostics, sources).rstrip("\n"))
        self.compiled = compiled


@dataclass(frozen=True)
class Workspace:
    """`files` are the folder's own, by path: business.yaml, policies/, assignments/, calendars/, terms/, tests/.

    `compiled.files` are those that the rulebook was made from, the library's included: what a ledger keeps.
    """

    folder: Path
    files: Mapping[str, bytes]

    @cached_property
    def compiled(self) -> Compiled:
        """What the files say, or what is wrong with them."""
        return compile_workspace(self.files, library.files(), public_holidays)

    @property
    def rulebook(self) -> Rulebook:
        """What cases are bound to; raises Invalid."""
        if self.compiled.rulebook is None:
            raise Invalid(self.compiled, self.sources)
        return self.compiled.rulebook

    @cached_property
    def sources(self) -> dict[str, str]:
        """The text of every file by its name in diagnostics; a library file's begins with `library/`."""
        shipped = {LIBRARY + path: data for path, data in library.files().items()}
        return {path: data.decode("utf-8-sig", "replace") for path, data in {**shipped, **self.files}.items()}

    @property
    def templates(self) -> Path | None:
        """The folder of the workspace's own templates, if it has one; raises Unreadable when it lies elsewhere."""
        path = self.folder / "templates"
        return _inside(self.folder, path) if path.is_dir() else None


def load(folder: Path) -> Workspace:
    """Reads a workspace. What is wrong in a file is said by `rulebook`; raises Unreadable for the folder itself."""
    if not folder.is_dir():
        raise Unreadable(f"there is no folder {folder}")
    paths = list(_paths(folder))
    if len(paths) > MAX_FILES:
        raise Unreadable(f"{folder} has more than {MAX_FILES} files of rules")
    return Workspace(folder, {path.relative_to(folder).as_posix(): _read(folder, path) for path in paths})


def recompile(files: Mapping[str, bytes]) -> Rulebook:
    """The rulebook of files that a ledger kept (`compiled.files`), without folder or library; raises Invalid."""
    compiled = compile_workspace(files, {}, public_holidays)
    if compiled.rulebook is None:
        raise Invalid(compiled, {path: data.decode("utf-8-sig", "replace") for path, data in files.items()})
    return compiled.rulebook


def _paths(folder: Path) -> Iterator[Path]:
    """Every YAML file of the folders that are read; what lies deeper is found as well, so that it is spoken of."""
    if (business := folder / BUSINESS).exists():
        yield business
    for name in sorted((*FOLDERS, TESTS)):
        for path in sorted((folder / name).rglob("*")):
            if path.suffix.lower() in (".yaml", ".yml") and path.is_file():
                yield path


def _read(folder: Path, path: Path) -> bytes:
    """One byte more than is allowed, at most, which the reader then refuses."""
    with _inside(folder, path).open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _inside(folder: Path, path: Path) -> Path:
    real = path.resolve()
    if not real.is_relative_to(folder.resolve()):
        link = path.relative_to(folder)
        raise Elsewhere(f"{link} is a link that leads out of the workspace: put the file itself there [REL225].")
    return real
