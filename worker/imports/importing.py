"""Imports a file: read, checked and recorded in one transaction of the ledger, whole or, when asked, in part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial as bound
from pathlib import Path

from rules import facts as f
from rules.calendars import ONE_DAY
from rules.terms import tables
from worker.imports.archive import Archive
from worker.imports.book import Book
from worker.imports.checking import KINDS, Checked, check_table, read_table, unreadable
from worker.imports.currencies import without_threshold
from worker.imports.problems import IMPOSSIBLE, UNREADABLE, Problem, ReadingError
from worker.imports.rejects import rejects_path, write_rejects
from worker.ledger.errors import Unknown
from worker.ledger.ledger import Ledger, Transaction
from worker.ledger.people import Card
from worker.plans.going_live import guard

Progress = Callable[[str, int, int], None]  # checked (lines) or recorded (customers), done, of how many


def _silent(_stage: str, _done: int, _total: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be imported.

    `partial` records the right lines although others are wrong; `through` is the last day that a payments file
    covers, the last day with a payment where None.
    """

    day_first: bool = False
    dry_run: bool = False
    partial: bool = False
    through: date | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file: lines counted, and what was recorded, or in a dry run would have been.

    `contracts` are those whose cases are to be woken now that the facts are in. `rejects` is the file of the lines
    refused, `bank_through` the last day of bank data that the file confirmed.
    """

    kind: str
    file: str
    recorded: bool
    new: int = 0
    changed: int = 0
    known: int = 0
    refused: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    bank_through: date | None = None
    rejects: Path | None = None


def import_file(ledger: Ledger, kind: str, path: Path, wish: Wish = Wish(), *, progress: Progress = _silent) -> Report:
    """Imports customers, contracts, invoices, payments or credits from a CSV or YAML file, each line once.

    A file with a mistake is refused as a whole, unless `wish.partial`. New contracts are bound to the active rulebook.
    Raises LedgerError, and OSError where the file of the rejects cannot be written; nothing is recorded then.
    """
    try:
        table = read_table(KINDS[kind], path)
        if wish.partial and rejects_path(path).exists():
            cure = "correct it and import it, then remove it"
            raise ReadingError(Problem(0, "", f"{rejects_path(path).name} is there already", cure, UNREADABLE))
    except ReadingError as error:
        return _report(kind, unreadable(path, error), recorded=False)
    with ledger.read() if wish.dry_run else ledger.begin() as tx:
        archive = Archive(tx, locking=not wish.dry_run)
        archive.expect(table)
        book = _book(tx, archive)
        if wish.through is not None and wish.through > book.today:
            what = f"the bank's data cannot go through {wish.through}: today is {book.today}"
            return _report(kind, unreadable(path, ReadingError(Problem(0, "", what, "", IMPOSSIBLE))), recorded=False)
        told = bound(progress, "checked")
        checked = check_table(KINDS[kind], path, table, book, day_first=wish.day_first, progress=told)
        if checked.unusable or (checked.problems and not wish.partial):
            return _report(kind, checked, recorded=False)
        return _taken(tx, kind, checked, book, wish, progress)


def _book(tx: Transaction, archive: Archive) -> Book:
    digest = tx.active_rulebook()
    if digest is None:
        raise Unknown("no rulebook is active, to which new contracts would be bound")
    rulebook = tx.rulebook(digest)
    terms = tuple(rulebook.terms.values())
    rates, calendar = tables(tx.state()), rulebook.home
    return Book(archive, rulebook.business, digest, tx.now(), rates=rates, terms=terms, calendar=calendar)


def _taken(tx: Transaction, kind: str, checked: Checked, book: Book, wish: Wish, progress: Progress) -> Report:
    """Records what is in the book, or in a dry run only says so."""
    through = _bank_through(tx, book, checked, wish.through) if kind == "payments" else None
    rejects = rejects_path(Path(checked.file)) if checked.rejected else None
    if kind == "invoices":
        _note_currencies(tx, book)
    if not wish.dry_run:
        _record(tx, book, progress)
        if kind == "invoices" and guard(tx, (fact for facts in book.entries.values() for fact in facts), book.today):
            held = "nothing leaves before you say so: relance plan --go-live"
            book.note(held, held)
        if through is not None:
            tx.record_shared([f.BankConfirmed(book.now, through)])
        if rejects is not None:
            write_rejects(checked, rejects)
    return _report(
        kind,
        checked,
        recorded=not wish.dry_run,
        notes=book.said(),
        contracts=tuple(_contracts(book)),
        bank_through=through,
        rejects=rejects,
    )


def _note_currencies(tx: Transaction, book: Book) -> None:
    for currency, n, policies in without_threshold(tx.rulebook(book.rulebook), book.facts):
        which = f"the policy {policies[0]} has" if len(policies) == 1 else f"the policies {', '.join(policies)} have"
        why = f"in {currency}, for which {which} no threshold: a person is asked"
        book.note(f"1 invoice is {why}", f"{{}} invoices are {why}", n)


def _record(tx: Transaction, book: Book, progress: Progress) -> None:
    people, entries = sorted(book.people, key=_customer_of), sorted(book.entries.items())
    total = len(people) + len(entries)
    for done, (fact, card) in enumerate(people, start=1):
        tx.record_customer(fact, card)
        progress("recorded", done, total)
    for done, (customer, facts) in enumerate(entries, start=len(people) + 1):
        tx.record(customer, facts)
        progress("recorded", done, total)


def _customer_of(person: tuple[f.CustomerRecorded, Card]) -> str:
    return person[0].customer.id


def _bank_through(tx: Transaction, book: Book, checked: Checked, said: date | None) -> date | None:
    """The last whole day of which the file has every payment; None where that is nothing new, or not certain."""
    if not book.business.bank_data:
        return None
    if checked.rejected:
        why = "the bank's data are not confirmed before"
        one, many = f"1 payment refused: {why} it is in", f"{{}} payments refused: {why} they are in"
        book.note(one, many, len(checked.rejected))
        return None
    yesterday = book.today - ONE_DAY
    through = said or min(book.latest or yesterday, yesterday)
    known = tx.state().bank_through
    return through if known is None or through > known else None


def _contracts(book: Book) -> Iterator[str]:
    for customer in book.touched:
        account = book.account(customer)
        assert account is not None
        yield from account.contracts


def _report(
    kind: str,
    checked: Checked,
    *,
    recorded: bool,
    notes: tuple[str, ...] = (),
    contracts: tuple[str, ...] = (),
    bank_through: date | None = None,
    rejects: Path | None = None,
) -> Report:
    return Report(
        kind,
        checked.file,
        recorded,
        **checked.counts,
        refused=len(checked.rejected),
        problems=checked.problems,
        notes=(*checked.table.notes, *notes),
        contracts=contracts,
        bank_through=bank_through,
        rejects=rejects,
    )
