"""Holds that people place and end: by hand, disputes, promises, replies, and the stop of a contract or of all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from rules import facts as f
from rules.account import Account, HoldState, Receivable
from rules.money import total
from rules.policy import HOLDS
from rules.standing import by_age, covered
from worker.ledger import tables as t
from worker.outlook import judged
from worker.recording.asked import Answer, Asked, Field, Kind, Refused, contracts, numbers

_WHOLE = frozenset({"insolvency", "vulnerable", "never-dun"})  # they concern a customer, never one invoice
_NEEDS_REASON = frozenset({"manual", "never-dun"})
_STOP = "stop/"  # how the names of holds begin that `stop` places: `resume` ends these, and no others
_SUBJECT = (
    Field("invoice", "the number of the invoice"),
    Field("contract", "the contract"),
    Field("customer", "the customer"),
)


def hold(asked: Asked) -> Answer:
    """A hold of any kind on an invoice, a contract or a customer."""
    kind = asked.text("kind") or "manual"
    reason, start = asked.text("reason"), asked.day("from") or asked.today
    if kind in _NEEDS_REASON and not reason:
        raise Refused(f"a hold of kind {kind} needs a reason.")
    until = asked.coming_day("until")
    if until is not None and until < start:
        raise Refused(f"until: {until} is before the first day, {start}.")
    if kind == "manual" and until is None:
        raise Refused(
            "a hold of kind manual needs an end: say until which day. What lasts until somebody says so is a stop."
        )
    made = f.Hold(f"{kind}/{asked.request.key}", kind, "customer", "", start, until, None, reason, asked.request.by)
    if kind == "insolvency":
        made = replace(made, opened=asked.past_day("opened"), published=asked.day("published"))
    return _place(asked, made)


def dispute(asked: Asked) -> Answer:
    """The customer contests an invoice, or a part of it."""
    customer, item = asked.item()
    part = asked.money("part")
    if part is not None and part.currency != item.amount.currency:
        raise Refused(f"part: {item.number} is in {item.amount.currency}, not in {part.currency}.")
    if part is not None and item.open and item.balance < part:
        raise Refused(f"part: only {item.balance} of {item.number} is open.")
    by = asked.request.by if asked.text("from") == "us" else "customer"
    made = f.Hold(
        f"dispute/{asked.request.key}",
        "dispute",
        "receivable",
        item.id,
        asked.today,
        part=part,
        reason=asked.text("reason"),
        by=by,
    )
    return _placed(asked, customer, made, f"The dispute of {part or 'the whole'} of {item.number}", [item])


def promise(asked: Asked) -> Answer:
    """The customer promises to pay by a day: named invoices, or all that is due."""
    promised = asked.coming_day("on")
    if promised is None:
        raise Refused("on: say the day on which the money is promised.")
    customer, items = asked.items()
    if customer is None:
        customer = asked.customer()
        items = due_items(asked.account(customer), asked.today)
    if not any(item.open for item in items):
        raise Refused(f"nothing is open of {numbers(items)}." if items else f"nothing of {customer} is due.")
    amount, owed = asked.money(), sum(item.balance.minor for item in items)
    if amount is not None and (amount.currency, amount.minor) != (items[0].amount.currency, owed):
        raise Refused(f"amount: a promise is for the whole; of {numbers(items)} {_owed(items)} is open.")
    scope, subject = _together(customer, items)
    made = f.Hold(
        f"promise/{asked.request.key}",
        "promise",
        scope,
        subject,
        asked.today,
        reason=asked.text("reason"),
        by="customer",
        promised=promised,
        receivables=() if scope == "receivable" else tuple(item.id for item in items),
    )
    answer = _placed(asked, customer, made, f"The promise to pay {numbers(items)} by {promised}", items)
    _within_the_policy(asked, customer, made)
    return answer


def _within_the_policy(asked: Asked, customer: str, made: f.Hold) -> None:
    """Asks the judgement at once whether a promise holds; raises Refused with its words, and nothing is recorded."""
    followed = judged(asked.tx, customer, asked.now).facts
    if any(isinstance(fact, f.HoldEnded) and (fact.hold, fact.outcome) == (made.id, "refused") for fact in followed):
        told = (fact for fact in followed if isinstance(fact, f.TaskOpened))
        said = next(task.title for task in told if task.task == f"promise-refused/{made.id}")
        raise Refused(f"{said}. Nothing is recorded.")


def reply(asked: Asked) -> Answer:
    """The customer answered: nothing leaves until somebody has read it."""
    if asked.text("invoice"):
        customer, item = asked.item()
        contract = item.contract
    else:
        customer, contract = asked.customer(), asked.contract
    if not contract:
        raise Refused("contract: say which contract, or which invoice, the customer answered about.")
    made = f.Hold(f"reply/{asked.request.key}", "reply", "contract", contract, asked.today, by="customer")
    if made.id in asked.account(customer).holds:
        return Answer(f"The reply about {contract} was recorded already.")
    asked.record(customer, f.Replied(asked.now, contract, asked.text("message")), f.HoldPlaced(asked.now, made))
    return Answer(f"The reply about {contract} is recorded: nothing leaves until hold {made.id} ends.", (contract,))


def release(asked: Asked) -> Answer:
    """A hold ends: the one named, or the manual one of the contract."""
    name = asked.text("hold")
    if not name:
        return _released(asked)
    row = asked.row(t.hold, name)
    if row is None:
        asked.unknown("hold", name, t.hold.c.id)
    customer: str | None = row.customer
    holds = asked.tx.state().holds if customer is None else asked.account(customer).holds
    state, outcome = holds[name], asked.text("outcome")
    if state.end is not None:
        return Answer(f"Hold {name} ended already, on {state.end}: {state.outcome}.")
    if outcome in ("founded", "unfounded") and state.hold.kind != "dispute":
        raise Refused(f"outcome: hold {name} is no dispute, so it is neither founded nor unfounded.")
    said = outcome or ("read" if state.hold.kind == "reply" else "released")
    return _ended(asked, customer, [state], said, f"Hold {name} has ended: {said}.")


def stop(asked: Asked) -> Answer:
    """Nothing more leaves for a contract, or for anybody, until it is resumed."""
    if not asked.text("reason"):
        raise Refused("reason: say why.")
    everything = bool(asked.text("everything"))
    if not everything and not asked.contract:
        raise Refused("contract: name the contract, or everything.")
    scope: f.Scope = "business" if everything else "contract"
    subject = "business" if everything else asked.contract
    name = f"{_STOP}{asked.request.key}"
    made = f.Hold(name, "manual", scope, subject, asked.today, None, None, asked.text("reason"), asked.request.by)
    if everything:
        new = asked.record(None, f.HoldPlaced(asked.now, made))
        return Answer("Everything is stopped." if new else "Everything was stopped already.", asked.everybody())
    return _placed(asked, asked.customer(), made, f"The stop of {subject}", [])


def resume(asked: Asked) -> Answer:
    """Ends what `stop` placed on a contract, or on the whole business; what else holds them stays."""
    if asked.text("everything"):
        customer, holds, subject = None, asked.tx.state().holds, "the business"
    elif asked.contract:
        customer, subject = asked.customer(), asked.contract
        holds = asked.account(customer).holds
    else:
        raise Refused("contract: name the contract that is to go on, or everything.")
    scope, named = ("business", "business") if customer is None else ("contract", subject)
    placed = [state for state in _by_hand(holds.values(), scope, named) if state.hold.id.startswith(_STOP)]
    return _going_on(asked, customer, placed, subject)


def _released(asked: Asked) -> Answer:
    """Ends every manual hold on the contract itself."""
    if not asked.contract:
        raise Refused("hold: name the hold, or the contract that is to go on.")
    customer, contract = asked.customer(), asked.contract
    return _going_on(asked, customer, _by_hand(asked.account(customer).holds.values(), "contract", contract), contract)


def _by_hand(holds: Iterable[HoldState], scope: str, subject: str) -> list[HoldState]:
    return [s for s in holds if (s.hold.kind, s.hold.scope, s.hold.subject) == ("manual", scope, subject)]


def _going_on(asked: Asked, customer: str | None, placed: list[HoldState], subject: str) -> Answer:
    if not placed:
        raise Refused(f"nothing was stopped by hand for {subject}.")
    active = [state for state in placed if state.active]
    if not active:
        return Answer(f"Nothing is stopped by hand for {subject} any more.")
    return _ended(asked, customer, active, "released", f"What was stopped for {subject} goes on.")


# --- placing and ending ------------------------------------------------------------------------------------------


def _place(asked: Asked, made: f.Hold) -> Answer:
    """On the narrowest subject that is named."""
    if asked.text("invoice"):
        customer, item = asked.item()
        made = replace(made, scope="receivable", subject=item.id)
        items, shown = [item], item.number
    elif asked.contract:
        customer = asked.customer()
        made = replace(made, scope="contract", subject=asked.contract)
        items, shown = [], asked.contract
    else:
        customer = asked.customer()
        made = replace(made, scope="customer", subject=customer)
        items, shown = [], customer
    if made.kind in _WHOLE and made.scope != "customer":
        raise Refused(f"a hold of kind {made.kind} concerns a customer: name the customer.")
    until = f" until {made.until}" if made.until else ""
    return _placed(asked, customer, made, f"The {made.kind} hold on {shown}{until}", items)


def _placed(asked: Asked, customer: str, made: f.Hold, text: str, items: list[Receivable]) -> Answer:
    account = asked.account(customer)
    concerned = contracts(items) or ((made.subject,) if made.scope == "contract" else asked.contracts_of(customer))
    if made.id in account.holds:
        return Answer(f"{text} was recorded already.", concerned)
    if items and not any(item.open for item in items):
        raise Refused(f"nothing is open of {numbers(items)}.")
    for state in account.holds.values():
        same = (state.hold.kind, state.hold.scope, state.hold.subject) == (made.kind, made.scope, made.subject)
        again = same and state.active and state.hold.part is None and state.hold.receivables == made.receivables
        if again and made.kind != "manual":  # each reason given by hand ends by itself
            raise Refused(f"there is one already, hold {state.hold.id} since {state.hold.start}: end that one first.")
    asked.record(customer, f.HoldPlaced(asked.now, made))
    return Answer(f"{text} is recorded, as hold {made.id}.", concerned)


def _ended(asked: Asked, customer: str | None, states: list[HoldState], outcome: str, text: str) -> Answer:
    facts = [f.HoldEnded(asked.now, s.hold.id, outcome, asked.today, s.hold.scope, s.hold.subject) for s in states]
    asked.record(customer, *facts)
    if customer is None:
        return Answer(text, asked.everybody())
    account = asked.tx.account(customer)
    found = contracts(item for state in states for item in covered(account, state))
    scoped = tuple(state.hold.subject for state in states if state.hold.scope == "contract")
    return Answer(text, tuple(sorted({*found, *scoped})) or asked.contracts_of(customer))


def due_items(account: Account, today: date) -> list[Receivable]:
    """What is open and due, oldest first."""
    items = (item for item in account.receivables.values() if item.open and not item.is_charge)
    return sorted((item for item in items if item.due is not None and item.due <= today), key=by_age)


def _together(customer: str, items: list[Receivable]) -> tuple[f.Scope, str]:
    return ("receivable", items[0].id) if len(items) == 1 else ("customer", customer)


def _owed(items: list[Receivable]) -> str:
    currencies = sorted({item.amount.currency for item in items})
    sums = (total((i.balance for i in items if i.amount.currency == each), each) for each in currencies)
    return " and ".join(map(str, sums))


KINDS = {
    "hold": Kind(
        "A reason to send nothing for now.",
        (
            *_SUBJECT,
            Field("kind", "why nothing is sent", choices=tuple(k for k in HOLDS if k not in ("dispute", "promise"))),
            Field("reason", "why, in words; a manual hold needs one"),
            Field("from", "its first day, today where it is not given"),
            Field("until", "its last day; a manual hold needs one, others last until somebody ends them"),
            Field("opened", "insolvency: the day of the opening judgment"),
            Field("published", "insolvency: the day of its publication"),
        ),
        hold,
    ),
    "release": Kind(
        "A hold ends.",
        (
            Field("hold", "the hold, as `hold list` shows it"),
            Field("contract", "or the contract, whose manual hold ends"),
            Field("outcome", "of a dispute", choices=("released", "founded", "unfounded")),
            Field("reason", "why, in words"),
        ),
        release,
    ),
    "dispute": Kind(
        "The customer contests an invoice.",
        (
            Field("invoice", "the number of the invoice", required=True),
            Field("reason", "what is contested", required=True),
            Field("part", "the amount contested, such as 120.00 EUR; without it the whole"),
            Field("from", "who says so", choices=("customer", "us")),
        ),
        dispute,
    ),
    "promise": Kind(
        "The customer promises to pay.",
        (
            Field("on", "the day by which the money is promised", required=True),
            Field("invoices", "their numbers, by commas; without them all that is due"),
            *_SUBJECT[1:],
            Field("amount", "what is promised: all that is open of them"),
            Field("reason", "what was said"),
        ),
        promise,
    ),
    "reply": Kind(
        "The customer answered a message.",
        (*_SUBJECT[:2], Field("message", "the message answered")),
        reply,
    ),
    "stop": Kind(
        "Nothing more leaves for a contract, or for anybody.",
        (
            Field("contract", "the contract"),
            Field("everything", "`yes`: the whole business"),
            Field("reason", "why", required=True),
        ),
        stop,
    ),
    "resume": Kind(
        "What `stop` stopped goes on; what else holds it stays.",
        (Field("contract", "the contract"), Field("everything", "`yes`: the whole business")),
        resume,
    ),
}
