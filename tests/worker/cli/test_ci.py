"""docs/ci.md and the pre-commit hooks: every command in them is one that there is, and those of a pipeline run."""

from __future__ import annotations

import re
import shlex
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
