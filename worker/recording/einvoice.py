"""The life of an electronic invoice, as platforms tell it (France: XP Z12-012, statuses 200 to 213).

A status is a fact of the invoice; some hold its dunning until a later one, or a person, lets it go on. No status is
taken for money: that an invoice is paid is for the bank's data to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rules import facts as f
from rules.account import HoldState, Receivable
from worker.recording.asked import Answer, Asked, Field, Kind, Refused

STATUSES = {  # code: (its name as a portal status, the hold that it places)
    "200": ("deposited", ""),
    "205": ("approved", ""),
    "207": ("disputed", "dispute"),
    "208": ("suspended", "reply"),
    "210": ("refused", "invoice-refused"),
    "211": ("payment-sent", "payment-pending"),
    "212": ("cashed", ""),
    "213": ("rejected", "invoice-refused"),
}
LETS_GO = {  # what a status ends, of the holds that earlier ones placed, and how
    "205": {"dispute": "unfounded", "reply": "read", "invoice-refused": "released"},
    "211": {"reply": "read"},
    "212": {"reply": "read", "payment-pending": "settled"},
}


def status(asked: Asked) -> Answer:
    """What a platform says of an invoice."""
    customer, parts = asked.invoice()
    item, code, on = parts[0], asked.text("status"), asked.past_day()
    name, hold = STATUSES[code]
    if on < item.issued:
        raise Refused(f"on: {on} is before the invoice was issued, {item.issued}.")
    facts = [fact for part in parts for fact in _facts(asked, part, code, on)]
    placed, open_ = f"einvoice/{item.id}/{code}/{on}", any(part.open for part in parts)
    if hold and open_ and placed not in asked.account(customer).holds:
        reason = asked.text("reason") or f"status {code}, {name}"
        names = tuple(part.id for part in parts) if len(parts) > 1 else ()
        made = f.Hold(placed, hold, "receivable", item.id, on, reason=reason, by="customer", receivables=names)
        facts.append(f.HoldPlaced(asked.now, made))
    ended = [
        f.HoldEnded(asked.now, state.hold.id, outcome, on, state.hold.scope, state.hold.subject)
        for state in asked.account(customer).holds.values()
        if (outcome := _outcome(state, item, code))
    ]
    new = asked.record(customer, *facts, *ended)
    was = "is recorded" if new else "was recorded already"
    effect = f": nothing is sent about it, hold {placed}" if hold and open_ else ""
    return Answer(f"The status {code} ({name}) of {item.paper} {was}{effect}.", (item.contract,))


def _facts(asked: Asked, item: Receivable, code: str, on: date) -> Iterator[f.Fact]:
    name = STATUSES[code][0]
    if code == "200" and item.delivered is None and item.leads:
        yield f.Delivered(asked.now, item.id, on)
    if item.portal_status != name:
        yield f.ReceivableChanged(asked.now, item.id, "portal_status", name)
    if code == "205" and item.approval != "approved":
        yield f.ReceivableChanged(asked.now, item.id, "approval", "approved")


def _outcome(state: HoldState, item: Receivable, code: str) -> str:
    """How a status ends a hold; empty where it does not. What people placed by other words is theirs to end."""
    ours = state.active and state.hold.id.startswith(f"einvoice/{item.id}/")
    return LETS_GO.get(code, {}).get(state.hold.kind, "") if ours else ""


KINDS = {
    "e-invoice": Kind(
        "A platform says what became of an electronic invoice.",
        (
            Field("invoice", "the number of the invoice", required=True),
            Field("status", ", ".join(f"{code} {name}" for code, (name, _) in STATUSES.items()), True, tuple(STATUSES)),
            Field("on", "the day, today where it is not given"),
            Field("reason", "why, where the platform says it"),
        ),
        status,
    ),
}
