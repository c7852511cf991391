"""What a random book's policy chooses by: variants, the calendar with its quiet periods. All by dice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.rules.judgement import kit
from tests.rules.judgement.kit import ASSIGNMENT, HEAD

START = date(2026, 1, 1)
DAYS_OFF = "{date: 2026-04-06, name: Lundi}, {date: 2026-05-01, name: Mai}, {date: 2026-05-14, name: Jeudi}"
PLAIN = kit.PLAIN.replace("{date: 2020-01-01, name: Jour de l'an}", DAYS_OFF)
QUIET = (
    "quiet: [{from: 02-16, to: 03-08, levels: [firm], name: Winter}]",
    "quiet: [{from: 03-15, to: 03-31, levels: [notice, handoff], name: Spring}]",
    "quiet: [{from: 05-01, to: 05-22, levels: [notice, handoff], name: May}]",
    "quiet: [{from: 12-20, to: 01-20, levels: [courtesy, reminder], name: New Year}]",
    "quiet: [{from: 03-02, to: 03-06, levels: [reminder], name: One}, {from: 03-05, to: 03-13, levels: [], name: Two}]",
)


ABOUT = ("customer.score", "customer.segment")  # what may become known, and unknown again
SEGMENTS = ("small", "large")
WHENS = (
    "{customer.segment: small}",
    "{customer.segment: {not_in: [small], if_unknown: true}}",
    "{customer.score: {lt: 40}}",
    "{customer.score: {gte: 40, if_unknown: false}}",
    "{invoice.days_overdue: {gte: 12}}",
    "{invoice.balance: {gte: [150.00 EUR, 150.00 GBP]}}",
    "{account.overdue_balance: {gte: [200.00 EUR, 200.00 GBP]}}",
    "{any: [{customer.segment: large}, {invoice.days_overdue: {gte: 20}}]}",
)
CHANGES = (
    "one: {at: due+1d}",
    "one: {at: due+4d}",
    "one: {when: {invoice.days_overdue: {gte: 9}}}",
    "two: {requires: [one]}",
    "two: {at: due+14d}",
    "two: {level: reminder}",
    "two: {do: [{task: {queue: collections, title: Look}}]}",
    "two: {approval: {who: credit-controller, within: 5bd, otherwise: send}}",
    "two: {when: {customer.score: {lt: 45}}}",
    "notice: {at: due+34d}",
    "notice: {at: due+28d}",
    "notice: {approval: {who: credit-director, within: 5bd, otherwise: escalate}}",
    "again: {repeat: {every: 3bd, times: 2}}",
    "again: {at: previous+5bd}",
    "agency: {requires: [], reason: The agency warns them}",
    "courtesy: {level: reminder}",
)
REMOVED = ("collect", "courtesy", "present", "again", "milder", "look", "agency")
INSERTED = (
    "after: one, step: {id: text, level: reminder, at: previous+2bd, do: [{sms: {template: nudge, to: billing}}]}",
    "after: two, step: {id: call, level: firm, at: previous+1d, do: [{call: {queue: calls, script: firm}}]}",
    "after: notice, step: {id: last, level: notice, at: previous+8d, do: [{letter: {template: notice, to: billing}}]}",
)


@dataclass(frozen=True, slots=True)
class Choices:
    """Files of the workspace beside the policy, and what is known of customers at first."""

    files: Mapping[str, str]
    about: Mapping[str, Mapping[str, str | None]]


def choose(dice: Random, customers: Sequence[str], other: str) -> Choices:
    """Half of the calendars have quiet periods; where there is another policy, pins and routes choose it or none."""
    quiet = dice.choice(("", dice.choice(QUIET)))
    files = {"calendars/plain.yaml": f"{PLAIN}{quiet}\n"}
    if other:
        files["policies/other.yaml"] = HEAD.replace("id: mine", "id: other") + "calendar: plain\n" + other
        files["assignments/default.yaml"] = _assignment(dice, customers)
    return Choices(files, {name: about(dice) for name in customers})


def _assignment(dice: Random, customers: Sequence[str]) -> str:
    ends = (START + timedelta(days=dice.choice((20, 40, 60, 120))) for _ in customers)
    pins = [
        f"{{customer: {name}, policy: {dice.choice(('mine', 'other'))}, reason: agreed, until: {end}}}"
        for name, end in zip(customers, ends, strict=True)
        if dice.random() < 0.3
    ]
    routes = [
        f"{{id: r{n}, when: {dice.choice(WHENS)}, {dice.choice(('policy: other', 'policy: none, reason: out'))}}}"
        for n in range(dice.choice((1, 1, 2)))
    ]
    made = ASSIGNMENT.replace("pins: []", f"pins: [{', '.join(pins)}]")
    return made.replace("routes: []", f"routes: [{', '.join(routes)}]")


def about(dice: Random) -> Mapping[str, str | None]:
    """What is known of a customer, if it is."""
    return {"segment": dice.choice((*SEGMENTS, *SEGMENTS, None))}


def variants(dice: Random, steps: Iterable[str]) -> str:
    """Half of the policies have variants, of the steps that they have."""
    names = [step.removeprefix("id: ").partition(",")[0] for step in steps]
    made = [_variant(dice, f"v{n}", names) for n in range(dice.choice((0, 0, 1, 2)))]
    return f"variants: [{', '.join(made)}]\n" if made else ""


def _variant(dice: Random, name: str, names: Sequence[str]) -> str:
    removed = [each for each in REMOVED if each in names and dice.random() < 0.3]
    changes = {each.partition(":")[0]: each for each in dice.sample(CHANGES, k=3)}
    change = [text for each, text in changes.items() if each in names and each not in removed]
    insert = [f"{{{each}}}" for each in INSERTED if dice.random() < 0.2]
    lists = (f"remove: [{', '.join(removed)}]" if removed else "", f"insert: [{', '.join(insert)}]" if insert else "")
    parts = (f"id: {name}, when: {dice.choice(WHENS)}", f"change: {{{', '.join(change)}}}" if change else "", *lists)
    return f"{{{', '.join(part for part in parts if part)}}}"


def rechoose(dice: Random) -> str:
    """Whether a ladder keeps the variant with which it begins."""
    return dice.choice(("", "", ", rechoose: at-start"))


def for_good(dice: Random) -> str:
    """Sometimes a hold after which nothing goes on."""
    says_paid = ("", "", f", says-paid: {{resume: {dice.choice(('never', 'shift'))}}}")
    founded, unfounded = (dice.choice(("never", "shift", "keep")) for _ in range(2))
    dispute = ("", "", f", dispute: {{resume: {{founded: {founded}, unfounded: {unfounded}}}}}")
    return dice.choice(says_paid) + dice.choice(dispute) + dice.choice(("", "", ", vulnerable: {resume: never}"))
