"""Proves that the facts are those that were recorded: every chain, its end, the personal data and papers beside it.

Where they are, the facts are folded anew, and the tables that people read must say what follows from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, literal, select

from rules import facts as f
from rules.account import Account, BusinessState
from rules.facts import KINDS, Fact
from worker.ledger import tables as t
from worker.ledger.chain import Break, Link, breaks, salted
from worker.ledger.codec import decode
from worker.ledger.current import Implied, implied_by_account, implied_by_business
from worker.ledger.writing import BUSINESS

_COMPARED = (t.receivable, t.allocation, t.hold)
_AT_ONCE = 1000  # rows read at a time


def broken(connection: Connection, business: str) -> Iterator[Break]:
    """Every place where a chain does not hold, the first of each stream; personal data or papers altered or lost.

    Where every chain holds, every row of the current tables that is not what the facts say.
    """
    chains = list(_chains(connection, business))
    yield from chains or _tables(connection, business)


def _chains(connection: Connection, business: str) -> Iterator[Break]:
    fact = t.fact.c
    last: dict[str, tuple[int, str]] = {}
    facts = connection.execute(
        select(t.fact)
        .where(fact.business == business)
        .order_by(fact.stream, fact.position)
        .execution_options(yield_per=_AT_ONCE)
    )
    yield from breaks(_remembering(facts, last))
    yield from _ends(connection, business, last)
    yield from _personal(connection, business)
    yield from _papers(connection, business)


def _papers(connection: Connection, business: str) -> Iterator[Break]:
    """Papers and documents that are not what their digests say, but for those of customers who are forgotten."""
    fact, paper, document = t.fact.c, t.paper.c, t.document.c
    forgotten = select(fact.customer).where(fact.business == business, fact.kind == "forgotten")
    gone = set(connection.execute(forgotten).scalars())
    papers = select(paper.number, paper.customer, paper.forgotten, paper.digest, paper.body, literal("paper"))
    files = select(
        document.number, paper.customer, document.forgotten, document.digest, document.content, document.media
    ).join(t.paper, (paper.business == document.business) & (paper.number == document.number))
    for asked, table in ((papers, paper), (files, document)):
        rows = connection.execute(asked.where(table.business == business).order_by(table.number))
        for number, customer, mark, digest, content, media in rows:
            written = content.encode() if isinstance(content, str) else content
            if mark and customer not in gone:
                yield Break(f"papers/{number}", 0, media, "its names were erased, and nobody asked for it")
            elif not mark and sha256(written).hexdigest() != digest:
                yield Break(f"papers/{number}", 0, media, "it is not what was issued")


def _ends(connection: Connection, business: str, last: dict[str, tuple[int, str]]) -> Iterator[Break]:
    """Each stream ends with the fact that was recorded last, and none was slipped in; `last` are those found."""
    rows = connection.execute(select(t.head).where(t.head.c.business == business))
    heads = {row.stream: (row.position, row.digest) for row in rows}
    for stream in sorted({*heads, *last}):
        (end, digest), (position, found) = heads.get(stream, (0, "")), last.get(stream, (0, ""))
        if position < end:
            yield Break(stream, position + 1, "", f"fact {position + 1} is missing: the last one was {end}")
        elif position > end:
            yield Break(stream, end + 1, "", f"fact {end + 1} was slipped in: the last one was {end}")
        elif found != digest:
            yield Break(stream, end, "", "the last fact is not the one that was recorded last")


def _remembering(rows: Iterator[Row], last: dict[str, tuple[int, str]]) -> Iterator[tuple[Link, str]]:  # type: ignore[type-arg]
    for row in rows:
        last[row.stream] = (row.position, row.digest)
        personal = row.personal or ""
        link = Link(row.stream, row.position, row.key, row.kind, row.effective_at, row.recorded_at, row.body, personal)
        yield link, row.digest


def _personal(connection: Connection, business: str) -> Iterator[Break]:
    fact, personal = t.fact.c, t.personal.c
    rows = connection.execute(
        select(fact.stream, fact.position, fact.key, fact.personal, personal.fact, personal.salt, personal.body)
        .join(t.personal, personal.fact == fact.seq, isouter=True)
        .where(fact.business == business, fact.personal.is_not(None))
        .order_by(fact.seq)
    )
    for row in rows:
        if row.fact is None:
            yield Break(row.stream, row.position, row.key, "the personal data are gone, and nobody asked for it")
        elif row.body is not None and salted(row.salt or b"", row.body) != row.personal:
            yield Break(row.stream, row.position, row.key, "the personal data are not what was recorded")


# --- what follows from the facts ---------------------------------------------------------------------------------


def _tables(connection: Connection, business: str) -> Iterator[Break]:
    """Every row of receivables, allocations and holds that the facts do not imply, and every one that is missing."""
    rows = list(_implied(connection, business))
    for table in _COMPARED:
        names = table.columns.keys()
        said = {_key(table, row): row for found, row in rows if found is table}
        for actual in _read(connection, select(table).where(table.c.business == business)):
            row = actual._asdict()
            following = said.pop(_key(table, row), None)
            if following is None:
                yield _row(table, row, "no fact says so")
            elif wrong := [name for name in names if row[name] != following[name]]:
                told = ", ".join(f"{name} is {row[name]}, the facts say {following[name]}" for name in wrong)
                yield _row(table, row, told)
        for row in said.values():
            yield _row(table, row, "the row is missing")


def _implied(connection: Connection, business: str) -> Iterator[Implied]:
    fact = t.fact.c
    every = select(fact.customer, fact.kind, fact.body).where(fact.business == business)
    own = every.where(fact.customer.is_not(None)).order_by(fact.customer, fact.seq)
    for customer, rows in groupby(_read(connection, own), key=lambda row: str(row.customer)):
        account = Account(f.Customer(customer))
        account.record_all(map(_fact, rows))
        yield from implied_by_account(business, account)
    state = BusinessState()
    for row in _read(connection, every.where(fact.stream == BUSINESS).order_by(fact.seq)):
        state.record(_fact(row))
    yield from implied_by_business(business, state)


def _read(connection: Connection, statement: Select[Any]) -> Iterator[Row[Any]]:
    return iter(connection.execute(statement.execution_options(yield_per=_AT_ONCE)))


def _fact(row: Row[Any]) -> Fact:
    return decode(row.body, KINDS[row.kind])


def _key(table: Table, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def _row(table: Table, row: dict[str, Any], what: str) -> Break:
    """A row by its key without the business, as part of what belongs to its customer."""
    stream = f"customer/{row['customer']}" if row["customer"] else BUSINESS
    return Break(stream, 0, "/".join(map(str, (table.name, *_key(table, row)[1:]))), what)
