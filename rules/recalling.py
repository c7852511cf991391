"""Where a ladder goes on whose file came back from whoever had it, when the recall names a step."""

from __future__ import annotations

from datetime import date

from rules import facts as f
from rules.account import Ladder, Receivable
from rules.judgement import Judgement
from rules.policy import Step


def go_on_where_recalled(judgement: Judgement, item: Receivable, today: date) -> Receivable:
    """At the step that is named: what the ladder had climbed from there on, the hand-off with it, is climbed anew."""
    ladder, policy = item.ladder, judgement.policy(item)
    if ladder is None or policy is None or ladder.recalled_to is None:
        return item
    steps = policy.variant(ladder.variant)
    at = next((n for n, step in enumerate(steps) if step.id == ladder.recalled_to), None)
    if at is not None:
        _climb_anew(judgement, item, ladder, steps[:at], steps[at:], today)
    judgement.emit(f.GoesOn(judgement.now, item.id, ladder.recalled_to))
    return judgement.account.receivables[item.id]


def _climb_anew(
    judgement: Judgement,
    item: Receivable,
    ladder: Ladder,
    before: tuple[Step, ...],
    later: tuple[Step, ...],
    today: date,
) -> None:
    """A round of its own, of what comes `later`; what stands before it and was never climbed is passed over."""
    again = {step.id for step in later}
    kept = next((n for n, climb in enumerate(ladder.climbs) if climb.step in again), len(ladder.climbs))
    round_ = item.rounds + (kept < len(ladder.climbs))
    if round_ > item.rounds:
        judgement.emit(f.Reopened(judgement.now, item.id, round_, "recalled", today, kept))
    climbed = {climb.step for climb in ladder.climbs[:kept]}
    for step in before:
        if step.id not in climbed:
            judgement.emit(f.Skipped(judgement.now, item.id, round_, step.id, 1, step.level, "recalled", today))
