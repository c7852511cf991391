"""What travels with a message: our own invoices, and the statement where one was billed elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import cast

import pytest

from rules import facts as f
from rules.account import Account
from rules.decision import Act, Bill, BilledLine, Send
from rules.money import Money
from rules.policy import Business
from worker.judging import Judged
from worker.ledger.people import Card, Contact
from worker.ready import Ready
from worker.sending import Gateways, Sender
from worker.words.render import Words

NOON = datetime(2026, 3, 9, 11, tzinfo=UTC)
TODAY = NOON.date()
CARD = Card("Atelier Brun SARL", contacts=(Contact("billing", "Luc Brun", "luc@brun.example"),))
EUROS = Money(12000, "EUR")


def ready(attach: tuple[str, ...], *, ours: bool) -> Ready:
    """A reminder about one invoice of 120.00 EUR, billed by us or by another system."""
    period = (date(2026, 1, 1), date(2026, 1, 31)) if ours else None
    account = Account(f.Customer("C-1", "FR", language="fr"))
    account.record_all(
        [
            f.ContractRecorded(NOON, f.Contract("K-1", "C-1", "open-account"), "digest"),
            f.Issued(NOON, "R-1", "K-1", "F-7", date(2026, 2, 1), date(2026, 3, 3), EUROS, period=period),
        ]
    )
    send = Send("email", "reminder-1", "fr", "billing", ("R-1",), total=EUROS, attach=attach)
    act = Act("M-1/0", "K-1", ("K-1",), "reminder-1", "reminder", TODAY, NOON, send)
    line = BilledLine("Maintenance", Money(10000, "EUR"), Money(2000, "EUR"))
    bill = Bill("K-1", (TODAY, TODAY), TODAY, TODAY, (line,), line.net, line.vat, EUROS)
    business = Business("martin", "Martin SAS", "FR", "fr", "EUR")
    papers = {"R-1": {"pdf": b"%PDF-1.7"}}
    return Ready(cast(Judged, None), act, account, CARD, business, {"R-1": bill} if ours else {}, papers)


@pytest.mark.parametrize(
    ("attach", "ours", "names"),
    [
        (("invoice",), True, ["Facture F-7.pdf"]),
        (("invoice",), False, ["Relevé de compte C-1 2026-03-09.pdf"]),
        (("invoice", "statement"), True, ["Facture F-7.pdf", "Relevé de compte C-1 2026-03-09.pdf"]),
        ((), False, []),
    ],
)
def test_an_invoice_without_a_document_is_replaced_by_the_statement(
    attach: tuple[str, ...], ours: bool, names: list[str]
) -> None:
    files = Sender(Words(), Gateways())._attachments(ready(attach, ours=ours))
    assert [file.name for file in files] == names
    assert all(file.content.startswith(b"%PDF") for file in files)
