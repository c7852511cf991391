"""A policy file: its steps and variants, and what surrounds them, with the defaults filled in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Literal, cast

from rules.compiling.actions import actions
from rules.compiling.conditions import condition, table
from rules.compiling.page import Page, given, items, listed, text, wanted, written
from rules.compiling.steps import anchored, drafts, known_step, steps, variants
from rules.conditions import spelled
from rules.policy import (
    AfterLastStep,
    ByFact,
    Consolidate,
    HoldRule,
    InternalDeadline,
    MoneyRule,
    Pacing,
    Policy,
    Reaction,
    Resume,
    Statements,
    Step,
)
from rules.source import Node


def policy(page: Page) -> Policy:
    """The resolved policy of a file whose shape is right; what is wrong in meaning is reported on `page`."""
    root = page.root
    base = drafts(page, root.get("steps"))
    made = steps(page, base)
    names = [step.id for step in made]
    _kept(page)
    return Policy(
        text(root, "id"),
        text(root, "title"),
        text(root, "owner"),
        page.day(wanted(root, "effective_from")),
        cast("str | ByFact[str]", table(page, wanted(root, "calendar"), lambda n: _calendar(page, n))),
        cast("str | ByFact[str]", given(root, "language", lambda n: table(page, n, page.text), page.known.language)),
        made,
        condition(page, root.get("applies_to")),
        _pacing(page, root.get("pacing")),
        _consolidate(page, root.get("consolidate")),
        _money(page, root.get("money")),
        {kind: _hold(page, kind, entry.value, names) for kind, entry in items(root, "holds")},
        given(root, "after_last_step", lambda n: _after_last_step(page, n, made), None),
        _named_apart(_reaction(page, item) for item in listed(root.get("reactions"))),
        _deadlines(page, root.get("deadlines"), made),
        given(root, "statements", lambda n: _statements(page, n), None),
        variants(page, root.get("variants"), base),
        given(root, "description", page.text, None),
        frozenset(written(root)),
        page.place(wanted(root, "id")),
    )


def _kept(page: Page) -> None:
    """No variant removes a step that something outside the steps counts from or goes on at."""
    root, after = page.root, page.root.get("after_last_step")
    uses: dict[str | None, str] = {}
    for name, at in [("after_last_step", after), *((text(i, "id"), i) for i in listed(root.get("deadlines")))]:
        if at is not None:
            uses[page.moment(wanted(at, "at")).step] = f"from which '{name}' counts"
    for kind, hold in items(root, "holds"):
        if (broken := hold.value.get("broken")) is not None:
            uses[broken.text] = f"at which the ladder goes on after a broken {kind}"
    for variant in listed(root.get("variants")):
        for removed in listed(variant.get("remove")):
            if removed.text in uses:
                who = f"variant '{text(variant, 'id')}'"
                page.error(removed, 204, f"{who} removes '{removed.text}', {uses[removed.text]}")


def _calendar(page: Page, node: Node) -> str:
    return page.reference(node, "calendars", "calendar")


def _pacing(page: Page, node: Node | None) -> Pacing:
    default = Pacing()
    late = given(node, "late_start", page.text, default.late_start)
    rechoose = given(node, "rechoose", page.text, default.rechoose)
    return Pacing(
        given(node, "min_gap", page.duration, default.min_gap),
        given(node, "before_heavy", page.duration, default.before_heavy),
        cast(Literal["first-step", "nearest-step", "from-history"], late),
        cast(Literal["each-step", "at-start"], rechoose),
        given(node, "freshness", page.duration, default.freshness),
    )


def _consolidate(page: Page, node: Node | None) -> Consolidate:
    default = Consolidate()
    by = cast(Literal["invoice", "contract", "customer", "payer"], given(node, "by", page.text, default.by))
    return Consolidate(by, given(node, "window", page.duration, default.window))


def _money(page: Page, node: Node | None) -> MoneyRule:
    default = MoneyRule()
    reopen = cast(Literal["resume", "restart", "one-lower"], given(node, "reopen", page.text, default.reopen))
    unallocated = node.get("unallocated") if node is not None else None
    share = given(unallocated, "share", page.share, None)
    return MoneyRule(given(node, "tolerance", page.moneys, ()), reopen, share)


def _hold(page: Page, kind: str, node: Node, names: Sequence[str]) -> HoldRule:
    """The written keys of one kind of hold over its defaults."""
    rule = HoldRule(resume="never") if kind == "insolvency" else HoldRule()
    for key, entry in node.items():
        value = entry.value
        match key:
            case "resume" if isinstance(value.value, dict):
                founded = cast(Resume, given(value, "founded", page.text, rule.founded))
                rule = replace(
                    rule, founded=founded, unfounded=cast(Resume, given(value, "unfounded", page.text, rule.unfounded))
                )
            case "resume":
                resume = cast(Resume, value.text)
                rule = replace(rule, resume=resume, founded=resume, unfounded=resume)
            case "reasons":
                rule = replace(rule, reasons={reason: page.role(role.value) for reason, role in value.items()})
            case "review_after":
                rule = replace(rule, review_after=page.duration(value))
            case "escalate":
                rule = replace(rule, escalate=page.role(value))
            case "by_customer":
                rule = replace(rule, holds_for=given(value, "holds_for", page.duration, None))
            case "for" | "after":
                rule = replace(rule, holds_for=page.duration(value))
            case _:
                rule = _agreed(page, rule, key, value, names)
    return rule


def _agreed(page: Page, rule: HoldRule, key: str, value: Node, names: Sequence[str]) -> HoldRule:
    """The keys of promises and payment plans."""
    match key:
        case "tolerance":
            return replace(rule, tolerance=page.duration(value))
        case "max_ahead":
            return replace(rule, max_ahead=page.duration(value))
        case "max_times":
            return replace(rule, max_times=page.count(value))
        case "max_instalments":
            return replace(rule, max_instalments=page.count(value))
        case "max_length":
            return replace(rule, max_length=page.duration(value))
        case "first":
            return replace(rule, first=page.share(value))
        case "auto_accept":
            return replace(rule, auto_accept=page.flag(value))
        case "acceleration":
            return replace(rule, acceleration=page.flag(value))
        case "broken":
            known_step(page, value, names)
            return replace(rule, broken=value.text)
        case _:
            raise AssertionError(f"{key} is not a key of a hold")


def _after_last_step(page: Page, node: Node, made: Sequence[Step]) -> AfterLastStep:
    at = wanted(node, "at")
    return AfterLastStep(anchored(page, at, made), actions(page, node.get("do")), page.place(at))


def _reaction(page: Page, node: Node) -> Reaction:
    event = wanted(node, "event")
    return Reaction(event.text, actions(page, node.get("do")), condition(page, node.get("when")), page.place(event))


def _named_apart(reactions: Iterable[Reaction]) -> tuple[Reaction, ...]:
    """Each with a name made of its event and of what it asks; those that ask the same are counted."""
    seen: Counter[str] = Counter()
    made = []
    for reaction in reactions:
        name = sha256(f"{reaction.event} {spelled(reaction.when)}".encode()).hexdigest()[:8]
        seen[name] += 1
        made.append(replace(reaction, id=name if seen[name] == 1 else f"{name}-{seen[name]}"))
    return tuple(made)


def _deadlines(page: Page, node: Node | None, made: Sequence[Step]) -> tuple[InternalDeadline, ...]:
    page.once((wanted(item, "id") for item in listed(node)), "deadline")
    return tuple(
        InternalDeadline(
            text(item, "id"),
            anchored(page, wanted(item, "at"), made),
            page.duration(wanted(item, "warn")),
            actions(page, item.get("do")),
            condition(page, item.get("when")),
            page.place(wanted(item, "id")),
        )
        for item in listed(node)
    )


def _statements(page: Page, node: Node) -> Statements:
    at = wanted(node, "at")
    moment = page.moment(at)
    if moment.anchor != "month-start":
        page.error(at, 210, "statements leave once a month", "count from the month's first day: month-start+3bd")
    return Statements(moment, condition(page, node.get("when")), given(node, "include", page.texts, ()))
