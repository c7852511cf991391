"""Collections into a folder from which somebody, or a program of theirs, hands them to the bank. Idempotent by key."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from worker.gateways.base import Attempting, Sent, Transient
from worker.gateways.folder import added, entries, locked, name_of, write


@dataclass(frozen=True, slots=True)
class Presented:
    """What one act collects: its pain.008, the business's date, and what the manifest says of each collection."""

    key: str
    xml: bytes
    day: date
    collections: Sequence[Mapping[str, str]]


class DebitGateway:
    """Writes `<day>-<name>.xml` and a line of `manifest.jsonl`: key, file, sha256, day and collections."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, presented: Presented, attempting: Attempting) -> Sent:
        """Puts the file into the folder; the reference is its name. The same key again changes nothing.

        Never uncertain: what a crash interrupted is finished by the next attempt. Raises Transient when the disk
        refuses.
        """
        await attempting()
        try:
            return Sent(await asyncio.to_thread(self._put, presented))
        except OSError as error:
            raise Transient(f"the folder of debits: {error.strerror}") from error

    def _put(self, presented: Presented) -> str:
        with locked(self._folder):
            for line in entries(self._folder):
                if line["key"] == presented.key:
                    return str(line["file"])
            file = f"{presented.day.isoformat()}-{name_of(presented.key)}.xml"
            write(self._folder / file, presented.xml)
            entry = {
                "key": presented.key,
                "file": file,
                "sha256": hashlib.sha256(presented.xml).hexdigest(),
                "day": presented.day.isoformat(),
                "collections": [dict(each) for each in presented.collections],
            }
            added(self._folder, entry)
            return file
