"""Payment plans that people agree: what they cover, and instalments that are receivables of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from rules import facts as f
from rules.account import Account, Receivable
from rules.assigning import assignee
from rules.calendars import add_months
from rules.money import Money, MoneyError, total
from rules.plans import INSTALMENT
from worker.recording.asked import Answer, Asked, Field, Kind, Refused, contracts, numbers
from worker.recording.holding import due_items

MOST = 60  # instalments


def plan(asked: Asked) -> Answer:
    """The customer and the business agree on instalments for named invoices, or for all that is due."""
    customer, items = _covered(asked)
    account = asked.account(customer)
    name = f"payment-plan/{asked.request.key}"
    if name in account.holds:
        return Answer(f"The payment plan of {numbers(items)} was recorded already.", contracts(items))
    _free(account, items)
    parts = _parts(asked, _owed(items))
    hold = f.Hold(
        name,
        "payment-plan",
        "customer",
        customer,
        asked.today,
        reason=asked.text("reason"),
        by="customer" if asked.text("from") == "customer" else asked.request.by,
        receivables=tuple(item.id for item in items),
    )
    asked.record(customer, f.HoldPlaced(asked.now, hold), *_issued(asked, account, items[0], name, parts))
    last = parts[-1][0]
    return Answer(f"The plan for {numbers(items)} is recorded: {_counted(parts)} until {last}.", contracts(items))


def _counted(parts: Sequence[object]) -> str:
    return f"{len(parts)} instalment{'s' if len(parts) > 1 else ''}"


def offer(asked: Asked) -> Answer:
    """Instalments are offered for named invoices, or for all that is due; reminders go on until a plan is agreed."""
    customer, items = _covered(asked)
    _free(asked.account(customer), items)
    parts = tuple(f.Part(due, amount.minor) for due, amount in _parts(asked, _owed(items)))
    reply_by = asked.coming_day("reply_by") or parts[0].due
    if reply_by > parts[0].due:
        raise Refused(f"reply_by: {reply_by} is after the first instalment, {parts[0].due}.")
    names = tuple(item.id for item in items)
    asked.record(customer, f.PlanOffered(asked.now, f"offer/{asked.request.key}", names, parts, asked.today, reply_by))
    said = f"The offer of {_counted(parts)} for {numbers(items)} stands until {reply_by}."
    return Answer(said, contracts(items))


def _covered(asked: Asked) -> tuple[str, list[Receivable]]:
    """Whose plan it is, and what of the invoices named, or of all that is due, is open."""
    customer, items = asked.items()
    if customer is None:
        customer = asked.customer()
        items = due_items(asked.account(customer), asked.today)
    items = [item for item in items if item.open and item.kind != INSTALMENT]
    if not items:
        raise Refused("nothing that is named is open.")
    owners = {assignee(asked.account(customer), item) or "you" for item in items}
    if len(owners) > 1:
        raise Refused(f"these invoices belong to {' and '.join(sorted(owners))}: make a plan for each owner.")
    return customer, items


def _free(account: Account, items: list[Receivable]) -> None:
    ids = {item.id for item in items}
    for state in account.holds.values():
        if state.hold.kind == "payment-plan" and state.active and ids & {*state.hold.receivables, state.hold.subject}:
            raise Refused(
                f"there is a plan already, hold {state.hold.id} since {state.hold.start}: end that one first."
            )


def _owed(items: list[Receivable]) -> Money:
    currencies = {item.amount.currency for item in items}
    if len(currencies) > 1:
        raise Refused(f"these invoices are in {' and '.join(sorted(currencies))}: make a plan for each currency.")
    return total((item.balance for item in items), items[0].amount.currency)


def _parts(asked: Asked, owed: Money) -> list[tuple[date, Money]]:
    """The instalments as written one by one, or so many equal ones, a month apart."""
    written = asked.text("parts")
    parts = list(_written(written)) if written else _equal(asked, owed)
    if not 0 < len(parts) <= MOST:
        raise Refused(f"parts: a plan has from 1 to {MOST} instalments.")
    if parts != sorted(parts, key=lambda part: part[0]) or parts[0][0] < asked.today:
        raise Refused(f"parts: the days follow one another from today on, {asked.today}.")
    if any(amount.currency != owed.currency or amount.minor <= 0 for _, amount in parts):
        raise Refused(f"parts: each is an amount above zero in {owed.currency}.")
    if total((amount for _, amount in parts), owed.currency) != owed:
        raise Refused(f"parts: they make {total((a for _, a in parts), owed.currency)}, and {owed} is open.")
    return parts


def _written(text: str) -> Iterator[tuple[date, Money]]:
    for part in text.split(","):
        day, _, amount = part.strip().partition(" ")
        try:
            yield date.fromisoformat(day), Money.parse(amount)
        except (ValueError, MoneyError):
            raise Refused(f"parts: {part.strip()!r} is not an instalment such as 2027-02-01 600.00 EUR.") from None


def _equal(asked: Asked, owed: Money) -> list[tuple[date, Money]]:
    first, count = asked.coming_day("on"), asked.text("instalments")
    if first is None or not re.fullmatch(r"[1-9]\d?", count):
        raise Refused("parts: write them, or say how many instalments there are and the day of the first one.")
    n = int(count)
    each = Money(owed.minor // n, owed.currency)
    rest = Money(owed.minor - each.minor * (n - 1), owed.currency)
    return [(add_months(first, k), rest if k == 0 else each) for k in range(n)]


def _issued(
    asked: Asked, account: Account, item: Receivable, plan: str, parts: list[tuple[date, Money]]
) -> Iterator[f.Issued]:
    before = sum(other.number.startswith(f"{item.number}/") for other in account.receivables.values())
    for n, (due, amount) in enumerate(parts, 1):
        about = (f"{plan}/{n}", item.contract, f"{item.number}/{before + n}", asked.today, due, amount)
        yield f.Issued(asked.now, *about, kind=INSTALMENT, document=False, delivered=asked.today)


_WHAT = (
    Field("invoices", "their numbers, by commas; without them all that is due"),
    Field("contract", "the contract"),
    Field("customer", "the customer"),
    Field("parts", "the instalments, by commas, such as 2027-02-01 600.00 EUR"),
    Field("instalments", "or how many equal ones, a month apart"),
    Field("on", "and the day of the first"),
)
KINDS = {
    "plan-offer": Kind(
        "A payment plan is offered: reminders go on until it is agreed.",
        (
            *_WHAT,
            Field("reply_by", "the last day to accept, then it lapses; by default the day of the first instalment"),
        ),
        offer,
    ),
    "plan": Kind(
        "A payment plan is agreed: instalments in place of what is owed.",
        (
            *_WHAT,
            Field("from", "who proposes it", choices=("customer", "us")),
            Field("reason", "what was said"),
        ),
        plan,
    ),
}
