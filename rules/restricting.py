"""What is held back from a customer until it has settled: announced, told to the people who do it, and given back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from rules import facts as f
from rules.account import Receivable
from rules.judgement import Judgement
from rules.standing import on_plans

if TYPE_CHECKING:
    from rules.turns import Turn

QUEUE = "operations"


def restricted(judgement: Judgement, turn: Turn, key: str, what: str, since: date) -> Iterator[f.Fact]:
    """The facts of a restriction that a step announces: from `since` on, a person holds `what` back."""
    item, today = turn.item, turn.today
    yield f.Restricted(judgement.now, item.id, turn.step.id, what, since, today)
    title = f"Hold back {what} of contract {item.contract} from {since} on, for invoice {item.number}"
    about = ("receivable", item.id, QUEUE, title, today, since, item.id, turn.step.id)
    yield f.TaskOpened(judgement.now, f"task/{key}", *about)  # type: ignore[arg-type]


def lift(judgement: Judgement, item: Receivable, today: date) -> None:
    """Gives back what was held back, once the receivable is settled or on an agreed plan, or where nobody was told.

    What another receivable of its contract holds back as well stays so, until that one is.
    """
    held = item.restricted
    if held is None:
        return
    if not item.open:
        why, reason = "settled", f"invoice {item.number} is settled"
    elif item.id in on_plans(judgement.account):
        why, reason = "on a plan", f"invoice {item.number} is on a plan"
    elif _untold(item, held):
        why, reason = "not announced", f"the message about invoice {item.number} failed"
    else:
        return
    judgement.emit(f.RestrictionLifted(judgement.now, item.id, why, today))
    theirs = (each.restricted for each in judgement.account.receivables.values() if each.contract == item.contract)
    if any(other is not None and other.what == held.what for other in theirs):
        return
    title = f"Give back {held.what} of contract {item.contract}: {reason}"
    judgement.open_task(f"lifted/{item.id}/{held.on}", QUEUE, title, today, item=item)


def _untold(item: Receivable, held: f.Restricted) -> bool:
    """Whether the message that announces it failed: the customer knows of nothing."""
    climbs = item.ladder.climbs if item.ladder is not None else ()
    told = [climb for climb in climbs if climb.step == held.step]
    return bool(told) and told[-1].outcome == "failed"
