"""Broken files of every kind, by the thousand: each is answered, never with a traceback, and always with a place."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

import pytest

from rules.compile import Compiled, compile_workspace
from rules.diagnostics import Diagnostic, as_github, as_json, as_junit, render
from rules.library import files
from rules.lint import Look, look
from rules.policytest import run
from rules.shape import check_shape
from rules.source import read
from rules.trial.report import report
from tests.rules.linted import BOOK, TODAY, Written
from tests.rules.shelf import BUSINESS
from worker.holidays import public_holidays

LIBRARY = files()
KINDS = ("policies", "assignments", "tests", "calendars", "terms")
SOURCES = {path: data for path, data in LIBRARY.items() if path.split("/")[0] in KINDS}
SOURCES["business.yaml"] = (
    f"{BUSINESS}limits: {{contacts_per_day: 200, share_of_customers: 20%, calls_per_day: 40}}\n"
    "time_zone: Europe/Paris\nbank: {iban: FR7630006000011234567890189, bic: AGRIFRPP}\n"
    "senders: {name: Martin, email: comptes@martin.example}\nredirect: off\n"
).encode()
NASTY = [
    *(
        "NO",
        "on",
        "~",
        "null",
        "01000",
        "08000",
        "12:30",
        "1e9",
        ".inf",
        "-0",
        "0x1F",
        "1_000",
        "2026-02-30",
        "2027-13-01",
    ),
    *("9999-12-31", "0001-01-01", "due+9999m", "due-9999bd", "previous", "previous-3bd", "formal-notice.deadline-9d"),
    *("999999999999999.99 EUR", "0.00 EUR", "-5.00 EUR", "10.00 XXX", "100%", "0%", "d+1", "J+3", "9999d", "0bd"),
    *(
        "&a x",
        "*a",
        "!!python/object:os.system ls",
        "<<: {a: 1}",
        "{",
        "[",
        "]",
        "}",
        "- ",
        ": ",
        "'",
        '"',
        "|",
        ">",
        "#",
    ),
    *(
        "\t",
        "\x00",
        "\x07",
        "\ufeff",
        "\u2028",
        "\u202e",
        "\x85",
        "---\n",
        "...\n",
        "%YAML 9.9\n",
        "\r\n",
        "\r",
        "é",
        "😀",
    ),
    *('"\\x00"', '"\\ud800"', "[" * 40, "{a: " * 30, "a" * 500, "? [a]\n: b\n", "reminder-1: {at: due}", "all: []"),
]


def mutated(source: bytes, chance: random.Random) -> bytes:
    """The file with one to four things changed: lines moved, values replaced, characters lost, indentation shifted."""
    text = source.decode()
    for _ in range(chance.randint(1, 4)):
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        match chance.randrange(9):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[chance.randrange(len(lines))])
            case 2:
                lines[at] = " " * chance.randint(1, 5) + lines[at]
            case 3:
                lines[at] = lines[at].removeprefix("  ")
            case 4:
                key, colon, _ = lines[at].partition(":")
                lines[at] = f"{key}{colon} {chance.choice(NASTY)}"
            case 5:
                where = chance.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:where] + chance.choice(NASTY) + lines[at][where:]
            case 6:
                where = chance.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:where] + lines[at][where + 1 :]
            case 7:
                words = [word for line in lines for word in line.split() if word not in ("-", "#")]
                mine = lines[at].split()
                if mine:
                    lines[at] = lines[at].replace(chance.choice(mine), chance.choice(words), 1)
            case _:
                lines = lines[: at + 1]
        text = "\n".join(lines)
    return text.encode("utf-8", "surrogatepass")


@cache
def unbroken() -> Compiled:
    """The rules that broken tests are run with: every policy that ships."""
    names = sorted(path[len("policies/") : -len(".yaml")] for path in LIBRARY if path.startswith("policies/"))
    routes = "".join(f"  - {{id: {name}, when: {{customer.segment: {name}}}, policy: {name}}}\n" for name in names)
    head = LIBRARY["assignments/default.yaml"].decode().partition("routes:")[0]
    chosen = f"{head}routes:\n{routes}otherwise: {{policy: eu-b2b}}\n"
    own = {"business.yaml": BUSINESS.encode(), "assignments/default.yaml": chosen.encode()}
    return compile_workspace(own, LIBRARY, public_holidays)


def answered(path: str, data: bytes) -> Iterator[Diagnostic]:
    """Everything that is said of the file in a workspace: by the compiler and lint, or by running it as tests."""
    own = {"business.yaml": BUSINESS.encode()} | ({} if path.startswith("tests/") else {path: data})
    compiled = unbroken() if path.startswith("tests/") else compile_workspace(own, LIBRARY, public_holidays)
    yield from compiled.diagnostics
    if compiled.rulebook is None:
        assert any(d.severity == "error" for d in compiled.diagnostics)
        return
    if path.startswith("tests/"):
        root, found = read(data, path)
        if root is not None and not found:
            found = check_shape("policy-test", root, path)
        yield from found
        if root is not None and not any(d.severity == "error" for d in found):
            outcomes = run(root, path, compiled.rulebook)
            assert report(outcomes).endswith("\n")
            yield from (problem for each in outcomes for problem in each.problems)
        return
    sources = {name: text.decode("utf-8-sig") for name, text in own.items()}
    roots = {name: root for name, text in own.items() if (root := read(text, name)[0]) is not None}
    yield from look(Look(compiled.rulebook, roots, TODAY, BOOK, Written()), sources)


def every_mutant_is_answered(seed: int, count: int) -> None:
    chance = random.Random(seed)
    for _ in range(count):
        kind = chance.choice((*KINDS, "business.yaml"))
        path = chance.choice(sorted(path for path in SOURCES if path.startswith(kind)))
        data = mutated(SOURCES[path], chance)
        shown = data.decode("utf-8", "replace")
        try:
            found = list(answered(path, data))
        except Exception as error:
            raise AssertionError(f"seed {seed}: {path}\n{shown}") from error
        height = shown.count("\n") + shown.count("\r") + shown.count("\x85") + shown.count("\u2028") + 2
        for each in (each for each in found if each.file == path):
            assert 1 <= each.line <= height, (each, shown)
            assert each.column >= 1, (each, shown)
            assert each.message, (each, shown)
            assert "\n" not in each.message, (each, shown)
        assert all((as_json(found), as_junit(found, [path])))
        assert bool(as_github(found)) is bool(found)
        assert render(found, {path: shown}).count("[REL") >= len(found)


@pytest.mark.parametrize("seed", range(4))
def test_broken_files_are_answered_with_a_place(seed: int) -> None:
    every_mutant_is_answered(seed, 75)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(100, 200))
def test_ten_thousand_broken_files_are_answered_with_a_place(seed: int) -> None:
    every_mutant_is_answered(seed, 100)
