"""An invoice on paper: the PDF/A-3 that people read, with the XML that machines read inside (Factur-X, EN 16931)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rules.policy import Business
from worker.creditors import creditor
from worker.documents.cii import cii
from worker.documents.embed import declared
from worker.documents.invoice import Invoice
from worker.documents.notes import ASSIGNED, exemption, phrases, tongue_of, unit
from worker.words.message import BillDeposit, BillGroup, BillLine, BillText, Item, Party, Subject
from worker.words.render import Words


def pdf(invoice: Invoice, business: Business, words: Words) -> bytes:
    """The document as it is sent: the same bytes for the same invoice. Raises TemplateProblem.

    The business lends its looks only; what the paper states is what the invoice says.
    """
    return declared(words.document(told(invoice, business), "invoice", attached=cii(invoice).decode()))


def told(invoice: Invoice, business: Business) -> Subject:
    """The invoice as the data of its document."""
    buyer = invoice.buyer
    payable = invoice.payable
    item = Item(invoice.number, invoice.issued, invoice.due, payable, payable, invoice.order_number or None)
    return Subject(
        f"document/{invoice.number}",
        "invoice",
        invoice.language,
        "document",
        invoice.issued,
        replace(
            creditor(business),
            name=invoice.seller.name,
            address=(*invoice.seller.address, invoice.seller.country),
            siren=invoice.seller.siren or None,
            vat=invoice.seller.vat or None,
            court=invoice.seller.court or None,
            mentions=tuple(filter(None, (invoice.seller.legal,))),
            iban=invoice.iban or None,
            bic=invoice.bic or None,
            payee=invoice.payee or None,
            assigned=next((note.text for note in invoice.notes if note.subject == ASSIGNED), ""),
        ),
        Party(buyer.name, buyer.email, "", buyer.address, buyer.country),
        invoice.customer,
        (item,),
        total=payable if invoice.kind != "credit-note" and not invoice.mandate else None,
        bill=bill_text(invoice),
        law=invoice.law,
    )


def bill_text(invoice: Invoice) -> BillText:
    """The invoice as its table shows it."""
    lines = tuple(
        BillLine(
            line.text,
            line.net,
            replace(line.net, minor=0),
            line.quantity,
            unit(invoice.language, line.unit, line.quantity),
            line.price,
            line.tax.rate,
        )
        for line in invoice.lines
    )
    groups = tuple(
        BillGroup(
            group.tax.rate,
            group.net,
            group.vat,
            exemption(invoice.language, group.tax.reason) if group.tax.reason else "",
        )
        for group in invoice.groups
    )
    reverses = invoice.reverses
    return BillText(
        lines,
        invoice.net,
        invoice.vat,
        invoice.gross,
        invoice.period,
        groups,
        tuple(BillDeposit(each.number, each.issued, each.amount) for each in invoice.deposits),
        tuple(n.text for n in invoice.notes if n.subject != ASSIGNED) if invoice.kind != "credit-note" else (),
        tuple(_registered(invoice)),
        invoice.reference,
        (reverses.number, reverses.issued) if reverses else None,
        invoice.reason,
        invoice.mandate,
        invoice.kind == "deposit",
        invoice.falls_due,
        invoice.parts[0].amount if invoice.parts else None,
    )


def _registered(invoice: Invoice) -> Iterator[str]:
    said, buyer, place = phrases(invoice.language), invoice.buyer, invoice.delivery
    if buyer.siren:
        yield said["buyer_siren"].format(siren=buyer.siren)
    if buyer.vat:
        yield said["buyer_vat"].format(vat=buyer.vat)
    if place is not None:
        lines = (place.name, *place.address, place.country if place.country != invoice.seller.country else "")
        yield tongue_of(invoice.language).typography(said["delivery"].format(address=", ".join(filter(None, lines))))
