"""What is refused in a story: every mistake with its place, all at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.diagnostics import Diagnostic, render
from tests.examples.shelf import FOLDER, contracts_of, imported, year
from worker.demo.story import Story
from worker.demo.story_file import read_story

HERE = Path(__file__).parent


def reading(data: bytes, name: str = "story.yaml") -> tuple[Story | None, list[Diagnostic]]:
    rulebook = year().rulebook
    return read_story(data, name, rulebook, contracts_of(imported(rulebook, datetime(2026, 1, 1, tzinfo=UTC))))


def test_every_mistake_of_a_story_is_located_at_once() -> None:
    file = HERE / "bad-story.yaml"
    story, found = reading(file.read_bytes(), file.name)
    assert story is None
    assert render(found, {file.name: file.read_text()}) == file.with_suffix(".out").read_text()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (b"story: 'a", "this quoted text is never closed"),
        (b"- one\n", "a map of keys is needed here"),
        (b"story: a\n", "'from' is missing"),
        (b"", "the file is empty"),
    ],
)
def test_what_is_no_story_at_all_is_told(said: bytes, message: str) -> None:
    story, found = reading(said)
    assert story is None
    assert message in [each.message for each in found]


def test_a_story_without_events_is_one() -> None:
    text = (FOLDER / "story.yaml").read_text()
    story, found = reading(text[: text.index("events:")].encode())
    assert found == []
    assert story is not None
    assert (story.invoices, story.others, story.refusals) == ({}, (), {})
