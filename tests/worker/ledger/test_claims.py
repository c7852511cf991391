"""An act is attempted by one pair of hands at a time; an unknown outcome ends when somebody knows."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from rules import facts as f
from tests.worker.ledger.books import NOW, TODAY, act, book, enrolled, invoiced, left, opened
from worker.ledger.ledger import Conflict, Ledger, LedgerError, Unknown
from worker.ledger.views import messages, tasks

KEY = "m/reminder-1/0"
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def claimed(ledger: Ledger) -> Ledger:
    """R1 has climbed to reminder-1, whose one e-mail is being attempted."""
    with ledger.begin() as tx:
        book(tx, invoiced(), enrolled())
        tx.claim("durand", act(facts=(left(),)), NOW, "w1")
    return ledger


def outcome(ledger: Ledger) -> str:
    """How the last step of R1 stands."""
    with ledger.read() as tx:
        ladder = tx.account("durand").receivables["R1"].ladder
        assert ladder is not None
        return ladder.climbs[-1].outcome


def state(ledger: Ledger) -> str | None:
    with ledger.read() as tx:
        return tx.claim_state(KEY)


def abandon(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        tx.abandon(KEY, NOW, "its worker died")


def test_a_claim_records_the_facts_of_its_act(claimed: Ledger) -> None:
    assert (state(claimed), outcome(claimed)) == ("attempting", "leaving")
    with claimed.read() as tx:
        assert tx.claim_state("m/reminder-2/0") is None
        assert [(m.key, m.customer, m.receivable, m.channel, m.state) for m in messages(tx)] == [
            (KEY, "durand", "R1", "email", "attempting")
        ]


@pytest.mark.parametrize(
    ("ending", "climb"), [("sent", "sent"), ("failed", "failed"), ("released", "failed"), ("unknown", "unknown")]
)
def test_a_claim_ends_as_it_is_said(claimed: Ledger, ending: str, climb: str) -> None:
    with claimed.begin() as tx:
        tx.end_claim("durand", act(), NOW, ending, "because", "ref-1")  # type: ignore[arg-type]
    assert (state(claimed), outcome(claimed)) == (ending, climb)
    with claimed.begin() as tx:
        tx.end_claim("durand", act(), LATER, ending, "again")  # type: ignore[arg-type]
        assert [(m.reason, m.reference) for m in messages(tx)] == [("because", "ref-1")]
        with pytest.raises(Conflict):
            tx.claim("durand", act(), LATER, "w2")


def test_an_act_never_claimed_is_claimed_and_ended_at_once(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced(), enrolled())
        tx.end_claim("durand", act(facts=(left(),)), NOW, "failed", "no such address")
    assert (state(ledger), outcome(ledger)) == ("failed", "failed")


def test_a_claim_that_ended_does_not_end_otherwise(claimed: Ledger) -> None:
    with claimed.begin() as tx:
        tx.end_claim("durand", act(), NOW, "sent")
        for other in ("failed", "released", "unknown"):
            with pytest.raises(Conflict):
                tx.end_claim("durand", act(), LATER, other)  # type: ignore[arg-type]
        with pytest.raises(Conflict):
            tx.try_again(act(), LATER, "later")
        with pytest.raises(Conflict):
            tx.abandon(KEY, LATER, "died")
    assert (state(claimed), outcome(claimed)) == ("sent", "sent")


def test_what_did_not_go_out_is_claimed_again(claimed: Ledger) -> None:
    with claimed.begin() as tx:
        tx.try_again(act(), NOW, "421 busy")
    assert state(claimed) == "claimed"
    with claimed.begin() as tx:
        tx.claim("durand", act(facts=(left(),)), LATER, "w2")
        assert [m.changed_at for m in messages(tx, state="attempting")] == [LATER]
        ladder = tx.account("durand").receivables["R1"].ladder
        assert ladder is not None
        assert len(ladder.climbs) == 1


def test_an_abandoned_claim_is_unknown_and_somebody_is_to_find_out(claimed: Ledger) -> None:
    abandon(claimed)
    abandon(claimed)
    assert (state(claimed), outcome(claimed)) == ("unknown", "unknown")
    with claimed.read() as tx:
        assert [(task.task, task.receivable) for task in tasks(tx)] == [(f"unknown/{KEY}", "R1")]


@pytest.mark.parametrize(("sent", "ending", "climb"), [(True, "sent", "sent"), (False, "released", "failed")])
def test_an_unknown_outcome_is_resolved_by_a_word(claimed: Ledger, sent: bool, ending: str, climb: str) -> None:
    abandon(claimed)
    with claimed.begin() as tx:
        tx.resolve("durand", KEY, LATER, sent, "anne")
        tx.resolve("durand", KEY, LATER, sent, "anne")
    assert (state(claimed), outcome(claimed)) == (ending, climb)
    with claimed.begin() as tx:
        assert tasks(tx) == []
        assert [m.reason for m in messages(tx)] == ["resolved by anne"]
        with pytest.raises(LedgerError, match=f"is not unknown: it is {ending}"):
            tx.resolve("durand", KEY, LATER, not sent, "paul")


def test_only_what_is_unknown_is_resolved(claimed: Ledger) -> None:
    with claimed.begin() as tx:
        with pytest.raises(LedgerError, match="is not unknown: it is attempting"):
            tx.resolve("durand", KEY, NOW, True, "anne")
        with pytest.raises(Unknown):
            tx.resolve("durand", "m/other/0", NOW, True, "anne")
        with pytest.raises(Unknown):
            tx.resolve("petit", KEY, NOW, True, "anne")


def test_a_worker_that_comes_back_resolves_what_it_left(claimed: Ledger) -> None:
    abandon(claimed)
    with claimed.begin() as tx:
        tx.end_claim("durand", act(), LATER, "sent", reference="ref-9")
    assert (state(claimed), outcome(claimed)) == ("sent", "sent")
    with claimed.read() as tx:
        assert tasks(tx) == []


def test_one_unknown_action_of_two_is_not_outvoted_by_the_other(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced(), enrolled())
        tx.claim("durand", act(0, (left(pending=(0, 1)),)), NOW, "w1")
        tx.claim("durand", act(1), NOW, "w1")
        tx.abandon(KEY, NOW, "its worker died")
        tx.end_claim("durand", act(1), NOW, "sent")
    assert outcome(ledger) == "unknown"
    with ledger.begin() as tx:
        tx.resolve("durand", KEY, LATER, False, "anne")
    assert outcome(ledger) == "sent"


def test_resolving_one_action_of_two_waits_for_the_other(ledger: Ledger) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced(), enrolled())
        tx.claim("durand", act(0, (left(pending=(0, 1)),)), NOW, "w1")
        tx.abandon(KEY, NOW, "its worker died")
        tx.resolve("durand", KEY, LATER, True, "anne")
    assert outcome(ledger) == "leaving"


def test_an_invoice_that_was_not_sent_after_all_is_undelivered(ledger: Ledger) -> None:
    reacted = f.Reacted(NOW, "deliver/R1", "R1", TODAY, pending=(0,), message="deliver/R1")
    unknown = f.ActionEnded(NOW, "deliver/R1", 0, "R1", "email", "unknown", TODAY)
    with ledger.begin() as tx:
        book(tx, invoiced(), reacted, unknown)
        assert not tx.account("durand").reacted["deliver/R1"].failed
        tx.record("durand", [f.ActionEnded(LATER, "deliver/R1", 0, "R1", "email", "released", TODAY)])
        assert tx.account("durand").reacted["deliver/R1"].failed


def _race(url: str, won: list[str], barrier: threading.Barrier, worker: str) -> None:
    with opened(url) as ledger:
        barrier.wait()
        try:
            with ledger.begin() as tx:
                tx.claim("durand", act(facts=(left(),)), NOW, worker)
        except Conflict:
            return
        won.append(worker)


def test_of_two_that_claim_at_once_one_wins(ledger: Ledger, url: str) -> None:
    with ledger.begin() as tx:
        book(tx, invoiced(), enrolled())
    won: list[str] = []
    barrier = threading.Barrier(4)
    threads = [threading.Thread(target=_race, args=(url, won, barrier, f"w{n}")) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert (state(ledger), outcome(ledger)) == ("attempting", "leaving")
