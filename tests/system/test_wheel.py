"""The wheel: installed alone, from any folder, `relance` finds its templates, its library and its example."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def relance(site: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the wheel's own modules, not the checkout's."""
    surroundings = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-c", "from worker.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=60)


def test_a_workspace_made_by_the_wheel_is_valid_and_its_tests_pass(site: Path, tmp_path: Path) -> None:
    found = relance(site, tmp_path, "new", "workspace", "mine")
    assert found.returncode == 0, found.stderr
    assert relance(site, tmp_path, "-w", "mine", "validate").returncode == 0
    assert relance(site, tmp_path, "-w", "mine", "test").returncode == 0


def test_the_wheel_prints_a_letter_and_keeps_a_ledger(site: Path, tmp_path: Path) -> None:
    relance(site, tmp_path, "new", "workspace", "mine")
    letter = tmp_path / "letter.pdf"
    made = relance(
        site, tmp_path, "-w", "mine", "render", "formal-notice-fr", "--channel", "letter", "--pdf", str(letter)
    )
    assert made.returncode == 0, made.stderr
    assert letter.read_bytes().startswith(b"%PDF")
    verified = relance(site, tmp_path, "-w", "mine", "ledger", "verify")
    assert verified.returncode == 0, verified.stderr


def test_the_wheel_holds_the_example(site: Path) -> None:
    assert (site / "worker" / "demo" / "infogerance" / "story.yaml").is_file()
    assert (site / "worker" / "ledger" / "migrations" / "script.py.mako").is_file()
