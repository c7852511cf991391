"""The example workspace lived through by the pure simulator; `python -m tests.examples.shelf C-103` prints a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from rules import facts as f
from rules.account import Account, BusinessState
from rules.diagnostics import render
from rules.policy import Rulebook
from rules.simulate import Scripted, Simulation, is_shared
from worker.demo.story import Story
from worker.demo.story_file import read_story
from worker.imports.book import Book, Card
from worker.imports.checking import KINDS, check
from worker.workspace import load

FOLDER = Path(__file__).parents[2] / "examples" / "infogerance"


@dataclass(frozen=True)
class Nothing:
    """Implements `worker.imports.book.Known` for a ledger in which nothing is recorded yet."""

    def account(self, customer: str) -> Account | None:
        return None

    def card(self, customer: str) -> Card | None:
        return None

    def customer_of_contract(self, contract: str) -> str | None:
        return None

    def receivable(self, number: str) -> tuple[str, str] | None:
        return None

    def customer_of_payment(self, reference: str) -> str | None:
        return None

    def customers_of_iban(self, iban: str) -> tuple[str, ...]:
        return ()


@dataclass
class Year:
    """What became of every customer; `lives` by customer."""

    rulebook: Rulebook
    story: Story
    lives: dict[str, Simulation] = field(default_factory=dict)

    def told(self, customer: str | None = None) -> Iterator[Scripted]:
        """Every (instant, fact) of one customer or of all, in order; the bank's mornings left out."""
        lives = [self.lives[customer]] if customer else self.lives.values()
        every = (each for life in lives for each in life.told if not isinstance(each[1], f.BankConfirmed))
        return iter(sorted(every, key=lambda each: each[0]))

    def facts(self, customer: str | None = None) -> list[f.Fact]:
        return [fact for _, fact in self.told(customer)]


def imported(rulebook: Rulebook, now: datetime) -> Book:
    """The example's customers and contracts, as the importers read them."""
    book = Book(Nothing(), rulebook.business, rulebook.digest, now)
    for kind, file in (("customers", "customers.csv"), ("contracts", "contracts.yaml")):
        checked = check(KINDS[kind], FOLDER / file, book)
        assert checked.problems == (), [str(problem) for problem in checked.problems]
    return book


def contracts_of(book: Book) -> list[f.Contract]:
    return [fact.contract for fact in book.facts if isinstance(fact, f.ContractRecorded)]


@cache
def year() -> Year:
    """The example's year; made once, not to be changed."""
    rulebook = load(FOLDER).rulebook
    book = imported(rulebook, datetime.fromisoformat("2026-01-01T00:00:00+01:00"))
    data = (FOLDER / "story.yaml").read_bytes()
    story, problems = read_story(data, "story.yaml", rulebook, contracts_of(book))
    assert story is not None, render(problems, {"story.yaml": data.decode()})
    lived = Year(rulebook, story)
    for recorded, _ in book.people:
        customer = recorded.customer.id
        account = book.account(customer)
        assert account is not None
        life = Simulation({rulebook.digest: rulebook}, account, BusinessState(), story.answers)
        life.script([*story.mornings(), *story.opening_of(customer)])
        life.run(story.begins, story.ends)
        lived.lives[customer] = life
    return lived


def line(at: datetime, fact: f.Fact) -> str | None:
    """A fact in a line of the timeline; None for what goes without saying."""
    match fact:
        case f.Issued():
            said = f"invoice {fact.amount}, due {fact.due}"
        case f.Paid():
            said = f"paid {fact.amount}"
        case f.Left():
            said = f"{fact.step} {'covered' if fact.covered else '/'.join(fact.channels)} (own {fact.own})"
        case f.ActionEnded(message=message) if message.startswith("reaction"):
            said = f"{message} {fact.channel}"
        case f.Skipped():
            said = f"{fact.step} skipped: {fact.why}"
        case f.Stopped(why=why) if why != "paid":
            said = f"stopped: {why}"
        case f.HoldPlaced():
            said = f"hold {fact.hold.kind} {fact.hold.part or ''} {fact.hold.promised or ''}"
        case f.HoldEnded():
            said = f"hold ended: {fact.outcome}"
        case f.TaskOpened():
            said = f"task {fact.queue}: {fact.title}"
        case f.ReviewAsked():
            said = f"review {fact.review}: {fact.why}"
        case f.Credited() | f.PaymentFailed():
            said = f"{type(fact).__name__} {fact.amount}"
        case f.ApprovalAsked():
            said = f"{fact.step} waits for {fact.who} ({fact.amount})"
        case f.Refused() | f.Approved() | f.Charged() | f.ContractEnded() | f.CallRecorded() | f.NotEnrolled():
            said = f"{type(fact).__name__} {getattr(fact, 'outcome', '')} {getattr(fact, 'amount', '')}"
        case _:
            return None
    subject = getattr(fact, "receivable", None) or getattr(fact, "subject", "")
    return f"{at.astimezone(year().story.calendar.zone):%m-%d %H:%M}  {subject:<18} {said}"


if __name__ == "__main__":
    import sys

    lived = year()
    for name in sys.argv[1:] or lived.lives:
        print(f"--- {name}")
        for at, fact in lived.told(name):
            if not is_shared(fact) and (text := line(at, fact)) is not None:
                print(text)
