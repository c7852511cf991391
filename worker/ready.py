"""An act that is about to be carried out, with what the ledger knows for it: what hands and doors are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.account import Account
from rules.decision import Act, Bill, Send
from rules.policy import Business
from worker.documents.invoice import Invoice
from worker.judging import Judged
from worker.ledger.people import Card


@dataclass(frozen=True, slots=True)
class Ready:
    """An act about to be carried out, with all that its message needs."""

    judged: Judged
    act: Act
    account: Account
    card: Card | None
    business: Business
    bills: Mapping[str, Bill]  # of its receivables that were billed here
    papers: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)  # of these: their files, by format
    note: Invoice | None = None  # the credit note that it carries
    names: Mapping[str, str] = field(default_factory=dict)  # of the customers for whom whoever is written to pays

    @property
    def send(self) -> Send:
        """What is to be sent."""
        assert isinstance(self.act.what, Send)
        return self.act.what
