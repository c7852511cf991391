"""From one version of the language to the next: the text of a file rewritten, comments kept; the caller writes it.

A migration is a function from text to text, registered under the version that it starts from. There is one version
yet, so there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.diagnostics import Diagnostic, quoted
from rules.source import Node, read
from rules.vocabulary import FORMAT

Rewrite = Callable[[str], str]

MIGRATIONS: Mapping[str, tuple[str, Rewrite]] = {}  # from: (to, how)

_FORMAT = re.compile(r"^(format:[ \t]*)(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Migrated:
    """A file in the present version. `steps` are the versions it went through, the first that which it was in."""

    text: str
    steps: tuple[str, ...]


def migrate(
    data: bytes, name: str, *, migrations: Mapping[str, tuple[str, Rewrite]] = MIGRATIONS, target: str = FORMAT
) -> Migrated | Diagnostic:
    """The file rewritten up to `target`, or why it cannot be: it is not readable, or of a version nobody knows.

    >>> migrate(b"format: relance/v1", "a.yaml").steps
    ('relance/v1',)
    """
    root, found = read(data, name)
    errors = [d for d in found if d.severity == "error"]
    if root is None or errors:
        return errors[0]
    said = root.get("format")
    if said is None:
        return Diagnostic(
            name,
            root.line,
            root.column,
            root.width,
            "error",
            "REL102",
            "'format' is missing",
            f"write format: {target}",
        )
    text, steps = data.decode("utf-8-sig"), [said.text]
    while steps[-1] != target:
        if steps[-1] not in migrations:
            return _unknown(name, said, steps[-1], [*migrations, target])
        version, rewrite = migrations[steps[-1]]
        text = _FORMAT.sub(lambda line, to=version: line[1] + to, rewrite(text), count=1)  # type: ignore[misc]
        steps.append(version)
    return Migrated(text, tuple(steps))


def _unknown(name: str, node: Node, version: str, known: list[str]) -> Diagnostic:
    message = f"{quoted(version)} is no version of the language that this Relance can read"
    advice = f"it reads {', '.join(known)}: update Relance, or correct the line"
    return Diagnostic(name, node.line, node.column, node.width, "error", "REL103", message, advice)
