"""What is wrong in a file, and where: one sentence, one place, one code. It is shown here, never found.

Codes: 001-099 reading, 101-199 shape, 201-299 meaning, 301-399 lint, 401-499 templates, 501-599 data at run time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Literal
from xml.etree import ElementTree

Severity = Literal["error", "warning"]

BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # a line ends where YAML 1.1 says it ends
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_LONGEST = 160  # of a source line that is shown


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `line` and `column` count from 1; `width` is the number of characters to underline."""

    file: str
    line: int
    column: int
    width: int
    severity: Severity
    code: str
    message: str
    help: str | None = None

    @property
    def place(self) -> tuple[str, int, int, int, str, str]:
        """By what findings are sorted: file, line, column; a list or map before its first word."""
        return self.file, self.line, self.column, self.width, self.code, self.message

    def __lt__(self, other: Diagnostic) -> bool:
        return self.place < other.place


def render(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> str:
    """The findings as text for a person, sorted, each with its source line; a line of counts ends each file's."""
    lines: list[str] = []
    for file, found in groupby(sorted(diagnostics), lambda d: d.file):
        source = BREAKS.split(sources.get(file, ""))
        here = list(found)
        for diagnostic in here:
            lines += _one(diagnostic, source)
        errors = sum(d.severity == "error" for d in here)
        lines.append(f"{file}: {errors} error(s), {len(here) - errors} warning(s)")
    return "".join(f"{line}\n" for line in lines)


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """The findings as a JSON list of objects with the attributes of Diagnostic, sorted."""
    return json.dumps([asdict(d) for d in sorted(diagnostics)], ensure_ascii=False, indent=2) + "\n"


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """The findings as GitHub workflow commands, one a line, sorted."""
    return "".join(
        f"::{d.severity} file={_property(d.file)},line={d.line},col={d.column},endColumn={d.column + d.width},"
        f"title={d.code}::{_escape(d.message + (f' ({d.help})' if d.help else ''))}\n"
        for d in sorted(diagnostics)
    )


def as_junit(diagnostics: Iterable[Diagnostic], files: Iterable[str]) -> str:
    """The findings as JUnit's XML: a suite per file, a failure per finding; a file without any is one passed test."""
    by_file: dict[str, list[Diagnostic]] = {file: [] for file in sorted(files)}
    for diagnostic in sorted(diagnostics):
        by_file.setdefault(diagnostic.file, []).append(diagnostic)
    return junit(
        (
            file,
            [(f"{d.line}:{d.column} {d.code}", d.message, _said(d)) for d in found] or [("nothing to say", None, "")],
        )
        for file, found in by_file.items()
    )


def junit(suites: Iterable[tuple[str, Sequence[tuple[str, str | None, str]]]]) -> str:
    """JUnit's XML of (suite, [(test, what failed or None, details)])."""
    root = ElementTree.Element("testsuites")
    for name, cases in suites:
        failed = str(sum(message is not None for _, message, _ in cases))
        suite = ElementTree.SubElement(root, "testsuite", name=_plain(name), tests=str(len(cases)), failures=failed)
        for case, message, details in cases:
            test = ElementTree.SubElement(suite, "testcase", classname=_plain(name), name=_plain(case))
            if message is not None:
                ElementTree.SubElement(test, "failure", message=_plain(message)).text = _plain(details)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that `word` was probably meant to be: its beginning, or a slip in every three letters.

    >>> nearest("emial", ["email", "letter"]), nearest("first", ["first_of"]), nearest("on", ["mon"])
    ('email', 'first_of', None)
    """
    folded, last = _folded(word), word.rpartition(".")[2]
    ranked = sorted((slips(folded, _folded(choice)), choice) for choice in choices)
    begun = [choice for _, choice in ranked if len(folded) > 2 and _folded(choice).startswith(folded)]
    return next((choice for count, choice in ranked if count <= len(last) // 3 and not begun), next(iter(begun), None))


def slips(word: str, choice: str) -> int:
    """How many letters were left out, added, changed or swapped with the next.

    >>> slips("emial", "email")
    1
    """
    before: list[int] = []
    row = list(range(len(choice) + 1))
    for i, a in enumerate(word, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(choice, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b)))
            if i > 1 and j > 1 and (a, b) == (choice[j - 2], word[i - 2]):
                row[j] = min(row[j], last[j - 2] + 1)
    return row[-1]


def _folded(word: str) -> str:
    return word[:60].lower().replace("_", "-")


def did_you_mean(word: str, choices: Iterable[str]) -> str | None:
    """The help line for a word that is not among the choices, or None when nothing is near."""
    found = nearest(word, choices)
    return f"did you mean '{found}'?" if found else None


def quoted(text: str) -> str:
    """`text` in single quotes, on one line, cut where it is long: how a message repeats what was written.

    >>> quoted("a\\nb")
    "'a b'"
    """
    text = " ".join(UNPRINTABLE.sub("\ufffd", text).split())
    return f"'{text if len(text) <= 60 else text[:57] + '...'}'"


def _one(diagnostic: Diagnostic, source: list[str]) -> list[str]:
    d = diagnostic
    lines = [f"{d.file}:{d.line}:{d.column}: {d.severity}: {d.message} [{d.code}]"]
    text = source[d.line - 1] if 0 < d.line <= len(source) else ""
    if text.strip():
        start = max(0, d.column - _LONGEST // 2) if len(text) > _LONGEST else 0
        text, before = UNPRINTABLE.sub("\ufffd", text)[start : start + _LONGEST], d.column - 1 - start
        padding = "".join("\t" if c == "\t" else " " for c in text[:before].ljust(before))
        width = max(1, min(d.width, len(text) - before))
        lines += [f"{d.line} | {text}", f"{' ' * len(str(d.line))} | {padding}^{'~' * (width - 1)}"]
    if d.help:
        lines.append(f"  = help: {d.help}")
    return lines


def _said(diagnostic: Diagnostic) -> str:
    d = diagnostic
    return f"{d.file}:{d.line}:{d.column}: {d.severity}: {d.message}" + (f" ({d.help})" if d.help else "")


def _plain(text: str) -> str:
    """What XML can hold."""
    return UNPRINTABLE.sub("\ufffd", text)


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
