"""What the engine is raced against is no less than the same judgement: equal decisions, at every instant of a life."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from random import Random

from rules import facts as f
from rules.account import Account, BusinessState, Snapshot
from rules.calendars import ONE_DAY
from rules.decide import decide
from rules.decision import Act, Decision
from rules.money import Money
from rules.policy import Rulebook
from rules.simulate import performed
from tests.bench import by_hand
from tests.bench.backtest import FIRST, plain

LIVES, HOURS = 25, 5  # a life is looked at every few hours, so before, in and after every slot


class Pair:
    """One customer, known to the ledger's account and to the hand-written rules."""

    def __init__(self, rulebook: Rulebook, start: datetime) -> None:
        self.books = {rulebook.digest: rulebook}
        self.calendar = rulebook.calendars["plain"]
        self.account = Account(f.Customer("C", "FR", language="fr", reachable={"billing": ("email",)}))
        self.account.record(f.ContractRecorded(start, f.Contract("A", "C", "open-account"), rulebook.digest))
        self.customer = by_hand.Customer("C", "A", rulebook.digest)
        self.start, self.met = start, Counter[str]()

    def issue(self, name: str, minor: int, late: int, now: datetime) -> None:
        """An invoice that falls due in 20 days, or fell due `late` days before that."""
        due = self.calendar.local_day(now) + (20 - late) * ONE_DAY
        issued = due - 30 * ONE_DAY
        self.account.record(f.Issued(now, name, "A", name, issued, due, Money(minor, "EUR"), delivered=issued))
        self.customer.invoices.append(by_hand.Invoice(name, issued, due, minor))
        self.customer.invoices.sort(key=lambda each: (each.due, each.id))

    def pay(self, name: str, minor: int, now: datetime) -> None:
        """So much of an invoice, or what is left of it."""
        invoice = next(each for each in self.customer.invoices if each.id == name)
        minor = min(minor, invoice.minor - invoice.paid)
        if minor:
            invoice.paid += minor
            day, shares = self.calendar.local_day(now), (f.Share(name, minor),)
            self.account.record(f.Paid(now, f"{name}/{invoice.paid}", "C", Money(minor, "EUR"), day, shares))

    def agree(self, now: datetime) -> None:
        """Both judge until nothing leaves any more, and say the same each time."""
        acts: tuple[Act, ...] = (None,)  # type: ignore[assignment]
        while acts:
            said = decide(self.books, Snapshot(self.account, BusinessState()), now)
            assert by_hand.judge(self.customer, self.calendar, now) == said
            self.met.update(_named(said))
            self.account.record_all(said.facts)
            acts = said.acts
            for act in acts:
                self.account.record_all(performed(act, now))
                by_hand.send(self.customer, act, now, [])


def _named(said: Decision) -> Iterator[str]:
    """What a decision met with, by name."""
    for fact in said.facts:
        match fact:
            case f.Enrolled():
                yield f"Enrolled {'late' if fact.late else 'in time'}"
            case f.NotEnrolled() | f.Stopped():
                yield f"{type(fact).__name__} {fact.why}"
    yield from (f"sent {act.step}" for act in said.acts)
    yield from (f"waits {each.values[0]}" for told in said.reasons.values() for each in told if each.code == "waits")


def seen(seed: int) -> Counter[str]:
    """A random life in which both agree all the time, and what was met in it."""
    dice = Random(seed)
    with plain() as workspace:
        pair = Pair(workspace.rulebook, workspace.rulebook.calendars["plain"].at(FIRST + dice.randrange(200) * ONE_DAY))
    names = [f"R-{n}" for n in range(dice.randint(1, 4))]
    for hours in range(0, 24 * 75, HOURS):
        now = pair.start + hours * ONE_DAY / 24
        if names and dice.random() < 0.1:
            pair.issue(names.pop(), dice.choice((900, 1500, 4000, 12000)), dice.choice((0, 0, 10, 40)), now)
        if pair.customer.invoices and dice.random() < 0.01:
            pair.pay(dice.choice(pair.customer.invoices).id, dice.choice((500, 3000, 20000)), now)
        pair.agree(now)
    return pair.met


def test_the_hand_written_rules_give_the_same_decision_to_the_last_reason() -> None:
    met = sum((seen(seed) for seed in range(LIVES)), Counter[str]())
    begun = {"Enrolled late", "Enrolled in time", "NotEnrolled applies_to", "NotEnrolled effective-from"}
    steps = {"sent first", "sent second", "sent third", "waits planned", "waits gap", "waits heavier-first"}
    assert met.keys() == begun | steps | {"Stopped paid", "Stopped below-minimum"}
