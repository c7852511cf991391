"""Follows a guide to the letter: its files are written, its edits made, its commands run, what they say is compared.

A fence `console` holds commands after `$ ` and, below each, what it prints; `...` stands for any lines, and a comment
may end in `exit 3`. `file NAME` is written, in `edit NAME` the first line becomes the second. A fence after
`<!-- not run here: WHY -->` is only looked at: its commands must be ones that there are.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from worker.cli.app import relance

ROOT = Path(__file__).parents[1]
_FENCE = re.compile(
    r"(?:<!-- not run here: ([^>]+) -->\n)?^```([\w-]*)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE
)
_EXIT = re.compile(r"\s+# (?:.*, )?exit (\d+)$")
_RUN = ("console", "file", "edit")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: its kind, the file it names, and why it is not run, where it is not."""

    kind: str
    name: str
    body: str
    unrun: str


@dataclass(frozen=True, slots=True)
class Guide:
    """A page of the manuals."""

    page: str

    @property
    def text(self) -> str:
        """The whole page."""
        return (ROOT / self.page).read_text("utf-8")

    @property
    def fences(self) -> list[Fence]:
        """Its fenced blocks, in order."""
        return [Fence(found[2], found[3] or "", found[4], found[1] or "") for found in _FENCE.finditer(self.text)]

    @property
    def unrun(self) -> list[Fence]:
        """Those that say why they are not run."""
        return [fence for fence in self.fences if fence.unrun]

    @property
    def stray(self) -> list[str]:
        """Lines that look like commands where nobody runs them."""
        shown = [fence.body for fence in self.fences if not fence.unrun and fence.kind not in _RUN]
        prose = _FENCE.sub("", self.text)
        indented = [line for line in prose.splitlines() if line.startswith("    ")]
        lines = [line for body in shown for line in body.splitlines()] + indented
        return [line for line in lines if re.match(r"\s*(\$ |relance |make |temporal |TEMPORAL_|RELANCE_\w+=)", line)]

    def calls(self) -> list[list[str]]:
        """Every call of relance that the page names, in a fence or in a sentence."""
        sentences = re.findall(r"`([^`\n]*(?:\n[^`\n]*)?)`", _FENCE.sub("", self.text))
        return calls(
            "\n".join([*(fence.body for fence in self.fences), *(each.replace("\n", " ") for each in sentences)])
        )

    def follow(self, monkeypatch: pytest.MonkeyPatch) -> str:
        """Does everything that it says, in the current folder, without a Temporal server; all that was printed."""
        monkeypatch.setattr("worker.waking.wake", lambda *_: True)
        return "".join(_done(fence, monkeypatch) for fence in self.fences if not fence.unrun)


def calls(code: str) -> list[list[str]]:
    """Every call of relance in code, without what the shell does around it."""
    joined = re.sub(r"\n\s+--", " --", code.replace("\\\n", " "))
    found = re.findall(r"(?:^|[\s;&\"'])relance ((?:-w \S+ )?[a-z][^&>|\n]*)", joined)
    return [shlex.split(re.sub(r"^-w \S+ |\s#.*$", "", each).strip().strip('"')) for each in found]


def known(words: list[str]) -> bool:
    """Whether there is such a command, with such options."""
    group: click.Command = relance
    rest = list(words)
    while rest and isinstance(group, click.Group):
        found = group.get_command(click.Context(group), rest[0])
        if found is None:
            return False
        group = found
        rest.pop(0)
    options = {option for each in group.params for option in (*each.opts, *each.secondary_opts, "--help")}
    return {word.partition("=")[0] for word in rest if word.startswith("--")} <= options


def _done(fence: Fence, monkeypatch: pytest.MonkeyPatch) -> str:
    match fence.kind:
        case "file":
            Path(fence.name).parent.mkdir(parents=True, exist_ok=True)
            Path(fence.name).write_text(fence.body, "utf-8")
        case "edit":
            old, new = fence.body.splitlines()
            text = Path(fence.name).read_text("utf-8")
            assert text.count(f"{old}\n") == 1, (fence.name, old)
            Path(fence.name).write_text(text.replace(f"{old}\n", f"{new}\n"), "utf-8")
        case "console":
            return "".join(_compared(*each, monkeypatch) for each in commands(fence.body))
    return ""


def _compared(command: str, wanted: str, monkeypatch: pytest.MonkeyPatch) -> str:
    said = _run(command, monkeypatch)
    assert not wanted or matches(said, wanted), f"$ {command}\n{said}\n--- and not\n{wanted}"
    return said


def commands(body: str) -> list[tuple[str, str]]:
    """Each command of a console with what is printed below it."""
    assert body.startswith("$ "), body
    parts = re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]
    return [_parted(part) for part in parts]


def _parted(part: str) -> tuple[str, str]:
    lines = part.splitlines()
    taken = next(n for n, line in enumerate(lines, 1) if not line.endswith("\\"))
    return " ".join(line.removesuffix("\\").strip() for line in lines[:taken]), "\n".join(lines[taken:])


def matches(said: str, wanted: str) -> bool:
    """Whether that was said, line by line; a line `...` stands for any lines."""
    lines = (r"(?:[^\n]*\n)*" if line == "..." else re.escape(f"{line}\n") for line in _even(wanted).splitlines())
    return re.fullmatch("".join(lines), f"{_even(said)}\n") is not None


def _even(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def _run(line: str, monkeypatch: pytest.MonkeyPatch) -> str:
    code = int(found[1]) if (found := _EXIT.search(line)) else 0
    words = shlex.split(line, comments=True)
    if words[0] == "cd":
        monkeypatch.chdir(words[1])
        return ""
    if words[0] == "export":
        monkeypatch.setenv(*words[1].split("=", 1))
        return ""
    assert words[0] == "relance", line
    done = CliRunner().invoke(relance, words[1:])
    assert done.exit_code == code, f"$ {line}\n{done.output}"
    return done.output


def counts(guides: Iterable[Guide]) -> dict[str, tuple[int, int]]:
    """By page: how many fences are run, and how many are not."""
    return {each.page: (sum(f.kind in _RUN and not f.unrun for f in each.fences), len(each.unrun)) for each in guides}
