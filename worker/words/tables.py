"""The tables of a message: what is owed, what is not due yet, what the delay costs, how to pay, what is billed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from rules.money import Money, total
from worker.words import billing, charged, closing
from worker.words.blocks import Block, Button, Pairs, Row, Table
from worker.words.locale import Locale, grouped, readable
from worker.words.message import Item, Subject

TABLES = (
    *("invoices", "later", "charges", "payment", "bill", "history", "plan", "link", "account", "split"),
    *("signature", "enclosed"),
)
REFERENCE_LENGTH = 140  # characters that a SEPA transfer carries for the payee


@dataclass(frozen=True, slots=True)
class Tables:
    """Builds the tables of one message in its language's `labels`.

    `listed` is how many receivables a table lists, those that fell due first; of the others it gives count and sum.
    """

    subject: Subject
    labels: Mapping[str, str]
    locale: Locale
    listed: int | None = None

    @property
    def abridged(self) -> bool:
        """Whether a receivable is only counted, not listed."""
        return self.listed is not None and max(len(self.subject.items), len(self.subject.not_due)) > self.listed

    def get(self, name: str) -> Block | None:
        """The table that a template names; None where the message has nothing to put in it."""
        match name:
            case "invoices":
                return self._items(self.subject.items, self._sums())
            case "later":
                return self._items(self.subject.not_due, ())
            case "charges":
                return charged.bullets(self.subject, self.labels, self.locale)
            case "payment":
                return self._payment(self.subject.transferred)
            case "account":
                return self._payment(None)
            case "bill":
                return self._bill()
            case "plan":
                return self._plan()
            case "link":
                return self._link()
            case "split":
                return self._split()
            case "signature":
                return closing.signature(self.subject, self.labels)
            case "enclosed":
                return closing.enclosed(self.subject, self.labels, self.locale)
            case _:
                return self._history()

    def _items(self, items: tuple[Item, ...], sums: tuple[tuple[str, str], ...]) -> Table | None:
        if not items:
            return None
        items, others = self._first(items)
        ordered, late = any(item.order_number for item in items), any(item.days_overdue for item in items)
        partly, whose = any(item.open != item.amount for item in items), any(item.customer for item in items)
        columns = ["number", *["customer"] * whose, *["order"] * ordered, "issued", "due"]
        columns += [*["late"] * late, *["amount"] * partly, "open"]
        rows = (
            Row(tuple(self._cell(item, column) for column in columns), self._said(item), self._notes(item))
            for item in items
        )
        head, sums = tuple(self.labels[f"head_{each}"] for each in columns), (*self._others(others), *sums)
        return Table(head, tuple(rows), 1 + partly, sums, self.labels["colon"])

    def _first(self, items: tuple[Item, ...]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
        """The items that are listed, and the others; as they are given where all are listed."""
        if self.listed is None or len(items) <= self.listed:
            return items, ()
        by_due = sorted(items, key=lambda item: item.due or date.max)
        return tuple(by_due[: self.listed]), tuple(by_due[self.listed :])

    def _others(self, items: tuple[Item, ...]) -> Iterator[tuple[str, str]]:
        """One line for all that are not listed: how many they are, where they are listed, and their sum."""
        if items:
            label = self.labels["others_one" if len(items) == 1 else "others_many"].format(count=len(items))
            yield label, self.locale.money(total((item.open for item in items), items[0].open.currency))

    def _cell(self, item: Item, column: str) -> str:
        match column:
            case "number":
                return item.number
            case "customer":
                return item.customer
            case "order":
                return item.order_number or ""
            case "issued":
                return self.locale.short_date(item.issued)
            case "due":
                return self.locale.short_date(item.due) if item.due else self.labels["no_due"]
            case "late":
                return self.days(item.days_overdue) if item.days_overdue else ""
            case "amount":
                return self.locale.money(item.amount)
            case _:
                return self.locale.money(item.open)

    def days(self, count: int) -> str:
        """`1 jour`, `12 jours`."""
        return f"{count}\u00a0{self.labels['day_one' if count == 1 else 'day_many']}"

    def _said(self, item: Item) -> str:
        """One receivable in a sentence."""
        number = self.labels["said_number"].format(number=item.number, issued=self.locale.short_date(item.issued))
        said = f"{', '.join([number, *self._details(item)])}{self.labels['colon']}{self.locale.money(item.open)}"
        if item.open != item.amount:
            said += self.labels["said_of"].format(amount=self.locale.money(item.amount))
        return said

    def _notes(self, item: Item) -> tuple[str, str]:
        """What stands in small below a receivable's number, and below its amount."""
        parts = [self.labels["note_issued"].format(issued=self.locale.short_date(item.issued)), *self._details(item)]
        if item.days_overdue:
            parts.append(self.labels["note_late"].format(days=self.days(item.days_overdue)))
        amount = self.labels["note_of"].format(amount=self.locale.money(item.amount))
        return ", ".join(parts), amount if item.open != item.amount else ""

    def _details(self, item: Item) -> list[str]:
        parts = [item.customer] if item.customer else []
        parts += [self.labels["said_order"].format(order=item.order_number)] if item.order_number else []
        if item.due:
            label = "said_overdue" if item.days_overdue else "said_due"
            parts.append(self.labels[label].format(due=self.locale.short_date(item.due)))
        return parts

    def _sums(self) -> tuple[tuple[str, str], ...]:
        """What leads from the open amounts to the total, line by line, so that the reader can add it up."""
        subject = self.subject
        if subject.total is None or not subject.items:
            return ()
        currency = subject.total.currency
        taken_off = total((item.open for item in subject.items), currency) - subject.total
        credit = subject.credit or Money(0, currency)
        disputed = [(item.number, item.disputed) for item in subject.items if item.disputed]
        apart = total((part for _, part in disputed), currency)
        used = min(credit, max(taken_off - apart, Money(0, currency)))
        disputed = disputed[: self.listed]
        named = total((part for _, part in disputed), currency)
        sums = []
        if used:  # the rest was taken off what is older, and is not spoken of
            sums.append((self.labels["credit_used"], self.locale.money(-used)))
        for number, part in disputed:
            sums.append((self.labels["not_claimed_of"].format(number=number), self.locale.money(-part)))
        if rest := taken_off - used - named:
            sums.append((self.labels["not_claimed"], self.locale.money(-rest)))
        return (*sums, (self.labels["total"], self.locale.money(subject.total)))

    def reference(self) -> str:
        """What the payer is to write on the transfer: the invoice numbers, or the customer's when they are too many."""
        if self.subject.bill is not None and self.subject.bill.reference:
            return self.subject.bill.reference
        numbers = " ".join(item.number for item in self.subject.items)
        return numbers if 0 < len(numbers) <= REFERENCE_LENGTH else self.subject.customer_id

    def _payment(self, amount: Money | None) -> Pairs | None:
        creditor = self.subject.creditor
        if not creditor.iban:
            return None
        rows = [("pay_to", creditor.payee or creditor.name), ("iban", grouped(creditor.iban))]
        if creditor.bic:
            rows.append(("bic", creditor.bic))
        if amount is not None:
            part = amount == self.subject.transferred != self.subject.total
            rows.append(("pay_first" if part else "pay_amount", self.locale.money(amount)))
        rows.append(("reference", readable(self.reference())))
        colon = self.labels["colon"]
        said = tuple((f"{self.labels[label]}{colon}".rstrip(), value) for label, value in rows)
        return Pairs(said, amount is not None)

    def _bill(self) -> Table | None:
        bill = self.subject.bill
        whole = self.subject.channel != "email"
        return billing.table(bill, self.labels, self.locale, whole=whole) if bill is not None else None

    def _history(self) -> Table | None:
        rows = tuple(
            Row((self.locale.short_date(day), said), f"{self.locale.short_date(day)}{self.labels['colon']}{said}")
            for day, said in self.subject.history
        )
        return Table((self.labels["head_day"], self.labels["head_event"]), rows, 0) if rows else None

    def _plan(self) -> Table | None:
        plan = self.subject.plan
        if plan is None or not plan.instalments:
            return None
        parts = [(self.locale.long_date(each.day), self.locale.money(each.amount)) for each in plan.instalments]
        rows = tuple(Row(part, self.labels["colon"].join(part)) for part in parts)
        owed = total((each.amount for each in plan.instalments), plan.instalments[0].amount.currency)
        head = (self.labels["head_instalment"], self.labels["head_sum"])
        return Table(head, rows, 1, ((self.labels["plan_total"], self.locale.money(owed)),), self.labels["colon"])

    def _split(self) -> Table | None:
        """What is claimed, receivable by receivable: principal, interest and accessories apart, and their sum."""
        parts = self.subject.split
        if not parts:
            return None
        rows = []
        for each in parts:
            cells = tuple(
                self.locale.money(sum_) for sum_ in (each.principal, each.interest, each.accessories, each.whole)
            )
            said = f"{each.number}{self.labels['colon']}{' + '.join(cells[:3])} = {cells[3]}"
            rows.append(Row((each.number, *cells), said))
        names = ("number", "principal", "interest", "accessories", "whole")
        head = tuple(self.labels[f"head_{name}"] for name in names)
        whole = total((each.whole for each in parts), parts[0].whole.currency)
        sums = ((self.labels["whole"], self.locale.money(whole)),)
        return Table(head, tuple(rows), 4, sums, self.labels["colon"])

    def _link(self) -> Button | None:
        url = self.subject.link or ""
        known = url.startswith(("https://", "http://"))
        return Button(self.labels["link"], url, self.labels["colon"]) if known else None
