"""Debits as hands carry them out: one file per act whatever happens, and none without what the bank needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from rules import facts as f
from tests.world import IBAN, PERSON, World, instant, world
from worker.erasing import bears, emptied, erase
from worker.judging import Judged, judge
from worker.main import open_gateways
from worker.performing import Hands
from worker.sending import Sender
from worker.words.render import Words

AT = instant("2027-02-12", "16:00")  # the Friday on which it is collected, a week before it is due
KEY = "F-1/1/collect/1/0"
STEPS = """
steps:
  - {id: collect, level: courtesy, at: due-7d, do: [debit: {mandate: sepa}]}
  - {id: reminder, level: reminder, at: due+10d, do: [email: {template: reminder-1, to: billing}]}
"""


async def nobody(_: Iterable[str]) -> None:
    """Wakes no case."""


@contextmanager
def collecting(folder: Path, signed: str = "2026-01-05") -> Iterator[tuple[World, Hands]]:
    """A debit of 1,200 euros that is due, of a mandate signed on that day."""
    with world(folder, AT, steps=STEPS) as found:
        found.customer("C-1", payment_method="debit")
        found.open_account("A-1", "C-1", mandate="RUM-1", signed=signed)
        found.invoice("F-1", "A-1", 1200, issued="2027-01-20", due="2027-02-19")
        yield found, Hands(found.office.ledger, Sender(Words(None), open_gateways(found.office)), "hands", nobody)


def judged(found: World) -> Judged:
    with found.office.ledger.begin() as tx:
        return judge(tx, "A-1", AT)


@pytest.mark.asyncio
async def test_a_collection_is_written_for_the_bank_and_the_invoice_is_held(tmp_path: Path) -> None:
    with collecting(tmp_path) as (found, hands):
        done = await hands.perform("A-1", KEY, "debit", lambda: AT)
        assert done.act is None
        (entry,) = found.debits()
        (collection,) = entry["collections"]
        assert collection["end_to_end"].startswith("F-1-")
        assert {key: collection[key] for key in ("invoice", "amount", "on", "mandate")} == {
            "invoice": "F-1",
            "amount": "1200.00 EUR",
            "on": "2027-02-19",
            "mandate": "RUM-1",
        }
        root = etree.parse(found.office.settings.out / "debits" / entry["file"]).getroot()
        assert [each.text for each in root.iterfind(".//{*}DbtrAcct/{*}Id/{*}IBAN")] == [IBAN]
        assert [each.text for each in root.iterfind(".//{*}Dbtr/{*}Nm")] == [f"{PERSON} SARL"]
        assert [each.text for each in root.iterfind(".//{*}Ustrd")] == ["Facture F-1, Martin SAS"]
        (hold,) = found.office.ledger.memory.account("C-1")[1].holds.values()
        assert (hold.hold.kind, hold.active) == ("payment-pending", True)


@pytest.mark.asyncio
async def test_a_worker_that_died_while_it_wrote_the_file_leaves_one_collection(tmp_path: Path) -> None:
    with collecting(tmp_path) as (found, hands):
        act = judged(found).act
        assert act is not None
        with found.office.ledger.begin() as tx:
            tx.claim("C-1", act, AT, "died")
        later = AT + timedelta(minutes=5)
        await hands.perform("A-1", KEY, "debit", lambda: later)
        again = await hands.perform("A-1", KEY, "debit", lambda: later)
        assert again.act is None
        assert [row.state for row in found.messages()] == ["sent"]
        assert [entry["key"] for entry in found.debits()] == [KEY]


@pytest.mark.asyncio
async def test_what_was_paid_meanwhile_is_not_collected(tmp_path: Path) -> None:
    with collecting(tmp_path) as (found, hands):
        hands.expect(judged(found))
        found.paid("F-1", 1200, on="2027-02-12")
        await hands.perform("A-1", KEY, "debit", lambda: AT)
        assert (found.debits(), found.messages()) == ([], [])


@pytest.mark.asyncio
async def test_without_the_day_of_the_signature_nothing_is_collected_and_a_person_is_asked(tmp_path: Path) -> None:
    with collecting(tmp_path, signed="") as (found, hands):
        await hands.perform("A-1", KEY, "debit", lambda: AT)
        assert found.debits() == []
        assert [row.state for row in found.messages()] == ["failed"]
        holds = [fact for fact in found.facts() if isinstance(fact, f.HoldEnded)]
        assert [hold.outcome for hold in holds] == ["failed"]
        (asked,) = [fact.why for fact in found.facts() if isinstance(fact, f.ReviewAsked)]
        assert "when the mandate of A-1 was signed (mandate_signed) is not known" in asked


@pytest.mark.asyncio
async def test_a_file_that_is_kept_no_longer_says_nothing_and_its_digest_stays(tmp_path: Path) -> None:
    with collecting(tmp_path) as (found, hands):
        await hands.perform("A-1", KEY, "debit", lambda: AT)
        (entry,), out = found.debits(), found.office.settings.out
        assert bears(out, "debit", entry["file"])
        erase(out, "debit", entry["file"])
        assert emptied(out, entry["file"])
        assert found.debits() == [{**entry, "collections": []}]
