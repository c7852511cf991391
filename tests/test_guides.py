"""The manuals are followed to the letter, and what they name is there: commands, settings, search attributes, files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from tests import guide_scenes
from tests.guides import ROOT, Guide, calls, commands, counts, known, matches
from worker import settings
from worker.server import Server
from workflows.attributes import ALL

Scene = Callable[[Path], object]


def nothing(folder: Path) -> None:
    """An empty folder."""
    assert folder.is_dir()


SCENES: dict[str, Scene] = {
    "README.md": nothing,
    "docs/operating.md": guide_scenes.a_morning,
    "docs/deploying.md": guide_scenes.workspace,
    "docs/policies.md": nothing,
    "docs/politiques.md": nothing,
    "docs/templates.md": guide_scenes.workspace,
    "docs/invoices.md": guide_scenes.a_book,
    "docs/law.md": guide_scenes.a_book,
    "docs/imports.md": guide_scenes.imports,
}
UNRUN = {  # fences that need a machine of yours, or can be followed only once
    "README.md": 2,
    "docs/operating.md": 1,
    "docs/deploying.md": 3,
    "docs/policies.md": 1,
    "docs/politiques.md": 1,
}
GUIDES = [Guide(page) for page in SCENES]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.page)
def test_a_guide_is_followed_and_says_what_is_printed(
    guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RELANCE_DATABASE", "RELANCE_WORKSPACE", "RELANCE_REDIRECT", "RELANCE_REDIRECT_PHONE"):
        monkeypatch.delenv(name, raising=False)
    SCENES[guide.page](tmp_path)
    monkeypatch.chdir(tmp_path / "acme" if (tmp_path / "acme").is_dir() else tmp_path)
    said = guide.follow(monkeypatch)
    if guide.page in ("docs/policies.md", "docs/politiques.md"):
        assert Path("backtest.html").exists()
        for shown in ("leaves at due+7d instead of due+10d, 3 days earlier", "Started", "(active)"):
            assert shown in said


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.page)
def test_every_command_that_a_guide_names_is_there(guide: Guide) -> None:
    assert guide.calls()
    assert [words for words in guide.calls() if not known(words)] == []


def test_little_is_not_run_and_it_says_why() -> None:
    assert {page: unrun for page, (_, unrun) in counts(GUIDES).items() if unrun} == UNRUN
    assert all(run for run, _ in counts(GUIDES).values())
    assert [(guide.page, line) for guide in GUIDES for line in guide.stray] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.page)
def test_what_a_guide_links_to_is_there(guide: Guide) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)|<img src=\"([^\"]+)\"", guide.text)
    for target in (one or other for one, other in links):
        assert target.startswith("https://") or (ROOT / guide.page).parent.joinpath(target).exists(), target


def test_the_readme_leads_to_every_manual() -> None:
    text = Guide("README.md").text
    for page in sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")):
        assert f"({page})" in text, page
    assert "(docs/gallery/README.md)" in text


def test_the_targets_that_the_readme_names_are_there() -> None:
    targets = set(re.findall(r"^(\w+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        match[1]
        for fence in Guide("README.md").unrun
        for match in re.finditer(r"^make (\w+)", fence.body, re.MULTILINE)
    }
    assert named == {"demo", "test"}
    assert named <= targets


def test_the_french_guide_does_what_the_english_one_does() -> None:
    english, french = (Guide(page) for page in ("docs/policies.md", "docs/politiques.md"))
    assert [(f.kind, f.name, f.body) for f in english.fences] == [(f.kind, f.name, f.body) for f in french.fences]
    headings = [re.findall(r"^(#+) ", guide.text, re.MULTILINE) for guide in (english, french)]
    assert headings[0] == headings[1]


def test_every_setting_is_in_the_table() -> None:
    read = re.findall(r"given(?:\.needed)?\(\"(\w+)\"", Path(settings.__file__).read_text("utf-8"))
    table = set(re.findall(r"`RELANCE_(\w+)`", Guide("docs/deploying.md").text))
    assert table == {*read, "TEMPORAL"}


def test_every_search_attribute_is_in_the_table() -> None:
    rows = dict(re.findall(r"^\| `(Relance\w+)` \| (\w+) \|$", Guide("docs/deploying.md").text, re.MULTILINE))
    kinds = {"Keyword": 2, "Int": 3, "Datetime": 6, "KeywordList": 7}
    assert {name: kinds[kind] for name, kind in rows.items()} == {key.name: key.indexed_value_type for key in ALL}


def test_temporals_file_is_read_as_the_guide_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file,) = (fence for fence in Guide("docs/deploying.md").fences if fence.name == "temporal.toml")
    path = tmp_path / "temporal.toml"
    path.write_text(file.body, "utf-8")
    monkeypatch.setenv("TEMPORAL_PROFILE", "production")
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(path))
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    config = ClientConfig.load_client_connect_config()
    wanted = tomllib.loads(file.body)["profile"]["production"]
    assert (config.get("target_host"), config.get("namespace")) == (wanted["address"], wanted["namespace"])


FILTERS = sorted(
    {line for guide in GUIDES for fence in guide.fences if fence.kind == "filters" for line in fence.body.splitlines()}
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.xdist_group("temporal")
async def test_every_filter_is_understood_as_it_is_typed(server: Server) -> None:
    assert len(FILTERS) >= 8
    for query in FILTERS:
        await _listed(server.client, query)


async def _listed(client: Client, query: str) -> None:
    async for _ in client.list_workflows(query):
        return


# --- the runner itself -------------------------------------------------------------------------------------------


def test_what_is_printed_is_compared_line_by_line() -> None:
    assert matches("a\nb\n", "a\nb")
    assert not matches("a\nb\nc\n", "a\nb")
    assert matches("a\nx\ny\nb\n", "a\n...\nb")
    assert matches("a\n", "...\n")
    assert not matches("a\nx\n", "...\nb")


def test_commands_are_parted_from_what_they_print() -> None:
    assert commands("$ relance a \\\n    --b\nsaid\n$ relance c\n") == [("relance a --b", "said"), ("relance c", "")]


def test_a_command_or_an_option_that_there_is_not_is_noticed() -> None:
    assert known(["case", "list", "--state", "held"])
    assert not known(["case", "list", "--stat", "held"])
    assert not known(["cases", "list"])
    assert calls("x && relance -w here case list --state held  # why\n") == [["case", "list", "--state", "held"]]
