"""`relance vocabulary`: every word that a policy may use, from the tables that check it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from rules.diagnostics import did_you_mean
from rules.shape import FORMS
from rules.vocabulary import (
    ACTIONS,
    ANY_OPERATOR,
    BLOCKS,
    CHOICES,
    COMPARED,
    EVENT_FACTS,
    EVENTS,
    FACTS,
    HOLD_KEYS,
    HOLD_MEANINGS,
    OPERATORS,
    Fact,
    Key,
)
from worker.cli.app import Failure
from worker.cli.output import answer, formats, line, table

POLICY = ("policy", "pacing", "consolidate", "money", "step", "approval", "deadline", "repeat", "variant", "reaction")


@click.command()
@click.argument("word", required=False)
@formats()
def vocabulary(word: str | None, style: str) -> None:
    """Print the facts a condition may test, their operators, the actions, holds, reactions and keys, with types and
    examples.

    \b
    Examples:
      relance vocabulary
      relance vocabulary customer.score
      relance vocabulary promise
      relance vocabulary if_unknown
      relance vocabulary step
      relance vocabulary moment
      relance vocabulary --format json
    """
    words = _words()
    if word is None:
        answer(style, words, _everything)
        return
    found = {sort: named[word] for sort, named in words.items() if word in named}
    if not found:
        every = [each for named in words.values() for each in named]
        whole = [each for each in every if each.rpartition(".")[2] == word]
        near = f"did you mean {' or '.join(whole)}?" if whole else did_you_mean(word, every)
        raise Failure(f"the language has no word {word}" + (f": {near}" if near else "."))
    answer(style, found, lambda: _one(word, found))


def _words() -> dict[str, dict[str, object]]:
    """By sort, then by name: what it is, of what type, and an example."""
    return {
        "facts": {name: _fact(fact) for name, fact in FACTS.items()},
        "operators": {name: _operator(name) for name in COMPARED},
        "actions": {name: {"means": means, "keys": _keys(keys)} for name, (means, keys) in ACTIONS.items()},
        "holds": {kind: {"means": HOLD_MEANINGS[kind], "keys": _keys(keys)} for kind, keys in HOLD_KEYS.items()},
        "reactions": {event: _reaction(event) for event in EVENTS},
        "blocks": {name: {"keys": _keys(keys)} for name, keys in BLOCKS.items() if not name.startswith("hold-")},
        "keys": _where(),
        "values": {name: {"means": form} for name, form in FORMS.items()},
    }


def _where() -> dict[str, object]:
    """Every key by name, with the blocks that it may stand in."""
    found: dict[str, dict[str, object]] = {}
    for block, keys in BLOCKS.items():
        for name, what in _keys(keys).items():
            found.setdefault(name, {})[block] = what
    return {name: {"keys": blocks} for name, blocks in found.items()}


def _operator(name: str) -> dict[str, object]:
    means, example = COMPARED[name]
    types = tuple(kind for kind, operators in OPERATORS.items() if name in operators or name in ANY_OPERATOR)
    return {"types": types, "means": means, "example": example}


def _reaction(event: str) -> dict[str, object]:
    example = f"{{event: {event}, do: [task: {{queue: credit-control, title: Look at it}}]}}"
    return {"means": EVENTS[event], "facts": EVENT_FACTS.get(event, ()), "example": example}


def _fact(fact: Fact) -> dict[str, object]:
    return {
        "type": fact.type,
        "means": fact.description,
        "source": fact.source,
        "unknown": fact.unknown,
        "choices": fact.choices,
        "operators": (*OPERATORS[fact.type], *ANY_OPERATOR),
        "example": fact.example,
    }


def _keys(keys: tuple[Key, ...]) -> dict[str, object]:
    return {
        key.name: {
            "type": key.value,
            "choices": key.choices or CHOICES.get(key.value, ()),
            "required": key.required,
            "means": key.description,
            "example": key.example,
        }
        for key in keys
    }


def _everything() -> None:
    line("Facts that a condition may test")
    rows = [
        (fact.name, fact.type, ", ".join(OPERATORS[fact.type]), fact.description, fact.example)
        for fact in FACTS.values()
    ]
    table(("fact", "type", "operators", "what it is", "example"), rows, indent="  ")
    line(f"  Any fact: {', '.join(ANY_OPERATOR)}. A value alone means: is; a list means: one of them.")
    line("\nOperators")
    asked = [(name, means, example) for name, (means, example) in COMPARED.items()]
    table(("operator", "what it asks", "example"), asked, indent="  ")
    actions = {name: keys for name, (_, keys) in ACTIONS.items()}
    for title, blocks, meanings in (
        ("Actions", actions, {name: means for name, (means, _) in ACTIONS.items()}),
        ("Holds", HOLD_KEYS, HOLD_MEANINGS),
    ):
        sort = title.lower().rstrip("s")
        line(f"\n{title}")
        table((sort, "what it is"), list(meanings.items()), indent="  ")
        line()
        found = [
            (name, key.name, key.value, key.description, key.example) for name, keys in blocks.items() for key in keys
        ]
        table((sort, "key", "type", "what it is", "example"), found, indent="  ")
    line("\nReactions, by the event that they answer")
    told = [(event, means, ", ".join(EVENT_FACTS.get(event, ()))) for event, means in EVENTS.items()]
    table(("event", "what happened", "facts of its own"), told, indent="  ")
    line(f"  Such as: - {_reaction('promise-broken')['example']}")
    line("\nKeys, by the block in which they stand; relance vocabulary BLOCK or KEY explains them")
    kept = [(name, ", ".join(key.name for key in BLOCKS[name])) for name in POLICY]
    table(("block", "keys"), kept, indent="  ")
    line("\nValues")
    table(("value", "what it is"), list(FORMS.items()), indent="  ")


def _one(word: str, found: Mapping[str, object]) -> None:
    for sort, what in found.items():
        line(f"{word}: one of the {sort}")
        assert isinstance(what, Mapping)
        rows = [(name, _listed(value)) for name, value in what.items() if value and name != "keys"]
        table(("", ""), rows, indent="  ")
        if keys := what.get("keys"):
            line()
            each = [(key, _type(of), of["means"], of["example"]) for key, of in keys.items()]
            first = "of" if sort == "keys" else "key"
            table((first, "type", "what it is", "example"), each, indent="  ")


def _type(key: Mapping[str, Any]) -> str:
    return f"{key['type']}: {_listed(key['choices'])}" if key["choices"] else str(key["type"])


def _listed(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
