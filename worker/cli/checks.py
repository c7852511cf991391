"""Everything that can be wrong with a workspace's files, findings of the compiler, of policy tests and of templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rules.diagnostics import Diagnostic, Severity
from rules.policy import Action, Business, ByAmount, ByFact, Call, Email, Letter, Place, Policy, Sms
from rules.policytest import misread
from rules.shape import formed
from rules.source import Node
from worker.creditors import creditor
from worker.words.lint import UNUSABLE
from worker.words.render import Words
from worker.words.shelf import MISSING, TemplateProblem
from worker.workspace import TESTS, Workspace

ATTACHED = frozenset({"invoice", "statement", "history"})


def findings(workspace: Workspace) -> list[Diagnostic]:
    """All of them, sorted; those of the library's own files are left out."""
    compiled = workspace.compiled
    found = [d for d in compiled.diagnostics if d.severity == "error" or d.file in workspace.files]
    for path in workspace.files:
        if path.startswith(f"{TESTS}/"):
            root, wrong = tests_of(workspace, path)
            found += wrong
            if root is not None and compiled.rulebook is not None:
                found += misread(root, path, compiled.rulebook)
    if compiled.business is not None:
        found += templates(compiled.policies, compiled.business, workspace.templates)
    return sorted(set(found))


def alone(path: Path, name: str) -> list[Diagnostic]:
    """What is wrong with the shape of a file that no workspace reads, under the name that it is called by."""
    return formed(None, path.read_bytes(), name)[1]


def tests_of(workspace: Workspace, path: str) -> tuple[Node | None, list[Diagnostic]]:
    """A file of policy tests, None where it is not well formed, and what is wrong with it."""
    root, found = formed("policy-test", workspace.files[path], path)
    errors = any(d.severity == "error" for d in found)
    return (None if errors else root), found


def templates(policies: Iterable[Policy], business: Business, overrides: Path | None) -> Iterator[Diagnostic]:
    """What is wrong with the templates that a policy names: at their own lines where the workspace has the file,
    at the place that names them where nobody has, or the house.

    What is wrong with templates of the workspace's own that no policy names is said at their place.
    """
    words, told, used = Words(overrides), set[str](), set[str]()
    for policy in policies:
        languages = _choices(policy.language)
        for said, place, do in _doing(policy):
            for name, channel in sorted(set(_named(do))):
                used.add(name)
                in_all = [(name, channel, language) for language in languages]  # what one lacks is seen beside others
                for problem in words.problems(in_all, creditor(business)):
                    severity: Severity = "error" if problem.code == UNUSABLE else "warning"
                    if overrides is not None and (overrides.parent / problem.file).is_file():
                        told.add(problem.file)
                        line = max(problem.line, 1)
                        yield Diagnostic(problem.file, line, 1, 1, severity, problem.code, problem.message)
                        continue
                    text = f"{said} sends {name}, and {problem}"
                    cure = _cure(problem) if problem.message == MISSING else None
                    yield Diagnostic(place.file, place.line, place.column, 1, severity, problem.code, text, cure)
    for problem in words.own_problems():
        if problem.file not in told:
            yield Diagnostic(problem.file, max(problem.line, 1), 1, 1, "error", problem.code, problem.message)
    for problem in words.unread(used):
        yield Diagnostic(problem.file, 1, 1, 1, "warning", problem.code, problem.message)


def texts(workspace: Workspace, found: Iterable[Diagnostic]) -> dict[str, str]:
    """The workspace's own templates that findings point into, by name."""
    names = {d.file for d in found if d.file.startswith("templates/")}
    return {name: (workspace.folder / name).read_text("utf-8", "replace") for name in names}


def _cure(problem: TemplateProblem) -> str:
    return f"write {problem.file} in the workspace, or name another template"


def _doing(policy: Policy) -> Iterator[tuple[str, Place, tuple[Action, ...]]]:
    """Everything of a policy that acts, as it is called, with its place; what variants repeat comes once."""
    steps = [*policy.steps, *(step for variant in policy.variants for step in variant.steps)]
    found = [(f"step '{step.id}'", step.place, step.do) for step in steps]
    found += [(f"the reaction to {each.event}", each.place, each.do) for each in policy.reactions]
    for n, (said, place, do) in enumerate(found):
        if place is not None and (said, place, do) not in found[:n]:
            yield said, place, do


def _named(do: Iterable[Action]) -> Iterator[tuple[str, str]]:
    """The (template, channel) of messages, of their fallbacks and of what they carry."""
    actions: list[Action | None] = list(do)
    while actions:
        match actions.pop():
            case Call(script=script):
                yield script, "call"
            case Email() | Sms() | Letter() as message:
                for name in _choices(message.template):
                    yield name, type(message).__name__.lower()
                for name in ATTACHED & set(getattr(message, "attach", ())):
                    yield name, "document"
                actions.append(message.fallback)
            case _:
                pass


def _choices(value: str | ByFact[str] | ByAmount[str]) -> list[str]:
    match value:
        case ByFact(cases=cases, otherwise=otherwise):
            return sorted({*cases.values(), *([otherwise] if otherwise else [])})
        case ByAmount(below=below, otherwise=otherwise):
            return sorted({*(use for _, use in below), *([otherwise] if otherwise else [])})
    return [value]
