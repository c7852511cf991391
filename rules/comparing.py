"""Two rulebooks compared by what they mean: steps added, removed, renamed and moved, conditions and holds changed.

Nothing is said of comments, order of keys, or other ways to write the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal, TypeVar

from rules.calendars import Calendar
from rules.moments import Moment
from rules.outline import general, step_lines
from rules.policy import Assignment, Business, Place, Policy, Rulebook, Step, Terms, Variant
from rules.wording import said

T = TypeVar("T")
Kind = Literal["added", "removed", "renamed", "changed"]
_UNITS = {"d": "day", "bd": "working day", "w": "week", "m": "month"}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: in what (`policy reminders`), of what (`step reminder-2`), and the sentence that says it.

    `old` and `new` are the values in words, None where there is none; `place` is where the new one stands.
    """

    where: str
    kind: Kind
    what: str
    text: str
    old: str | None = None
    new: str | None = None
    place: Place | None = None


def compare(old: Rulebook, new: Rulebook) -> list[Change]:
    """Every difference in meaning, in the order of the language: business, assignment, policies, calendars, terms."""
    found = list(_business(old.business, new.business))
    found += _assignment(old.assignment, new.assignment)
    found += _files("policy", old.policies, new.policies, _policy)
    found += _files("calendar", old.calendars, new.calendars, _calendar)
    found += _files("terms", old.terms, new.terms, _terms)
    return found


def renamed(old: Policy, new: Policy) -> dict[str, str]:
    """The steps that have another name now (old: new), by `was:` in the new policy or, going back, in the old one.

    A name that both policies have is nobody's old name.
    """
    before, after = _names(old), _names(new)
    forth = {step.was: step.id for step in _every(new) if step.was in before and step.id not in before}
    back = {step.id: step.was for step in _every(old) if step.was in after and step.id not in after}
    found = {**back, **forth}
    return {was: now for was, now in found.items() if was is not None and now is not None and was not in after}


def _every(policy: Policy) -> Iterator[Step]:
    yield from policy.steps
    for variant in policy.variants:
        yield from variant.steps


def _names(policy: Policy) -> set[str]:
    return {step.id for step in _every(policy)}


def _both(old: Mapping[str, T], new: Mapping[str, T]) -> Iterator[tuple[str, T | None, T | None]]:
    """Every name with what it means before and after, in the old order, then the new ones."""
    for name in (*old, *(name for name in new if name not in old)):
        yield name, old.get(name), new.get(name)


def _files(
    sort: str, old: Mapping[str, T], new: Mapping[str, T], differ: Callable[[T, T], Iterable[Change]]
) -> Iterator[Change]:
    """Files that only one of the two has, and what differs in those of both."""
    for name, before, after in _both(old, new):
        if before is not None and after is not None:
            yield from differ(before, after)
        elif after is not None:
            yield Change(f"{sort} {name}", "added", "", "is new", place=getattr(after, "place", None))
        else:
            yield Change(f"{sort} {name}", "removed", "", "is gone")


def _value(where: str, what: str, old: object, new: object, place: Place | None) -> Change:
    was, now = None if old is None else said(old), None if new is None else said(new)
    kind: Kind = "added" if was is None else "removed" if now is None else "changed"
    return Change(where, kind, what, _worded(was, now), was, now, place)


def _worded(was: str | None, now: str | None) -> str:
    if was is None:
        return f"is new: {now}"
    return f"is gone, it was {was}" if now is None else f"is {now}, was {was}"


# --- policies ----------------------------------------------------------------------------------------------------


def _policy(old: Policy, new: Policy) -> list[Change]:
    where = f"policy {new.id}"
    found = [
        _value(where, key, was, now, new.place) for key, was, now in _both(general(old), general(new)) if was != now
    ]
    names = renamed(old, new)
    base = _steps(where, "", old.steps, new.steps, names)
    found += base
    known = {(change.what, change.kind, change.old, change.new) for change in base}
    variants = _both({v.id: v for v in old.variants}, {v.id: v for v in new.variants})
    for name, was, now in variants:
        found += _variant(where, name, was, now, names, known)
    return [*found, *_order(where, "variants", old.variants, new.variants)]


def _variant(
    where: str,
    name: str,
    old: Variant | None,
    new: Variant | None,
    names: Mapping[str, str],
    known: set[tuple[str, Kind, str | None, str | None]],
) -> list[Change]:
    """What is said of a variant, without what is said of the base steps already."""
    what = f"variant {name}"
    if old is None or new is None:
        text = f"is new, for customers where {said(new.when)}" if new else "is gone"
        return [Change(where, "added" if new else "removed", what, text, place=new.place if new else None)]
    found = []
    if old.when != new.when:
        found.append(_value(where, f"{what}, when", old.when, new.when, new.place))
    steps = _steps(where, f"{what}, ", old.steps, new.steps, names)
    said_of_base = [(each.what.removeprefix(f"{what}, "), each.kind, each.old, each.new) in known for each in steps]
    return found + [each for each, again in zip(steps, said_of_base, strict=True) if not again]


def _order(where: str, what: str, old: Iterable[Variant], new: Iterable[Variant]) -> list[Change]:
    """First match wins, so that another order is another meaning."""
    before, after = [each.id for each in old], [each.id for each in new]
    was, now = [each for each in before if each in after], [each for each in after if each in before]
    if was == now:
        return []
    text = f"are read in another order: {', '.join(after)}"
    return [Change(where, "changed", what, text, ", ".join(before), ", ".join(after))]


def _steps(
    where: str, prefix: str, old: tuple[Step, ...], new: tuple[Step, ...], names: Mapping[str, str]
) -> list[Change]:
    before = {names.get(step.id, step.id): step for step in old}
    after = {step.id: step for step in new}
    found = []
    for name, step in after.items():
        what = f"{prefix}step {name}"
        was = before.get(name)
        if was is None:
            found.append(Change(where, "added", what, _new_step(step, new), None, _brief(step), step.place))
            continue
        if was.id != name:
            found.append(Change(where, "renamed", what, f"was called {was.id}", was.id, name, step.place))
        found += _step(where, what, was, step)
    found += [Change(where, "removed", f"{prefix}step {name}", "is gone") for name in before if name not in after]
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        text = f"run in another order: {', '.join(after)}"
        found.append(Change(where, "changed", f"{prefix}steps", text, ", ".join(before), ", ".join(after)))
    return found


def _new_step(step: Step, steps: tuple[Step, ...]) -> str:
    at = steps.index(step)
    order = f"after {steps[at - 1].id}" if at else "the first"
    return f"is new, {order}, {_brief(step)}"


def _brief(step: Step) -> str:
    return f"at {step.at}: {said(step.do)}"


def _step(where: str, what: str, old: Step, new: Step) -> Iterator[Change]:
    for key, was, now in _both(step_lines(old), step_lines(new)):
        if was == now:
            continue
        if key == "at":
            yield Change(where, "changed", what, _moved(old.at, new.at), str(old.at), str(new.at), new.place)
        else:
            yield _value(where, f"{what}, {key}", was, now, new.place)


def _moved(old: Moment, new: Moment) -> str:
    """`leaves at due+8d instead of due+10d, 2 days earlier`."""
    text = f"leaves at {new} instead of {old}"
    by = new.offset.n - old.offset.n
    if old.anchor != new.anchor or old.offset.unit != new.offset.unit or not by:
        return text
    unit = _UNITS[new.offset.unit] + ("s" if abs(by) > 1 else "")
    return f"{text}, {abs(by)} {unit} {'later' if by > 0 else 'earlier'}"


# --- the other files ---------------------------------------------------------------------------------------------


def _business(old: Business, new: Business) -> Iterator[Change]:
    for field in fields(Business):
        was, now = getattr(old, field.name), getattr(new, field.name)
        if was != now and field.name != "place":
            yield _value("business", field.name, was, now, new.place)


def _assignment(old: Assignment, new: Assignment) -> list[Change]:
    where = "assignment"
    places = {f"route {route.id}": route.place for route in new.routes}
    found = [
        _value(where, what, was, now, places.get(what))
        for what, was, now in _both(_chosen(old), _chosen(new))
        if was != now
    ]
    before = [r.id for r in old.routes if r.id in {n.id for n in new.routes}]
    after = [r.id for r in new.routes if r.id in before]
    if before != after:
        text = f"are read in another order: {', '.join(r.id for r in new.routes)}"
        found.append(Change(where, "changed", "routes", text, ", ".join(before), ", ".join(after)))
    return found


def _chosen(assignment: Assignment) -> dict[str, str]:
    """Who gets which policy, line by line."""
    lines = {
        f"pin of {pin.customer}": f"policy {pin.policy} until {pin.until}, {pin.reason}" for pin in assignment.pins
    }
    routes = {
        f"route {route.id}": f"policy {route.policy or 'none'} where {said(route.when)}" for route in assignment.routes
    }
    return {**lines, **routes, "otherwise": f"policy {assignment.otherwise.policy or 'none'}"}


def _calendar(old: Calendar, new: Calendar) -> list[Change]:
    where = f"calendar {new.id}"
    found = [
        _value(where, field.name, getattr(old, field.name), getattr(new, field.name), None)
        for field in fields(Calendar)
        if field.compare and field.name != "holidays" and getattr(old, field.name) != getattr(new, field.name)
    ]
    days = _both(_dated(old.holidays), _dated(new.holidays))
    return found + [_value(where, f"holiday {day}", was, now, None) for day, was, now in days if was != now]


def _dated(holidays: Mapping[date, str]) -> dict[str, object]:
    return {str(day): name for day, name in sorted(holidays.items())}


def _terms(old: Terms, new: Terms) -> list[Change]:
    rows = _both(_rows(old), _rows(new))
    return [_value(f"terms {new.id}", what, was, now, new.place) for what, was, now in rows if was != now]


def _rows(terms: Terms) -> dict[str, str]:
    rows = {f"row {key}": said(row) for key, row in terms.rows.items()}
    return {"by": terms.by, **rows} | ({"otherwise": said(terms.otherwise)} if terms.otherwise else {})
