"""Papers kept for good: what each invoice and credit note says, and its documents under their digests.

Both tables only grow, in the database itself: what was sent is what is kept, and it is found again by number,
customer, amount or date. Only the names on it may go, once the law has let it go; its digest stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from sqlalchemy import ColumnElement, Row, select

from rules.money import Money
from worker.documents.invoice import Firm, Invoice
from worker.ledger import tables as t
from worker.ledger.codec import decode, encode
from worker.ledger.errors import LedgerError, Unknown
from worker.ledger.ledger import Transaction

Media = str  # pdf, cii, ubl, csv, xlsx


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper in a list; `receivable` is the one that it bills, or credits."""

    number: str
    kind: str
    customer: str
    receivable: str
    issued: date
    amount: Money
    forgotten: date | None = None


def keep(tx: Transaction, receivable: str, invoice: Invoice) -> None:
    """Keeps what a paper says, once; the same again changes nothing, something else raises LedgerError."""
    body, known = encode(invoice), _row(tx, invoice.number)
    if known is not None:
        if known.body != body:
            raise LedgerError(f"{invoice.number} was issued with other content, and stays as it is")
        return
    row = {
        "business": tx.business,
        "number": invoice.number,
        "kind": invoice.kind,
        "customer": invoice.customer,
        "receivable": receivable,
        "issued": invoice.issued.isoformat(),
        "amount": invoice.payable.minor,
        "currency": invoice.currency,
        "body": body,
        "digest": sha256(body.encode()).hexdigest(),
    }
    tx.connection.execute(t.paper.insert(), row)


def paper(tx: Transaction, number: str) -> Invoice:
    """What the paper of that number says; raises Unknown."""
    row = _row(tx, number)
    if row is None:
        raise Unknown(f"no invoice {number} was issued here")
    return decode(row.body, Invoice)


def billed_as(tx: Transaction, receivable: str) -> Invoice | None:
    """The invoice of a receivable, or of which it is a part; None where nothing was kept of it."""
    item, columns = t.receivable.c, t.paper.c
    known = select(item.number).where(item.business == tx.business, item.id == receivable)
    number = tx.connection.execute(known).scalar() or ""
    invoices = columns.business == tx.business, columns.kind != "credit-note"
    for which in (columns.receivable == receivable, columns.number == number.rpartition("/")[0]):
        body: str | None = tx.connection.execute(select(columns.body).where(*invoices, which)).scalar()
        if body:
            return decode(body, Invoice)
    return None


def find(
    tx: Transaction,
    *,
    number: str = "",
    customer: str = "",
    amount: Money | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[Listed]:
    """Papers that match everything given, newest first; `number` may be a part of one."""
    columns = t.paper.c
    wanted: list[ColumnElement[bool]] = [columns.business == tx.business]
    if number:
        wanted.append(columns.number.contains(number, autoescape=True))
    if customer:
        wanted.append(columns.customer == customer)
    if amount is not None:
        wanted += [columns.amount == amount.minor, columns.currency == amount.currency]
    if since is not None:
        wanted.append(columns.issued >= since.isoformat())
    if until is not None:
        wanted.append(columns.issued <= until.isoformat())
    order = (columns.issued.desc(), columns.number.desc())
    return [
        Listed(
            row.number,
            row.kind,
            row.customer,
            row.receivable,
            date.fromisoformat(row.issued),
            Money(row.amount, row.currency),
            date.fromisoformat(row.forgotten) if row.forgotten else None,
        )
        for row in tx.connection.execute(select(t.paper).where(*wanted).order_by(*order))
    ]


def stored(tx: Transaction, number: str, media: Media) -> bytes | None:
    """A document as it was made; None where it was not made yet.

    Raises LedgerError where its digest is another, or where it was erased.
    """
    known, columns = _row(tx, number), t.document.c
    if known is not None and known.forgotten:
        raise LedgerError(f"the files of {number} were erased on {known.forgotten}: its customer is forgotten")
    row = tx.connection.execute(
        select(columns.content, columns.digest).where(
            columns.business == tx.business, columns.number == number, columns.media == media
        )
    ).first()
    if row is None:
        return None
    if sha256(row.content).hexdigest() != row.digest:
        raise LedgerError(f"the {media} of {number} is not the one that was kept")
    return bytes(row.content)


def made(tx: Transaction, number: str, media: Media, content: bytes) -> bytes:
    """Keeps a document unless one is kept already; the one that is kept."""
    found = stored(tx, number, media)
    if found is not None:
        return found
    row = {
        "business": tx.business,
        "number": number,
        "media": media,
        "digest": sha256(content).hexdigest(),
        "content": content,
    }
    tx.connection.execute(t.document.insert(), row)
    return content


def redact(tx: Transaction, number: str, on: date) -> None:
    """Takes the names off a paper and empties its documents; figures, dates and digests stay."""
    said, day = paper(tx, number), on.isoformat()
    bare = replace(said, buyer=Firm("", (), said.buyer.country, said.buyer.kind), delivery=None, mandate="", reason="")
    papers, documents = t.paper.c, t.document.c
    tx.connection.execute(
        t.paper.update()
        .where(papers.business == tx.business, papers.number == number)
        .values(body=encode(bare), forgotten=day)
    )
    tx.connection.execute(
        t.document.update()
        .where(documents.business == tx.business, documents.number == number)
        .values(content=b"", forgotten=day)
    )


def _row(tx: Transaction, number: str) -> Row[tuple[object, ...]] | None:
    columns = t.paper.c
    return tx.connection.execute(
        select(t.paper).where(columns.business == tx.business, columns.number == number)
    ).first()
