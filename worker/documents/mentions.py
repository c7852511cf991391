"""What an invoice must state and lacks, or states wrongly: asked before it is issued, because afterwards it stays.

Sources: Directive 2006/112/EC, art. 226; EN 16931; C. com. L441-9 and R123-237; CGI, ann. II, art. 242 nonies A;
XP Z12-012 (BR-FR). What is wrong is said with the place where it is to be mended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from email_validator import EmailNotValidError, validate_email
from stdnum import bic, get_cc_module, iban
from stdnum.ch import uid
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret

from rules.money import exponent
from rules.terms import NOT_FOR
from rules.vat import CROSS_BORDER, misplaced, problems
from worker.documents.invoice import Firm, Invoice

_NUMBER = re.compile(r"[A-Za-z0-9+_/-]{1,35}")  # BR-FR-01, BR-FR-02
_UNTAXED = frozenset({"exempt", "outside"})


def missing_mentions(invoice: Invoice) -> list[str]:
    """Everything that keeps the invoice from leaving, one sentence each; its number is not looked at while empty."""
    return [*_seller(invoice), *_buyer(invoice), *_content(invoice)]


def _seller(invoice: Invoice) -> Iterator[str]:
    seller, where = invoice.seller, "business.yaml"
    yield from _firm(seller, f"{where}: identity")
    taxed = any(line.tax.category not in _UNTAXED for line in invoice.lines)
    if taxed and not seller.vat:
        yield f"{where}: identity.vat, the VAT number, is missing"
    if invoice.law == "FR" and seller.country == "FR":
        if not seller.siren:
            yield f"{where}: identity.siren is missing (C. com. R123-237)"
        if not seller.court:
            yield f"{where}: identity.court, the register such as RCS Lyon, is missing (C. com. R123-237)"
        if not seller.legal:
            yield f"{where}: identity.mentions, legal form and capital, is missing (C. com. R123-238; one person: EI)"
    account = f"the assignee {invoice.payee}, " if invoice.payee else "bank."
    if not invoice.iban and not invoice.mandate:
        yield f"{where}: {account}iban is missing"
    if invoice.iban and (wrong := _refused(iban.validate, invoice.iban)):
        yield f"{where}: {account}iban {invoice.iban} is no IBAN: {wrong}"
    if invoice.bic and (wrong := _refused(bic.validate, invoice.bic)):
        yield f"{where}: {account}bic {invoice.bic} is no BIC: {wrong}"
    if not seller.email:
        yield f"{where}: senders.email is missing"


def _buyer(invoice: Invoice) -> Iterator[str]:
    buyer, where = invoice.buyer, f"customer {invoice.customer}"
    yield from _firm(buyer, where)
    if not buyer.email and not buyer.address:
        yield f"{where}: neither an e-mail nor a postal address to send it to"
    if not buyer.vat and any(line.tax.category in CROSS_BORDER for line in invoice.lines):
        yield f"{where}: identifiers.vat is missing, which VAT without tax needs (Directive 2006/112/EC, art. 226)"
    late = invoice.issued >= invoice.reform
    if late and invoice.law == buyer.country == "FR" and buyer.kind not in NOT_FOR and not buyer.siren:
        yield f"{where}: identifiers.siren is missing (CGI ann. II, art. 242 nonies A)"


def _firm(firm: Firm, where: str) -> Iterator[str]:
    if not firm.name.strip():
        yield f"{where}: the name is missing"
    if not firm.address:
        yield f"{where}: the postal address is missing"
    if not re.fullmatch(r"[A-Z]{2}", firm.country):
        yield f"{where}: the country of the address is missing"
    checks: tuple[tuple[str, str, Callable[[str], object]], ...] = (
        ("SIREN", firm.siren, siren.validate),
        ("SIRET", firm.siret, siret.validate),
        ("VAT number", firm.vat, _vat_check(firm)),
    )
    for name, number, check in checks:
        if number and (wrong := _refused(check, number)):
            yield f"{where}: {number} is no {name}: {wrong}"
    if firm.siret and firm.siren and not firm.siret.startswith(firm.siren):
        yield f"{where}: the SIRET {firm.siret} is not of the SIREN {firm.siren}"
    if firm.email and not _deliverable(firm.email):
        yield f"{where}: {firm.email} is no e-mail address"


def _content(invoice: Invoice) -> Iterator[str]:
    where = f"contract {invoice.contract}"
    if invoice.number and not _NUMBER.fullmatch(invoice.number):
        yield f"the number {invoice.number} has more than 35 characters, or others than letters, digits and + - _ /"
    silent = invoice.due is None and (invoice.law == "FR" or not invoice.falls_due)
    if invoice.kind != "credit-note" and (silent or (invoice.due and invoice.due < invoice.issued)):
        yield f"{where}: there is no due date on or after the day of issue (C. com. L441-9)"
    if not invoice.lines:
        yield f"{where}: nothing is billed"
    for n, line in enumerate(invoice.lines, start=1):
        if not line.text.strip():
            yield f"{where}: line {n} does not say what is billed"
        if line.price.minor < 0:
            yield f"{where}: line {n}: a price below zero; a rebate has a quantity below zero (EN 16931, BR-27)"
        yield from (f"{where}: line {n}: {wrong}" for wrong in problems(line.tax, invoice.seller.country))
        if wrong := misplaced(line.tax, invoice.seller.country, _taxed_in(invoice.buyer), _sent_to(invoice)):
            yield f"{where}: line {n}: {wrong}"
    if invoice.gross.minor < 0:
        yield f"{where}: {invoice.gross} is to be paid back: write a credit note, no invoice"
    kinds = {line.tax.category for line in invoice.lines}
    if "outside" in kinds and len(kinds) > 1:
        yield f"{where}: lines outside the scope of VAT go on an invoice of their own (EN 16931, BR-O-11)"
    subjects = {note.subject for note in invoice.notes}
    if invoice.law == "FR" and invoice.buyer.kind not in NOT_FOR and not {"PMD", "PMT"} <= subjects:
        yield "terms: no file has a row for the law FR, so penalties and fixed sum cannot be announced (L441-9)"
    if invoice.books != invoice.currency and invoice.vat:
        yield f"{where}: VAT of an invoice in {invoice.currency} must be stated in {invoice.books} too (art. 230)"
    if exponent(invoice.currency) > 2:
        yield f"{where}: EN 16931 knows no amounts with three decimals, as those in {invoice.currency}"


def _taxed_in(firm: Firm) -> str:
    """The country of a VAT number, else of the address; Greece as ISO names it."""
    prefix = firm.vat[:2].upper()
    return {"EL": "GR"}.get(prefix, prefix) if prefix.isalpha() and len(prefix) == 2 else firm.country


def _sent_to(invoice: Invoice) -> str:
    return (invoice.delivery.country if invoice.delivery else "") or invoice.buyer.country


def _vat_check(firm: Firm) -> Callable[[str], object]:
    """The rule for VAT numbers of that country; outside the Union often none is known, and nothing is checked."""
    country = _taxed_in(firm).lower()
    if country in eu_vat.MEMBER_STATES:
        return eu_vat.validate
    if country == "ch":
        return _swiss
    found = get_cc_module(country, "vat")
    return found.validate if found is not None else str


def _swiss(number: str) -> str:
    """`CHE-107.787.577`, with or without MWST, TVA or IVA behind it."""
    return str(uid.validate(re.sub(r"[\s.-]*(MWST|TVA|IVA|TPV)$", "", number.upper())))


def _refused(check: Callable[[str], object], number: str) -> str:
    """Why a number is none, empty where it is one."""
    try:
        check(number)
    except ValidationError as error:
        return str(error).rstrip(".").lower()
    return ""


def _deliverable(address: str) -> bool:
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True
