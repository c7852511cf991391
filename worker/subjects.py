"""Makes of a decision's act the data of a message: names, addresses and amounts, looked up when it is to leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from rules import facts as f
from rules.account import Account, Climb, Receivable
from rules.collecting import announcement
from rules.decision import Act, Bill, Send
from rules.interest import YEAR, DayCount
from rules.money import Money, total
from rules.plans import instalments
from rules.policy import Business
from rules.standing import Standing, by_start, covered, on_plans
from worker.answered import REACTION, answered
from worker.creditors import creditor
from worker.documents.invoice import reference
from worker.documents.notes import payable_when
from worker.ledger.ledger import Transaction
from worker.ledger.people import Card, Contact
from worker.words.message import (
    Accruing,
    BillDeposit,
    BillLine,
    BillText,
    Instalment,
    Item,
    Party,
    Plan,
    Split,
    Subject,
)
from worker.words.render import Words

NOBODY = Contact("")


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
    owed, credit = (send.total, send.credit) if act.level != REACTION else owed_of(account, shown, act.on)
    to = account.person(send.to or "") or account.debtor(shown[0])
    whole, not_due = bill if send.template == "invoice" else None, [account.receivables[n] for n in send.not_due]
    return Subject(
        act.key,
        send.template,
        language,
        send.channel,
        act.on,
        creditor(business, send.sender, assigned_to=send.assigned_to, language=language),
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
        _billed(bill, shown[0], account, business, send) if bill else None,
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


def owed_of(account: Account, items: Sequence[Receivable], day: date) -> tuple[Money, Money | None]:
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
    paid = tuple(BillDeposit(each.number, each.issued, each.amount) for each in bill.deposits)
    return BillText(lines, bill.net, bill.vat, bill.gross, period, deposits=paid, deposit=deposit, first=first)


def _billed(bill: Bill, item: Receivable, account: Account, business: Business, send: Send) -> BillText:
    """The bill; its parts are announced by the message that brings it, later ones claim a part by its own sum."""
    said = billed(bill, deposit=item.kind == "deposit")
    if send.template != "invoice":
        return replace(said, first=None)
    said = replace(said, reference=reference(item.paper))
    schedule, currency = account.contracts[bill.contract].schedule, item.amount.currency
    when = payable_when(send.language, schedule.net, bill) if schedule else ""
    if send.assigned_to:
        return replace(said, falls_due=when)
    debit = announcement(account, bill.contract, business, currency=currency, due=item.due, told=item.issued)
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
