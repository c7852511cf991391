"""Every case of the facts file, published, derived or rejected, is named by a test.

Skipped where the facts are not at hand; the tests hold the expected values themselves.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

TESTS = Path(__file__).parents[2]
FACTS = TESTS.parent.parent / "shared" / "facts" / "jurisdictions.yaml"
LISTS = {"acceptance_cases": 49, "derived_cases": 5, "rejected_published_examples": 10}
pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not FACTS.is_file(), reason="the facts are not at hand")]


def written() -> str:
    """The text of every other test, in lower case, `_` as `-`."""
    files = (file for file in TESTS.rglob("test_*.py") if file != Path(__file__))
    return "\n".join(file.read_text("utf-8") for file in files).lower().replace("_", "-")


def cases(name: str) -> list[dict[str, object]]:
    found = yaml.safe_load(FACTS.read_text("utf-8"))[name]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("name", LISTS)
def test_every_case_is_named_by_a_test(name: str) -> None:
    tests = written()
    ids = [str(case["id"]) for case in cases(name)]
    assert [each for each in ids if not re.search(rf"(?<![a-z0-9]){each.lower()}(?![a-z0-9])", tests)] == []


@pytest.mark.parametrize(("name", "count"), LISTS.items())
def test_no_case_was_dropped_from_the_facts(name: str, count: int) -> None:
    assert len(cases(name)) == count
