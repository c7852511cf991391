"""One creditor, one customer, a few invoices: what every test of the words writes about."""

from datetime import date

from rules.money import Money
from worker.words.message import BillLine, BillText, Creditor, Item, Party, Subject


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


CREDITOR = Creditor(
    name="Infogérance Martin SAS",
    address=("12 rue des Lilas", "69003 Lyon", "FR"),
    siren="732829320",
    vat="FR40303265045",
    court="RCS Lyon",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPP",
    email="compta@martin.example",
    reply_to="relances@martin.example",
    phone="04 78 00 00 00",
)
CUSTOMER = Party(
    name="Boulangerie Petit SARL",
    email="jean@client.example",
    phone="+33639981234",
    postal=("À l’attention de Jean Petit", "3 place du Marché", "38000 Grenoble"),
    country="FR",
)
ITEMS = (
    Item("F-101", date(2026, 10, 1), date(2026, 10, 31), eur(151200), eur(151200), days_overdue=31),
    Item("F-102", date(2026, 11, 1), date(2026, 11, 30), eur(151200), eur(100000), "PO-77", days_overdue=1),
    Item("F-103", date(2026, 11, 1), date(2026, 11, 30), eur(20000), eur(20000), days_overdue=1, document=False),
)
NOT_DUE = (Item("F-104", date(2026, 12, 1), date(2026, 12, 31), eur(5000), eur(5000)),)
BILL = BillText(
    (BillLine("Maintenance du parc (42 postes)", eur(126000), eur(25200)),),
    eur(126000),
    eur(25200),
    eur(151200),
    (date(2026, 10, 1), date(2026, 10, 31)),
)


def subject(template: str, channel: str = "email", language: str = "fr", count: int = 1, **more) -> Subject:
    """A message about the first `count` invoices."""
    items = ITEMS[:count]
    given = {
        "key": "M-1/0",
        "day": date(2026, 12, 1),
        "creditor": CREDITOR,
        "customer": CUSTOMER,
        "customer_id": "C-104",
        "items": items,
        "total": eur(sum(item.open.minor for item in items)),
        "bill": BILL if template == "invoice" else None,
    }
    return Subject(template=template, language=language, channel=channel, **given | more)


def full(template: str, channel: str = "email", language: str = "fr", count: int = 3, **more) -> Subject:
    """The same with everything that a message may hold."""
    owed = sum(item.open.minor for item in ITEMS[:count])
    everything = {
        "not_due": NOT_DUE,
        "credit": eur(10000),
        "total": eur(owed - 10000),
        "charges": ((eur(4000), "FR", "C. com., art. L441-10 et D441-5"),),
        "deadline": date(2026, 12, 9),
        "registered": "paper" if channel == "letter" else None,
        "attach": ("invoice", "statement"),
        "reason": "AC04",
        "history": ((date(2026, 11, 3), "Premier rappel envoyé"), (date(2026, 11, 10), "Appel sans réponse")),
    }
    return subject(template, channel, language, count, **everything | more)
