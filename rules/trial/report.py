"""The outcomes of policy tests for people and for machines: what differs in plain words, and what no test reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Protocol

from rules.diagnostics import Diagnostic, as_github, junit
from rules.trial.reach import KINDS, Part
from rules.trial.told import Line

_DID = {
    "email": "e-mail {} left",
    "sms": "text message {} left",
    "letter": "letter {} left",
    "call": "a call was put on the list of {}",
    "task": "a task was put on the list of {}",
    "webhook": "webhook {} was called",
    "charge": "the charge {} was made",
    "debit": "the collection {} was made",
    "restrict": "{} was held back",
    "handoff": "the file went to {}",
    "stopped": "the ladder stopped: {}",
}


class Tested(Protocol):
    """An outcome, as far as it is reported."""

    @property
    def name(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def passed(self) -> bool: ...
    @property
    def there(self) -> frozenset[Part]: ...
    @property
    def reached(self) -> frozenset[Part]: ...
    @property
    def actual(self) -> tuple[Line, ...]: ...
    @property
    def until(self) -> date | None: ...
    @property
    def before(self) -> Line | None: ...
    @property
    def missing(self) -> Line | None: ...
    @property
    def extra(self) -> Line | None: ...
    @property
    def differences(self) -> int: ...
    @property
    def problems(self) -> tuple[Diagnostic, ...]: ...


def report(outcomes: Sequence[Tested]) -> str:
    """The outcomes as a person reads them, by file, a line each, the first difference of what failed, the totals."""
    lines: list[str] = []
    for file, found in groupby(outcomes, lambda each: each.file):
        lines.append(file)
        for each in found:
            lines.append(f"{'ok  ' if each.passed else 'FAIL'}  {each.name}")
            lines += [f"      {line}" for line in _why(each)]
    return "".join(f"{line}\n" for line in [*lines, *_totals(outcomes)])


def as_junit(outcomes: Sequence[Tested]) -> str:
    """The outcomes as JUnit's XML, a suite per file."""
    return junit(
        (file, [(each.name, None if each.passed else next(iter(_why(each))), "\n".join(_why(each))) for each in found])
        for file, found in groupby(outcomes, lambda each: each.file)
    )


def as_annotations(outcomes: Sequence[Tested]) -> str:
    """What failed as GitHub's workflow commands, at the test's own line."""
    found: list[Diagnostic] = []
    for each in outcomes:
        found += each.problems
        said = difference(each)
        if said is not None and not each.problems:
            found.append(Diagnostic(each.file, each.line, 1, 1, "error", "relance test", f"{each.name}: {said}"))
    return as_github(found)


def difference(outcome: Tested) -> str | None:
    """The first difference as a sentence; None where there is none."""
    missing, extra = outcome.missing, outcome.extra
    if missing is not None and extra is not None and replace(extra, at=missing.at).meets(missing):
        days = (extra.at - missing.at).days
        count = f"{abs(days)} day{'s' if abs(days) != 1 else ''} {'later' if days > 0 else 'earlier'}"
        return f"{_did(extra)} on {_day(extra.at)}, {count} than expected"
    if missing is not None:
        instead = [line for line in outcome.actual if not line.always and _step(line) == _step(missing)]
        because = next((line for line in reversed(instead) if line.at <= missing.at or line is instead[0]), None)
        said = f"on {_day(missing.at)} this did not happen: {_did(missing)}"
        if outcome.until is not None and missing.at > outcome.until:
            return f"{said}; the test had ended, on {_day(outcome.until)}"
        return said if because is None or _step(missing) is None else f"{said}; {_instead(because)}"
    return None if extra is None else f"nothing in the test expects this: on {_day(extra.at)} {_did(extra)}"


def unreached(outcomes: Sequence[Tested]) -> list[Part]:
    """What the tests' policies have and no test reached, steps first."""
    there = {part for each in outcomes for part in each.there}
    never = there - {part for each in outcomes for part in each.reached}
    return sorted(never, key=lambda part: (KINDS.index(part[0]), part))


def _why(outcome: Tested) -> Iterator[str]:
    for problem in outcome.problems:
        yield f"{problem.file}:{problem.line}: {problem.message}"
        if problem.help:
            yield f"= {problem.help}"
    if outcome.missing is not None or outcome.extra is not None:
        yield f"{outcome.file}:{outcome.line}: actual differs from expected"
        for label, line in (("", outcome.before), ("expected", outcome.missing), ("actual", outcome.extra)):
            if line is not None:
                yield f"{label:<8} {line}"
        yield f"= {difference(outcome)}"
        if outcome.differences > 1:
            more = outcome.differences - 1
            yield f"= and {more} more difference{'s' if more > 1 else ''}"


def _totals(outcomes: Sequence[Tested]) -> Iterator[str]:
    there = {part for each in outcomes for part in each.there}
    reached = {part for each in outcomes for part in each.reached} & there
    never = unreached(outcomes)
    if never:
        yield "Never reached: " + ", ".join(f"{kind} {name} of {of}" for kind, of, name in never) + "."
    counts = {kind: sum(part[0] == kind for part in there) for kind in KINDS}
    others = [
        f"{kind.capitalize()}s reached: {sum(part[0] == kind for part in reached)}/{counts[kind]}"
        for kind in KINDS[1:]
        if counts[kind]
    ]
    if others:
        yield ". ".join(others) + "."
    failed = sum(not each.passed for each in outcomes)
    steps = sum(part[0] == "step" for part in reached)
    tests = "1 test" if len(outcomes) == 1 else f"{len(outcomes)} tests"
    yield f"{tests}, {failed} failed. Steps reached: {steps}/{counts['step']}"


def _did(line: Line) -> str:
    step = f"{line.words['step']}: " if "step" in line.words else ""
    key = next((key for key in line.words if key in _DID), None)
    if key is not None:
        due = f", to be done by {_day(line.due)}" if line.due is not None else ""
        return step + _DID[key].format(line.words[key]) + due
    return step + ", ".join(f"{key} {word}" for key, word in line.words.items() if key != "step")


def _instead(line: Line) -> str:
    said = ", ".join(f"{key}: {word}" for key, word in line.words.items() if key != "step")
    return f"the step was on {_day(line.at)} {said}"


def _step(line: Line) -> str | None:
    return line.words.get("step")


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
