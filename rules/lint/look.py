"""What the rules of lint look at, and how one says what it found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from rules.conditions import Lookup
from rules.facts import Net
from rules.policy import (
    MESSAGES,
    Action,
    ByAmount,
    ByFact,
    Call,
    Condition,
    Debit,
    Email,
    Letter,
    Place,
    Policy,
    Rulebook,
    Sms,
    Step,
)
from rules.rates import Rate, Table, shipped
from rules.source import Node

CONTACTS = (*MESSAGES, Call)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One finding of a rule; an `allow` of `step`, where it is about one, silences it.

    `source`: the law that it rests on, where that is not the rule's SOURCE; "" where the message names it.
    """

    place: Place
    width: int
    message: str
    help: str | None = None
    step: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """The law of a contract; where it bills its terms of payment; where it fixes one its rate for late payment.

    `periodic`: it bills after the fact what was supplied within a month.
    """

    contract: str
    law: str
    net: Net | None = None
    late_rate: Decimal | None = None
    periodic: bool = False


@dataclass(frozen=True, slots=True)
class Dated:
    """An invoice of another system: when it was issued, and when it falls due."""

    contract: str
    law: str
    number: str
    issued: date
    due: date


@dataclass(frozen=True, slots=True)
class Book:
    """What the ledger's customers are like: only what some customer has is in it.

    `channels` are those by which somebody can be reached: email, sms, letter, call.
    """

    currencies: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    terms: frozenset[Agreed] = frozenset()
    invoices: frozenset[Dated] = frozenset()  # open ones that no contract billed itself
    rates: Mapping[str, Mapping[date, Rate]] = field(default_factory=dict)  # by table and half-year: what was stated
    open: tuple[Lookup, ...] = ()  # the facts of open receivables


class Texts(Protocol):
    """The templates, as far as lint asks about them."""

    def segments(self, template: str, language: str) -> int | None:
        """Of how many parts an SMS about one invoice is; None where it cannot be rendered."""
        ...

    def source(self, template: str, channel: str, language: str) -> str | None:
        """What is written in a template, Jinja's marks included; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """A workspace that compiles. `roots` are its own files, by path; the library's are not looked at."""

    rulebook: Rulebook
    roots: Mapping[str, Node]
    today: date
    book: Book | None = None
    texts: Texts | None = None

    def rates(self) -> Mapping[str, Table]:
        """The published rates, with what people stated in the book."""
        stated = self.book.rates if self.book is not None else {}
        return {name: table.adding(stated.get(name, {})) for name, table in shipped().items()}

    def agreed(self) -> list[Agreed]:
        """The contracts of the book, by name; none without a book."""
        return sorted(self.book.terms, key=lambda each: each.contract) if self.book is not None else []

    def policies(self) -> Iterator[tuple[Policy, Place]]:
        """The workspace's own, each with the place of its id."""
        for policy in self.rulebook.policies.values():
            if policy.place is not None and policy.place.file in self.roots:
                yield policy, policy.place

    def of_kind(self, kind: str) -> Iterator[tuple[str, Node]]:
        """The workspace's own files of a kind: path and root."""
        for path, root in self.roots.items():
            said = root.get("kind")
            if said is not None and said.text == kind:
                yield path, root


def at(file: str, node: Node, message: str, advice: str | None = None) -> Doubt:
    """A doubt about a value of a file."""
    return Doubt(Place(file, node.line, node.column), node.width, message, advice)


def about(step: Step, message: str, advice: str | None = None) -> Doubt:
    """A doubt about a step, at its name."""
    assert step.place is not None
    return Doubt(step.place, len(step.id), message, advice, step.id)


def branches(policy: Policy) -> Iterator[tuple[Condition, Sequence[Step]]]:
    """The base steps and those of each variant, with the condition under which they are climbed."""
    yield policy.applies_to, policy.steps
    for variant in policy.variants:
        yield variant.when, variant.steps


def steps(policy: Policy) -> Iterator[Step]:
    """Every step of the base and of the variants, those that are alike once."""
    seen: list[Step] = []
    for _, climbed in branches(policy):
        for step in climbed:
            if step not in seen:
                seen.append(step)
                yield step


def contacts(step: Step) -> bool:
    """Whether the customer hears of a step."""
    return any(isinstance(action, CONTACTS) for action in step.do)


def messages(do: Sequence[Action]) -> Iterator[Email | Sms | Letter]:
    """The messages among actions, and those that stand in for them."""
    waiting: list[Action | None] = list(do)
    while waiting:
        match waiting.pop(0):
            case Email() | Sms() | Letter() as message:
                yield message
                waiting.append(message.fallback)
            case Debit(fallback=instead):
                waiting.append(instead)


def choices(value: str | ByFact[str] | ByAmount[str]) -> list[str]:
    """Everything that a value, or the by-table in its place, may turn out to be."""
    match value:
        case ByFact(cases=cases, otherwise=otherwise):
            return sorted({*cases.values(), *([otherwise] if otherwise else [])})
        case ByAmount(below=below, otherwise=otherwise):
            return sorted({*(use for _, use in below), *([otherwise] if otherwise else [])})
    return [value]
