"""The workspace by which the past is judged: today's, made to apply to a ledger of another time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Protocol

from rules import library
from rules.compile import BUSINESS
from rules.source import Plain, read
from rules.vocabulary import FORMAT
from worker.workspace import Workspace

ALWAYS = "1900-01-01"  # no ledger is read that goes further back


class Past(Protocol):
    """Lives to be judged: a Replay, or the business's own book."""

    @property
    def bank(self) -> object:
        """Whether anything is said of the bank's data."""


def judging(workspace: Workspace, replay: Past, *, policy: str | None = None) -> Workspace:
    """The same workspace with other files, hence another digest; simulator and real run both judge by its rulebook.

    Policies apply whatever their `effective_from`; the bank's data count only where the mapping says so; with
    `policy`, of the workspace or the library, every customer gets that one and no route is asked. Limits of the whole
    business (contacts a day) are off: with them a customer's list would depend on the others'.
    Raises Invalid for a workspace with errors, KeyError for a policy that there is not.
    """
    _ = workspace.rulebook
    files = dict(workspace.compiled.files)
    if policy is not None:
        name = f"policies/{policy}.yaml"
        files[name] = files.get(name) or library.files()[name]
        files = {path: data for path, data in files.items() if not path.startswith("assignments/")}
        files["assignments/default.yaml"] = _written(_everybody(policy))
    return Workspace(
        workspace.folder, {path: _changed(path, data, bank=bool(replay.bank)) for path, data in files.items()}
    )


def _everybody(policy: str) -> dict[str, Plain]:
    head: dict[str, Plain] = {"format": FORMAT, "kind": "assignment", "id": "default", "owner": "replay"}
    return {**head, "routes": [], "otherwise": {"policy": policy}}


def _changed(path: str, data: bytes, *, bank: bool) -> bytes:
    root, _ = read(data, path)
    content = root.plain() if root is not None else None
    assert isinstance(content, dict), "a workspace that compiles"
    if path == BUSINESS:
        content.pop("limits", None)
        content.pop("bank_data", None)
        return _written(content if bank else {**content, "bank_data": "none"})
    return _written({**content, "effective_from": ALWAYS}) if path.startswith("policies/") else data


def _written(content: Mapping[str, Plain]) -> bytes:
    """JSON, which our YAML reads as the same."""
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
