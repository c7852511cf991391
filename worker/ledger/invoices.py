"""Invoices that contracts issue: the next number of the year and the fact, in one transaction."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from stdnum import iso11649

from rules import facts as f
from rules.decision import Bill
from rules.simulate import issued
from worker.ledger import tables as t
from worker.ledger.codec import decode, encode
from worker.ledger.database import upsert
from worker.ledger.keys import natural_key

if TYPE_CHECKING:
    from worker.ledger.ledger import Transaction

_QUOTED = re.compile(r"RF\d\dF(\d{4})(\d{4,})")


def next_number(tx: Transaction, year: int) -> int:
    """The next of the year's gapless sequence, from 1; whoever asks next waits until this transaction ends."""
    key = {"business": tx.business, "year": year}
    last = select(t.number.c.last).where(t.number.c.business == tx.business, t.number.c.year == year).with_for_update()
    found: int | None = tx.connection.execute(last).scalar()
    if found is None:
        upsert(tx.connection, t.number, [key])
        found = tx.connection.execute(last).scalar_one()
    upsert(tx.connection, t.number, [{**key, "last": found + 1}])
    return found + 1


def issue(tx: Transaction, customer: str, bill: Bill, now: datetime) -> f.Issued:
    """Issues a period's invoice under the next number, once; the recorded one where it was issued already.

    Of an invoice that is payable in parts, the first.
    """
    tx.lock(customer)
    columns = t.fact.c
    recorded: str | None = tx.connection.execute(
        select(columns.body).where(columns.business == tx.business, columns.key == natural_key(issued(bill, now)[0]))
    ).scalar()
    if recorded is not None:
        return decode(recorded, f.Issued)
    facts = issued(bill, now, free_number(tx, bill.issued.year))
    tx.record(customer, facts)
    for fact in facts:
        keep_bill(tx, fact.receivable, bill)
    return facts[0]


def keep_bill(tx: Transaction, receivable: str, bill: Bill) -> None:
    """Keeps what a receivable billed."""
    row = {"business": tx.business, "receivable": receivable, "body": encode(bill)}
    tx.connection.execute(t.bill.insert(), row)


def free_number(tx: Transaction, year: int) -> str:
    """The next number, of invoices and credit notes alike; one that an imported invoice bears is not given again."""
    columns = t.receivable.c
    while True:
        number = f"F-{year}-{next_number(tx, year):04d}"
        taken = select(columns.id).where(columns.business == tx.business, columns.number == number)
        if tx.connection.execute(taken).first() is None:
            return number


def number_of(quoted: str) -> str:
    """The number of an invoice of ours that a payer quotes by its ISO 11649 reference; any other text as it is.

    >>> number_of("RF60 F202 7000 1"), number_of("RF61F20270001"), number_of("F-1")
    ('F-2027-0001', 'RF61F20270001', 'F-1')
    """
    solid = re.sub(r"\s", "", quoted).upper()
    found = _QUOTED.fullmatch(solid)
    return f"F-{found[1]}-{found[2]}" if found and iso11649.is_valid(solid) else quoted


def bill_of(tx: Transaction, receivable: str) -> Bill | None:
    """What an invoice of ours billed; None for one that was billed elsewhere."""
    columns = t.bill.c
    found: str | None = tx.connection.execute(
        select(columns.body).where(columns.business == tx.business, columns.receivable == receivable)
    ).scalar()
    return decode(found, Bill) if found else None
