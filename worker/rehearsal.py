"""What would happen: an invoice under a policy, or a recorded customer, lived ahead by the simulator, unkept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.account import Account, BusinessState
from rules.decision import Act, Send
from rules.money import Money, total
from rules.policy import Rulebook
from rules.policytest import run
from rules.shape import check_shape
from rules.simulate import Scripted, Simulation, is_shared
from rules.source import read
from rules.standing import by_age
from rules.trial import told
from rules.trial.told import Line
from worker.explaining import as_recorded
from worker.ledger.ledger import Transaction
from worker.ledger.views import facts_between

Payment = tuple[date, Money | None]  # None: all that is open
_ROUNDS = 20  # approvals given one after the other
_FRESH = timedelta(days=3660)


class Problem(Exception):
    """What was given cannot be lived: an unknown fact, a date that is none, ..."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice and the facts around it, as (name, value) texts such as ("customer.country", "BE")."""

    amount: Money
    issued: date
    due: date
    facts: tuple[tuple[str, str], ...] = ()


def invoice_ahead(
    rulebook: Rulebook, policy: str, invoice: Invoice, payments: Iterable[Payment], until: date, *, approve: bool
) -> tuple[Line, ...]:
    """What a policy does to an invoice, as a policy test tells it. Raises Problem.

    With `approve`, every step that waits for an approval gets it the next day.
    """
    paid = [{"at": str(day), "payment": str(amount or invoice.amount)} for day, amount in payments]
    approved: list[dict[str, str]] = []
    for _ in range(_ROUNDS):
        lines = _lived(rulebook, policy, invoice, [*paid, *approved], until)
        asked = [{"at": str(each.at + timedelta(days=1)), "approve": each.words["step"]} for each in _asking(lines)]
        fresh = [each for each in asked if each not in approved]
        if not approve or not fresh:
            break
        approved.append(fresh[0])
    return lines


def _asking(lines: Iterable[Line]) -> list[Line]:
    return [each for each in lines if each.words.get("waiting") == "approval"]


def _lived(
    rulebook: Rulebook, policy: str, invoice: Invoice, events: Sequence[dict[str, str]], until: date
) -> tuple[Line, ...]:
    """The lines of a policy test that expects nothing; JSON is YAML, so that nobody's text is taken for a key."""
    given = {
        "customer.kind": "business",
        "customer.country": rulebook.business.law,
        "customer.language": rulebook.business.language,
        **{name: _scalar(value) for name, value in invoice.facts},
        "invoice.balance": str(invoice.amount),
        "invoice.issued": str(invoice.issued),
        "invoice.due": str(invoice.due),
    }
    test = {"name": "ahead", "until": str(until), "events": events, "expect": []}
    file = {"format": "relance/v1", "kind": "policy-test", "policy": policy, "given": given, "tests": [test]}
    root, found = read(json.dumps(file, ensure_ascii=False).encode(), "simulation")
    if root is not None and not found:
        found = check_shape("policy-test", root, "simulation")
    if root is None or found:
        raise Problem("; ".join(f"{d.message}{f' ({d.help})' if d.help else ''}" for d in found))
    (outcome,) = run(root, "simulation", rulebook)
    if outcome.problems:
        raise Problem("; ".join(d.message for d in outcome.problems))
    return outcome.actual


def _scalar(value: str) -> object:
    """Flags and lists are written as themselves, all else is text."""
    match value:
        case "true" | "false":
            return value == "true"
    if value.startswith("["):
        return [each.strip() for each in value.strip("[]").split(",") if each.strip()]
    return int(value) if value.lstrip("-").isdecimal() and str(int(value)) == value else value


def customer_ahead(
    tx: Transaction, customer: str, payments: Iterable[Payment], until: date, *, approve: bool, at: date | None = None
) -> list[Line]:
    """What would happen to a recorded customer, with the invoice each line is about. Bank data are taken as fresh.

    `at` is the day on which it begins: in the past with what was recorded by then, later from what is now. Raises
    Unknown.
    """
    life, now, zone = _life(tx, customer, at, until)
    lines: list[Line] = []

    def hear(fact: f.Fact, at: datetime) -> Iterable[Scripted]:
        line = _line(life, fact, at.astimezone(zone).date())
        if line is not None and _concerns(life.account, fact, customer):
            lines.append(line)
        return _approved(fact, at, zone) if approve else ()

    life.answering = hear
    for n, (day, amount) in enumerate(payments):
        at_ = max(datetime.combine(day, time(8), zone), now)
        life.run(now, at_ - timedelta(microseconds=1))
        life.script((at_, fact) for fact in _paid(life.account, customer, amount, at_, day, n))
        now = at_
    life.run(now, datetime.combine(until, time(23, 59), zone))
    return [each for each in lines if at is None or each.at >= at]


def message_ahead(
    tx: Transaction, customer: str, receivable: str, template: str, channel: str, until: date
) -> tuple[Act, Account] | None:
    """The act by which a message about a receivable would next leave, with the account as it is then.

    Nobody pays, and whatever waits for an approval gets it. None where it does not leave by then. Raises Unknown.
    """
    life, now, zone = _life(tx, customer, None, until)
    found: list[tuple[Act, Account]] = []

    def hear(fact: f.Fact, at: datetime) -> Iterable[Scripted]:
        for act in life.last.acts if life.last is not None and not found else ():
            send = act.what
            if isinstance(send, Send) and (send.template, send.channel) == (template, channel):
                found.extend([(act, life.account.copy())] if receivable in send.lines else [])
        return _approved(fact, at, zone)

    life.answering = hear
    life.run(now, datetime.combine(until, time(23, 59), zone))
    return found[0] if found else None


def _life(tx: Transaction, customer: str, at: date | None, until: date) -> tuple[Simulation, datetime, ZoneInfo]:
    """A life to be lived, the instant at which it begins, and its time zone."""
    now, account, state = tx.now(), tx.joint(customer).copy(), tx.state().copy()
    zone = ZoneInfo(next(iter(tx.rulebooks_of(account).values())).business.time_zone)
    if at is not None and at < now.astimezone(zone).date():
        now = datetime.combine(at, time(), zone)
        account, state = _as_of(tx, customer, now)
        if not account.contracts:
            raise Problem(f"nothing of {customer} was recorded by {at}.")
    state.record(f.BankConfirmed(now, until + _FRESH))
    return Simulation(tx.rulebooks_of(account), account, state), now, zone


def _as_of(tx: Transaction, customer: str, at: datetime) -> tuple[Account, BusinessState]:
    """The account, and what all customers share, of what was recorded by an instant."""
    return as_recorded(
        tx.fellows(customer), [each for each in facts_between(tx, 0, told=True) if each.recorded_at <= at]
    )


def _concerns(account: Account, fact: f.Fact, customer: str) -> bool:
    """Whether a fact is about a customer, or a message that spoke of something of theirs."""
    if is_shared(fact):
        return True
    match fact:
        case f.ActionEnded():
            theirs = [item for item in account.receivables.values() if account.debtor(item).id == customer]
            return any(c.message == fact.message for item in theirs if item.ladder for c in item.ladder.climbs) or any(
                item.id == fact.receivable for item in theirs
            )
        case f.Paid():
            return fact.customer == customer
        case f.HoldPlaced():
            return account.whose(fact.hold.scope, fact.hold.subject).id == customer
        case f.HoldEnded() | f.TaskOpened() | f.ReviewAsked() | f.ReviewWithdrawn():
            return account.whose(fact.scope, fact.subject).id == customer
    return account.whose("receivable", getattr(fact, "receivable", "")).id == customer


def _approved(fact: f.Fact, at: datetime, zone: ZoneInfo) -> Iterable[Scripted]:
    """Whatever waits for an approval gets it the next day."""
    if isinstance(fact, f.ApprovalAsked):
        later = at + timedelta(days=1)
        yield later, f.Approved(later, fact.receivable, fact.step, "rehearsal", later.astimezone(zone).date())


def _paid(account: Account, customer: str, amount: Money | None, at: datetime, day: date, n: int) -> Iterable[f.Fact]:
    """A payment of so much, or of all that is open, on the oldest due first."""
    theirs = (item for item in account.receivables.values() if account.debtor(item).id == customer)
    items = [item for item in sorted(theirs, key=by_age) if item.open]
    for currency in sorted({item.amount.currency for item in items}):
        owed = [item for item in items if item.amount.currency == currency]
        whole = amount or total((item.balance for item in owed), currency)
        if whole.currency == currency:
            shares, left = [], whole.minor
            for item in owed:
                part = min(left, item.balance.minor)
                shares += [f.Share(item.id, part)] if part else []
                left -= part
            yield f.Paid(at, f"rehearsal/{n}/{currency}", customer, whole, day, tuple(shares))


def _line(life: Simulation, fact: f.Fact, day: date) -> Line | None:
    account, act = life.account, next(iter(life.last.acts), None) if life.last is not None else None
    match fact:
        case f.NotEnrolled():
            line: Line | None = Line(day, {"refused": fact.why})
        case f.Issued():
            line = Line(fact.issued, {"issued": str(fact.amount)})
        case f.Paid():
            return Line(fact.on, {"paid": str(fact.amount)})
        case _:
            calendar = next(each for book in life.rulebooks.values() for each in book.calendars.values())
            line = told.line(fact, account, life.business, calendar, act)
    receivable = getattr(fact, "receivable", None)
    if line is None or receivable not in account.receivables:
        return line
    return Line(line.at, {"invoice": account.receivables[receivable].number, **line.words})
