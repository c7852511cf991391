"""Invoices to look at and to validate: the example's business, customers here and abroad, every VAT category."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from rules.account import Account
from rules.billing import bill
from rules.decision import Bill, Deposit
from rules.facts import (
    Contract,
    ContractRecorded,
    Customer,
    CustomerRecorded,
    Discount,
    Hold,
    HoldPlaced,
    Instalment,
    Line,
    Net,
    Schedule,
)
from rules.moments import Duration
from rules.money import Money
from rules.policy import Assignee, Rulebook
from worker.documents.invoice import Invoice, credited, drafted
from worker.ledger.people import Card, Contact
from worker.workspace import load

EXAMPLE = Path(__file__).parents[3] / "examples" / "infogerance"
BOOK: Rulebook = load(EXAMPLE).rulebook
JANUARY = (date(2027, 1, 1), date(2027, 1, 31))
AT = datetime(2027, 1, 1, 5, tzinfo=UTC)


def euros(text: str) -> Money:
    """12.50 as euros."""
    return Money.parse(f"{text} EUR")


VIALET = Customer("C-103", "FR", language="fr", kind="business")
VIALET_CARD = Card(
    "Transports Vialet SAS",
    identifiers={"siren": "999999204", "vat": "FR54999999204"},
    contacts=(
        Contact("billing", "Comptabilité", "factures@vialet.example"),
        Contact("registered-office", postal=("Zone des Grands Vents", "42000 Saint-Étienne", "FR")),
    ),
)
MEERSMAN = Customer("C-109", "BE", language="en", kind="business")
MEERSMAN_CARD = Card(
    "Studio Meersman BV",
    identifiers={"vat": "BE0999990024"},
    contacts=(
        Contact("billing", "Accounts", "accounts@meersman.example", postal=("Verzonnenstraat 9", "9000 Gent", "BE")),
    ),
)
FINCH = Customer("C-110", "GB", language="en", kind="business")
FINCH_CARD = Card(
    "Harbour & Finch Architects Ltd",
    contacts=(
        Contact("billing", "Payables", "payables@finch.example", postal=("2 Drawing Board Yard", "London EC1V 0ZZ")),
    ),
)
LINE = Line("Maintenance du parc", euros("30.00"), Decimal(20), quantity=Decimal(42))


def billed(*lines: Line, deposits: Iterable[Deposit] = (), order: str | None = "PO-2027-0047") -> Bill:
    """January of a contract with these lines."""
    schedule = Schedule(Duration(1, "m"), JANUARY[0], net=Net(30, "after"), lines=lines)
    contract = Contract("M-2003", "C-103", "recurring", "FR", order_number=order, schedule=schedule)
    return bill(contract, schedule, JANUARY, JANUARY[0], deposits=deposits)


def account(customer: Customer, **contract: object) -> Account:
    """A customer with one contract."""
    made = Account(customer)
    made.record(CustomerRecorded(AT, customer))
    said = Contract("M-2003", customer.id, "recurring", **{"law": "FR", **contract})  # type: ignore[arg-type]
    made.record(ContractRecorded(AT, said, BOOK.digest))
    return made


def invoice(
    *lines: Line,
    customer: Customer = VIALET,
    card: Card | None = VIALET_CARD,
    number: str = "F-2027-0001",
    deposits: Iterable[Deposit] = (),
    **contract: object,
) -> Invoice:
    """An invoice of January with these lines, or of 42 workstations."""
    said = billed(*(lines or (LINE,)), deposits=deposits)
    return drafted(said, account(customer, **contract), card, BOOK, number)


def long(count: int, **more: object) -> Invoice:
    """An invoice of many lines, at several rates, some with long texts."""
    rates = (Decimal(20), Decimal(10), Decimal("5.5"))
    texts = ("Maintenance du site de Lyon", "Licence annuelle", "Déplacement et main-d’œuvre, intervention de nuit")
    lines = (
        Line(
            f"{texts[n % 3]}, lot {n + 1}{' ; matériel remplacé, garanti un an, posé et essayé' * (n % 7 == 3)}",
            euros(f"{17 + n * 3}.{n % 10}5"),
            rates[n % 3 if n % 5 == 0 else 0],
            quantity=Decimal(n % 4 + 1) + (Decimal("0.5") if n % 6 == 2 else 0),
            unit=("unit", "hour", "day", "lump-sum")[n % 4],
        )
        for n in range(count)
    )
    return invoice(*lines, **more)  # type: ignore[arg-type]


def abroad(category: str, price: str = "350.00 EUR", *, customer: Customer = MEERSMAN, card: Card = MEERSMAN_CARD):
    """An invoice without VAT for that reason."""
    line = Line("Managed workstations", Money.parse(price), Decimal(0), category, quantity=Decimal(8))  # type: ignore[arg-type]
    return invoice(line, customer=customer, card=card)


def exempt() -> Invoice:
    """An invoice of a small business that charges no VAT."""
    return invoice(Line("Formation", euros("900.00"), Decimal(0), "exempt", "VATEX-FR-FRANCHISE"))


def discounted() -> Invoice:
    """An invoice of 1,512.00 EUR whose terms take off 2% within ten days."""
    offer = Net(30, "after", discount=Discount(Decimal(2), 10))
    return invoice(schedule=Schedule(Duration(1, "m"), JANUARY[0], net=offer, lines=(LINE,)))


def agreed(net: Net, law: str = "FR") -> Invoice:
    """An invoice of 1,512.00 EUR by these terms of payment."""
    schedule = Schedule(Duration(1, "m"), JANUARY[0], net=net, lines=(LINE,))
    contract = Contract("M-2003", "C-103", "recurring", law, schedule=schedule)
    said = bill(contract, schedule, JANUARY, JANUARY[0])
    return drafted(said, account(VIALET, law=law, schedule=schedule), VIALET_CARD, BOOK, "F-2027-0001")


PARTS = Net(instalments=tuple(Instalment(Decimal(share), days) for share, days in ((30, 0), (40, 30), (30, 60))))
RECEIPT = Net(30, runs_from="receipt")


def elsewhere() -> Invoice:
    """Goods and services for a site in Annonay, of a seller that owes VAT when it invoices."""
    site = Contact("delivery", "Dépôt d’Annonay", postal=("2 quai des Brumes", "07100 Annonay", "FR"))
    card = replace(VIALET_CARD, contacts=(*VIALET_CARD.contacts, site))
    business = replace(BOOK.business, identity={**BOOK.business.identity, "vat_on": "debits", "operation": "mixed"})
    return drafted(billed(LINE), account(VIALET), card, replace(BOOK, business=business), "F-2027-0001")


FACTOR = Assignee("Factor SA", "FR1420041010050500013M02606", "PSSTFRPP", "subrogation")


def factored(
    customer: Customer = VIALET, *, owner: Assignee = FACTOR, known: bool = True, **contract: object
) -> Invoice:
    """An invoice of a customer all of whose receivables are sold to a factor, which business.yaml knows or not."""
    business = replace(BOOK.business, assignees={"factor": owner} if known else {})
    whose = account(customer, **contract)
    sold = Hold("assigned/1", "assigned", "customer", customer.id, JANUARY[0], reason="factor")
    whose.record(HoldPlaced(AT, sold))
    return drafted(billed(LINE), whose, VIALET_CARD, replace(BOOK, business=business), "F-2027-0001")


DEPOSIT = Deposit("D-1", "F-2026-0099", date(2026, 12, 1), euros("500.00"))


def papers() -> dict[str, Invoice]:
    """Every kind of paper, by name."""
    plain = invoice()
    mixed, sold, on = long(12), factored(), date(2027, 2, 3)
    return {
        "one line": plain,
        "twelve lines, three rates": mixed,
        "reverse charge": abroad("reverse-charge"),
        "intra-community": abroad("intra-community"),
        "export": abroad("export", customer=FINCH, card=FINCH_CARD),
        "outside, in pounds": abroad("outside", "1180.00 GBP", customer=FINCH, card=FINCH_CARD),
        "zero": abroad("zero"),
        "exempt": exempt(),
        "deposit deducted": invoice(deposits=(DEPOSIT,)),
        "discount offered": discounted(),
        "payable in parts": agreed(PARTS),
        "due by its receipt": agreed(RECEIPT, "DE"),
        "debited": invoice(customer=replace(VIALET, payment_method="debit"), sepa_mandate="RUM-2027-0103"),
        "factored": sold,
        "factored, credited": credited(sold, sold.lines, number="F-2027-0005", on=on, reason="Site fermé"),
        "whole credit": credited(plain, plain.lines, number="F-2027-0002", on=date(2027, 2, 3), reason="Site fermé"),
        "credited, with its deposit": replace(
            credited(plain, plain.lines, number="F-2027-0004", on=date(2027, 2, 3), reason="Site fermé"),
            deposits=(DEPOSIT,),
        ),
        "rebate": invoice(LINE, Line("Remise fidélité", euros("-60.00"), Decimal(20))),
        "delivered elsewhere, VAT on debits": elsewhere(),
        "part credited": credited(
            mixed, mixed.lines[2:4], number="F-2027-0003", on=date(2027, 2, 3), reason="Lots non livrés"
        ),
    }
