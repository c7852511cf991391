"""What folders and files need so that a crash leaves either nothing or the whole: written aside, synced, renamed."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

MANIFEST = "manifest.jsonl"


def name_of(key: str) -> str:
    """A file name for a key: short, the same always, and nobody's name.

    >>> name_of("M-1/0")
    'f4c0b11b89f0e1f5420a'
    """
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def write(path: Path, content: bytes) -> None:
    """Writes a file whole: after a crash it is there with this content, or as it was before."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync(path.parent)


def entries(folder: Path) -> list[dict[str, object]]:
    """What the manifest of a folder says, in order; a line that a crash left unfinished is cut off."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        return []
    content = manifest.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        write(manifest, whole)
    return [json.loads(line) for line in whole.splitlines()]


def added(folder: Path, entry: Mapping[str, object]) -> None:
    """Adds a line to the manifest of a folder, lastingly."""
    with (folder / MANIFEST).open("ab") as out:
        out.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())


def sync(folder: Path) -> None:
    """Makes the names in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process at a time in a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
