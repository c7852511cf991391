"""A workspace made by `relance new`, and the command line run in it, in this process or in one of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.worker.cli.scene import live, populate
from worker.cli.app import relance

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "acme"
    result = CliRunner().invoke(relance, ["new", "workspace", str(made)])
    assert result.exit_code == 0, result.output
    return made


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("validate", ...)` in the workspace; the database is the workspace's own, Temporal is nowhere."""
    for name in ("RELANCE_DATABASE", "RELANCE_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")

    def invoke(*arguments: object, **given: object) -> Result:
        return CliRunner().invoke(relance, ["-w", str(folder), *map(str, arguments)], **given)

    return invoke


@pytest.fixture(scope="session")
def _populated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("populated") / "acme"
    assert CliRunner().invoke(relance, ["new", "workspace", str(made)]).exit_code == 0
    populate(made)
    return made


@pytest.fixture(scope="session")
def _asked(_populated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("asked") / "acme"
    shutil.copytree(_populated, made)
    live(made, datetime(2027, 2, 3, 12, tzinfo=UTC))
    return made


@pytest.fixture
def shop(folder: Path, _populated: Path) -> Path:
    """The workspace with the customers of scene.py, on Saturday 5 December 2026: nothing has left yet."""
    return _copied(_populated, folder)


@pytest.fixture
def asked(folder: Path, _asked: Path) -> Path:
    """The same on Wednesday 3 February 2027: the formal notices of F-1 and F-9 wait for an approval."""
    return _copied(_asked, folder)


def _copied(source: Path, folder: Path) -> Path:
    shutil.rmtree(folder)
    shutil.copytree(source, folder)
    return folder


def outside(*arguments: object, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, with only this environment."""
    command = [sys.executable, "-m", "worker.cli", *map(str, arguments)]
    given = {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": "", **environ}
    return subprocess.run(command, cwd=cwd, env=given, capture_output=True, text=True, timeout=60, check=False)
