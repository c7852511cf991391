"""An invoice as UBL 2.1 (OASIS), an Invoice or a CreditNote, within EN 16931."""

from __future__ import annotations

from rules.money import Money
from rules.vat import Group, Tax
from worker.documents import semantics as s
from worker.documents.invoice import Entry, Firm, Invoice
from worker.documents.xml import Node, document, leaf, node

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


def ubl(invoice: Invoice) -> bytes:
    """The document, UTF-8."""
    credit, books = invoice.kind == "credit-note", s.vat_in_books(invoice)
    root = "CreditNote" if credit else "Invoice"
    namespaces = {
        "": f"{_UBL}{root}-2",
        "cac": f"{_UBL}CommonAggregateComponents-2",
        "cbc": f"{_UBL}CommonBasicComponents-2",
    }
    head = (
        leaf("cbc:CustomizationID", s.EN16931),
        leaf("cbc:ProfileID", s.process(invoice)),
        leaf("cbc:ID", invoice.number),
        leaf("cbc:IssueDate", invoice.issued),
        "" if credit else leaf("cbc:DueDate", invoice.due or ""),
        leaf(f"cbc:{root}TypeCode", s.kind(invoice)),
        *(leaf("cbc:Note", f"#{each.subject}#{each.text}") for each in s.remarks(invoice)),
        leaf("cbc:DocumentCurrencyCode", invoice.currency),
        leaf("cbc:TaxCurrencyCode", books.currency if books is not None else ""),
        _period(invoice),
        node("cac:OrderReference", leaf("cbc:ID", invoice.order_number)),
        *_preceding(invoice),
        node("cac:ContractDocumentReference", leaf("cbc:ID", invoice.contract)),
    )
    body = (
        node("cac:AccountingSupplierParty", _party(invoice.seller, s.vat_number(invoice, invoice.seller))),
        node("cac:AccountingCustomerParty", _party(invoice.buyer, s.vat_number(invoice, invoice.buyer))),
        node("cac:PayeeParty", node("cac:PartyName", leaf("cbc:Name", invoice.payee))),
        _delivery(invoice),
        _means(invoice),
        node("cac:PaymentTerms", leaf("cbc:Note", invoice.payment_terms)),
        _taxes(invoice),
        node("cac:TaxTotal", _money("cbc:TaxAmount", books)) if books is not None else "",
        _sums(invoice),
        *(_line(n, line, "Credited" if credit else "Invoiced", root) for n, line in enumerate(invoice.lines, start=1)),
    )
    return document(root, namespaces, (*head, *body))


def _period(invoice: Invoice) -> Node:
    first, last = invoice.period or ("", "")
    on = leaf("cbc:DescriptionCode", "3" if invoice.on_debits else "")
    return node("cac:InvoicePeriod", leaf("cbc:StartDate", first), leaf("cbc:EndDate", last), on)


def _preceding(invoice: Invoice) -> list[Node]:
    known = [(each.number, each.issued) for each in invoice.deposits]
    if invoice.reverses is not None:
        known.insert(0, (invoice.reverses.number, invoice.reverses.issued))
    return [
        node(
            "cac:BillingReference",
            node("cac:InvoiceDocumentReference", leaf("cbc:ID", number), leaf("cbc:IssueDate", issued)),
        )
        for number, issued in known
    ]


def _party(firm: Firm, vat: str) -> Node:
    reached = s.electronic(firm)
    return node(
        "cac:Party",
        leaf("cbc:EndpointID", reached[0], schemeID=reached[1]) if reached else "",
        node("cac:PartyIdentification", leaf("cbc:ID", firm.siret, schemeID="0009")),
        _address("cac:PostalAddress", firm),
        node("cac:PartyTaxScheme", leaf("cbc:CompanyID", vat), _scheme()) if vat else "",
        node(
            "cac:PartyLegalEntity",
            leaf("cbc:RegistrationName", firm.name),
            leaf("cbc:CompanyID", firm.siren, schemeID=s.REGISTER),
            leaf("cbc:CompanyLegalForm", firm.legal),
        ),
    )


def _address(name: str, firm: Firm) -> Node:
    where = s.address(firm)
    street, more, rest = (*where.lines, "", "", "")[:3]
    return node(
        name,
        leaf("cbc:StreetName", street),
        leaf("cbc:AdditionalStreetName", more),
        leaf("cbc:CityName", where.city),
        leaf("cbc:PostalZone", where.postcode),
        node("cac:AddressLine", leaf("cbc:Line", rest)),
        node("cac:Country", leaf("cbc:IdentificationCode", where.country)),
    )


def _delivery(invoice: Invoice) -> Node:
    place = s.place(invoice)
    if place is None:
        return ""
    who = node("cac:DeliveryParty", node("cac:PartyName", leaf("cbc:Name", place.name)))
    return node("cac:Delivery", node("cac:DeliveryLocation", _address("cac:Address", place)), who)


def _means(invoice: Invoice) -> Node:
    if not invoice.mandate and not invoice.iban:
        return ""
    account = node(
        "cac:PayeeFinancialAccount",
        leaf("cbc:ID", invoice.iban),
        leaf("cbc:Name", invoice.payee or invoice.seller.name),
        node("cac:FinancialInstitutionBranch", leaf("cbc:ID", invoice.bic)),
    )
    return node(
        "cac:PaymentMeans",
        leaf("cbc:PaymentMeansCode", s.DEBIT if invoice.mandate else s.TRANSFER),
        leaf("cbc:PaymentID", invoice.reference),
        "" if invoice.mandate else account,
        node("cac:PaymentMandate", leaf("cbc:ID", invoice.mandate)),
    )


def _taxes(invoice: Invoice) -> Node:
    return node("cac:TaxTotal", _money("cbc:TaxAmount", invoice.vat), *(_group(invoice, g) for g in invoice.groups))


def _group(invoice: Invoice, group: Group) -> Node:
    code, words = s.why(invoice, group)
    said = (leaf("cbc:TaxExemptionReasonCode", code), leaf("cbc:TaxExemptionReason", words))
    return node(
        "cac:TaxSubtotal",
        _money("cbc:TaxableAmount", group.net),
        _money("cbc:TaxAmount", group.vat),
        _category("cac:TaxCategory", group.tax, *said),
    )


def _category(name: str, tax: Tax, *said: Node) -> Node:
    return node(name, leaf("cbc:ID", s.category(tax)), leaf("cbc:Percent", s.percent(tax)), *said, _scheme())


def _scheme() -> Node:
    return node("cac:TaxScheme", leaf("cbc:ID", "VAT"))


def _sums(invoice: Invoice) -> Node:
    return node(
        "cac:LegalMonetaryTotal",
        _money("cbc:LineExtensionAmount", invoice.net),
        _money("cbc:TaxExclusiveAmount", invoice.net),
        _money("cbc:TaxInclusiveAmount", invoice.gross),
        _money("cbc:PrepaidAmount", invoice.gross - invoice.payable) if invoice.deposits else "",
        _money("cbc:PayableAmount", invoice.payable),
    )


def _line(n: int, line: Entry, how: str, root: str) -> Node:
    return node(
        f"cac:{root}Line",
        leaf("cbc:ID", n),
        leaf(f"cbc:{how}Quantity", s.number(line.quantity), unitCode=s.unit(line.unit)),
        _money("cbc:LineExtensionAmount", line.net),
        node("cac:Item", leaf("cbc:Name", line.text), _category("cac:ClassifiedTaxCategory", line.tax)),
        node("cac:Price", _money("cbc:PriceAmount", line.price)),
    )


def _money(name: str, money: Money) -> Node:
    return leaf(name, s.amount(money), currencyID=money.currency)
