"""A small business, its policy and a small foreign ledger, to be replayed by tests. 1 January 2026 is a Thursday."""

from __future__ import annotations

from pathlib import Path

from rules.policy import Business
from worker.replay.lives import Replay
from worker.replay.mapfile import read_mapping
from worker.replay.mapping import Mapping
from worker.replay.reading import read_ledger
from worker.replay.run import simulate
from worker.replay.today import judging
from worker.workspace import Workspace

BUSINESS = """\
format: relance/v1
kind: business
id: martin
name: Martin SAS
law: FR
language: fr
currency: EUR
time_zone: Europe/Paris
limits: {contacts_per_day: 1}
roles: {credit-controller: [anne@martin.example]}
custom: {customer.sector: text, invoice.weight: number}
"""
CALENDAR = """\
format: relance/v1
kind: calendar
id: plain
time_zone: Europe/Paris
working_days: [mon, tue, wed, thu, fri]
send_between: {email: {from: 09:00, to: 18:00}}
complete_until: 2029-12-31
"""
ASSIGNMENT = """\
format: relance/v1
kind: assignment
id: default
owner: anne@martin.example
routes:
  - {id: consumers, when: {customer.kind: consumer}, policy: none, reason: Consumers are out of scope}
otherwise: {policy: plain}
"""
POLICY = """\
format: relance/v1
kind: policy
id: plain
title: Three steps
owner: anne@martin.example
effective_from: 2027-01-01
calendar: plain
language: fr
consolidate: {by: invoice}
pacing: {min_gap: 3bd, before_heavy: 8d}
steps:
  - {id: first, level: reminder, at: due+1d, do: [{email: {template: reminder-1, to: billing}}]}
  - {id: second, level: firm, at: due+10d, do: [{email: {template: reminder-2, to: billing}}]}
  - id: notice
    level: notice
    at: due+20d
    requires: [second]
    approval: credit-controller
    do: [{letter: {template: formal-notice, to: billing, registered: paper}}]
"""
MAPPING = """\
format: relance/v1
kind: replay-mapping
id: small
ledger: {separator: semicolon, dates: DD.MM.YYYY, decimals: comma}
columns:
  invoice.id: Nr
  customer.id: Kunde
  invoice.issued: Datum
  invoice.due: Frist
  invoice.amount: Betrag
  invoice.settled: Bezahlt
constants: {invoice.currency: EUR, customer.kind: business}
reckoned: {invoice.delivered: issued}
"""
HEADER = "Nr;Kunde;Datum;Frist;Betrag;Bezahlt;Streit"


def workspace(policy: str = POLICY) -> Workspace:
    """The business above, with this policy."""
    files = {
        "business.yaml": BUSINESS,
        "calendars/plain.yaml": CALENDAR,
        "assignments/default.yaml": ASSIGNMENT,
        "policies/plain.yaml": policy,
    }
    return Workspace(Path("nowhere"), {path: text.encode() for path, text in files.items()})


def business() -> Business:
    """The one above."""
    return workspace().rulebook.business


def mapping(more: str = "", base: str = MAPPING) -> Mapping:
    """The mapping above, with these lines below it."""
    made, found = read_mapping((base + more).encode(), "small.yaml", business().custom)
    assert made is not None, found
    return made


def replay(folder: Path, rows: str, more: str = "", *, base: str = MAPPING, **files: str) -> Replay:
    """A ledger of these rows below HEADER, read; `events="..."` is events.csv beside it."""
    (folder / "ledger.csv").write_text(f"{HEADER}\n{rows}", encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_ledger(mapping(more, base), folder / "ledger.csv", business())


def lines(found: Replay, policy: str = POLICY) -> list[str]:
    """What the simulator says of it, a line each."""
    entries = simulate(found, judging(workspace(policy), found).rulebook)
    return [" ".join(filter(None, (str(e.day), e.receivable, e.step, e.outcome))) for e in entries]
