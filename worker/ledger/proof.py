"""Proves that the facts are those that were recorded: every chain, its end, the personal data and papers beside it."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import Connection, Row, literal, select

from worker.ledger import tables as t
from worker.ledger.chain import Break, Link, breaks, salted


def broken(connection: Connection, business: str) -> Iterator[Break]:
    """Every place where a chain does not hold, the first of each stream; personal data or papers altered or lost."""
    fact = t.fact.c
    last: dict[str, tuple[int, str]] = {}
    facts = connection.execute(
        select(t.fact)
        .where(fact.business == business)
        .order_by(fact.stream, fact.position)
        .execution_options(yield_per=1000)
    )
    yield from breaks(_remembering(facts, last))
    for head in connection.execute(select(t.head).where(t.head.c.business == business).order_by(t.head.c.stream)):
        if last.get(head.stream, (0, ""))[0] < head.position:
            position = last.get(head.stream, (0, ""))[0] + 1
            yield Break(head.stream, position, "", f"fact {position} is missing: the last one was {head.position}")
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
