"""docs/policies.md is followed to the letter: its files written, its edit made, its commands run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from worker.cli.app import COMMANDS, relance

GUIDE = Path(__file__).parents[3] / "docs" / "policies.md"
BLOCKS = re.findall(r"```(console|file|edit)(?: (\S+))?\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)


def test_the_guide_is_followed_from_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("RELANCE_DATABASE", "RELANCE_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    said = ""
    for kind, name, body in BLOCKS:
        match kind:
            case "file":
                Path(name).write_text(body, "utf-8")
            case "edit":
                old, new = body.splitlines()
                text = Path(name).read_text("utf-8")
                assert text.count(f"{old}\n") == 1
                Path(name).write_text(text.replace(f"{old}\n", f"{new}\n"), "utf-8")
            case _:
                said += "".join(_run(line, monkeypatch) for line in body.splitlines())
    assert Path("backtest.html").exists()
    assert "leaves at due+8d instead of due+10d, 2 days earlier" in said
    assert "Started" in said
    assert "(active)" in said


def _run(line: str, monkeypatch: pytest.MonkeyPatch) -> str:
    command, _, comment = line.removeprefix("$ ").partition("#")
    words = shlex.split(command)
    if words[0] == "cd":
        monkeypatch.chdir(words[1])
        return ""
    assert words[0] == "relance"
    done = CliRunner().invoke(relance, words[1:])
    expected = int(comment.removeprefix(" exit ")) if comment else 0
    assert done.exit_code == expected, f"{line}\n{done.output}"
    return done.output


def test_every_command_that_the_guide_names_is_there() -> None:
    named = {match[1] for match in re.finditer(r"relance ([a-z]+)", GUIDE.read_text("utf-8"))}
    assert named <= set(COMMANDS)
