"""Hand-offs to an agency or a lawyer: one folder per file handed over, whole or not there. Idempotent by key."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from worker.gateways.base import Attempting, Sent, Transient
from worker.gateways.folder import locked, name_of, sync, write


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is handed over: `to` names the agency, `files` are the papers by name (`statement.pdf`, `history.pdf`).

    `facts` is what the agency's own system reads: reference, debtor, amounts; anything that JSON can hold.
    """

    key: str
    to: str
    kind: str  # agency, court-officer, lawyer, court
    day: date
    files: Mapping[str, bytes]
    facts: Mapping[str, object]


class HandoffGateway:
    """Writes `<to>/<day>-<name>/` with the papers and `manifest.json` (key, to, kind, day, files, facts)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, dossier: Dossier, attempting: Attempting) -> Sent:
        """Puts the folder in place by one rename; the reference is its path. The same key again changes nothing.

        Never uncertain: what a crash interrupted is done again. Raises ValueError for a file name that is a path, and
        Transient when the disk refuses.
        """
        for name in (dossier.to, *dossier.files):
            if Path(name).name != name or name.startswith("."):
                raise ValueError(f"{name!r} is not a plain name")
        await attempting()
        try:
            return Sent(await asyncio.to_thread(self._put, dossier))
        except OSError as error:
            raise Transient(f"the hand-off folder: {error.strerror}") from error

    def _put(self, dossier: Dossier) -> str:
        folder = self._folder / dossier.to
        with locked(folder):
            name = name_of(dossier.key)
            for there in folder.glob(f"*-{name}"):
                return f"{dossier.to}/{there.name}"
            aside, place = folder / f".{name}.tmp", folder / f"{dossier.day.isoformat()}-{name}"
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir()
            for file, content in dossier.files.items():
                write(aside / file, content)
            write(aside / "manifest.json", _manifest(dossier))
            aside.rename(place)
            sync(folder)
            return f"{dossier.to}/{place.name}"


def _manifest(dossier: Dossier) -> bytes:
    said = {
        "key": dossier.key,
        "to": dossier.to,
        "kind": dossier.kind,
        "day": dossier.day.isoformat(),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(dossier.files.items())},
        "facts": dossier.facts,
    }
    return json.dumps(said, ensure_ascii=False, indent=2).encode() + b"\n"
