"""What would change what a receivable waits for: for each reason to wait, what somebody can do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Values = tuple[object, ...]


def cure(why: str, values: Values, number: str) -> str | None:
    """What would let the next step leave sooner, in one sentence; None where only time does.

    >>> cure("held", ("dispute", "H-1", None), "F-1")
    'It goes on once the dispute has ended: relance hold end H-1'
    """
    found = _CURES.get(why)
    return found((*values, "", "", ""), number) if found is not None else None


def _held(values: Values, number: str) -> str:
    kind, name = values[:2]
    if kind == "invoice-refused":
        return f"It goes on once {number} is accepted, or issued anew."
    return f"It goes on once the {kind} has ended: relance hold end {name}"


def _bank(values: Values, _number: str) -> str:
    through, needed = values[:2]
    known = f"; they go to {through}" if through else ""
    return f"It leaves once bank data go to {needed}{known}: relance bank confirm {needed}, or import the payments"


_CURES: Mapping[str, Callable[[Values, str], str]] = {
    "held": _held,
    "bank-data": _bank,
    "approval": lambda _, number: f"It leaves once it is approved: relance case approve {number}",
    "postponed": lambda _, number: f"It is asked again then; sooner with: relance case approve {number}",
    "review": lambda values, _: f"It goes on once somebody has answered: {values[0]}",
    "failed": lambda _, number: f"It goes on once somebody has answered: relance case show {number}",
    "unknown-outcome": lambda *_: "It goes on once somebody says what became of the message: relance message list",
    "limit": lambda *_: "It leaves once somebody releases the limit of the day: relance hold list",
    "handed-off": lambda values, _: f"It goes on once {values[0]} is settled, or called back: relance record recall",
    "not-presented": lambda values, _: f"It counts from the post's proof: relance record presented, step {values[0]}",
    "no-due-date": lambda _, number: f"It needs a due date: import {number} again with one",
    "not-delivered": lambda _, number: f"It begins once {number} has reached the customer",
    "heavier-first": lambda *_: "It leaves after the heavier step has had its deadline, or is refused or skipped.",
}
