"""`relance vocabulary`: every word that a policy may use, from the tables that check it."""

from __future__ import annotations

from collections.abc import Mapping

import click

from rules.diagnostics import did_you_mean
from rules.vocabulary import ACTIONS, ANY_OPERATOR, EVENTS, FACTS, HOLD_KEYS, OPERATORS, Fact, Key
from worker.cli.app import Failure
from worker.cli.output import answer, formats, line, table


@click.command()
@click.argument("word", required=False)
@formats()
def vocabulary(word: str | None, style: str) -> None:
    """Print the facts a condition may test, their operators, the actions, holds and reactions, with types and examples.

    \b
    Examples:
      relance vocabulary
      relance vocabulary customer.score
      relance vocabulary promise
      relance vocabulary --format json
    """
    words = _words()
    if word is None:
        answer(style, words, _everything)
        return
    found = {sort: named[word] for sort, named in words.items() if word in named}
    if not found:
        near = did_you_mean(word, [each for named in words.values() for each in named])
        raise Failure(f"the language has no word {word}" + (f": {near}" if near else "."))
    answer(style, found, lambda: _one(word, found))


def _words() -> dict[str, dict[str, object]]:
    """By sort, then by name: what it is, of what type, and an example."""
    return {
        "facts": {name: _fact(fact) for name, fact in FACTS.items()},
        "actions": {name: _keys(keys) for name, (_, keys) in ACTIONS.items()},
        "holds": {kind: _keys(keys) for kind, keys in HOLD_KEYS.items()},
        "reactions": {event: {} for event in EVENTS},
    }


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
        key.name: {"type": key.value, "required": key.required, "means": key.description, "example": key.example}
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
    for title, blocks in (("Actions", {name: keys for name, (_, keys) in ACTIONS.items()}), ("Holds", HOLD_KEYS)):
        line(f"\n{title}")
        found = [
            (name, key.name, key.value, key.description, key.example) for name, keys in blocks.items() for key in keys
        ]
        table((title.lower().rstrip("s"), "key", "type", "what it is", "example"), found, indent="  ")
    line("\nReactions, by the event that they answer")
    line(f"  {', '.join(EVENTS)}")


def _one(word: str, found: Mapping[str, object]) -> None:
    for sort, what in found.items():
        line(f"{word}: one of the {sort}")
        assert isinstance(what, Mapping)
        if sort == "facts":
            table(("", ""), [(name, value) for name, value in what.items() if value], indent="  ")
        else:
            rows = [(key, each["type"], each["means"], each["example"]) for key, each in what.items()]
            table(("key", "type", "what it is", "example"), rows, indent="  ")
