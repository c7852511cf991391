"""Every fact comes back from its text as it was, and has a key of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import facts as f
from rules.decision import Bill
from rules.facts import KINDS, Fact, kind_of
from rules.money import Money
from tests.worker.ledger.books import CARD, NOW, TODAY, billed, eur, left, paid
from tests.worker.ledger.every_fact import any_of
from worker.ledger.codec import decode, encode, loads
from worker.ledger.keys import natural_key, subject_of
from worker.ledger.people import Card

FACTS = {kind: any_of(cls) for kind, cls in KINDS.items()}


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(max_examples=25)
@given(data=st.data())
def test_every_kind_of_fact_comes_back_as_it_was_and_has_a_key_and_a_place(kind: str, data: st.DataObject) -> None:
    fact: Fact = data.draw(FACTS[kind])
    back = decode(encode(fact), KINDS[kind])
    assert back == fact
    assert encode(back) == encode(fact)
    assert kind_of(fact) == kind
    assert natural_key(fact).startswith(f"{kind}/")
    assert len(subject_of(fact)) == 2


def test_the_text_is_canonical() -> None:
    said = f.Paid(NOW, "P1", "durand", Money(-5, "EUR"), date(2027, 1, 5), (f.Share("R1", 3),))
    assert encode(said) == (
        '{"amount":{"$money":"-0.05 EUR"},"at":{"$at":"2027-01-05T09:00:00+00:00"},"customer":"durand",'
        '"on":{"$day":"2027-01-05"},"payment":"P1","shares":[{"minor":3,"receivable":"R1"}]}'
    )


def test_an_instant_is_kept_in_utc() -> None:
    paris = datetime(2027, 1, 5, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    assert encode(replace(paid(1), at=paris)) == encode(paid(1))


def test_cards_and_bills_come_back() -> None:
    assert decode(encode(CARD), Card) == CARD
    assert decode(encode(billed()), Bill) == billed()


def test_values_without_a_type_come_back_by_their_tags() -> None:
    values = ("x", 3, None, Decimal("1.50"), eur(5), TODAY, NOW, ("a", True))
    assert loads(encode(values)) == values


def test_the_ledger_keeps_no_floats() -> None:
    with pytest.raises(TypeError, match="keeps no float"):
        encode({"rate": 0.1})


@pytest.mark.parametrize("text", ["{", "{}", '{"payment":"P1"}', '{"nothing":1}'])
def test_a_text_that_is_no_such_fact_is_refused(text: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        decode(text, f.Paid)


def test_a_slash_in_a_name_never_makes_two_facts_one() -> None:
    one = f.PaymentFailed(NOW, "P", "R/1", eur(1), "AC04")
    other = f.PaymentFailed(NOW, "P/R", "1", eur(1), "AC04")
    assert natural_key(one) == "payment-failed/P/R/1"
    assert natural_key(other) == "payment-failed/P%2FR/1"


AGAIN = NOW + timedelta(hours=1)
TWICE = [
    (f.CallRecorded(NOW, "R1", "phone", "no-answer", TODAY), f.CallRecorded(NOW, "R1", "phone", "reached", TODAY)),
    (f.Reversed(NOW, "P1", TODAY), f.Reversed(NOW, "P2", TODAY)),
    (
        f.ActionEnded(NOW, "m", 0, "R1", "email", "unknown", TODAY),
        f.ActionEnded(NOW, "m", 0, "R1", "email", "sent", TODAY),
    ),
    (f.Stopped(NOW, "R1", 1, "handed-off", TODAY), f.Stopped(NOW, "R1", 1, "paid", TODAY)),
    (left(step="reminder-1"), left(step="reminder-2")),
    (f.Replied(NOW, "C1"), f.Replied(AGAIN, "C1")),
]


@pytest.mark.parametrize(("one", "other"), TWICE)
def test_two_things_that_happened_are_two_facts(one: Fact, other: Fact) -> None:
    assert natural_key(one) != natural_key(other)


ONCE = [
    left(),
    paid(1),
    f.Enrolled(NOW, "R1", 1, "d", "p", late=False, on=TODAY),
    f.TaskOpened(NOW, "T1", "receivable", "R1", "credit-control", "Look", TODAY),
    f.HoldEnded(NOW, "H1", "released", TODAY, "receivable", "R1"),
    f.BankConfirmed(NOW, TODAY),
]


@pytest.mark.parametrize("fact", ONCE)
def test_the_instant_at_which_it_was_found_does_not_make_it_another(fact: Fact) -> None:
    assert natural_key(replace(fact, at=datetime(2028, 1, 1, tzinfo=UTC))) == natural_key(fact)
