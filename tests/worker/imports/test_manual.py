"""The guide to imports says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.worker.imports.conftest import Write
from tests.worker.imports.shelf import Shelf
from worker.imports.checking import KINDS
from worker.imports.manual import with_tables

GUIDE = Path(__file__).parents[3] / "docs" / "imports.md"
EXAMPLES = re.findall(r"```(csv|yaml) (\w+)\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)


def test_the_guide_has_the_columns_of_every_kind() -> None:
    page = GUIDE.read_text("utf-8")
    assert with_tables(page) == page, "python -m worker.imports.manual docs/imports.md writes them anew"
    assert re.findall(r"<!-- columns: (\w+) -->", page) == list(KINDS)


@pytest.mark.parametrize(("form", "kind", "text"), EXAMPLES)
def test_the_guides_examples_can_be_imported(shelf: Shelf, write: Write, form: str, kind: str, text: str) -> None:
    checked, _ = shelf.take(kind, write(f"example.{form}", text))
    assert checked.problems == ()
    assert checked.counts["new"] > 0


def test_a_contract_says_the_same_as_csv_and_as_yaml(shelf: Shelf, write: Write) -> None:
    of_contracts = [(form, text) for form, kind, text in EXAMPLES if kind == "contracts"]
    assert [form for form, _ in of_contracts] == ["csv", "yaml"]
    verdicts = [shelf.take("contracts", write(f"c.{form}", text))[0].counts for form, text in of_contracts]
    assert [counts["known"] for counts in verdicts] == [0, 1]
