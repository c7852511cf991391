"""What a year came to: sums per currency, messages per step, and what is still open and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from rules import facts as f
from rules.account import Account, Receivable
from rules.decision import Decision
from rules.explain import waiting
from rules.money import Money
from rules.standing import by_age
from worker.ledger.ledger import Transaction
from worker.ledger.views import facts_between
from worker.outlook import judged


@dataclass(frozen=True, slots=True)
class Open:
    """A receivable that is not settled, and why nothing more was done, or what comes next."""

    customer: str
    number: str
    due: date | None
    open: Money
    why: str


@dataclass(slots=True)
class Summary:
    """Amounts in minor units by currency; `messages` and `channels` count what went out."""

    invoices: int = 0
    issued: Counter[str] = field(default_factory=Counter)
    collected: Counter[str] = field(default_factory=Counter)
    credited: Counter[str] = field(default_factory=Counter)
    overdue: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    open: list[Open] = field(default_factory=list)

    def count(self, facts: Iterable[f.Fact]) -> None:
        """Adds what these facts say."""
        for fact in facts:
            match fact:
                case f.Issued():
                    self.invoices += 1
                    self.issued[fact.amount.currency] += fact.amount.minor
                case f.Paid():
                    self.collected[fact.amount.currency] += fact.amount.minor
                case f.Credited():
                    self.credited[fact.amount.currency] += fact.amount.minor
                case f.Left() if not fact.covered:
                    self.messages[fact.step] += 1
                case f.ActionEnded():
                    self.channels[fact.channel] += fact.outcome == "sent"
                    self.unknown += fact.outcome == "unknown"

    def as_json(self) -> dict[str, object]:
        """Plain values; amounts as text, `1200.00 EUR`."""
        return {
            "invoices": self.invoices,
            "issued": _sums(self.issued),
            "collected": _sums(self.collected),
            "credited": _sums(self.credited),
            "overdue": _sums(self.overdue),
            "messages": dict(sorted(self.messages.items())),
            "channels": dict(sorted(self.channels.items())),
            "unknown": self.unknown,
            "open": [
                {
                    "customer": each.customer,
                    "invoice": each.number,
                    "due": each.due.isoformat() if each.due else None,
                    "open": str(each.open),
                    "why": each.why,
                }
                for each in self.open
            ],
        }


def summarise(tx: Transaction, customers: Iterable[str], now: datetime) -> Summary:
    """The summary of everything recorded so far."""
    summary = Summary()
    summary.count(each.fact for each in facts_between(tx, 0))
    for customer in customers:
        account = tx.account(customer)
        decision = judged(tx, customer, now)
        for item in sorted(account.receivables.values(), key=by_age):
            if item.open:
                if item.due is not None and item.due < now.date():
                    summary.overdue[item.amount.currency] += item.balance.minor
                why = _why(item, account, decision)
                summary.open.append(Open(customer, item.number, item.due, item.balance, why))
    return summary


def _why(item: Receivable, account: Account, decision: Decision) -> str:
    if item.handed_off is not None:
        return f"handed over on {item.handed_off}"
    if item.ladder is not None and item.ladder.stopped is not None:
        return f"stopped: {item.ladder.stopped}"
    held = [s.hold.kind for s in account.holds.values() if s.active and _concerns(s.hold, item, account)]
    if held:
        return f"held: {', '.join(sorted(set(held)))}"
    step, waits = decision.next_steps.get(item.id), decision.waits(item.id)
    if step is not None and step.at is not None:
        return f"{step.step}, {step.at.date()}"
    if waits is not None:
        names = {each.id: each.number for each in account.receivables.values()}
        return waiting(*waits, names)
    return "every step is done" if item.ladder else item.not_enrolled or "not due"


def _concerns(hold: f.Hold, item: Receivable, account: Account) -> bool:
    return hold.subject in (item.id, item.contract, account.customer.id)


def _sums(counts: Counter[str]) -> list[str]:
    return [str(Money(minor, currency)) for currency, minor in sorted(counts.items())]
