"""Read as a customer would: from the messages alone, in order, what is owed, by when, how it is paid, what comes next.

A small reader, which knows the words of each language and nothing of the engine, tells it back; what it tells is
compared with a book of invoices and payments that is added up here by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import pytest

from rules import facts as f
from rules.account import Account, BusinessState
from rules.decision import Send
from rules.money import Money
from rules.policy import Rulebook
from rules.simulate import Simulation
from worker.ledger.people import Card, Contact
from worker.subjects import subject
from worker.words.message import Subject
from worker.words.render import QR, Words
from worker.words.transfer import png
from worker.workspace import load

EXAMPLE = Path(__file__).parents[2] / "examples" / "infogerance"
WORDS = Words()
IBAN = "FR7630006000011234567890189"
BEGIN, END = datetime(2026, 1, 5, 7, tzinfo=UTC), datetime(2026, 6, 15, tzinfo=UTC)
EVERYWHERE = {"*": ("email", "sms", "letter", "call")}


@dataclass(frozen=True, slots=True)
class Book:
    """Two invoices of one customer, (number, cents, due), and money that came: (day, number, cents)."""

    policy: str
    country: str
    currency: str
    rate: Decimal  # of late interest, in percent a year, as published for the half-year
    fixed: int  # cents for each invoice that is late
    days: int  # that the notice gives
    invoices: tuple[tuple[str, int, date], ...]
    paid: tuple[tuple[date, str, int], ...]
    disputed: tuple[date, str, int]

    def open(self, number: str, day: date) -> int:
        """What is open of an invoice on a day."""
        amount = next(cents for name, cents, _ in self.invoices if name == number)
        return amount - sum(cents for on, name, cents in self.paid if name == number and on <= day)

    def asked(self, number: str, day: date) -> int:
        """What of it may be asked: less what is disputed."""
        since, name, cents = self.disputed
        return self.open(number, day) - (cents if name == number and since <= day else 0)

    def late(self, number: str, day: date) -> int:
        """Interest to a day on what is not disputed: simple, of 365 days, each stretch rounded half up, the day of a
        payment included."""
        due = next(due for name, _, due in self.invoices if name == number)
        ends = sorted({*(on for on, name, _ in self.paid if name == number and due < on < day), day})
        found, begin = 0, due
        for end in ends:
            base = self.open(number, end - timedelta(days=1)) - (self.disputed[2] if number == self.disputed[1] else 0)
            days = (end - begin).days
            found += int((base * self.rate * days / 36500).quantize(Decimal(1), ROUND_HALF_UP))
            begin = end
        return found


FRANCE = Book(
    "france", "FR", "EUR", Decimal("12.15"), 4000, 8,  # ECB 2.15 on 1 January 2026, and 10 points
    (("F-101", 200000, date(2026, 2, 2)), ("F-102", 80050, date(2026, 2, 5))),
    ((date(2026, 2, 9), "F-101", 50000),), (date(2026, 2, 10), "F-102", 30050),
)  # fmt: skip
BRITAIN = Book(
    "abroad-and-key", "GB", "GBP", Decimal("11.75"), 7000, 15,  # Bank Rate 3.75 on 31 December 2025, and 8 points
    (("F-201", 600000, date(2026, 2, 2)), ("F-202", 500025, date(2026, 2, 5))),
    ((date(2026, 2, 10), "F-201", 100000),), (date(2026, 2, 11), "F-202", 20025),
)  # fmt: skip


# --- the messages ------------------------------------------------------------------------------------------------


@cache
def messages(book: Book, language: str) -> list[Subject]:
    """Every message of the ladder, nobody paying more, in order; the language is the reader's."""
    rules = _in(load(EXAMPLE).rulebook, book.policy, language)
    reachable = {"billing": EVERYWHERE["*"], "registered-office": ("letter",)}
    customer = f.Customer(
        "C-7", book.country, language=language, kind="business", segment="mid-market", risk="medium",
        payment_method="transfer", sms_refused=False, tags=(), reachable=reachable,
    )  # fmt: skip
    contract = f.Contract("K-7", "C-7", "open-account", law=book.country)
    life = Simulation({rules.digest: rules}, Account(customer), BusinessState())
    life.business.record(f.BankConfirmed(BEGIN, END.date()))
    life.account.record(f.ContractRecorded(BEGIN, contract, rules.digest))
    found: list[Subject] = []

    def hear(fact: f.Fact, now: datetime) -> Iterable[tuple[datetime, f.Fact]]:
        if isinstance(fact, f.ActionEnded) and life.last is not None:
            act = life.last.acts[0]
            if isinstance(act.what, Send):
                found.append(subject(act, life.account.copy(), _card(book), rules.business, WORDS, None))
        if isinstance(fact, f.ApprovalAsked):
            yield now, f.Approved(now, fact.receivable, fact.step, "anne", now.date())

    life.answering = hear
    life.script(_happening(book))
    life.run(BEGIN, END)
    return found


def _in(rules: Rulebook, policy: str, language: str) -> Rulebook:
    return replace(rules, policies={**rules.policies, policy: replace(rules.policies[policy], language=language)})


def _card(book: Book) -> Card:
    office = (
        ("2 Drawing Board Yard", "London EC1V 0ZZ", "GB") if book.country == "GB" else ("1 quai Rouge", "69005 Lyon")
    )
    billing = Contact("billing", "Odile", "odile@client.example", "+33639980101")
    return Card("Le Client SARL", contacts=(billing, Contact("registered-office", postal=office)))


def _happening(book: Book) -> Iterable[tuple[datetime, f.Fact]]:
    for number, cents, due in book.invoices:
        on = BEGIN.date()
        yield BEGIN, f.Issued(BEGIN, number, "K-7", number, on, due, Money(cents, book.currency), delivered=on)
    for n, (day, number, cents) in enumerate(book.paid):
        at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
        yield at, f.Paid(at, f"P-{n}", "C-7", Money(cents, book.currency), day, (f.Share(number, cents),))
    day, number, cents = book.disputed
    at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    part = Money(cents, book.currency)
    yield at, f.HoldPlaced(at, f.Hold("D-1", "dispute", "receivable", number, day, part=part, by="anne"))


# --- the reader --------------------------------------------------------------------------------------------------

MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
AMOUNT = r"[€£]?-?[\d ,.]*\d[.,]\d\d(?: €| £\w*)?"
SAID = {
    "fr": {
        "owed": rf"Total à régler : ({AMOUNT})",
        "transfer": rf"Montant : ({AMOUNT})",
        "by": r"au plus tard le (\d+)(?:er)? (\w+) (\d{4})",
        "reference": r"Référence à rappeler : (.+)",
        "line": rf"- Facture (F-\d+) .*? : ({AMOUNT})",
        "disputed": rf"Part contestée de la facture (F-\d+), non réclamée : -?({AMOUNT})",
        "whole": rf"Notre créance avec frais et \w+ au .*? : ({AMOUNT})",
        "daily": rf"({AMOUNT}) par jour de retard supplémentaire, au taux annuel de ([\d,]+) %",
    },
    "en": {
        "owed": rf"Total to pay: ({AMOUNT})",
        "transfer": rf"Amount: ({AMOUNT})",
        "by": r"by (\d+) (\w+) (\d{4})",
        "reference": r"Reference to quote: (.+)",
        "line": rf"- Invoice (F-\d+) .*?: ({AMOUNT})",
        "disputed": rf"Disputed part of invoice (F-\d+), not claimed: -?({AMOUNT})",
        "whole": rf"Our claim with charges and interest as at .*?: ({AMOUNT})",
        "daily": rf"({AMOUNT}) for each further day, at ([\d.]+)% a year",
    },
}
NEXT = {  # what a reader expects after the message: the words that say it, in each language
    "courtesy": ("il n’y a rien à faire", "there is nothing more to do"),
    "reminder-1": ("nous reviendrons vers vous", "we will be in touch again"),
    "reminder-2": ("nous pourrons vous adresser une mise en demeure", "our next step may be a formal notice"),
    "formal-notice": ("confier le recouvrement de cette créance à un tiers", "pass this debt to a collection agency"),
    "letter-before-action": ("saisir le tribunal compétent", "start court proceedings"),
}


def text_of(given: Subject) -> str:
    """What is read, no-break spaces as spaces."""
    said = {"sms": WORDS.sms, "handoff": lambda g: WORDS.text(replace(g, template="handoff", channel="document"))}
    return re.sub(r"[\u00a0\u202f]", " ", said.get(given.channel, WORDS.text)(given))


def cents(said: str) -> int:
    """An amount as people read it: the last two figures are cents."""
    return int(re.sub(r"\D", "", said))


def read(text: str, language: str, what: str) -> list[str]:
    return re.findall(SAID[language][what], text)


def day_of(parts: tuple[str, str, str], language: str) -> date:
    day, month, year = parts
    return date(int(year), MONTHS[language].index(month) + 1, int(day))


# --- told back ---------------------------------------------------------------------------------------------------

EACH = pytest.mark.parametrize(("book", "language"), [(b, lang) for b in (FRANCE, BRITAIN) for lang in ("fr", "en")],
                               ids=lambda value: value.policy if isinstance(value, Book) else value)  # fmt: skip


@EACH
def test_the_messages_come_in_the_order_of_the_policy(book: Book, language: str) -> None:
    notice = "formal-notice" if book.country == "FR" else "letter-before-action"
    found = list(dict.fromkeys(each.template or each.channel for each in messages(book, language)))
    assert found == ["courtesy", "reminder-1", "nudge", "reminder-2", notice, "handoff"]


@EACH
def test_each_message_tells_what_is_owed_and_the_sum_adds_up(book: Book, language: str) -> None:
    for given in messages(book, language):
        text, numbers = text_of(given), [item.number for item in given.items]
        asked = sum(book.asked(number, given.day) for number in numbers)
        if given.channel == "sms":
            (told,) = re.findall(r"([\d,.]*\d[.,]\d\d) (?:EUR|GBP)", text)
            assert cents(told) == asked
            continue
        lines = {number: cents(amount) for number, amount in read(text, given.language, "line")}
        assert {n: lines[n] for n in numbers} == {n: book.open(n, given.day) for n in numbers}, text
        (told,) = read(text, given.language, "owed")
        named = {number: cents(part) for number, part in read(text, given.language, "disputed")}
        assert cents(told) == asked == sum(lines[n] for n in numbers) - sum(named.values()), text
        since, number, part = book.disputed
        assert named == ({number: part} if number in numbers and given.day >= since else {}), text


@EACH
def test_each_message_tells_how_to_pay_exactly_that_sum(book: Book, language: str) -> None:
    for given in messages(book, language):
        if given.channel in ("sms", "handoff"):
            continue
        text = text_of(given)
        asked = sum(book.asked(item.number, given.day) for item in given.items)
        assert [cents(each) for each in read(text, language, "transfer")] == [asked]
        assert IBAN in text.replace(" ", "")
        reference = " ".join(item.number for item in given.items)
        assert read(text, language, "reference") == [reference]
        if given.channel == "email":
            euros = f"EUR{asked // 100}.{asked % 100:02}"
            lines = ("BCD", "002", "1", "SCT", "AGRIFRPP", "Infogérance Martin SAS", IBAN, euros, "", "", reference)
            wanted = png("\n".join(lines)) if book.currency == "EUR" else None
            assert WORDS.email(given).pictures.get(QR) == wanted


@EACH
def test_the_notice_tells_by_when_and_what_the_delay_costs(book: Book, language: str) -> None:
    letters = [each for each in messages(book, language) if each.channel == "letter"]
    assert letters
    for given in letters:
        text, numbers = text_of(given), [item.number for item in given.items]
        days = {day_of(found, language) for found in read(text, language, "by")}
        assert days == {given.day + timedelta(days=book.days)}
        asked = sum(book.asked(number, given.day) for number in numbers)
        costs = sum(book.fixed + book.late(number, given.day) for number in numbers)
        assert [cents(each) for each in read(text, language, "whole")] == [asked + costs], text
        ((daily, rate),) = read(text, language, "daily")
        assert Decimal(rate.replace(",", ".")) == book.rate
        assert cents(daily) == int((asked * book.rate / 36500).quantize(Decimal(1), ROUND_HALF_UP))
        assert ("1998" in text) is (book.country == "GB")


@EACH
def test_each_message_tells_what_comes_next(book: Book, language: str) -> None:
    for given in messages(book, language):
        if given.template in NEXT:
            assert NEXT[given.template][language == "en"] in text_of(given)


@EACH
def test_the_agency_is_written_to_in_its_language_and_given_no_code_to_pay(book: Book, language: str) -> None:
    given = next(each for each in messages(book, language) if each.channel == "handoff")
    assert given.language == "fr"
    assert given.addressee is not None
    text = text_of(given)
    assert "Débiteur : Le Client SARL" in text
    assert "Montant" not in text.partition("Les fonds recouvrés")[2]
