"""Rules by a name: the workspace, the active ones, a digest that the ledger keeps, a folder, a file, a git revision."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from rules import facts as f
from rules.compile import BUSINESS
from rules.source import MAX_BYTES, read
from worker.ledger import tables as t
from worker.ledger.database import read_instant
from worker.ledger.ledger import Transaction
from worker.ledger.views import facts_like
from worker.ledger.views.rows import rows_of
from worker.workspace import MAX_FILES, Workspace, load

ACTIVE, DRAFT = "active", "workspace"
_DIGEST = re.compile("[0-9a-f]{6,64}")
_PATIENCE = 30  # seconds for git


class NoVersion(Exception):
    """There are no rules of that name; the message says what was looked for."""


def version(name: str, workspace: Workspace, tx: Transaction | None = None) -> Workspace:
    """The rules called so; raises NoVersion, workspace.Unreadable. `tx` is the ledger, where there is one."""
    if name == DRAFT:
        return workspace
    if tx is not None and (digest := kept(tx, name)) is not None:
        return Workspace(workspace.folder, files_of(tx, digest))
    path = Path(name)
    if path.is_dir():
        return load(path.resolve())
    if path.is_file():
        return _with_file(workspace, path)
    return _revision(workspace, name)


def kept(tx: Transaction, name: str) -> str | None:
    """The digest in the ledger that begins so, or the active one for `active`; None where there is none, or several."""
    if name == ACTIVE:
        return tx.active_rulebook()
    if not _DIGEST.fullmatch(name):
        return None
    column = t.rulebook.c.digest
    found = select(column).where(t.rulebook.c.business == tx.business, column.startswith(name)).limit(2)
    digests = list(tx.connection.execute(found).scalars())
    return digests[0] if len(digests) == 1 else None


def files_of(tx: Transaction, digest: str) -> dict[str, bytes]:
    """The files of a rulebook that the ledger keeps."""
    rows = rows_of(tx, t.rulebook_file, [t.rulebook_file.c.path], t.rulebook_file.c.digest == digest)
    return {row.path: row.content for row in rows}


def commit_of(folder: Path) -> str:
    """The commit of a workspace's folder, with `+` where files in it differ; "" where it is in no repository."""
    try:
        head = _git(folder, "rev-parse", "HEAD").decode().strip()
        return head + ("+" if _git(folder, "status", "--porcelain", "--", ".").strip() else "")
    except NoVersion:
        return ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A version that the ledger keeps: since when, how many cases it binds, and the plans that began with it."""

    digest: str
    recorded_at: datetime
    active: bool
    cases: int
    plans: tuple[f.PlanBegun, ...]


def history(tx: Transaction) -> list[f.PlanBegun]:
    """Every change of the rules that was begun, oldest first; a rollback is one as well."""
    begun = [each.fact for each in facts_like(tx, f.PlanBegun)]
    return [fact for fact in begun if isinstance(fact, f.PlanBegun) and fact.what == "rules"]


def versions(tx: Transaction) -> list[Kept]:
    """Every version, oldest first."""
    plans = history(tx)
    bound = select(t.contract.c.rulebook, func.count()).where(t.contract.c.business == tx.business)
    rows = tx.connection.execute(bound.group_by(t.contract.c.rulebook)).all()
    cases: dict[str, int] = {digest: n for digest, n in rows}  # noqa: C416
    active = tx.active_rulebook()
    found = []
    for row in rows_of(tx, t.rulebook, [t.rulebook.c.recorded_at, t.rulebook.c.digest]):
        at, its = read_instant(row.recorded_at), tuple(plan for plan in plans if plan.rulebook == row.digest)
        assert at is not None
        found.append(Kept(row.digest, at, row.digest == active, cases.get(row.digest, 0), its))
    return found


def _with_file(workspace: Workspace, path: Path) -> Workspace:
    """The workspace with one file in the place of the one of the same kind and id."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    root, _ = read(data, path.name)
    kind, name = (root.get("kind"), root.get("id")) if root is not None else (None, None)
    folders = {"policy": "policies", "assignment": "assignments", "calendar": "calendars", "terms": "terms"}
    if kind is None or name is None or kind.text not in folders:
        raise NoVersion(f"{path} is no policy, assignment, calendar or terms file.")
    return Workspace(workspace.folder, {**workspace.files, f"{folders[kind.text]}/{name.text}.yaml": data})


def _revision(workspace: Workspace, name: str) -> Workspace:
    """The workspace's folder as it was in a git revision."""
    try:
        commit = _git(workspace.folder, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
        archive = _git(workspace.folder, "archive", "--format=tar", commit.decode().strip(), ".")
    except NoVersion:
        why = "" if commit_of(workspace.folder) else ": this folder is in no git repository with a commit"
        raise NoVersion(
            f"{name} is no folder, no file, no version that the ledger keeps and no git revision{why}."
        ) from None
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = [each for each in tar if each.isfile() and each.name.endswith((".yaml", ".yml"))]
        if not any(each.name == BUSINESS for each in members) or len(members) > MAX_FILES:
            raise NoVersion(f"there is no workspace in this folder at {name}.")
        return Workspace(workspace.folder, {each.name: _content(tar, each) for each in members})


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    assert file is not None
    return file.read(MAX_BYTES + 1)


def _git(folder: Path, *arguments: str) -> bytes:
    """What git prints; raises NoVersion where it fails, or is not there."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=_PATIENCE)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise NoVersion(str(error)) from error
    return done.stdout
