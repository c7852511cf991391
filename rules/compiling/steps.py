"""Steps, and variants as the same steps with named changes; their order and what they say of each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from rules.compiling.actions import actions
from rules.compiling.conditions import condition, table
from rules.compiling.ordering import Span, position
from rules.compiling.page import Page, given, items, listed, text, wanted
from rules.diagnostics import did_you_mean, quoted
from rules.moments import Moment
from rules.policy import Approval, ByAmount, Deadline, Letter, Level, Notify, Repeat, Step, Variant
from rules.source import Entry, Node


@dataclass(frozen=True, slots=True)
class Draft:
    """A step before it is one: its keys with their nodes, and which of them a variant wrote."""

    id: str
    keys: Mapping[str, Entry]
    place: Node
    changed: frozenset[str] = frozenset()

    def get(self, key: str) -> Node | None:
        """The value of a key."""
        entry = self.keys.get(key)
        return entry.value if entry else None


@dataclass(frozen=True, slots=True)
class Branch:
    """The variant whose steps are looked at, and the base steps that it leaves out."""

    name: Node
    removed: frozenset[str]


def drafts(page: Page, node: Node | None) -> list[Draft]:
    """The base steps, as written."""
    names = [found for item in listed(node) if (found := item.get("id")) is not None]
    page.once(names, "step")
    return [Draft(name.text, dict(item.items()), name) for name, item in zip(names, listed(node), strict=True)]


def steps(page: Page, found: Sequence[Draft], variant: Branch | None = None) -> tuple[Step, ...]:
    """The resolved steps, checked together; `variant` is the one they are of."""
    made = tuple(_step(page, draft) for draft in found)
    _check(page, found, made, variant)
    return made


def variants(page: Page, node: Node | None, base: Sequence[Draft]) -> tuple[Variant, ...]:
    """Every variant, as the whole of its steps."""
    names = [found for item in listed(node) if (found := item.get("id")) is not None]
    page.once(names, "variant")
    return tuple(_variant(page, name, item, base) for name, item in zip(names, listed(node), strict=True))


def known_step(page: Page, node: Node, names: Sequence[str], who: str = "") -> bool:
    """Whether a name is a step's; else it is reported, `who` saying which part of the file names it."""
    if node.text in names:
        return True
    message = f"{who} names an unknown step {quoted(node.text)}" if who else f"unknown step {quoted(node.text)}"
    page.error(node, 204, message, did_you_mean(node.text, names))
    return False


def anchored(page: Page, node: Node, made: Sequence[Step]) -> Moment:
    """A moment whose anchor, where it is a step, is one of `made` and can have the date that is asked of it."""
    moment = page.moment(node)
    if moment.step is None:
        return moment
    step = next((step for step in made if step.id == moment.step), None)
    if step is None:
        page.error(
            node, 204, f"unknown step {quoted(moment.step)}", did_you_mean(moment.step, [step.id for step in made])
        )
    elif moment.anchor.endswith(".deadline") and step.deadline is None:
        page.error(node, 214, f"step '{step.id}' gives no deadline", "add `deadline:` to it, or count from the step")
    elif moment.anchor.endswith(".presented") and not any(isinstance(a, Letter) and a.registered for a in step.do):
        page.error(node, 214, f"step '{step.id}' sends no registered letter, so nothing is presented")
    return moment


# --- one step ----------------------------------------------------------------------------------------------------


def _step(page: Page, draft: Draft) -> Step:
    at, title, was, reason = draft.get("at"), draft.get("title"), draft.get("was"), draft.get("reason")
    assert at is not None
    level, approval, notify = draft.get("level"), draft.get("approval"), draft.get("notify")
    deadline, repeat, requires = draft.get("deadline"), draft.get("repeat"), draft.get("requires")
    return Step(
        draft.id,
        cast(Level, level.text if level else "reminder"),
        page.moment(at),
        actions(page, draft.get("do")),
        title.text if title else None,
        was.text if was else None,
        condition(page, draft.get("when")),
        None if requires is None else page.texts(requires),
        reason.text if reason else None,
        None if approval is None else _approval(page, approval),
        None if notify is None else _notify(page, notify),
        None if deadline is None else _deadline(page, deadline),
        None if repeat is None else _repeat(page, repeat),
        page.place(draft.place),
    )


def _approval(page: Page, node: Node) -> Approval:
    """A role alone, or who, within and otherwise."""
    who = node.get("who")
    if who is None:
        return Approval(page.role(node))
    default = Approval("")
    otherwise = cast(Literal["skip", "send", "escalate"], given(node, "otherwise", page.text, "escalate"))
    role = cast("str | ByAmount[str]", table(page, who, page.role))
    return Approval(role, given(node, "within", page.duration, default.within), otherwise)


def _notify(page: Page, node: Node) -> Notify:
    return Notify(page.role(wanted(node, "who")), page.duration(wanted(node, "before")))


def _deadline(page: Page, node: Node) -> Deadline:
    since = cast(Literal["sent", "presented"], text(node, "from"))
    return Deadline(page.duration(wanted(node, "of")), since)


def _repeat(page: Page, node: Node) -> Repeat:
    return Repeat(page.duration(wanted(node, "every")), page.count(wanted(node, "times")))


# --- variants ----------------------------------------------------------------------------------------------------


def _variant(page: Page, name: Node, node: Node, base: Sequence[Draft]) -> Variant:
    found = _inserted(page, name, node, _removed(page, name, node, _changed(page, name, node, base)))
    title = node.get("title")
    return Variant(
        name.text,
        condition(page, node.get("when")),
        steps(page, found, Branch(name, frozenset(d.id for d in base) - {d.id for d in found})),
        title.text if title else None,
        page.place(name),
    )


def _changed(page: Page, name: Node, node: Node, base: Sequence[Draft]) -> list[Draft]:
    """Whole keys of named steps, replaced."""
    names = [draft.id for draft in base]
    changes = {
        step: entry
        for step, entry in items(node, "change")
        if known_step(page, entry.key, names, f"variant '{name.text}'")
    }
    return [
        Draft(
            draft.id,
            {**draft.keys, **dict(changes[draft.id].value.items())},
            changes[draft.id].key,
            frozenset(changes[draft.id].value.plain()),  # type: ignore[arg-type]
        )
        if draft.id in changes
        else draft
        for draft in base
    ]


def _removed(page: Page, name: Node, node: Node, found: list[Draft]) -> list[Draft]:
    removed = {
        item.text
        for item in listed(node.get("remove"))
        if known_step(page, item, [draft.id for draft in found], f"variant '{name.text}'")
    }
    return [draft for draft in found if draft.id not in removed]


def _inserted(page: Page, name: Node, node: Node, found: list[Draft]) -> list[Draft]:
    for item in listed(node.get("insert")):
        after, step = wanted(item, "after"), wanted(item, "step")
        step_name = wanted(step, "id")
        names = [draft.id for draft in found]
        if step_name.text in names:
            page.error(step_name, 205, f"there is already a step {quoted(step_name.text)}")
        elif known_step(page, after, names, f"variant '{name.text}'"):
            at = names.index(after.text) + 1
            keys = dict(step.items())
            found = [*found[:at], Draft(step_name.text, keys, step_name, frozenset(keys)), *found[at:]]
    return found


# --- what steps say of each other --------------------------------------------------------------------------------


def _check(page: Page, found: Sequence[Draft], made: tuple[Step, ...], variant: Branch | None) -> None:
    spans: list[Span | None] = []
    for n, (draft, step) in enumerate(zip(found, made, strict=True)):
        at = draft.get("at")
        assert at is not None
        _names(page, draft, step, made[:n], made, variant)
        if n == 0 and step.at.anchor == "previous":
            page.error(at, 212, f"nothing comes before the first step '{step.id}'{_under(variant)}", "count from `due`")
        _approved(page, draft, step)
        _was(page, draft, made)
        spans.append(position(step.at, dict(zip([s.id for s in made[:n]], spans, strict=True)), made[:n]))
        _ordered(page, found[: n + 1], spans, variant)


def _names(
    page: Page, draft: Draft, step: Step, before: Sequence[Step], all_: Sequence[Step], variant: Branch | None
) -> None:
    """The steps that this one names are listed before it."""
    at, requires = draft.get("at"), draft.get("requires")
    assert at is not None
    places = [(item.text, item) for item in listed(requires)]
    if step.at.step is not None:
        places.append((step.at.step, at))
    for name, node in places:
        if name in [other.id for other in before]:
            continue
        if name in [other.id for other in all_]:
            what = "itself" if name == step.id else f"'{name}', which is listed after it"
            page.error(node, 203, f"step '{step.id}' refers to {what}", "list steps in time order")
        elif variant is not None and name in variant.removed:
            who = f"variant '{variant.name.text}'"
            page.error(variant.name, 204, f"{who} removes '{name}', to which step '{step.id}' refers")
        elif variant is None or ("at" if node is at else "requires") in draft.changed:
            page.error(node, 204, f"unknown step {quoted(name)}", did_you_mean(name, [other.id for other in before]))
    if step.at.step in [other.id for other in before]:
        anchored(page, at, before)


def _approved(page: Page, draft: Draft, step: Step) -> None:
    if step.heavy and step.approval is not None and step.approval.otherwise == "send":
        approval = draft.get("approval")
        node = approval.get("otherwise") if approval is not None else None
        assert node is not None
        page.error(
            node,
            213,
            f"step '{step.id}' is heavy and would leave without an answer",
            "write `otherwise: escalate` or `otherwise: skip`",
        )


def _was(page: Page, draft: Draft, made: Sequence[Step]) -> None:
    node = draft.get("was")
    if node is not None and node.text in [step.id for step in made]:
        page.error(node, 205, f"{quoted(node.text)} is still the name of a step")


def _ordered(page: Page, found: Sequence[Draft], spans: Sequence[Span | None], variant: Branch | None) -> None:
    """The last of `found` does not come before one that is listed before it."""
    last, span = found[-1], spans[-1]
    for other, earlier in reversed(list(zip(found, spans, strict=True))[:-1]):
        if span is not None and earlier is not None and span.surely_before(earlier):
            _out_of_order(page, last, other, variant)
            return


def _out_of_order(page: Page, last: Draft, other: Draft, variant: Branch | None) -> None:
    """Reported where it was written: in the step, or in the variant that made it so."""
    at, advice = last.get("at"), "list steps in time order"
    message = f"this step comes before '{other.id}' but is listed after it"
    assert at is not None
    if variant is None or "at" in last.changed:
        page.error(at, 203, message, advice)
    elif not page.said(at, 203, message):
        node = (other.get("at") if "at" in other.changed else None) or variant.name
        under = f"under variant '{variant.name.text}'"
        page.error(node, 203, f"{under} '{last.id}' comes before '{other.id}' but is listed after it", advice)


def _under(variant: Branch | None) -> str:
    return f" of variant '{variant.name.text}'" if variant is not None else ""
