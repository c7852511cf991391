"""An invoice that the customer or its platform refused: held from then on, until it is accepted or issued anew."""

from __future__ import annotations

from datetime import date

from rules import facts as f
from rules.account import HoldState, Receivable
from rules.judgement import Judgement
from rules.standing import concerns

KIND = "invoice-refused"
US = "relance"  # who places a hold that only follows from what is known


def keep_refusal(judgement: Judgement, item: Receivable, today: date) -> None:
    """Holds an invoice while it is refused; a due date anew is that of one issued in its place."""
    known = [s for s in judgement.account.holds.values() if s.hold.kind == KIND and s.hold.scope == "receivable"]
    ours = [state for state in known if concerns(judgement.account, state, item)]
    running = [state for state in ours if state.active]
    if item.refused and item.open and not running:
        why = f"status {item.portal_status}" if item.portal_status else f"approval {item.approval}"
        name = f"refused/{item.id}/{len(ours) + 1}"
        hold = f.Hold(name, KIND, "receivable", item.id, today, reason=why, by=US)
        judgement.emit(f.HoldPlaced(judgement.now, hold))
    for state in running:
        if _issued_anew(judgement, item, state) or (state.hold.by == US and not item.refused):
            judgement.emit(f.HoldEnded(judgement.now, state.hold.id, "released", today, "receivable", item.id))


def _issued_anew(judgement: Judgement, item: Receivable, state: HoldState) -> bool:
    changes = (fact for fact in judgement.account.events if isinstance(fact, f.ReceivableChanged))
    return any(c.receivable == item.id and c.name == "due" and c.at > state.placed for c in changes)
