"""Empties files that left and are kept no longer: what they said goes, their digests stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from worker.gateways.folder import MANIFEST, locked, write

FOLDERS = {"letter": "letters", "handoff": "handoffs", "debit": "debits"}  # where the gateways of these channels write
HANDOFF = "manifest.json"


def bears(out: Path, channel: str, reference: str) -> bool:
    """Whether the file or folder of a message, by its reference, is there and still says something."""
    place = out / FOLDERS[channel] / reference
    return any(file.stat().st_size for file in _files(place))


def emptied(out: Path, reference: str) -> bool:
    """Whether the files of a message are there and say nothing any more."""
    there = [channel for channel, folder in FOLDERS.items() if (out / folder / reference).exists()]
    return bool(there) and not any(bears(out, channel, reference) for channel in there)


def erase(out: Path, channel: str, reference: str) -> None:
    """Empties the files of a message and takes address and claims out of its manifest; again changes nothing."""
    folder = out / FOLDERS[channel]
    with locked(folder):
        if channel == "handoff":
            _handoff(folder / reference)
        else:
            _listed(folder, reference)


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    elif place.is_dir():
        yield from (file for file in place.iterdir() if file.is_file() and file.name != HANDOFF)


def _listed(folder: Path, reference: str) -> None:
    """A file of which the folder's manifest has a line."""
    manifest = folder / MANIFEST
    entries = [json.loads(line) for line in manifest.read_bytes().splitlines()] if manifest.is_file() else []
    for entry in entries:
        if entry["file"] == reference:
            entry |= {name: [] for name in ("address", "collections") if name in entry}
            for name in (entry["file"], *(each["file"] for each in entry.get("enclosures", ()))):
                _empty(folder / name)
    if entries:
        write(manifest, b"".join(json.dumps(entry, ensure_ascii=False).encode() + b"\n" for entry in entries))


def _handoff(place: Path) -> None:
    for file in _files(place):
        _empty(file)
    manifest = place / HANDOFF
    if manifest.is_file():
        said = {**json.loads(manifest.read_bytes()), "facts": {}}
        write(manifest, json.dumps(said, ensure_ascii=False, indent=2).encode() + b"\n")


def _empty(file: Path) -> None:
    if file.is_file():
        write(file, b"")
