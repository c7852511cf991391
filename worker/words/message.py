"""The data of one message, personal data included: built from the ledger, rendered by `Words`, kept nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from rules.money import Money, total


@dataclass(frozen=True, slots=True)
class Brand:
    """How the creditor looks: `logo` a file of the workspace's templates, `colour` as `#1a5fb4`, who signs."""

    logo: str | None = None
    colour: str = "#1d3557"
    signature: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who is owed: as printed on letters and invoices. `address` in lines, the country code last or left out."""

    name: str
    address: tuple[str, ...] = ()
    siren: str | None = None
    vat: str | None = None
    court: str | None = None  # RCS Lyon
    iban: str | None = None
    bic: str | None = None
    email: str = ""
    reply_to: str | None = None
    phone: str = ""
    mentions: tuple[str, ...] = ()  # what its law wants on its papers besides: SAS au capital de 10 000 €
    brand: Brand = Brand()
    payee: str | None = None  # to whom what is owed was assigned: the account is theirs
    assigned: str = ""  # and how, in the words of the law


@dataclass(frozen=True, slots=True)
class Party:
    """Who is written to: the customer's name and the addresses of the contact role chosen; `postal` in lines."""

    name: str
    email: str = ""
    phone: str = ""
    postal: tuple[str, ...] = ()
    country: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One receivable as a message shows it: `open` is what is still owed of `amount`, in the same currency."""

    number: str
    issued: date
    due: date | None
    amount: Money
    open: Money
    order_number: str | None = None
    days_overdue: int = 0  # 0 when it is not overdue
    document: bool = True  # False: no invoice to attach, a statement goes instead
    disputed: Money | None = None  # what of `open` is in dispute, and not claimed
    customer: str = ""  # whose it is, where whoever is written to pays for others


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of an invoice: net of VAT, and its VAT; `unit` in words, `rate` in percent, where they are known."""

    text: str
    net: Money
    vat: Money
    quantity: Decimal = Decimal(1)
    unit: str = ""
    price: Money | None = None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BillGroup:
    """The VAT on what bears one rate; `why` says in words why there is none."""

    rate: Decimal
    net: Money
    vat: Money
    why: str = ""


@dataclass(frozen=True, slots=True)
class BillDeposit:
    """A deposit that an invoice deducts, VAT included."""

    number: str
    issued: date
    amount: Money


@dataclass(frozen=True, slots=True)
class BillText:
    """What an invoice of ours bills, for a period (first day, last day) or for none.

    `notes` are what the law wants stated, in words; `reference` is what the payer states; `buyer` its registrations.
    A credit note `reverses` (number, day) for a `reason`; what is debited by a `mandate` is not transferred.
    """

    lines: tuple[BillLine, ...]
    net: Money
    vat: Money
    gross: Money
    period: tuple[date, date] | None = None
    groups: tuple[BillGroup, ...] = ()
    deposits: tuple[BillDeposit, ...] = ()
    notes: tuple[str, ...] = ()
    buyer: tuple[str, ...] = ()
    reference: str = ""
    reverses: tuple[str, date] | None = None
    reason: str = ""
    mandate: str = ""
    deposit: bool = False  # an invoice of a deposit, which a later one deducts
    falls_due: str = ""  # when it is payable, in words, where that is not one day that is known
    first: Money | None = None  # what is payable first, where it is payable in parts

    @property
    def payable(self) -> Money:
        """What is left to pay, or to pay back."""
        return self.gross - total((each.amount for each in self.deposits), self.gross.currency)


@dataclass(frozen=True, slots=True)
class Accruing:
    """What a further day costs at one yearly rate, in percent, for all that is claimed at it."""

    percent: Decimal
    daily: Money


@dataclass(frozen=True, slots=True)
class Split:
    """What is claimed for one receivable: the principal, the interest up to the day, the fixed sum."""

    number: str
    principal: Money
    interest: Money
    accessories: Money

    @property
    def whole(self) -> Money:
        """Their sum."""
        return self.principal + self.interest + self.accessories


@dataclass(frozen=True, slots=True)
class Promise:
    """What the customer said it would pay, and on which day."""

    day: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of a plan."""

    day: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Plan:
    """A payment plan: its parts in order; `reply_by` is the last day to accept one that is only proposed.

    `nth` is the part that the message is about, from 1; None for a message about the plan or about what it covers.
    """

    instalments: tuple[Instalment, ...]
    reply_by: date | None = None
    nth: int | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """What the customer contests: `amount` of the items, all of it or a part, and how it ended once it did."""

    amount: Money
    whole: bool = True
    outcome: Literal["founded", "unfounded"] | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came, or that failed to come: then without a day."""

    amount: Money
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """The data of one message. `key` is its stable key, `day` the business's local date that it bears.

    `items` are claimed, `not_due` are only listed. `total` is what is claimed now: the open amounts of `items` less
    the free `credit` and what is in dispute. `charges` are fixed sums (amount, law, source), `interest` what ran until
    a day (amount, day, source) and `accruing` what each further day adds. Amounts share one currency. Who is written to
    is the customer, or the `addressee` where that is somebody else, such as an agency.
    """

    key: str
    template: str
    language: str
    channel: str
    day: date
    creditor: Creditor
    customer: Party
    customer_id: str
    items: tuple[Item, ...] = ()
    not_due: tuple[Item, ...] = ()
    total: Money | None = None
    credit: Money | None = None
    charges: tuple[tuple[Money, str, str], ...] = ()
    deadline: date | None = None
    registered: Literal["paper", "electronic"] | None = None
    bill: BillText | None = None
    attach: tuple[str, ...] = ()  # what travels with it: invoice, statement, history
    reason: str | None = None  # a failed payment's code, such as AC04
    history: tuple[tuple[date, str], ...] = ()  # what was done so far, in words, oldest first
    law: str | None = None  # of the contract, two letters
    promise: Promise | None = None
    plan: Plan | None = None
    dispute: Dispute | None = None
    payment: Payment | None = None
    agency: str | None = None  # who carries on, after a hand-off
    link: str | None = None  # the customer's page, where it may pay and answer
    interest: tuple[tuple[Money, date, str], ...] = ()
    split: tuple[Split, ...] = ()
    handoff: str | None = None  # to an agency, a court-officer, a lawyer or a court
    accruing: tuple[Accruing, ...] = ()
    addressee: Party | None = None

    @property
    def transferred(self) -> Money | None:
        """What a transfer is to be of: the first part of an invoice that is payable in several, else the total."""
        first = self.bill.first if self.bill else None
        return min(first, self.total) if first is not None and self.total is not None else self.total

    @property
    def with_charges(self) -> Money | None:
        """The total with the fixed sums and the interest; None where they do not share its currency."""
        parts = [each for each, *_ in (*self.charges, *self.interest)]
        if self.total is None or any(part.currency != self.total.currency for part in parts):
            return None
        return self.total + total(parts, self.total.currency)
