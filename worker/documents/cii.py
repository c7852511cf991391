"""An invoice as UN/CEFACT Cross Industry Invoice (D16B): the XML of Factur-X, profile EN 16931."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rules.vat import Group
from worker.documents import semantics as s
from worker.documents.invoice import Entry, Firm, Invoice
from worker.documents.xml import Node, document, leaf, node

_CODE = "urn:un:unece:uncefact:data:standard:"
_NAMESPACES = {
    "rsm": f"{_CODE}CrossIndustryInvoice:100",
    "ram": f"{_CODE}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_CODE}UnqualifiedDataType:100",
    "qdt": f"{_CODE}QualifiedDataType:100",
}


def cii(invoice: Invoice) -> bytes:
    """The document, UTF-8."""
    return document("rsm:CrossIndustryInvoice", _NAMESPACES, (_context(invoice), _head(invoice), _transaction(invoice)))


def _context(invoice: Invoice) -> Node:
    return node(
        "rsm:ExchangedDocumentContext",
        node("ram:BusinessProcessSpecifiedDocumentContextParameter", leaf("ram:ID", s.process(invoice))),
        node("ram:GuidelineSpecifiedDocumentContextParameter", leaf("ram:ID", s.EN16931)),
    )


def _head(invoice: Invoice) -> Node:
    notes = (
        node("ram:IncludedNote", leaf("ram:Content", each.text), leaf("ram:SubjectCode", each.subject))
        for each in s.remarks(invoice)
    )
    return node(
        "rsm:ExchangedDocument",
        leaf("ram:ID", invoice.number),
        leaf("ram:TypeCode", s.kind(invoice)),
        _day("ram:IssueDateTime", invoice.issued),
        *notes,
    )


def _transaction(invoice: Invoice) -> Node:
    agreement = node(
        "ram:ApplicableHeaderTradeAgreement",
        _party("ram:SellerTradeParty", invoice.seller, s.vat_number(invoice, invoice.seller)),
        _party("ram:BuyerTradeParty", invoice.buyer, s.vat_number(invoice, invoice.buyer)),
        node("ram:BuyerOrderReferencedDocument", leaf("ram:IssuerAssignedID", invoice.order_number)),
        node("ram:ContractReferencedDocument", leaf("ram:IssuerAssignedID", invoice.contract)),
    )
    return node(
        "rsm:SupplyChainTradeTransaction",
        *(_line(n, line) for n, line in enumerate(invoice.lines, start=1)),
        agreement,
        _delivery(invoice),
        _settlement(invoice),
    )


def _line(n: int, line: Entry) -> Node:
    return node(
        "ram:IncludedSupplyChainTradeLineItem",
        node("ram:AssociatedDocumentLineDocument", leaf("ram:LineID", n)),
        node("ram:SpecifiedTradeProduct", leaf("ram:Name", line.text)),
        node(
            "ram:SpecifiedLineTradeAgreement",
            node("ram:NetPriceProductTradePrice", leaf("ram:ChargeAmount", s.amount(line.price))),
        ),
        node(
            "ram:SpecifiedLineTradeDelivery",
            leaf("ram:BilledQuantity", s.number(line.quantity), unitCode=s.unit(line.unit)),
        ),
        node(
            "ram:SpecifiedLineTradeSettlement",
            node(
                "ram:ApplicableTradeTax",
                leaf("ram:TypeCode", "VAT"),
                leaf("ram:CategoryCode", s.category(line.tax)),
                leaf("ram:RateApplicablePercent", s.percent(line.tax)),
            ),
            node("ram:SpecifiedTradeSettlementLineMonetarySummation", leaf("ram:LineTotalAmount", s.amount(line.net))),
        ),
    )


def _party(name: str, firm: Firm, vat: str) -> Node:
    reached = s.electronic(firm)
    return node(
        name,
        leaf("ram:GlobalID", firm.siret, schemeID="0009"),
        leaf("ram:Name", firm.name),
        leaf("ram:Description", firm.legal),
        node("ram:SpecifiedLegalOrganization", leaf("ram:ID", firm.siren, schemeID=s.REGISTER)),
        _address(firm),
        node("ram:URIUniversalCommunication", leaf("ram:URIID", reached[0], schemeID=reached[1])) if reached else "",
        node("ram:SpecifiedTaxRegistration", leaf("ram:ID", vat, schemeID="VA")),
    )


def _address(firm: Firm) -> Node:
    where = s.address(firm)
    lines = zip(("ram:LineOne", "ram:LineTwo", "ram:LineThree"), where.lines, strict=False)
    return node(
        "ram:PostalTradeAddress",
        leaf("ram:PostcodeCode", where.postcode),
        *(leaf(tag, line) for tag, line in lines),
        leaf("ram:CityName", where.city),
        leaf("ram:CountryID", where.country),
    )


def _delivery(invoice: Invoice) -> Node:
    place = s.place(invoice)
    to = node("ram:ShipToTradeParty", leaf("ram:Name", place.name), _address(place)) if place else ""
    return node("ram:ApplicableHeaderTradeDelivery", to) or "<ram:ApplicableHeaderTradeDelivery/>"


def _settlement(invoice: Invoice) -> Node:
    reversed_, books = invoice.reverses, s.vat_in_books(invoice)
    return node(
        "ram:ApplicableHeaderTradeSettlement",
        leaf("ram:PaymentReference", invoice.reference),
        leaf("ram:TaxCurrencyCode", books.currency if books is not None else ""),
        leaf("ram:InvoiceCurrencyCode", invoice.currency),
        node("ram:PayeeTradeParty", leaf("ram:Name", invoice.payee)),
        _means(invoice),
        *(_group(invoice, group) for group in invoice.groups),
        _period(invoice),
        node(
            "ram:SpecifiedTradePaymentTerms",
            leaf("ram:Description", invoice.payment_terms),
            _day("ram:DueDateDateTime", invoice.due),
            leaf("ram:DirectDebitMandateID", invoice.mandate),
        ),
        _sums(invoice),
        node(
            "ram:InvoiceReferencedDocument",
            leaf("ram:IssuerAssignedID", reversed_.number),
            _day("ram:FormattedIssueDateTime", reversed_.issued, "qdt"),
        )
        if reversed_
        else "",
        *_deposits(invoice),
    )


def _deposits(invoice: Invoice) -> Iterable[Node]:
    return (
        node(
            "ram:InvoiceReferencedDocument",
            leaf("ram:IssuerAssignedID", each.number),
            _day("ram:FormattedIssueDateTime", each.issued, "qdt"),
        )
        for each in invoice.deposits
    )


def _means(invoice: Invoice) -> Node:
    if invoice.mandate:
        return node("ram:SpecifiedTradeSettlementPaymentMeans", leaf("ram:TypeCode", s.DEBIT))
    if not invoice.iban:
        return ""
    return node(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        leaf("ram:TypeCode", s.TRANSFER),
        node(
            "ram:PayeePartyCreditorFinancialAccount",
            leaf("ram:IBANID", invoice.iban),
            leaf("ram:AccountName", invoice.payee or invoice.seller.name),
        ),
        node("ram:PayeeSpecifiedCreditorFinancialInstitution", leaf("ram:BICID", invoice.bic)),
    )


def _group(invoice: Invoice, group: Group) -> Node:
    code, words = s.why(invoice, group)
    return node(
        "ram:ApplicableTradeTax",
        leaf("ram:CalculatedAmount", s.amount(group.vat)),
        leaf("ram:TypeCode", "VAT"),
        leaf("ram:ExemptionReason", words),
        leaf("ram:BasisAmount", s.amount(group.net)),
        leaf("ram:CategoryCode", s.category(group.tax)),
        leaf("ram:ExemptionReasonCode", code),
        leaf("ram:DueDateTypeCode", "5" if invoice.on_debits else ""),
        leaf("ram:RateApplicablePercent", s.percent(group.tax)),
    )


def _period(invoice: Invoice) -> Node:
    if invoice.period is None:
        return ""
    first, last = invoice.period
    return node("ram:BillingSpecifiedPeriod", _day("ram:StartDateTime", first), _day("ram:EndDateTime", last))


def _sums(invoice: Invoice) -> Node:
    books = s.vat_in_books(invoice)
    return node(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        leaf("ram:LineTotalAmount", s.amount(invoice.net)),
        leaf("ram:TaxBasisTotalAmount", s.amount(invoice.net)),
        leaf("ram:TaxTotalAmount", s.amount(invoice.vat), currencyID=invoice.currency),
        leaf("ram:TaxTotalAmount", s.amount(books), currencyID=books.currency) if books is not None else "",
        leaf("ram:GrandTotalAmount", s.amount(invoice.gross)),
        leaf("ram:TotalPrepaidAmount", s.amount(invoice.gross - invoice.payable) if invoice.deposits else ""),
        leaf("ram:DuePayableAmount", s.amount(invoice.payable)),
    )


def _day(name: str, day: date | None, prefix: str = "udt") -> Node:
    return node(name, leaf(f"{prefix}:DateTimeString", f"{day:%Y%m%d}", format="102")) if day else ""
