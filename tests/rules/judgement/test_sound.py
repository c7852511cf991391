"""The measure of every judgement in these tests notices what is wrong with one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules import facts as f
from rules.decision import Decision, Reason
from tests.rules.judgement.kit import Life, day
from tests.rules.judgement.sound import sound

STOPPED = f.Stopped(Life().instant("2026-04-01"), "INV-1", 1, "paid", day("2026-04-01"))
TASK = f.TaskOpened(STOPPED.at, "key", "receivable", "INV-1", "collections", "Look at it", STOPPED.on)
HELD = Reason("waits", "waits", ("held", None, "dispute", "H-1", None))


def judged(*facts: f.Fact, **more: Any) -> None:
    """A decision of the first of April about the account of one invoice."""
    life = Life()
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-03-31")
    sound(Decision(STOPPED.at, facts, **more), life.account)


def test_what_is_right_passes() -> None:
    judged(STOPPED, TASK, reasons={"INV-1": (HELD,)}, wake={"M-1": STOPPED.at, "M-2": None})


@pytest.mark.parametrize(
    "fact",
    [
        replace(STOPPED, at=Life().instant("2026-04-02")),
        replace(STOPPED, at=None),  # type: ignore[arg-type]
        replace(STOPPED, receivable="INV-2"),
        replace(STOPPED, round=None),  # type: ignore[arg-type]
        replace(STOPPED, why=None),  # type: ignore[arg-type]
        replace(STOPPED, on=STOPPED.at),
        replace(TASK, scope="contract"),
        replace(TASK, scope="invoice"),  # type: ignore[arg-type]
        replace(TASK, subject="C-1"),
        replace(TASK, due="2026-04-01"),  # type: ignore[arg-type]
    ],
)
def test_a_fact_of_another_instant_type_or_subject_does_not(fact: f.Fact) -> None:
    with pytest.raises(AssertionError):
        judged(fact)


@pytest.mark.parametrize(
    "reason",
    [replace(HELD, code="wait"), replace(HELD, verdict="maybe"), replace(HELD, values=("hold", None, "H-1"))],  # type: ignore[arg-type]
)
def test_a_reason_without_words_does_not(reason: Reason) -> None:
    with pytest.raises((AssertionError, KeyError)):
        judged(reasons={"INV-1": (reason,)})


def test_a_day_is_no_instant_to_wake_at() -> None:
    with pytest.raises(AssertionError):
        judged(wake={"M-1": STOPPED.on})
