"""The result of a backtest for people: as tables, as Markdown for a comment, as one HTML page without anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from html import escape

from rules.money import Money
from worker.backtest.run import Result
from worker.backtest.tally import Shift, Tally
from worker.backtest.wrong import Wrong

Row = tuple[str, ...]
WRONGED = 20  # of those who would be wronged, in text and in a comment
CAVEAT = (
    "A replay shows what would have been sent. It cannot show what a reminder causes: customers pay here on the days on"
    " which they paid, whatever they were sent."
)


def tables(result: Result) -> Iterator[tuple[str, Row, list[Row]]]:
    """(title, headings, rows) of everything counted; the old version stands first where there are two."""
    new, old, shift = result.new, result.old, result.shift
    sides = [old, new] if old is not None else [new]
    heads = ("before", "now") if old is not None else ("count",)
    yield "In all", ("", *heads), [(label, *(text(side) for side in sides)) for label, text in _TOTALS]
    steps = {(step, channel): None for side in sides for step, channel, _ in side.steps()}
    rows = [(step, channel, *(_n(side.messages[step, channel]) for side in sides)) for step, channel in steps]
    yield "Messages by step and channel", ("step", "channel", *heads), rows
    bands = sorted({_band(n) for side in sides for n in side.contacts})
    counts = [Counter[int]() for _ in sides]
    for count, side in zip(counts, sides, strict=True):
        for n, customers in side.contacts.items():
            count[_band(n)] += customers
    yield (
        "Customers by the number of their messages",
        ("messages", *heads),
        [(_BANDS[band], *(_n(count[band]) for count in counts)) for band in bands],
    )
    if shift is not None:
        yield "What moves", ("", "steps"), _moves(shift)
        spans = [(s.step, s.way, *map(_n, (s.count, s.least, s.median, s.most))) for s in shift.spans()]
        yield "Days by which steps move", ("step", "", "steps", "least", "median", "most"), spans
    yield "Beside the limits of a day, which a backtest does not apply", ("", "limit", *heads), _limits(result, sides)
    asked = sorted({step for side in sides for step in side.approvals})
    if asked:
        rows = [(step, *(_n(side.approvals[step]) for side in sides)) for step in asked]
        yield "Approvals asked", ("step", *heads), rows


def _moves(shift: Shift) -> list[Row]:
    rows = [
        ("on the same day", _n(shift.same)),
        ("earlier", _n(shift.earlier)),
        ("later", _n(shift.later)),
        ("no longer", _n(sum(shift.only_old.values()))),
        ("new", _n(sum(shift.only_new.values()))),
    ]
    return [*rows, ("customers for whom anything differs", _n(shift.customers))]


def _limits(result: Result, sides: Sequence[Tally]) -> list[Row]:
    """Days on which more customers were contacted, or more calls were to be made, than the business allows."""
    limits, rows = result.limits, []
    for name, limit, days in (
        ("customers contacted", limits.contacts_per_day, [side.people for side in sides]),
        ("calls", limits.calls_per_day, [side.calls for side in sides]),
    ):
        if limit is not None:
            over = (_n(sum(n > limit for n in each.values())) for each in days)
            rows.append((f"days with more {name}", _n(limit), *over))
    return rows


_TOTALS: tuple[tuple[str, Callable[[Tally], str]], ...] = (
    ("customers", lambda t: _n(t.customers)),
    ("receivables", lambda t: _n(t.receivables)),
    ("messages to customers", lambda t: _n(t.sent)),
    ("receivables carried along in another's message", lambda t: _n(t.covered)),
    ("customers contacted on the busiest day", lambda t: _busiest(t.people)),
    ("calls", lambda t: _n(sum(t.calls.values()))),
    ("calls on the busiest day", lambda t: _busiest(t.calls)),
    ("charges", lambda t: money(t.charges)),
    ("approvals asked", lambda t: _n(sum(t.approvals.values()))),
    ("questions to a person", lambda t: _n(sum(t.reviews.values()))),
    ("contacted although paid or disputed", lambda t: _n(len(t.wrong))),
)


def _busiest(days: Counter[date]) -> str:
    day = max((day for day, n in days.items() if n), key=lambda each: (days[each], each), default=None)
    return "0" if day is None else f"{_n(days[day])} on {day}"


_BANDS = ("none", "1", "2", "3", "4", "5", "6 to 10", "11 to 20", "more than 20")


def _band(n: int) -> int:
    return n if n <= 5 else 6 if n <= 10 else 7 if n <= 20 else 8


def money(minor: Mapping[str, int]) -> str:
    """Amounts of each currency."""
    return ", ".join(str(Money(n, currency)) for currency, n in sorted(minor.items()) if n) or "0"


def _n(n: int) -> str:
    return f"{n:,}"


# --- Markdown ----------------------------------------------------------------------------------------------------


def markdown(result: Result, title: str) -> str:
    """Ready to be put under a pull request."""
    parts = [f"### Backtest: {_cell(title)}", "", f"_{CAVEAT}_", ""]
    for name, headings, rows in tables(result):
        if rows:
            parts += [f"**{name}**", "", _line(headings), _line(["---"] + ["---:"] * (len(headings) - 1))]
            parts += [_line([_cell(cell) for cell in row]) for row in rows]
            parts.append("")
    wronged = result.new.wrong
    if wronged:
        parts += [
            "**Contacted although paid or disputed**",
            "",
            *(f"- {_cell(said(each))}" for each in wronged[:WRONGED]),
        ]
        parts += [f"- and {_n(len(wronged) - WRONGED)} more"] if len(wronged) > WRONGED else []
        parts.append("")
    return "\n".join(parts)


def said(each: Wrong) -> str:
    """A wrong contact on one line."""
    return f"{each.day} {each.customer} {each.receivable} {each.step}: {each.why}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return escape(text, quote=False).replace("|", "\\|")


# --- HTML --------------------------------------------------------------------------------------------------------

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; --paper: #fff;
  --old: #8c6d1f; --new: #0b5cad }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --faint: #9aa4ae; --line: #3d444d; --paper: #0d1117; --old: #d9b454; --new: #6cb0ff } }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: .5rem 0 1.5rem }
caption { text-align: left; font-weight: 600; padding: .25rem 0 }
th, td { padding: .25rem .75rem; border-bottom: 1px solid var(--line); text-align: right }
th:first-child, td:first-child { text-align: left } .note { border-left: 4px solid var(--line); padding-left: 1rem }
.scroll { overflow-x: auto } svg { width: 100%; height: auto } svg text { fill: var(--ink); font-size: 12px }
.old { fill: var(--old) } .new { fill: var(--new) } .axis { stroke: var(--line) }
.limit { stroke: #c0392b; stroke-dasharray: 6 4 }
figure { margin: 1rem 0 2rem }
"""


def html(result: Result, title: str) -> str:
    """One page that needs nothing else; every chart has its numbers in a table."""
    body = "".join(_table(*each) for each in tables(result) if each[2])
    new, old = result.new, result.old
    charts = _chart("Messages a month", _months(new.by_day), _months(old.by_day) if old else None)
    limit = result.limits.calls_per_day
    beside = f", beside the limit of {_n(limit)}" if limit is not None else ""
    if sum(new.calls.values()) or (old is not None and sum(old.calls.values())):
        calls, before = _days(new.calls), _days(old.calls) if old else None
        charts += _chart(f"Calls on each day with any{beside}", calls, before, limit)
    if result.shift is not None and result.shift.moved:
        moved = {f"{days:+d} d": n for days, n in sorted(result.shift.days.items())}
        charts += _chart("Days by which steps move (negative: earlier)", moved, None)
    wrong = "".join(f"<li>{escape(said(each))}</li>" for each in result.new.wrong[:100])
    found = f"<h2>Contacted although paid or disputed</h2><ul>{wrong}</ul>" if wrong else ""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>"
        f'<p class="note">{escape(CAVEAT)}</p>{charts}{body}{found}</main></body></html>\n'
    )


def _days(count: Counter[date]) -> dict[str, int]:
    return {str(day): count[day] for day in sorted(count) if count[day]}


def _months(count: Counter[date]) -> dict[str, int]:
    months: Counter[str] = Counter()
    for day, n in count.items():
        months[f"{day:%Y-%m}"] += n
    return {month: months[month] for month in _between(sorted(months))}


def _between(months: Sequence[str]) -> Iterator[str]:
    """Every month from the first to the last, empty ones too."""
    if not months:
        return
    day, last = date.fromisoformat(f"{months[0]}-01"), months[-1]
    while f"{day:%Y-%m}" <= last:
        yield f"{day:%Y-%m}"
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _table(title: str, headings: Row, rows: Sequence[Row]) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in headings)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><caption>{escape(title)}</caption><tr>{head}</tr>{body}</table></div>'


def _chart(title: str, new: Mapping[str, int], old: Mapping[str, int] | None, limit: int | None = None) -> str:
    """Bars side by side, with their numbers as a table that may be opened; a line at the limit, where there is one."""
    labels = list(dict.fromkeys((*sorted({*new, *(old or {})}),))) if old else list(new)
    if not labels:
        return ""
    top, width, height = max((*new.values(), *(old or {}).values(), limit or 1)), 900, 220
    slot = width / len(labels)
    sides = [(each, name) for each, name in ((old, "old"), (new, "new")) if each is not None]
    bar = slot * 0.8 / len(sides)
    bars = []
    for n, label in enumerate(labels):
        for side, (counts, name) in enumerate(sides):
            tall = height * counts.get(label, 0) / top
            x = n * slot + slot * 0.1 + side * bar
            tip = escape(f"{label}: {counts.get(label, 0):,}")
            bars.append(
                f'<rect class="{name}" x="{x:.1f}" y="{height - tall:.1f}" width="{bar:.1f}" height="{tall:.1f}">'
                f"<title>{tip}</title></rect>"
            )
    every = max(1, len(labels) // 12)
    ticks = "".join(
        f'<text x="{n * slot + slot / 2:.1f}" y="{height + 18}" text-anchor="middle">{escape(label)}</text>'
        for n, label in enumerate(labels)
        if n % every == 0
    )
    heads = ("", "before", "now") if old is not None else ("", "count")
    rows = [(label, *(f"{counts.get(label, 0):,}" for counts, _ in sides)) for label in labels]
    legend = "Before, then now. " if old is not None else ""
    if limit is not None:
        at = height - height * limit / top
        bars.append(f'<line class="limit" x1="0" x2="{width}" y1="{at:.1f}" y2="{at:.1f}"/>')
    return (
        f"<figure><figcaption>{escape(title)}. {legend}Highest: {top:,}.</figcaption>"
        f'<svg viewBox="0 0 {width} {height + 28}" role="img" aria-label="{escape(title)}">{"".join(bars)}'
        f'<line class="axis" x1="0" x2="{width}" y1="{height}" y2="{height}"/>{ticks}</svg>'
        f"<details><summary>The numbers</summary>{_table(title, heads, rows)}</details></figure>"
    )
