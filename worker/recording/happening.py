"""What happened outside: calls, the post, deliveries, hand-offs taken back, dead addresses, the bank's data."""

from __future__ import annotations

from rules import facts as f
from rules.account import Climb, Receivable
from rules.diagnostics import did_you_mean
from rules.duedates import WELL_BEFORE, after_receipt
from rules.facts import Custom
from worker.recording.asked import Answer, Asked, Field, Kind, Refused

CALLS = ("reached", "no-answer", "wrong-number")
POST = ("delivered", "refused", "unclaimed", "unknown-address")
CHANNELS = ("email", "sms", "letter", "call")
_CHANGES = {
    "approval": ("pending", "approved", "rejected"),
    "portal_status": (),
    "assigned_to": (),
    "insured": ("true", "false"),
    "due": (),
    "order_number": (),
}


def call(asked: Asked) -> Answer:
    """Somebody called."""
    customer, item = asked.item()
    climb = _climb(item, "call", asked.text("step"))
    outcome, on = asked.text("outcome"), asked.past_day()
    if on < climb.on:
        raise Refused(f"on: {on} is before the call was put on the list, {climb.on}.")
    done = []
    if outcome != "no-answer":
        account = asked.account(customer)
        done = [
            f.TaskDone(asked.now, task.task, task.scope, task.subject, asked.request.by, outcome)
            for task in account.tasks.values()
            if task.task.startswith(f"task/{climb.message}/")
            and task.title.startswith("call:")
            and task.task not in account.done_tasks
        ]
    new = asked.record(customer, f.CallRecorded(asked.now, item.id, climb.step, outcome, on), *done)
    return Answer(f"The call about {item.number} {_was(new)}: {outcome}.", (item.contract,))


def presented(asked: Asked) -> Answer:
    """The post says what became of a letter."""
    customer, item = asked.item()
    climb = _climb(item, "letter", asked.text("step"))
    how, on = asked.text("how"), asked.past_day()
    if on < climb.on:
        raise Refused(f"on: {on} is before the letter left, {climb.on}.")
    new = asked.record(customer, f.Presented(asked.now, item.id, climb.step, how, on))
    return Answer(f"The letter {climb.step} of {item.number} {_was(new)}: {how} on {on}.", (item.contract,))


def delivered(asked: Asked) -> Answer:
    """The invoice reached the customer."""
    customer, (item, *_) = asked.invoice()
    on = asked.past_day()
    if item.delivered is not None:
        return Answer(f"{item.paper} was delivered already, on {item.delivered}.", (item.contract,))
    if on < item.issued:
        raise Refused(f"on: {on} is before the invoice was issued, {item.issued}.")
    asked.record(customer, f.Delivered(asked.now, item.id, on))
    return Answer(f"{item.paper} was delivered on {on}.", (item.contract,))


def received(asked: Asked) -> Answer:
    """The day from which the due date counts, by terms that say so."""
    customer, parts = asked.invoice()
    account, item, on = asked.account(customer), parts[0], asked.past_day()
    schedule = account.contracts[item.contract].schedule
    if schedule is None or schedule.net.runs_from != "receipt" or item.kind != "invoice":
        cure = f"`relance record changed --invoice {item.number} --name due` states another due date"
        raise Refused(f"invoice: {item.paper} does not fall due by its receipt; {cure}.")
    if item.received == on:
        return Answer(f"{item.paper} was received on {on}, as was recorded already.", (item.contract,))
    if on < item.issued - WELL_BEFORE:
        raise Refused(f"on: {on} is long before the invoice was issued, {item.issued}.")
    calendar = asked.tx.rulebook(account.rulebooks[item.contract]).home
    dues = after_receipt(item.issued, schedule.net, on, calendar)
    dues = dues if len(dues) == len(parts) else dues[-1:]
    for part, due in zip(parts, dues, strict=True):
        said = (("received", on), ("due", due))
        asked.record(customer, *(f.ReceivableChanged(asked.now, part.id, name, day) for name, day in said))
    said_due = ", ".join(str(due) for due in dues)
    return Answer(f"{item.paper} was received on {on}: due on {said_due}.", (item.contract,))


def recall(asked: Asked) -> Answer:
    """A hand-off is taken back."""
    customer, item = asked.item()
    on, step = asked.past_day(), asked.text("step") or None
    if item.handed_off is None:
        raise Refused(f"{item.number} is handed to nobody.")
    if step is not None and item.ladder is not None:
        policy = asked.tx.rulebook(item.ladder.rulebook).policies[item.ladder.policy]
        steps = [each.id for each in policy.variant(item.ladder.variant)]
        if step not in steps:
            near = did_you_mean(step, steps) or f"there are {', '.join(steps)}"
            raise Refused(f"step: {policy.id} has no step {step}: {near}.")
    new = asked.record(customer, f.Recalled(asked.now, item.id, on, step))
    return Answer(f"The recall of {item.number} {_was(new)}.", (item.contract,))


def bounced(asked: Asked) -> Answer:
    """An address is dead."""
    customer = asked.customer()
    role, channel = asked.text("role"), asked.text("channel")
    reachable = asked.account(customer).customer.reachable
    if role not in reachable:
        near = did_you_mean(role, reachable)
        raise Refused(f"role: {customer} has no contact {role}" + (f": {near}" if near else "."))
    if channel not in reachable[role]:
        return Answer(f"{role} of {customer} has no {channel}.", asked.contracts_of(customer))
    asked.record(customer, f.Bounced(asked.now, customer, role, channel))
    return Answer(f"{role} of {customer} is no longer reached by {channel}.", asked.contracts_of(customer))


def end(asked: Asked) -> Answer:
    """A contract ends: billing stops, dunning goes on."""
    contract, on = asked.contract, asked.day()
    if not contract or on is None:
        raise Refused("contract, on: say which contract ends, and its last day.")
    customer = asked.tx.customer_of(contract=contract)
    account = asked.account(customer)
    schedule = account.contracts[contract].schedule
    if schedule is None:
        raise Refused(f"{contract} bills nothing by itself: there is nothing to end.")
    if account.ended.get(contract) == on:
        return Answer(f"{contract} ends on {on} already.", (contract,))
    if on < schedule.start:
        raise Refused(f"on: {on} is before the contract's start, {schedule.start}.")
    home = asked.tx.rulebook(account.rulebooks[contract]).home
    if schedule.notice and home and not asked.text("reason"):
        earliest = home.add(asked.today, schedule.notice)
        if on < earliest:
            raise Refused(f"on: the notice is {schedule.notice}, to {earliest} from today; to end it before, say why.")
    asked.record(customer, f.ContractEnded(asked.now, contract, on, asked.text("reason")))
    return Answer(f"{contract} ends on {on}: nothing after that day is billed.", (contract,))


def changed(asked: Asked) -> Answer:
    """What is known of an invoice is otherwise now."""
    customer, item = asked.item()
    name = asked.text("name")
    value = _value(asked, name, asked.text("value"))
    new = asked.record(customer, f.ReceivableChanged(asked.now, item.id, name, value))
    shown = "empty" if value is None else str(value).lower() if isinstance(value, bool) else value
    return Answer(f"{name} of {item.number} is {shown}{'' if new else ' already'}.", (item.contract,))


def _value(asked: Asked, name: str, written: str) -> Custom | None:
    own = {fact.removeprefix("invoice."): kind for fact, kind in asked.business.custom.items() if "invoice." in fact}
    if name not in _CHANGES and name not in own:
        near = did_you_mean(name, {*_CHANGES, *own})
        raise Refused(f"name: an invoice has no {name} that can be changed" + (f": {near}" if near else "."))
    if choices := _CHANGES.get(name):
        if written not in ("", *choices):
            raise Refused(f"value: {name} may be {', '.join(choices)}, or empty.")
        return (written == "true" if name == "insured" else written) if written else None
    if name == "due" or own.get(name) == "date":
        return asked.day("value")
    if own.get(name) == "amount":
        return asked.money("value")
    if own.get(name) in ("number", "flag"):
        raise Refused(f"value: {name} is a {own[name]}: import the invoice anew instead.")
    return written or None


def bank(asked: Asked) -> Answer:
    """The bank's data are complete through a day."""
    through, known = asked.past_day("through"), asked.tx.state().bank_through
    if known is not None and through <= known:
        return Answer(f"The bank's data were confirmed through {known} already.")
    asked.record(None, f.BankConfirmed(asked.now, through))
    return Answer(f"The bank's data are complete through {through}.", asked.everybody())


def _climb(item: Receivable, channel: str, step: str) -> Climb:
    """The last step that left by a channel, or the one named."""
    climbs = [climb for climb in (item.ladder.climbs if item.ladder else ()) if climb.went_out]
    found = [climb for climb in climbs if channel in climb.channels and step in ("", climb.step, climb.own)]
    if not found:
        raise Refused(f"no {channel} has left for {item.number}" + (f" at step {step}." if step else "."))
    return found[-1]


def _was(new: bool) -> str:
    return "is recorded" if new else "was recorded already"


_INVOICE = Field("invoice", "the number of the invoice", required=True)
_ON = Field("on", "the day, today where it is not given")
_STEP = Field("step", "the step; without it the last that left")
KINDS = {
    "call": Kind("Somebody called.", (_INVOICE, Field("outcome", "what came of it", True, CALLS), _ON, _STEP), call),
    "presented": Kind(
        "The post presented a letter.", (_INVOICE, Field("how", "what it says", True, POST), _ON, _STEP), presented
    ),
    "delivered": Kind("An invoice reached the customer.", (_INVOICE, _ON), delivered),
    "received": Kind(
        "Goods or an invoice were received, on the later of the two days; the due date counts from it.",
        (_INVOICE, Field("on", "the day", required=True)),
        received,
    ),
    "recall": Kind(
        "A hand-off is taken back.",
        (_INVOICE, _ON, Field("step", "where the ladder goes on; without it, where it stood")),
        recall,
    ),
    "bounced": Kind(
        "An address is dead.",
        (
            Field("customer", "the customer", required=True),
            Field("role", "the contact, such as billing", required=True),
            Field("channel", "what no longer arrives", True, CHANNELS),
        ),
        bounced,
    ),
    "end": Kind(
        "A contract ends: billing stops, dunning goes on.",
        (
            Field("contract", "the contract", required=True),
            Field("on", "its last day", required=True),
            Field("reason", "why"),
        ),
        end,
    ),
    "changed": Kind(
        "Something about an invoice is otherwise now.",
        (
            _INVOICE,
            Field("name", f"{', '.join(_CHANGES)}, or a custom fact", required=True),
            Field("value", "what it is now; empty: not known"),
        ),
        changed,
    ),
    "bank": Kind(
        "The bank's data are complete through a day.",
        (Field("through", "the last day that they cover", required=True),),
        bank,
    ),
}
