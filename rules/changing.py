"""What would change what a receivable waits for: for each reason to wait, what somebody can do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Values = tuple[object, ...]


def cure(why: str, values: Values, number: str) -> str | None:
    """What would let the next step leave sooner, in one sentence; None where only time does.

    >>> cure("held", ("dispute", "H-1", None), "F-1")
    'It goes on once the dispute has ended: relance hold end H-1'
    >>> cure("held", ("manual", "H-2", None), "F-1")
    'It goes on once the manual hold has ended: relance hold end H-2'
    >>> cure("held", ("dispute", "H-1", None, "manual", "H-2", None), "F-1")
    'It goes on once both have ended: the dispute (relance hold end H-1) and the manual hold (relance hold end H-2)'
    >>> cure("not-enrolled", ("unknown",), "F-1")
    'It begins once what is not known is recorded, or the question about it is answered: relance today'
    """
    found = _CURES.get(why)
    return found((*values, "", "", ""), number) if found is not None else None


def _held(values: Values, number: str) -> str | None:
    """What ends every hold that is on: as long as one is left, nothing goes on."""
    holds = [(str(kind), name) for kind, name in zip(values[::3], values[1::3], strict=False) if kind]
    if len(holds) > 1:
        *others, last = (_ended(kind, name, number) for kind, name in holds)
        return f"It goes on once {'both' if len(holds) == 2 else 'all'} have ended: {', '.join(others)} and {last}"
    for kind, name in holds:
        if kind == REFUSED:
            return f"It goes on once {number} is accepted, or issued anew."
        return f"It goes on once {_noun(kind)} has ended: relance hold end {name}"
    return None


def _ended(kind: str, name: object, number: str) -> str:
    """One hold among others, with what ends it."""
    if kind == REFUSED:
        return f"the refusal of {number} (by its acceptance, or a new issue)"
    return f"{_noun(kind)} (relance hold end {name})"


def _noun(kind: str) -> str:
    return f"the {kind if kind in _NOUNS else f'{kind} hold'}"


def _begins(values: Values, number: str) -> str | None:
    """What would give it a ladder, by the reason why it has none."""
    why = str(values[0])
    if why.startswith("route:"):
        return f"It begins once another route applies ({why[6:]} does now), or a policy is pinned to the customer."
    found = _BEGINNINGS.get(why)
    return found.format(number) if found is not None else None


REFUSED = "invoice-refused"
_NOUNS = frozenset({"dispute", "promise", "payment-plan", "insolvency"})
_BEGINNINGS: Mapping[str, str] = {
    "unknown": "It begins once what is not known is recorded, or the question about it is answered: relance today",
    "stopped": "It begins once what is not known is recorded; a person said to wait no longer.",
    "applies_to": "It begins once the condition above holds.",
    "no-due-date": "It needs a due date: import {} again with one",
    "not-delivered": "It begins once {} has reached the customer",
    "refused-by-customer": "It begins once {} is accepted, or issued anew.",
}


def _bank(values: Values, _number: str) -> str:
    through, needed = values[:2]
    known = f"; they go to {through}" if through else ""
    return f"It leaves once bank data go to {needed}{known}: relance bank confirm {needed}, or import the payments"


_CURES: Mapping[str, Callable[[Values, str], str | None]] = {
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
    "not-enrolled": _begins,
    "no-due-date": lambda _, number: f"It needs a due date: import {number} again with one",
    "not-delivered": lambda _, number: f"It begins once {number} has reached the customer",
    "heavier-first": lambda *_: "It leaves after the heavier step has had its deadline, or is refused or skipped.",
}
