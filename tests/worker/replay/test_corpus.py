"""Two ledgers that nobody here wrote, lived through whole; what is promised is asserted on all that was told.

What is expected is counted from the files themselves by plain code below, never taken from a replay.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

from rules import facts as f
from rules.calendars import Calendar
from rules.policy import HEAVY, LEVELS, Policy, Rulebook
from rules.simulate import Scripted, entries
from worker.replay.lives import Replay
from worker.replay.mapfile import read_mapping
from worker.replay.reading import read_ledger
from worker.replay.run import lived
from worker.replay.today import judging
from worker.workspace import load

pytestmark = pytest.mark.corpus
ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared/data"
LEDGERS = {
    "ibm": DATA / "ar_ibm_late_payment/invoices.csv",
    "fines": DATA / "dunning_traffic_fines_it/traffic_fines_cases.csv",
}
NAMES = pytest.mark.parametrize("name", sorted(LEDGERS))


@dataclass(frozen=True)
class Lived:
    """A whole replay: everything that was told, by customer."""

    replay: Replay
    rulebook: Rulebook
    told: dict[str, list[Scripted]]

    @property
    def policy(self) -> Policy:
        (policy,) = self.rulebook.policies.values()
        return policy

    @property
    def calendar(self) -> Calendar:
        (calendar,) = self.rulebook.calendars.values()
        return calendar

    def left(self) -> Iterator[tuple[str, f.Left]]:
        for customer, told in self.told.items():
            yield from ((customer, fact) for _, fact in told if isinstance(fact, f.Left))

    def outcomes(self, beginning: str) -> dict[str, date]:
        found = entries(fact for told in self.told.values() for _, fact in told)
        return {entry.receivable: entry.day for entry in found if entry.outcome.startswith(beginning)}


def live(name: str) -> Lived:
    """Skips where the data are not."""
    if not LEDGERS[name].exists():
        pytest.skip(f"{LEDGERS[name].parent.name} is not in ../shared/data")
    return _live(name)


@cache
def _live(name: str) -> Lived:
    workspace = load(ROOT / "examples/replay" / name)
    business = workspace.rulebook.business
    data = (ROOT / f"examples/replay/{name}.yaml").read_bytes()
    mapping, found = read_mapping(data, f"{name}.yaml", business.custom)
    assert mapping is not None, found
    replay = read_ledger(mapping, LEDGERS[name], business)
    judged = judging(workspace, replay).rulebook
    return Lived(replay, judged, {life.customer.id: told for life, told in lived(replay, judged)})


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def us_day(text: str) -> date:
    month, day, year = (int(part) for part in text.split("/"))
    return date(year, month, day)


# --- what the files say -------------------------------------------------------------------------------------------


def test_all_1729_invoices_of_ibm_are_paid_on_the_day_the_file_says() -> None:
    settled = {row["invoiceNumber"]: us_day(row["SettledDate"]) for row in rows_of("ibm")}
    assert len(settled) == 1729
    assert live("ibm").outcomes("stopped") == settled


def test_the_disputes_of_ibm_are_those_that_open_before_the_settlement() -> None:
    disputed = {
        row["invoiceNumber"]: us_day(row["DueDate"]) + timedelta(days=5)
        for row in rows_of("ibm")
        if row["Disputed"] == "Yes" and us_day(row["DueDate"]) + timedelta(days=5) < us_day(row["SettledDate"])
    }
    placed = {
        fact.hold.subject: fact.hold.start
        for told in live("ibm").told.values()
        for _, fact in told
        if isinstance(fact, f.HoldPlaced)
    }
    assert placed == disputed


def test_the_500_fines_with_the_smallest_digests_are_replayed() -> None:
    names = sorted((row["case_id"] for row in rows_of("fines")), key=lambda name: sha256(name.encode()).hexdigest())
    assert set(live("fines").told) == set(names[:500])


def test_the_fines_paid_in_full_before_the_collector_has_them_stop_on_that_day_and_no_others() -> None:
    wanted = set(live("fines").told)
    cases = {row["case_id"]: row for row in rows_of("fines") if row["case_id"] in wanted}
    open_ = {name: Decimal(row["amount"]) + Decimal(row["expense"] or 0) for name, row in cases.items()}
    paid: dict[str, date] = {}
    payments = [
        row for row in rows(LEDGERS["fines"].with_name("traffic_fines_events.csv")) if row["activity"] == "Payment"
    ]
    for row in sorted(payments, key=lambda row: row["timestamp"]):
        name = row["case_id"]
        if name in wanted and name not in paid:
            open_[name] -= Decimal(row["payment_amount_eur"])
            if open_[name] <= 0:
                paid[name] = date.fromisoformat(row["timestamp"])
    stopped, handed = live("fines").outcomes("stopped: paid"), live("fines").outcomes("stopped: handed-off")
    wanted_ = {name: day for name, day in paid.items() if day <= handed.get(name, day)}
    assert {name: day for name, day in stopped.items() if name in paid} == wanted_
    assert all(open_[name] <= Decimal("0.50") for name in stopped)  # the policy's tolerance
    assert len(wanted_) > 100


# --- what is promised ---------------------------------------------------------------------------------------------


@NAMES
def test_nothing_leaves_once_it_is_settled(name: str) -> None:
    found = live(name)
    stopped = found.outcomes("stopped: paid")
    assert len(stopped) > 100
    late = [fact for _, fact in found.left() if fact.receivable in stopped and fact.on >= stopped[fact.receivable]]
    assert late == []


@NAMES
def test_nothing_leaves_while_it_is_disputed(name: str) -> None:
    sent_while_held, held = [], 0
    for told in live(name).told.values():
        disputed: set[str] = set()
        for _, fact in told:
            match fact:
                case f.HoldPlaced():
                    disputed.add(fact.hold.subject)
                    held += 1
                case f.HoldEnded():
                    disputed.discard(fact.subject)
                case f.Left() if fact.receivable in disputed:
                    sent_while_held.append(fact)
    assert held > 0
    assert sent_while_held == []


@NAMES
def test_a_customer_is_never_contacted_twice_on_a_day_nor_before_the_gap(name: str) -> None:
    found = live(name)
    messages: dict[str, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for customer, fact in found.left():
        messages[customer][fact.on].add(fact.message)
    assert all(len(each) == 1 for days in messages.values() for each in days.values())
    gap = found.policy.pacing.min_gap
    close = [
        pair
        for days in messages.values()
        for pair in pairwise(sorted(days))
        if found.calendar.add(pair[0], gap) > pair[1]
    ]
    assert close == []


@pytest.mark.parametrize("name", ["ibm", "fines"])
def test_a_step_leaves_on_a_working_day_within_its_hours(name: str) -> None:
    found = live(name)
    for _, fact in found.left():
        local: datetime = fact.at.astimezone(found.calendar.zone)
        hours = found.calendar.hours(frozenset(fact.channels))
        assert hours is not None
        assert local.date() == fact.on
        assert found.calendar.is_working(fact.on)
        assert hours[0] <= local.time() < hours[1]


@NAMES
def test_a_heavy_step_comes_after_a_reminder_and_an_approval(name: str) -> None:
    found = live(name)
    heavy = 0
    for told in found.told.values():
        reminded: dict[str, date] = {}
        approved: set[tuple[str, str]] = set()
        for _, fact in told:
            match fact:
                case f.Approved():
                    approved.add((fact.receivable, fact.step))
                case f.Left() if fact.level in HEAVY:
                    heavy += 1
                    first = reminded[fact.receivable]
                    assert found.calendar.add(first, found.policy.pacing.before_heavy) <= fact.on
                    assert (fact.receivable, fact.step) in approved
                case f.Left() if fact.level != "courtesy":
                    reminded.setdefault(fact.receivable, fact.on)
    assert heavy > 0


@NAMES
def test_the_tone_never_goes_backwards_and_no_step_leaves_twice(name: str) -> None:
    levels: dict[str, list[int]] = defaultdict(list)
    steps: dict[str, list[str]] = defaultdict(list)
    for _, fact in live(name).left():
        levels[fact.receivable].append(LEVELS.index(fact.level))
        steps[fact.receivable].append(fact.step)
    assert all(each == sorted(each) for each in levels.values())
    assert all(len(each) == len(set(each)) for each in steps.values())


@NAMES
def test_a_step_is_never_skipped_in_silence(name: str) -> None:
    """Up to the last that is told, every step left or was skipped with a reason, those that a variant removes apart."""
    found = live(name)
    base = [step.id for step in found.policy.steps]
    removed = {step for step in base for v in found.policy.variants if step not in [each.id for each in v.steps]}
    passed: dict[str, list[str]] = defaultdict(list)
    for told in found.told.values():
        for _, fact in told:
            if isinstance(fact, f.Left | f.Skipped):
                passed[fact.receivable].append(fact.step)
    assert passed
    for steps in passed.values():
        climbed = base[: base.index(steps[-1]) + 1]
        assert steps == [step for step in climbed if step in steps or step not in removed]


@NAMES
def test_a_replay_is_the_same_each_time_and_for_each_customer_alone(name: str) -> None:
    found = live(name)
    whole = entries(fact for told in found.told.values() for _, fact in told)
    again = [
        entry
        for customer in list(found.told)[::10]
        for entry in entries(
            fact
            for _, told in lived(replace(found.replay, items={customer: found.replay.items[customer]}), found.rulebook)
            for _, fact in told
        )
    ]
    kept = {entry.receivable for entry in again}
    assert sorted(again) == [entry for entry in whole if entry.receivable in kept]


def rows_of(name: str) -> list[dict[str, str]]:
    live(name)
    return rows(LEDGERS[name])
