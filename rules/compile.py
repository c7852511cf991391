"""From a workspace's files to the rulebook that cases are bound to, or to everything that is wrong with them.

What the workspace does not define comes from the library, by name. Nothing is read from disk and nothing is sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from rules.calendars import Calendar
from rules.compiling.assignments import assignment
from rules.compiling.businesses import business, knowing
from rules.compiling.calendars import Holidays, calendar
from rules.compiling.page import Known, Page
from rules.compiling.policies import policy
from rules.compiling.terms import terms
from rules.diagnostics import Diagnostic, quoted
from rules.lint import lint
from rules.mending import Mended, mended
from rules.not_yet import not_yet
from rules.policy import Assignment, Business, ByFact, Place, Policy, Rulebook, Terms, channel
from rules.shape import formed
from rules.source import Node, read

__all__ = ["LIBRARY", "Compiled", "Holidays", "compile_workspace"]

T = TypeVar("T")

LIBRARY = "library/"  # what the names of library files begin with in diagnostics and places
BUSINESS = "business.yaml"
FOLDERS = {"policies": "policy", "assignments": "assignment", "calendars": "calendar", "terms": "terms"}
_FILE = re.compile(r"(policies|assignments|calendars|terms)/([^/]+)\.yaml")
_STRAY = re.compile(r"(?:(?:policies|assignments|calendars|terms)/.*|business)\.ya?ml", re.IGNORECASE)
_IN_FORCE = "default"
_LEFT_OUT = frozenset({"REL007", "REL012"})  # a merge key, or a key that is a list: what they hold was not read
_IMPOSSIBLE_DATE = "REL110"  # what is wrong is a value, not the shape: the rest of the file can be judged


@dataclass(frozen=True, slots=True)
class Compiled:
    """The rulebook, None when there is an error, and every finding of every file, sorted.

    `files` are those it was made from, the library's included: compiled without a library they give the same digest.
    `policies` and `business` are what could be understood, whatever is wrong elsewhere.
    """

    rulebook: Rulebook | None
    diagnostics: tuple[Diagnostic, ...]
    files: Mapping[str, bytes]
    policies: tuple[Policy, ...]
    business: Business | None


def compile_workspace(files: Mapping[str, bytes], library: Mapping[str, bytes], holidays: Holidays) -> Compiled:
    """Compiles `files` (business.yaml, policies/, assignments/, calendars/ and terms/; paths relative, others ignored).

    Every file of the workspace is compiled, and those of the library that they name. Never raises for what is written.
    """
    work = _Work(files, library, holidays)
    made = work.business()
    chosen = work.assignment()
    for folder, name in work.own():
        work.compile(folder, name)
    while work.wanted:
        first = min(work.wanted)
        work.wanted.remove(first)
        work.compile(*first)
    policies = _sorted(work.policies)
    work.diagnostics += _across(policies.values(), work.calendars)
    errors = any(d.severity == "error" for d in work.diagnostics)
    rulebook = None if errors or made is None or chosen is None else work.rulebook(made, chosen)
    used = dict(sorted(work.used.items()))
    understood = made or work.half_business
    return Compiled(rulebook, tuple(sorted(set(work.diagnostics))), used, tuple(policies.values()), understood)


@dataclass(slots=True)
class _Work:
    """One compilation: what was made so far, what was found, and what is still wanted."""

    files: Mapping[str, bytes]
    library: Mapping[str, bytes]
    holidays: Holidays
    diagnostics: list[Diagnostic] = field(default_factory=list)
    used: dict[str, bytes] = field(default_factory=dict)
    wanted: set[tuple[str, str]] = field(default_factory=set)
    policies: dict[str, Policy] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    terms: dict[str, Terms] = field(default_factory=dict)
    half_business: Business | None = None
    known: Known = field(init=False)

    def __post_init__(self) -> None:
        names: dict[str, set[str]] = {folder: set() for folder in FOLDERS}
        for path in (*self.files, *self.library):
            if found := _FILE.fullmatch(path):
                names[found[1]].add(found[2])
        self.known = Known({folder: frozenset(found) for folder, found in names.items()})
        for path in self.files:
            if _STRAY.fullmatch(path) and path != BUSINESS and not _FILE.fullmatch(path):
                message = "this file is not read"
                advice = "name it NAME.yaml, directly in policies, assignments, calendars or terms"
                self.diagnostics.append(Diagnostic(path, 1, 1, 1, "warning", "REL224", message, advice))

    def own(self) -> list[tuple[str, str]]:
        """The workspace's own files (folder, name), the assignment apart."""
        found = [match for path in sorted(self.files) if (match := _FILE.fullmatch(path))]
        return [(match[1], match[2]) for match in found if match[1] != "assignments"]

    def business(self) -> Business | None:
        """business.yaml, which must be there; from then on its names are known."""
        if BUSINESS not in self.files:
            message = "business.yaml is missing: it says who the creditor is"
            self.diagnostics.append(Diagnostic(BUSINESS, 1, 1, 1, "error", "REL223", message))
            return None
        made = self._make(BUSINESS, BUSINESS, self.files[BUSINESS], "business", business, self._half_known)
        if made is not None:
            self.known = knowing(self.known, made)
        return made

    def _half_known(self, made: Business, rest: Mended) -> None:
        """Of a business.yaml that is wrong: its names, where they are sure, so that no more is hidden than must be."""
        less = any(d.code in _LEFT_OUT or (d.code == "REL006" and d.column == 1) for d in self.diagnostics)
        if not less:
            self.half_business, self.known = made, knowing(self.known, made, rest)

    def assignment(self) -> Assignment | None:
        """The one in force; a second one of the workspace is an error."""
        own = [
            match[2] for path in sorted(self.files) if (match := _FILE.fullmatch(path)) and match[1] == "assignments"
        ]
        for name in own[1:]:
            path, first = f"assignments/{name}.yaml", f"assignments/{own[0]}.yaml"
            place, there = _id(self.files[path]), _id(self.files[first])
            message = f"there is already an assignment, {first}, line {there.line if there else 1}"
            at = (place.line, place.column, place.width) if place else (1, 1, 1)
            self.diagnostics.append(Diagnostic(path, *at, "error", "REL202", message, "put all routes into one"))
        path, shown, data = self._source("assignments", own[0] if own else _IN_FORCE)
        return self._make(path, shown, data, "assignment", assignment) if data is not None else None

    def compile(self, folder: str, name: str) -> None:
        """Compiles a policy, calendar or terms file, once."""
        path, shown, data = self._source(folder, name)
        if path in self.used or data is None:
            return
        match FOLDERS[folder]:
            case "policy":
                _put(self.policies, name, self._make(path, shown, data, "policy", policy))
            case "calendar":
                made = self._make(path, shown, data, "calendar", lambda page: calendar(page, self.holidays))
                if not any(d.file == shown and d.severity == "error" for d in self.diagnostics):
                    _put(self.calendars, name, made)
            case "terms":
                _put(self.terms, name, self._make(path, shown, data, "terms", terms))

    def rulebook(self, made: Business, chosen: Assignment) -> Rulebook:
        """Everything, under the digest of the files it was made from."""
        name = digest(self.used)
        return Rulebook(name, made, chosen, _sorted(self.policies), _sorted(self.calendars), _sorted(self.terms))

    def _source(self, folder: str, name: str) -> tuple[str, str, bytes | None]:
        """Its path, how it is called in diagnostics, and its bytes: the workspace's own before the library's."""
        path = f"{folder}/{name}.yaml"
        if path in self.files:
            return path, path, self.files[path]
        return path, LIBRARY + path, self.library.get(path)

    def _make(
        self,
        path: str,
        shown: str,
        data: bytes,
        kind: str,
        make: Callable[[Page], T],
        half: Callable[[T, Mended], None] | None = None,
    ) -> T | None:
        """Reads, checks and compiles one file; None when it is not well formed, and then what can be judged is."""
        self.used[path] = data
        root, found = formed(kind, data, shown)
        self.diagnostics += found
        if root is None:
            return None
        if any(d.severity == "error" and d.code != _IMPOSSIBLE_DATE for d in found):
            if rest := mended(kind, root):
                page = self._page(path, shown, rest.root, kind)
                guess = make(page)
                self.diagnostics += rest.heard(page.diagnostics)
                if half is not None:
                    half(guess, rest)
            return None
        page = self._page(path, shown, root, kind)
        made = make(page)
        self.wanted |= page.references
        not_yet(page, kind)
        lint(page, made, data.decode("utf-8-sig"))
        self.diagnostics += page.diagnostics
        return made

    def _page(self, path: str, shown: str, root: Node, kind: str) -> Page:
        """A file to be compiled, of which its name has been judged."""
        page = Page(shown, root, self.known)
        name = root.get("id")
        if name is not None and kind != "business" and f"/{name.text}.yaml" != path[path.index("/") :]:
            self._misnamed(page, path, name)
        return page

    def _misnamed(self, page: Page, path: str, name: Node) -> None:
        """An id that is not the file's name, and may be that of another file."""
        other = f"{path.partition('/')[0]}/{name.text}.yaml"
        there = _id(self.files[other]) if other in self.files else None
        if there is not None and there.text == name.text:
            message = f"{quoted(name.text)} is already the id of {other}, line {there.line}"
            page.error(name, 205, message, f"call this one {path.partition('/')[2].removesuffix('.yaml')}, as its file")
        else:
            page.error(name, 201, f"the file is called {path} but its id is {quoted(name.text)}", "make them the same")


def _id(data: bytes) -> Node | None:
    """Where a file states its id; None where it cannot be read."""
    root = read(data, "")[0]
    return root.get("id") if root is not None else None


def _sorted(found: Mapping[str, T]) -> dict[str, T]:
    return dict(sorted(found.items()))


def _put(into: dict[str, T], name: str, made: T | None) -> None:
    if made is not None:
        into[name] = made


def digest(files: Mapping[str, bytes]) -> str:
    """One name, in hexadecimal, for these paths with these contents.

    >>> digest({"a": b"1", "b": b"2"}) == digest({"b": b"2", "a": b"1"})
    True
    """
    lines = "".join(f"{path} {sha256(data).hexdigest()}\n" for path, data in sorted(files.items()))
    return sha256(lines.encode()).hexdigest()


def _across(policies: Iterable[Policy], calendars: Mapping[str, Calendar]) -> list[Diagnostic]:
    """What a policy and its calendars say together: they reach its first day, and each step finds an open hour."""
    found = []
    for made in policies:
        names = (
            {*made.calendar.cases.values(), made.calendar.otherwise}
            if isinstance(made.calendar, ByFact)
            else {made.calendar}
        )
        for name, kept in ((name, calendars[name]) for name in sorted(filter(None, names)) if name in calendars):
            if kept.complete_until < made.effective_from:
                message = f"calendar '{name}' ends on {kept.complete_until}, before this policy begins"
                found.append(_located(made.place, made.id, "REL215", message))
            for step in (step for steps in (made.steps, *(v.steps for v in made.variants)) for step in steps):
                if kept.hours(frozenset(channel(action) for action in step.do)) is None:
                    message = f"the channels of step '{step.id}' are never open together in calendar '{name}'"
                    found.append(_located(step.place, step.id, "REL218", message))
    return found


def _located(place: Place | None, name: str, code: str, message: str) -> Diagnostic:
    assert place is not None
    return Diagnostic(place.file, place.line, place.column, len(name), "error", code, message)
