"""What random policies ask for beside the ladder, and the lines that a simulated life has of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta, tzinfo
from decimal import Decimal
from random import Random

from rules import facts as f
from rules.moments import Duration
from rules.policy import Policy
from tests.rules.model.naive import Line

EMAIL = "{email: {template: payment-received, to: billing}}"
TASK = "{task: {queue: collections, title: Look at it}}"
LIMIT = 5  # contacts that others of the business had on its full days
LIMITS = f"limits: {{contacts_per_day: {LIMIT}}}\n"
EVENTS = (
    "payment-received short-paid payment-failed payment-reversed promise-made promise-broken dispute-opened "
    "dispute-resolved handed-off deadline-passed"
).split()
CONDITIONS = (
    "",
    "",
    "when: {invoice.balance: {gte: [60.00 EUR, 60.00 GBP]}}",
    "when: {account.overdue_balance: {lt: [150.00 EUR, 150.00 GBP]}}",
)
CHARGE = "{charge: {terms: late-payment, claim: mention}}"
REASONS = "when: {payment.reason: [AM04, MD06]}"


def beside(dice: Random, policy: str) -> str:
    """The policy with what it says besides."""
    return "".join(_charged(dice, line) for line in policy.splitlines(keepends=True)) + _reactions(dice) + _dated(dice)


def full_days(dice: Random, first: date) -> frozenset[date]:
    """Days on which the business may contact nobody more, in a third of the books."""
    return frozenset(first + timedelta(days=dice.randint(0, 150)) for _ in range(dice.choice((0, 0, 60))))


def discounts(dice: Random) -> dict[str, f.Discount]:
    """What an early payment may take off, in a third of the books: 4 % within 60 days, of what M-1 bills."""
    return dice.choice(({}, {}, {"M-1": f.Discount(Decimal(4), 60)}))


def billed_elsewhere(offer: f.Discount) -> f.Schedule:
    """Terms with that discount, of a contract that bills nothing here."""
    return f.Schedule(
        Duration(12, "m"), date(2025, 1, 1), billed_through=date(2039, 12, 31), net=f.Net(30, discount=offer)
    )


def _charged(dice: Random, line: str) -> str:
    """Some steps that leave when the invoice is late charge what that costs."""
    late = any(f"id: {step}," in line for step in ("again", "two", "milder", "notice", "agency"))
    return line.replace("]}\n", f", {CHARGE}]}}\n") if late and dice.random() < 0.3 else line


def _reactions(dice: Random) -> str:
    reactions = [_reaction(dice, dice.choice(EVENTS)) for _ in range(dice.choice((0, 1, 3, 6)))]
    return "".join(f"{line}\n" for line in ("reactions:", *dict.fromkeys(reactions))) if reactions else ""


def _dated(dice: Random) -> str:
    """What has a date of its own: internal deadlines, and what follows the last step."""
    when = dice.choice(("", *CONDITIONS[2:]))
    at, warn = (
        dice.choice(("due+20d", "due+1m", "issued+45d", "due-3d", "due+60d")),
        dice.choice(("0d", "5d", "3bd", "1w")),
    )
    keys = (f"id: insurer, at: {at}, warn: {warn}", when, f"do: [{TASK}]")
    dated = f"deadlines: [{{{', '.join(filter(None, keys))}}}]\n" if dice.random() < 0.5 else ""
    at, do = dice.choice(("previous+3bd", "previous+1w", "due+40d", "due+2m", "notice+15d")), dice.choice((EMAIL, TASK))
    return dated + (f"after_last_step: {{at: {at}, do: [{do}]}}\n" if dice.random() < 0.5 else "")


def _reaction(dice: Random, event: str) -> str:
    do = dice.choice((EMAIL, TASK, f"{EMAIL}, {TASK}"))
    reasoned = event in ("payment-failed", "payment-reversed")
    when = dice.choice((*CONDITIONS, *[REASONS] * 4 * reasoned))
    return f"  - {{{', '.join(key for key in (f'event: {event}', when, f'do: [{do}]') if key)}}}"


def done_beside(told: Iterable[f.Fact], policy: Policy, zone: tzinfo) -> Iterator[Line]:
    """Every answer to an event, and every event that a reaction found not to be its own."""
    facts = list(told)
    tasks = {fact.task.rpartition("/")[0] for fact in facts if isinstance(fact, f.TaskOpened)}
    for fact in facts:
        if isinstance(fact, f.WrittenOff) and fact.reason == f.DISCOUNT:
            yield fact.at.astimezone(zone).date(), fact.receivable, "", "discounted"
        if isinstance(fact, f.HoldPlaced) and fact.hold.scope == "business":
            yield fact.hold.start, "business", "", "limit"
        if isinstance(fact, f.Concluded):
            due = any(key.startswith(f"deadline/{fact.what}/{fact.receivable}/") for key in tasks)
            said = "concluded" if fact.what == f.AFTER_LAST_STEP else "warned" if due else "passed"
            yield fact.on, fact.receivable, fact.what, said
        if isinstance(fact, f.Charged):
            yield fact.on, fact.receivable, fact.step, f"charged: {fact.amount} by {fact.terms}"
        if isinstance(fact, f.Reacted) and not fact.failed:
            number, event = next(
                ((n, each.event) for n, each in enumerate(policy.reactions) if fact.event.endswith(each.id)),
                (len(policy.reactions), f.AFTER_LAST_STEP),
            )
            outcome = "answered" if fact.pending or fact.event in tasks else "passed"
            yield fact.on, fact.receivable, event, f"{outcome} {number}"
