"""Customers who have one payer, judged together: their accounts side by side, and whose each fact is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rules import facts as f
from rules.account import Account
from rules.climbs import Climb

_CONTAINERS = ("contracts", "rulebooks", "ended", "receivables", "payments", "holds", "reviews", "tasks", "reacted")


def together(accounts: Sequence[Account]) -> Account:
    """One account of several, named after the first, who pays for the others; nothing given is changed."""
    first, *others = accounts
    whole = first.copy()
    for account in others:
        whole.others[account.customer.id] = account.customer
        for name in (*_CONTAINERS, "switched"):
            getattr(whole, name).update(getattr(account, name))
        whole.done_tasks |= account.done_tasks
        for ours, theirs in ((whole.contacted, account.contacted), (whole.stepped, account.stepped)):
            ours |= {name: max(day, ours.get(name, day)) for name, day in theirs.items()}
        known = {(b.role, b.channel, b.at) for b in whole.events if isinstance(b, f.Bounced)}  # each is told of it
        whole.events += [
            e for e in account.events if not isinstance(e, f.Bounced) or (e.role, e.channel, e.at) not in known
        ]
    whole.events.sort(key=lambda fact: fact.at)
    return whole


def concerned(accounts: Mapping[str, Account], fact: f.Fact, named: str) -> Iterator[str]:
    """Whose a fact is, by customer; then the others to whom it means something, each of whom is told the same.

    What became of a message concerns everybody of whose receivables it spoke; that it left, whoever was written to.
    `named` is whose it is where it does not say itself.
    """
    whose = _owner(accounts, fact) or named
    yield whose
    rest = (name for name in accounts if name != whose)
    match fact:
        case f.Left(covered=False, to=to) | f.Reacted(contact=True, to=to):
            yield from (name for name in rest if name == to)
        case f.ActionEnded() | f.Bounced() if fact.message:
            yield from (name for name in rest if any(c.message == fact.message for c in _climbs(accounts[name])))
        case f.CallRecorded():
            called = [
                c for c in _climbs(accounts[whose], fact.receivable) if fact.step in (c.step, c.own) and c.message
            ]
            for name in rest if called else ():
                carried = any(c.message == called[-1].message for c in _climbs(accounts[name]))
                if carried or name == called[-1].to:
                    yield name


def _owner(accounts: Mapping[str, Account], fact: f.Fact) -> str | None:
    if isinstance(fact, f.ContractRecorded):
        return None  # whoever records it says whose it is
    subject = fact.hold if isinstance(fact, f.HoldPlaced) else fact
    scope, about = getattr(subject, "scope", None), getattr(subject, "subject", None)
    receivable = about if scope == "receivable" else getattr(fact, "receivable", None)
    contract = about if scope == "contract" else getattr(fact, "contract", None)
    for name, account in accounts.items():
        if receivable in account.receivables or contract in account.contracts:
            return name
    customer = about if scope == "customer" else getattr(fact, "customer", None)
    return customer if customer in accounts else None


def _climbs(account: Account, receivable: str | None = None) -> Iterator[Climb]:
    for item in account.receivables.values():
        if item.ladder is not None and receivable in (None, item.id):
            yield from item.ladder.climbs
