"""Makes of a decision's act the data of a message: names, addresses and amounts, looked up when it is to leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from rules import facts as f
from rules.account import Account, Climb, HoldState, Receivable
from rules.collecting import announcement
from rules.decision import Act, Bill, Send
from rules.interest import YEAR, DayCount
from rules.money import Money, total
from rules.plans import instalments
from rules.policy import Business
from rules.standing import Standing, by_start, covered, on_plans
from worker.documents.notes import payable_when
from worker.ledger.ledger import Transaction
from worker.ledger.people import Card, Contact
from worker.words.message import (
    Accruing,
    BillLine,
    BillText,
    Brand,
    Creditor,
    Dispute,
    Instalment,
    Item,
    Party,
    Payment,
    Plan,
    Promise,
    Split,
    Subject,
)
from worker.words.render import Words

NOBODY = Contact("")
OUTCOMES: Mapping[str, Literal["founded", "unfounded"]] = {"founded": "founded", "unfounded": "unfounded"}
REACTION = "reaction"  # the level of an act that answers to something that happened


def creditor(business: Business, signer: str | None = None, assigned_to: str | None = None) -> Creditor:
    """The business as its papers name it: `signer` is the role that signs, where the business says how it does.

    The account is that of whom what is owed was assigned to.
    """
    identity, senders = business.identity, business.senders
    ours = Creditor(
        str(identity.get("name", business.name)),
        _lines(identity.get("address", ())),
        _text(identity.get("siren")),
        _text(identity.get("vat")),
        _text(identity.get("court")),
        business.bank.get("iban"),
        business.bank.get("bic"),
        senders.get("email", ""),
        senders.get("reply_to"),
        _text(identity.get("phone")) or "",
        _lines(identity.get("mentions", ())),
        _brand(business, signer),
    )
    if assigned_to is None:
        return ours
    owner = business.assignees.get(assigned_to)
    if owner is None:
        return replace(ours, iban=None, bic=None, payee=assigned_to)
    return replace(ours, iban=owner.iban, bic=owner.bic, payee=owner.name)


def _brand(business: Business, signer: str | None) -> Brand:
    given = business.brand
    signature = business.signatures.get(signer or "") or given.signature
    return Brand(given.logo, given.colour or Brand().colour, signature)


def _lines(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def contact_for(card: Card | None, role: str) -> Contact:
    """The contact of that role; an empty one where there is none."""
    return (card.contact(role) if card else None) or NOBODY


def written_to(tx: Transaction, send: Send, account: Account) -> tuple[Card | None, dict[str, str]]:
    """The card of whoever is written to, and the names of the customers for whom they pay."""
    debtors = [account.debtor(account.receivables[name]).id for name in (*send.lines, *send.not_due)]
    to = send.to or debtors[0]
    return tx.card(to), {each: card.name if (card := tx.card(each)) else each for each in {*debtors} - {to}}


def subject(
    act: Act,
    account: Account,
    card: Card | None,
    business: Business,
    words: Words,
    bill: Bill | None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Subject:
    """The data of the act's message. `bill` is what was billed for its one receivable, where that was done here.

    `names` are those of the customers for whom whoever is written to pays.
    """
    assert isinstance(act.what, Send)
    send, contact, happened = act.what, _contact(card, act.what), answered(act, account)
    shown = happened.items or tuple(account.receivables[name] for name in send.lines)
    agency = business.agencies.get(send.handoff_to or "")
    language = (agency.language or business.language) if agency is not None else send.language
    events = history(account, shown, words, language) if "history" in send.attach else ()
    laws = words.labels(language)
    disputed = Standing(account, act.on).disputed
    owed, credit = (send.total, send.credit) if act.level != REACTION else _standing(account, shown, act.on)
    to = account.person(send.to or "") or account.debtor(shown[0])
    whole, not_due = bill if send.template == "invoice" else None, [account.receivables[n] for n in send.not_due]
    return Subject(
        act.key,
        send.template,
        language,
        send.channel,
        act.on,
        creditor(business, send.sender, send.assigned_to),
        Party(card.name if card else "", contact.email, contact.phone, contact.postal, to.country or ""),
        to.id,
        tuple(
            _item(item, act.on, disputed.get(item.id, 0), whole, customer=names.get(account.debtor(item).id, ""))
            for item in shown
        ),
        tuple(_item(item, act.on, customer=names.get(account.debtor(item).id, "")) for item in not_due),
        owed,
        credit,
        tuple((charge.amount, charge.law, _source(charge, laws)) for charge in send.charges if charge.amount),
        send.deadline,
        send.registered,
        _billed(bill, shown[0], account, business, send.language) if bill else None,
        send.attach,
        happened.reason,
        tuple(events),
        law=_law(shown, account, business),
        interest=tuple(_interest(send, laws)),
        accruing=tuple(_accruing(send)),
        promise=happened.promise,
        plan=happened.plan or _plan(account, shown),
        dispute=happened.dispute,
        payment=happened.payment,
        agency=(agency.name if agency is not None else "") or send.handoff_to,
        split=tuple(_split(send, shown)),
        handoff=send.handoff.kind if send.handoff else None,
        addressee=Party(agency.name or send.handoff_to or "", agency.email, postal=agency.address) if agency else None,
    )


def _contact(card: Card | None, send: Send) -> Contact:
    """Who is written to; for a hand-off, where the debtor is found."""
    if send.channel != "handoff" or card is None:
        return contact_for(card, send.role)
    billing = contact_for(card, "billing")
    postal = next((each.postal for each in card.contacts if each.postal), ())
    return Contact("", billing.name, billing.email, billing.phone, postal)


@dataclass(frozen=True, slots=True)
class Happened:
    """What a reaction answers to, as its message tells it; empty for every other message.

    `items` are the receivables concerned, where they are more than the one that the act names.
    """

    items: tuple[Receivable, ...] = ()
    reason: str | None = None
    promise: Promise | None = None
    dispute: Dispute | None = None
    payment: Payment | None = None
    plan: Plan | None = None


def answered(act: Act, account: Account) -> Happened:
    """The event behind a reaction, found by the key of its message (rules/reactions.py)."""
    if act.level != REACTION:
        return Happened()
    for name, state in account.holds.items():
        if act.message.startswith(f"reaction/{act.step}/{name}/"):
            return _held(state, account)
    for fact in account.events:
        match fact:
            case f.PaymentFailed() if act.message.startswith(f"reaction/failed/{fact.payment}/{fact.receivable}/"):
                return Happened(reason=fact.reason, payment=Payment(fact.amount))
            case f.Paid() if act.message.startswith(f"reaction/paid/{fact.payment}/"):
                return Happened(payment=Payment(fact.amount, fact.on))
            case f.PlanOffered() if act.message.startswith(f"reaction/plan-proposed/{fact.plan}/"):
                return _offered(fact, account)
    return Happened()


def _offered(fact: f.PlanOffered, account: Account) -> Happened:
    items = tuple(account.receivables[name] for name in fact.receivables if name in account.receivables)
    parts = (Instalment(part.due, Money(part.minor, items[0].amount.currency)) for part in fact.parts)
    return Happened(items, plan=Plan(tuple(parts), fact.reply_by))


def _held(state: HoldState, account: Account) -> Happened:
    """A promise or a dispute with all that it is about in its first receivable's currency."""
    hold, items = state.hold, tuple(covered(account, state))
    items = tuple(item for item in items if item.amount.currency == items[0].amount.currency)
    if not items:
        return Happened()
    whole = total((item.balance for item in items), items[0].amount.currency)
    match hold.kind:
        case "promise" if hold.promised is not None:
            return Happened(items, promise=Promise(hold.promised, whole))
        case "dispute":
            ended = OUTCOMES.get(state.outcome or "")
            return Happened(items, dispute=Dispute(hold.part or whole, hold.part is None, ended))
    return Happened(items)


def _standing(account: Account, items: Sequence[Receivable], day: date) -> tuple[Money, Money | None]:
    """What of these is owed and not disputed on that day, in instalments too, and the free credit that was counted."""
    standing, currency, elsewhere = Standing(account, day), items[0].amount.currency, on_plans(account)
    free = standing.credits(items)
    parts = (
        item.balance - Money(standing.disputed.get(item.id, 0), currency)
        if item.id in elsewhere
        else standing.amount(item)
        for item in items
    )
    return total(parts, currency), Money(free, currency) if free else None


def _plan(account: Account, items: Sequence[Receivable]) -> Plan | None:
    """The running plan of which these are instalments, or that covers them."""
    names = {item.id for item in items}
    for state in sorted(account.holds.values(), key=by_start):
        if state.hold.kind != "payment-plan" or not state.active:
            continue
        parts = instalments(account.receivables, state.hold.id)
        if parts and names & {item.id for item in (*parts, *covered(account, state))}:
            said = tuple(Instalment(part.due, part.amount) for part in parts if part.due is not None)
            return Plan(said, nth=next((n for n, part in enumerate(parts, 1) if part.id in names), None))
    return None


def _law(items: Sequence[Receivable], account: Account, business: Business) -> str:
    contract = account.contracts.get(items[0].contract) if items else None
    return (contract.law if contract else None) or business.law


def _source(charge: f.Charged, labels: Mapping[str, str]) -> str:
    """The law of a charge as the message's language names it; as the terms do where it has no name."""
    return labels.get(f"late_{charge.law}") or charge.source


def _interest(send: Send, labels: Mapping[str, str]) -> Iterator[tuple[Money, date, str]]:
    """The late interest of each receivable that is claimed, until when it was reckoned, and its law."""
    for charge in send.charges:
        if charge.working is not None and charge.working.owed:
            yield charge.working.owed, charge.working.through, _source(charge, labels)


def _accruing(send: Send) -> Iterator[Accruing]:
    """What a further day costs, by rate: that of the last day reckoned, on what then bore interest."""
    days: dict[tuple[Decimal, str, DayCount], Decimal] = {}
    for charge in send.charges:
        if charge.working is not None and charge.working.periods:
            last, count = charge.working.periods[-1], charge.working.method.day_count
            rate = (last.percent, last.base.currency, count)
            days[rate] = days.get(rate, Decimal(0)) + last.base.amount
    for (percent, currency, count), base in days.items():
        yield Accruing(percent, Money.rounded(base * percent / (100 * YEAR[count]), currency))


def _split(send: Send, items: Iterable[Receivable]) -> Iterator[Split]:
    """Of each receivable that is claimed: what is open of it, the interest and the fixed sum."""
    open_ = {each.receivable: each.amount for each in send.claimed}
    for item in items:
        if item.id in open_:
            charges = [each for each in send.charges if each.receivable == item.id]
            interest = (each.working.owed for each in charges if each.working is not None)
            fixed = (each.amount for each in charges if each.amount)
            currency = item.amount.currency
            yield Split(item.number, open_[item.id], total(interest, currency), total(fixed, currency))


def billed(bill: Bill, *, deposit: bool = False) -> BillText:
    """A bill as an invoice prints it; a deposit is for no period."""
    lines = tuple(BillLine(line.text, line.net, line.vat) for line in bill.lines)
    first = bill.parts[0].amount if bill.parts else None
    period = None if deposit else bill.period
    return BillText(lines, bill.net, bill.vat, bill.gross, period, deposit=deposit, first=first)


def _billed(bill: Bill, item: Receivable, account: Account, business: Business, language: str) -> BillText:
    schedule = account.contracts[bill.contract].schedule
    when = payable_when(language, schedule.net, bill) if schedule else ""
    currency = item.amount.currency
    debit = announcement(account, bill.contract, business, currency=currency, due=item.due, told=item.issued)
    said = billed(bill, deposit=item.kind == "deposit")
    return replace(said, falls_due=when, mandate=debit.mandate, collector=debit.creditor, debited_on=debit.on)


def history(account: Account, items: Iterable[Receivable], words: Words, language: str) -> list[tuple[date, str]]:
    """What was done about these receivables so far, oldest first, each message once."""
    labels, told = words.labels(language), set()
    events: list[tuple[date, str]] = []
    for item in items:
        events.append((item.issued, labels["done_issued"].format(number=item.number)))
        for climb in _sent(item):
            if climb.message not in told:
                told.add(climb.message)
                by = ", ".join(dict.fromkeys(filter(None, (labels[f"by_{name}"] for name in climb.channels))))
                if climb.channels == ("debit",):
                    events.append((climb.on, labels["done_debit"]))
                    continue
                what = labels[f"done_{climb.level}"]
                events.append((climb.on, labels["done_by"].format(what=what, channels=by) if by else what))
    names = {item.id for item in items}
    for payment in account.payments.values():
        used = sum(share.minor for share in payment.shares if share.receivable in names)
        if used and not payment.reversed:
            label = labels["done_credited" if payment.credit else "done_paid"]
            amount = words.money(language, Money(used, payment.amount.currency))
            events.append((payment.on, label.format(amount=amount)))
    return sorted(events)


def title(act: Act, account: Account) -> str:
    """One line that says what the act is, without personal data: `email reminder-1 · F-2026-0001 and 2 more`."""
    if isinstance(act.what, Bill):
        what = "invoice" if act.what.of is None else "charges"
        return f"{what} {act.what.contract} {act.what.period[0]} to {act.what.period[1]}"
    numbers = [account.receivables[name].number for name in act.what.lines]
    more = f" and {len(numbers) - 1} more" if len(numbers) > 1 else ""
    return f"{act.what.channel} {act.step} · {numbers[0]}{more}"


def _sent(item: Receivable) -> Iterator[Climb]:
    return (climb for climb in (item.ladder.climbs if item.ladder else ()) if climb.went_out)


def _item(item: Receivable, day: date, disputed: int = 0, whole: Bill | None = None, *, customer: str = "") -> Item:
    """A receivable as it is told; the `whole` invoice of which it is a part, in the message that brings it."""
    late = (day - item.due).days if item.due is not None and item.due < day else 0
    billed_here = item.period is not None or item.is_charge
    part = Money(disputed, item.amount.currency) if disputed else None
    about = (item.number, item.issued, item.due, item.amount, item.balance, item.order_number, late)
    told = Item(*about, document=billed_here, disputed=part, customer=customer)
    return replace(told, number=item.paper, amount=whole.payable, open=whole.payable) if whole and whole.parts else told


def _text(value: str | tuple[str, ...] | None) -> str | None:
    return value if isinstance(value, str) else None
