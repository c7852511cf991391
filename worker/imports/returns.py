"""The columns of a returns file, and what one line of it says: a debit of ours that the bank rejected or took back.

Found by its EndToEndId. A debit comes back once: whichever file says it again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules import facts as f
from rules.account import Account, HoldState
from rules.collecting import is_collection
from rules.diagnostics import quoted
from worker.imports.book import Book
from worker.imports.cells import CellError
from worker.imports.entry import Column, Entry
from worker.imports.problems import AMBIGUOUS, CONFLICT, IMPOSSIBLE, UNKNOWN

COLUMNS = (
    Column("end_to_end", "the name of the debit, EndToEndId, as its file for the bank has it", required=True),
    Column("code", "the bank's reason: AC04, AM04, MD06, MS02, ...", required=True),
    Column("date", "the day on which it came back; today where empty"),
    Column("amount", "what came back; what was collected where empty"),
    Column("currency", "where the amount does not say it; the business's where empty"),
)
_CODE = re.compile(r"[A-Z0-9]{2,35}")


def take(entry: Entry, book: Book) -> str | None:
    """Adds to the book that the line's debit failed, or that its payment is reversed; None when the line is wrong."""
    name, code = entry.text("end_to_end", required=True, limit=35), entry.get("code", _code, required=True)
    amount = entry.money("amount", entry.currency(book.business.currency))
    day = entry.day("date") or book.today
    if day > book.today:
        entry.fail("date", f"{day} is after today, {book.today}", "import it when that day has come", IMPOSSIBLE)
    if entry.problems or name is None or code is None:
        return None
    found = book.known.debit(name)
    account = book.account(found[0]) if found else None
    if found is None or account is None:
        cure = f"where it was collected elsewhere: relance record payment-failed --invoice ... --reason {code}"
        entry.fail("end_to_end", f"no debit of ours is called {quoted(name)}", cure, UNKNOWN)
        return None
    state = account.holds[found[1]]
    item, taken = account.receivables[state.hold.subject], state.hold.part
    assert taken is not None, "a collection says how much"
    if amount is not None and (amount.currency != taken.currency or amount < taken):
        entry.fail("amount", f"{taken} was collected for {item.number}, not {amount}", "ask the bank", CONFLICT)
        return None
    since = list(_since(account, state))
    paid = [fact for fact in since if isinstance(fact, f.Paid) and _is_it(fact, state, name)]
    live = [each for each in paid if not account.payments[each.payment].reversed]
    if any(isinstance(fact, f.PaymentFailed) and fact.receivable == item.id for fact in since) or (paid and not live):
        return "known"
    if len(live) > 1:
        every = " and ".join(each.payment for each in live)
        cure = f"relance record reversal --reference ... --reason {code}"
        entry.fail("end_to_end", f"{every} paid {item.number} since: which of them came back?", cure, AMBIGUOUS)
    elif live:
        book.add(found[0], [f.Reversed(book.now, live[0].payment, max(day, live[0].on), code)])
    elif item.open:
        book.add(found[0], [f.PaymentFailed(book.now, name, item.id, taken, code)])
    else:
        cure = f"where one came back: relance record reversal --reference ... --reason {code}"
        entry.fail("end_to_end", f"{item.number} is settled, and no payment is known to be this debit", cure, CONFLICT)
    return None if entry.problems else "new"


def _code(written: str) -> str:
    if not _CODE.fullmatch(written.upper()):
        raise CellError(f"{quoted(written)} is no code of a bank", "write it as the bank does: AM04, MD06")
    return written.upper()


def _since(account: Account, state: HoldState) -> Iterator[f.Fact]:
    """What happened from the debit on, until what it collected is collected again."""
    ours = False
    for fact in account.events:
        if isinstance(fact, f.HoldPlaced) and fact.hold.subject == state.hold.subject:
            ours = fact.hold.id == state.hold.id or (ours and not is_collection(account.holds[fact.hold.id]))
        elif ours:
            yield fact


def _is_it(paid: f.Paid, state: HoldState, name: str) -> bool:
    """Whether a payment may be the debit: by its name, or by its sum, paid by debit or unsaid how."""
    assert state.hold.part is not None, "a collection says how much"
    share = f.Share(state.hold.subject, state.hold.part.minor)
    return paid.payment == name or (paid.method in ("debit", None) and share in paid.shares)
