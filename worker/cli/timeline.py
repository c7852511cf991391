"""A life as a picture: a bar to the day of each thing that happens, in 80 columns or on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from pathlib import Path

from rules.trial.told import Line
from worker.cli.output import clean

LABEL, BAR = 26, 42  # columns; with the day and the spaces between, 80
_ROW, _LEFT, _WIDTH = 26, 230, 900  # of the page's drawing, in its own units
_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --line: #d0d7de; --paper: #fff; --bar: #0b5cad }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --line: #3d444d; --paper: #0d1117; --bar: #6cb0ff } }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem }
svg { width: 100%; height: auto } svg text { fill: var(--ink); font-size: 13px } .bar { stroke: var(--line) }
.day { fill: var(--bar) }
"""


def drawn(lines: Sequence[Line]) -> list[str]:
    """A row for each line, in 80 columns at most.

    >>> first = Line(date(2027, 1, 4), {"step": "reminder-1", "email": "reminder-1"})
    >>> [row.strip() for row in drawn([first])]
    ['reminder-1, email          ●                                          2027-01-04']
    """
    rows = []
    for each, place in zip(lines, _places(lines), strict=True):
        n = round(place * (BAR - 1))
        label = clean(_label(each))
        label = label if len(label) <= LABEL else f"{label[: LABEL - 1]}…"
        rows.append(f"{label:<{LABEL}} {'─' * n + '●':<{BAR}} {each.at}")
    return rows


def written(lines: Sequence[Line], title: str, file: Path) -> None:
    """The same as a page with a drawing, whose words are text."""
    file.write_text(page(lines, title), encoding="utf-8")


def page(lines: Sequence[Line], title: str) -> str:
    """The page."""
    rows = "".join(
        _row(n, each, place) for n, (each, place) in enumerate(zip(lines, _places(lines), strict=True), start=1)
    )
    name = escape(title)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>{name}</h1>"
        f'<svg viewBox="0 0 {_LEFT + _WIDTH + 100} {(len(lines) + 1) * _ROW}" role="img" aria-label="{name}">'
        f"{rows}</svg></main></body></html>\n"
    )


def _row(n: int, line: Line, place: float) -> str:
    x, y = _LEFT + place * _WIDTH, n * _ROW
    return (
        f'<text x="0" y="{y + 4}">{escape(_label(line))}</text>'
        f'<line class="bar" x1="{_LEFT}" x2="{x:.1f}" y1="{y}" y2="{y}"/>'
        f'<circle class="day" cx="{x:.1f}" cy="{y}" r="5"><title>{escape(str(line))}</title></circle>'
        f'<text x="{x + 10:.1f}" y="{y + 4}">{line.at}</text>'
    )


def _places(lines: Sequence[Line]) -> list[float]:
    """Where each day lies between the first and the last, from 0 to 1."""
    days = [each.at for each in lines]
    first, last = min(days, default=date.min), max(days, default=date.min)
    return [(day - first).days / max((last - first).days, 1) for day in days]


def _label(line: Line) -> str:
    """`F-1 reminder-1, email`: of what, which step, and what happens."""
    words = dict(line.words)
    of = " ".join(words.pop(key) for key in ("invoice", "step") if key in words)
    kinds = ", ".join(key if of else f"{key}: {word}" for key, word in words.items())
    return ", ".join(part for part in (of, kinds) if part)
