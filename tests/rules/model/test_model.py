"""Two judgements of the same books, written apart from one another, agree on every line.

A line is (day, receivable, step, outcome): what was sent, covered, skipped, asked, refused and stopped. The seed of a
book that they judge differently is in the name of the test that fails.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.rules.model.beside_books import EVENTS
from tests.rules.model.books import book
from tests.rules.model.naive import Line

BOOKS, CHUNK = 50, 25
MANY, LARGE = 2000, 100


def they_agree(first: int, count: int) -> None:
    """The simulator and the naive model say the same of these books."""
    for seed in range(first, first + count):
        made = book(seed)
        assert made.simulated() == made.naively(), f"book({seed})"


@pytest.mark.parametrize("first", range(0, BOOKS, CHUNK))
def test_the_naive_model_agrees_with_the_simulator(first: int) -> None:
    they_agree(first, CHUNK)


@pytest.mark.nightly
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("first", range(BOOKS, BOOKS + MANY, LARGE))
def test_the_naive_model_agrees_with_the_simulator_on_many_books(first: int) -> None:
    they_agree(first, LARGE)


def test_the_books_reach_what_they_are_made_for() -> None:
    """Not one kind of line is missing, so that agreement says something of each."""
    wanted = ["sent", "covered", "waiting: approval", "refused: applies_to", "collected", "asked", "known"]
    wanted += ["reopened: resume", "reopened: restart", "reopened: one-lower"]
    skipped = ("condition", "too-late", "broken", "tone", "no-approval", "refused")
    skipped += ("not-by-debit", "mandate-failed", "review")
    stopped = ("paid", "credited", "written-off", "below-minimum", "handed-off", "stopped")
    every = {*wanted, *(f"skipped: {why}" for why in skipped), *(f"stopped: {why}" for why in stopped)}
    beside = {"passed", "charged", "warned", "concluded", "answered after-last-step", "limit", "discounted"}
    every |= beside | {f"answered {event}" for event in EVENTS}
    they_reach(every, 8, 48, 78, 221, 222, 274, 409, 441, 602, 661)


def test_the_books_reach_what_is_chosen() -> None:
    """A question of no step is about a choice."""
    chosen = {"asked ", "refused: route:r0", "refused: stopped", "refused: unknown", "skipped: passed-over"}
    they_reach(chosen | {"stopped: manual", "stopped: vulnerable"}, 12, 13, 57, 519)


def they_reach(missing: set[str], *rich: int) -> None:
    """Some book has each kind of line: one of those that are known to be rich, else any of the first."""
    for seed in (*rich, *range(BOOKS, 4 * BOOKS)):
        missing = missing - {kind for line in book(seed).naively() for kind in kinds(line)}
        if not missing:
            return
    assert not missing


def kinds(line: Line) -> set[str]:
    """What a line is an example of: its outcome, or the beginning of it."""
    begins = line[3].split()[0].rstrip(":")
    return {line[3], begins, f"{begins} {line[2]}"}


CHOICES = [
    ("^quiet: .*$", "", 21),
    ("^variants: .*$", "", 5),
    ("^pins: .*$", "pins: []", 20),
    (", rechoose: at-start", "", 99),
]


@pytest.mark.parametrize(("written", "instead", "first"), CHOICES)
def test_what_the_books_choose_by_makes_a_difference(written: str, instead: str, first: int) -> None:
    """A book from `first` on is judged otherwise where that is not written."""

    def without(text: str) -> str:
        return re.sub(written, instead, text, flags=re.MULTILINE)

    for made in map(book, range(first, first + 60)):
        files = {path: without(text) for path, text in made.choices.files.items()}
        plain = replace(made, policy=without(made.policy), choices=replace(made.choices, files=files))
        if plain != made and plain.naively() != made.naively():
            return
    pytest.fail(f"nothing depends on {written}")
