"""A workspace on disk: what is read of it, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.rules.shelf import BUSINESS
from worker.holidays import public_holidays
from worker.workspace import Invalid, Unreadable, load, recompile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "martin"
    made.mkdir()
    (made / "business.yaml").write_text(BUSINESS, encoding="utf-8")
    return made


def put(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")


def test_a_business_alone_is_a_workspace(folder: Path) -> None:
    workspace = load(folder)
    assert set(workspace.files) == {"business.yaml"}
    assert workspace.rulebook.business.name == "Infogérance Martin SAS"
    assert workspace.templates is None


def test_files_and_tests_are_read_and_data_is_not(folder: Path) -> None:
    for path in ("tests/a.test.yaml", "policies/.hidden", "data/contracts.yaml", "calendars/readme.txt"):
        put(folder, path, "a: 1\n")
    assert set(load(folder).files) == {"business.yaml", "tests/a.test.yaml"}


def test_errors_are_shown_with_their_lines(folder: Path) -> None:
    put(folder, "calendars/fr-paris.yaml", "format: relance/v1\nkind: calender\n")
    with pytest.raises(Invalid) as refused:
        _ = load(folder).rulebook
    assert "calendars/fr-paris.yaml:2:7: error: 'calender' is not allowed here" in str(refused.value)
    assert "2 | kind: calender" in str(refused.value)
    assert refused.value.compiled.rulebook is None


def test_what_a_ledger_kept_compiles_to_the_same_digest(folder: Path) -> None:
    workspace = load(folder)
    assert recompile(workspace.compiled.files).digest == workspace.rulebook.digest


def test_what_no_longer_compiles_is_refused() -> None:
    with pytest.raises(Invalid, match=r"business\.yaml is missing"):
        recompile({})


def test_a_missing_folder_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="there is no folder"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("path", ["business.yaml", "policies/mine.yaml"])
def test_a_link_out_of_the_workspace_is_refused(folder: Path, path: str) -> None:
    outside = folder.parent / "outside.yaml"
    outside.write_text("secret: 1", encoding="utf-8")
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).unlink(missing_ok=True)
    (folder / path).symlink_to(outside)
    with pytest.raises(Unreadable, match="leads out of the workspace"):
        load(folder)


def test_a_linked_folder_out_of_the_workspace_is_refused(folder: Path) -> None:
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine.yaml").write_text("a: 1", encoding="utf-8")
    (folder / "policies").symlink_to(elsewhere)
    (folder / "templates").symlink_to(elsewhere)
    with pytest.raises(Unreadable, match="leads out"):
        load(folder)


def test_a_link_inside_the_workspace_is_followed(folder: Path) -> None:
    (folder / "kept.yaml").write_text(BUSINESS, encoding="utf-8")
    (folder / "business.yaml").unlink()
    (folder / "business.yaml").symlink_to(folder / "kept.yaml")
    assert load(folder).rulebook.business.id == "martin"


def test_templates_are_the_workspaces_own_folder(folder: Path) -> None:
    (folder / "templates").mkdir()
    assert load(folder).templates == (folder / "templates").resolve()


def test_a_file_too_large_is_said_to_be_so(folder: Path) -> None:
    put(folder, "policies/large.yaml", "#" * 300_000)
    found = load(folder)
    assert len(found.files["policies/large.yaml"]) == 256 * 1024 + 1
    assert [d.code for d in found.compiled.diagnostics if d.severity == "error"] == ["REL001"]


def test_too_many_files_are_refused(folder: Path) -> None:
    for n in range(500):
        put(folder, f"policies/p{n}.yaml", "")
    with pytest.raises(Unreadable, match="more than 500"):
        load(folder)


def test_holidays_are_named_in_the_local_language() -> None:
    assert "Grunnlovsdag" in public_holidays("NO", None, 2027, 2027)[date(2027, 5, 17)]
    assert public_holidays("DE", "BE", 2027, 2027)[date(2027, 3, 8)] == "Frauentag"
    assert public_holidays("FR", "57", 2027, 2027)[date(2027, 3, 26)] == "Vendredi saint"
    assert date(2027, 3, 26) not in public_holidays("FR", None, 2027, 2027)


@pytest.mark.parametrize(("country", "region"), [("XX", None), ("FR", "99")])
def test_unknown_countries_and_regions_have_no_holidays(country: str, region: str | None) -> None:
    with pytest.raises(LookupError):
        public_holidays(country, region, 2027, 2027)
