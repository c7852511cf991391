"""`relance forget`: what is erased is nowhere any more, what must be kept is refused, and the chain holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from rules import facts as f
from tests.worker.cli.conftest import Run
from tests.worker.cli.scene import CARD, START, last, office, say
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
