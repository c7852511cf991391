"""What people may record by hand, the same for the command line and for Temporal UI: checked, then kept once.

Saying the same again under the same key answers the same and changes nothing; what is so already is answered, not
refused. Nothing is sent from here, and nothing is judged: the case is woken afterwards by whoever called.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from rules.diagnostics import UNPRINTABLE, did_you_mean
from worker.ledger.ledger import Transaction
from worker.recording import answering, charging, einvoice, happening, holding, money, planning
from worker.recording.asked import Answer, Asked, Field, Kind, Refused, Request

__all__ = ["KINDS", "Answer", "Field", "Kind", "Refused", "Request", "key_of", "record"]

_SUBJECTS = (money, holding, planning, answering, happening, einvoice, charging)
KINDS: dict[str, Kind] = {name: kind for subject in _SUBJECTS for name, kind in subject.KINDS.items()}
LONGEST = 2000  # characters of a value
_ALWAYS = ("contract", "by")  # Temporal UI says them with everything: which case it is, and who speaks


def record(tx: Transaction, request: Request) -> Answer:
    """Records one thing and says what was recorded; raises Refused, or LedgerError."""
    kind = KINDS.get(request.kind)
    if kind is None:
        near = did_you_mean(request.kind, KINDS)
        raise Refused(f"nothing of kind {request.kind} can be recorded" + (f": {near}" if near else "."))
    _check(kind, request)
    active = tx.active_rulebook()
    if active is None:
        raise Refused("nothing can be recorded before the first workspace is opened.")
    return kind.take(Asked(tx, request, tx.now(), tx.rulebook(active).business))


def key_of(kind: str, values: Mapping[str, str], day: date) -> str:
    """The key of what is said without one: the same words on the same day are the same thing.

    >>> key_of("call", {"a": "1", "b": "2"}, date(2027, 1, 4)) == key_of("call", {"b": "2", "a": "1"}, date(2027, 1, 4))
    True
    """
    lines = [kind, *(f"{name}={value}" for name, value in sorted(values.items()) if value)]
    return f"{day}-{sha256('|'.join(lines).encode()).hexdigest()[:10]}"


def _check(kind: Kind, request: Request) -> None:
    """Every value has a name of that kind, is there where it must be, and is one of its choices."""
    fields = {field.name: field for field in kind.fields}
    for name, value in (("key", request.key), ("by", request.by), *request.values.items()):
        if len(value) > LONGEST or UNPRINTABLE.search(value):
            raise Refused(f"{name} is longer than {LONGEST} characters, or has one that cannot be kept.")
    for name, value in request.values.items():
        if name not in fields and name not in _ALWAYS:
            near = did_you_mean(name, fields)
            raise Refused(f"a {request.kind} has no {name}" + (f": {near}" if near else "."))
        choices = fields[name].choices if name in fields else ()
        if choices and value.strip() and value.strip() not in choices:
            near = did_you_mean(value, choices)
            raise Refused(f"{name} may be {', '.join(choices)}" + (f": {near}" if near else "."))
    for field in kind.fields:
        if field.required and not request.values.get(field.name, "").strip():
            raise Refused(f"{field.name} is missing: {field.help}.")
