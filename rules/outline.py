"""A resolved policy line by line: each value under its dotted key, in words. `show` prints it, `diff` compares it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from rules.policy import ALWAYS, HOLDS, HoldRule, Place, Policy, Step
from rules.source import Node
from rules.wording import said

Lines = dict[str, str]
_HEAD = ("title", "owner", "effective_from", "calendar", "language", "applies_to")
_GROUPS = ("pacing", "consolidate", "money", "statements", "after_last_step")
_STEP = "at level title when requires reason approval notify deadline repeat do".split()


def general(policy: Policy) -> Lines:
    """Everything but the steps and the variants; what is not written stands with its default."""
    lines = {key: said(getattr(policy, key)) for key in _HEAD}
    lines["applies_to"] = "always" if policy.applies_to == ALWAYS else lines["applies_to"]
    for group in _GROUPS:
        value = getattr(policy, group)
        if value is not None:
            lines |= {f"{group}.{key}": text for key, text in _group(value).items()}
    for kind in HOLDS:
        lines |= {f"holds.{kind}.{key}": text for key, text in _hold(policy.hold(kind), kind).items()}
    for reaction in policy.reactions:
        what = said(reaction.do) if reaction.when == ALWAYS else f"when {said(reaction.when)}: {said(reaction.do)}"
        name = f"reactions.{reaction.event}"
        lines[name] = f"{lines[name]}; {what}" if name in lines else what
    for deadline in policy.deadlines:
        when = "" if deadline.when == ALWAYS else f", when {said(deadline.when)}"
        what = f"{deadline.at}, warned {deadline.warn} before{when}: {said(deadline.do)}"
        lines[f"deadlines.{deadline.id}"] = what
    return lines


def step_lines(step: Step) -> Lines:
    """The keys of a step that say something."""
    found = {key: getattr(step, key) for key in _STEP}
    return {key: said(value) for key, value in found.items() if value not in (None, ALWAYS)}


def _group(value: object) -> Lines:
    named = {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]
    called = {"unallocated_share": "unallocated.share"}
    return {called.get(key, key): said(each) for key, each in named.items() if not isinstance(each, Place)}


def _hold(rule: HoldRule, kind: str) -> Lines:
    """What a hold's rule says, under the keys of the language."""
    found = {key: said(value) for key, value in _named(rule, kind).items()}
    if kind == "dispute":
        del found["resume"]
        found |= {"resume.founded": rule.founded, "resume.unfounded": rule.unfounded}
    return found


def _named(rule: HoldRule, kind: str) -> dict[str, object]:
    """The keys that differ from those of a hold that is not written, and `resume`, which every hold has."""
    plain, called = HoldRule(), {"holds_for": {"says-paid": "for", "reply": "after"}.get(kind, "by_customer.holds_for")}
    named = {field.name: getattr(rule, field.name) for field in fields(rule)}
    kept = {key: value for key, value in named.items() if key == "resume" or value != getattr(plain, key)}
    return {called.get(key, key): value for key, value in kept.items() if key not in ("founded", "unfounded")}


def places(root: Node, variant: str | None = None) -> dict[str, int]:
    """The line on which a policy file writes each key of `general` and, under `steps.STEP.`, of `step_lines`.

    A key that is not there stands at its default. With a variant, what it changes stands where the variant says so.
    """
    found = dict(_walk(root, ""))
    for name, by in (("reactions", "event"), ("deadlines", "id")):
        for item in _listed(root.get(name)):
            if (key := item.get(by)) is not None:
                found[f"{name}.{key.text}"] = key.line
    for step in _listed(root.get("steps")):
        found |= _step_places(step)
    for each in _listed(root.get("variants")):
        if (name_ := each.get("id")) is not None and name_.text == variant:
            changed = each.get("change")
            for step_name, entry in changed.items() if changed is not None else ():
                found |= dict(_walk(entry.value, f"steps.{step_name}."))
            for item in _listed(each.get("insert")):
                if (step_ := item.get("step")) is not None:
                    found |= _step_places(step_)
    return found


def _step_places(step: Node) -> dict[str, int]:
    name = step.get("id")
    return dict(_walk(step, f"steps.{name.text}.")) if name is not None else {}


def _walk(node: Node, prefix: str) -> Iterator[tuple[str, int]]:
    for key, entry in node.items():
        yield f"{prefix}{key}", entry.key.line
        yield from _walk(entry.value, f"{prefix}{key}.")


def _listed(node: Node | None) -> tuple[Node, ...]:
    return node.value if node is not None and isinstance(node.value, tuple) else ()
