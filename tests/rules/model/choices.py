"""What a random book's policy chooses by: the calendar with its quiet periods. All by dice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

PLAIN = """\
format: relance/v1
kind: calendar
id: plain
time_zone: Europe/Paris
working_days: [mon, tue, wed, thu, fri]
send_between: {email: {from: 09:00, to: 17:00}, sms: {from: 09:00, to: 17:00}, call: {from: 09:00, to: 17:00}}
holidays: {extra: [{date: 2026-04-06, name: Lundi}, {date: 2026-05-01, name: Mai}, {date: 2026-05-14, name: Jeudi}]}
complete_until: 2039-12-31
"""
QUIET = (
    "quiet: [{from: 02-16, to: 03-08, levels: [firm], name: Winter}]",
    "quiet: [{from: 03-15, to: 03-31, levels: [notice, handoff], name: Spring}]",
    "quiet: [{from: 05-01, to: 05-22, levels: [notice, handoff], name: May}]",
    "quiet: [{from: 12-20, to: 01-20, levels: [courtesy, reminder], name: New Year}]",
    "quiet: [{from: 03-02, to: 03-06, levels: [reminder], name: One}, {from: 03-05, to: 03-13, levels: [], name: Two}]",
)


@dataclass(frozen=True, slots=True)
class Choices:
    """Files of the workspace beside the policy."""

    files: Mapping[str, str]


def choose(dice: Random) -> Choices:
    """Half of the calendars have quiet periods."""
    quiet = dice.choice(("", dice.choice(QUIET)))
    return Choices({"calendars/plain.yaml": f"{PLAIN}{quiet}\n"})


def for_good(dice: Random) -> str:
    """Sometimes a hold after which nothing goes on."""
    says_paid = ("", "", f", says-paid: {{resume: {dice.choice(('never', 'shift'))}}}")
    founded, unfounded = (dice.choice(("never", "shift", "keep")) for _ in range(2))
    dispute = ("", "", f", dispute: {{resume: {{founded: {founded}, unfounded: {unfounded}}}}}")
    return dice.choice(says_paid) + dice.choice(dispute) + dice.choice(("", "", ", vulnerable: {resume: never}"))
