"""A backtest beside a hand-written evaluation of the same rules: CPU time, in the same run and in one process.

The ledger is made: one invoice per customer, some paid early, some late, some never. Both count the same messages.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from rules.calendars import Calendar
from worker.backtest.run import Job, backtest
from worker.replay.mapfile import read_mapping
from worker.replay.reading import read_ledger
from worker.replay.today import judging
from worker.workspace import Workspace, load

FIRST = date(2026, 1, 5)
_FILES = {
    "business.yaml": (
        "format: relance/v1\nkind: business\nid: bench\nname: Bench\nlaw: FR\nlanguage: fr\ncurrency: EUR\n"
    ),
    "assignments/default.yaml": (
        "format: relance/v1\nkind: assignment\nid: default\nowner: bench\npins: []\nroutes: []\n"
        "otherwise: {policy: plain}\n"
    ),
    "calendars/plain.yaml": (
        "format: relance/v1\nkind: calendar\nid: plain\ntime_zone: Europe/Paris\n"
        "working_days: [mon, tue, wed, thu, fri]\nholidays: {country: FR}\ncomplete_until: 2029-12-31\n"
    ),
    "policies/plain.yaml": """\
format: relance/v1
kind: policy
id: plain
title: Plain
owner: bench
effective_from: 2026-01-01
calendar: plain
applies_to: {invoice.balance: {gte: 15.00 EUR}}
pacing: {min_gap: 3bd}
steps:
  - {id: first, level: reminder, at: due+3d, do: [{email: {template: reminder-1, to: billing}}]}
  - {id: second, level: firm, at: due+10d, do: [{email: {template: reminder-2, to: billing}}]}
  - {id: third, level: firm, at: previous+10bd, do: [{email: {template: reminder-2, to: billing}}]}
""",
}
_MAPPING = b"""\
format: relance/v1
kind: replay-mapping
id: bench
columns:
  invoice.id: id
  customer.id: customer
  invoice.issued: issued
  invoice.due: due
  invoice.amount: amount
  invoice.settled: settled
constants: {invoice.currency: EUR, customer.kind: business}
reckoned: {invoice.delivered: issued}
"""
Row = tuple[str, str, date, date, str, date | None]


def rows(receivables: int) -> list[Row]:
    """Invoices issued over a year, due after 30 days; a third is paid on time, a third late, a third never."""
    found: list[Row] = []
    for n in range(receivables):
        issued = FIRST + timedelta(days=n * 37 % 365)
        due = issued + timedelta(days=30)
        settled = [due - timedelta(days=n % 9), due + timedelta(days=1 + n % 29), None][n % 3]
        found.append((f"F{n}", f"C{n}", issued, due, f"{10 + n % 500}.00", settled))
    return found


def by_hand(ledger: list[Row], calendar: Calendar) -> Counter[str]:
    """The same policy written down as plain Python: what anybody would write for this one question."""
    sent: Counter[str] = Counter()
    for _, _, _, due, amount, settled in ledger:
        if float(amount) < 15:
            continue
        last: date | None = None
        for step, days in (("first", 3), ("second", 10), ("third", None)):
            day = due + timedelta(days=days) if days is not None else _working(calendar, last or due, 10)
            if last is not None:
                day = max(day, _working(calendar, last, 3))
            while day.weekday() > 4 or day in calendar.holidays:
                day += timedelta(days=1)
            if settled is not None and settled <= day:
                break
            sent[step] += 1
            last = day
    return sent


def _working(calendar: Calendar, day: date, n: int) -> date:
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5 and day not in calendar.holidays
    return day


def measure(receivables: int = 2000) -> dict[str, float]:
    """Receivables per CPU second of both, and the backtest's share of the hand-written one; both counts agree."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in _FILES.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        ledger = rows(receivables)
        lines = (",".join(str(cell or "") for cell in row) for row in ledger)
        (folder / "ledger.csv").write_text("id,customer,issued,due,amount,settled\n" + "\n".join(lines), "utf-8")
        return _measured(load(folder), folder / "ledger.csv", ledger)


def _measured(workspace: Workspace, file: Path, ledger: list[Row]) -> dict[str, float]:
    business = workspace.rulebook.business
    mapping, problems = read_mapping(_MAPPING, "bench.yaml", business.custom)
    assert mapping is not None, problems
    past = read_ledger(mapping, file, business)
    rulebook = judging(workspace, past).rulebook
    began = time.process_time()
    found = backtest(Job(past, rulebook)).new
    lived = time.process_time() - began
    began = time.process_time()
    expected = by_hand(ledger, rulebook.calendars["plain"])
    plain = time.process_time() - began
    counted = Counter({step: n for (step, _), n in found.messages.items()})
    assert counted == expected, (counted, expected)
    return {
        "receivables a second": len(ledger) / lived,
        "receivables a second, by hand": len(ledger) / plain,
        "share of the hand-written": plain / lived,
    }


if __name__ == "__main__":
    print(measure(int(sys.argv[1]) if sys.argv[1:] else 2000))
