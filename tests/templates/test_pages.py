"""Papers of many lines: nothing runs off a sheet, nothing stands on something else, no sheet is left empty."""

from __future__ import annotations

import io

import pypdf
import pytest

from tests.gallery.shelf import invoices, letters
from worker.words.message import Subject
from worker.words.render import Words

WORDS = Words()
PAPERS = dict((*letters(), *invoices()))
FOOT = 73.7  # points: the lower margin of 26 mm, in which the foot stands alone
FULL = 20  # lines, at the least, on a sheet that others follow


def written(page: pypdf.PageObject) -> list[tuple[float, float, str]]:
    """What stands on a sheet: points from the left, points from below, words."""
    found: list[tuple[float, float, str]] = []

    def visit(words: str, user: list[float], own: list[float], *more: object) -> None:
        if words.strip():
            a, b, c, d, e, f = user
            x, y = own[4:]
            found.append((round(a * x + c * y + e, 1), round(b * x + d * y + f, 1), words.strip()))

    page.extract_text(visitor_text=visit)
    return found


def sheets(subject: Subject) -> list[list[tuple[float, float, str]]]:
    made = WORDS.letter(subject) if subject.channel == "letter" else WORDS.document(subject, subject.template)
    return [written(page) for page in pypdf.PdfReader(io.BytesIO(made)).pages]


@pytest.mark.parametrize("name", PAPERS)
def test_nothing_stands_in_the_foot_or_on_something_else(name: str) -> None:
    for sheet in sheets(PAPERS[name]):
        places = [(x, y) for x, y, _ in sheet]
        assert len(set(places)) == len(places)
        footing = {y for _, y in places if y < FOOT}
        assert len(footing) <= 2, footing


@pytest.mark.parametrize("name", [name for name in PAPERS if "60-lines" in name or "40-lines" in name])
def test_a_sheet_that_others_follow_is_full(name: str) -> None:
    said = sheets(PAPERS[name])
    assert len(said) > 1
    assert all(len({y for _, y, _ in sheet}) >= FULL for sheet in said[:-1])
