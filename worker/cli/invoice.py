"""`relance invoice`: the invoices and credit notes that were issued here, and their files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

import click

from rules.facts import Line
from rules.money import Money, MoneyError
from rules.vat import CATEGORIES, Category
from worker.cli import desk
from worker.cli.app import Failure
from worker.cli.days import DAY
from worker.cli.output import answer, counted, formats, line, table
from worker.documents import sheets
from worker.documents.files import ENDINGS, kept
from worker.documents.invoice import Invoice
from worker.documents.issuing import credit as credited
from worker.documents.issuing import deposit as deposited
from worker.documents.issuing import discount_note
from worker.documents.mentions import missing_mentions
from worker.documents.store import Listed, Media, find, paper
from worker.imports import cells
from worker.office import Office
from worker.words.render import Words

OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where to write it.")
_AMOUNT = re.compile(r"[0-9]+[.,][0-9]{1,3}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@click.group()
def invoice() -> None:
    """List, show and find the invoices issued here; write their files; credit one; ask for a deposit."""


@invoice.command("list")
@click.option("--customer", help="Only this customer's.")
@click.option("--since", type=DAY, help="Issued on this day or later.")
@click.option("--until", type=DAY, help="Issued on this day or earlier.")
@OUT
@formats("csv", "xlsx")
def list_(customer: str | None, since: datetime | None, until: datetime | None, out: Path | None, style: str) -> None:
    """List invoices and credit notes, newest first. As csv or xlsx, line by line, for those who reckon with them.

    \b
    Examples:
      relance invoice list --customer C-104
      relance invoice list --customer C-104 --since 2027-01-01 --format xlsx --out c-104.xlsx
    """
    with desk.office() as office, office.ledger.read() as tx:
        found = find(tx, customer=customer or "", since=_day(since), until=_day(until))
        papers = [paper(tx, row.number) for row in found] if style in ("csv", "xlsx") else []
    if style in ("csv", "xlsx"):
        content = sheets.csv(papers) if style == "csv" else sheets.xlsx(papers)
        _write(out or Path(f"invoices.{style}"), content)
    else:
        _show(found, style)


@invoice.command("find")
@click.argument("words", nargs=-1, required=True)
@formats()
def find_(words: Sequence[str], style: str) -> None:
    """Find invoices by part of a number or of a customer's name, a customer, an amount, a day or a month; all the words
    must match.

    \b
    Examples:
      relance invoice find 0012
      relance invoice find boulangerie 2027-01
      relance invoice find C-104 '1512.00 EUR'
      relance invoice find 1512.00 2027-01-01
    """
    with desk.office() as office, office.ledger.read() as tx:

        @cache
        def name(customer: str) -> str:
            card = tx.card(customer)
            return card.name if card is not None else ""

        found = [row for row in find(tx) if all(_matches(row, word, name) for word in words)]
    _show(found, style)


@invoice.command()
@click.argument("number")
@formats()
def show(number: str, style: str) -> None:
    """Show what an invoice says.

    \b
    Example:
      relance invoice show F-2027-0001
    """
    with desk.office() as office, office.ledger.read() as tx:
        whole = paper(tx, number)
        erased = next(row.forgotten for row in find(tx, number=number) if row.number == number)
    said, lacking = {**_paper(whole), "forgotten": erased}, [] if erased else missing_mentions(whole)

    def text() -> None:
        for name in ("number", "kind", "issued", "due", "seller", "buyer", "order_number", "reference", "reverses"):
            if said[name]:
                line(f"{name.replace('_', ' '):14}{said[name]}")
        line()
        table(
            ("text", "quantity", "price", "VAT", "net"),
            [(e.text, str(e.quantity), e.price, f"{e.tax.rate}%", e.net) for e in whole.lines],
        )
        line()
        for group in whole.groups:
            line(f"VAT {group.tax.rate}% on {group.net}: {group.vat}" + (f"  {group.tax.reason or ''}".rstrip()))
        line(f"Total {whole.gross}, to pay {whole.payable}" + (", in parts:" if whole.parts else "."))
        for each in shown_parts(whole):
            line(each)
        if erased:
            line(f"The names on it were erased on {erased}.")
        for each in lacking:
            line(f"lacks: {each}")

    answer(style, {**said, "lacks": lacking}, text)


@invoice.command()
@click.argument("number")
@OUT
def pdf(number: str, out: Path | None) -> None:
    """Write an invoice as it was sent: PDF/A-3 with Factur-X inside.

    \b
    Example:
      relance invoice pdf F-2027-0001 --out f.pdf
    """
    with desk.office() as office:
        _file(office, number, "pdf", out)


@invoice.command()
@click.argument("number")
@click.option("--ubl", is_flag=True, help="As UBL 2.1; without it as CII, which Factur-X is made of.")
@OUT
def xml(number: str, ubl: bool, out: Path | None) -> None:
    """Write an invoice as XML (EN 16931), for platforms and programs.

    \b
    Example:
      relance invoice xml F-2027-0001 --ubl --out f.xml
    """
    with desk.office() as office:
        _file(office, number, "ubl" if ubl else "cii", out)


@invoice.command()
@click.argument("number")
@click.option("--reason", required=True, help="Why, as the credit note says it.")
@click.option("--line", "lines", type=click.IntRange(min=1), multiple=True, help="Only this line; may be repeated.")
@click.option("--discount", is_flag=True, help="Only the discount that its early payment took, with the VAT on it.")
@formats()
def credit(number: str, reason: str, lines: tuple[int, ...], style: str, *, discount: bool) -> None:
    """Issue a credit note for an invoice, whole or line by line. It takes the next number, and is kept like an invoice.

    \b
    Examples:
      relance invoice credit F-2027-0001 --reason 'the site was closed'
      relance invoice credit F-2027-0001 --line 2 --reason 'not delivered'
      relance invoice credit F-2027-0001 --discount --reason 'paid on 5 February'
    """
    if discount and lines:
        raise click.UsageError("--discount is of the whole invoice: leave --line out.")
    with desk.office() as office:
        with office.ledger.begin() as tx:
            row = next((each for each in find(tx, number=number) if each.number == number), None)
            if row is None or row.kind == "credit-note":
                raise Failure(f"no invoice {number} was issued here.")
            now = tx.now()
            today = desk.today(office, now)
            if discount:
                made = discount_note(tx, row.receivable, now=now, today=today, reason=reason)
            else:
                made = credited(tx, row.receivable, lines=lines, now=now, today=today, reason=reason)
        later = desk.woken(office, [made.contract])

    def text() -> None:
        line(f"{made.number} credits {made.gross} of {number}.")
        if later:
            line(later)

    answer(style, {"number": made.number, "amount": made.gross, "credits": number, "woken": not later}, text)


@invoice.command()
@click.argument("contract")
@click.argument("amount", metavar="AMOUNT")
@click.option("--vat", default="0%", help="The VAT on it, such as 20%; the amount is without.")
@click.option("--vat-category", type=click.Choice(tuple(CATEGORIES)), help="Why there is none, at 0%.")
@click.option("--vat-reason", help="The VATEX code of an exemption.")
@click.option("--text", "words", required=True, help="What it is for, as the invoice says it.")
@formats()
def deposit(
    contract: str, amount: str, vat: str, vat_category: Category | None, vat_reason: str | None, words: str, style: str
) -> None:
    """Issue the invoice of a deposit. The next invoices of the contract deduct it.

    \b
    Example:
      relance invoice deposit M-2003 '500.00 EUR' --vat 20% --text 'Deposit, 30% of order 4711'
    """
    try:
        price, rate = Money.parse(amount), cells.percent(vat)
        reason = cells.vatex(vat_reason) if vat_reason else None
    except (MoneyError, cells.CellError) as error:
        raise Failure(f"{error}.") from None
    if price.minor <= 0:
        raise Failure("a deposit is above zero.")
    with desk.office() as office:
        with office.ledger.begin() as tx:
            now = tx.now()
            asked = Line(words, price, rate, vat_category, reason)
            made = deposited(tx, contract, asked, now=now, today=desk.today(office, now))
        later = desk.woken(office, [made.contract])

    def text() -> None:
        line(f"{made.number} asks {made.gross} in advance for {contract}, due on {made.due}.")
        if later:
            line(later)

    answer(style, {"number": made.number, "amount": made.gross, "due": made.due, "woken": not later}, text)


def _show(found: Sequence[Listed], style: str) -> None:
    def text() -> None:
        table(
            ("number", "kind", "customer", "date", "amount"),
            [(row.number, row.kind, row.customer, row.issued, row.amount) for row in found],
        )
        line(f"{counted(len(found), 'paper')}.")

    answer(style, found, text)


def _matches(row: Listed, word: str, name: Callable[[str], str]) -> bool:
    """A date is the day of issue or its month, an amount the sum to pay, with its currency or without."""
    try:
        return row.issued == date.fromisoformat(word)
    except ValueError:
        pass
    try:
        return row.amount == Money.parse(word)
    except MoneyError:
        pass
    if _AMOUNT.fullmatch(word):
        return str(row.amount).startswith(f"{word.replace(',', '.')} ")
    if _MONTH.fullmatch(word) and row.issued.isoformat().startswith(word):
        return True
    said = word.casefold()
    return said in row.number.casefold() or said == row.customer.casefold() or said in name(row.customer).casefold()


def shown_parts(said: Invoice) -> list[str]:
    """A line for each part in which it is payable; none where it is payable at once."""
    return [f"  {part.amount} due {f'on {part.due}' if part.due else 'by its receipt'}" for part in said.parts]


def _paper(said: Invoice) -> dict[str, object]:
    return {
        "number": said.number,
        "kind": said.kind,
        "issued": said.issued,
        "due": said.due,
        "parts": [{"due": part.due, "amount": part.amount} for part in said.parts],
        "seller": said.seller.name,
        "buyer": said.buyer.name,
        "customer": said.customer,
        "contract": said.contract,
        "order_number": said.order_number,
        "reference": said.reference,
        "reverses": said.reverses.number if said.reverses else None,
        "net": said.net,
        "vat": said.vat,
        "gross": said.gross,
        "payable": said.payable,
    }


def _file(office: Office, number: str, media: Media, out: Path | None) -> None:
    business, words = office.workspace.rulebook.business, Words(office.workspace.templates)
    with office.ledger.read() as tx:
        said = paper(tx, number)
    content = kept(office.ledger, words, business, said, media)
    _write(out or Path(f"{number}.{ENDINGS[media]}"), content)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}.") from None
    line(f"{path}: {len(content):,} bytes, SHA-256 {sha256(content).hexdigest()}")


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None
