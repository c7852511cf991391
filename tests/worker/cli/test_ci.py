"""docs/ci.md and the pre-commit hooks: every command in them is one that there is, and those of a pipeline run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.guides import Guide, known
from tests.worker.cli.conftest import Run

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
RUN = re.search(r"<!-- run -->\n```sh\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(
    "words", [*Guide("docs/ci.md").calls(), *(shlex.split(hook["entry"])[1:] for hook in HOOKS)], ids=" ".join
)
def test_a_command_is_one_that_there_is(words: list[str]) -> None:
    assert known(words)


@pytest.mark.parametrize("line", RUN[1].splitlines() if RUN else [])
def test_the_pipeline_passes_in_a_new_workspace(run: Run, line: str) -> None:
    words = shlex.split(line.partition(">")[0])
    assert words[0] == "relance"
    said = run(*words[1:])
    assert said.exit_code == 0, said.output


def test_the_pages_yaml_is_yaml_and_names_the_hooks_that_there_are() -> None:
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
    assert len(blocks) == 4
    assert [hook["id"] for hook in blocks[0]["repos"][0]["hooks"]] == [hook["id"] for hook in HOOKS]


def test_a_hook_looks_at_the_files_of_a_workspace_and_at_no_others(folder: Path) -> None:
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    for hook in HOOKS:
        seen = {path for path in files if re.search(hook["files"], path)}
        assert seen == {
            *("business.yaml", "policies/reminders.yaml", "assignments/default.yaml", "tests/reminders.test.yaml")
        }


def test_a_hook_fails_where_something_is_doubtful_or_wrong(run: Run, folder: Path) -> None:
    policy = folder / "policies" / "reminders.yaml"
    text = policy.read_text("utf-8")
    broken = {"validate": ("due+3d", "J+3"), "lint": ("  freshness: 2bd", "  #"), "test": ("due+3d", "due+4d")}
    for hook in HOOKS:
        words = shlex.split(hook["entry"])[1:]
        policy.write_text(text, "utf-8")
        assert run(*words).exit_code == 0
        old, new = broken[words[0]]
        policy.write_text(text.replace(old, new), "utf-8")
        assert run(*words).exit_code != 0


# --- in a repository of git -------------------------------------------------------------------------------------------

LEDGER = """\
number,customer,issued,due,amount,currency,paid
F-1,C-1,2026-01-06,2026-02-05,1200.00,EUR,2026-03-20
F-2,C-2,2026-01-06,2026-02-05,450.00,EUR,2026-02-05
"""
MAPPING = """\
format: relance/v1
kind: replay-mapping
id: ours
title: Our invoices
ledger: {encoding: utf-8, separator: comma, dates: YYYY-MM-DD, decimals: point}
columns:
  invoice.id: number
  customer.id: customer
  invoice.issued: issued
  invoice.due: due
  invoice.amount: amount
  invoice.settled: paid
constants: {invoice.currency: EUR, customer.kind: business, customer.language: fr}
reckoned: {invoice.delivered: issued}
approve: after 2d
bank: none
until: 60d
"""


def test_the_hook_refuses_what_breaks_a_rule_and_two_revisions_become_a_comment(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    shim = tmp_path / "bin" / "relance"
    shim.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m worker.cli "$@"\n', "utf-8")
    local = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1])["repos"][0]["hooks"][0]
    git(tmp_path, folder, "init", "--quiet", "--initial-branch=main")
    hook = folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec {local['entry']}\n", "utf-8")
    for file in (shim, hook):
        file.chmod(0o755)
    for name, text in (("invoices.csv", LEDGER), ("mapping.yaml", MAPPING)):
        (folder / "history").mkdir(exist_ok=True)
        (folder / "history" / name).write_text(text, "utf-8")

    def commit(old: str, new: str) -> subprocess.CompletedProcess[str]:
        for file in (folder / "policies/reminders.yaml", folder / "tests/reminders.test.yaml"):
            file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
        git(tmp_path, folder, "add", "--all")
        return git(tmp_path, folder, "commit", "--quiet", "--message", "a change")

    assert commit("due+10d", "due+10d").returncode == 0
    refused = commit("due+10d", "J+10")
    assert (refused.returncode, "policies/reminders.yaml:40:9" in refused.stdout + refused.stderr) == (1, True)
    assert commit("J+10", "due+14d").returncode == 0
    assert git(tmp_path, folder, "rev-list", "--count", "HEAD").stdout == "2\n"
    asked = [words for words in Guide("docs/ci.md").calls() if "--against" in words][-1]
    words = ["main~1" if word.startswith("origin/") else word for word in asked]
    comment = _in(tmp_path, folder, "relance", *words)
    assert comment.returncode == 0, comment.stderr
    assert comment.stdout.startswith("### Backtest: acme, against main~1\n")
    assert "| reminder-2 | later | 1 | 3 | 3 | 3 |" in comment.stdout  # Monday the 16th, Thursday the 19th


def git(home: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return _in(home, folder, "git", "-c", "user.name=Anne", "-c", "user.email=anne@acme.example", *words)


def _in(home: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}", "HOME": str(home)}
    return subprocess.run(words, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False)
