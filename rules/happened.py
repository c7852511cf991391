"""What happened to a customer, as the events of the policy language. It finds them, and reacts to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from rules import facts as f
from rules.account import Account, Climb, Receivable
from rules.conditions import Value
from rules.money import Money
from rules.offers import stands_until
from rules.plans import INSTALMENT, instalments
from rules.standing import by_age, covered


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to a receivable, as the language names it: `at` is when, the end of its day where that is all
    that is known; `values` are its own facts; after `until` nothing is said of it any more. A ledger of before may
    know it by the key that it had (`was`)."""

    key: str
    event: str
    item: Receivable
    at: datetime
    values: dict[str, Value] = field(default_factory=dict)
    until: date | None = None
    was: str | None = None
    also: tuple[Receivable, ...] = ()


def events(account: Account) -> Iterator[Happened]:
    """Everything that happened to a customer and that a reaction may answer."""
    reversed_before: set[str] = set()
    for fact in account.events:
        match fact:
            case f.Paid() | f.Reversed() | f.PaymentFailed():
                yield from _money(account, fact, reversed_before)
            case f.HoldEnded():
                yield from _hold_ended(account, fact)
            case f.HoldPlaced() if fact.hold.kind in ("promise", "dispute") and not _refused(account, fact.hold.id):
                for item in _items(account, fact.hold.id)[:1]:
                    event = "promise-made" if fact.hold.kind == "promise" else "dispute-opened"
                    yield Happened(f"{event}/{fact.hold.id}", event, item, fact.at)
            case f.HoldPlaced() if instalments(account.receivables, fact.hold.id):
                for item in _items(account, fact.hold.id)[:1]:
                    yield Happened(f"plan-agreed/{fact.hold.id}", "plan-agreed", item, fact.at)
            case f.PlanOffered():
                offered = (account.receivables[name] for name in fact.receivables if name in account.receivables)
                for item in [each for each in offered if each.ladder is not None and each.open][:1]:
                    key, until = f"plan-proposed/{fact.plan}", stands_until(fact)
                    yield Happened(key, "plan-proposed", item, fact.at, until=until)
            case f.Bounced():
                for item in _written_about(account, fact.message, whose=fact.customer)[:1]:
                    address = f"{fact.role}/{fact.channel}/{fact.at.isoformat()}"
                    yield Happened(
                        f"bounced/{fact.customer}/{address}", "bounced", item, fact.at, was=f"bounced/{address}"
                    )
            case f.Replied():
                for item in _written_about(account, fact.message, fact.contract)[:1]:
                    yield Happened(f"replied/{fact.contract}/{fact.at.isoformat()}", "replied", item, fact.at)
            case f.Delivered() | f.ReceivableChanged() | f.Presented() | f.Recalled() | f.CallRecorded():
                yield from _of_receivable(account, fact)
    yield from _as_it_stands(account)


def _money(
    account: Account, fact: f.Paid | f.Reversed | f.PaymentFailed, reversed_before: set[str]
) -> Iterator[Happened]:
    match fact:
        case f.PaymentFailed() if fact.receivable in account.receivables:
            values: dict[str, Value] = {"payment.reason": fact.reason, "payment.amount": fact.amount}
            key = f"failed/{fact.payment}/{fact.receivable}"
            yield Happened(key, "payment-failed", account.receivables[fact.receivable], fact.at, values)
        case f.Paid():
            values = {"payment.amount": fact.amount}
            if fact.method:
                values["payment.method"] = fact.method
            items = _shared(account, fact.shares)
            yield from _once(account, f"paid/{fact.payment}", "payment-received", items, fact.at, values)
            for item in items:
                left = _left_after(account, item, fact.payment, reversed_before)
                if left > 0 and not account.payments[fact.payment].reversed:
                    yield Happened(f"short-paid/{fact.payment}/{item.id}", "short-paid", item, fact.at, values)
        case f.Reversed():
            reversed_before.add(fact.payment)
            payment = account.payments.get(fact.payment)
            if payment is None:
                return
            values = {"payment.reason": fact.reason, "payment.amount": payment.amount}
            items = _shared(account, payment.shares)
            yield from _once(account, f"reversed/{fact.payment}", "payment-reversed", items, fact.at, values)


def _shared(account: Account, shares: tuple[f.Share, ...]) -> list[Receivable]:
    return [account.receivables[share.receivable] for share in shares if share.receivable in account.receivables]


def _once(
    account: Account, key: str, event: str, items: list[Receivable], at: datetime, values: dict[str, Value]
) -> Iterator[Happened]:
    """What happened to several receivables at once: told once to each who owes them, about the first that climbs."""
    owed: dict[str, list[Receivable]] = {}
    for item in items:
        if item.enrolled:
            owed.setdefault(account.debtor(item).id, []).append(item)
    for debtor, (first, *also) in owed.items():
        yield Happened(f"{key}/{debtor}", event, first, at, values, was=f"{key}/{first.id}", also=tuple(also))


def _left_after(account: Account, item: Receivable, last: str, reversed_before: set[str]) -> int:
    """What was still owed, in minor units, when that payment had come in: later money does not count, and what was
    given up was not short."""
    rest = item.amount.minor - item.written_off
    for payment in account.payments.values():
        if payment.id not in reversed_before:
            rest -= sum(share.minor for share in payment.shares if share.receivable == item.id)
        if payment.id == last:
            break
    return rest


def _of_receivable(
    account: Account, fact: f.Delivered | f.ReceivableChanged | f.Presented | f.Recalled | f.CallRecorded
) -> Iterator[Happened]:
    item = account.receivables[fact.receivable]
    match fact:
        case f.Delivered():
            yield Happened(f"invoice-sent/{item.id}", "invoice-sent", item, fact.at)
        case f.ReceivableChanged(name="approval", value="approved"):
            yield Happened(f"invoice-approved/{item.id}/{fact.at.isoformat()}", "invoice-approved", item, fact.at)
        case f.Presented():
            yield Happened(f"presented/{item.id}/{fact.step}/{fact.how}/{fact.on}", "presented", item, fact.at)
        case f.Recalled():
            yield Happened(f"recalled/{item.id}/{fact.on}", "recalled", item, fact.at)
        case f.CallRecorded():
            key = f"call/{item.id}/{fact.step}/{fact.on}/{fact.outcome}"
            yield Happened(key, "call-recorded", item, fact.at, {"call.outcome": fact.outcome})


def _as_it_stands(account: Account) -> Iterator[Happened]:
    """What no single fact says: our own invoice sent, a dispute overdue, a file handed over, a credit limit passed."""
    for item in account.receivables.values():
        delivery = account.reacted.get(f"deliver/{item.id}")
        if delivery is not None and not delivery.pending and not delivery.failed:
            yield Happened(f"invoice-sent/{item.id}", "invoice-sent", item, delivery.at)
        if item.ladder is not None and "handed-off" in item.ladder.done:
            files = [climb.on for climb in item.ladder.climbs if climb.handed_over]
            left, again = max(files, default=item.issued), f"/{len(files)}" if len(files) > 1 else ""
            key = f"handed-off/{item.id}/{item.ladder.done['handed-off']}{again}"
            yield Happened(key, "handed-off", item, _end_of(left))
    for state in account.holds.values():
        review = account.reviews.get(f"dispute-overdue/{state.hold.id}")
        if review is not None:
            for item in _items(account, state.hold.id)[:1]:
                yield Happened(f"dispute-overdue/{state.hold.id}", "dispute-overdue", item, review.asked.at)
    yield from _beyond_credit(account)


def _beyond_credit(account: Account) -> Iterator[Happened]:
    """The last invoice of a customer who owes more than the limit: each new one above it is told once."""
    for customer in (account.customer, *account.others.values()):
        if customer.credit_limit is not None:
            yield from _beyond(account, customer, customer.credit_limit)


def _beyond(account: Account, customer: f.Customer, limit: Money) -> Iterator[Happened]:
    theirs = (item for item in account.receivables.values() if account.debtor(item) is customer and item.open)
    owed = (item for item in theirs if not item.is_charge and item.kind != INSTALMENT)  # which what it covers owes
    found = [item for item in owed if item.amount.currency == limit.currency]
    if sum(item.rest for item in found) > limit.minor:
        item = max(found, key=lambda item: (item.issued, item.id))
        key = f"credit-limit-exceeded/{item.id}"
        yield Happened(key, "credit-limit-exceeded", item, _end_of(item.issued))


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), UTC)


def _written_about(
    account: Account, message: str, contract: str | None = None, whose: str | None = None
) -> list[Receivable]:
    """The receivables that a message carried, the leading one first; without it, those open, the oldest first."""
    climbing = sorted((i for i in account.receivables.values() if i.ladder is not None), key=by_age)
    carried = [(climb.covered, item) for item in climbing for climb in _climbs(item) if climb.message == message != ""]
    if carried:
        return [item for _, item in sorted(carried, key=lambda found: found[0])]
    customer = account.person(whose) if whose is not None else None
    theirs = (item for item in climbing if customer is None or account.debtor(item) is customer)
    return [item for item in theirs if item.open and contract in (None, item.contract)]


def _climbs(item: Receivable) -> tuple[Climb, ...]:
    return item.ladder.climbs if item.ladder else ()


def _refused(account: Account, hold: str) -> bool:
    return account.holds[hold].outcome == "refused"


def _hold_ended(account: Account, fact: f.HoldEnded) -> Iterator[Happened]:
    state = account.holds.get(fact.hold)
    event = {("promise", "broken"): "promise-broken", ("payment-plan", "broken"): "plan-broken"}.get(
        (state.hold.kind if state else "", fact.outcome)
    )
    if state is not None and state.hold.kind == "dispute":
        event = "dispute-resolved"
    if event is not None:
        for item in _items(account, fact.hold)[:1]:
            yield Happened(f"{event}/{fact.hold}", event, item, fact.at)


def _items(account: Account, hold: str) -> list[Receivable]:
    return [item for item in covered(account, account.holds[hold]) if item.enrolled]
