"""What a ladder goes by: its pin or route, the variant of its policy, and the step that comes next."""

from __future__ import annotations

from datetime import date, timedelta

from rules.account import Climb, Receivable
from rules.conditions import check
from rules.decision import Reason
from rules.judgement import Judgement
from rules.policy import Assignment, Pin, Policy, Route, Step

_BASE = Reason("variants", "yes", (None,))


def pin_of(judgement: Judgement, item: Receivable, assignment: Assignment, today: date) -> Pin | None:
    """The pin of its customer that is in force."""
    for pin in assignment.pins:
        if pin.customer == judgement.account.debtor(item).id and today <= pin.until:
            return pin
    return None


def route_of(
    judgement: Judgement, item: Receivable, assignment: Assignment, today: date
) -> tuple[Route | None, Reason]:
    """The pin, route or `otherwise` that applies; None when a fact that a route tests is not known."""
    pin = pin_of(judgement, item, assignment, today)
    if pin is not None:
        judgement.wake_on(item, pin.until + timedelta(days=1))
        chosen = Route(f"pin:{pin.customer}", assignment.otherwise.when, pin.policy, pin.reason, pin.place)
        return chosen, Reason("pin", "yes", (pin.policy, pin.reason, pin.until))
    for route in assignment.routes:
        reason = check(route.when, judgement.lookup(item, today))
        judgement.wake_as_it_ages(item, route.when, today)
        if reason.verdict == "yes":
            return route, Reason("route", "yes", (route.id, route.policy), (reason,))
        if reason.verdict == "unknown":
            return None, Reason("route", "unknown", (route.id, route.policy), (reason,))
    return assignment.otherwise, Reason("route", "yes", ("otherwise", assignment.otherwise.policy))


def variant_of(judgement: Judgement, item: Receivable, policy: Policy, today: date) -> tuple[str | None, Reason]:
    """The first variant that matches (None: the base steps); raises NotKnown where a missing fact leaves it open."""
    ladder = item.ladder
    if ladder is not None and ladder.begun and policy.pacing.rechoose == "at-start":
        return ladder.variant, Reason("variant-kept", "yes", (ladder.variant,))
    if not policy.variants:
        return None, _BASE
    tried: list[Reason] = []
    for variant in policy.variants:
        reason = check(variant.when, judgement.lookup(item, today))
        judgement.wake_as_it_ages(item, variant.when, today)
        tried.append(Reason("variant", reason.verdict, (variant.id,), (reason,)))
        if reason.verdict == "yes":
            return variant.id, Reason("variants", "yes", (variant.id,), tuple(tried))
        if reason.verdict == "unknown":
            return None, Reason("variants", "unknown", (variant.id,), tuple(tried))
    return None, Reason("variants", "yes", (None,), tuple(tried))


def next_to_climb(item: Receivable, steps: tuple[Step, ...]) -> tuple[Step, int] | None:
    """The next step of a ladder, with its occurrence; None when every step is concluded.

    Steps run in order. A step that repeats comes again while occurrences are left and no later step is concluded; a
    failed one that a person wants tried again keeps its place.
    """
    ladder = item.ladder
    climbs = ladder.climbs if ladder else ()
    done: dict[str, int] = {}
    retry: set[str] = set()
    for climb in climbs:
        done[climb.step] = max(done.get(climb.step, 0), climb.occurrence)
        retry.discard(climb.step)
        if climb.outcome == "failed":
            retry.add(climb.step)
    for step in steps:
        n = done.get(step.id, 0)
        if n == 0 or step.id in retry:
            return step, n + 1
        last = next(climb for climb in reversed(climbs) if climb.step == step.id)
        left = step.repeat is not None and n < step.repeat.times and last.went_out
        if left and not passed_over(climbs, steps, step):
            return step, n + 1
    return None


def passed_over(climbs: tuple[Climb, ...], steps: tuple[Step, ...], step: Step) -> bool:
    """Whether a later step of the same list is already concluded, so that this one's turn is over."""
    names = {climb.step for climb in climbs}
    return any(later.id in names for later in steps[steps.index(step) + 1 :])
