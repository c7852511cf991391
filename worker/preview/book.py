"""What a preview is about: the open receivables of a customer in the ledger, or the sample's; nothing is recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from rules.account import Account, Receivable
from rules.decision import Act, Send
from rules.standing import by_age
from worker.creditors import creditor
from worker.ledger.views import aged
from worker.office import Office
from worker.subjects import owed_of, subject
from worker.words.message import Subject
from worker.words.render import Words
from worker.words.sample import filled, sample

SAMPLE = "sample"
MOST_CUSTOMERS, MOST_ITEMS = 200, 60
ROLES = ("billing", "registered-office", "legal-representative", "finance-director")


@dataclass(frozen=True, slots=True)
class Book:
    """The customers of a business that owe something, on its own day."""

    office: Office
    words: Words
    day: date

    def fresh(self) -> Book:
        """The same with the templates as they are written now."""
        return replace(self, words=Words(self.office.workspace.templates))

    def customers(self) -> list[str]:
        """Their identifiers, those who owe most first, after the sample."""
        with self.office.ledger.read() as tx:
            rows = sorted(aged(tx, self.day), key=lambda row: -row.total)
        return [SAMPLE, *dict.fromkeys(row.customer for row in rows[:MOST_CUSTOMERS])]

    def about(self, customer: str, template: str, channel: str, language: str) -> Subject:
        """A message to that customer about what it owes; what the ledger does not know of is the sample's.

        Raises LedgerError for a customer that is not known.
        """
        business = self.office.workspace.rulebook.business
        shown = sample(creditor(business), template, channel, language, self.day)
        if customer == SAMPLE:
            return shown
        with self.office.ledger.read() as tx:
            account, card = tx.account(customer), tx.card(customer)
            act = self._act(account, template, channel, language)
            lines = act.what.lines if isinstance(act.what, Send) else ()
            bill = tx.bill(lines[0]) if len(lines) == 1 else None
        if not lines:
            name = card.name if card else shown.customer.name
            return replace(shown, customer=replace(shown.customer, name=name), customer_id=customer)
        told = subject(act, account, card, business, self.words, bill)
        return replace(
            filled(told, shown),
            channel=channel,
            reason=shown.reason,
            history=told.history or shown.history,
            bill=told.bill or shown.bill,
        )

    def _act(self, account: Account, template: str, channel: str, language: str) -> Act:
        items = sorted((item for item in account.receivables.values() if item.open), key=by_age)
        currency = items[0].amount.currency if items else ""
        items = [item for item in items if item.amount.currency == currency][:MOST_ITEMS]
        late = [item for item in items if _late(item, self.day)] or items
        if template == "invoice":
            late = items[-1:]
        total, credit = owed_of(account, late, self.day) if late else (None, None)
        role = next((role for role in ROLES if role in account.customer.reachable), ROLES[0])
        send = Send(
            channel if channel in ("sms", "letter") else "email",  # type: ignore[arg-type]
            template,
            language,
            role,
            tuple(item.id for item in late),
            not_due=tuple(item.id for item in items if item not in late),
            total=total,
            credit=credit,
            attach=("invoice", "statement"),
            registered="paper" if channel == "letter" else None,
            deadline=self.day + timedelta(days=8),
        )
        until = datetime.max.replace(tzinfo=UTC)
        return Act(f"preview/{account.customer.id}/0", "", (), template, "preview", self.day, until, send)


def _late(item: Receivable, day: date) -> bool:
    return item.due is not None and item.due < day
