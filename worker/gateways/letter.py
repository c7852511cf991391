"""Letters into a folder from which a printer, a franking machine or a postal service takes them. Idempotent by key."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from worker.gateways.base import Attempting, Permanent, Sent, Transient
from worker.gateways.folder import added, entries, locked, name_of, write


@dataclass(frozen=True, slots=True)
class Posting:
    """One letter: its PDF, to whom (lines), how it is to be posted, and the business's date on it.

    `enclosures` are the PDFs that go into the same envelope, by name, in their order.
    """

    key: str
    pdf: bytes
    address: tuple[str, ...]
    registered: Literal["paper", "electronic"] | None
    day: date
    enclosures: Mapping[str, bytes] = field(default_factory=dict)


class LetterGateway:
    """Writes `<day>-<name>.pdf`, its enclosures beside it, and a line of `manifest.jsonl`.

    The line has key, file, address, registered, sha256, day and enclosures (file and sha256 of each).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, letter: Posting, attempting: Attempting) -> Sent:
        """Puts the letter into the folder; the reference is its file name. The same key again changes nothing.

        Never uncertain: what a crash interrupted is finished by the next attempt. Raises Permanent without an
        address, ValueError for an enclosure's name that is a path, and Transient when the disk refuses.
        """
        for name in letter.enclosures:
            if Path(name).name != name:
                raise ValueError(f"{name!r} is not a plain name")
        if not any(line.strip() for line in letter.address[1:]):
            raise Permanent("no-address", "there is no postal address", unreachable=True)
        await attempting()
        try:
            return Sent(await asyncio.to_thread(self._put, letter))
        except OSError as error:
            raise Transient(f"the letter folder: {error.strerror}") from error

    def _put(self, letter: Posting) -> str:
        with locked(self._folder):
            for line in entries(self._folder):
                if line["key"] == letter.key:
                    return str(line["file"])
            file = f"{letter.day.isoformat()}-{name_of(letter.key)}.pdf"
            write(self._folder / file, letter.pdf)
            enclosed = []
            for n, (name, content) in enumerate(letter.enclosures.items(), start=1):
                beside = f"{file.removesuffix('.pdf')}-{n}-{name}"
                write(self._folder / beside, content)
                enclosed.append({"file": beside, "sha256": hashlib.sha256(content).hexdigest()})
            entry = {
                "key": letter.key,
                "file": file,
                "address": letter.address,
                "registered": letter.registered,
                "sha256": hashlib.sha256(letter.pdf).hexdigest(),
                "day": letter.day.isoformat(),
                "enclosures": enclosed,
            }
            added(self._folder, entry)
            return file
