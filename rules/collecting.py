"""Collections by direct debit: by which mandate, on which day, and the hold while one is under way.

Reason codes are those of the SEPA scheme (EPC173-14). A debit is no contact, and money is never asked for twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rules import facts as f
from rules.account import Account, HoldState, Receivable
from rules.altering import replace
from rules.assigning import assignee_of
from rules.decision import Bill, Collection
from rules.judgement import Judgement
from rules.policy import Business, Debits
from rules.target import later, open_on_or_after

KIND = "payment-pending"
CURRENCY = "EUR"
# The account or the mandate is dead: nothing more can be collected by it.
DEAD = frozenset({"AC01", "AC04", "AC06", "AC13", "AG01", "DNOR", "MD01", "MD07", "SL01"})
REFUSED = frozenset({"MD06", "MS02"})  # the debtor does not want this one: it is not presented again
MANDATE = "contract.sepa_mandate"
_SOONEST = timedelta(days=14)  # before its day, a bank takes no collection (EPC016-06, 4.3)


def mandate_of(judgement: Judgement, item: Receivable, today: date) -> str | None:
    """The mandate by which it may be collected; None where there is none, it failed for good, or it is not in euros."""
    found = judgement.lookup(item, today)(MANDATE)
    if not isinstance(found, str) or item.amount.currency != CURRENCY or failed(judgement.account, item, found):
        return None
    return found


def failed(account: Account, item: Receivable, mandate: str) -> str | None:
    """The code with which a collection by this mandate came back for good, as far as it concerns the receivable."""
    tried = [s for s in account.holds.values() if is_collection(s) and s.hold.reason == mandate and not s.active]
    for name, reason, at in _came_back(account) if tried else ():
        if not any(state.hold.subject == name and at >= state.placed for state in tried):
            continue
        if reason in DEAD or (reason in REFUSED and name == item.id):
            return reason
    return None


def _came_back(account: Account) -> Iterator[tuple[str, str, datetime]]:
    """(receivable, code, instant) of what was sent back: before it was booked, or after."""
    for fact in account.events:
        match fact:
            case f.PaymentFailed():
                yield fact.receivable, fact.reason, fact.at
            case f.Reversed() if fact.payment in account.payments:
                yield from ((each.receivable, fact.reason, fact.at) for each in account.payments[fact.payment].shares)


def collection(judgement: Judgement, item: Receivable, today: date, *, on: date | None = None) -> Collection:
    """What is collected of a receivable, and when, unless it is said."""
    terms, amount = judgement.rulebook(item).business.debits or Debits(), judgement.standing(today).amount(item)
    return Collection(item.id, amount, mandate_of(judgement, item, today) or "", on or day_of(item, terms, today))


def day_of(item: Receivable, terms: Debits, today: date) -> date:
    """The day on which it is collected: never before it is due, nor before the customer was told of it long enough,
    nor sooner than the bank can; a day on which the euro settles."""
    return max(_told(item, terms), later(today, terms.lead))


def taken_from(item: Receivable, terms: Debits) -> date:
    """The first day on which a bank takes its collection."""
    return _told(item, terms) - _SOONEST


def _told(item: Receivable, terms: Debits) -> date:
    return announced(item.due, item.delivered or item.issued, terms)


def announced(due: date | None, told: date, terms: Debits) -> date:
    """The day that the customer is told of: the due date, or so long after it was `told` of it."""
    return open_on_or_after(max(due or told, told + timedelta(days=terms.notice)))


@dataclass(frozen=True, slots=True)
class Announcement:
    """How an invoice says that it will be debited; `creditor` is "" and `on` None where somebody else collects."""

    mandate: str = ""
    creditor: str = ""
    on: date | None = None


def announcement(
    account: Account, contract: str, business: Business, *, currency: str, due: date | None, told: date
) -> Announcement:
    """What an invoice of a contract announces, dated `told`; an empty one where it is not debited."""
    mandate = account.contracts[contract].sepa_mandate
    if account.whose("contract", contract).payment_method != "debit" or not mandate or currency != CURRENCY:
        return Announcement()
    if business.debits is None:
        return Announcement(mandate)
    on = announced(due, told, business.debits) if due is not None else None
    return Announcement(mandate, business.debits.creditor, on)


def postponed(bill: Bill, account: Account, business: Business) -> Bill:
    """A bill that is debited falls due no sooner than its debtor can be told of it; one payable in parts stays."""
    currency = bill.payable.currency
    debit = announcement(account, bill.contract, business, currency=currency, due=bill.due, told=bill.issued)
    ours = assignee_of(account, bill) is None
    if debit.on is None or bill.due is None or bill.parts or business.debits is None or not ours:
        return bill
    in_time = bill.due >= bill.issued + timedelta(days=business.debits.notice)
    return bill if in_time else replace(bill, due=debit.on)


# --- the hold ----------------------------------------------------------------------------------------------------


def under_way(made: Collection, message: str, now: datetime, today: date) -> f.HoldPlaced:
    """The hold on a receivable whose collection `message` is claimed: how much, by which mandate, on which day."""
    about = (own_hold(made.receivable, message), KIND, "receivable", made.receivable, today)
    hold = f.Hold(*about, part=made.amount, reason=made.mandate, by="relance", promised=made.on)  # type: ignore[arg-type]
    return f.HoldPlaced(now, hold)


def is_collection(state: HoldState) -> bool:
    """Whether a hold is that of a collection of ours."""
    return state.hold.kind == KIND and state.hold.id.startswith("debit/")


def own_hold(receivable: str, message: str) -> str:
    """The hold that the collection `message` places on a receivable."""
    return f"debit/{message}/{receivable}"


def arrived(account: Account, state: HoldState) -> bool:
    """Whether as much came in since it was placed as it collects; what was reversed meanwhile did not."""
    wanted, since = state.hold.part, 0
    if wanted is None:
        return False
    after = account.events[_place(account, state) :]
    for fact in after:
        if isinstance(fact, f.Paid) and not account.payments[fact.payment].reversed:
            since += sum(share.minor for share in fact.shares if share.receivable == state.hold.subject)
    return since >= wanted.minor


def never_left(account: Account, state: HoldState) -> bool:
    """Whether hands could not hand it over."""
    beside = account.reacted.values()
    if any(each.failed and own_hold(each.receivable, each.message) == state.hold.id for each in beside):
        return True
    item = account.receivables.get(state.hold.subject)
    climbs = item.ladder.climbs if item is not None and item.ladder is not None else ()
    return any(
        item is not None
        and own_hold(item.id, climb.message) == state.hold.id
        and any(climb.channels[n] == "debit" for n in climb.failed)
        for climb in climbs
    )


def _place(account: Account, state: HoldState) -> int:
    placed = (n for n, fact in enumerate(account.events) if isinstance(fact, f.HoldPlaced) and fact.hold == state.hold)
    return next(placed, len(account.events))
