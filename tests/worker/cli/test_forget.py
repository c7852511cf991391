"""`relance forget`: what is erased is nowhere any more, what must be kept is refused, and the chain holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from rules import facts as f
from rules.decide import decide
from tests.worker.cli.conftest import Run
from tests.worker.cli.scene import CARD, POSTAL, START, last, office, say
from worker.gateways.letter import LetterGateway, Posting
from worker.ledger.people import Card, Contact

NAME, EMAIL = b"Jean Petit", b"jean@client.example"


def traces(folder: Path, *words: bytes) -> set[bytes]:
    """Which of the words are anywhere in the database's files."""
    content = b"".join(file.read_bytes() for file in (folder / ".relance").glob("*.db*"))
    return {word for word in words if word in content}


def settle(folder: Path, *, on: datetime | None = None) -> None:
    """C-1 owes nothing any more; and it is `on`."""
    for number, amount in (("F-1", "1200.00 EUR"), ("F-2", "300.00 EUR")):
        say(folder, "write-off", invoice=number, reason="given up", key=f"w-{number}-{amount}")
    if on is not None:
        with office(folder) as found, found.ledger.begin() as tx:
            tx.set_clock(on)


def test_nobody_is_forgotten_who_owes_something(shop: Path, run: Run) -> None:
    result = run("forget", "C-1", "--reason", "asked")
    assert result.exit_code == 1
    assert "1200.00 EUR of F-1, 300.00 EUR of F-2 is still open" in result.output


def test_accounts_are_kept_for_their_years(shop: Path, run: Run) -> None:
    """C. com. L123-22: ten years after that of the invoice, 2026."""
    settle(shop)
    result = run("forget", "C-1", "--reason", "asked")
    assert result.exit_code == 1
    assert "is kept until 2036-12-31 with the name of its customer (C. com. L123-22)" in result.output


def test_what_is_forgotten_is_nowhere_and_the_chain_holds(shop: Path, run: Run) -> None:
    settle(shop, on=datetime(2037, 1, 1, 12, tzinfo=UTC))
    with office(shop) as found, found.ledger.begin() as tx:  # the other customer has the same name in this scene
        tx.record_customer(f.CustomerRecorded(START, f.Customer("C-2", "FR")), Card("Boulangerie Grand"))
        tx.forget("C-2")
    assert traces(shop, NAME, EMAIL) == {NAME, EMAIL}
    result = run("forget", "C-1", "--reason", "kept long enough", "--by", "anne")
    assert result.exit_code == 0, result.output
    assert "C-1 is forgotten." in result.output
    assert "in use" not in result.output  # VACUUM, which SQLite refuses within a transaction, has run
    assert traces(shop, NAME, EMAIL, CARD.name.encode()) == set()
    fact = last(shop)
    assert isinstance(fact, f.Forgotten)
    assert (fact.reason, fact.by) == ("kept long enough", "anne")
    assert "the ledger holds" in run("ledger", "verify").output
    assert "is forgotten already" in run("forget", "C-1", "--reason", "again").output


def test_a_reason_may_go_before_the_years(shop: Path, run: Run) -> None:
    settle(shop)
    assert run("forget", "C-1", "--reason", "order of the court", "--despite").exit_code == 0


def test_one_contact_goes_and_the_others_stay(shop: Path, run: Run) -> None:
    """The name of the company, which is nobody's personal data, stays with its other contact."""
    both = Card(CARD.name, contacts=(*CARD.contacts, Contact("registered-office", "", "siege@client.example")))
    reachable = {"billing": ("email",), "registered-office": ("email",)}
    with office(shop) as found, found.ledger.begin() as tx:
        known = f.Customer("C-1", "FR", language="fr", kind="business", reachable=reachable)
        tx.record_customer(f.CustomerRecorded(datetime(2026, 12, 6, tzinfo=UTC), known), both)
    assert run("forget", "C-1", "--contact", "billing", "--reason", "left the company").exit_code == 0
    with office(shop) as found, found.ledger.read() as tx:
        card = tx.card("C-1")
        assert card is not None
        assert (card.name, [contact.role for contact in card.contacts]) == (CARD.name, ["registered-office"])
        assert tx.account("C-1").customer.reachable == {"registered-office": ("email",)}
        assert list(tx.verify()) == []


def test_the_only_contact_of_somebody_who_owes_stays(shop: Path, run: Run) -> None:
    result = run("forget", "C-1", "--contact", "billing", "--reason", "asked")
    assert result.exit_code == 1
    assert "nobody else of C-1 can be reached" in result.output
    unknown = run("forget", "C-1", "--contact", "biling", "--reason", "asked")
    assert "C-1 has no contact biling; there are: billing." in unknown.output


def test_who_is_past_its_time_is_listed_and_nobody_is_erased(shop: Path, run: Run) -> None:
    """C. com. L123-22: the invoices of 2026 are kept until the end of 2036; C-2 still owes F-9."""
    settle(shop, on=datetime(2036, 12, 31, 12, tzinfo=UTC))
    assert "Nobody is past the years that FR keeps accounts." in run("forget", "--due").output
    settle(shop, on=datetime(2037, 1, 1, 12, tzinfo=UTC))
    document = json.loads(run("forget", "--due", "--format", "json").stdout)
    assert document["due"] == [{"customer": "C-1", "last_invoice": "2026-12-05", "kept_until": "2036-12-31"}]
    assert traces(shop, NAME, EMAIL) == {NAME, EMAIL}


def test_periods_that_nobody_read_are_said_to_be_unknown(shop: Path, run: Run) -> None:
    said = run("forget", "--due").output
    for what in ("Messages", "Contacts"):
        assert f"{what}: X, no period of their own is known for FR" in said


def test_without_a_customer_or_a_reason_nobody_is_forgotten(shop: Path, run: Run) -> None:
    assert run("forget", "C-1").exit_code == 2
    assert run("forget", "--reason", "asked").exit_code == 2


# --- the business's own periods for messages and contacts -------------------------------------------------------------

PERIODS = "retention: {messages: 36m, contacts: 24m}\n"


def lettered(folder: Path) -> tuple[Path, str]:
    """C-1 got the formal notice of F-1 by letter on 3 February 2027, and owes nothing since; the letter's folder."""
    (folder / "business.yaml").write_text((folder / "business.yaml").read_text() + PERIODS)
    say(folder, "approve", invoice="F-1", key="ok")
    with office(folder) as found, found.ledger.begin() as tx:
        now = tx.now()
        decision = decide(tx.rulebooks_of(tx.account("C-1")), tx.snapshot("C-1", now), now)
        tx.record("C-1", decision.facts)
        act = next(act for act in decision.acts if act.queue == "letter")
        tx.claim("C-1", act, now, "test")
        place = found.settings.out / "letters"
        posting = Posting(
            act.key, b"%PDF Jean Petit", ("Jean Petit", *POSTAL), "paper", act.on, {"f.pdf": b"Jean Petit"}
        )
        file = LetterGateway(place)._put(posting)
        tx.end_claim("C-1", act, now, "sent", "", file)
    settle(folder)
    return place, file


def at(folder: Path, year: int, month: int, day: int) -> None:
    with office(folder) as found, found.ledger.begin() as tx:
        tx.set_clock(datetime(year, month, day, 12, tzinfo=UTC))


def test_letters_past_their_period_are_listed_then_emptied_and_the_chain_holds(asked: Path, run: Run) -> None:
    """36 months after 3 February 2027."""
    place, file = lettered(asked)
    at(asked, 2030, 2, 3)
    assert file not in run("forget", "--due").output
    assert "is past its period" in run("forget", "C-1", "--messages", "--reason", "past our period").output
    at(asked, 2030, 2, 4)
    assert file in run("forget", "--due").output
    assert NAME in (place / file).read_bytes() + (place / "manifest.jsonl").read_bytes()
    done = run("forget", "C-1", "--messages", "--reason", "past our period", "--by", "anne")
    assert f"{file} is emptied." in done.output
    left = b"".join(each.read_bytes() for each in place.iterdir())
    assert NAME not in left
    assert json.loads((place / "manifest.jsonl").read_text())["sha256"]  # what proves it stays
    assert file not in run("forget", "--due").output
    assert "the ledger holds" in run("ledger", "verify").output


def test_contacts_past_their_period_are_listed_while_accounts_are_kept(asked: Path, run: Run) -> None:
    """24 months after the last that happened, the invoices given up on 3 February 2027."""
    lettered(asked)
    at(asked, 2029, 2, 4)
    said = run("forget", "--due").output
    assert "Contacts: 24m, as business.yaml says." in said
    assert "C-1       billing  contact  2029-02-03" in said


def test_who_owes_something_is_not_listed(asked: Path, run: Run) -> None:
    (asked / "business.yaml").write_text((asked / "business.yaml").read_text() + PERIODS)
    at(asked, 2035, 1, 1)
    assert "contact" not in run("forget", "--due").output.replace("Contacts", "")


def test_without_a_period_of_the_business_no_letter_is_emptied(shop: Path, run: Run) -> None:
    settle(shop)
    said = run("forget", "C-1", "--messages", "--reason", "why not").output
    assert "how long messages are kept is not decided: write retention.messages in business.yaml" in said
