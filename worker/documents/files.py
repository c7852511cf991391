"""A paper as the files that are sent: made once, kept, and the same ever after."""

from __future__ import annotations

from collections.abc import Iterable

from rules.policy import Business
from worker.documents import sheets
from worker.documents.cii import cii
from worker.documents.invoice import Invoice
from worker.documents.issuing import invoice_of
from worker.documents.paper import pdf
from worker.documents.store import Media, billed_as, made, stored
from worker.documents.ubl import ubl
from worker.ledger.ledger import Ledger
from worker.words.render import Words

ENDINGS = {"pdf": "pdf", "cii": "xml", "ubl": "xml", "csv": "csv", "xlsx": "xlsx"}


def written(invoice: Invoice, media: Media, business: Business, words: Words) -> bytes:
    """The file of that kind. Raises TemplateProblem where the PDF's template cannot be used."""
    match media:
        case "cii":
            return cii(invoice)
        case "ubl":
            return ubl(invoice)
        case "csv":
            return sheets.csv([invoice])
        case "xlsx":
            return sheets.xlsx([invoice])
        case _:
            return pdf(invoice, business, words)


def kept(ledger: Ledger, words: Words, business: Business, invoice: Invoice, media: Media) -> bytes:
    """The file as it is kept; made, outside of any transaction, where it was not kept yet."""
    with ledger.read() as tx:
        found = stored(tx, invoice.number, media)
    return found if found is not None else _kept_now(ledger, invoice, media, written(invoice, media, business, words))


def papers(
    ledger: Ledger, words: Words, business: Business, receivables: Iterable[str], formats: Iterable[Media] = ()
) -> dict[str, dict[Media, bytes]]:
    """The files of those receivables that were billed here: the PDF, and the formats wanted besides."""
    names, wanted = tuple(receivables), ("pdf", *formats)
    with ledger.read() as tx:
        found = {name: invoice for name in names if (invoice := billed_as(tx, name)) is not None}
        files = {(name, m): stored(tx, invoice.number, m) for name, invoice in found.items() for m in wanted}
    if old := [name for name in names if name not in found]:
        with ledger.begin() as tx:
            found |= {name: invoice for name in old if (invoice := invoice_of(tx, name)) is not None}
    return {
        name: {m: files.get((name, m)) or kept(ledger, words, business, invoice, m) for m in wanted}
        for name, invoice in found.items()
    }


def _kept_now(ledger: Ledger, invoice: Invoice, media: Media, content: bytes) -> bytes:
    with ledger.begin() as tx:
        return made(tx, invoice.number, media, content)
