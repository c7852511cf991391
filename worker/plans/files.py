"""A plan as a file: JSON that names its own digest, so that nothing in it is changed by hand."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from worker.ledger.codec import decode, encode

T = TypeVar("T")
MAX_BYTES = 512 * 1024 * 1024


class NoPlan(Exception):
    """The file is no plan, was changed after it was written, or cannot be written; the message says which."""


def digest_of(plan: object) -> str:
    """The name of a plan: the sha256 of what it says."""
    return sha256(encode(plan).encode()).hexdigest()


def write(plan: object, path: Path, kind: str) -> str:
    """Writes a plan, whole or not at all; its digest. Raises NoPlan where there is no such folder."""
    if not path.parent.is_dir():
        raise NoPlan(f"{path} cannot be written: there is no folder {path.parent}.")
    body, name = encode(plan), digest_of(plan)
    document = {"format": kind, "digest": name, "plan": json.loads(body)}
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
    return name


def kind_of(path: Path) -> str:
    """What the file says it is; raises NoPlan."""
    return str(_document(path)["format"])


def read(path: Path, type_: type[T]) -> tuple[T, str]:
    """A plan and its digest; raises NoPlan."""
    document = _document(path)
    try:
        plan = decode(json.dumps(document["plan"]), type_)
        same = digest_of(plan) == document["digest"]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NoPlan(f"{path} was changed after it was written: make the plan anew.") from None
    if not same:
        raise NoPlan(f"{path} was changed after it was written: make the plan anew.")
    return plan, str(document["digest"])


def _document(path: Path) -> dict[str, object]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise NoPlan(f"{path} is too large to be a plan.")
        document = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError):
        raise NoPlan(f"{path} is no plan: `relance plan -o FILE` writes one.") from None
    if not isinstance(document, dict) or not {"format", "digest", "plan"} <= document.keys():
        raise NoPlan(f"{path} is no plan: `relance plan -o FILE` writes one.")
    return document
