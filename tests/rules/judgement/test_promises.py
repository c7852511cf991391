"""The promises of the house, on random lives: what no policy, no payment and no answer can make the engine do.

The numbers are those of architecture.md, section 6. `make nightly` tries many more lives than `make test`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import facts as f
from rules.account import Account, BusinessState, Snapshot
from rules.calendars import Calendar
from rules.decide import decide
from rules.decision import Decision
from rules.policy import HEAVY, LEVELS, Policy, Step
from rules.simulate import is_shared
from rules.standing import Standing
from tests.rules.judgement.kit import Life
from tests.rules.judgement.lives import DAYS, START, Plot, plots
from worker.ledger.keys import DERIVED, natural_key

FEW = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CONTACTS = frozenset({"email", "sms", "letter"})
V = TypeVar("V")


# --- looking at a life that was lived ----------------------------------------------------------------------------


def opening(life: Life) -> tuple[Account, BusinessState]:
    """The account and the business before anything happened."""
    began = Life(bank=None)
    account = Account(began.customer)
    for contract in life.account.contracts.values():
        account.record(f.ContractRecorded(datetime(2000, 1, 1, tzinfo=UTC), contract, life.book.digest))
    return account, BusinessState()


def before_each(life: Life, kind: type[V]) -> Iterator[tuple[datetime, V, Account]]:
    """Every fact of that kind with the account as it stood just before."""
    account, business = opening(life)
    for at, fact in life.simulation.told:
        if isinstance(fact, kind):
            yield at, fact, account
        business.record(fact) if is_shared(fact) else account.record(fact)


def policy(life: Life) -> Policy:
    """The policy of the life."""
    return life.book.policies["mine"]


def calendar(life: Life) -> Calendar:
    """Its calendar."""
    return life.book.calendars[str(policy(life).calendar)]


def step_of(life: Life, fact: f.Left) -> Step:
    """The step that a ladder climbed by that message, under the variant of then."""
    return next(step for step in policy(life).variant(fact.variant) if step.id == fact.step)


# --- the checks --------------------------------------------------------------------------------------------------


def nothing_leaves_for_what_is_settled_or_held(life: Life) -> None:
    """Promise 1."""
    for _, left, account in before_each(life, f.Left):
        if step_of(life, left).quiet:
            continue
        item = account.receivables[left.receivable]
        assert Standing(account, left.on).open[item.id] > 0, left
        assert item.ladder is not None
        assert item.ladder.stopped is None, left
        for state in account.holds.values():
            if not state.active or state.hold.start > left.on or state.hold.subject not in (item.id, "C-1"):
                continue
            older = state.hold.kind == "insolvency" and item.issued >= (state.hold.opened or state.hold.start)
            part = state.hold.part is not None and state.hold.part.minor < item.balance.minor
            assert older or part, (left, state)


def nobody_is_dunned_twice_on_a_day_nor_before_the_gap(life: Life) -> None:
    """Promise 3: one message a day, and each step on the `min_gap`-th working day after the last contact."""
    messages: dict[date, set[str]] = defaultdict(set)
    contacts: set[date] = set()
    for _, fact in life.simulation.told:
        match fact:
            case f.Left():
                messages[fact.on].add(fact.message)
                earlier = [day for day in contacts if day < fact.on]
                gap = policy(life).pacing.min_gap
                assert all(calendar(life).add(day, gap) <= fact.on for day in earlier), (fact, earlier)
                if CONTACTS & set(fact.channels):
                    contacts.add(fact.on)
            case f.Reacted(contact=True):
                messages[fact.on].add(fact.message)
                contacts.add(fact.on)
    assert all(len(keys) == 1 for keys in messages.values()), messages


def everything_leaves_within_its_slot(life: Life) -> None:
    """Promise 3: on a working day, in the hours of its channels."""
    for at, fact in life.simulation.told:
        if isinstance(fact, f.Left):
            hours = calendar(life).hours(frozenset(fact.channels))
            local = at.astimezone(calendar(life).zone)
            assert calendar(life).is_working(local.date()), fact
            assert hours is not None
            assert hours[0] <= local.time() < hours[1], fact
            assert local.date() == fact.on


def the_tone_never_goes_backwards(life: Life) -> None:
    """Promise 3, within one climb."""
    levels: dict[tuple[str, int], list[int]] = defaultdict(list)
    for _, fact in life.simulation.told:
        if isinstance(fact, f.Left):
            levels[fact.receivable, fact.round].append(LEVELS.index(fact.level))  # type: ignore[arg-type]
    assert all(climb == sorted(climb) for climb in levels.values()), levels


def no_step_is_passed_over_in_silence(life: Life) -> None:
    """Promise 4: what lies before the last climb was sent, or skipped with a reason; what lies after it waits."""
    said = last(life).reasons
    for item in life.account.receivables.values():
        ladder = item.ladder
        if ladder is None:
            assert item.not_enrolled or said[item.id], item
            continue
        steps = [step.id for step in policy(life).variant(ladder.variant)]
        climbed = [climb.step for climb in ladder.climbs]
        known = [steps.index(name) for name in climbed if name in steps]
        assert all(name in climbed for name in steps[: max(known, default=0)]), (item.id, climbed)
        assert all(climb.why for climb in ladder.climbs if climb.outcome == "skipped")
        if ladder.stopped is None and set(steps) - set(climbed):
            assert any(reason.verdict == "waits" for reason in said[item.id]), item.id


def nothing_heavy_leaves_unprepared(life: Life) -> None:
    """Promise 6: a reminder before it, the approval, and the steps it requires."""
    approved: set[tuple[str, str]] = set()
    for _, fact, account in before_each(life, object):
        if isinstance(fact, f.Approved):
            approved.add((fact.receivable, fact.step))
        if not isinstance(fact, f.Left) or fact.level not in HEAVY:
            continue
        step, ladder = step_of(life, fact), account.receivables[fact.receivable].ladder
        assert ladder is not None
        sent = [climb for climb in ladder.climbs if climb.went_out]
        reminded = [c.on for c in sent if c.level in ("reminder", "firm") and CONTACTS & set(c.channels)]
        assert reminded, fact
        assert fact.on >= calendar(life).add(min(reminded), policy(life).pacing.before_heavy), fact
        assert set(step.requires or ()) <= {climb.step for climb in sent}, fact
        assert step.approval is None or (fact.receivable, step.id) in approved, fact


def a_charge_comes_once_and_only_with_its_step(life: Life) -> None:
    """Promises 6 and 8: per receivable and terms once, on the day its step left."""
    charged = [(fact.receivable, fact.terms) for _, fact in life.simulation.told if isinstance(fact, f.Charged)]
    assert len(charged) == len(set(charged))
    left = {(fact.receivable, fact.step, fact.on) for _, fact in life.simulation.told if isinstance(fact, f.Left)}
    assert {(c.receivable, c.step, c.on) for _, c in life.simulation.told if isinstance(c, f.Charged)} <= left


def no_key_is_used_twice(life: Life) -> None:
    """Promise 2, as far as a judgement goes: what makes a claim unique is unique."""
    keys = [
        (fact.receivable, fact.round, fact.step, fact.occurrence)
        for _, fact in life.simulation.told
        if isinstance(fact, f.Left | f.Skipped)
    ]
    assert len(keys) == len(set(keys)), keys


def no_fact_that_follows_is_taken_for_another(life: Life) -> None:
    """Promise 10: nothing is lost, because two facts that follow and differ never share the key they are kept under."""
    kept: dict[str, f.Fact] = {}
    for _, fact in life.simulation.told:
        if isinstance(fact, DERIVED):
            assert kept.setdefault(natural_key(fact), fact) == fact


def nothing_leaves_after_the_end(life: Life) -> None:
    """A stopped ladder sends nothing until it is opened again."""
    stopped: set[str] = set()
    for _, fact in life.simulation.told:
        match fact:
            case f.Stopped():
                stopped.add(fact.receivable)
            case f.Reopened() | f.Recalled():
                stopped.discard(fact.receivable)
            case f.Left() | f.Skipped():
                assert fact.receivable not in stopped, fact


CHECKS: tuple[Callable[[Life], None], ...] = (
    nothing_leaves_for_what_is_settled_or_held,
    nobody_is_dunned_twice_on_a_day_nor_before_the_gap,
    everything_leaves_within_its_slot,
    the_tone_never_goes_backwards,
    no_step_is_passed_over_in_silence,
    nothing_heavy_leaves_unprepared,
    a_charge_comes_once_and_only_with_its_step,
    no_key_is_used_twice,
    no_fact_that_follows_is_taken_for_another,
    nothing_leaves_after_the_end,
)


def last(life: Life) -> Decision:
    """What is decided at the end of the life."""
    assert life.lived is not None
    return decide(life.simulation.rulebooks, Snapshot(life.account, life.business), life.lived)


def keeps_its_promises(plot: Plot) -> None:
    """Every check, on one life."""
    life = plot.life()
    for check in CHECKS:
        check(life)


@FEW
@given(plots())
def test_every_life_keeps_the_promises(plot: Plot) -> None:
    keeps_its_promises(plot)


@pytest.mark.nightly
@pytest.mark.timeout(7200)
@MANY
@given(plots())
def test_many_lives_keep_the_promises(plot: Plot) -> None:
    keeps_its_promises(plot)


# --- a judgement at one instant ----------------------------------------------------------------------------------

INSTANTS = st.lists(st.integers(0, DAYS * 24 * 4), min_size=1, max_size=6)  # quarters of an hour since the start


def at(life: Life, quarter: int) -> datetime:
    """The instant, as many quarters of an hour after the first midnight."""
    return life.instant(str(START)) + timedelta(minutes=15 * quarter)


def snapshots(plot: Plot, quarters: list[int]) -> Iterator[tuple[Life, datetime, Snapshot]]:
    """The life as it stood at each of those instants."""
    whole = plot.life()
    for quarter in sorted(quarters):
        now = at(whole, quarter)
        account, business = opening(whole)
        if plot.confirmed is None:
            business.bank_through = date(2039, 1, 1)
        account.record(f.CustomerRecorded(now, whole.customer))
        for told, fact in whole.simulation.told:
            if told <= now:
                business.record(fact) if is_shared(fact) else account.record(fact)
        yield whole, now, Snapshot(account, business)


def shuffled(values: dict[str, V], random: Random) -> dict[str, V]:
    """The same entries in another order."""
    items = list(values.items())
    random.shuffle(items)
    return dict(items)


def mixed(snapshot: Snapshot, seed: int) -> Snapshot:
    """The same account, its dictionaries in another order."""
    random, account = Random(seed), snapshot.account.copy()
    for field in fields(account):
        value = getattr(account, field.name)
        if isinstance(value, dict):
            setattr(account, field.name, shuffled(value, random))
    return Snapshot(account, snapshot.business.copy())


def decides_well(plot: Plot, quarters: list[int]) -> None:
    """What is true of every single decision."""
    for life, now, snapshot in snapshots(plot, quarters):
        kept = deepcopy(snapshot)
        books = life.simulation.rulebooks
        decision = decide(books, snapshot, now)
        assert snapshot == kept, "the snapshot is not touched"
        assert decide(books, snapshot, now) == decision, "the same again"
        assert decide(books, mixed(snapshot, len(quarters)), now) == decision, "whatever the order of entries"
        assert all(wake is None or wake > now for wake in decision.wake.values()), "wakes lie ahead"
        for fact in decision.facts:
            snapshot.business.record(fact) if is_shared(fact) else snapshot.account.record(fact)
        again = decide(books, snapshot, now)
        assert again.facts == (), "nothing more follows"
        assert again.acts == decision.acts, "and the same is to be done"
        assert again.wake == decision.wake


@FEW
@given(plots(), INSTANTS)
def test_every_decision_is_pure_repeatable_and_at_rest(plot: Plot, quarters: list[int]) -> None:
    """Promise 10."""
    decides_well(plot, quarters)


@pytest.mark.nightly
@pytest.mark.timeout(7200)
@MANY
@given(plots(), INSTANTS)
def test_very_many_decisions_are_pure_repeatable_and_at_rest(plot: Plot, quarters: list[int]) -> None:
    """Promise 10."""
    decides_well(plot, quarters)


def sleeps_and_wakes_alike(plot: Plot, quarters: list[int]) -> None:
    """To be asked more often changes nothing of what is said."""
    life = plot.life()
    nudged = plot.life(nudges=[at(life, quarter) for quarter in quarters])
    assert nudged.said() == life.said()
    assert nudged.sent() == life.sent()
    assert (nudged.reviews(), nudged.tasks(), nudged.ended()) == (life.reviews(), life.tasks(), life.ended())


@FEW
@given(plots(), st.lists(st.integers(0, DAYS * 24 * 4), min_size=1, max_size=40))
def test_to_ask_more_often_changes_nothing(plot: Plot, quarters: list[int]) -> None:
    """Promise 10: what is sent depends on the facts, not on when somebody looked."""
    sleeps_and_wakes_alike(plot, quarters)


@pytest.mark.nightly
@pytest.mark.timeout(7200)
@MANY
@given(plots(), st.lists(st.integers(0, DAYS * 24 * 4), min_size=1, max_size=40))
def test_to_ask_much_more_often_changes_nothing(plot: Plot, quarters: list[int]) -> None:
    """Promise 10."""
    sleeps_and_wakes_alike(plot, quarters)
