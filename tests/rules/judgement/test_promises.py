"""The promises of the house, on random lives: what no policy, no payment and no answer can make the engine do.

The numbers are those of architecture.md, section 6. `make test` tries 200 lives of each, `make nightly` 10,000.

All are shown by `test_every_life_keeps_the_promises`, which lives a life once, with hands that may fail, and
makes every check of it; the checks name their promise. 1 to 6 and 8: CHECKS, on what was told; 7, 9 and 10:
`decides_well` and `a_burst_is_bounded`, on what is decided at chosen instants; 10 also by a second life, in which
somebody looks more often. 5 has two more tests, `unknown` and `calendar`. What only a ledger can lose or do twice is
shown by tests/worker and tests/crash, `plan` and `apply` by tests/worker/plans.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from random import Random
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import facts as f
from rules.account import Account, BusinessState, Snapshot
from rules.calendars import Calendar
from rules.conditions import spelled
from rules.decide import decide
from rules.decision import Decision, Send
from rules.policy import HEAVY, LEVELS, Limits, Policy, Rulebook, Step
from rules.simulate import is_shared
from rules.standing import Standing
from tests.rules.judgement.kit import PLAIN, Life, rulebook
from tests.rules.judgement.lives import DAYS, POLICIES, START, Hands, Plot, plots
from worker.ledger.keys import DERIVED, natural_key

FEW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(FEW, max_examples=10_000)
QUARTER = settings(FEW, max_examples=2_500, derandomize=False)  # so that several processes share the 10,000
CONTACTS = frozenset({"email", "sms", "letter"})
V = TypeVar("V")


# --- looking at a life that was lived ----------------------------------------------------------------------------


def opening(life: Life) -> tuple[Account, BusinessState]:
    """The account and the business before anything happened."""
    account = Account(life.customer, others=dict(life.first_others))
    for contract in life.account.contracts.values():
        account.record(f.ContractRecorded(datetime(2000, 1, 1, tzinfo=UTC), contract, life.book.digest))
    confirmed = any(isinstance(fact, f.BankConfirmed) for _, fact in life.simulation.told)
    return account, BusinessState(None if confirmed else date(2039, 1, 1))


def before_each(life: Life, kind: type[V]) -> Iterator[tuple[datetime, V, Account, BusinessState]]:
    """Every fact of that kind with the account and the business as they stood just before."""
    account, business = opening(life)
    for at, fact in life.simulation.told:
        if isinstance(fact, kind):
            yield at, fact, account, business
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


def addressee(life: Life, fact: f.Left | f.Reacted) -> str:
    """Who is written to."""
    return fact.to or life.account.debtor(life.account.receivables[fact.receivable]).id


# --- the checks --------------------------------------------------------------------------------------------------


def nothing_leaves_for_what_is_settled_or_held(life: Life) -> None:
    """Promise 1."""
    for _, left, account, _ in before_each(life, f.Left):
        if step_of(life, left).quiet:
            continue
        item = account.receivables[left.receivable]
        assert Standing(account, left.on).open[item.id] > 0, left
        assert item.ladder is not None
        assert item.ladder.stopped is None, left
        for state in account.holds.values():
            if (
                not state.active
                or state.hold.start > left.on
                or state.hold.subject
                not in (
                    item.id,
                    account.debtor(item).id,
                )
            ):
                continue
            older = state.hold.kind == "insolvency" and item.issued >= (state.hold.opened or state.hold.start)
            part = state.hold.part is not None and state.hold.part.minor < item.balance.minor
            assert older or part, (left, state)


def nothing_is_claimed_that_is_settled_or_disputed(life: Life) -> None:
    """Promise 1: each sum that a message claims is what is left of it, less what is disputed."""
    assert isinstance(life.simulation, Hands)
    for act, account in life.simulation.acted:
        for claimed in act.what.claimed if isinstance(act.what, Send) and not act.void else ():
            item = account.receivables[claimed.receivable]
            left = item.amount.minor - item.paid - item.credited - item.written_off
            about = (item.id, item.contract, account.debtor(item).id)
            disputes = (s.hold for s in account.holds.values() if s.active and s.hold.kind == "dispute")
            running = [hold for hold in disputes if hold.subject in about and hold.start <= act.on]
            left -= sum(left if hold.part is None else hold.part.minor for hold in running)
            assert 0 < claimed.amount.minor <= left, (act, item)


def nobody_is_dunned_twice_on_a_day_nor_before_the_gap(life: Life) -> None:
    """Promise 3: one message a day, and each step on the `min_gap`-th working day after the last contact."""
    messages: dict[tuple[str, date], set[str]] = defaultdict(set)  # to whom
    contacts: dict[str, tuple[str, date]] = {}
    gap = policy(life).pacing.min_gap
    for _, fact in life.simulation.told:
        match fact:
            case f.Left():
                to = addressee(life, fact)
                messages[to, fact.on].add(fact.message)
                others = (contact for message, contact in contacts.items() if message != fact.message)
                earlier = [day for whom, day in others if whom == to and day <= fact.on]
                assert all(calendar(life).add(day, gap) <= fact.on for day in earlier), (fact, earlier)
                if CONTACTS & set(fact.channels):
                    contacts[fact.message] = to, fact.on
            case f.Reacted(contact=True):
                to = addressee(life, fact)
                messages[to, fact.on].add(fact.message)
                contacts[fact.message] = to, fact.on
            case f.ActionEnded(outcome="failed" | "released"):
                contacts.pop(fact.message, None)  # nobody read it
    assert all(len(keys) == 1 for keys in messages.values()), messages


def everything_leaves_within_its_slot(life: Life) -> None:
    """Promise 3: on a working day, in the hours of all that its step may do: a debit's fallback is an e-mail."""
    channels = {step.id: step.channels for step in policy(life).steps}
    for at, fact in life.simulation.told:
        if isinstance(fact, f.Left):
            assert set(fact.channels) <= channels[fact.own], fact
            hours = calendar(life).hours(channels[fact.own])
            local = at.astimezone(calendar(life).zone)
            assert calendar(life).is_working(local.date()), fact
            assert hours is not None
            assert hours[0] <= local.time() < hours[1], fact
            assert local.date() == fact.on


def the_tone_never_goes_backwards(life: Life) -> None:
    """Promise 3, within one climb; a message that never went out had no tone."""
    levels: dict[tuple[str, int], list[int]] = defaultdict(list)
    ended = {(x.message, x.action): x.outcome for _, x in life.simulation.told if isinstance(x, f.ActionEnded)}
    went_out = {message for (message, _), outcome in ended.items() if outcome not in ("failed", "released")}
    for _, fact in life.simulation.told:
        if isinstance(fact, f.Left) and fact.message in went_out:
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
    for _, fact, account, _ in before_each(life, object):
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
    sent = [
        (x.message, x.action) for _, x in life.simulation.told if isinstance(x, f.ActionEnded) and x.outcome == "sent"
    ]
    assert len(sent) == len(set(sent)), sent


def nothing_is_sent_again_on_a_guess(life: Life) -> None:
    """Promise 2: while nobody knows what became of a message, the ladders that it carried send nothing."""
    carried: dict[str, set[str]] = defaultdict(set)
    guessed: set[str] = set()
    for _, fact in life.simulation.told:
        match fact:
            case f.Left():
                assert fact.receivable not in {name for message in guessed for name in carried[message]}, fact
                carried[fact.message].add(fact.receivable)
            case f.ActionEnded(outcome="unknown"):
                guessed.add(fact.message)
            case f.ActionEnded():
                guessed.discard(fact.message)
            case f.Reopened():  # a new round is a new ladder
                for names in carried.values():
                    names.discard(fact.receivable)


def a_step_goes_out_no_more_often_than_it_says(life: Life) -> None:
    """Promise 2: once per round and step, or as often as it repeats; what failed for certain does not count."""
    dead = {
        x.message
        for _, x in life.simulation.told
        if isinstance(x, f.ActionEnded) and x.outcome in ("failed", "released")
    }
    often: Counter[tuple[str, int, str]] = Counter()
    for _, fact in life.simulation.told:
        if isinstance(fact, f.Left) and fact.message not in dead:
            often[fact.receivable, fact.round, fact.step] += 1
            repeat = step_of(life, fact).repeat
            assert often[fact.receivable, fact.round, fact.step] <= (repeat.times if repeat else 1), fact


def nothing_is_collected_twice(life: Life) -> None:
    """Promises 1 and 2: never while a collection is under way, never more than is open, each by a mandate in euros."""
    for _, left, account, _ in before_each(life, f.Left):
        if "debit" not in left.channels:
            continue
        item = account.receivables[left.receivable]
        running = [state for state in account.holds.values() if state.active and state.hold.kind == "payment-pending"]
        assert item.id not in {state.hold.subject for state in running}, left
        assert item.amount.currency == "EUR", left
        assert account.contracts[item.contract].sepa_mandate is not None, left
    for _, fact, account, _ in before_each(life, f.HoldPlaced):
        if fact.hold.id.startswith("debit/"):
            assert fact.hold.part is not None
            assert fact.hold.part <= account.receivables[fact.hold.subject].balance, fact


def nothing_leaves_while_money_is_on_its_way(life: Life) -> None:
    """Promise 1, by what was collected and what came of it, whatever hold says so."""
    running: dict[str, tuple[str, int]] = {}  # receivable: by which message, and what is still to come
    for _, fact, account, _ in before_each(life, object):
        match fact:
            case f.Left():
                item = account.receivables[fact.receivable]
                if not step_of(life, fact).quiet:
                    assert item.id not in running or not item.open, fact
                if "debit" in fact.channels:
                    running[item.id] = fact.message, Standing(account, fact.on).open[item.id]
            case f.Paid():
                for share in fact.shares:
                    message, rest = running.pop(share.receivable, ("", 0))
                    if rest > share.minor:
                        running[share.receivable] = message, rest - share.minor
            case f.PaymentFailed():
                running.pop(fact.receivable, None)
            case f.Reversed():  # what came of it is open again; nothing is on its way any more
                return
            case f.ActionEnded(outcome="failed" | "released"):
                running = {name: run for name, run in running.items() if run[0] != fact.message}


def no_money_is_a_float(life: Life) -> None:
    """Promise 8: neither in what is told nor in what would be done, and a computed sum says by which rate and law."""
    for value in (*(fact for _, fact in life.simulation.told), last(life)):
        assert not list(floats(value)), value
    for _, fact in life.simulation.told:
        if isinstance(fact, f.Charged):
            assert fact.law
            assert fact.source
            assert (fact.working is None) or not fact.unknown


def floats(value: object) -> Iterator[float]:
    """Every float in a value, however deep."""
    if isinstance(value, float):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from floats(getattr(value, each.name))
    elif isinstance(value, Mapping):
        yield from floats(list(value.items()))
    elif isinstance(value, (tuple, list, frozenset, set)):
        for each in value:
            yield from floats(each)


def no_fact_that_follows_is_taken_for_another(life: Life) -> None:
    """Promise 10: nothing is lost, because two facts that follow and differ never share the key they are kept under."""
    kept: dict[str, f.Fact] = {}
    for _, fact in life.simulation.told:
        if isinstance(fact, DERIVED):
            assert kept.setdefault(natural_key(fact), fact) == fact


def unknown_is_not_no(life: Life) -> None:
    """Promise 5: what asks for a score leaves when one is known that meets it; what is known is asked of nobody."""
    for _, left, account, _ in before_each(life, f.Left):
        if "customer.score" in spelled(step_of(life, left).when):
            score = account.debtor(account.receivables[left.receivable]).score
            assert score is not None, left
            assert score < 40, left
    asks = {s.id for s in policy(life).steps if "customer.score" in spelled(s.when)}
    for _, skipped, account, _ in before_each(life, f.Skipped):
        if skipped.why == "condition" and skipped.step in asks:
            assert account.debtor(account.receivables[skipped.receivable]).score is not None, skipped
    for review in life.account.reviews.values():
        if review.open and "customer.score" in review.asked.why:
            person = life.account.person(review.asked.subject)
            assert person is not None
            assert person.score is None, review


def what_is_settled_is_over(life: Life) -> None:
    """Promise 1: settling stops the ladder at once; nothing that is paid stays in the books as if it were not."""
    for item in life.account.receivables.values():
        assert item.open or item.closed_on is not None, item


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
    nothing_is_claimed_that_is_settled_or_disputed,
    nobody_is_dunned_twice_on_a_day_nor_before_the_gap,
    everything_leaves_within_its_slot,
    the_tone_never_goes_backwards,
    no_step_is_passed_over_in_silence,
    nothing_heavy_leaves_unprepared,
    a_charge_comes_once_and_only_with_its_step,
    no_key_is_used_twice,
    nothing_is_sent_again_on_a_guess,
    a_step_goes_out_no_more_often_than_it_says,
    nothing_is_collected_twice,
    nothing_leaves_while_money_is_on_its_way,
    no_money_is_a_float,
    no_fact_that_follows_is_taken_for_another,
    unknown_is_not_no,
    what_is_settled_is_over,
    nothing_leaves_after_the_end,
)


def last(life: Life) -> Decision:
    """What is decided at the end of the life."""
    assert life.lived is not None
    return decide(life.simulation.rulebooks, Snapshot(life.account, life.business), life.lived)


# --- a judgement at one instant ----------------------------------------------------------------------------------

QUARTERS = st.integers(0, DAYS * 24 * 4)  # of an hour, since the start
INSTANTS, NUDGES = st.lists(QUARTERS, min_size=1, max_size=3), st.lists(QUARTERS, min_size=1, max_size=40)


def at(life: Life, quarter: int) -> datetime:
    """The instant, as many quarters of an hour after the first midnight."""
    return life.instant(str(START)) + timedelta(minutes=15 * quarter)


def snapshots(life: Life, quarters: list[int]) -> Iterator[tuple[datetime, Snapshot]]:
    """The life as it stood at each of those instants."""
    account, business = opening(life)
    told = list(life.simulation.told)
    for quarter in sorted(quarters):
        now = at(life, quarter)
        while told and told[0][0] <= now:
            _, fact = told.pop(0)
            business.record(fact) if is_shared(fact) else account.record(fact)
        yield now, Snapshot(account.copy(), business.copy())


def amid(life: Life, quarters: list[int]) -> Iterator[tuple[datetime, Snapshot]]:
    """The life as it stood just before some of what was told: there something is to follow."""
    told = life.simulation.told
    for quarter in quarters:
        account, business = opening(life)
        before = quarter % len(told)
        for _, fact in told[:before]:
            business.record(fact) if is_shared(fact) else account.record(fact)
        yield told[before][0], Snapshot(account, business)


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


def decides_well(life: Life, quarters: list[int]) -> None:
    """Promise 10 and 7: what is true of every single decision."""
    for now, snapshot in chain(snapshots(life, quarters), amid(life, quarters)):
        kept = deepcopy(snapshot)
        books = life.simulation.rulebooks
        decision = decide(books, snapshot, now)
        assert snapshot == kept, "the snapshot is not touched"
        assert decide(books, snapshot, now) == decision, "the same again"
        assert decide(books, mixed(snapshot, len(quarters)), now) == decision, "whatever the order of entries"
        assert all(wake is None or wake > now for wake in decision.wake.values()), "wakes lie ahead"
        edited = rulebook(POLICIES[len(quarters) % len(POLICIES)] + "# edited\n")
        assert decide({**books, edited.digest: edited}, snapshot, now) == decision, "an edit changes no running case"
        nothing_concluded_is_opened_again(books, edited, snapshot, now)
        for fact in decision.facts:
            snapshot.business.record(fact) if is_shared(fact) else snapshot.account.record(fact)
        again = decide(books, snapshot, now)
        assert again.facts == (), "nothing more follows"
        assert again.acts == decision.acts, "and the same is to be done"
        assert again.wake.keys() == decision.wake.keys()
        for (
            contract,
            wake,
        ) in again.wake.items():  # what ended may have asked for an earlier look
            sooner = decision.wake[contract]
            assert wake is None or (sooner is not None and sooner <= wake), "no wake is lost"
        assert again.next_steps == decision.next_steps


def nothing_concluded_is_opened_again(
    books: Mapping[str, Rulebook], edited: Rulebook, snapshot: Snapshot, now: datetime
) -> None:
    """Promise 7: moved to another policy by `apply`, a case keeps what it climbed, and climbs none of it again."""
    climbed = {
        (item.id, climb.step, climb.occurrence)
        for item in snapshot.account.receivables.values()
        if item.ladder is not None
        for climb in item.ladder.climbs
        if item.ladder.begun  # until a step went out, all is tested and told anew
    }
    account = snapshot.account.copy()
    for contract in account.contracts:
        account.record(f.CaseBound(now, contract, edited.digest))
    moved = decide({**books, edited.digest: edited}, Snapshot(account, snapshot.business), now)
    reopened = {fact.receivable for fact in moved.facts if isinstance(fact, f.Reopened)}
    for fact in (*moved.facts, *(fact for act in moved.acts for fact in act.facts)):
        if isinstance(fact, f.Left | f.Skipped) and fact.receivable not in reopened:
            assert (fact.receivable, fact.step, fact.occurrence) not in climbed, fact


def a_burst_is_bounded(life: Life, limit: int) -> None:
    """Promise 9: with the contacts of the day used up none leaves, and one hold asks; with one left it does."""
    books = {
        digest: replace(book, business=replace(book.business, limits=Limits(contacts_per_day=limit)))
        for digest, book in life.simulation.rulebooks.items()
    }
    tried: set[date] = set()
    for now, left, account, business in before_each(life, f.Left):
        if left.on in tried or not CONTACTS & set(left.channels):
            continue
        tried.add(left.on)
        for used in (limit - 1, limit):
            state = replace(business.copy(), contacts={left.on: used})
            decision = decide(books, Snapshot(account.copy(), state), now)
            contacts = [
                act for act in decision.acts if act.facts and CONTACTS & {act.queue} and act.level != "reaction"
            ]
            holds = [fact for fact in decision.facts if isinstance(fact, f.HoldPlaced)]
            assert (len(contacts), len(holds)) == ((1, 0) if used < limit else (0, 1)), (now, used)


def asked_more_often_it_says_the_same(plot: Plot, life: Life, quarters: list[int]) -> None:
    """Promise 10: what is sent depends on the facts, not on when somebody looked."""
    nudged = plot.life(nudges=[at(life, quarter) for quarter in quarters])
    assert nudged.said() == life.said()
    assert nudged.sent() == life.sent()
    assert (nudged.reviews(), nudged.tasks(), nudged.ended()) == (life.reviews(), life.tasks(), life.ended())


def keeps_its_promises(plot: Plot, quarters: list[int], nudges: list[int], limit: int) -> None:
    """Every check, on one life."""
    life = plot.life()
    for check in CHECKS:
        check(life)
    decides_well(life, quarters)
    a_burst_is_bounded(life, limit)
    asked_more_often_it_says_the_same(plot, life, nudges)


@FEW
@given(plots(), INSTANTS, NUDGES, st.integers(1, 9))
def test_every_life_keeps_the_promises(plot: Plot, quarters: list[int], nudges: list[int], limit: int) -> None:
    keeps_its_promises(plot, quarters, nudges, limit)


@pytest.mark.nightly
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("_part", range(4))
@QUARTER
@given(plot=plots(), quarters=INSTANTS, nudges=NUDGES, limit=st.integers(1, 9))
def test_many_lives_keep_the_promises(
    _part: int, plot: Plot, quarters: list[int], nudges: list[int], limit: int
) -> None:
    keeps_its_promises(plot, quarters, nudges, limit)


# --- what is not known -------------------------------------------------------------------------------------------

_SCORE = "{customer.score: {gte: 40}}"
_EMAIL = "do: [{email: {template: reminder, to: billing}}]"
BLIND = tuple(
    f"consolidate: {{by: invoice}}\n{head}steps:\n"  # a message that covers others looks ahead at their conditions
    f"  - {{id: one, at: due+2d, {_EMAIL}}}\n"
    f"  - {{id: two, level: firm, at: due+14d, {when}{_EMAIL}}}\n"
    f"  - {{id: three, level: firm, at: due+20d, {_EMAIL}}}\n{more}"
    for head, when, more in (
        ("", f"when: {_SCORE}, ", ""),
        (f"applies_to: {_SCORE}\n", "", ""),
        ("", "", f"variants: [{{id: good, when: {_SCORE}, change: {{two: {{at: due+16d}}}}}}]\n"),
    )
)
DUES = st.lists(st.integers(0, 40), min_size=1, max_size=3)


def seeing(policy: str, dues: list[int], score: int | None, more: Mapping[str, str] | None = None) -> Life:
    """A short life of invoices due so many days after the start, of a customer with that score."""
    life = Life(policy, more=more, score=None if score is None else Decimal(score))
    for n, due in enumerate(dues):
        life.invoice(f"INV-{n}", 100, due=str(START + timedelta(days=due)))
    return life.until(str(START + timedelta(days=100)))


def stops_what_depends_on_it(policy: int, dues: list[int]) -> None:
    """Promise 5: never sent, never skipped; asked once; and until the question everything goes as if it were known."""
    blind, good, bad = (seeing(BLIND[policy], dues, score) for score in (None, 50, 30))
    asked = min((on for on, why in blind.reviews() if "customer.score" in why), default=None)
    assert asked is not None
    assert len(blind.reviews()) == 1, "once for the customer"
    for known in (good, bad):
        before = [line for line in known.said() if line[0] < asked]
        assert [line for line in blind.said() if line[0] < asked] == before
    stopped = {"two", "three"} if policy == 0 else {"one", "two", "three"}
    assert not [line for line in blind.said() if line[2] in stopped], "nothing is chosen by accident"


@FEW
@given(st.integers(0, len(BLIND) - 1), DUES)
def test_what_is_not_known_stops_what_depends_on_it_and_asks(policy: int, dues: list[int]) -> None:
    stops_what_depends_on_it(policy, dues)


@pytest.mark.nightly
@pytest.mark.timeout(7200)
@MANY
@given(st.integers(0, len(BLIND) - 1), DUES)
def test_whatever_is_not_known_stops_what_depends_on_it(policy: int, dues: list[int]) -> None:
    stops_what_depends_on_it(policy, dues)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), DUES)
def test_a_calendar_that_ends_stops_what_comes_after(ends: int, dues: list[int]) -> None:
    """Promise 5: past its last day nothing leaves, and a person is asked; what came before is as it would have been."""
    last_day = START + timedelta(days=ends)
    short = PLAIN.replace("complete_until: 2039-12-31", f"complete_until: {last_day}")
    policy = BLIND[0].replace(f"when: {_SCORE}, ", "")
    whole, cut = seeing(policy, dues, 50), seeing(policy, dues, 50, {"calendars/plain.yaml": short})
    assert all(on <= str(last_day) for on, _, _, outcome in cut.said() if outcome in ("sent", "covered"))
    asked = [review.asked for review in cut.business.reviews.values()]
    assert asked or cut.said() == whole.said()
    assert {review.review for review in asked} <= {"calendar/plain"}
    until = min((str(review.on) for review in asked), default="2099-12-31")
    assert [line for line in cut.said() if line[0] < until] == [line for line in whole.said() if line[0] < until]
